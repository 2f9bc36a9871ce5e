//! Client and mock server are each other's inverse, for every provider and every request that a model takes.
//!
//! A wrong fact satisfies every law: truth comes from `fixtures`.

use std::collections::BTreeMap;

use polyreel_mock::engine::{SaidState, Ticket, accept, answer, mint, route};
use polyreel_runtime::outcome::{Outcome, Sent, decide};
use polyreel_runtime::wire::{self, Meaning, Reply};
use polyreel_spec::{Provider, Step};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use serde_json::Value;

use crate::support::{arbitrary, http::to_request, providers};

/// A small share of the cases that `cargo xtask soak laws --cases N` runs; the seed is fixed unless `PROPTEST_CASES` is
/// set, so that a test run is the same every time.
fn check<T: std::fmt::Debug>(cases: u32, strategy: &BoxedStrategy<T>, law: impl Fn(T) -> TestCaseResult) {
    let asked = option_env_cases();
    let config = Config { cases: asked.unwrap_or(cases), failure_persistence: None, ..Config::default() };
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::default())),
    };
    if let Err(broken) = runner.run(strategy, law) {
        panic!("{broken}");
    }
}

#[expect(clippy::disallowed_methods, reason = "the number of cases is the caller's to choose")]
fn option_env_cases() -> Option<u32> {
    std::env::var("PROPTEST_CASES").ok()?.parse().ok()
}

const BASE: &str = "https://base.test/v1";

fn saved(provider: &Provider, model: &str, job: &str) -> BTreeMap<String, String> {
    mint(provider, BASE, provider.model(model).unwrap(), job)
}

#[test]
fn request_law() {
    for provider in providers() {
        check(256, &arbitrary::request(&provider), |(key, inputs)| {
            let model = provider.model(&key).unwrap();
            prop_assert_eq!(provider.check(model, &inputs, &polyreel_runtime::probe), vec![], "the drawing is wrong");
            let call = wire::create(&provider, model, &inputs, &[]);
            let canonical = provider.canonical(model, &inputs);
            prop_assert_eq!(&provider.canonical(model, &canonical), &canonical, "canonical is idempotent");
            let accepted = accept(&provider, &to_request(&call, BASE));
            let accepted = accepted.map_err(|rejection| TestCaseError::fail(rejection.to_string()))?;
            prop_assert_eq!((accepted.model, accepted.inputs), (key, canonical));
            Ok(())
        });
    }
}

#[test]
fn reply_law() {
    for provider in providers() {
        let key = provider.models[0].key.to_string();
        let saved = saved(&provider, &key, "job-7");
        for step in [Step::Create, Step::Poll] {
            let drawn = (arbitrary::said(&provider, step), 0_usize..6).boxed();
            check(512, &drawn, |(state, pick)| {
                let said = arbitrary::with(state.clone(), &saved);
                let Some(reply) = answer(&provider, step, &said, pick) else {
                    // Some combinations cannot be said, for example a refusal without anything in it under HTTP 200.
                    prop_assert!(matches!(state, SaidState::Refused { http: 200, .. }), "{step} cannot say {state:?}");
                    return Ok(());
                };
                let read = Reply { http: reply.http, json: Some(reply.body.clone()) };
                let meaning = match step {
                    Step::Create => {
                        let created = wire::read_create(&provider, &read);
                        if !matches!(state, SaidState::Refused { .. }) {
                            prop_assert_eq!(&created.saved, &saved, "{}", reply.body);
                        }
                        created.meaning
                    }
                    Step::Poll => wire::read(&provider, &read, &saved),
                };
                same(&provider, &state, &meaning).map_err(|why| TestCaseError::fail(format!("{why}: {}", reply.body)))
            });
        }
    }
}

fn same(provider: &Provider, said: &SaidState, read: &Meaning) -> Result<(), String> {
    let fine = match (said, read) {
        (SaidState::Accepted | SaidState::Queued, Meaning::Queued)
        | (SaidState::Running, Meaning::Running { unknown_word: None })
        | (SaidState::Cancelled, Meaning::Cancelled)
        | (SaidState::Expired, Meaning::Expired) => true,
        (SaidState::Done { outputs, also }, Meaning::Done { outputs: films, also: side }) => {
            films.iter().map(|film| &film.0).eq(outputs) && also == side
        }
        (SaidState::Failed { code, message }, Meaning::Failed { code: its_code, message: words, .. }) => {
            code == its_code && message == words
        }
        (SaidState::Refused { http, code, message }, Meaning::Refused(refusal)) => {
            let kind = provider.errors.classify(*http, code.as_deref(), message.as_deref());
            *code == refusal.code && *message == refusal.message && kind == refusal.kind
        }
        _ => false,
    };
    if fine { Ok(()) } else { Err(format!("said {said:?}, read {read:?}")) }
}

#[test]
fn route_law() {
    for provider in providers() {
        let drawn = (arbitrary::request(&provider), "[a-zA-Z0-9_.~ /%:é-]{1,20}").boxed();
        check(128, &drawn, |((key, _), job)| {
            let tickets: Vec<_> = [format!("{job}x"), job.clone(), format!("x{job}")]
                .into_iter()
                .map(|job| Ticket { saved: saved(&provider, &key, &job), model: key.clone(), job })
                .collect();
            let call = wire::poll(&provider, provider.model(&key).unwrap(), &tickets[1].saved);
            let call = call.map_err(TestCaseError::fail)?;
            let found = route(&provider, &to_request(&call, BASE), &tickets);
            prop_assert_eq!(found, Some((Step::Poll, &tickets[1])));
            Ok(())
        });
    }
}

/// Any JSON and any HTTP code has a meaning, and a create is never accepted without what later calls need.
#[test]
fn reading_is_total() {
    for provider in providers() {
        let drawn = (100_u16..600, json(&provider)).boxed();
        check(512, &drawn, |(http, json)| {
            let reply = Reply { http, json };
            let _ = wire::read(&provider, &reply, &BTreeMap::new());
            if let Outcome::Accepted(saved) = decide(&provider, &Sent::Answered(reply.clone())) {
                let needed = provider.create.reply.save.iter();
                prop_assert!(needed.clone().all(|value| saved.contains_key(&*value.name)));
                prop_assert!(reply.http < 300);
            }
            Ok(())
        });
    }
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
