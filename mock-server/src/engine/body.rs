//! Bodies of requests: JSON documents and forms.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use polyreel_spec::{Encoding, Path};
use serde_json::Value;

use super::document::{find, leftovers};
use super::{Rejection, Request};

/// A body that was read.
pub(super) enum Body {
    /// JSON.
    Document(Value),
    /// The parts of a form, by name.
    Form(BTreeMap<String, Part>),
}

/// One part of a form.
pub(super) enum Part {
    Text(String),
    File(Bytes),
}

/// A value as it was sent.
#[derive(Clone, Copy)]
pub(super) enum Wire<'b> {
    Json(&'b Value),
    Text(&'b str),
    File(&'b [u8]),
}

impl Body {
    /// Reads the body of a request that must be written this way.
    pub(super) fn read(encoding: Encoding, request: &Request) -> Result<Self, Rejection> {
        let sent_as = request.header("content-type").unwrap_or_default();
        match encoding {
            Encoding::Json if essence(sent_as) != "application/json" => Err(wrong_type(sent_as, "application/json")),
            Encoding::Json => document(&request.body).map(Self::Document),
            Encoding::Multipart => {
                let boundary =
                    multer::parse_boundary(sent_as).map_err(|_| wrong_type(sent_as, "multipart/form-data"))?;
                form(&request.body, boundary).map(Self::Form)
            }
        }
    }

    /// The value at a place.
    pub(super) fn at(&self, path: &Path) -> Option<Wire<'_>> {
        match self {
            Self::Document(document) => find(document, path).first().map(|value| Wire::Json(value)),
            Self::Form(parts) => parts.get(path.single_name()?).map(|part| match part {
                Part::Text(text) => Wire::Text(text),
                Part::File(bytes) => Wire::File(bytes),
            }),
        }
    }

    /// The places that hold something that nobody took.
    pub(super) fn leftovers(&self, taken: &[&Path]) -> Vec<String> {
        match self {
            Self::Document(document) => leftovers(document, taken),
            Self::Form(parts) => {
                let is_left = |name: &&String| !taken.iter().any(|path| path.single_name() == Some(name));
                parts.keys().filter(is_left).cloned().collect()
            }
        }
    }
}

fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn wrong_type(sent: &str, expected: &str) -> Rejection {
    let sent = if sent.is_empty() { "is missing".to_owned() } else { format!("is {}", essence(sent)) };
    Rejection::new("content-type", "encoding", sent).hint(format!("send {expected}"))
}

fn document(body: &[u8]) -> Result<Value, Rejection> {
    // The parser's own text ends in line and column.
    serde_json::from_slice(body).map_err(|error| {
        let hint = format!("look at line {} column {} of the body", error.line(), error.column());
        Rejection::new("body", "json", format!("is not JSON: {error}")).hint(hint)
    })
}

fn form(body: &[u8], boundary: String) -> Result<BTreeMap<String, Part>, Rejection> {
    let whole = Bytes::copy_from_slice(body);
    let mut reader = multer::Multipart::new(stream::iter([Ok::<_, multer::Error>(whole)]), boundary);
    let mut parts = BTreeMap::new();
    // All of the body is here, so nothing is ever waited for.
    while let Some(field) = reader.next_field().now_or_never().ok_or_else(cut_short)?.map_err(|e| malformed(&e))? {
        let Some(name) = field.name().map(str::to_owned) else {
            return Err(Rejection::new("body", "multipart", "has a part without a name"));
        };
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().now_or_never().ok_or_else(cut_short)?.map_err(|e| malformed(&e))?;
        let part =
            if is_file {
                Part::File(bytes)
            } else {
                let text = String::from_utf8(bytes.into());
                Part::Text(text.map_err(|_| {
                    Rejection::new(&name, "multipart", "is not UTF-8").hint("a file part needs a filename")
                })?)
            };
        if parts.insert(name.clone(), part).is_some() {
            return Err(Rejection::new(name, "multipart", "is there twice").hint("send each part once"));
        }
    }
    Ok(parts)
}

fn malformed(error: &multer::Error) -> Rejection {
    Rejection::new("body", "multipart", format!("is not multipart/form-data: {}", error.to_string().to_lowercase()))
}

fn cut_short() -> Rejection {
    Rejection::new("body", "multipart", "ends in the middle of a part")
}
