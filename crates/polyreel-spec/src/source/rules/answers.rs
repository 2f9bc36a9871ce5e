//! Answers: each means one thing.

use std::ops::Range;

use super::super::reading::Context;
use super::super::written::Spec;
use super::{creates, is_synchronous, side_by_side, span};
use crate::{CodePattern, Condition, ErrorRule, HttpPattern, Operation, Path, Provider, Scalar, State, Status, Step};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let poll = span(spec.poll.as_ref());
    let poll = if poll.is_empty() { span(spec.create.as_ref()) } else { poll };
    for operation in creates(provider) {
        words(operation, &poll, context);
        carries(provider, operation, Step::Create, &poll, context);
        let may_be_done = operation.reply.status.as_ref().is_some_and(|status| status.says(State::Done));
        if may_be_done && operation.reply.output.is_none() && !leads_on(provider) {
            context.problem("A304", &poll, "a create that may be done needs an `output`");
        }
    }
    for step in [Step::Poll, Step::Result] {
        let Some(operation) = provider.operation(step) else { continue };
        let at = match step {
            Step::Poll => poll.clone(),
            _ => span(spec.result.as_ref()),
        };
        words(operation, &at, context);
        carries(provider, operation, step, &at, context);
        paths(operation, &at, context);
    }
    outputs(spec, provider, &poll, context);
    dead_rules(spec, provider, context);
}

/// After a poll that says done there is another call that gives the film.
fn leads_on(provider: &Provider) -> bool {
    provider.result.is_some() || provider.download.as_ref().is_some_and(|download| download.operation.is_some())
}

fn outputs(spec: &Spec, provider: &Provider, at: &Range<usize>, context: &mut Context<'_>) {
    if let Some(poll) = &provider.poll {
        match &poll.reply.status {
            None => context.problem("S003", at, "a poll needs a `status`"),
            Some(status) if !status.says(State::Done) => context.problem("A301", at, "nothing means `done`"),
            Some(_) => {}
        }
        match (&poll.reply.output, leads_on(provider)) {
            (None, false) => context.problem("A304", at, "a finished poll needs an `output`"),
            (Some(_), true) if provider.result.is_some() => {
                context.problem("A304", at, "the film is in the poll or in the result, not in both");
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
        context.problem("A301", at, "nothing ever gives a film");
    }
}

fn words(operation: &Operation, at: &Range<usize>, context: &mut Context<'_>) {
    let Some(status) = &operation.reply.status else { return };
    let spell = |word: &Scalar| if status.ignore_case { word.to_string().to_lowercase() } else { word.to_string() };
    let mut words: Vec<_> = status.words.iter().flat_map(|words| &words.words).map(spell).collect();
    words.sort_unstable();
    for pair in words.windows(2).filter(|pair| pair[0] == pair[1]) {
        context.problem("A303", at, format!("the word `{}` is listed twice", pair[0]));
    }
    if words.iter().any(String::is_empty) {
        context.problem("A303", at, "an empty word");
    }
    for (position, rule) in status.rules.iter().enumerate() {
        let takes = |earlier: &&crate::StatusRule| covers(&earlier.when, &rule.when);
        if status.rules[..position].iter().any(|earlier| takes(&earlier)) {
            context.problem(
                "A303",
                at,
                format!("a rule for {} can never apply: an earlier one takes it", rule.state.name()),
            );
        }
        if rule.when.http.iter().any(|http| matches!(http, HttpPattern::Hundred(_))) && rule.when.http.len() > 1 {
            context.problem("A303", at, "a hundred and a code of it say one thing twice");
        }
    }
    unreachable_words(status, at, context);
}

/// A word whose place an earlier rule looks at by presence, or whose very value a rule takes, never gets its turn.
fn unreachable_words(status: &Status, at: &Range<usize>, context: &mut Context<'_>) {
    let Some(place) = &status.at else { return };
    for words in &status.words {
        for word in &words.words {
            let taken = status.rules.iter().any(|rule| {
                let only_value =
                    rule.when.http.is_empty() && rule.when.content_type.is_none() && rule.when.lacks.is_none();
                let by_presence = rule.when.has.as_ref() == Some(place) && rule.when.is.is_empty();
                let by_value =
                    rule.when.has.is_none() && rule.when.at.as_ref() == Some(place) && rule.when.is.contains(word);
                only_value && (by_presence || by_value)
            });
            if taken {
                context.problem("A303", at, format!("the word `{word}` can never apply: a rule takes it"));
            }
        }
    }
}

/// Whether everything that satisfies the later condition satisfies the earlier one.
fn covers(earlier: &Condition, later: &Condition) -> bool {
    let http = earlier.http.is_empty() && later.http.is_empty()
        || !later.http.is_empty() && later.http.iter().all(|pattern| earlier.http.contains(pattern));
    let same = |a: &Option<Path>, b: &Option<Path>| a.is_none() || a == b;
    let value = earlier.is.is_empty()
        || earlier.at == later.at && !later.is.is_empty() && later.is.iter().all(|word| earlier.is.contains(word));
    http && (earlier.content_type.is_none() || earlier.content_type == later.content_type)
        && same(&earlier.has, &later.has)
        && same(&earlier.lacks, &later.lacks)
        && value
}

/// What one reply must carry has to fit side by side.
fn carries(provider: &Provider, operation: &Operation, step: Step, at: &Range<usize>, context: &mut Context<'_>) {
    let reply = &operation.reply;
    let mut base: Vec<(&Path, String)> = Vec::new();
    base.extend(reply.ok.iter().filter_map(|ok| ok.at.as_ref()).map(|path| (path, "the envelope's word".to_owned())));
    if step == Step::Create {
        let saved = reply.save.iter().filter_map(|saved| Some((saved.at.first()?, format!("`{}`", saved.name))));
        base.extend(saved);
    }
    let status = reply.status.as_ref();
    base.extend(status.and_then(|status| status.at.as_ref()).map(|path| (path, "the status".to_owned())));
    let says = |state| status.is_some_and(|status| status.says(state)) || step == Step::Result && state == State::Done;

    if says(State::Done) || is_synchronous(operation) {
        let mut side: Vec<_> = reply.also.iter().map(|side| (&side.place.at, format!("`{}`", side.name))).collect();
        if step != Step::Create {
            side.extend(reply.save.iter().filter_map(|saved| Some((saved.at.first()?, format!("`{}`", saved.name)))));
        }
        let output = reply.output.as_ref();
        let urls = output.map(|output| output.url.as_ref() as &[Path]).unwrap_or_default();
        let film = urls.iter().chain(output.and_then(|output| output.base64.as_ref())).map(Some);
        let film: Vec<_> = if film.clone().count() == 0 { vec![None] } else { film.collect() };
        for path in film {
            let film = path.map(|path| (path, "the film".to_owned()));
            side_by_side("A305", &together(&base, side.iter().cloned().chain(film)), at, "one reply", context);
        }
    }
    let queue = reply.queue_position.as_ref().map(|place| (&place.at, "the queue position".to_owned()));
    side_by_side("A305", &together(&base, queue), at, "one reply", context);
    let progress = reply.progress.as_ref().map(|progress| (&progress.place.at, "the progress".to_owned()));
    side_by_side("A305", &together(&base, progress), at, "one reply", context);
    if says(State::Failed) {
        let job = &provider.errors.job;
        let envelope = reply.ok.as_ref().and_then(|ok| ok.at.as_ref());
        let code = job.code.first().filter(|code| Some(*code) != envelope).map(|path| (path, "the code".to_owned()));
        let message = job.message.first().map(|path| (path, "the message".to_owned()));
        side_by_side("A305", &together(&base, code.into_iter().chain(message)), at, "one reply", context);
        if status.and_then(|status| status.at.as_ref()).is_some_and(|word| job.code.contains(word)) {
            context.problem("A306", at, "the word of the status is also the failure's code; give the rule a `kind`");
        }
    }
    let refusal = &provider.errors.reply;
    let refusal = refusal.code.first().into_iter().chain(refusal.message.first());
    let refusal: Vec<_> = refusal.map(|path| (path, "a part of a refusal".to_owned())).collect();
    side_by_side("A305", &refusal, at, "one reply", context);
}

type Claim<'p> = (&'p Path, String);

fn together<'p>(base: &[Claim<'p>], more: impl IntoIterator<Item = Claim<'p>>) -> Vec<Claim<'p>> {
    base.iter().cloned().chain(more).collect()
}

/// The numbers of a poll stand in its own document.
fn paths(operation: &Operation, at: &Range<usize>, context: &mut Context<'_>) {
    let reply = &operation.reply;
    let numbers =
        reply.queue_position.iter().map(|place| &place.at).chain(reply.progress.iter().map(|it| &it.place.at));
    for path in numbers.filter(|path| path.is_plural()) {
        context.problem("S005", at, format!("`{path}` may hold several numbers"));
    }
    let ends_in_selector = |path: &&Path| matches!(path.segments.last(), Some(crate::Segment::Select(_)));
    let outputs = reply.output.iter().flat_map(|output| output.url.iter().chain(&output.base64));
    for path in outputs.chain(reply.also.iter().map(|side| &side.place.at)).filter(ends_in_selector) {
        context.problem("S005", at, format!("`{path}` ends in a selector: there is nothing to write"));
    }
}

/// An error rule that an earlier one makes unreachable.
fn dead_rules(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let at = span(spec.errors.as_ref().and_then(|errors| errors.rules.as_ref()));
    let rules = &provider.errors.rules;
    for (position, rule) in rules.iter().enumerate() {
        if rules[..position].iter().any(|earlier| takes(earlier, rule)) {
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
