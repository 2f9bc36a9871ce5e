//! Calls around the making of a film: cancelling, uploads, the balance.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::{Amount, HttpPattern, ImageForm, Provider, Step, Term};
use serde_json::Value;

use super::body::{SentBody, Wire};
use super::document::is_something;
use super::draft::{Draft, complete_envelope, hold_envelope};
use super::parameters::{Meant, read_constants, read_parameters};
use super::said::SaidState;
use super::{Rejection, Request};

/// The answer to a cancel: the job is stopped, or will be.
pub(super) fn stopped(provider: &Provider, state: &SaidState, pick: usize) -> Option<Draft> {
    let cancel = provider.cancel.as_ref()?;
    let codes = match state {
        SaidState::Cancelled { billed: None } => &cancel.done,
        SaidState::Accepted => &cancel.requested,
        _ => return None,
    };
    let code = codes.get(pick.checked_rem(codes.len())?)?;
    let mut draft = Draft::new(code.example());
    let ok = cancel.operation.reply.ok.as_ref();
    hold_envelope(&mut draft, &cancel.operation.reply)?;
    complete_envelope(&mut draft, &cancel.operation.reply)?;
    ok.is_none_or(|ok| draft.meets(ok, None)).then_some(draft)
}

/// Whether an answer of this HTTP code to a cancel says something else than that it is refused.
pub(super) fn is_stop(provider: &Provider, http: u16) -> bool {
    let is_one = |patterns: &[HttpPattern]| patterns.iter().any(|pattern| pattern.matches(http));
    provider.cancel.as_ref().is_some_and(|cancel| is_one(&cancel.done) || is_one(&cancel.requested))
}

/// The answer to an upload.
pub(super) fn uploaded(provider: &Provider, id: &str) -> Option<Draft> {
    let upload = provider.upload.as_ref()?;
    let mut draft = Draft::new(200);
    hold_envelope(&mut draft, &upload.operation.reply)?;
    let id = if names_uploads_by_number(provider) { Value::from(id.parse::<i64>().ok()?) } else { Value::from(id) };
    draft.put_one(upload.id.first().filter(|_| is_something(&id))?, id)?;
    complete_envelope(&mut draft, &upload.operation.reply)?;
    Some(draft)
}

/// The answer to the question how much is left.
pub(super) fn balance(provider: &Provider, amount: Amount) -> Option<Draft> {
    let balance = provider.balance.as_ref()?;
    let mut draft = Draft::new(200);
    hold_envelope(&mut draft, &balance.operation.reply)?;
    match &balance.amount.text {
        Some(form) => {
            let text = format!("{}{amount}{}", form.prefix, form.suffix);
            draft.put_one(&balance.amount.at, Value::from(text))?;
        }
        None => draft.put_one(&balance.amount.at, serde_json::from_str(&amount.to_string()).ok()?)?,
    }
    complete_envelope(&mut draft, &balance.operation.reply)?;
    Some(draft)
}

/// Reads the file out of a request to upload one. The key is not looked at.
///
/// # Errors
///
/// The first thing in the request that the provider does not take.
pub fn file(provider: &Provider, request: &Request) -> Result<Vec<u8>, Rejection> {
    let Some(upload) = &provider.upload else {
        return Err(Rejection::new("path", "address", "is none of this provider"));
    };
    let meaning = |term: &Term| match term {
        Term::Constant(value) => Meant::Exactly(value.clone()),
        Term::Reference(_) => Meant::Anything,
    };
    read_parameters(provider, &upload.operation, request, &meaning)?;
    let body = SentBody::read(upload.operation.encoding, request)?;
    let mut taken = Vec::new();
    read_constants(&upload.operation.body, &body, &mut taken, &meaning)?;
    let place = upload.file_at.to_string();
    let Some((wire, places)) = body.at(&upload.file_at) else {
        return Err(Rejection::new(place, "required", format!("is required by an {}", Step::Upload)));
    };
    let decoded = |text: &str| STANDARD.decode(text.split_once(";base64,").map_or(text, |(_, encoded)| encoded)).ok();
    let bytes = match wire {
        Wire::File(bytes) => Some(bytes.to_vec()),
        Wire::Text(text) => decoded(text),
        Wire::Json(value) => value.as_str().and_then(decoded),
    };
    let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
        return Err(Rejection::new(place, "type", "is no file").hint("a file part needs a filename"));
    };
    taken.extend(places);
    match body.leftovers(&taken).into_iter().next() {
        None => Ok(bytes),
        Some(place) => Err(Rejection::new(place, "unknown", "is not taken")),
    }
}

/// Whether creates name uploaded files by whole numbers.
pub(crate) fn names_uploads_by_number(provider: &Provider) -> bool {
    let of_models = provider.models.iter().flat_map(|model| &model.fields);
    let of_variants = provider.variants.iter().flat_map(|variant| &variant.fields).map(|own| &own.field);
    let mut limits =
        provider.fields.iter().chain(of_models).chain(of_variants).filter_map(|field| field.image.as_ref());
    limits.any(|limits| limits.int && limits.accepts.contains(&ImageForm::Upload))
}
