//! What to send.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::{
    Address, Allowed, Encoding, Field, Image, ImageForm, Input, Inputs, List, Method, Model, Operation, Parameter,
    Path, Piece, Plan, Provider, Scalar, Step, Term, TextForm,
};
use serde_json::{Map, Value};

use super::Saved;
use super::document::{put, to_json};
use crate::image::probe;

/// One HTTP request, without the key.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The HTTP method.
    pub method: Method,
    /// Where it goes.
    pub target: Target,
    /// The query, not yet escaped.
    pub query: Vec<(String, String)>,
    /// Headers beside those that the body and the key bring.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Body,
}

impl Call {
    /// Asks for what is at a URL.
    pub(crate) fn get(url: &str) -> Self {
        let target = Target::Url(url.to_owned());
        Self { method: Method::Get, target, query: Vec::new(), headers: Vec::new(), body: Body::Empty }
    }
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
    Multipart(Vec<(String, Part)>),
    /// `application/x-www-form-urlencoded`, in order.
    Form(Vec<(String, String)>),
}

/// Shows how much there is; inputs may be URLs that somebody signed.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(document) => write!(f, "Json({} bytes)", document.to_string().len()),
            Self::Multipart(parts) => write!(f, "Multipart({} parts)", parts.len()),
            Self::Form(pairs) => write!(f, "Form({} pairs)", pairs.len()),
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

/// The call that starts the work. The inputs must have passed [`Provider::check`], and pictures that are uploaded first
/// must be named by what the upload gave, as [`Image::Url`]; `extra` holds fields that are newer than the provider file.
pub fn create(provider: &Provider, model: &Model, inputs: &Inputs, extra: &[(Path, Value)]) -> Call {
    let inputs = provider.canonical(model, inputs);
    let plan = provider.plan(model, &inputs);
    let operation = plan.operation();
    let spelled = |name: &str| match (name, plan.field(name), inputs.get(name)) {
        ("model", ..) => Some(model.id.to_string()),
        (_, Some(field), Some(Input::Value(value))) => Some(wire_scalar(field, value).to_string()),
        _ => None,
    };
    let mut contents: Vec<(Path, Content)> = Vec::new();
    for constant in operation.body.iter().chain(&model.body) {
        let value = match &constant.value {
            Term::Constant(scalar) => to_json(scalar),
            Term::Reference(_) => Value::from(&*model.id),
        };
        contents.push((constant.at.clone(), Content::Json(value)));
    }
    for (name, input) in inputs.iter().filter(|(name, _)| !plan.is_outside_the_body(name)) {
        if let Some(field) = plan.field(name) {
            encode(field, input, &mut contents);
        }
    }
    contents.extend(extra.iter().map(|(path, value)| (path.clone(), Content::Json(value.clone()))));
    Call {
        method: operation.method,
        target: Target::Path(expand(&operation.address, &|name| spelled(name).unwrap_or_default())),
        query: parameters(&operation.query, &spelled),
        headers: [parameters(&provider.headers, &spelled), parameters(&operation.headers, &spelled)].concat(),
        body: body(operation.encoding, contents),
    }
}

/// A later call about a job: poll, result, cancel or download. `Err` names the saved value that is missing.
///
/// `create_path` is the path that the create was sent to, as [`Target::Path`] of [`create`] has it.
pub fn later(provider: &Provider, step: Step, model: &Model, saved: &Saved, create_path: &str) -> Result<Call, String> {
    let operation = provider.operation(step).ok_or_else(|| format!("the provider has no {step}"))?;
    let known = |name: &str| match name {
        "model" => Some(model.id.to_string()),
        "create_path" => Some(create_path.to_owned()),
        _ => saved.get(name).cloned(),
    };
    plain(provider, operation, &known)
}

/// The call that looks a job up by the caller's own reference.
pub fn find(provider: &Provider, reference: &str) -> Result<Call, String> {
    let operation = provider.operation(Step::Find).ok_or_else(|| "the provider has no find".to_owned())?;
    plain(provider, operation, &|name| (name == "reference").then(|| reference.to_owned()))
}

/// The call that asks for the balance.
pub fn balance(provider: &Provider) -> Result<Call, String> {
    let operation = provider.operation(Step::Balance).ok_or_else(|| "the provider has no balance".to_owned())?;
    plain(provider, operation, &|_| None)
}

/// The call that hands over one file.
pub fn upload(provider: &Provider, field: &str, bytes: &Arc<[u8]>) -> Result<Call, String> {
    let upload = provider.upload.as_ref().ok_or_else(|| "the provider has no upload".to_owned())?;
    let mut call = plain(provider, &upload.operation, &|_| None)?;
    let file = Content::file(bytes, field);
    call.body = Body::Multipart(vec![(upload.file_at.to_string(), file.part())]);
    Ok(call)
}

fn plain(provider: &Provider, operation: &Operation, known: &dyn Fn(&str) -> Option<String>) -> Result<Call, String> {
    let target = match &operation.url_from {
        Some(name) => Target::Url(known(name).ok_or_else(|| name.to_string())?),
        None => match operation.address.references().find(|name| known(name).is_none()) {
            Some(missing) => return Err(missing.to_owned()),
            None => Target::Path(expand(&operation.address, &|name| known(name).unwrap_or_default())),
        },
    };
    let mut contents = Vec::new();
    for constant in &operation.body {
        let value = match &constant.value {
            Term::Constant(scalar) => to_json(scalar),
            Term::Reference(name) => Value::from(known(name).ok_or_else(|| name.to_string())?),
        };
        contents.push((constant.at.clone(), Content::Json(value)));
    }
    Ok(Call {
        method: operation.method,
        target,
        query: parameters(&operation.query, known),
        headers: [parameters(&provider.headers, known), parameters(&operation.headers, known)].concat(),
        body: if contents.is_empty() { Body::Empty } else { body(operation.encoding, contents) },
    })
}

fn parameters(list: &List<Parameter>, known: &dyn Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let value = |term: &Term| match term {
        Term::Constant(scalar) => Some(scalar.to_string()),
        Term::Reference(name) => known(name),
    };
    list.iter().filter_map(|parameter| Some((parameter.name.to_string(), value(&parameter.value)?))).collect()
}

/// A value on its way into a body.
enum Content {
    Json(Value),
    File { bytes: Arc<[u8]>, media_type: &'static str, name: String },
}

impl Content {
    fn file(bytes: &Arc<[u8]>, name: &str) -> Self {
        let media_type = probe(bytes).map_or("application/octet-stream", |facts| facts.media_type);
        Self::File { bytes: bytes.clone(), media_type, name: name.to_owned() }
    }

    fn text(self) -> String {
        match self {
            Self::Json(Value::String(text)) => text,
            // JSON may write 1e-7, which few forms are read with.
            Self::Json(Value::Number(number)) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
            Self::Json(value) => value.to_string(),
            Self::File { .. } => String::new(),
        }
    }

    fn part(self) -> Part {
        match self {
            Self::File { bytes, media_type, name } => {
                let extension = media_type.rsplit('/').next().unwrap_or("bin");
                Part::File { bytes, media_type: media_type.to_owned(), file_name: format!("{name}.{extension}") }
            }
            json @ Self::Json(_) => Part::Text(json.text()),
        }
    }
}

fn body(encoding: Encoding, contents: Vec<(Path, Content)>) -> Body {
    let has_file = contents.iter().any(|(_, content)| matches!(content, Content::File { .. }));
    match encoding {
        Encoding::Json => Body::Json(document(contents)),
        Encoding::MultipartIfFile if !has_file => Body::Json(document(contents)),
        Encoding::Multipart | Encoding::MultipartIfFile => {
            Body::Multipart(contents.into_iter().map(|(path, content)| (path.to_string(), content.part())).collect())
        }
        Encoding::Form => {
            Body::Form(contents.into_iter().map(|(path, content)| (path.to_string(), content.text())).collect())
        }
    }
}

fn document(contents: Vec<(Path, Content)>) -> Value {
    let mut document = Value::Object(Map::new());
    for (path, content) in contents {
        if let Content::Json(value) = content {
            put(&mut document, &path.segments, value);
        }
    }
    document
}

/// How a value is spelled on the wire.
fn wire_scalar<'f>(field: &'f Field, value: &'f Scalar) -> Cow<'f, Scalar> {
    if let Allowed::Words(words) = &field.allowed
        && let Some(word) = words.iter().find(|word| word.ours == *value)
    {
        return Cow::Borrowed(&word.theirs);
    }
    match &field.text_form {
        Some(TextForm { prefix, suffix }) => Cow::Owned(Scalar::Text(format!("{prefix}{value}{suffix}").into())),
        None => Cow::Borrowed(value),
    }
}

fn encode(field: &Field, input: &Input, contents: &mut Vec<(Path, Content)>) {
    let mut push = |content| contents.push((field.at.clone(), content));
    let limits = field.image.as_ref();
    let bytes = match input {
        Input::Value(value) => return push(Content::Json(to_json(&wire_scalar(field, value)))),
        Input::Image(Image::Url(url)) => {
            let whole = limits.filter(|limits| limits.int).and_then(|_| url.parse::<u64>().ok());
            return push(Content::Json(whole.map_or_else(|| Value::from(&**url), Value::from)));
        }
        Input::Image(Image::Bytes(bytes)) => bytes,
    };
    let Some(form) = limits.and_then(|limits| limits.accepts.iter().find(|form| **form != ImageForm::Url)) else {
        return;
    };
    let media_type = probe(bytes).map_or("application/octet-stream", |facts| facts.media_type);
    match form {
        ImageForm::DataUri => {
            push(Content::Json(format!("data:{media_type};base64,{}", STANDARD.encode(bytes)).into()));
        }
        ImageForm::Base64 => {
            push(Content::Json(STANDARD.encode(bytes).into()));
            if let Some(at) = limits.and_then(|limits| limits.media_type_at.as_ref()) {
                contents.push((at.clone(), Content::Json(media_type.into())));
            }
        }
        ImageForm::File => push(Content::file(bytes, &field.name)),
        // An upload comes before and leaves a name here; a URL is no file.
        ImageForm::Upload | ImageForm::Url => {}
    }
}

fn expand(address: &Address, value: &dyn Fn(&str) -> String) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Reference(name) => escape(&value(name), b""),
        // The path of the create is escaped already.
        Piece::Reserved(name) if *name == "create_path" => value(name),
        Piece::Reserved(name) => escape(&value(name), b"/:"),
    };
    address.pieces.iter().map(piece).collect()
}

/// Everything but RFC 3986's unreserved characters, and those to be kept, is percent-encoded. Dots alone would be a step
/// up however they are written; such an address is refused when its URL is made.
fn escape(text: &str, keep: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            _ if keep.contains(&byte) => escaped.push(char::from(byte)),
            // A text takes whatever is written.
            _ => drop(write!(escaped, "%{byte:02X}")),
        }
    }
    escaped
}

/// The create that a plan means, for those who ask what kind of call it is.
pub(crate) fn is_synchronous(plan: &Plan<'_>) -> bool {
    let reply = &plan.operation().reply;
    reply.output.is_some() && reply.status.is_none()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_value_stays_one_segment() {
        for (text, escaped) in [("a/b?c#d", "a%2Fb%3Fc%23d"), ("a.b", "a.b"), ("é", "%C3%A9"), ("", "")] {
            assert_eq!(escape(text, b""), escaped);
        }
        assert_eq!(escape("a/b:c d", b"/:"), "a/b:c%20d");
    }
}
