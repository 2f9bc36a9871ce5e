//! Calls around the making of a film, in a world.

use std::sync::Arc;

use polyreel_spec::{State, Step};
use serde_json::{Value, json};

use super::{ORIGIN, film, get, header, inlet, opened, png, post_form, post_json, seconds, vault};
use crate::{Plan, Request, World};

fn with(request: Request) -> Request {
    let mut request = request;
    request.headers.push(("x-vault-key".to_owned(), "Key mock-key".to_owned()));
    request
}

fn vault_world() -> World {
    World::new(ORIGIN, 0, [&vault()])
}

fn create(world: &mut World, at: u64, body: Value) -> (u16, Value) {
    opened(&world.handle(seconds(at), &with(post_json("/vault/v1/jobs", body))))
}

fn ask(world: &mut World, at: u64, path: &str) -> (u16, Value) {
    opened(&world.handle(seconds(at), &with(get(&format!("/vault/v1{path}")))))
}

fn delete(world: &mut World, at: u64) -> (u16, Value) {
    let request = Request { method: "DELETE".to_owned(), ..get("/vault/v1/jobs/mock-000001") };
    opened(&world.handle(seconds(at), &with(request)))
}

#[test]
fn the_balance_falls_with_every_charge() {
    let mut world = vault_world();
    let balance = |world: &mut World| ask(world, 0, "/balance").1["coins"].clone();
    assert_eq!(balance(&mut world), "1000 coins");
    create(&mut world, 0, json!({"prompt": "a"}));
    create(&mut world, 0, json!({"prompt": "[[mock:refused]]"}));
    assert_eq!(balance(&mut world), "987.5 coins");
    world.set_balance("vault", "20".parse().unwrap());
    create(&mut world, 0, json!({"prompt": "a"}));
    assert_eq!(balance(&mut world), "7.5 coins");
    let (http, refused) = create(&mut world, 0, json!({"prompt": "a"}));
    assert_eq!((http, balance(&mut world)), (402, "7.5 coins".into()), "{refused}");
    assert_eq!(world.spent()[0].totals[0].to_string(), "$0.25");
    assert_eq!(ask(&mut world, 0, "/balance?a=1").0, 400);
    assert_eq!(opened(&world.handle(seconds(0), &get("/vault/v1/balance"))).0, 401);
}

#[test]
fn a_file_is_uploaded_and_then_named() {
    let mut world = vault_world();
    let image = png(8, 8);
    let upload = |world: &mut World, parts: &[super::FormPart<'_>]| {
        let plan = world.handle(seconds(0), &with(post_form("/vault/v1/files", parts)));
        (header(&plan, "x-polyreel-mock").map(str::to_owned), opened(&plan))
    };
    let (_, (http, body)) = upload(&mut world, &[("file", Some("a.png"), &image)]);
    assert_eq!(http, 200, "{body}");
    let id = body["file"]["number"].as_i64().unwrap();
    let (_, (_, other)) = upload(&mut world, &[("file", Some("b.png"), b"no picture")]);
    assert_ne!(other["file"]["number"], id);
    assert_eq!(create(&mut world, 0, json!({"prompt": "a", "image_id": id})).0, 200);
    // The picture was taken and is not kept.
    let inputs = &world.jobs.iter().next().unwrap().inputs;
    assert_eq!(inputs["start_image"], polyreel_spec::Image::Bytes(Arc::from([])).into());
    assert_eq!(create(&mut world, 0, json!({"prompt": "a", "image_id": id + 5})).0, 400);
    assert_eq!(create(&mut world, 0, json!({"prompt": "a", "image_id": other["file"]["number"]})).0, 400);
    for (parts, expected) in [
        (&[][..], "field=file; rule=required"),
        (&[("file", None, &b"?"[..])], "field=file; rule=type"),
        (&[("file", Some("a"), &b""[..])], "field=file; rule=type"),
        (&[("file", Some("a"), &b"x"[..]), ("more", None, b"1")], "field=more; rule=unknown"),
    ] {
        let (label, (http, body)) = upload(&mut world, parts);
        assert_eq!((http, label.as_deref()), (400, Some(expected)), "{body}");
    }
    let plan = world.handle(seconds(0), &with(post_json("/vault/v1/files", "{}")));
    assert_eq!(header(&plan, "x-polyreel-mock"), Some("field=content-type; rule=encoding"));
    let steps: Vec<_> = world.requests().iter().filter_map(|entry| entry.step).collect();
    assert_eq!(steps.iter().filter(|step| **step == Step::Upload).count(), 7);
}

#[test]
fn a_job_is_found_by_its_reference() {
    let mut world = vault_world();
    create(&mut world, 0, json!({"prompt": "a", "external_id": "mine/1"}));
    let lost = with(post_json("/vault/v1/jobs", json!({"prompt": "[[mock:lost-answer]]", "external_id": "mine 2"})));
    assert_eq!(world.handle(seconds(0), &lost), Plan::CloseWithoutAnswer);
    let find = |world: &mut World, at: u64, reference: &str| ask(world, at, &format!("/jobs?external_id={reference}"));
    assert_eq!(find(&mut world, 1, "mine%2F1"), (200, json!({"code": 0, "jobs": [{"id": "mock-000001"}]})));
    assert_eq!(find(&mut world, 500, "mine+2"), (200, json!({"code": 0, "jobs": [{"id": "mock-000002"}]})));
    assert_eq!(find(&mut world, 1, "mine").0, 404);
    assert_eq!(find(&mut world, 3600, "mine%2F1").0, 404, "nobody keeps it any more");
    assert_eq!(ask(&mut world, 1, "/jobs").0, 400);
    assert_eq!(ask(&mut world, 1, "/jobs?reference=mine").0, 400);
    assert_eq!(world.requests()[2].step, Some(Step::Find));
    assert_eq!(world.requests()[2].job.as_deref(), Some("mock-000001"));
}

#[test]
fn a_lookup_may_say_how_the_job_is() {
    let mut provider = vault();
    let poll = provider.poll.clone().unwrap();
    provider.find.as_mut().unwrap().reply.status = poll.reply.status;
    let mut world = World::new(ORIGIN, 0, [&provider]);
    create(&mut world, 0, json!({"prompt": "a", "external_id": "mine"}));
    for (at, expected) in [(1, "new"), (60, "open"), (300, "shut")] {
        let (http, body) = ask(&mut world, at, "/jobs?external_id=mine");
        assert_eq!((http, body), (200, json!({"code": 0, "jobs": [{"id": "mock-000001"}], "state": expected})));
    }
    assert_eq!(ask(&mut world, 3600, "/jobs?external_id=mine").1["state"], "gone");
}

#[test]
fn the_film_is_at_the_endpoint_that_the_poll_names() {
    let mut world = vault_world();
    create(&mut world, 0, json!({"prompt": "a"}));
    let early = world.clone();
    let (_, polled) = ask(&mut world, 300, "/jobs/mock-000001");
    let file = polled["file"]["number"].as_i64().unwrap();
    let path = format!("/vault/v1/files/{file}?job=mock-000001");
    let answer = world.handle(seconds(300), &with(get(&path)));
    let Plan::Answer { http, body, .. } = &answer else { panic!("{answer:?}") };
    assert_eq!((*http, header(&answer, "content-type")), (200, Some("video/mp4")));
    assert!(body == include_bytes!("../../films/5s-16x9.mp4"));
    assert_eq!(early.clone().handle(seconds(10), &with(get(&path))).http(), Some(404));
    for (at, path, http) in [
        (300, "/vault/v1/files/1?job=mock-000001", 404),
        (300, &*format!("/vault/v1/files/{file}?job=mock-000002"), 404),
        (300, &*format!("/vault/v1/files/{file}"), 400),
        (2400, &*path, 404),
        (3600, &*path, 404),
    ] {
        assert_eq!(world.handle(seconds(at), &with(get(path))).http(), Some(http), "{at} {path}");
    }
    assert_eq!(world.handle(seconds(3600), &get(&path)).http(), Some(401));
}

#[test]
fn jobs_and_films_are_forgotten() {
    let mut world = vault_world();
    create(&mut world, 0, json!({"prompt": "a"}));
    let state = |world: &World, at| world.jobs(seconds(at))[0].state;
    assert_eq!(ask(&mut world, 3599, "/jobs/mock-000001").1["state"], "shut");
    // The first way to say it is an HTTP code of its own.
    assert_eq!(ask(&mut world, 3600, "/jobs/mock-000001").0, 200);
    assert_eq!(ask(&mut world, 3600, "/jobs/mock-000001").1["state"], "gone");
    assert_eq!([state(&world, 3599), state(&world, 3600)], [State::Done, State::Expired]);
    assert_eq!(delete(&mut world, 3600).0, 404);
    assert_eq!(world.spent()[0].totals[0].to_string(), "$0.125");
}

/// A film that is kept for longer than its job outlives it, unless somebody deletes or forgets the job.
#[test]
fn a_film_outlives_its_job() {
    let mut provider = vault();
    provider.retention.output = Some(7 * 24 * 3600 * 1000);
    let fetched = |world: &mut World, hours: u64| {
        let film = film(world, "mock-000001");
        world.handle(seconds(hours * 3600), &with(film)).http()
    };
    for (prompt, kept) in [("a", Some(200)), ("[[mock:forgotten]]", Some(404))] {
        let mut world = World::new(ORIGIN, 0, [&provider]);
        create(&mut world, 0, json!({ "prompt": prompt }));
        assert_eq!([2, 167, 169].map(|hours| fetched(&mut world, hours)), [kept, kept, Some(404)], "{prompt}");
    }
    let mut world = World::new(ORIGIN, 0, [&provider]);
    create(&mut world, 0, json!({ "prompt": "a" }));
    delete(&mut world, 300);
    assert_eq!(fetched(&mut world, 2), Some(404));
}

#[test]
fn a_job_is_stopped_or_deleted() {
    let poll = "/jobs/mock-000001";
    // What waits is stopped at once, what is in the making soon.
    for (asked, http, later, state) in
        [(1, 200, 2, State::Cancelled), (60, 202, 61, State::Running), (60, 202, 65, State::Cancelled)]
    {
        let mut world = vault_world();
        create(&mut world, 0, json!({"prompt": "a"}));
        assert_eq!(delete(&mut world, asked).0, http, "{asked}");
        assert_eq!(world.jobs(seconds(later))[0].state, state, "{asked} {later}");
        assert_eq!(world.jobs(seconds(3000))[0].state, State::Cancelled);
        assert_eq!(ask(&mut world, 500, poll), (200, json!({"code": 0, "state": "stopped"})));
        let film = film(&world, "mock-000001");
        assert_eq!(world.handle(seconds(500), &with(film)).http(), Some(404));
    }
    let mut world = vault_world();
    create(&mut world, 0, json!({"prompt": "a"}));
    assert_eq!(delete(&mut world, 300), (200, json!({"code": 0})));
    assert_eq!(ask(&mut world, 300, poll).1["state"], "gone");
    assert_eq!(delete(&mut world, 300).0, 404);
}

#[test]
fn a_stop_that_comes_too_late_or_too_early_is_refused() {
    let mut vault = vault();
    let cancel = vault.cancel.as_mut().unwrap();
    cancel.deletes_finished = false;
    cancel.during = vec![State::Running].into();
    let mut world = World::new(ORIGIN, 0, [&vault]);
    create(&mut world, 0, json!({"prompt": "[[mock:stuck]]"}));
    create(&mut world, 0, json!({"prompt": "a"}));
    let stop = |world: &mut World, at, id| {
        let request = Request { method: "DELETE".to_owned(), ..get(&format!("/vault/v1/jobs/mock-{id:06}")) };
        let plan = world.handle(seconds(at), &with(request));
        (plan.http().unwrap(), header(&plan, "x-polyreel-mock").map(str::to_owned))
    };
    let refused = (409, Some("field=id; rule=state".to_owned()));
    assert_eq!(stop(&mut world, 1, 1), refused);
    assert_eq!(stop(&mut world, 300, 2), refused);
    assert_eq!(stop(&mut world, 300, 1), (202, None));
    assert_eq!(world.jobs(seconds(305))[0].state, State::Cancelled);
}

#[test]
fn a_film_that_needs_the_key_is_given_for_the_key() {
    let mut provider = inlet();
    // Both a URL and the key for it.
    let result = provider.result.as_mut().unwrap();
    result.reply.output = Some(polyreel_spec::Output {
        url: vec![polyreel_spec::Path::parse("film").unwrap()].into(),
        ..polyreel_spec::Output::default()
    });
    let mut world = World::new(ORIGIN, 0, [&provider]);
    let key = |request| super::with_key(request);
    world.handle(seconds(0), &key(post_json("/inlet/v1/jobs", json!({"prompt": "a"}))));
    let film = film(&world, "mock-000001");
    assert_eq!(world.handle(seconds(300), &film).http(), Some(401));
    assert_eq!(world.handle(seconds(300), &key(film)).http(), Some(200));
    assert!(world.requests().iter().all(|entry| !entry.key_leaked));
}
