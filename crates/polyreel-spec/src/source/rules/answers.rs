//! Answers: each means one thing.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::bounds;
use super::super::reading::Context;
use super::super::written::Spec;
use super::whereabouts::Whereabouts;
use super::witness::draft::is_there;
use super::{creates, is_synchronous, layout, span, witness};
use crate::{CodePattern, ErrorRule, HttpPattern, Operation, Path, Provider, Scalar, Segment, State, Step};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let before = context.problems.len();
    refusals(spec, provider, context);
    if bounds::errors(spec, provider, context) {
        dead_rules(spec, provider, context);
    }
    if context.problems.len() > before {
        return;
    }
    for (operation, at) in creates(provider).zip(Whereabouts::of_creates(spec)) {
        let may_be_done = operation.reply.status.as_ref().is_some_and(|status| status.says(State::Done));
        if may_be_done && operation.reply.output.is_none() && !leads_on(provider) {
            context.problem("A304", &at.status(), "a create that may be done needs an `output`");
        }
        one(spec, provider, Step::Create, operation, &at, context);
    }
    for step in [Step::Poll, Step::Result, Step::Find] {
        if let Some(operation) = provider.operation(step) {
            one(spec, provider, step, operation, &Whereabouts::of(spec, step), context);
        }
    }
    outputs(spec, provider, context);
}

fn one(
    spec: &Spec,
    provider: &Provider,
    step: Step,
    operation: &Operation,
    at: &Whereabouts<'_>,
    context: &mut Context<'_>,
) {
    if !bounds::answers(provider, operation, &at.call(), context) {
        return;
    }
    let before = context.problems.len();
    beside_a_film(operation, at, context);
    words(operation, at, context);
    paths(operation, at, context);
    layout::check(provider, operation, step, at, context);
    // What cannot stand side by side would be reported once more for every state.
    if context.problems.len() == before {
        witness::check(provider, step, operation, at, &failures(spec), context);
    }
}

/// A body that is the film holds nothing else, so what is saved stands in headers.
fn beside_a_film(operation: &Operation, at: &Whereabouts<'_>, context: &mut Context<'_>) {
    if operation.reply.output.as_ref().is_none_or(|output| output.body.is_none()) {
        return;
    }
    for saved in &operation.reply.save {
        if let Some(path) = saved.at.first().filter(|path| path.header().is_none()) {
            let message = format!("`{}` is taken from the body at `{path}`, but the body is the film", saved.name);
            context.problem_with_hint("A307", &at.saved(&saved.name), message, "take it from a header: `header:x-…`");
        }
    }
}

/// Where it is written why a job failed.
fn failures(spec: &Spec) -> Range<usize> {
    let errors = spec.errors.as_ref();
    let plane = errors.and_then(|errors| errors.job.as_ref().or(errors.reply.as_ref()));
    plane.map_or_else(|| span(errors), |plane| plane.span.clone())
}

/// After a poll that says done there is another call that gives the film.
fn leads_on(provider: &Provider) -> bool {
    provider.result.is_some() || provider.download.as_ref().is_some_and(|download| download.operation.is_some())
}

fn outputs(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let at = span(spec.poll.as_ref());
    let at = if at.is_empty() { span(spec.create.as_ref()) } else { at };
    if let Some(poll) = &provider.poll {
        let written = Whereabouts::of(spec, Step::Poll);
        match &poll.reply.status {
            None => context.problem("S003", &at, "a poll needs a `status`"),
            Some(status) if !status.says(State::Done) => {
                context.problem("A301", &written.status(), "nothing means `done`");
            }
            Some(_) => {}
        }
        match (&poll.reply.output, leads_on(provider)) {
            (None, false) => context.problem("A304", &at, "a finished poll needs an `output`"),
            (Some(_), true) if provider.result.is_some() => {
                let message = "the film is in the poll or in the result, not in both";
                context.problem("A304", &written.film(None), message);
            }
            _ => {}
        }
    }
    if let Some(result) = &provider.result
        && result.reply.output.is_none()
    {
        context.problem("A304", &span(spec.result.as_ref()), "a result needs an `output`");
    }
    if provider.poll.is_none() && !creates(provider).any(is_synchronous) {
        context.problem("A301", &at, "nothing ever gives a film");
    }
}

fn words(operation: &Operation, at: &Whereabouts<'_>, context: &mut Context<'_>) {
    let Some(status) = &operation.reply.status else { return };
    let spell = |word: &Scalar| if status.ignore_case { word.to_string().to_lowercase() } else { word.to_string() };
    let mut seen = BTreeSet::new();
    for words in &status.words {
        for (position, word) in words.words.iter().enumerate() {
            let span = at.word(words.state, position);
            let spelled = spell(word);
            if spelled.trim().is_empty() {
                context.problem("A303", &span, "an empty word");
            } else if seen.contains(&spelled) {
                context.problem("A303", &span, format!("the word `{spelled}` is listed twice"));
            }
            seen.insert(spelled);
        }
    }
    for (position, rule) in status.rules.iter().enumerate() {
        let is_twice = |(position, pattern): (usize, &HttpPattern)| {
            let others = rule.when.http.iter().enumerate().filter(|(other, _)| *other != position);
            others.map(|(_, other)| other).any(|other| other.matches(pattern.example()))
        };
        if rule.when.http.iter().enumerate().any(is_twice) {
            let message = "one HTTP code is listed twice, alone or in its hundred";
            context.problem("A303", &at.rule(position), message);
        }
    }
}

/// Places in replies can be read, and a value at them can be written.
fn paths(operation: &Operation, at: &Whereabouts<'_>, context: &mut Context<'_>) {
    let reply = &operation.reply;
    let mut places: Vec<(&Path, Range<usize>)> = Vec::new();
    let mut one: Vec<(&Path, Range<usize>)> = Vec::new();
    one.extend(reply.queue_position.iter().map(|place| (&place.at, at.queue_position())));
    one.extend(reply.progress.iter().map(|progress| (&progress.place.at, at.progress())));
    let status = reply.status.iter();
    places.extend(status.filter_map(|status| Some((status.at.as_ref()?, at.status()))));
    places.extend(reply.ok.iter().filter_map(|ok| Some((ok.at.as_ref()?, at.ok()))));
    places.extend(reply.save.iter().flat_map(|saved| saved.at.iter().map(|path| (path, at.saved(&saved.name)))));
    let outputs = reply.output.iter().flat_map(|output| output.url.iter().chain(&output.base64));
    places.extend(outputs.map(|path| (path, at.film(Some(path)))));
    places.extend(reply.also.iter().map(|side| (&side.place.at, at.also(&side.name))));
    for (path, span) in one.iter().filter(|(path, _)| path.is_plural()) {
        context.problem("S005", span, format!("`{path}` may hold several numbers"));
    }
    for (path, span) in places.into_iter().chain(one) {
        readable(path, &span, context);
    }
}

/// A place in a reply ends in something that can hold a value.
fn readable(path: &Path, at: &Range<usize>, context: &mut Context<'_>) {
    match path.segments.last() {
        Some(Segment::Select(_)) => {
            context.problem("S005", at, format!("`{path}` ends in a selector: there is nothing to write"));
        }
        Some(Segment::Json) => {
            context.problem("S005", at, format!("`{path}` ends in `@json`: name what is inside"));
        }
        _ => {}
    }
}

/// Where codes and messages are, and that a refusal can hold both.
fn refusals(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let Some(errors) = spec.errors.as_ref() else { return };
    let planes = [(&provider.errors.reply, errors.reply.as_ref()), (&provider.errors.job, errors.job.as_ref())];
    for (plane, written) in planes {
        let at = written.map_or_else(|| errors.span.clone(), |plane| plane.span.clone());
        for path in plane.code.iter().chain(&plane.message) {
            readable(path, &at, context);
        }
    }
    for (rule, written) in provider.errors.rules.iter().zip(errors.rules.as_deref().into_iter().flatten()) {
        let at = |position: usize| written.code.as_ref().and_then(|codes| codes.get(position)).map(|code| &code.span);
        for (position, code) in rule.code.iter().enumerate() {
            let trouble = match code {
                CodePattern::Code(code) if !is_there(code) => Some(format!("the code `{code}` counts as none")),
                CodePattern::Prefix(prefix) if prefix.is_empty() => Some("`*` is every code".to_owned()),
                CodePattern::Code(_) | CodePattern::Prefix(_) => None,
            };
            if let Some(message) = trouble {
                context.problem("A308", at(position).unwrap_or(&written.span), message);
            }
        }
        let is_empty = |pattern: &HttpPattern| matches!(pattern, HttpPattern::Code(204 | 205 | 304));
        if rule.http.iter().any(is_empty) {
            let span = written.http.as_ref().map_or(&written.span, |http| &http.span);
            context.problem("A308", span, "an answer with this HTTP code has no body, and refuses nothing");
        }
    }
    let reply = &provider.errors.reply;
    if let (Some(code), Some(message)) = (reply.code.first(), reply.message.first())
        && code.collides(message)
    {
        let at = errors.reply.as_ref().map_or_else(|| errors.span.clone(), |reply| reply.span.clone());
        let message = format!("the code at {code} and the message at {message} cannot both stand in one refusal");
        context.problem("A305", &at, message);
    }
}

/// An error rule that an earlier one makes unreachable.
fn dead_rules(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let written = spec.errors.as_ref().and_then(|errors| errors.rules.as_ref());
    let rules = &provider.errors.rules;
    for (position, rule) in rules.iter().enumerate() {
        if rules[..position].iter().any(|earlier| takes(earlier, rule)) {
            let kind = written.and_then(|rules| rules.get(position)?.kind.as_ref());
            let at = kind.map_or_else(|| span(written), |kind| kind.span.clone());
            context.problem("A309", &at, format!("the rule for {} ({}) can never apply", rule.kind, signs(rule)));
        }
    }
}

fn takes(earlier: &ErrorRule, later: &ErrorRule) -> bool {
    let http = earlier.http.is_empty()
        || !later.http.is_empty()
            && later.http.iter().all(|pattern| {
                earlier
                    .http
                    .iter()
                    .any(|own| own == pattern || matches!(pattern, HttpPattern::Code(code) if own.matches(*code)))
            });
    let code = earlier.code.is_empty()
        || !later.code.is_empty()
            && later.code.iter().all(|pattern| {
                earlier.code.iter().any(|own| match (own, pattern) {
                    (CodePattern::Prefix(own), CodePattern::Prefix(prefix)) => prefix.starts_with(&**own),
                    (own, CodePattern::Code(code)) => own.matches(&code.to_string()),
                    _ => false,
                })
            });
    let message = match (&earlier.message_has, &later.message_has) {
        (None, _) => true,
        (Some(own), Some(text)) => text.to_lowercase().contains(&own.to_lowercase()),
        (Some(_), None) => false,
    };
    http && code && message
}

fn signs(rule: &ErrorRule) -> String {
    let http = rule.http.iter().map(|pattern| format!("http {}", pattern.example()));
    let code = rule.code.iter().map(|pattern| match pattern {
        CodePattern::Code(code) => format!("code {code}"),
        CodePattern::Prefix(prefix) => format!("code {prefix}*"),
    });
    let message = rule.message_has.iter().map(|text| format!("message `{text}`"));
    http.chain(code).chain(message).collect::<Vec<_>>().join(", ")
}
