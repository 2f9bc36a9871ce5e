//! Replies that say the rarer things.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::{Kind, Provider, Step};
use serde_json::{Value, json};

use super::{ferry, inlet, prism, quill, vault};
use crate::engine::{Answer, Body, Film, Said, SaidState, answer, answer_to};

const FILM: &str = "https://x/a.mp4";

fn urls<const N: usize>(urls: [&str; N]) -> Vec<Film> {
    urls.map(|url| Film::Url(url.to_owned())).into()
}

#[expect(clippy::needless_pass_by_value, reason = "reads better in tables")]
fn done(outputs: Vec<Film>, also: Value) -> SaidState {
    SaidState::Done { outputs, also: also.as_object().unwrap().clone().into_iter().collect() }
}

fn failed(kind: Option<Kind>, code: Option<&str>, message: Option<&str>) -> SaidState {
    SaidState::Failed { kind, code: code.map(str::to_owned), message: message.map(str::to_owned) }
}

fn refused(http: u16, code: Option<&str>, message: Option<&str>) -> SaidState {
    SaidState::Refused { http, code: code.map(str::to_owned), message: message.map(str::to_owned) }
}

fn saved(names: &[(&str, &str)]) -> BTreeMap<String, String> {
    names.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Code, body, and the headers that are not the content type, as one value.
fn shown(answer: Option<Answer>) -> Value {
    let Some(Answer { http, headers, body }) = answer else { return Value::Null };
    let body = match body {
        Body::Json(document) => document,
        Body::Bytes(bytes) => json!(String::from_utf8(bytes).unwrap()),
    };
    let is_plain = |(name, value): &&(String, String)| name == "content-type" && value == "application/json";
    let headers: serde_json::Map<_, _> =
        headers.iter().filter(|header| !is_plain(header)).map(|(name, value)| (name.clone(), json!(value))).collect();
    json!([http, body, headers])
}

#[expect(clippy::needless_pass_by_value, reason = "reads better in tables")]
#[track_caller]
fn check(provider: &Provider, step: Step, said: &Said, pick: usize, expected: Value) {
    let written = shown(answer(provider, step, said, pick));
    assert_eq!(written, expected, "{step} {said:?} pick {pick}");
}

#[test]
fn numbers_stand_in_texts_headers_and_strings() {
    let pause = Some(Duration::from_millis(1500));
    for (state, pause, pick, expected) in [
        (SaidState::Queued { position: None }, None, 0, json!([200, {"report": r#"{"state":"Waiting"}"#}, {}])),
        (SaidState::Queued { position: None }, None, 1, json!([200, {"report": r#"{"state":"WAITING"}"#}, {}])),
        (
            SaidState::Queued { position: Some(3) },
            pause,
            0,
            json!([200, {"report": r#"{"note":"place 3 in line","state":"Waiting"}"#}, {"x-ask-again": "1500"}]),
        ),
        (
            SaidState::Running { percent: Some(42) },
            None,
            0,
            json!([200, {"log": "42%", "report": r#"{"state":"Working"}"#}, {}]),
        ),
        (
            done(urls([FILM]), json!({"cover": "https://x/c", "cost": 0.5, "duration": 7})),
            None,
            0,
            json!([
                200,
                {"best": FILM, "files": [{"type": "picture", "url": "https://x/c"}], "length": "about 7s", "report": r#"{"state":"Ready"}"#},
                {"x-cost": "0.5"},
            ]),
        ),
        (
            done(urls([FILM]), json!({})),
            None,
            1,
            json!([200, {"files": [{"type": "video", "url": FILM}], "report": r#"{"state":"Ready"}"#}, {}]),
        ),
        (
            done(urls([FILM, "https://x/b.mp4"]), json!({})),
            None,
            0,
            json!([
                200,
                {"files": [{"type": "video", "url": FILM}, {"type": "video", "url": "https://x/b.mp4"}], "report": r#"{"state":"Ready"}"#},
                {},
            ]),
        ),
        (done(urls([FILM]), json!({"duration": "seven"})), None, 0, json!(null)),
        (done(urls([FILM]), json!({"cost": "1\n2"})), None, 0, json!(null)),
        (
            failed(Some(Kind::Content), Some("77"), Some("no")),
            None,
            0,
            json!([200, {"fault": {"text": "no"}, "report": r#"{"state":"Broken"}"#}, {"x-fault": "77"}]),
        ),
        (failed(Some(Kind::Provider), Some("77"), None), None, 0, json!(null)),
        (
            refused(429, Some("E_BUSY"), Some("wait")),
            Some(Duration::from_secs(30)),
            0,
            json!([429, {"fault": {"text": "wait", "wait": "30 s"}}, {"x-fault": "E_BUSY"}]),
        ),
    ] {
        check(&quill(), Step::Poll, &Said { pause, ..state.into() }, pick, expected);
    }
    let created = Said { saved: saved(&[("id", "40000001"), ("token", "t")]), ..SaidState::Accepted.into() };
    let expected = json!([200, {"job": {"number": 40_000_001}}, {"x-job-token": "t"}]);
    check(&quill(), Step::Create, &created, 0, expected);
    let text = Said { saved: saved(&[("id", "seven")]), ..SaidState::Accepted.into() };
    check(&quill(), Step::Create, &text, 0, json!(null));
}

#[test]
fn a_pause_needs_a_place_and_its_unit() {
    let wait =
        |seconds| Said { pause: Some(Duration::from_secs_f64(seconds)), ..refused(429, None, Some("no")).into() };
    let expected = json!([429, {"message": "no"}, {"retry-after": "30"}]);
    check(&ferry(), Step::Poll, &wait(30.0), 0, expected);
    check(&ferry(), Step::Poll, &wait(0.5), 0, json!(null));
    let running = Said { pause: Some(Duration::from_secs(1)), ..SaidState::Running { percent: None }.into() };
    check(&ferry(), Step::Poll, &running, 0, json!(null));
}

#[test]
fn films_come_in_every_form() {
    let bytes = |text: &str| vec![Film::Bytes(text.as_bytes().to_vec())];
    let encoded = STANDARD.encode("mp4");
    let prism = prism();
    let link = &prism.variants[0].operation;
    for (step, state, pick, expected) in [
        (Step::Create, done(bytes("mp4"), json!({})), 1, json!([200, {"film": {"data": encoded}}, {}])),
        (
            Step::Create,
            done(bytes("mp4"), json!({"cost": 0.5})),
            0,
            json!([200, "mp4", {"content-type": "video/mp4", "x-cost": "0.5"}]),
        ),
        (Step::Create, done(urls([FILM]), json!({})), 0, json!(null)),
        (Step::Create, done(vec![], json!({})), 0, json!(null)),
        (Step::Create, SaidState::Accepted, 0, json!(null)),
        (Step::Poll, done(bytes("mp4"), json!({})), 0, json!(null)),
    ] {
        check(&prism, step, &state.into(), pick, expected);
    }
    let several = done(urls([FILM, "https://x/b.mp4"]), json!({"cover": "https://x/c"}));
    let said = Said { saved: saved(&[("id", "7")]), ..several.into() };
    let expected = json!([200, {"id": "7", "links": [FILM, "https://x/b.mp4"], "cover": "https://x/c"}, {}]);
    assert_eq!(shown(answer_to(&prism, Step::Create, link, &said, 0)), expected);
    for (pick, expected) in
        [(0, json!([200, "mp4", {"content-type": "video/mp4"}])), (1, json!([200, {"film": encoded}, {}]))]
    {
        check(&inlet(), Step::Result, &done(bytes("mp4"), json!({})).into(), pick, expected);
    }
    let download = done(bytes("mp4"), json!({})).into();
    check(&vault(), Step::Download, &download, 0, json!([200, "mp4", {"content-type": "video/mp4"}]));
    check(&vault(), Step::Download, &done(urls([FILM]), json!({})).into(), 0, json!(null));
}

#[test]
fn a_poll_hands_out_what_the_next_call_needs() {
    let said = Said { saved: saved(&[("file", "7"), ("id", "x")]), ..done(vec![], json!({})).into() };
    check(&vault(), Step::Poll, &said, 0, json!([200, {"code": 0, "state": "shut", "file": {"number": 7}}, {}]));
    let running = Said { state: SaidState::Running { percent: None }, ..said };
    check(&vault(), Step::Poll, &running, 0, json!([200, {"code": 0, "state": "open"}, {}]));
    let keyed = Said { saved: saved(&[("key", "k")]), ..done(vec![], json!({})).into() };
    check(&inlet(), Step::Poll, &keyed, 0, json!([200, {"result": {"key": "k"}}, {}]));
}

#[test]
fn rules_say_kind_bill_and_http_code() {
    for (provider, state, pick, expected) in [
        (
            &vault(),
            failed(Some(Kind::Content), None, Some("no")),
            0,
            json!([200, {"code": 0, "verdict": 1, "why": "no"}, {}]),
        ),
        (
            &vault(),
            failed(Some(Kind::Other), None, Some("no")),
            0,
            json!([200, {"code": 0, "state": "lost", "why": "no"}, {}]),
        ),
        (&vault(), failed(Some(Kind::Timeout), None, Some("no")), 0, json!(null)),
        (&vault(), SaidState::Cancelled { billed: None }, 0, json!([200, {"code": 0, "state": "stopped"}, {}])),
        (
            &vault(),
            SaidState::Cancelled { billed: Some(false) },
            0,
            json!([200, {"code": 0, "state": "withdrawn"}, {}]),
        ),
        (&vault(), SaidState::Cancelled { billed: Some(true) }, 0, json!(null)),
        (&vault(), SaidState::Expired { billed: Some(true) }, 0, json!([410, {"code": 0}, {}])),
        (&vault(), SaidState::Expired { billed: None }, 0, json!([200, {"code": 0, "state": "gone"}, {}])),
        (&inlet(), failed(None, None, Some("no")), 0, json!([422, {"error": "no"}, {}])),
        (&inlet(), SaidState::Running { percent: None }, 0, json!([202, {}, {}])),
        (&inlet(), SaidState::Running { percent: Some(1) }, 0, json!(null)),
    ] {
        check(provider, Step::Poll, &state.into(), pick, expected);
    }
    let failed = failed(None, None, Some("no"));
    check(&inlet(), Step::Result, &failed.into(), 0, json!([422, {"error": "no"}, {}]));
}

#[test]
fn the_other_calls_have_answers_too() {
    for (provider, step, state, pick, expected) in [
        (&vault(), Step::Cancel, SaidState::Cancelled { billed: None }, 0, json!([200, {"code": 0}, {}])),
        (&vault(), Step::Cancel, SaidState::Accepted, 0, json!([202, {"code": 0}, {}])),
        (&vault(), Step::Cancel, refused(409, None, Some("no")), 0, json!([409, {"message": "no"}, {}])),
        (&vault(), Step::Cancel, refused(200, None, Some("no")), 0, json!(null)),
        (&vault(), Step::Cancel, SaidState::Running { percent: None }, 0, json!(null)),
        (&inlet(), Step::Cancel, SaidState::Cancelled { billed: None }, 1, json!([204, {}, {}])),
        (&inlet(), Step::Cancel, SaidState::Accepted, 0, json!(null)),
        (
            &vault(),
            Step::Upload,
            SaidState::Uploaded { id: "7".to_owned() },
            0,
            json!([200, {"code": 0, "file": {"number": 7}}, {}]),
        ),
        (&vault(), Step::Upload, SaidState::Uploaded { id: "x".to_owned() }, 0, json!(null)),
        (&inlet(), Step::Upload, SaidState::Uploaded { id: "7".to_owned() }, 0, json!([200, {"id": "7"}, {}])),
        (
            &vault(),
            Step::Balance,
            SaidState::Balance { amount: "87.5".parse().unwrap() },
            0,
            json!([200, {"code": 0, "coins": "87.5 coins"}, {}]),
        ),
        (&vault(), Step::Poll, SaidState::Uploaded { id: "7".to_owned() }, 0, json!(null)),
        (&inlet(), Step::Balance, SaidState::Balance { amount: "1".parse().unwrap() }, 0, json!(null)),
        (&vault(), Step::Poll, refused(503, Some("busy"), None), 0, json!([503, {"error": "busy"}, {}])),
    ] {
        check(provider, step, &state.into(), pick, expected);
    }
    let found = Said { saved: saved(&[("id", "x")]), ..SaidState::Accepted.into() };
    check(&vault(), Step::Find, &found, 0, json!([200, {"code": 0, "jobs": [{"id": "x"}]}, {}]));
}
