//! Jobs over time, and everything that a world keeps.

use polyreel_spec::{State, Step};
use serde_json::{Value, json};

use super::{
    ORIGIN, ai302, ai302_create, film, get, header, hyprlab, hyprlab_create, opened, post_json, seconds, with_key,
    world,
};
use crate::{Plan, Request, World};

const POLL: &str = "/hyprlab/v1/video/generations/mock-000001";

#[track_caller]
fn status(world: &mut World, at: u64, path: &str) -> Value {
    let (http, body) = opened(&world.handle(seconds(at), &with_key(get(path))));
    assert_eq!(http, 200, "{body}");
    body
}

#[test]
fn a_job_goes_through_its_life() {
    let mut world = world();
    let (http, body) = opened(&world.handle(seconds(1000), &hyprlab_create("a cat")));
    let poll_url = format!("{ORIGIN}{POLL}");
    assert_eq!((http, body), (200, json!({"id": "mock-000001", "data": [{"url": poll_url}]})));
    // Between 180 and 240 seconds, of which 8 % are waiting.
    for (at, expected, state) in [
        (1000, "pending", State::Queued),
        (1014, "pending", State::Queued),
        (1020, "processing", State::Running),
        (1179, "processing", State::Running),
    ] {
        assert_eq!(status(&mut world, at, POLL), json!({"status": expected}), "{at}");
        assert_eq!(world.jobs(seconds(at))[0].state, state, "{at}");
        let film = film(&world, "mock-000001");
        let film = world.handle(seconds(at), &film);
        assert_eq!(film.http(), Some(404), "{at}");
    }
    let output = world.film_url("mock-000001").unwrap();
    assert!(output.starts_with(&format!("{ORIGIN}/__mock/outputs/mock-000001.mp4?")), "{output}");
    for at in [1240, 1_000_000] {
        assert_eq!(status(&mut world, at, POLL), json!({"data": [{"url": output}]}), "{at}");
        assert_eq!(world.jobs(seconds(at))[0].state, State::Done);
    }
}

#[test]
fn another_provider_has_another_life() {
    let mut world = world();
    let created = world.handle(seconds(0), &ai302_create("a cat"));
    assert_eq!(opened(&created), (200, json!({"result": 1, "data": {"task": {"id": "mock-000001"}, "status": 5}})));
    let poll = "/ai302/klingai/task/mock-000001/fetch";
    assert_eq!(status(&mut world, 100, poll), json!({"result": 1, "data": {"status": 10}}));
    let done = status(&mut world, 240, poll);
    assert_eq!(done["data"]["status"], 99);
    assert_eq!(done["data"]["works"][0]["resource"]["resource"], world.film_url("mock-000001").unwrap());
    assert_eq!(done["data"]["works"][0]["cover"]["resource"], format!("{ORIGIN}/__mock/covers/mock-000001.jpg"));
}

#[test]
fn side_values_say_cost_and_duration() {
    let mut world = world();
    let body = json!({"version": 3, "input": {"model": "reel-1", "text": "a"}});
    world.handle(seconds(0), &with_key(post_json("/acme/v3/jobs", body)));
    let done = status(&mut world, 240, "/acme/v3/jobs/mock-000001/mock-000001-token");
    assert_eq!((&done["data"]["cost"], &done["data"]["seconds"]), (&json!(0.315), &json!(5)));
}

#[test]
fn latencies_follow_from_the_seed_alone() {
    let latencies = |seed| {
        let mut world = World::new(ORIGIN, seed, [&hyprlab()]);
        (0..20).for_each(|at| drop(world.handle(seconds(at), &hyprlab_create("a"))));
        world.jobs.iter().map(|job| job.latency).collect::<Vec<_>>()
    };
    assert_eq!(latencies(1), latencies(1));
    assert_ne!(latencies(1), latencies(2));
    let drawn = latencies(3);
    assert!(drawn.iter().all(|latency| (seconds(180)..=seconds(240)).contains(latency)), "{drawn:?}");
    assert!(drawn.iter().any(|latency| *latency != drawn[0]));
}

#[test]
fn films_have_the_length_and_shape_that_was_asked_for() {
    let film = |body: Value| {
        let mut world = world();
        let created = world.handle(seconds(0), &with_key(post_json("/hyprlab/v1/video/generations", body)));
        let id = opened(&created).1["id"].as_str().unwrap().to_owned();
        let film = film(&world, &id);
        let film = world.handle(seconds(240), &film);
        assert_eq!(header(&film, "content-type"), Some("video/mp4"));
        let Plan::Answer { body, .. } = film else { panic!("{film:?}") };
        body
    };
    for (more, expected) in [
        (json!({}), &include_bytes!("../../films/5s-16x9.mp4")[..]),
        (json!({"duration": 10}), include_bytes!("../../films/10s-16x9.mp4")),
        (json!({"duration": 5, "aspect_ratio": "9:16"}), include_bytes!("../../films/5s-9x16.mp4")),
        (json!({"duration": 10, "aspect_ratio": "1:1"}), include_bytes!("../../films/10s-1x1.mp4")),
    ] {
        let mut body = json!({"model": "kling-v2", "prompt": "a"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert!(film(body) == expected, "{more}");
    }
}

#[test]
fn the_bill_is_exact() {
    let mut world = world();
    world.handle(seconds(0), &hyprlab_create("a"));
    world.handle(seconds(0), &hyprlab_create("b"));
    world.handle(seconds(0), &hyprlab_create("[[mock:refused]]"));
    world.handle(seconds(0), &ai302_create("a"));
    for (model, duration) in [("reel-1", "short"), ("reel-1", "long"), ("acme/reel-2", "long")] {
        let body = json!({"version": 3, "input": {"model": model, "text": "a", "seconds": duration}});
        world.handle(seconds(0), &with_key(post_json("/acme/v3/jobs", body)));
    }
    let bill: Vec<_> = world
        .spent()
        .into_iter()
        .map(|spent| {
            (spent.provider, spent.totals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), spent.unpriced)
        })
        .collect();
    let expected = [("hyprlab", "$2.00", 0), ("ai302", "$0.60", 0), ("acme", "$1.315", 1)];
    assert_eq!(bill, expected.map(|(provider, total, unpriced)| (provider.to_owned(), total.to_owned(), unpriced)));
    let ids: Vec<_> = world.jobs(seconds(0)).into_iter().map(|job| job.id).collect();
    assert_eq!(ids.first().map(String::as_str), Some("mock-000001"));
    assert_eq!(ids.last().map(String::as_str), Some("mock-000006"));
}

#[test]
fn what_is_no_call_is_refused_in_the_shape_of_the_provider() {
    let mut world = world();
    world.handle(seconds(0), &hyprlab_create("a"));
    let wrong_key = Request { headers: vec![("Authorization".to_owned(), "Bearer other".to_owned())], ..get(POLL) };
    let no_key = Request { headers: hyprlab_create("a").headers[..1].to_vec(), ..hyprlab_create("a") };
    for (request, http, field, rule, text) in [
        (wrong_key, 401, "authorization", "auth", "mock-key, for example through HYPRLAB_API_KEY"),
        (get(POLL), 401, "authorization", "auth", "missing or wrong"),
        (no_key, 401, "authorization", "auth", "missing or wrong"),
        (with_key(get("/hyprlab/v1/video/generations/mock-9")), 404, "id", "job", "the latest job is mock-000001"),
        (with_key(get(&format!("{POLL}?a=b"))), 400, "query", "unknown", "no query is taken"),
        (
            with_key(Request { body: b"{}".to_vec(), ..get("/hyprlab/v1/video/generations/x") }),
            400,
            "body",
            "unknown",
            "is not taken",
        ),
        (with_key(get("/hyprlab/v1/video/generations")), 405, "method", "method", "a create is a POST"),
        (with_key(post_json(POLL, "{}")), 405, "method", "method", "a poll is a GET"),
        (
            with_key(get("/hyprlab/v1/videos")),
            404,
            "path",
            "address",
            "POST /video/generations and GET /video/generations/{id}",
        ),
        (with_key(get("/hyprlab/v1")), 404, "path", "address", "HyprLab has"),
        (with_key(post_json("/hyprlab/v1/video/generations", "{,}")), 400, "body", "json", "line 1 column 2"),
    ] {
        let plan = world.handle(seconds(1), &request);
        let (got, body) = opened(&plan);
        assert_eq!(got, http, "{request:?} {body}");
        assert!(body["error"]["message"].as_str().unwrap().contains(text), "{body}");
        assert_eq!(header(&plan, "x-polyreel-mock"), Some(&*format!("field={field}; rule={rule}")));
    }
    for path in
        ["/", "", "/other/v1", "/hyprlab", "/hyprlab/v10/video/generations", "/__mock/", "/__mock/outputs/x.mp4"]
    {
        let plan = world.handle(seconds(1), &get(path));
        assert_eq!(plan.http(), Some(404), "{path}");
    }
    assert!(opened(&world.handle(seconds(1), &get("/"))).1.to_string().contains("/hyprlab/v1, /ai302, /acme/v3"));
    assert_eq!(world.jobs(seconds(1)).len(), 1);
}

#[test]
fn a_job_of_one_provider_is_unknown_to_another() {
    let mut world = world();
    world.handle(seconds(0), &hyprlab_create("a"));
    let plan = world.handle(seconds(0), &with_key(get("/ai302/klingai/task/mock-000001/fetch")));
    let message = opened(&plan).1["error"]["message"].as_str().unwrap().to_owned();
    assert!(plan.http() == Some(404) && message.contains("no job was created yet"), "{message}");
}

#[test]
fn the_journal_keeps_no_secrets() {
    let mut world = world();
    world.handle(seconds(1), &hyprlab_create("a"));
    world.handle(seconds(2), &with_key(get(&format!("{POLL}?key=mock-key"))));
    world.handle(seconds(3), &with_key(get(POLL)));
    let film = film(&world, "mock-000001");
    world.handle(seconds(500), &film);
    world.handle(seconds(501), &with_key(film));
    world.handle(seconds(502), &get("/__mock/outputs/mock-000001.mp4?key=mock-key"));
    world.handle(seconds(503), &hyprlab_create("[[mock:lost-answer]]"));
    let journal = world.requests();
    assert!(!format!("{journal:?}").contains("mock-key"));
    assert!(!format!("{world:?}").contains("mock-key"));
    let rows: Vec<_> = journal.iter().map(|entry| (entry.step, entry.http, entry.key_leaked)).collect();
    assert_eq!(
        rows,
        [
            (Some(Step::Create), Some(200), false),
            (Some(Step::Poll), Some(400), false),
            (Some(Step::Poll), Some(200), false),
            (None, Some(200), false),
            (None, Some(200), true),
            (None, Some(403), true),
            (Some(Step::Create), None, false),
        ]
    );
    assert!(journal.iter().all(|entry| entry.provider.as_deref() == Some("hyprlab")));
    let jobs: Vec<_> = journal.iter().map(|entry| entry.job.as_deref().unwrap_or("-")).collect();
    assert_eq!(jobs[1..], ["-", "mock-000001", "mock-000001", "mock-000001", "mock-000001", "mock-000002"]);
}

#[test]
fn bases_follow_from_the_provider_files() {
    let world = World::new(ORIGIN, 0, [&hyprlab(), &ai302()]);
    assert_eq!(world.base_url("hyprlab").as_deref(), Some("http://127.0.0.1:4100/hyprlab/v1"));
    assert_eq!(world.base_url("ai302").as_deref(), Some("http://127.0.0.1:4100/ai302"));
    assert_eq!(world.base_url("acme"), None);
}
