//! What is written, and what it would be read as.

use std::collections::BTreeMap;

use polyreel_spec::{Kind, Provider, Step};
use serde_json::{Value, json};

use super::{acme, ai302, hyprlab};
use crate::engine::{Answer, Body, Film, Rejection, Said, SaidState, answer, refusal};

fn said(state: SaidState) -> Said {
    state.into()
}

#[expect(clippy::needless_pass_by_value, reason = "reads better in tables")]
fn done<const N: usize>(outputs: [&str; N], also: Value) -> SaidState {
    let also = also.as_object().unwrap().clone().into_iter().collect();
    SaidState::Done { outputs: outputs.map(|url| Film::Url(url.to_owned())).into(), also }
}

fn failed(code: Option<&str>, message: Option<&str>) -> SaidState {
    SaidState::Failed { kind: None, code: code.map(str::to_owned), message: message.map(str::to_owned) }
}

fn refused(http: u16, code: Option<&str>, message: Option<&str>) -> SaidState {
    SaidState::Refused { http, code: code.map(str::to_owned), message: message.map(str::to_owned) }
}

fn saved(names: &[(&str, &str)]) -> BTreeMap<String, String> {
    names.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Expects HTTP code and body, or that there is no way to say it.
#[expect(clippy::needless_pass_by_value, reason = "reads better in tables")]
#[track_caller]
fn check(provider: &Provider, step: Step, said: &Said, pick: usize, expected: Option<(u16, Value)>) {
    let written = answer(provider, step, said, pick).map(|Answer { http, body, .. }| (http, json_of(&body)));
    assert_eq!(written, expected, "{said:?} pick {pick}");
}

fn json_of(body: &Body) -> Value {
    body.json().cloned().unwrap()
}

#[test]
fn creates_hand_out_what_is_saved() {
    let hyprlab_saved = saved(&[("id", "a"), ("poll_url", "https://x/a")]);
    let expected = json!({"id": "a", "data": [{"url": "https://x/a"}]});
    for state in [SaidState::Accepted, SaidState::Queued { position: None }] {
        let said = Said { saved: hyprlab_saved.clone(), ..said(state) };
        check(&hyprlab(), Step::Create, &said, 3, Some((200, expected.clone())));
    }
    check(&hyprlab(), Step::Create, &said(SaidState::Accepted), 0, Some((200, json!({}))));
    check(&hyprlab(), Step::Create, &said(SaidState::Running { percent: None }), 0, None);
    check(&hyprlab(), Step::Create, &said(done(["https://x"], json!({}))), 0, None);
    let accepted = Said { saved: saved(&[("id", "a")]), ..said(SaidState::Accepted) };
    let expected = json!({"result": 1, "data": {"task": {"id": "a"}, "status": 5}});
    check(&ai302(), Step::Create, &accepted, 0, Some((200, expected)));
    let accepted = Said { saved: saved(&[("id", "a"), ("token", "b")]), ..said(SaidState::Accepted) };
    check(&acme(), Step::Create, &accepted, 0, Some((200, json!({"code": 0, "data": {"job": "a", "token": "b"}}))));
}

#[test]
fn polls_say_the_state_in_every_way_there_is() {
    let film = "https://x/a.mp4";
    for (provider, state, pick, expected) in [
        (&hyprlab(), SaidState::Queued { position: None }, 0, Some(json!({"status": "pending"}))),
        (&hyprlab(), SaidState::Accepted, 0, Some(json!({"status": "pending"}))),
        (&hyprlab(), SaidState::Running { percent: None }, 7, Some(json!({"status": "processing"}))),
        (&hyprlab(), done([film], json!({})), 0, Some(json!({"data": [{"url": film}]}))),
        (&hyprlab(), done([film, film], json!({})), 0, None),
        (&hyprlab(), done([], json!({})), 0, None),
        (&hyprlab(), done([film], json!({"cover": "c"})), 0, None),
        (&hyprlab(), failed(None, Some("no")), 0, Some(json!({"error": {"message": "no"}}))),
        (&hyprlab(), failed(None, None), 0, Some(json!({"error": 1}))),
        (&hyprlab(), failed(None, None), 1, Some(json!({"status": "failed"}))),
        (&hyprlab(), failed(Some("1"), None), 0, None),
        (&hyprlab(), SaidState::Cancelled { billed: None }, 0, None),
        (&hyprlab(), SaidState::Expired { billed: None }, 0, None),
        (&ai302(), SaidState::Queued { position: None }, 0, Some(json!({"result": 1, "data": {"status": 5}}))),
        (
            &ai302(),
            done([film, "https://x/b.mp4"], json!({"cover": "https://x/c"})),
            0,
            Some(json!({"result": 1, "data": {"status": 99, "works": [
                {"resource": {"resource": film}, "cover": {"resource": "https://x/c"}},
                {"resource": {"resource": "https://x/b.mp4"}},
            ]}})),
        ),
        (&ai302(), failed(None, Some("no")), 0, Some(json!({"result": 1, "data": {"status": 50, "message": "no"}}))),
        (&acme(), SaidState::Queued { position: None }, 1, Some(json!({"code": 0, "data": {"state": "accepted"}}))),
        (
            &acme(),
            SaidState::Queued { position: None },
            usize::MAX,
            Some(json!({"code": 0, "data": {"state": "accepted"}})),
        ),
        (&acme(), SaidState::Cancelled { billed: None }, 0, Some(json!({"code": 0, "data": {"state": "stopped"}}))),
        (&acme(), failed(None, None), 0, Some(json!({"code": 0, "data": {"fault": 1}}))),
        (&acme(), failed(None, None), 1, Some(json!({"code": 0, "data": {"state": "broken"}}))),
        (
            &acme(),
            failed(Some("1301"), Some("no")),
            0,
            Some(json!({"code": 0, "data": {"fault": {"code": 1301, "text": "no"}}})),
        ),
        (&acme(), failed(None, Some("no")), 1, Some(json!({"code": 0, "data": {"state": "broken", "reason": "no"}}))),
        (
            &acme(),
            done([film], json!({"cost": 0.315, "duration": 5})),
            0,
            Some(json!({"code": 0, "data": {"films": [{"url": film}], "cost": 0.315, "seconds": 5}})),
        ),
    ] {
        check(provider, Step::Poll, &said(state), pick, expected.map(|body| (200, body)));
    }
    check(&acme(), Step::Poll, &said(SaidState::Expired { billed: None }), 0, Some((410, json!({"code": 0}))));
}

#[test]
fn codes_go_out_in_the_type_of_the_rules() {
    for (code, expected) in [("2001", json!(2001)), ("2002", json!("2002")), ("9", json!("9"))] {
        let said = said(refused(402, Some(code), None));
        check(&acme(), Step::Poll, &said, 0, Some((402, json!({"code": expected}))));
    }
    check(
        &ai302(),
        Step::Create,
        &said(refused(200, Some("-10004"), Some("no"))),
        0,
        Some((200, json!({"error": {"err_code": -10004, "message": "no"}}))),
    );
}

#[test]
fn a_refusal_is_never_written_so_that_it_reads_as_something_else() {
    for (provider, state) in [
        (&hyprlab(), refused(200, None, Some("no"))),
        (&hyprlab(), refused(400, Some("code"), None)),
        (&acme(), refused(410, None, Some("no"))),
        (&acme(), refused(200, Some("0"), None)),
    ] {
        check(provider, Step::Poll, &said(state), 0, None);
    }
    // `error` means a failed job there, but only in answers below 300.
    check(
        &hyprlab(),
        Step::Poll,
        &said(refused(400, None, Some("no"))),
        0,
        Some((400, json!({"error": {"message": "no"}}))),
    );
}

#[test]
fn refusals_are_read_as_their_kind() {
    let rejection = Rejection::new("a\r\nb: c", "values", "is wrong").hint("do better");
    for provider in [&hyprlab(), &ai302(), &acme()] {
        for step in [Step::Create, Step::Poll] {
            for kind in Kind::ALL {
                let Answer { http, headers, body } = refusal(provider, step, kind, &rejection);
                let body = json_of(&body);
                let has_rule = provider.errors.rules.iter().any(|rule| rule.kind == kind);
                let code = body.pointer("/error/err_code").or(body.pointer("/code")).map(Value::to_string);
                let expected = if has_rule { kind } else { provider.errors.classify(http, None, None).kind };
                let read = provider.errors.classify(http, code.as_deref(), Some("a\r\nb: c: is wrong; do better")).kind;
                assert_eq!(read, expected, "{} {step} {kind}: {http} {body}", provider.id);
                assert!(http >= 400, "{} {step} {kind}: {http}", provider.id);
                assert!(body.to_string().contains("is wrong; do better"), "{body}");
                let label = ("x-polyreel-mock".to_owned(), "field=a__b__c; rule=values".to_owned());
                assert!(headers.contains(&label), "{headers:?}");
            }
        }
    }
    let http = |kind| refusal(&hyprlab(), Step::Create, kind, &rejection).http;
    let kinds = [Kind::BadInput, Kind::Auth, Kind::Balance, Kind::NotFound, Kind::RateLimit, Kind::Provider];
    assert_eq!(kinds.map(http), [400, 401, 402, 404, 429, 500]);
}
