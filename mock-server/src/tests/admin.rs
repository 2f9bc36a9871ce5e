//! What tests and people ask the server itself.

use serde_json::{Value, json};

use super::{ORIGIN, get, hyprlab, hyprlab_create, opened, post_json, seconds};
use crate::admin::answer;
use crate::{Clock, How, Outcome, Request, What, World, Worlds};

fn worlds() -> (Worlds, Clock) {
    let mut worlds = Worlds::new(World::new(ORIGIN, 0, [&hyprlab()]));
    worlds.handle(seconds(0), &hyprlab_create("[[mock:lost-answer]]"));
    worlds.handle(seconds(0), &hyprlab_create("[[mock:lost-answer]]"));
    let mut other = hyprlab_create("a");
    other.headers.retain(|(name, _)| name != "authorization");
    other.headers.push(("authorization".to_owned(), "Bearer mock-key-alice".to_owned()));
    worlds.handle(seconds(0), &other);
    (worlds, Clock::manual())
}

fn local(mut request: Request) -> Request {
    request.headers.push(("host".to_owned(), "127.0.0.1:4100".to_owned()));
    request
}

fn ask(request: Request) -> (u16, Value) {
    let (mut worlds, clock) = worlds();
    opened(&answer(&mut worlds, &clock, &local(request)).unwrap())
}

#[test]
fn what_is_known_is_told() {
    let jobs = ask(get("/__mock/jobs")).1;
    assert_eq!(jobs[1]["id"], "mock-000002");
    assert_eq!((&jobs[1]["state"], &jobs[1]["price"]), (&json!("queued"), &json!({"amount": "1", "currency": "USD"})));
    assert_eq!(ask(get("/__mock/jobs?world=alice")).1.as_array().unwrap().len(), 1);
    let verdict = ask(get("/__mock/verdict")).1;
    assert_eq!((&verdict["is_blameless"], &verdict["findings"][0]["fault"]), (&json!(false), &json!("paid twice")));
    assert_eq!(verdict["spent"][0]["totals"][0]["amount"], "2");
    assert_eq!(ask(get("/__mock/verdict?world=alice")).1["is_blameless"], true);
    assert_eq!(ask(get("/__mock/outcomes")).1["outcomes"][0]["plan"], "bad-input-submit");
    assert_eq!(ask(get("/__mock/ledger")).1[0]["booking"], "reserved");
    let requests = ask(get("/__mock/requests")).1;
    assert_eq!((&requests["total"], &requests["latest"][0]["step"]), (&json!(2), &json!("create")));
    assert!(!requests.to_string().contains("mock-key"));
    let root = ask(get("/__mock/")).1;
    assert_eq!((&root["worlds"], &root["clock"]["elapsed_ms"]), (&json!(["", "alice"]), &json!(0)));
}

#[test]
fn what_is_asked_is_done() {
    let (mut worlds, clock) = worlds();
    let mut post =
        |path: &str, body: Value| opened(&answer(&mut worlds, &clock, &local(post_json(path, body))).unwrap());
    assert_eq!(post("/__mock/clock", json!({"advance_ms": 300_000})).1["elapsed_ms"], 300_000);
    assert_eq!(post("/__mock/balance", json!({"provider": "hyprlab", "amount": "0.5"})).1["amount"], "0.5");
    let profile = json!({"faults": [{"fault": "503-poll", "percent": 5.0}]});
    assert_eq!(post("/__mock/faults?world=alice", profile.clone()), (200, profile));
    assert_eq!(post("/__mock/reset?world=alice", json!({})), (200, json!({"reset": "alice"})));
    assert_eq!(clock.now(), seconds(300));
    assert_eq!(worlds.world("alice").unwrap().ledger(), []);
    assert_eq!(worlds.first().ledger().len(), 4);
    assert_eq!(worlds.handle(clock.now(), &hyprlab_create("a")).http(), Some(402));
    worlds.reset("");
    assert_eq!(worlds.handle(clock.now(), &hyprlab_create("a")).http(), Some(200));
    assert_eq!(worlds.first().ledger().len(), 1);
}

#[test]
fn mistakes_are_explained() {
    let foreign = |mut request: Request, host: &str| {
        request.headers.push(("host".to_owned(), host.to_owned()));
        request
    };
    let (mut worlds, clock) = worlds();
    for host in ["evil.test", "127.0.0.1.evil.test:80", ""] {
        let plan = answer(&mut worlds, &clock, &foreign(get("/__mock/jobs"), host)).unwrap();
        assert_eq!(plan.http(), Some(403), "{host}");
    }
    let typed = |media_type: &str, body: &str| Request {
        headers: vec![("content-type".to_owned(), media_type.to_owned())],
        body: body.as_bytes().to_vec(),
        ..post_json("/__mock/clock", "")
    };
    for (request, http, part) in [
        (get("/__mock/nothing"), 404, "GET /__mock/verdict"),
        (get("/__mock/jobs?world=bob"), 404, "there is no world \"bob\""),
        (get("/__mock/clock"), 405, "POST is"),
        (post_json("/__mock/jobs", "{}"), 405, "GET is"),
        (typed("text/plain", "{}"), 415, "application/json"),
        (typed("application/json", "{"), 400, "no JSON"),
        (typed("application/json", "[]"), 400, "an object"),
        (typed("application/json", "{\"advance_ms\": -1}"), 400, "milliseconds"),
        (post_json("/__mock/balance", "{\"provider\": \"nobody\", \"amount\": \"1\"}"), 400, "one that is served"),
        (post_json("/__mock/balance", "{\"provider\": \"hyprlab\", \"amount\": 1}"), 400, "a text"),
        (post_json("/__mock/faults", "{\"faults\": [\"burn-film\"]}"), 400, "is no fault"),
        (post_json("/__mock/faults", "{\"faults\": [{\"fault\": \"failed\", \"provider\": \"x\"}]}"), 400, "\"x\""),
    ] {
        let shown = format!("{request:?}");
        let (found, body) = ask(request);
        assert!(found == http && body["error"].as_str().unwrap().contains(part), "{shown}: {found} {body}");
    }
    assert!(answer(&mut worlds, &clock, &local(get("/__mock/outputs/mock-000001.mp4"))).is_none());
    assert!(answer(&mut worlds, &clock, &local(get("/hyprlab/v1/x"))).is_none());
}

/// `docs/mock-server.md` names every outcome, breakage and call as the code does.
#[test]
fn the_page_is_true() {
    let page = include_str!("../../../docs/mock-server.md");
    for outcome in Outcome::ALL {
        let row = format!("| `{}` | `{}` | {} |", outcome.name, outcome.plan, outcome.about);
        assert!(page.contains(&row), "{row}");
    }
    for call in ask(get("/__mock/")).1["calls"].as_array().unwrap() {
        let row = format!("| `{}` | {} |", call["call"].as_str().unwrap(), call["about"].as_str().unwrap());
        assert!(page.contains(&row), "{row}");
    }
    for how in How::all() {
        let whats: Vec<_> = What::ALL.into_iter().filter(|what| how.fits(*what)).map(What::name).collect();
        let row = format!("| `{how}` | {} | {} |", whats.join(", "), how.about());
        assert!(page.contains(&row), "{row}");
    }
    for fault in ["paid twice", "orphaned", "too fast", "over limit", "refused again", "key leaked"] {
        assert!(page.contains(&format!("*{fault}*")), "{fault}");
    }
}
