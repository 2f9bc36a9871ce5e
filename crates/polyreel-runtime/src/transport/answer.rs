//! Answers: their heads, and their bodies within bounds.

use std::io::{Seek as _, Write as _};

use bytes::Bytes;

use crate::head::Head;
use crate::outcome::retry_after;

/// The longest answer that is read, in bytes; films are streamed and not counted here.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
/// The largest film, in bytes.
pub(crate) const LARGEST_FILM: u64 = 4 * 1024 * 1024 * 1024;

/// The pieces of a body as they arrive.
pub(crate) struct Pieces(pub(super) reqwest::Response);

impl Pieces {
    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, reqwest::Error> {
        self.0.chunk().await.map_err(reqwest::Error::without_url)
    }
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pieces")
    }
}

pub(super) fn head(response: &reqwest::Response) -> Head {
    let headers = response.headers().iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let mut head = Head {
        http: response.status().as_u16(),
        headers: headers.collect(),
        length: response.content_length(),
        ..Head::default()
    };
    let request_id = ["x-request-id", "request-id", "x-inference-id"].into_iter().find_map(|name| head.header(name));
    head.request_id = request_id.map(crate::error::printable);
    head.retry_after = retry_after(head.header("retry-after"), head.header("date"));
    head
}

/// The whole body, or `None` when it was cut or is too long.
pub(super) async fn whole(response: &mut reqwest::Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.ok()? {
        if body.len() + piece.len() > LONGEST_ANSWER {
            return None;
        }
        body.extend_from_slice(&piece);
    }
    Some(body)
}

/// The whole body as a file without a name, and its length; `None` when it was cut, is too long, or cannot be written.
pub(super) async fn to_disk(response: &mut reqwest::Response) -> Option<(std::fs::File, u64)> {
    let mut file = tempfile::tempfile().ok()?;
    let mut length = 0;
    while let Some(piece) = response.chunk().await.ok()? {
        length += piece.len() as u64;
        if length > LARGEST_FILM {
            return None;
        }
        file.write_all(&piece).ok()?;
    }
    file.rewind().ok()?;
    Some((file, length))
}
