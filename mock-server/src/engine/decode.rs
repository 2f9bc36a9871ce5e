//! Values of inputs, from the provider's spelling to ours.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagesize::{ImageType, blob_size, image_type};
use polyreel_spec::{
    Allowed, Field, FieldType, Image, ImageFacts, ImageForm, ImageLimits, Input, Scalar, TextForm, Word,
};
use serde_json::Value;

use super::Rejection;
use super::address::Spelling;
use super::body::Wire;
use super::document::scalar_of;

/// Files that were uploaded, by the identifiers that creates name.
pub type Uploads = BTreeMap<String, Arc<[u8]>>;

/// How much of a wrong value a message repeats, in characters.
const SHOWN: usize = 40;

/// Reads the head of a PNG or JPEG file; `None` if it is neither.
///
/// This is the probe that [`accept`](super::accept) hands to [`Provider::check`](polyreel_spec::Provider::check).
pub fn probe(bytes: &[u8]) -> Option<ImageFacts> {
    let media_type = match image_type(bytes).ok()? {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        _ => return None,
    };
    let size = blob_size(bytes).ok()?;
    Some(ImageFacts { media_type, width: size.width.try_into().ok()?, height: size.height.try_into().ok()? })
}

/// What a value that was sent for a field says. Whether the field allows it is left to the provider's own check.
pub(super) fn decode(field: &Field, wire: Wire<'_>, uploads: &Uploads) -> Result<Input, Rejection> {
    if let Some(limits) = &field.image {
        return image(field, limits, wire, uploads).map(Input::Image);
    }
    if let Allowed::Words(words) = &field.allowed {
        return word(field, words, wire).map(Input::Value);
    }
    if let Some(form) = &field.text_form {
        return number_in_text(field, form, wire).map(Input::Value);
    }
    let value = match wire {
        Wire::Json(value) => scalar_of(value).filter(|scalar| field.kind.admits(scalar)),
        Wire::Text(text) => from_text(field.kind, text),
        Wire::File(_) => None,
    };
    value.map(Input::Value).ok_or_else(|| wrong_type(field, wire))
}

/// All ways to write a field with listed values into an address.
pub(super) fn spellings(field: &Field) -> Vec<Spelling<'static>> {
    match &field.allowed {
        Allowed::Words(words) => {
            words.iter().map(|w| Spelling { wire: w.theirs.to_string().into(), ours: Some(w.ours.clone()) }).collect()
        }
        _ => {
            let wire = |value: &Scalar| match &field.text_form {
                Some(form) => format!("{}{value}{}", form.prefix, form.suffix),
                None => value.to_string(),
            };
            let values = field.values().unwrap_or_default();
            values.into_iter().map(|value| Spelling { wire: wire(&value).into(), ours: Some(value) }).collect()
        }
    }
}

/// A value as a message may repeat it.
pub(super) fn shown(wire: Wire<'_>) -> String {
    let whole = match wire {
        Wire::Json(value) => value.to_string(),
        Wire::Text(text) => format!("{text:?}"),
        Wire::File(bytes) => format!("a file of {} bytes", bytes.len()),
    };
    if whole.chars().count() <= SHOWN { whole } else { whole.chars().take(SHOWN).chain(['…']).collect() }
}

fn word(field: &Field, words: &[Word], wire: Wire<'_>) -> Result<Scalar, Rejection> {
    let is_sent = |word: &&Word| match wire {
        Wire::Json(value) => scalar_of(value).is_some_and(|scalar| scalar == word.theirs),
        Wire::Text(text) => word.theirs.to_string() == text,
        Wire::File(_) => false,
    };
    words.iter().find(is_sent).map(|word| word.ours.clone()).ok_or_else(|| {
        let listed = words.iter().map(|word| format!("{:?}", word.theirs.to_string())).collect::<Vec<_>>().join(", ");
        Rejection::new(&*field.name, "values", format!("{} is not one of {listed}", shown(wire)))
    })
}

fn number_in_text(field: &Field, form: &TextForm, wire: Wire<'_>) -> Result<Scalar, Rejection> {
    let text = match wire {
        Wire::Json(Value::String(text)) => Some(text.as_str()),
        Wire::Text(text) => Some(text),
        Wire::Json(_) | Wire::File(_) => None,
    };
    let digits = text.and_then(|text| text.strip_prefix(&*form.prefix)?.strip_suffix(&*form.suffix));
    digits.and_then(|digits| from_text(field.kind, digits)).ok_or_else(|| {
        let expected = format!("{}7{}", form.prefix, form.suffix);
        Rejection::new(&*field.name, "type", format!("must be a text like {expected:?}, not {}", shown(wire)))
    })
}

/// In a form everything is text, so numbers must be told from it: digits alone, as a client prints them.
fn from_text(kind: FieldType, text: &str) -> Option<Scalar> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = digits(whole.strip_prefix('-').unwrap_or(whole)) && digits(fraction);
    match kind {
        FieldType::Text => Some(text.into()),
        FieldType::Bool => text.parse().ok().map(Scalar::Bool),
        FieldType::Int if is_number => text.parse().ok().map(Scalar::Int),
        FieldType::Number if is_number => {
            text.parse().map(Scalar::Int).ok().or_else(|| text.parse().ok().map(Scalar::Number))
        }
        FieldType::Int | FieldType::Number | FieldType::Image => None,
    }
}

fn image(field: &Field, limits: &ImageLimits, wire: Wire<'_>, uploads: &Uploads) -> Result<Image, Rejection> {
    let accepts = &*limits.accepts;
    if accepts.contains(&ImageForm::Upload) {
        return uploaded(field, limits, wire, uploads);
    }
    let listed = || accepts.iter().map(|form| form.name()).collect::<Vec<_>>().join(", ");
    let broken = |message: String| {
        Err(Rejection::new(&*field.name, "accepts", message)
            .hint(format!("the forms that are taken are: {}", listed())))
    };
    let text = match wire {
        Wire::File(bytes) if accepts.contains(&ImageForm::File) => return Ok(Image::Bytes(bytes.into())),
        Wire::File(_) => return broken("a file part is not taken".to_owned()),
        Wire::Json(Value::String(text)) => text.as_str(),
        Wire::Json(_) => return Err(wrong_type(field, wire)),
        Wire::Text(text) => text,
    };
    let (form, encoded) = if text.starts_with("https://") || text.starts_with("http://") {
        (ImageForm::Url, text)
    } else if let Some(rest) = text.strip_prefix("data:") {
        match rest.split_once(";base64,") {
            Some((_, encoded)) => (ImageForm::DataUri, encoded),
            None => return broken("is a data URI without base64".to_owned()),
        }
    } else {
        (ImageForm::Base64, text)
    };
    if !accepts.contains(&form) {
        return match accepts {
            [ImageForm::File] => broken(format!("{} is a text; a file part with a filename belongs here", shown(wire))),
            _ => broken(format!("{} is no form that is taken", shown(wire))),
        };
    }
    match STANDARD.decode(encoded) {
        _ if form == ImageForm::Url => Ok(Image::Url(encoded.to_owned())),
        Ok(bytes) if !bytes.is_empty() => Ok(Image::Bytes(bytes.into())),
        _ => broken(format!("{} is neither a URL nor a picture in base64", shown(wire))),
    }
}

fn uploaded(field: &Field, limits: &ImageLimits, wire: Wire<'_>, uploads: &Uploads) -> Result<Image, Rejection> {
    let id = match wire {
        Wire::Json(Value::String(text)) if !limits.int => text.clone(),
        Wire::Json(Value::Number(number)) if limits.int => number.to_string(),
        Wire::Text(text) => text.to_owned(),
        Wire::Json(_) | Wire::File(_) => {
            let expected = if limits.int { "a whole number" } else { "a text" };
            let message = format!("the identifier of an upload must be {expected}, not {}", shown(wire));
            return Err(Rejection::new(&*field.name, "type", message));
        }
    };
    uploads.get(&id).map(|bytes| Image::Bytes(Arc::clone(bytes))).ok_or_else(|| {
        Rejection::new(&*field.name, "upload", format!("{} names no file that was uploaded", shown(wire)))
            .hint("upload the file first and send the identifier that the answer gives")
    })
}

fn wrong_type(field: &Field, wire: Wire<'_>) -> Rejection {
    let expected = match field.kind {
        FieldType::Text => "a text",
        FieldType::Int => "a whole number",
        FieldType::Number => "a number",
        FieldType::Bool => "true or false",
        FieldType::Image => "an image",
    };
    let rejection = Rejection::new(&*field.name, "type", format!("must be {expected}, not {}", shown(wire)));
    if matches!(wire, Wire::Json(Value::Null)) { rejection.hint("leave it out instead") } else { rejection }
}
