//! Variants: each is chosen by some request.

use std::ops::Range;

use super::super::reading::{Context, Located};
use super::super::written::{CreateVariant, Spec};
use crate::{Plan, Provider, Variant};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let Some(create) = spec.create.as_ref() else { return };
    let written = create.variants.as_deref().into_iter().flatten();
    let plans: Vec<_> = provider.models.iter().map(|model| provider.plans(model)).collect();
    for (variant, written) in provider.variants.iter().zip(written) {
        if variant.with.is_empty() && variant.models.is_empty() {
            let message = "a variant without `with` or `models` takes every request, so the plain create is never used";
            context.problem_with_hint("R114", &place(written, &create.span), message, "make it the plain create");
        } else if !plans.iter().any(|plans| is_chosen(variant, plans)) {
            let message =
                "no request is left for this variant: no model takes what it is for, or earlier variants take it";
            context.problem("R114", &place(written, &create.span), message);
        }
    }
}

/// Whether some request to a model, which has these plans, is for this variant and for none before it.
fn is_chosen(variant: &Variant, plans: &[Plan<'_>]) -> bool {
    let is_own = |plan: &Plan<'_>| plan.variant.is_some_and(|own| std::ptr::eq(own, variant));
    let Some(position) = plans.iter().position(is_own) else { return false };
    let is_left = |name: &crate::Text| {
        let mut earlier = plans[..position].iter().filter_map(|plan| plan.variant);
        plans[position].model.takes(name) && !earlier.any(|earlier| earlier.with.contains(name))
    };
    variant.with.is_empty() || variant.with.iter().any(is_left)
}

/// Where a variant is written; one in block style has no place of its own.
fn place(written: &Located<CreateVariant>, create: &Range<usize>) -> Range<usize> {
    let parts = [
        Some(&written.span),
        written.with.as_ref().map(|with| &with.span),
        written.models.as_ref().map(|models| &models.span),
        written.path.as_ref().map(|path| &path.span),
    ];
    parts.into_iter().flatten().find(|span| !span.is_empty()).unwrap_or(create).clone()
}
