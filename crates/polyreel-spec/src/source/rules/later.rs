//! Later calls: each leads to the one job that it is about.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::reading::Context;
use super::super::written::Spec;
use super::{Claim, creates, is_synchronous, parameters, side_by_side, span};
use crate::{Address, Constant, Operation, Piece, Provider, Segment, Step, Term};

/// The calls that are about one job.
const ABOUT_A_JOB: [Step; 4] = [Step::Poll, Step::Result, Step::Download, Step::Cancel];

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let asynchronous = creates(provider).any(|create| !is_synchronous(create));
    if asynchronous && provider.poll.is_none() {
        context.problem("S003", &(0..0), "`poll` is missing: no create answers with the film itself");
    }
    ids(spec, provider, context);
    let saved_later: BTreeSet<&str> =
        provider.poll.iter().flat_map(|poll| &poll.reply.save).map(|saved| &*saved.name).collect();
    let mut urls: Vec<&str> = Vec::new();
    for step in ABOUT_A_JOB {
        let Some(operation) = provider.operation(step) else { continue };
        let at = place_of(spec, step);
        let mut known = saved_by_creates(provider);
        if matches!(step, Step::Result | Step::Download) {
            known.extend(&saved_later);
        }
        one(step, operation, &known, &at, provider, context);
        if let Some(from) = operation.url_from.as_deref() {
            if urls.contains(&from) {
                context.problem("Q205", &at, format!("two calls take their URL from `{from}`"));
            }
            urls.push(from);
        }
    }
    for step in Step::ALL.into_iter().filter(|step| *step != Step::Create) {
        if let Some(operation) = provider.operation(step) {
            let at = place_of(spec, step);
            parameters::later(spec, provider, step, context);
            let body = operation.body.iter();
            let claims: Vec<Claim<'_>> =
                body.map(|constant| (&constant.at, "a constant".to_owned(), at.clone())).collect();
            side_by_side("R104", &claims, "one request", context);
        }
    }
    addresses(spec, provider, context);
    find(spec, provider, context);
    about_nothing(spec, provider, context);
}

/// What is about the account knows no job and no request.
fn about_nothing(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    for step in [Step::Balance, Step::Upload] {
        let Some(operation) = provider.operation(step) else { continue };
        if let Some(name) = operation.address.references().chain(terms(operation)).next() {
            let message = format!("`{{{name}}}`: the {step} is about no job, so there is nothing to refer to");
            context.problem("Q202", &place_of(spec, step), message);
        }
    }
}

pub(super) fn place_of(spec: &Spec, step: Step) -> Range<usize> {
    match step {
        Step::Poll => span(spec.poll.as_ref().and_then(|call| call.path.as_ref())),
        Step::Result => span(spec.result.as_ref().and_then(|call| call.path.as_ref())),
        Step::Download => span(spec.download.as_ref().and_then(|call| call.path.as_ref())),
        Step::Cancel => span(spec.cancel.as_ref().and_then(|call| call.path.as_ref())),
        Step::Find => span(spec.find.as_ref().and_then(|call| call.path.as_ref())),
        Step::Balance => span(spec.balance.as_ref().and_then(|call| call.path.as_ref())),
        Step::Upload => span(spec.upload.as_ref().and_then(|call| call.path.as_ref())),
        Step::Create => span(spec.create.as_ref().and_then(|create| create.path.as_ref())),
    }
}

/// What every create that leaves something to ask saves.
fn saved_by_creates(provider: &Provider) -> BTreeSet<&str> {
    let names = |operation: &Operation| -> BTreeSet<String> {
        operation.reply.save.iter().map(|saved| saved.name.to_string()).collect()
    };
    let mut sets = creates(provider).filter(|create| !is_synchronous(create)).map(names);
    let first = sets.next().unwrap_or_default();
    let common = sets.fold(first, |common, other| common.intersection(&other).cloned().collect());
    provider
        .create
        .reply
        .save
        .iter()
        .chain(provider.variants.iter().flat_map(|variant| &variant.operation.reply.save))
        .map(|saved| &*saved.name)
        .filter(|name| common.contains(*name))
        .collect()
}

fn ids(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let at = span(spec.create.as_ref().and_then(|create| create.save.as_ref()));
    for create in creates(provider).filter(|create| !is_synchronous(create)) {
        if !create.reply.save.iter().any(|saved| saved.name == "id") {
            context.problem("Q201", &at, "nothing is saved as `id`, the name that people see in handles and logs");
        }
    }
    for operation in creates(provider).chain(&provider.poll) {
        let mut names: Vec<_> = operation.reply.save.iter().map(|saved| &*saved.name).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            context.problem("Q202", &at, "two values are saved under one name");
        }
    }
    let create: BTreeSet<_> =
        creates(provider).flat_map(|create| &create.reply.save).map(|saved| &*saved.name).collect();
    for saved in provider.poll.iter().flat_map(|poll| &poll.reply.save).filter(|saved| create.contains(&*saved.name)) {
        context.problem("Q202", &at, format!("`{}` is saved by the create already", saved.name));
    }
}

fn terms(operation: &Operation) -> impl Iterator<Item = &str> {
    let parameters = operation.query.iter().chain(&operation.headers).map(|parameter| &parameter.value);
    let constants = operation.body.iter().map(|constant| &constant.value);
    parameters.chain(constants).filter_map(|term| match term {
        Term::Reference(name) => Some(&**name),
        Term::Constant(_) => None,
    })
}

fn one(
    step: Step,
    operation: &Operation,
    known: &BTreeSet<&str>,
    at: &Range<usize>,
    provider: &Provider,
    context: &mut Context<'_>,
) {
    let from = operation.url_from.as_deref();
    if let Some(from) = from.filter(|from| !known.contains(from)) {
        context.problem("Q203", at, format!("`{from}` is not saved by every create"));
    }
    let saved = creates(provider).chain(&provider.poll).flat_map(|operation| &operation.reply.save);
    if let Some(number) = saved.filter(|saved| saved.int).find(|saved| Some(&*saved.name) == from) {
        context.problem("Q203", at, format!("`{}` is saved as a number, so it cannot hold a URL", number.name));
    }
    let holds_url: Vec<_> =
        ABOUT_A_JOB.iter().filter_map(|step| provider.operation(*step)?.url_from.as_deref()).collect();
    let mut own = 0;
    for name in operation.address.references().chain(terms(operation)) {
        if name == "model" || name == "create_path" {
            continue;
        }
        if !known.contains(name) {
            context.problem("Q202", at, format!("`{{{name}}}` is not saved by every create"));
        }
        if holds_url.contains(&name) {
            context.problem("Q204", at, format!("`{name}` holds a URL, which cannot be part of an address"));
        }
        own += 1;
    }
    if own == 0 {
        context.problem("Q204", at, format!("nothing ties the {step} to one job"));
    }
    let touching = |pair: &[Piece]| !matches!(pair, [Piece::Literal(_), _] | [_, Piece::Literal(_)]);
    if operation.address.pieces.windows(2).any(touching) {
        context.problem("Q202", at, "two references that touch cannot be told apart");
    }
    plain_body(step, operation, at, context);
}

/// Nothing is nested in the body of a call that hands over no inputs.
fn plain_body(step: Step, operation: &Operation, at: &Range<usize>, context: &mut Context<'_>) {
    let is_plain = |constant: &Constant| constant.at.segments.iter().all(|part| matches!(part, Segment::Key(_)));
    if !operation.body.iter().all(is_plain) {
        context.problem("S005", at, format!("the body of the {step} has plain members"));
    }
}

/// Two calls never share an address.
fn addresses(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let others = [Step::Find, Step::Balance, Step::Upload];
    let later = ABOUT_A_JOB.into_iter().chain(others);
    let later: Vec<_> = later.filter_map(|step| Some((step, provider.operation(step)?))).collect();
    for (position, (step, operation)) in later.iter().enumerate() {
        let at = place_of(spec, *step);
        for (other_step, other) in &later[..position] {
            if operation.method != other.method || !may_meet(operation, other, provider) {
                continue;
            }
            let query = |operation: &Operation| -> BTreeSet<String> {
                operation.query.iter().map(|parameter| parameter.name.to_string()).collect()
            };
            if query(operation) == query(other) {
                let hint =
                    "`{+…}` may hold anything, slashes too; where `url_from` says the URL, `path` need not hold it";
                let message = format!("the {step} may have the address of the {other_step}");
                if is_greedy(operation) || is_greedy(other) {
                    context.problem_with_hint("Q205", &at, message, hint);
                } else {
                    context.problem("Q205", &at, message);
                }
            }
        }
    }
}

/// Whether a reference of the address may hold slashes.
fn is_greedy(operation: &Operation) -> bool {
    operation.address.pieces.iter().any(|piece| matches!(piece, Piece::Reserved(name) if *name != "create_path"))
}

/// Whether some values of the references give both calls one address, after some create.
fn may_meet(one: &Operation, other: &Operation, provider: &Provider) -> bool {
    if is_greedy(one) || is_greedy(other) {
        return true;
    }
    creates(provider).any(|create| {
        let shape = |operation: &Operation| -> Vec<Option<String>> {
            let text = spelled(&operation.address, &|| spelled(&create.address, &|| "\u{1}".to_owned()));
            text.split('/').map(|part| (!part.contains('\u{0}')).then(|| part.to_owned())).collect()
        };
        let (one, other) = (shape(one), shape(other));
        one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| a.is_none() || b.is_none() || a == b)
    })
}

/// An address in which a reference is the character 0, and what may hold slashes is whatever is said.
fn spelled(address: &Address, reserved: &dyn Fn() -> String) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Reference(_) => "\u{0}".to_owned(),
        Piece::Reserved(_) => reserved(),
    };
    address.pieces.iter().map(piece).collect()
}

/// A lookup needs the caller's own reference, and gives what a create would have given and nothing else.
fn find(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let (Some(find), Some(written)) = (&provider.find, &spec.find) else { return };
    let at = place_of(spec, Step::Find);
    plain_body(Step::Find, find, &at, context);
    let unread = [
        written.status.as_ref().map(|part| &part.span),
        written.output.as_ref().map(|part| &part.span),
        written.also.as_ref().map(|part| &part.span),
        written.queue_position.as_ref().map(|part| &part.span),
        written.progress.as_ref().map(|part| &part.span),
    ];
    for part in unread.into_iter().flatten() {
        let hint = "a lookup gives what the create saves; the poll that follows says how the job is";
        context.problem_with_hint("A303", part, "nothing reads this in a lookup", hint);
    }
    if find.url_from.is_some() {
        context.problem("Q203", &at, "a lookup comes before anything is saved, so it has no URL to use");
    }
    let names: Vec<_> = find.address.references().chain(terms(find)).collect();
    for name in names.iter().filter(|name| **name != "reference") {
        context.problem("Q202", &at, format!("a lookup knows `reference` alone, not `{name}`"));
    }
    if !names.contains(&"reference") {
        context.problem("Q204", &at, "nothing ties the lookup to one job: it needs `{reference}`");
    }
    if !provider.fields.iter().any(|field| field.name == "reference") {
        context.problem("R101", &at, "a lookup needs a field `reference`");
    }
    for saved in &provider.create.reply.save {
        if !find.reply.save.iter().any(|found| found.name == saved.name) {
            context.problem("Q202", &at, format!("the lookup does not save `{}`", saved.name));
        }
    }
}
