//! What to send.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::{
    Address, Allowed, Encoding, Field, Image, ImageForm, Input, Inputs, Method, Model, Path, Piece, Provider, Scalar,
    Term,
};
use serde_json::{Map, Value};

use super::document::{put, to_json};
use crate::image::probe;

/// One HTTP request, without the key.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The HTTP method.
    pub method: Method,
    /// Where it goes.
    pub target: Target,
    /// What it carries.
    pub body: Body,
}

/// Where a call goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A path below the base URL, escaped.
    Path(String),
    /// A URL that a reply gave. Its origin is checked before a key is attached.
    Url(String),
}

/// Shows the path; a URL from a reply may be a secret.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "Path({path:?})"),
            Self::Url(_) => f.write_str("Url(…)"),
        }
    }
}

/// What a call carries.
#[derive(Clone, PartialEq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A JSON document.
    Json(Value),
    /// `multipart/form-data`, in order.
    Form(Vec<(String, Part)>),
}

/// Shows how much there is; inputs may be URLs that somebody signed.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(document) => write!(f, "Json({} bytes)", document.to_string().len()),
            Self::Form(parts) => write!(f, "Form({} parts)", parts.len()),
        }
    }
}

/// One part of a form.
#[derive(Clone, PartialEq, Eq)]
pub enum Part {
    /// A text.
    Text(String),
    /// A file.
    File {
        /// Its content.
        bytes: Arc<[u8]>,
        /// `image/png`
        media_type: String,
        /// Made from the field's name, never from a path of the caller's machine.
        file_name: String,
    },
}

/// Shows how large a part is, not what is in it.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::File { bytes, media_type, file_name } => {
                write!(f, "File({file_name}, {media_type}, {} bytes)", bytes.len())
            }
        }
    }
}

/// The call that starts the work. The inputs must have passed [`Provider::check`]; `extra` holds fields that are newer
/// than the provider file, as path and value.
pub fn create(provider: &Provider, model: &Model, inputs: &Inputs, extra: &[(Path, Value)]) -> Call {
    let operation = &provider.create;
    let inputs = provider.canonical(model, inputs);
    let address = expand(&operation.address, &|name| match name {
        "model" => model.id.to_string(),
        _ => match (provider.field(model, name), inputs.get(name)) {
            (Some(field), Some(Input::Value(value))) => spell(field, value).to_string(),
            _ => String::new(),
        },
    });
    let constants = operation.body.iter().map(|constant| {
        let value = match &constant.value {
            Term::Model => Value::from(&*model.id),
            Term::Constant(scalar) => to_json(scalar),
        };
        (constant.at.clone(), Content::Json(value))
    });
    let in_body = inputs.iter().filter(|(name, _)| !Provider::in_address(&operation.address, name));
    let fields = in_body.filter_map(|(name, input)| {
        let field = provider.field(model, name)?;
        Some((field.at.clone(), encode(field, input)?))
    });
    let extra = extra.iter().map(|(path, value)| (path.clone(), Content::Json(value.clone())));
    let pieces: Vec<_> = constants.chain(fields).chain(extra).collect();
    let body = match operation.encoding {
        Encoding::Json => Body::Json(document(pieces)),
        Encoding::Multipart => {
            Body::Form(pieces.into_iter().map(|(path, piece)| (path.to_string(), piece.part())).collect())
        }
    };
    Call { method: operation.method, target: Target::Path(address), body }
}

/// The call that asks how a job is. `Err` names the saved value that is missing.
pub fn poll(provider: &Provider, model: &Model, saved: &BTreeMap<String, String>) -> Result<Call, String> {
    let operation = &provider.poll;
    let target = match &operation.url_from {
        Some(name) => Target::Url(saved.get(&**name).ok_or_else(|| name.to_string())?.clone()),
        None => {
            let missing = operation.address.references().find(|name| *name != "model" && !saved.contains_key(*name));
            if let Some(name) = missing {
                return Err(name.to_owned());
            }
            let value = |name: &str| saved.get(name).cloned().unwrap_or_else(|| model.id.to_string());
            Target::Path(expand(&operation.address, &value))
        }
    };
    Ok(Call { method: operation.method, target, body: Body::Empty })
}

/// A value on its way into a body.
enum Content {
    Json(Value),
    File { bytes: Arc<[u8]>, media_type: &'static str, name: String },
}

impl Content {
    fn part(self) -> Part {
        match self {
            Self::Json(Value::String(text)) => Part::Text(text),
            // JSON may write 1e-7, which few forms are read with.
            Self::Json(Value::Number(number)) if number.is_f64() => {
                Part::Text(number.as_f64().unwrap_or_default().to_string())
            }
            Self::Json(value) => Part::Text(value.to_string()),
            Self::File { bytes, media_type, name } => {
                let extension = media_type.rsplit('/').next().unwrap_or("bin");
                Part::File { bytes, media_type: media_type.to_owned(), file_name: format!("{name}.{extension}") }
            }
        }
    }
}

fn document(pieces: Vec<(Path, Content)>) -> Value {
    let mut document = Value::Object(Map::new());
    for (path, piece) in pieces {
        if let Content::Json(value) = piece {
            put(&mut document, &path.segments, value);
        }
    }
    document
}

fn spell<'f>(field: &'f Field, value: &'f Scalar) -> Cow<'f, Scalar> {
    match &field.allowed {
        Allowed::Words(words) => words
            .iter()
            .find(|word| word.ours == *value)
            .map_or(Cow::Borrowed(value), |word| Cow::Borrowed(&word.theirs)),
        Allowed::Any | Allowed::Values(_) | Allowed::Range(..) => Cow::Borrowed(value),
    }
}

fn encode(field: &Field, input: &Input) -> Option<Content> {
    let bytes = match input {
        Input::Value(value) => return Some(Content::Json(to_json(&spell(field, value)))),
        Input::Image(Image::Url(url)) => return Some(Content::Json(Value::from(&**url))),
        Input::Image(Image::Bytes(bytes)) => bytes,
    };
    let media_type = probe(bytes).map_or("application/octet-stream", |facts| facts.media_type);
    let form = field.image.as_ref()?.accepts.iter().find(|form| **form != ImageForm::Url)?;
    Some(match form {
        ImageForm::DataUri => {
            Content::Json(Value::from(format!("data:{media_type};base64,{}", STANDARD.encode(bytes))))
        }
        ImageForm::Base64 => Content::Json(Value::from(STANDARD.encode(bytes))),
        ImageForm::File => Content::File { bytes: bytes.clone(), media_type, name: field.name.to_string() },
        ImageForm::Url => return None,
    })
}

fn expand(address: &Address, value: &dyn Fn(&str) -> String) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Reference(name) => escape(&value(name)),
    };
    address.pieces.iter().map(piece).collect()
}

/// One path segment, or part of one: everything but RFC 3986's unreserved characters is percent-encoded. Dots alone
/// would be a step up however they are written; such an address is refused when its URL is made.
fn escape(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_value_stays_one_segment() {
        for (text, escaped) in [("a/b?c#d", "a%2Fb%3Fc%23d"), ("a.b", "a.b"), ("é", "%C3%A9"), ("", "")] {
            assert_eq!(escape(text), escaped);
        }
    }
}
