//! Faults, wherever they are asked for.

use std::collections::BTreeMap;

use serde_json::json;

use super::{ORIGIN, film, get, header, hyprlab, hyprlab_create, opened, seconds, with_key};
use crate::{FaultPlan, FaultProfile, Plan, Request, World, Worlds};

const POLL: &str = "/hyprlab/v1/video/generations/mock-000001";

fn world() -> World {
    World::new(ORIGIN, 0, [&hyprlab()])
}

fn with_fault(mut request: Request, plan: &str) -> Request {
    request.headers.push((FaultPlan::HEADER.to_owned(), plan.to_owned()));
    request
}

fn profile(text: &str) -> FaultProfile {
    text.parse().unwrap()
}

/// HTTP codes of polls after a create that asks for this.
fn polls(create: &Request, times: u64) -> Vec<Option<u16>> {
    let mut world = world();
    world.handle(seconds(0), create);
    (1..=times).map(|at| world.handle(seconds(at * 30), &with_key(get(POLL))).http()).collect()
}

#[test]
fn attempts_are_counted() {
    let (ok, away) = (Some(200), Some(503));
    for (plan, expected) in [
        ("503-poll", [away; 4]),
        ("503-poll#1", [away, ok, ok, ok]),
        ("503-poll#2-3", [ok, away, away, ok]),
        ("503-poll#2,not-found-poll", [Some(404), away, Some(404), Some(404)]),
        ("503-film", [ok; 4]),
    ] {
        assert_eq!(polls(&hyprlab_create(&format!("[[mock:{plan}]]")), 4), expected, "{plan}");
        assert_eq!(polls(&with_fault(hyprlab_create("a cat"), plan), 4), expected, "{plan}");
    }
}

#[test]
fn creates_that_ask_for_the_same_are_attempts() {
    let mut world = world();
    let mut http = |prompt: &str| world.handle(seconds(0), &hyprlab_create(prompt)).http();
    assert_eq!([http("[[mock:503-submit#2]] a"), http("[[mock:503-submit#2]] b")], [Some(200), Some(200)]);
    assert_eq!([http("[[mock:503-submit#2]] a"), http("[[mock:503-submit#2]] a")], [Some(503), Some(200)]);
    assert_eq!(world.jobs(seconds(0)).len(), 3);
    let mut http = |plan: &str| world.handle(seconds(0), &hyprlab_create(&format!("[[mock:{plan}]]"))).http();
    assert_eq!(["500-create#2"; 3].map(&mut http), [Some(200), Some(500), Some(200)]);
}

#[test]
fn a_header_of_another_call_is_for_its_answer_alone() {
    let mut world = world();
    world.handle(seconds(0), &hyprlab_create("a"));
    let poll = || with_key(get(POLL));
    let answers = [
        world.handle(seconds(1), &with_fault(poll(), "502-poll")).http(),
        world.handle(seconds(2), &poll()).http(),
        world.handle(seconds(3), &with_fault(poll(), "502-film")).http(),
    ];
    assert_eq!(answers, [Some(502), Some(200), Some(200)]);
    let refused = world.handle(seconds(4), &with_fault(poll(), "burn-poll"));
    assert!(opened(&refused).1.as_str().unwrap().starts_with("x-polyreel-fault: \"burn-poll\" is no fault"));
}

#[test]
fn a_refusal_says_or_does_not_say_when_to_come_back() {
    for (plan, expected) in [
        ("rate-limit-bare-poll", None),
        ("rate-limit-date-poll", Some("Thu, 01 Jan 2026 00:01:30 GMT")),
        ("rate-limit-garbage-poll", Some("soon; or later")),
        ("rate-limit-huge-poll", Some("946080000")),
    ] {
        let mut world = world();
        world.handle(seconds(0), &hyprlab_create(&format!("[[mock:{plan}]]")));
        let answer = world.handle(seconds(60), &with_key(get(POLL)));
        assert_eq!((answer.http(), header(&answer, "retry-after")), (Some(429), expected), "{plan}");
    }
}

/// What was to be said is said in another form, and complete as HTTP.
#[test]
fn bodies_are_spoiled_as_asked() {
    let body = |plan: &str| {
        let mut world = world();
        world.handle(seconds(0), &hyprlab_create(&format!("[[mock:{plan}]]")));
        let answer = world.handle(seconds(60), &with_key(get(POLL)));
        let Plan::Answer { http: 200, body, .. } = answer else { panic!("{answer:?}") };
        String::from_utf8(body).unwrap()
    };
    assert_eq!(body("slow"), r#"{"status":"pending"}"#);
    assert_eq!(body("malformed-poll"), "{\"status\":\"");
    assert_eq!(body("mistyped-poll"), r#"{"status":10}"#);
    assert_eq!(body("empty-poll"), "");
    assert!(body("html-poll").starts_with("<!doctype html>"));
    let mut world = world();
    world.handle(seconds(0), &hyprlab_create("[[mock:backwards]]"));
    let said: Vec<_> = [60, 70, 80].map(|at| opened(&world.handle(seconds(at), &with_key(get(POLL)))).1).into();
    assert_eq!(said, [json!({"status": "processing"}), json!({"status": "pending"}), json!({"status": "processing"})]);
}

#[test]
fn parts_of_a_film_are_given_and_its_address_is_checked() {
    let mut world = world();
    world.handle(seconds(0), &hyprlab_create("a"));
    let film = film(&world, "mock-000001");
    let whole = include_bytes!("../../films/5s-16x9.mp4");
    let mut ask = |range: &str| {
        let mut request = film.clone();
        request.headers.push(("Range".to_owned(), range.to_owned()));
        let Plan::Answer { http, headers, body } = world.handle(seconds(300), &request) else { panic!("{range}") };
        let place = headers.iter().find(|(name, _)| name == "content-range").map(|(_, place)| place.clone());
        (http, body, place)
    };
    let length = whole.len();
    for (range, first, end) in [("bytes=0-99", 0, 100), ("bytes=100-", 100, length), ("bytes=-7", length - 7, length)] {
        let place = format!("bytes {first}-{}/{length}", end - 1);
        assert_eq!(ask(range), (206, whole[first..end].to_vec(), Some(place)), "{range}");
    }
    assert_eq!(ask("bytes=90-999999999").1.len(), length - 90);
    assert_eq!(
        ask("bytes=999999999-"),
        (416, b"the film has no such part\n".to_vec(), Some(format!("bytes */{length}")))
    );
    assert_eq!(ask("bytes=-0").0, 416);
    for range in ["bytes=0-1,4-5", "lines=1-2", "bytes=9-2", "bytes=", ""] {
        assert_eq!(ask(range).0, 200, "{range}");
    }
    for change in ["", "?signature=1", "&x=1"] {
        let mut request = film.clone();
        request.path = match change {
            "&x=1" => format!("{}{change}", request.path),
            _ => request.path.split('?').next().unwrap().to_owned() + change,
        };
        assert_eq!(world.handle(seconds(300), &request).http(), Some(403), "{change}");
    }
}

#[test]
fn a_film_that_moved_is_at_another_host() {
    let mut world = world();
    world.handle(seconds(0), &hyprlab_create("[[mock:moved-film]]"));
    let film = film(&world, "mock-000001");
    let moved = world.handle(seconds(300), &film);
    let to = header(&moved, "location").unwrap().to_owned();
    assert_eq!(to, "http://localhost:4100/__mock/elsewhere/outputs/mock-000001.mp4");
    let there = get(to.strip_prefix("http://localhost:4100").unwrap());
    assert_eq!(world.handle(seconds(301), &there).http(), Some(200));
    world.handle(seconds(302), &with_key(there));
    assert_eq!(world.verdict().findings.len(), 1, "a key at another host is leaked");
}

/// The same befalls the same requests, whatever comes in between and in whatever order.
#[test]
fn chance_does_not_depend_on_order() {
    let risks = r#"{"faults": [{"fault": "503-submit", "percent": 20}, {"fault": "failed", "percent": 30},
        {"fault": "500-poll", "percent": 30}, {"fault": "404-film", "percent": 50}]}"#;
    let prompts: Vec<_> = (0..60).map(|number| format!("cat {number}")).collect();
    let fates = |order: &[usize], seed: u64| {
        let mut world = World::new(ORIGIN, seed, [&hyprlab()]).risking(profile(risks));
        let mut fates = BTreeMap::new();
        for (at, index) in order.iter().enumerate() {
            let at = at as u64 * 100;
            let created = world.handle(seconds(at), &hyprlab_create(&prompts[*index]));
            let id = opened(&created).1["id"].as_str().unwrap_or_default().to_owned();
            let path = format!("/hyprlab/v1/video/generations/{id}");
            let polled: Vec<_> = (1..4).map(|n| world.handle(seconds(at + n), &with_key(get(&path))).http()).collect();
            let latency = world.jobs.get(&id).map(|job| (job.latency, job.faults.failure()));
            fates.insert(prompts[*index].clone(), (created.http(), polled, latency));
        }
        fates
    };
    let forwards: Vec<_> = (0..60).collect();
    let backwards: Vec<_> = forwards.iter().rev().copied().collect();
    let seen = fates(&forwards, 0);
    assert_eq!(seen, fates(&backwards, 0));
    assert_ne!(seen, fates(&forwards, 1));
    let refused = seen.values().filter(|(http, ..)| *http == Some(503)).count();
    let failed = seen.values().filter(|(.., fate)| fate.is_some_and(|(_, failure)| failure.is_some())).count();
    assert!((4..24).contains(&refused) && (4..30).contains(&failed), "{refused} {failed}");
}

/// What befell a job befalls it again when it is asked for.
#[test]
fn what_befell_is_asked_for_again() {
    let run = |mut world: World, plan: &str| {
        world.handle(seconds(0), &with_fault(hyprlab_create("a"), plan));
        for at in 1..9 {
            world.handle(seconds(at * 20), &with_key(get(POLL)));
        }
        let film = film(&world, "mock-000001");
        let fetched = world.handle(seconds(400), &film);
        let codes: Vec<_> = world.requests().iter().map(|entry| (entry.http, entry.fault)).collect();
        (
            world.jobs(seconds(400))[0].injected.to_string(),
            codes,
            header(&fetched, "x-polyreel-trace").map(str::to_owned),
        )
    };
    let risks = r#"{"faults": [{"fault": "503-poll", "percent": 50}, {"fault": "cut-film", "percent": 100}]}"#;
    let (injected, codes, trace) = run(world().risking(profile(risks)), "no-range-film");
    assert!(injected.starts_with("503-poll#") && injected.ends_with("no-range-film#1"), "{injected}");
    assert_eq!(trace.unwrap(), "seed=0; world=; job=mock-000001; film=1; fault=no-range-film#1");
    assert_eq!(run(world(), &injected).1, codes);
}

#[test]
fn a_new_world_has_the_risks_of_the_first() {
    let mut worlds = Worlds::new(world().risking(profile(r#"{"faults": ["503-submit"]}"#)));
    let mut create = hyprlab_create("a");
    create.headers.retain(|(name, _)| name != "authorization");
    create.headers.push(("authorization".to_owned(), "Bearer mock-key-alice".to_owned()));
    assert_eq!(worlds.handle(seconds(0), &create).http(), Some(503));
    assert_eq!(worlds.world("alice").unwrap().jobs(seconds(0)), []);
}

/// A copy of all worlds goes on from where it was taken.
#[test]
fn worlds_are_put_back() {
    let mut worlds = Worlds::new(world());
    worlds.handle(seconds(0), &hyprlab_create("a"));
    let before = worlds.clone();
    let after = |worlds: &mut Worlds| {
        worlds.handle(seconds(300), &hyprlab_create("b"));
        (worlds.first().ledger().to_vec(), worlds.first().requests().into_iter().cloned().collect::<Vec<_>>())
    };
    let once = after(&mut worlds);
    worlds = before;
    assert_eq!(worlds.first().ledger().len(), 1);
    assert_eq!(after(&mut worlds), once);
}
