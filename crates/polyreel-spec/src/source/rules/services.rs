//! Answers to calls around the making of a film: what they give can be read.

use std::ops::Range;

use super::super::reading::Context;
use super::super::written::Spec;
use super::span;
use super::witness::carried::disguised;
use super::witness::draft::Draft;
use super::witness::exchange::number;
use crate::{Condition, HttpPattern, Path, Provider, Scalar, Step};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    if let Some(balance) = &provider.balance {
        let at = span(spec.balance.as_ref().and_then(|balance| balance.amount.as_ref()));
        let ok = balance.operation.reply.ok.as_ref();
        let amount = disguised(&balance.amount, 12.5);
        let reads = |draft: &Draft| number(draft, &balance.amount) == Some(12.5);
        answers(Step::Balance, ok, Some((&balance.amount.at, amount)), &reads, &at, context);
    }
    if let Some(upload) = &provider.upload {
        let at = span(spec.upload.as_ref().and_then(|upload| upload.id.as_ref()));
        let ok = upload.operation.reply.ok.as_ref();
        let id = Scalar::from("upload-7");
        let reads = |draft: &Draft| draft.first_text(&upload.id) == Some(id.to_string());
        answers(Step::Upload, ok, upload.id.first().map(|at| (at, id.clone())), &reads, &at, context);
    }
    if let Some(cancel) = &provider.cancel {
        let at = span(spec.cancel.as_ref());
        answers(Step::Cancel, cancel.operation.reply.ok.as_ref(), None, &|_| true, &at, context);
        let written = spec.cancel.as_ref();
        let requested = span(written.and_then(|cancel| cancel.requested.as_ref()));
        let refused = span(written.and_then(|cancel| cancel.refused.as_ref()));
        let all = [
            (&cancel.done, "done", &at),
            (&cancel.requested, "requested", &requested),
            (&cancel.refused, "refused", &refused),
        ];
        for (position, (codes, what, _)) in all.iter().enumerate() {
            for (others, other, at) in &all[position + 1..] {
                let meet = |a: &HttpPattern, b: &HttpPattern| a.matches(b.example()) || b.matches(a.example());
                if codes.iter().any(|code| others.iter().any(|other| meet(code, other))) {
                    let message = format!("one HTTP code means both `{what}` and `{other}`");
                    context.problem("A303", at, message);
                }
            }
        }
    }
}

/// Whether a good answer that gives this value is read so.
fn answers(
    step: Step,
    ok: Option<&Condition>,
    value: Option<(&Path, Scalar)>,
    reads: &dyn Fn(&Draft) -> bool,
    at: &Range<usize>,
    context: &mut Context<'_>,
) {
    let mut draft = Draft::new();
    let presence = ok.map(|ok| Condition { has: ok.has.clone(), ..Condition::default() });
    let envelope = ok.map_or(Ok(()), |ok| draft.satisfy(&Condition { has: None, ..ok.clone() }));
    let written = value.map_or(Ok(()), |(at, value)| draft.put(at, &[value]));
    // What the answer gives may be the very thing that must be there.
    let completed = presence.map_or(Ok(()), |presence| draft.satisfy(&presence));
    if envelope.and(written).and(completed).is_err() || !reads(&draft) {
        context.problem("A307", at, format!("what the {step} gives cannot be read"));
    } else if ok.is_some_and(|ok| !draft.holds(ok, false)) {
        let hint = "what `ok` asks for must be in every good answer of this call";
        context.problem_with_hint("A307", at, format!("every answer to the {step} is a refusal"), hint);
    }
}
