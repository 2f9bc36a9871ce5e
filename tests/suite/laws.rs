//! Client and mock server are each other's inverse, for every provider and every request that a model takes.
//!
//! A wrong fact satisfies every law: truth comes from `fixtures`.

use polyreel_mock::engine::{self, SaidState, Ticket, Uploads, accept, answer_to, mint, route};
use polyreel_runtime::outcome::{Outcome, Sent, decide};
use polyreel_runtime::wire::{self, Course, Film, Meaning, Reply, ReplyBody};
use polyreel_spec::{Image, ImageForm, Input, Inputs, Model, Plan, Provider, Step};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use serde_json::Value;

use crate::support::http::{to_reply, to_request};
use crate::support::{all_specs, arbitrary};

/// How many random cases a law is checked with, and which.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cases {
    pub(crate) count: u32,
    /// `None` draws other cases every time.
    pub(crate) seed: Option<u64>,
}

/// A small share of the cases that `cargo xtask soak laws --cases N` runs; the seed is fixed unless `PROPTEST_CASES` is
/// set, so that a test run is the same every time.
fn cases(usual: u32) -> Cases {
    match option_env_cases() {
        Some(count) => Cases { count, seed: None },
        None => Cases { count: usual, seed: Some(0) },
    }
}

fn check<T: std::fmt::Debug>(
    cases: Cases,
    strategy: &BoxedStrategy<T>,
    law: impl Fn(T) -> TestCaseResult,
) -> Result<(), String> {
    let config = Config { cases: cases.count, failure_persistence: None, ..Config::default() };
    let mut runner = match cases.seed {
        None => TestRunner::new(config),
        Some(seed) => {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&seed.to_le_bytes());
            TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
        }
    };
    runner.run(strategy, law).map_err(|broken| broken.to_string())
}

/// Checks a law for every provider.
fn every(usual: u32, law: impl Fn(&Provider, Cases) -> Result<(), String>) {
    for provider in all_specs() {
        if let Err(broken) = law(&provider, cases(usual)) {
            panic!("{}: {broken}", provider.id);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the number of cases is the caller's to choose")]
fn option_env_cases() -> Option<u32> {
    std::env::var("PROPTEST_CASES").ok()?.parse().ok()
}

const BASE: &str = "https://base.test/v1";

/// Pictures that are uploaded first, under made-up names: what the create names, and what the simulator has of it.
fn upload(plan: &Plan<'_>, inputs: &Inputs) -> (Inputs, Uploads) {
    let mut uploads = Uploads::new();
    let mut named = inputs.clone();
    for (name, input) in &mut named {
        let first = plan.field(name).and_then(|field| field.image.as_ref());
        if let (Some(limits), Input::Image(Image::Bytes(bytes))) = (first, &*input)
            && limits.accepts.contains(&ImageForm::Upload)
        {
            let id = format!("{}", 1000 + uploads.len());
            uploads.insert(id.clone(), bytes.clone());
            *input = Input::Image(Image::Url(id));
        }
    }
    (named, uploads)
}

#[test]
fn request_law() {
    every(192, request);
}

/// What the mock reads from a request is what the client was asked for, in canonical form.
pub(crate) fn request(provider: &Provider, cases: Cases) -> Result<(), String> {
    check(cases, &arbitrary::request(provider), |(key, inputs)| {
        let model = provider.model(&key).unwrap();
        prop_assert_eq!(provider.check(model, &inputs, &polyreel_runtime::probe), vec![], "the drawing is wrong");
        let canonical = provider.canonical(model, &inputs);
        prop_assert_eq!(&provider.canonical(model, &canonical), &canonical, "canonical is idempotent");
        let (named, uploads) = upload(&provider.plan(model, &inputs), &inputs);
        let call = wire::create(provider, model, &named, &[]);
        let accepted = accept(provider, &to_request(&call, BASE), &uploads);
        let accepted = accepted.map_err(|rejection| TestCaseError::fail(format!("{rejection}: {call:?}")))?;
        prop_assert_eq!((accepted.model, accepted.inputs), (key, canonical));
        Ok(())
    })
}

/// Every create that can serve some request, with a model that it serves.
fn creates(provider: &Provider) -> Vec<Plan<'_>> {
    let mut plans: Vec<Plan<'_>> = Vec::new();
    for plan in provider.models.iter().flat_map(|model| provider.plans(model)) {
        if !plans.iter().any(|known| std::ptr::eq(known.operation(), plan.operation())) {
            plans.push(plan);
        }
    }
    plans
}

fn ticket(provider: &Provider, model: &Model, job: &str) -> Ticket {
    mint(provider, BASE, model, job, "/create/path")
}

#[test]
fn reply_law() {
    every(384, reply);
}

/// What the client reads from an answer is what the mock meant to say.
pub(crate) fn reply(provider: &Provider, cases: Cases) -> Result<(), String> {
    let plans = creates(provider);
    for plan in &plans {
        reply_to(provider, Step::Create, plan, cases)?;
    }
    for step in [Step::Poll, Step::Result] {
        if provider.operation(step).is_some() {
            reply_to(provider, step, &plans[0], cases)?;
        }
    }
    Ok(())
}

fn reply_to(provider: &Provider, step: Step, plan: &Plan<'_>, cases: Cases) -> Result<(), String> {
    let ticket = &ticket(provider, plan.model, "job-7");
    let operation = if step == Step::Create { plan.operation() } else { provider.operation(step).unwrap() };
    let drawn = (arbitrary::said(provider, step, operation), 0_usize..6).boxed();
    let (of_create, of_poll) = split(provider, plan, ticket);
    check(cases, &drawn, |(state, pick)| {
        let said = arbitrary::with(state.clone(), &ticket.saved);
        let Some(reply) = answer_to(provider, step, operation, &said, pick) else {
            // Some refusals cannot be said, for example one without anything in it under HTTP 200. A failure has a message
            // wherever there is a place for one.
            let unsayable = match &state {
                SaidState::Refused { .. } => true,
                SaidState::Failed { message, .. } => message.is_none() && !provider.errors.job.message.is_empty(),
                _ => false,
            };
            prop_assert!(unsayable, "{step} cannot say {state:?}");
            return Ok(());
        };
        let read = to_reply(&reply);
        let meaning = match step {
            Step::Create => {
                let created = wire::read_create(plan, &read);
                if !matches!(state, SaidState::Refused { .. }) {
                    prop_assert_eq!(&created.saved, &of_create, "{:?}", reply.body);
                }
                created.meaning
            }
            _ => wire::read(provider, step, &read, &of_create),
        };
        same(provider, &state, &meaning, &of_poll, &reply)
            .map_err(|why| TestCaseError::fail(format!("{step}: {why}: http {} {:?}", reply.http, reply.body)))
    })
}

/// What a create hands out, and what a finished poll adds.
fn split(provider: &Provider, plan: &Plan<'_>, ticket: &Ticket) -> (wire::Saved, wire::Saved) {
    let names = |operation: &polyreel_spec::Operation| -> Vec<String> {
        operation.reply.save.iter().map(|saved| saved.name.to_string()).collect()
    };
    let of = |names: Vec<String>| {
        ticket.saved.iter().filter(|(name, _)| names.contains(name)).map(|(a, b)| (a.clone(), b.clone())).collect()
    };
    (of(names(plan.operation())), of(provider.poll.as_ref().map(names).unwrap_or_default()))
}

fn same(
    provider: &Provider,
    said: &SaidState,
    read: &Meaning,
    handed_out: &wire::Saved,
    answer: &engine::Answer,
) -> Result<(), String> {
    let film = |(film, read): (&engine::Film, &Film)| match (film, read) {
        (engine::Film::Url(url), Film::Url(read)) => url == read,
        (engine::Film::Bytes(bytes), Film::Bytes(read)) => bytes == read,
        (engine::Film::Bytes(bytes), Film::Body) => matches!(&answer.body, engine::Body::Bytes(sent) if sent == bytes),
        _ => false,
    };
    let fine = match (said, read) {
        (SaidState::Accepted, Meaning::Queued { .. }) => true,
        (SaidState::Queued { position }, Meaning::Queued { position: read }) => position == read,
        (SaidState::Running { percent }, Meaning::Running { progress, unknown_word: None }) => percent == progress,
        (SaidState::Cancelled { billed }, Meaning::Cancelled { billed: read })
        | (SaidState::Expired { billed }, Meaning::Expired { billed: read }) => billed == read,
        (SaidState::Done { outputs, also }, Meaning::Done { films, also: side }) => {
            outputs.len() == films.len() && outputs.iter().zip(films).all(film) && also == &**side
        }
        (SaidState::Done { outputs, also }, Meaning::Ready { saved, also: side, .. }) => {
            outputs.is_empty()
                && also == &**side
                && saved.iter().all(|(name, value)| handed_out.get(name) == Some(value))
        }
        (SaidState::Failed { code, message, .. }, Meaning::Failed { code: its_code, message: words, verdict }) => {
            let known = provider.errors.classify(answer.http, code.as_deref(), message.as_deref());
            let of_rules = provider.poll.iter().chain(&provider.result).chain(Some(&provider.create));
            let mut of_rules =
                of_rules.filter_map(|operation| operation.reply.status.as_ref()).flat_map(|status| &status.rules);
            let by_rule = of_rules.any(|rule| rule.kind == Some(verdict.kind));
            code == its_code && message == words && (known.kind == verdict.kind || by_rule)
        }
        (SaidState::Refused { http, code, message }, Meaning::Refused(refusal)) => {
            let verdict = provider.errors.classify(*http, code.as_deref(), message.as_deref());
            *code == refusal.code && *message == refusal.message && verdict == refusal.verdict
        }
        _ => false,
    };
    if fine { Ok(()) } else { Err(format!("said {said:?}, read {read:?}")) }
}

#[test]
fn route_law() {
    every(96, routing);
}

/// A later call leads the mock to the very job it is about.
pub(crate) fn routing(provider: &Provider, cases: Cases) -> Result<(), String> {
    let drawn = (arbitrary::request(provider), "[a-zA-Z0-9]([_.~ /%:é-]?[a-zA-Z0-9]){0,10}").boxed();
    check(cases, &drawn, |((key, inputs), job)| {
        let model = provider.model(&key).unwrap();
        let plan = provider.plan(model, &inputs);
        if plan.operation().reply.output.is_some() && plan.operation().reply.status.is_none() {
            return Ok(());
        }
        let (named, _) = upload(&plan, &inputs);
        let create = wire::create(provider, model, &named, &[]);
        let wire::Target::Path(path) = &create.target else { panic!("a create has a path") };
        let jobs = [format!("{job}x"), job.clone(), format!("x{job}")];
        let mut tickets: Vec<_> = jobs.iter().map(|job| mint(provider, BASE, model, job, path)).collect();
        for (number, ticket) in tickets.iter_mut().enumerate() {
            ticket.reference = Some(format!("ref {number} {job}"));
        }
        let mine = &tickets[1];
        for step in [Step::Poll, Step::Result, Step::Download, Step::Cancel] {
            if provider.operation(step).is_none() {
                continue;
            }
            let call =
                wire::later(provider, step, model, &mine.saved.clone().into(), path).map_err(TestCaseError::fail)?;
            let found = route(provider, &to_request(&call, BASE), &tickets);
            prop_assert_eq!(found, Some((step, mine)), "{}", step);
        }
        if provider.find.is_some() {
            let call = wire::find(provider, mine.reference.as_deref().unwrap()).map_err(TestCaseError::fail)?;
            let found = route(provider, &to_request(&call, BASE), &tickets);
            prop_assert_eq!(found, Some((Step::Find, mine)));
        }
        Ok(())
    })
}

#[test]
fn service_law() {
    every(16, services);
}

/// What the calls around the making of a film give is what the mock meant to give.
pub(crate) fn services(provider: &Provider, cases: Cases) -> Result<(), String> {
    let plans = creates(provider);
    let drawn = (1_000_u32..10_000_000, 0_usize..4).boxed();
    check(cases, &drawn, |(number, pick)| {
        let say = |step: Step, said: &engine::Said| {
            let operation = provider.operation(step).unwrap();
            let answer = answer_to(provider, step, operation, said, pick);
            answer.ok_or_else(|| TestCaseError::fail(format!("the {step} cannot say {:?}", said.state)))
        };
        if let Some(find) = &provider.find {
            let ticket = ticket(provider, plans[0].model, &format!("job-{number}"));
            let answer = say(Step::Find, &arbitrary::with(SaidState::Accepted, &ticket.saved))?;
            let shape = &find.reply;
            let read = wire::read_saved(shape, &to_reply(&answer)).unwrap_or_default();
            prop_assert!(shape.save.iter().all(|saved| read.get(&*saved.name) == ticket.saved.get(&*saved.name)));
        }
        if let Some(balance) = &provider.balance {
            let amount: polyreel_spec::Amount = format!("{}.{:02}", number / 100, number % 100).parse().unwrap();
            let answer = say(Step::Balance, &SaidState::Balance { amount }.into())?;
            let read = wire::read_balance(provider, &to_reply(&answer));
            prop_assert_eq!(read.ok(), Some(f64::from(number) / 100.0), "{}", balance.amount.at);
        }
        if let Some(upload) = &provider.upload {
            let answer = say(Step::Upload, &SaidState::Uploaded { id: number.to_string() }.into())?;
            prop_assert_eq!(wire::first_text(&to_reply(&answer), &upload.id), Some(number.to_string()));
        }
        if let Some(cancel) = &provider.cancel {
            let states =
                [(&cancel.done, SaidState::Cancelled { billed: None }), (&cancel.requested, SaidState::Accepted)];
            for (codes, state) in states.into_iter().filter(|(codes, _)| !codes.is_empty()) {
                let answer = say(Step::Cancel, &state.into())?;
                prop_assert!(codes.iter().any(|code| code.matches(answer.http)));
            }
        }
        Ok(())
    })
}

#[test]
fn reading_is_total() {
    every(384, any_reply);
}

/// Any JSON and any HTTP code has a meaning, a create is never accepted without what later calls need, and an end stays.
pub(crate) fn any_reply(provider: &Provider, cases: Cases) -> Result<(), String> {
    let drawn = proptest::collection::vec((100_u16..600, json(provider)), 1..4).boxed();
    check(cases, &drawn, |replies| {
        let mut course = Course::Open;
        for (http, json) in replies {
            let body = json.map_or(ReplyBody::Other, ReplyBody::Json);
            let reply = Reply { http, headers: Vec::new(), body };
            for step in [Step::Poll, Step::Result] {
                let before = course.clone();
                let undecided = course.take(wire::read(provider, step, &reply, &wire::Saved::new()));
                if matches!(before, Course::Ended(_)) {
                    prop_assert_eq!((&course, undecided), (&before, None));
                }
            }
            for plan in creates(provider) {
                if let Outcome::Accepted(saved) = decide(&plan, &Sent::Answered(reply.clone())) {
                    let mut needed = plan.operation().reply.save.iter();
                    prop_assert!(needed.all(|value| saved.contains_key(&*value.name)));
                }
            }
        }
        Ok(())
    })
}

/// JSON made of the names and words that the provider's own replies are made of, so that most of it nearly makes sense.
fn json(provider: &Provider) -> BoxedStrategy<Option<Value>> {
    let text = format!("{provider:?}");
    let words: Vec<String> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned).collect();
    let word = proptest::sample::select(words);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        proptest::sample::select(vec![0, 1, 5, 10, 50, 99]).prop_map(Value::from),
        word.clone().prop_map(Value::from),
        Just(Value::from("https://cdn.test/a.mp4")),
    ];
    let tree = leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(word.clone(), inner, 0..5)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    });
    proptest::option::of(tree).boxed()
}
