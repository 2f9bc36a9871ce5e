//! One create request, read as the call of one plan.

use std::rc::Rc;

use polyreel_spec::{Encoding, Field, FieldType, Image, Input, Inputs, Operation, Path, Plan, Term};
use serde_json::Value;

use super::address::{Segments, Spelled, Spelling, readings};
use super::body::{SentBody, Wire};
use super::decode::{Uploads, decode, probe, shown, spellings};
use super::parameters::{Meant, read_constants, read_parameters};
use super::{Rejection, Request};

/// How far a request went along with a plan before it turned out to be no call of it. Whatever goes farthest is what the
/// sender most likely meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Method,
    Parameters,
    Body,
    Constants,
    Model,
    Fields,
    Plan,
    Values,
}

/// Why a request is no call of a plan.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) stage: Stage,
    pub(super) rejection: Rejection,
}

impl Stage {
    fn misfit(self, rejection: Rejection) -> Misfit {
        Misfit { stage: self, rejection }
    }
}

/// The body of one request, read at most once in each encoding.
pub(super) struct Bodies<'r> {
    request: &'r Request,
    read: Vec<(Encoding, Result<Rc<SentBody>, Rejection>)>,
}

impl<'r> Bodies<'r> {
    pub(super) fn new(request: &'r Request) -> Self {
        Self { request, read: Vec::new() }
    }

    fn get(&mut self, encoding: Encoding) -> Result<Rc<SentBody>, Rejection> {
        if let Some((_, known)) = self.read.iter().find(|(own, _)| *own == encoding) {
            return known.clone();
        }
        let body = SentBody::read(encoding, self.request).map(Rc::new);
        self.read.push((encoding, body.clone()));
        body
    }
}

/// All ways to read a path as the address of a plan, each with the inputs that the address carries.
pub(super) fn spelled(plan: &Plan<'_>, path: &Segments<'_>) -> Vec<Spelled> {
    let spellings = |name: &str| match plan.field(name) {
        _ if name == "model" => vec![Spelling { wire: plan.model.id.to_string().into(), ours: None }],
        Some(field) => spellings(field),
        None => Vec::new(),
    };
    readings(&plan.operation().address, path, &spellings)
}

/// Reads a request whose path is the address of a plan, and checks what it says.
pub(super) fn read(
    plan: &Plan<'_>,
    spelled: Spelled,
    request: &Request,
    bodies: &mut Bodies<'_>,
    uploads: &Uploads,
) -> Result<Inputs, Misfit> {
    let operation = plan.operation();
    if request.method != operation.method.name() {
        let hint = format!("a create is a {}", operation.method.name());
        let rejection = Rejection::new("method", "method", format!("{} is not taken here", request.method));
        return Err(Stage::Method.misfit(rejection.hint(hint)));
    }
    let meaning = |term: &Term| meant(plan, term);
    let mut inputs: Inputs = spelled.into_iter().map(|(name, value)| (name, Input::Value(value))).collect();
    let in_parameters = read_parameters(plan.provider, operation, request, &meaning);
    inputs.extend(in_parameters.map_err(|rejection| Stage::Parameters.misfit(rejection))?);
    let body = bodies.get(operation.encoding).map_err(|rejection| Stage::Body.misfit(rejection))?;
    let mut taken = Vec::new();
    let constants = operation.body.iter().chain(&plan.model.body);
    let (models, others): (Vec<_>, Vec<_>) = constants.partition(|constant| constant.value.is_model());
    let in_constants = read_constants(others, &body, &mut taken, &meaning);
    inputs.extend(in_constants.map_err(|rejection| Stage::Constants.misfit(rejection))?);
    if let Some(constant) = models.first().filter(|constant| !names_model(plan, &body, &constant.at)) {
        return Err(Stage::Model.misfit(wrong_model(plan, &body, &constant.at)));
    }
    let is_named = read_constants(models, &body, &mut taken, &meaning);
    is_named.map_err(|rejection| Stage::Model.misfit(rejection))?;
    let in_body = read_fields(plan, &body, &mut taken, uploads);
    inputs.extend(in_body.map_err(|rejection| Stage::Fields.misfit(rejection))?);
    agree(plan, &inputs).map_err(|rejection| Stage::Plan.misfit(rejection))?;
    check(plan, &inputs).map_err(|rejection| Stage::Values.misfit(rejection))?;
    Ok(inputs)
}

fn meant<'p>(plan: &Plan<'p>, term: &Term) -> Meant<'p> {
    match term {
        Term::Constant(value) => Meant::Exactly(value.clone()),
        Term::Reference(name) if *name == "model" => Meant::Exactly((&*plan.model.id).into()),
        Term::Reference(name) => plan.field(name).map_or(Meant::Nothing, Meant::Input),
    }
}

fn read_fields(
    plan: &Plan<'_>,
    body: &SentBody,
    taken: &mut Vec<Path>,
    uploads: &Uploads,
) -> Result<Inputs, Rejection> {
    if !body.has_members() {
        return Err(Rejection::new("body", "json", "is not a JSON object"));
    }
    let mut inputs = Inputs::new();
    let mut places = Vec::new();
    for field in plan.fields().filter(|field| !plan.is_outside_the_body(&field.name)) {
        places.push(field.at.to_string());
        let Some((wire, at)) = body.at(&field.at) else { continue };
        taken.extend(at);
        // An empty text says nothing; pages' own samples send it for what they leave out.
        let is_empty = matches!(wire, Wire::Json(Value::String(text)) if text.is_empty());
        if is_empty && field.kind == FieldType::Text && !plan.model.requires(&field.name) {
            continue;
        }
        let input = decode(field, wire, uploads)
            .map_err(|rejection| with_place(rejection, &field.name, &field.at.to_string()))?;
        read_media_type(field, &input, body, taken)?;
        inputs.insert(field.name.to_string(), input);
    }
    match body.leftovers(taken).into_iter().next() {
        None => Ok(inputs),
        Some(place) => {
            let hint = format!("what it takes is {}", places.join(", "));
            Err(Rejection::new(place, "unknown", format!("is not taken by {}", plan.model.key)).hint(hint))
        }
    }
}

/// Bare base64 may say beside it what it is; then it must be true.
fn read_media_type(field: &Field, input: &Input, body: &SentBody, taken: &mut Vec<Path>) -> Result<(), Rejection> {
    let at = field.image.as_ref().and_then(|limits| limits.media_type_at.as_ref());
    let (Some(at), Input::Image(Image::Bytes(bytes))) = (at, input) else { return Ok(()) };
    let sent = body.at(at);
    // What is no picture is refused for that.
    let is_right =
        probe(bytes).is_none_or(|facts| sent.as_ref().is_some_and(|(wire, _)| is_text(*wire, facts.media_type)));
    if !is_right {
        let message = sent.map_or_else(|| "is missing".to_owned(), |(wire, _)| format!("{} is wrong", shown(wire)));
        let right = probe(bytes).map_or("unknown", |facts| facts.media_type);
        let hint = format!("the picture at {} is {right}", field.at);
        return Err(Rejection::new(at.to_string(), "media_type", message).hint(hint));
    }
    taken.extend(sent.into_iter().flat_map(|(_, places)| places));
    Ok(())
}

/// Whether a create with these inputs would have been sent as the call that it was read as.
fn agree(plan: &Plan<'_>, inputs: &Inputs) -> Result<(), Rejection> {
    let right = plan.provider.plan(plan.model, inputs);
    let is_same = match (plan.variant, right.variant) {
        (None, None) => true,
        (Some(own), Some(other)) => std::ptr::eq(own, other),
        _ => false,
    };
    if is_same {
        return Ok(());
    }
    let with = |plan: &Plan<'_>, is_given: bool| {
        let names = plan.variant.iter().flat_map(|variant| &variant.with);
        names.map(ToString::to_string).find(|name| inputs.contains_key(name) == is_given)
    };
    let (here, there) = (call(plan.operation()), call(right.operation()));
    let rejection = match (with(plan, false), with(&right, true)) {
        (_, Some(name)) => Rejection::new(name, "variant", format!("does not go to {here}")),
        (Some(name), None) => Rejection::new(name, "variant", format!("is missing from a call to {here}")),
        (None, None) => Rejection::new("path", "variant", format!("{} does not go to {here}", plan.model.key)),
    };
    Err(rejection.hint(format!("what the request holds goes to {there}")))
}

fn check(plan: &Plan<'_>, inputs: &Inputs) -> Result<(), Rejection> {
    let violations = plan.provider.check(plan.model, inputs, &probe);
    let Some((first, others)) = violations.split_first() else { return Ok(()) };
    let message = others.iter().fold(first.message.clone(), |message, other| format!("{message}; {other}"));
    let rejection = Rejection::new(&first.field, first.rule, message);
    Err(with_place(rejection, &first.field, &place_of(plan, &first.field)))
}

/// Where a call carries an input, for people.
fn place_of(plan: &Plan<'_>, name: &str) -> String {
    let operation = plan.operation();
    let refers = |value: &Term| matches!(value, Term::Reference(own) if *own == name);
    let parameter = operation.query.iter().chain(&operation.headers).find(|parameter| refers(&parameter.value));
    match (parameter, plan.field(name)) {
        (Some(parameter), _) => parameter.name.to_string(),
        (None, Some(field)) if !plan.is_outside_the_body(name) => field.at.to_string(),
        _ => name.to_owned(),
    }
}

/// Who wrote the request by hand knows the provider's name, not ours.
fn with_place(rejection: Rejection, name: &str, place: &str) -> Rejection {
    if name == place || rejection.hint.is_some() {
        return rejection;
    }
    rejection.hint(format!("the provider calls it {place}"))
}

fn call(operation: &Operation) -> String {
    format!("{} {}", operation.method.name(), operation.address)
}

fn names_model(plan: &Plan<'_>, body: &SentBody, at: &Path) -> bool {
    body.at(at).is_some_and(|(wire, _)| is_text(wire, &plan.model.id))
}

fn wrong_model(plan: &Plan<'_>, body: &SentBody, at: &Path) -> Rejection {
    let provider = plan.provider;
    let listed = provider.models.iter().map(|model| &*model.id).collect::<Vec<_>>().join(", ");
    match body.at(at) {
        Some((wire, _)) => Rejection::new("model", "values", format!("{} is no model", shown(wire))),
        None => Rejection::new("model", "required", "is required"),
    }
    .hint(format!("{} has {listed}", provider.name))
}

fn is_text(wire: Wire<'_>, expected: &str) -> bool {
    match wire {
        Wire::Json(Value::String(text)) => text == expected,
        Wire::Text(text) => text == expected,
        Wire::Json(_) | Wire::File(_) => false,
    }
}
