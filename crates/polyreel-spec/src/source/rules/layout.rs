//! What one reply must carry has to fit side by side.

use super::super::reading::Context;
use super::whereabouts::Whereabouts;
use super::{Claim, is_synchronous, side_by_side};
use crate::{Operation, Path, Provider, State, Step};

pub(super) fn check(
    provider: &Provider,
    operation: &Operation,
    step: Step,
    at: &Whereabouts<'_>,
    context: &mut Context<'_>,
) {
    let reply = &operation.reply;
    let status = reply.status.as_ref();
    let says = |state| status.is_some_and(|status| status.says(state));
    let base = always(operation, step, at);
    let mut beside = |more: Vec<Claim<'_>>| {
        let all: Vec<_> = base.iter().cloned().chain(more).collect();
        side_by_side("A305", &all, "one reply", context);
    };
    beside(Vec::new());
    if says(State::Done) || is_synchronous(operation) || step == Step::Result {
        let mut side: Vec<Claim<'_>> = Vec::new();
        for value in &reply.also {
            side.push((&value.place.at, format!("`{}`", value.name), at.also(&value.name)));
        }
        if step != Step::Create {
            side.extend(saved(operation, at));
        }
        beside(side.clone());
        for path in reply.output.iter().flat_map(|output| output.url.iter().chain(&output.base64)) {
            let film = (path, "the film".to_owned(), at.film(Some(path)));
            beside(side.iter().cloned().chain([film]).collect());
        }
    }
    let queue = reply.queue_position.iter().filter(|_| says(State::Queued));
    beside(queue.map(|place| (&place.at, "the queue position".to_owned(), at.queue_position())).collect());
    let progress = reply.progress.iter().filter(|_| says(State::Running));
    beside(progress.map(|progress| (&progress.place.at, "the progress".to_owned(), at.progress())).collect());
    if says(State::Failed) {
        beside(reasons(provider, operation, at));
        let code = &provider.errors.job.code;
        if status.and_then(|status| status.at.as_ref()).is_some_and(|word| code.contains(word)) {
            let message = "the word of the status is also the failure's code";
            context.problem_with_hint("A306", &at.status(), message, "make a rule of it and give the rule a `kind`");
        }
    }
}

/// What every reply of the call carries.
fn always<'p>(operation: &'p Operation, step: Step, at: &Whereabouts<'_>) -> Vec<Claim<'p>> {
    let reply = &operation.reply;
    let mut base: Vec<Claim<'p>> = Vec::new();
    let envelope = reply.ok.as_ref().and_then(|ok| ok.at.as_ref());
    base.extend(envelope.map(|path| (path, "the envelope's word".to_owned(), at.ok())));
    if matches!(step, Step::Create | Step::Find) {
        base.extend(saved(operation, at));
    }
    let word = reply.status.as_ref().filter(|status| !status.words.is_empty()).and_then(|status| status.at.as_ref());
    base.extend(word.map(|path| (path, "the status".to_owned(), at.status())));
    base
}

fn saved<'p>(operation: &'p Operation, at: &Whereabouts<'_>) -> Vec<Claim<'p>> {
    let saved = operation.reply.save.iter();
    let claim = |saved: &'p crate::Saved| {
        let path: &Path = saved.at.first()?;
        Some((path, format!("`{}`", saved.name), at.saved(&saved.name)))
    };
    saved.filter_map(claim).collect()
}

fn reasons<'p>(provider: &'p Provider, operation: &'p Operation, at: &Whereabouts<'_>) -> Vec<Claim<'p>> {
    let job = &provider.errors.job;
    // A failure may stand in the very field that otherwise reports a refusal.
    let envelope = operation.reply.ok.as_ref().and_then(|ok| ok.at.as_ref());
    let code = job.code.first().filter(|code| Some(*code) != envelope);
    let claim = |path: &'p Path, what: &str| -> Claim<'p> { (path, what.to_owned(), at.status()) };
    let message = job.message.first().map(|path| claim(path, "the message of a failure"));
    code.map(|path| claim(path, "the code of a failure")).into_iter().chain(message).collect()
}
