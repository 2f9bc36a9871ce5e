//! Create requests, read back into the inputs that they were made from.

use polyreel_spec::{Constant, Encoding, Input, Inputs, Model, Operation, Provider, Term};

use super::address::{Segments, Spelled, Spelling, readings};
use super::body::{Body, Wire};
use super::decode::{decode, probe, shown, spellings};
use super::document::scalar_of;
use super::{Rejection, Request};

/// What a create request asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The model, by our name for it.
    pub model: String,
    /// The inputs, by our names and in our spelling.
    pub inputs: Inputs,
}

/// Reads a create request back into the model and the inputs that it was made from, and checks them.
///
/// Nothing in the request may be left over, and exactly one model may be meant by it. The key is not looked at.
///
/// # Errors
///
/// The first thing in the request that the provider does not take.
pub fn accept(provider: &Provider, request: &Request) -> Result<Accepted, Rejection> {
    if request.method != provider.create.method.name() {
        let hint = format!("a create is a {}", provider.create.method.name());
        return Err(Rejection::new("method", "method", format!("{} is not taken here", request.method)).hint(hint));
    }
    let (path, query) = request.split_query();
    let candidates = candidates(provider, path);
    if candidates.is_empty() {
        let hint = format!("a create goes to {}", provider.create.address);
        return Err(Rejection::new("path", "address", "leads to no model").hint(hint));
    }
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(Rejection::new("query", "unknown", "is not taken").hint("inputs go into the body"));
    }
    let body = Body::read(provider.create.encoding, request)?;
    if let Some(constant) = provider.create.body.iter().find(|constant| is_broken(constant, &body)) {
        return Err(wrong_constant(constant));
    }
    let meant: Vec<_> = candidates.into_iter().filter(|(model, _)| is_named(provider, model, &body)).collect();
    if meant.is_empty() {
        return Err(wrong_model(provider, &body));
    }
    let (found, broken): (Vec<_>, Vec<_>) =
        meant.into_iter().map(|(model, spelled)| read_as(provider, model, spelled, &body)).partition(Result::is_ok);
    let mut found: Vec<_> = found.into_iter().flatten().collect();
    match (found.pop(), found.is_empty()) {
        (Some((model, inputs)), true) => check(provider, model, inputs),
        (Some((model, _)), false) => Err(Rejection::new(
            "model",
            "ambiguous",
            format!(
                "{} is meant, or one of {} more; the provider file does not tell them apart",
                model.key,
                found.len()
            ),
        )),
        (None, _) => Err(broken
            .into_iter()
            .find_map(Result::err)
            .unwrap_or_else(|| Rejection::new("model", "ambiguous", "is none that the provider file describes"))),
    }
}

/// The models that an address may mean, each with the inputs that the address carries.
pub(super) fn candidates<'p>(provider: &'p Provider, path: &str) -> Vec<(&'p Model, Spelled)> {
    let Some(path) = Segments::read(path) else { return Vec::new() };
    let of_model = |model: &'p Model| {
        let spellings = |name: &str| match provider.field(model, name) {
            _ if name == "model" => vec![Spelling { wire: model.id.to_string(), ours: None }],
            Some(field) => spellings(field),
            None => Vec::new(),
        };
        readings(&provider.create.address, &path, &spellings).into_iter().map(move |spelled| (model, spelled))
    };
    provider.models.iter().flat_map(of_model).collect()
}

/// Whether a body holds exactly what a call without inputs always sends.
pub(super) fn holds_constants(operation: &Operation, model: &Model, request: &Request) -> bool {
    if operation.body.is_empty() {
        return request.body.is_empty() || operation.encoding == Encoding::Json && request.body == b"{}";
    }
    Body::read(operation.encoding, request).is_ok_and(|body| {
        let taken: Vec<_> = operation.body.iter().map(|constant| &constant.at).collect();
        let is_right = |constant: &Constant| match constant.value {
            Term::Model => body.at(&constant.at).is_some_and(|wire| is_text(wire, &model.id)),
            Term::Constant(_) => !is_broken(constant, &body),
        };
        operation.body.iter().all(is_right) && body.leftovers(&taken).is_empty()
    })
}

fn read_as<'p>(
    provider: &'p Provider,
    model: &'p Model,
    spelled: Spelled,
    body: &Body,
) -> Result<(&'p Model, Inputs), Rejection> {
    let operation = &provider.create;
    let mut inputs: Inputs = spelled.into_iter().map(|(name, value)| (name, Input::Value(value))).collect();
    let mut taken: Vec<_> = operation.body.iter().map(|constant| &constant.at).collect();
    let mut places = Vec::new();
    for name in model.inputs().filter(|name| !Provider::in_address(&operation.address, name)) {
        let Some(field) = provider.field(model, name) else { continue };
        taken.push(&field.at);
        places.push(field.at.to_string());
        if let Some(wire) = body.at(&field.at) {
            let input = decode(field, wire).map_err(|rejection| with_place(rejection, name, &field.at.to_string()))?;
            inputs.insert(name.to_owned(), input);
        }
    }
    match body.leftovers(&taken).into_iter().next() {
        None => Ok((model, inputs)),
        Some(place) => {
            let hint = format!("what it takes is {}", places.join(", "));
            Err(Rejection::new(place, "unknown", format!("is not taken by {}", model.key)).hint(hint))
        }
    }
}

fn check(provider: &Provider, model: &Model, inputs: Inputs) -> Result<Accepted, Rejection> {
    let violations = provider.check(model, &inputs, &probe);
    let Some((first, others)) = violations.split_first() else {
        return Ok(Accepted { model: model.key.to_string(), inputs });
    };
    let message = others.iter().fold(first.message.clone(), |message, other| format!("{message}; {other}"));
    let place = provider.field(model, &first.field).map(|field| field.at.to_string());
    let rejection = Rejection::new(&first.field, first.rule, message);
    Err(with_place(rejection, &first.field, place.as_deref().unwrap_or(&first.field)))
}

/// Who wrote the request by hand knows the provider's name, not ours.
fn with_place(rejection: Rejection, name: &str, place: &str) -> Rejection {
    if name == place || rejection.hint.is_some() {
        return rejection;
    }
    rejection.hint(format!("the provider calls it {place}"))
}

fn is_broken(constant: &Constant, body: &Body) -> bool {
    let Term::Constant(expected) = &constant.value else { return false };
    !body.at(&constant.at).is_some_and(|wire| match wire {
        Wire::Json(value) => scalar_of(value).is_some_and(|sent| sent == *expected),
        Wire::Text(text) => text == expected.to_string(),
        Wire::File(_) => false,
    })
}

fn wrong_constant(constant: &Constant) -> Rejection {
    let Constant { at, value } = constant;
    let expected = if let Term::Constant(expected) = value { expected.to_string() } else { "the model".to_owned() };
    Rejection::new(at.to_string(), "constant", format!("must be {expected}"))
}

fn is_named(provider: &Provider, model: &Model, body: &Body) -> bool {
    let mut names = provider.create.body.iter().filter(|constant| constant.value == Term::Model);
    names.all(|constant| body.at(&constant.at).is_some_and(|wire| is_text(wire, &model.id)))
}

fn is_text(wire: Wire<'_>, expected: &str) -> bool {
    match wire {
        Wire::Json(value) => value.as_str() == Some(expected),
        Wire::Text(text) => text == expected,
        Wire::File(_) => false,
    }
}

fn wrong_model(provider: &Provider, body: &Body) -> Rejection {
    let place = provider.create.body.iter().find(|constant| constant.value == Term::Model).map(|constant| &constant.at);
    let listed = provider.models.iter().map(|model| &*model.id).collect::<Vec<_>>().join(", ");
    let hint = format!("{} has {listed}", provider.name);
    match place.and_then(|at| body.at(at)) {
        Some(wire) => Rejection::new("model", "values", format!("{} is no model", shown(wire))),
        None => Rejection::new("model", "required", "is required"),
    }
    .hint(hint)
}
