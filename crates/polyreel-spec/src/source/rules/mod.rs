//! What must hold so that client and simulator are each other's inverse.
//!
//! The codes are part of the language: R for requests, Q for later calls, A for answers. Each rule is a hypothesis of a law;
//! what breaks one without being refused here is a missing rule.

mod answers;
mod inputs;
mod later;
mod layout;
mod names;
mod parameters;
mod places;
mod requests;
mod services;
mod variants;
mod whereabouts;
mod witness;

use std::ops::Range;

use super::reading::{Context, Located, Map};
use super::written::{CreateVariant, Spec};
use crate::{Operation, Path, Plan, Provider};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    names::check(spec, provider, context);
    variants::check(spec, provider, context);
    requests::check(spec, provider, context);
    later::check(spec, provider, context);
    answers::check(spec, provider, context);
    services::check(spec, provider, context);
}

/// Every create: the plain one, and those that differ.
fn creates(provider: &Provider) -> impl Iterator<Item = &Operation> {
    std::iter::once(&provider.create).chain(provider.variants.iter().map(|variant| &variant.operation))
}

/// A create that answers with the film itself, so that nothing is left to ask.
fn is_synchronous(operation: &Operation) -> bool {
    operation.reply.output.is_some() && operation.reply.status.is_none()
}

/// The variant of a plan, as it is written.
fn variant<'s>(spec: &'s Spec, plan: &Plan<'_>) -> Option<&'s Located<CreateVariant>> {
    let is_own = |own: &crate::Variant| plan.variant.is_some_and(|variant| std::ptr::eq(own, variant));
    let position = plan.provider.variants.iter().position(is_own)?;
    spec.create.as_ref()?.variants.as_ref()?.get(position)
}

/// Where the entry of a map stands.
fn span_of<T>(map: Option<&Located<Map<T>>>, name: &str) -> Range<usize> {
    let entry = map.and_then(|map| map.iter().find(|(key, _)| key.value == name));
    entry.map_or(0..0, |(key, _)| key.span.clone())
}

fn span<T>(located: Option<&Located<T>>) -> Range<usize> {
    located.map_or(0..0, |located| located.span.clone())
}

/// A place that something takes up: which, what, and where that is written.
type Claim<'p> = (&'p Path, String, Range<usize>);

/// Reports every pair of places that one document cannot hold, at the later of the two.
fn side_by_side(code: &'static str, places: &[Claim<'_>], what: &str, context: &mut Context<'_>) {
    for (position, (path, who, span)) in places.iter().enumerate() {
        for (other_path, other, other_span) in places[..position].iter().filter(|(other, ..)| path.collides(other)) {
            let message = format!("{who} at {path} and {other} at {other_path} cannot both stand in {what}");
            let at = if span.start < other_span.start { other_span } else { span };
            context.problem(code, at, message);
        }
    }
}
