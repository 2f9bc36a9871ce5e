//! Bodies of requests: JSON documents and forms.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use polyreel_spec::{Encoding, Path};
use serde_json::{Map, Value};

use super::document::{leftovers, take};
use super::parameters::pairs;
use super::{Rejection, Request};

/// A body that was read.
#[derive(Debug)]
pub(super) enum SentBody {
    /// JSON.
    Document(Value),
    /// The parts of a form, by name.
    Form(BTreeMap<String, Part>),
}

/// One part of a form.
#[derive(Debug)]
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

impl SentBody {
    /// Reads the body of a request that must be written this way.
    pub(super) fn read(encoding: Encoding, request: &Request) -> Result<Self, Rejection> {
        let sent_as = request.header("content-type").unwrap_or_default();
        let has_none = request.body.is_empty() && sent_as.is_empty();
        if has_none && !matches!(&*request.method, "POST" | "PUT") {
            return Ok(Self::Document(Value::Object(Map::new())));
        }
        match (encoding, &*essence(sent_as)) {
            (Encoding::Json | Encoding::MultipartIfFile, "application/json") => {
                document(&request.body).map(Self::Document)
            }
            (Encoding::Multipart | Encoding::MultipartIfFile, "multipart/form-data") => {
                let boundary = multer::parse_boundary(sent_as).map_err(|_| wrong_type(sent_as, encoding))?;
                form(&request.body, boundary).map(Self::Form)
            }
            (Encoding::Form, "application/x-www-form-urlencoded") => urlencoded(&request.body).map(Self::Form),
            _ => Err(wrong_type(sent_as, encoding)),
        }
    }

    /// The value at a place, and the places that it and the tags on the way to it take up.
    pub(super) fn at(&self, path: &Path) -> Option<(Wire<'_>, Vec<Path>)> {
        match self {
            Self::Document(document) => take(document, path).map(|taken| (Wire::Json(taken.value), taken.places)),
            Self::Form(parts) => parts.get(path.single_name()?).map(|part| match part {
                Part::Text(text) => (Wire::Text(text), vec![path.clone()]),
                Part::File(bytes) => (Wire::File(bytes), vec![path.clone()]),
            }),
        }
    }

    /// The places that hold something that nobody took.
    pub(super) fn leftovers(&self, taken: &[Path]) -> Vec<String> {
        match self {
            Self::Document(document) => leftovers(document, taken),
            Self::Form(parts) => {
                let is_left = |name: &&String| !taken.iter().any(|path| path.single_name() == Some(name));
                parts.keys().filter(is_left).cloned().collect()
            }
        }
    }

    /// Whether places can be in it at all: a form, or a JSON object.
    pub(super) fn has_members(&self) -> bool {
        match self {
            Self::Document(document) => document.is_object(),
            Self::Form(_) => true,
        }
    }
}

fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn wrong_type(sent: &str, encoding: Encoding) -> Rejection {
    let sent = if sent.is_empty() { "is missing".to_owned() } else { format!("is {}", essence(sent)) };
    let expected = match encoding {
        Encoding::Json => "application/json",
        Encoding::Multipart => "multipart/form-data",
        Encoding::MultipartIfFile => "multipart/form-data or application/json",
        Encoding::Form => "application/x-www-form-urlencoded",
    };
    Rejection::new("content-type", "encoding", sent).hint(format!("send {expected}"))
}

fn document(body: &[u8]) -> Result<Value, Rejection> {
    // The parser's own text ends in line and column.
    serde_json::from_slice(body).map_err(|error| {
        let hint = format!("look at line {} column {} of the body", error.line(), error.column());
        Rejection::new("body", "json", format!("is not JSON: {error}")).hint(hint)
    })
}

fn urlencoded(body: &[u8]) -> Result<BTreeMap<String, Part>, Rejection> {
    let text = std::str::from_utf8(body).map_err(|_| Rejection::new("body", "form", "is not UTF-8"))?;
    let mut parts = BTreeMap::new();
    for (name, value) in pairs(text).ok_or_else(|| Rejection::new("body", "form", "is not UTF-8 when unescaped"))? {
        if parts.insert(name.clone(), Part::Text(value)).is_some() {
            return Err(Rejection::new(name, "form", "is there twice").hint("send each field once"));
        }
    }
    Ok(parts)
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
