//! A film that is made: fetching, checking, saving.

mod fetching;
mod saving;
mod stream;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

pub(crate) use self::fetching::Rest;
pub use self::saving::IfTaken;
use self::saving::flaw;
pub use self::stream::VideoStream;
use crate::wire::{Also, Call, Film};
use crate::{Client, Error, ErrorKind, JobHandle, Result};

/// A film that is made and waits to be fetched. Providers delete films after a while, so save it soon.
#[derive(Clone)]
pub struct Video {
    client: Client,
    handle: JobHandle,
    /// At least one.
    sources: Vec<Source>,
    also: Also,
}

/// Where a film comes from.
#[derive(Clone)]
enum Source {
    Url(String),
    Endpoint(Call),
    Bytes(Bytes),
    /// The answer to the create, which is here already.
    File(Arc<std::fs::File>),
}

impl Video {
    pub(crate) fn new(
        client: Client,
        handle: JobHandle,
        films: Vec<Film>,
        answer: Option<std::fs::File>,
        also: Also,
    ) -> Self {
        let answer = answer.map(Arc::new);
        let source = |film| match film {
            Film::Url(url) => Some(Source::Url(url)),
            Film::Bytes(bytes) => Some(Source::Bytes(bytes.into())),
            Film::Body => answer.clone().map(Source::File),
        };
        Self { client, handle, sources: films.into_iter().filter_map(source).collect(), also }
    }

    /// A film that an endpoint of the provider gives.
    pub(crate) fn at_endpoint(client: Client, handle: JobHandle, call: Call, also: Also) -> Self {
        Self { client, handle, sources: vec![Source::Endpoint(call)], also }
    }

    /// The job that made it.
    pub fn handle(&self) -> &JobHandle {
        &self.handle
    }

    /// What else the provider told: `cover`, `cost`, …, as it stood in the reply.
    pub fn also(&self) -> &BTreeMap<String, Value> {
        &self.also
    }

    /// Where the film is, if it has a URL. Such URLs are often signed: whoever has it can fetch the film, so keep it out
    /// of logs.
    pub fn url(&self) -> Option<&str> {
        match self.sources.first()? {
            Source::Url(url) => Some(url),
            Source::Endpoint(_) | Source::Bytes(_) | Source::File(_) => None,
        }
    }

    /// Each film by itself. Most jobs make one; where there are several, this one stands for the first.
    pub fn each(&self) -> Vec<Self> {
        self.sources.iter().map(|source| Self { sources: vec![source.clone()], ..self.clone() }).collect()
    }

    /// The film's bytes, checked to be a whole film.
    ///
    /// # Errors
    ///
    /// As [`Video::save`].
    pub async fn bytes(&self) -> Result<Bytes> {
        let mut stream = self.stream().await?;
        let mut film = Vec::new();
        while let Some(piece) = stream.next().await? {
            film.extend_from_slice(&piece);
        }
        match flaw(&mut std::io::Cursor::new(&film)) {
            Ok(None) => Ok(film.into()),
            Ok(Some(flaw)) => Err(self.lost(format!("what the provider sent is no whole film: {flaw}"))),
            Err(error) => Err(self.lost(error.to_string())),
        }
    }

    fn lost(&self, message: String) -> Error {
        Error::new(ErrorKind::NotSaved, message).of_job(&self.handle)
    }
}

/// Shows the job; the URL stays hidden, since it may be signed.
impl fmt::Debug for Video {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Video").field("handle", &self.handle).finish_non_exhaustive()
    }
}
