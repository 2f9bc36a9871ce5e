//! What must hold so that client and simulator are each other's inverse.
//!
//! The codes are part of the language: R for requests, Q for later calls, A for answers. Each rule is a hypothesis of a law;
//! what breaks one without being refused here is a missing rule.

mod answers;
mod later;
mod requests;

use std::ops::Range;

use super::reading::{Context, Located, Map};
use super::written::Spec;
use crate::{Operation, Path, Provider};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    requests::check(spec, provider, context);
    later::check(spec, provider, context);
    answers::check(spec, provider, context);
}

/// Every create: the plain one, and those that differ.
fn creates(provider: &Provider) -> impl Iterator<Item = &Operation> {
    std::iter::once(&provider.create).chain(provider.variants.iter().map(|variant| &variant.operation))
}

/// A create that answers with the film itself, so that nothing is left to ask.
fn is_synchronous(operation: &Operation) -> bool {
    operation.reply.output.is_some() && operation.reply.status.is_none()
}

/// Where the entry of a map stands.
fn span_of<T>(map: Option<&Located<Map<T>>>, name: &str) -> Range<usize> {
    let entry = map.and_then(|map| map.iter().find(|(key, _)| key.value == name));
    entry.map_or(0..0, |(key, _)| key.span.clone())
}

fn span<T>(located: Option<&Located<T>>) -> Range<usize> {
    located.map_or(0..0, |located| located.span.clone())
}

/// Reports every pair of places that one document cannot hold.
fn side_by_side(
    code: &'static str,
    places: &[(&Path, String)],
    at: &Range<usize>,
    what: &str,
    context: &mut Context<'_>,
) {
    for (position, (path, who)) in places.iter().enumerate() {
        for (other_path, other) in &places[..position] {
            if path.collides(other_path) {
                let message = format!("{who} at {path} and {other} at {other_path} cannot both stand in {what}");
                context.problem(code, at, message);
            }
        }
    }
}
