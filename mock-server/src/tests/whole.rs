//! Whole jobs at providers of rarer shapes, and every outcome there.

use polyreel_spec::{Provider, State};
use serde_json::{Value, json};

use super::{ORIGIN, ferry, film, get, header, inlet, opened, post_json, prism, quill, seconds, vault, with_key};
use crate::{Booking, Outcome, Plan, Request, World};

fn prism_create(prompt: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        path: "/prism/api/film?mode=fast&key=mock-key".to_owned(),
        headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
        body: format!("engine=glass&duration=10&prompt={prompt}").into_bytes(),
    }
}

#[test]
fn one_call_is_answered_with_the_film() {
    let mut world = World::new(ORIGIN, 0, [&prism()]);
    let plan = world.handle(seconds(0), &prism_create("a"));
    let Plan::Answer { http, body, .. } = &plan else { panic!("{plan:?}") };
    assert_eq!(
        (*http, header(&plan, "content-type"), header(&plan, "x-id")),
        (200, Some("video/mp4"), Some("mock-000001"))
    );
    assert_eq!(header(&plan, "x-cost"), Some("0.1"));
    assert!(body == include_bytes!("../../films/10s-16x9.mp4"));
    assert_eq!(world.jobs(seconds(0))[0].state, State::Done);
    let mut link = prism_create("a");
    link.path = link.path.replace("film", "link");
    link.body = b"engine=stone&prompt=a".to_vec();
    let (http, body) = opened(&world.handle(seconds(0), &link));
    let url = world.film_url("mock-000002").unwrap();
    let cover = format!("{ORIGIN}/__mock/covers/mock-000002.jpg");
    assert_eq!((http, body), (200, json!({"id": "mock-000002", "links": [url], "cover": cover})));
    let film = film(&world, "mock-000002");
    assert_eq!(world.handle(seconds(0), &film).http(), Some(200));
    link.path = link.path.replace("&key=mock-key", "");
    assert_eq!(world.handle(seconds(0), &link).http(), Some(401));
}

#[test]
fn outcomes_of_one_long_call_are_in_its_answer() {
    for outcome in Outcome::ALL {
        let mut world = World::new(ORIGIN, 0, [&prism()]);
        let plan = world.handle(seconds(0), &prism_create(&format!("[[mock:{outcome}]]")));
        let (http, media_type) = match outcome.name {
            "refused" | "moderated" | "moderated-late" => (Some(400), Some("application/json")),
            "unauthorized" => (Some(401), Some("application/json")),
            "no-credit" => (Some(402), Some("application/json")),
            "rate-limited" | "rate-limited-once" => (Some(429), Some("application/json")),
            "overloaded" => (Some(503), Some("application/json")),
            "lost-answer" | "stuck" => (None, None),
            "server-error" | "failed" => (Some(500), Some("application/json")),
            "no-id" => (Some(200), Some("application/json")),
            "html-film" => (Some(200), Some("text/html")),
            // There is no poll that it could befall.
            _ if outcome.plan.contains("-poll") => (Some(400), Some("application/json")),
            _ => (Some(200), Some("video/mp4")),
        };
        assert_eq!((plan.http(), header(&plan, "content-type")), (http, media_type), "{outcome}");
        let charged = !outcome.plan.contains("-submit") && !outcome.plan.contains("-poll");
        assert_eq!(world.spent().len(), usize::from(charged), "{outcome}");
        if let ("cut-film" | "garbled-answer", Plan::Answer { body, .. }) = (outcome.name, plan) {
            assert!(body.len() < include_bytes!("../../films/10s-16x9.mp4").len());
        }
    }
}

#[test]
fn what_one_long_call_was_answered_with_is_not_stopped_afterwards() {
    let mut world = World::new(ORIGIN, 0, [&prism()]);
    let plan = world.handle(seconds(0), &prism_create("[[mock:cancelled]]"));
    assert_eq!(header(&plan, "content-type"), Some("video/mp4"));
    world.catch_up(seconds(3600));
    let booked: Vec<_> = world.ledger().iter().map(|entry| entry.booking).collect();
    assert_eq!((world.jobs(seconds(3600))[0].state, booked), (State::Done, vec![Booking::Reserved, Booking::Charged]));
}

#[test]
fn an_answer_that_a_fault_made_hollow_is_no_film_any_more() {
    for (faults, befell, unlucky) in [
        ("hollow-create,no-range-film", "hollow-create#1", 1),
        ("hollow-create,cut-film", "hollow-create#1", 1),
        ("drip-create,cut-film", "drip-create#1,cut-film#1", 1),
        ("drip-create,no-range-film", "drip-create#1,no-range-film#1", 0),
    ] {
        let mut world = World::new(ORIGIN, 0, [&prism()]);
        world.handle(seconds(0), &prism_create(&format!("[[mock:{faults}]]")));
        let verdict = world.verdict();
        assert_eq!(world.jobs(seconds(0))[0].injected.to_string(), befell);
        assert_eq!((verdict.findings.len(), verdict.unlucky.len()), (0, unlucky), "{faults}: {verdict:?}");
    }
}

#[test]
fn a_dialect_is_served_under_its_name() {
    let mut world = World::new(ORIGIN, 0, [&inlet()]);
    assert_eq!(world.base_url("inlet").as_deref(), Some("http://127.0.0.1:4100/inlet"));
    let create = with_key(post_json("/inlet/v1/jobs", json!({"prompt": "a"})));
    let (http, created) = opened(&world.handle(seconds(0), &create));
    let urls = json!({
        "poll": "http://127.0.0.1:4100/inlet/v1/jobs/mock-000001",
        "stop": "http://127.0.0.1:4100/inlet/v1/jobs/mock-000001/stop",
    });
    assert_eq!((http, created), (200, json!({"id": "mock-000001", "urls": urls})));
    let ask = |world: &mut World, at, path: &str| world.handle(seconds(at), &with_key(get(path)));
    let poll = "/inlet/v1/jobs/mock-000001";
    let result = "/inlet/v1/results/mock-000001-key";
    assert_eq!(ask(&mut world, 0, result).http(), Some(404));
    for (at, expected) in [
        (1, (200, json!({"state": "later"}))),
        (60, (202, json!({}))),
        (300, (200, json!({"result": {"key": "mock-000001-key"}}))),
    ] {
        assert_eq!(opened(&ask(&mut world, at, poll)), expected, "{at}");
    }
    let film = ask(&mut world, 300, result);
    assert_eq!(header(&film, "content-type"), Some("video/mp4"));
    let stop = with_key(post_json(&format!("{poll}/stop"), "{}"));
    assert_eq!(world.handle(seconds(301), &stop).http(), Some(400), "it is done already");
}

#[test]
fn a_poll_says_how_far_and_when_to_ask_again() {
    let mut world = World::new(ORIGIN, 0, [&quill()]);
    let body = json!({
        "model": "quill",
        "content": [{"type": "text", "text": "a"}],
        "parameters": {"tier": "fine", "frames": 24, "duration": "10s"},
    });
    let created = world.handle(seconds(0), &with_key(post_json("/quill/v1/jobs", body)));
    assert_eq!(header(&created, "x-job-token"), Some("mock-000001-token"));
    assert_eq!(opened(&created).1, json!({"job": {"number": 40_000_001}}));
    let poll = |world: &mut World, at: u64| {
        let mut request = with_key(post_json("/quill/v1/jobs/40000001?verbose=1", json!({"number": 40_000_001})));
        request.headers.push(("X-Job-Token".to_owned(), "mock-000001-token".to_owned()));
        world.handle(seconds(at), &request)
    };
    let waiting = poll(&mut world, 1);
    assert_eq!(header(&waiting, "x-ask-again"), Some("4000"));
    assert_eq!(opened(&waiting).1, json!({"report": r#"{"note":"place 1 in line","state":"Waiting"}"#}));
    let latency = world.jobs.iter().next().unwrap().latency.as_millis();
    let log = opened(&poll(&mut world, 100)).1["log"].clone();
    assert_eq!(log, format!("{}%", 100_000 * 100 / latency));
    let done = poll(&mut world, 300);
    assert_eq!((header(&done, "x-ask-again"), header(&done, "x-cost")), (None, Some("0.5")));
    assert_eq!(opened(&done).1["length"], "about 10s");
}

#[test]
fn who_is_too_fast_is_told_how_long_to_wait() {
    let mut world = World::new(ORIGIN, 0, [&quill()]);
    let body = json!({
        "model": "quill",
        "content": [{"type": "text", "text": "[[mock:rate-limited]]"}],
        "parameters": {"tier": "fine", "frames": 24},
    });
    let (http, body) = opened(&world.handle(seconds(0), &with_key(post_json("/quill/v1/jobs", body))));
    assert_eq!((http, &body["fault"]["wait"]), (429, &json!("30 s")));
}

struct Shape {
    provider: Provider,
    create: fn(&str) -> Request,
    poll: fn() -> Request,
}

fn token() -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iss": "mock-key", "nbf": 1_767_225_000, "exp": 1_767_225_900});
    let signed = format!("{}.{}", part(json!({"alg": "HS256"})), part(claims));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"mock-secret");
    format!("Bearer {signed}.{}", URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, signed.as_bytes())))
}

fn signed(mut request: Request) -> Request {
    request.headers.push(("authorization".to_owned(), token()));
    request.headers.push(("x-client".to_owned(), "polyreel".to_owned()));
    request
}

fn locked(mut request: Request) -> Request {
    request.headers.push(("x-vault-key".to_owned(), "Key mock-key".to_owned()));
    request
}

fn shapes() -> Vec<Shape> {
    vec![
        Shape {
            provider: ferry(),
            create: |prompt| signed(post_json("/ferry/run/water/boat:v2/d5?v=2", json!({"input": {"prompt": prompt}}))),
            poll: || signed(get("/ferry/run/water/boat:v2/d5/jobs/operations%2Fmock-000001?model=water/boat:v2")),
        },
        Shape {
            provider: vault(),
            create: |prompt| locked(post_json("/vault/v1/jobs", json!({"prompt": prompt}))),
            poll: || locked(get("/vault/v1/jobs/mock-000001")),
        },
        Shape {
            provider: inlet(),
            create: |prompt| with_key(post_json("/inlet/v1/jobs", json!({"prompt": prompt}))),
            poll: || with_key(get("/inlet/v1/jobs/mock-000001")),
        },
    ]
}

#[test]
fn every_outcome_works_at_every_shape() {
    for shape in shapes() {
        for outcome in Outcome::ALL {
            let mut world = World::new(ORIGIN, 0, [&shape.provider]);
            let created = world.handle(seconds(0), &(shape.create)(&format!("[[mock:{outcome}]]")));
            let polled = world.handle(seconds(300), &(shape.poll)());
            let fails_by_code = shape.provider.id == "inlet";
            let (create, poll) = match outcome.name {
                "refused" | "moderated" => (Some(400), Some(404)),
                "unauthorized" => (Some(401), Some(404)),
                "no-credit" => (Some(402), Some(404)),
                "rate-limited" | "rate-limited-once" => (Some(429), Some(404)),
                "overloaded" => (Some(503), Some(404)),
                "lost-answer" => (None, Some(200)),
                "server-error" => (Some(500), Some(200)),
                "failed" | "moderated-late" | "cancelled" if fails_by_code => (Some(200), Some(422)),
                "stuck" | "slow" if fails_by_code => (Some(200), Some(202)),
                "poll-unauthorized" => (Some(200), Some(401)),
                "poll-server-error" | "flaky" => (Some(200), Some(503)),
                "poll-rate-limited" => (Some(200), Some(429)),
                "not-there-yet" => (Some(200), Some(404)),
                // Some have a word for it.
                "forgotten" => (Some(200), polled.http().filter(|http| [200, 404].contains(http))),
                _ => (Some(200), Some(200)),
            };
            let name = format!("{} {outcome}", shape.provider.id);
            assert_eq!(
                (created.http(), polled.http()),
                (create, poll),
                "{name} {:?} {:?}",
                opened_if(&created),
                opened(&polled)
            );
        }
    }
}

fn opened_if(plan: &Plan) -> Option<(u16, Value)> {
    plan.http().map(|_| opened(plan))
}
