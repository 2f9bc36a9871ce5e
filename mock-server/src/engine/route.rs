//! Which later call on which job a request is.

use polyreel_spec::{Method, Model, Operation, Plan, Provider, Step, Term};

use super::accept::candidates;
use super::address::{Segments, Spelling, readings, resembles};
use super::body::SentBody;
use super::parameters::{Meaning, Meant, query, read_constants, read_parameters};
use super::ticket::{LATER, Ticket};
use super::{Rejection, Request};

/// Which later call on which of these jobs a request is. The key is not looked at.
pub fn route<'t>(
    provider: &Provider,
    request: &Request,
    tickets: impl IntoIterator<Item = &'t Ticket>,
) -> Option<(Step, &'t Ticket)> {
    let (path, _) = request.split_query();
    let path = Segments::read(path)?;
    let steps: Vec<_> = LATER
        .into_iter()
        .filter_map(|step| Some((step, provider.operation(step)?)))
        .filter(|(_, operation)| request.method == operation.method.name() && resembles(&operation.address, &path))
        .collect();
    tickets.into_iter().find_map(|ticket| {
        let model = provider.model(&ticket.model)?;
        let is_meant = |(_, operation): &&(Step, &Operation)| {
            leads_to(operation, &path, model, ticket)
                && holds(provider, operation, request, &|term| ticket.meant(provider, model, term)).is_ok()
        };
        steps.iter().find(is_meant).map(|(step, _)| (*step, ticket))
    })
}

/// Compares query, headers and body with those of a call that carries no inputs. Its address is looked at elsewhere.
pub(super) fn holds(
    provider: &Provider,
    operation: &Operation,
    request: &Request,
    meaning: Meaning<'_, '_>,
) -> Result<(), Rejection> {
    read_parameters(provider, operation, request, meaning)?;
    let takes_object = matches!(operation.method, Method::Post | Method::Put) && request.body == b"{}";
    if operation.body.is_empty() {
        let is_empty = request.body.is_empty() || takes_object;
        return if is_empty { Ok(()) } else { Err(Rejection::new("body", "unknown", "is not taken")) };
    }
    let body = SentBody::read(operation.encoding, request)?;
    let mut taken = Vec::new();
    read_constants(&operation.body, &body, &mut taken, meaning)?;
    match body.leftovers(&taken).into_iter().next() {
        None => Ok(()),
        Some(place) => Err(Rejection::new(place, "unknown", "is not taken")),
    }
}

/// What is wrong with a call of this step, whatever job it is about.
pub(crate) fn misfit(provider: &Provider, operation: &Operation, request: &Request) -> Option<Rejection> {
    holds(provider, operation, request, &|term| match term {
        Term::Constant(value) => Meant::Exactly(value.clone()),
        Term::Reference(_) => Meant::Anything,
    })
    .err()
}

/// What a request looks like that may be none that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resemblance {
    /// A call of this step.
    Call(Step),
    /// A call of this step but for its method, which is this one.
    OtherMethod(Step, Method),
    /// No call of the provider.
    Nothing,
}

/// What a request looks like by its method, its path, and the names in its query.
pub(crate) fn resemblance(provider: &Provider, request: &Request) -> Resemblance {
    let (path, _) = request.split_query();
    let Some(segments) = Segments::read(path) else { return Resemblance::Nothing };
    let creates = candidates(provider, path).into_iter().map(|(plan, _)| (Step::Create, Plan::operation(&plan)));
    let others = Step::ALL.into_iter().filter(|step| *step != Step::Create);
    let others = others.filter_map(|step| Some((step, provider.operation(step)?)));
    let others = others.filter(|(_, operation)| resembles(&operation.address, &segments));
    let sent = query(request);
    let likeness = |step: Step, operation: &Operation| {
        let is_sent = |name: &str| sent.iter().any(|(own, _)| own == name);
        // A create leaves out what is not given, and an address that could be any says little.
        let has_query = step == Step::Create || operation.query.iter().all(|parameter| is_sent(&parameter.name));
        let is_literal = operation.address.references().next().is_none();
        (request.method == operation.method.name(), has_query, is_literal)
    };
    let mut best: Option<((bool, bool, bool), Step, Method)> = None;
    for (step, operation) in creates.chain(others) {
        let likeness = likeness(step, operation);
        if best.is_none_or(|(most, ..)| likeness > most) {
            best = Some((likeness, step, operation.method));
        }
    }
    match best {
        Some(((true, ..), step, _)) => Resemblance::Call(step),
        Some((_, step, method)) => Resemblance::OtherMethod(step, method),
        None => Resemblance::Nothing,
    }
}

fn leads_to(operation: &Operation, path: &Segments<'_>, model: &Model, ticket: &Ticket) -> bool {
    let spellings = |name: &str| {
        let spellings = ticket.spellings(model, name).into_iter();
        spellings.map(|wire| Spelling { wire, ours: None }).collect()
    };
    !readings(&operation.address, path, &spellings).is_empty()
}
