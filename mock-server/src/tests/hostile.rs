//! Requests that nobody sane sends.

use serde_json::json;

use super::{
    ORIGIN, acme, ai302, ai302_create, ferry, get, hyprlab, hyprlab_create, inlet, opened, post_form, post_json, prism,
    quill, seconds, vault, with_key,
};
use crate::world::mixed;
use crate::{Request, World};

fn requests() -> Vec<Request> {
    let whole =
        json!({"version": 3, "input": {"model": "reel-1", "text": "a", "seed": 7, "frames": [{"data": "YWJj"}]}});
    vec![
        hyprlab_create("a"),
        ai302_create("a"),
        with_key(post_json("/acme/v3/jobs", whole)),
        with_key(get("/hyprlab/v1/video/generations/mock-000001")),
        with_key(get("/ai302/klingai/task/mock-000002/fetch")),
        get("/__mock/outputs/mock-000001.mp4"),
        with_key(post_json(
            "/quill/v1/jobs",
            json!({
                "model": "quill",
                "content": [{"type": "text", "text": "a"}, {"type": "image", "role": "first", "data": "YWJj"}],
                "parameters": {"tier": "fine", "frames": 24, "duration": "7s", "guidance": "0.5"},
            }),
        )),
        with_key(post_json("/quill/v1/jobs/40000001?verbose=1", json!({"number": 40_000_001}))),
        with_key(post_json("/ferry/run/water/boat:v2/d5?v=2&size=720p", json!({"input": {"prompt": "a"}}))),
        with_key(get("/ferry/run/water/boat:v2/d5/jobs/operations%2Fmock-000001?model=water/boat:v2")),
        Request {
            method: "POST".to_owned(),
            headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
            body: b"engine=glass&prompt=a+b%20c&duration=5".to_vec(),
            ..get("/prism/api/film?mode=fast&key=mock-key")
        },
        with_key(post_json("/inlet/v1/jobs", json!({"prompt": "a", "start_image": "7"}))),
        with_key(post_form("/inlet/v1/files", &[("data", Some("a.png"), b"x")])),
        with_key(get("/inlet/v1/results/mock-000001-key")),
        with_key(post_json("/inlet/v1/jobs/mock-000001/stop", "{}")),
    ]
}

fn change(bytes: &mut Vec<u8>, dice: &mut impl FnMut() -> usize) {
    const PIECES: [&[u8]; 12] = [
        b"",
        b"\0",
        b"\xff",
        b"%",
        b"%2F",
        b"/",
        b"\"",
        b"{",
        b"[[mock:",
        b"9999999999999999999999",
        b"\r\n--edge",
        b"-1e999",
    ];
    for _ in 0..=dice() % 3 {
        let at = dice() % (bytes.len() + 1);
        let end = (at + dice() % 6).min(bytes.len());
        bytes.splice(at..end, PIECES[dice() % PIECES.len()].iter().copied());
    }
}

#[test]
fn nothing_makes_the_engine_panic() {
    let all = [&hyprlab(), &ai302(), &acme(), &quill(), &ferry(), &prism(), &inlet(), &vault()];
    let mut world = World::new(ORIGIN, 0, all);
    let seeds = requests();
    let mut rolls = 0;
    let mut dice = || {
        rolls += 1;
        usize::try_from(mixed(rolls) >> 33).unwrap()
    };
    for round in 0..12_000 {
        let mut request = seeds[dice() % seeds.len()].clone();
        let parts = dice();
        if parts % 2 == 0 {
            change(&mut request.body, &mut dice);
        }
        if parts % 3 == 0 {
            let mut path = request.path.into_bytes();
            change(&mut path, &mut dice);
            request.path = String::from_utf8_lossy(&path).into_owned();
        }
        if parts % 5 == 0
            && let Some((_, value)) = request.headers.first_mut()
        {
            let mut bytes = value.clone().into_bytes();
            change(&mut bytes, &mut dice);
            *value = String::from_utf8_lossy(&bytes).into_owned();
        }
        let plan = world.handle(seconds(round), &request);
        assert!(plan.http().is_none_or(|http| (200..600).contains(&http)), "{request:?} {plan:?}");
    }
    assert!(world.jobs(seconds(0)).len() > 100);
}

#[test]
fn an_engine_without_models_or_places_still_answers() {
    for provider in [hyprlab, ai302, acme, quill, inlet] {
        let mut provider = provider();
        provider.errors.reply.message = Vec::new().into();
        provider.errors.rules = Vec::new().into();
        provider.poll.as_mut().unwrap().reply = polyreel_spec::ReplyShape::default();
        let mut world = crate::World::new("http://127.0.0.1:1", 0, [&provider]);
        for request in requests() {
            world.handle(seconds(0), &request);
        }
        provider.models = Vec::new().into();
        let mut world = crate::World::new("http://127.0.0.1:1", 0, [&provider]);
        let (http, _) = opened(&world.handle(seconds(0), &hyprlab_create("a")));
        assert_eq!(http, 404);
    }
}
