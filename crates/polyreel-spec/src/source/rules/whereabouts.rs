//! Where the parts of a reply's shape are written, so that a problem points at the very word, rule or path.

use std::ops::Range;

use super::super::reading::{Located, Many, Map};
use super::super::written::{self, Output, PlaceEntry, SaveEntry, Short, Spec};
use super::span;
use crate::{Path, Scalar, State, Step};

type Entry<'s, T> = Option<&'s Located<T>>;

/// The written parts of what an answer to one call means. They may stand at another call: that of a `reply_as: poll`, or
/// the plain create of a variant.
#[derive(Clone, Debug, Default)]
pub(super) struct Whereabouts<'s> {
    /// The call itself.
    call: Range<usize>,
    ok: Entry<'s, written::Condition>,
    status: Entry<'s, written::Status>,
    save: Entry<'s, Map<Short<SaveEntry>>>,
    output: Entry<'s, Output>,
    also: Entry<'s, Map<Short<PlaceEntry>>>,
    queue_position: Entry<'s, Short<PlaceEntry>>,
    progress: Entry<'s, Short<PlaceEntry>>,
}

impl<'s> Whereabouts<'s> {
    /// Those of the plain create and of its variants, in this order.
    pub(super) fn of_creates(spec: &'s Spec) -> Vec<Self> {
        let Some(create) = spec.create.as_ref() else { return Vec::new() };
        let plain = Self {
            call: create.span.clone(),
            ok: create.ok.as_ref().or(spec.ok.as_ref()),
            status: create.status.as_ref(),
            save: create.save.as_ref(),
            output: create.output.as_ref(),
            also: create.also.as_ref(),
            ..Self::default()
        };
        let of_variant = |variant: &'s Located<written::CreateVariant>| {
            let own = variant.status.is_some() || variant.output.is_some();
            let like = variant.reply_as.as_ref().or(if own { None } else { create.reply_as.as_ref() });
            let parts = Self {
                call: if variant.span.is_empty() { create.span.clone() } else { variant.span.clone() },
                ok: variant.ok.as_ref().or(plain.ok),
                status: variant.status.as_ref().or(plain.status),
                save: variant.save.as_ref().or(plain.save),
                output: variant.output.as_ref().or(plain.output),
                also: variant.also.as_ref().or(plain.also),
                ..Self::default()
            };
            if like.is_some() { parts.like_poll(spec) } else { parts }
        };
        let variants: Vec<_> = create.variants.as_deref().into_iter().flatten().map(of_variant).collect();
        let plain = if create.reply_as.is_some() { plain.like_poll(spec) } else { plain };
        std::iter::once(plain).chain(variants).collect()
    }

    /// Those of a later call.
    pub(super) fn of(spec: &'s Spec, step: Step) -> Self {
        let call = match step {
            Step::Poll => spec.poll.as_ref(),
            Step::Result => spec.result.as_ref(),
            Step::Find => spec.find.as_ref(),
            _ => None,
        };
        let Some(call) = call else { return Self::default() };
        Self {
            call: call.span.clone(),
            ok: call.ok.as_ref().or(spec.ok.as_ref()),
            status: call.status.as_ref(),
            save: call.save.as_ref(),
            output: call.output.as_ref(),
            also: call.also.as_ref(),
            queue_position: call.queue_position.as_ref(),
            progress: call.progress.as_ref(),
        }
    }

    fn like_poll(self, spec: &'s Spec) -> Self {
        let poll = Self::of(spec, Step::Poll);
        Self {
            status: self.status.or(poll.status),
            output: self.output.or(poll.output),
            also: self.also.or(poll.also),
            queue_position: poll.queue_position,
            progress: poll.progress,
            ..self
        }
    }

    pub(super) fn call(&self) -> Range<usize> {
        self.call.clone()
    }

    fn or_call(&self, span: Option<Range<usize>>) -> Range<usize> {
        span.filter(|span| !span.is_empty()).unwrap_or_else(|| self.call())
    }

    /// The envelope test.
    pub(super) fn ok(&self) -> Range<usize> {
        self.or_call(self.ok.map(|ok| ok.span.clone()))
    }

    /// Where the status says where its word is, or else the status.
    pub(super) fn status(&self) -> Range<usize> {
        let at = self.status.and_then(|status| status.at.as_ref()).map(|at| at.span.clone());
        self.or_call(at.or_else(|| self.status.map(|status| status.span.clone())))
    }

    /// A status rule, by its position.
    pub(super) fn rule(&self, position: usize) -> Range<usize> {
        let rule = self.status.and_then(|status| status.rules.as_ref()?.get(position));
        self.or_call(rule.map(|rule| match rule.state.as_ref() {
            Some(state) if rule.span.is_empty() => state.span.clone(),
            _ => rule.span.clone(),
        }))
    }

    /// The n-th of the words of a state.
    pub(super) fn word(&self, state: State, position: usize) -> Range<usize> {
        let words: Option<&Located<Many<Scalar>>> = self.status.and_then(|status| {
            match state {
                State::Queued => &status.queued,
                State::Running => &status.running,
                State::Done => &status.done,
                State::Failed => &status.failed,
                State::Cancelled => &status.cancelled,
                State::Expired => &status.expired,
            }
            .as_ref()
        });
        self.or_call(words.and_then(|words| words.get(position)).map(|word| word.span.clone()))
    }

    /// One of the paths of a film, or else where all of them are.
    pub(super) fn film(&self, path: Option<&Path>) -> Range<usize> {
        let output = self.output;
        let urls = output.and_then(|output| output.url.as_deref()).into_iter().flatten();
        let base64 = output.and_then(|output| output.base64.as_ref());
        let written = urls.chain(base64).find(|written| Some(&written.value) == path);
        self.or_call(written.map(|written| written.span.clone()).or_else(|| output.map(|output| output.span.clone())))
    }

    /// A saved value.
    pub(super) fn saved(&self, name: &str) -> Range<usize> {
        let entry = self.save.and_then(|save| save.iter().find(|(key, _)| key.value == name));
        self.or_call(entry.map(|(key, _)| key.span.clone()))
    }

    /// A side value.
    pub(super) fn also(&self, name: &str) -> Range<usize> {
        let entry = self.also.and_then(|also| also.iter().find(|(key, _)| key.value == name));
        self.or_call(entry.map(|(key, _)| key.span.clone()))
    }

    pub(super) fn queue_position(&self) -> Range<usize> {
        self.or_call(Some(span(self.queue_position)))
    }

    pub(super) fn progress(&self) -> Range<usize> {
        self.or_call(Some(span(self.progress)))
    }
}
