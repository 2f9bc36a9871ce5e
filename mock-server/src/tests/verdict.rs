//! What a world says about its client.

use super::{ORIGIN, get, hyprlab, hyprlab_create, seconds, with_key};
use crate::{ClientFault, Request, World};

const POLL: &str = "/hyprlab/v1/video/generations/mock-000001";

fn world() -> World {
    let mut provider = hyprlab();
    provider.limits.requests_per_minute = Some(5);
    provider.poll.as_mut().unwrap().pace.at_least = Some(3000);
    World::new(ORIGIN, 0, [&provider])
}

/// A request, once there is a world.
type Made = Box<dyn Fn(&World) -> Request>;

fn create(at: u64, prompt: &'static str) -> (u64, Made) {
    (at, Box::new(move |_| hyprlab_create(prompt)))
}

fn poll(at: u64) -> (u64, Made) {
    (at, Box::new(|_| with_key(get(POLL))))
}

fn film(at: u64) -> (u64, Made) {
    (at, Box::new(|world| super::film(world, "mock-000001")))
}

/// What is found after these requests, each at its second, and what of it is nobody's fault.
fn check(requests: &[(u64, Made)], expected: &[ClientFault], unlucky: usize) {
    let mut world = world();
    for (at, request) in requests {
        let request = request(&world);
        world.handle(seconds(*at), &request);
    }
    let verdict = world.verdict();
    let found: Vec<_> = verdict.findings.iter().map(|finding| finding.fault).collect();
    assert_eq!((found.as_slice(), verdict.unlucky.len()), (expected, unlucky), "{verdict:?}");
}

#[test]
fn clients_are_judged_by_what_they_do() {
    use ClientFault::{KeyLeaked, Orphaned, OverLimit, RefusedAgain, TooFast};
    check(&[], &[], 0);
    check(&[create(0, "a"), poll(5), poll(300), film(301)], &[], 0);
    // The job goes on, and may yet be fetched.
    check(&[create(0, "a"), poll(5)], &[], 0);
    check(&[create(0, "a"), poll(5), poll(300)], &[Orphaned], 0);
    check(&[create(0, "a"), poll(5), poll(6), poll(300), film(301)], &[TooFast], 0);
    let leaked: Made = Box::new(|world| with_key(super::film(world, "mock-000001")));
    check(&[create(0, "a"), poll(0), poll(300), (301, leaked)], &[KeyLeaked], 0);
    // The same film twice is nobody's fault when both are told.
    check(&[create(0, "a"), create(9, "a")], &[], 0);
    let many: Vec<_> = (0..6).map(|at| create(at, "[[mock:stuck]]")).collect();
    check(&many, &[OverLimit], 0);
    // What failed is not paid, so nothing is to be fetched.
    check(&[create(0, "[[mock:failed]]"), poll(300)], &[], 0);
    for refused in ["[[mock:refused]]", "[[mock:moderated]]"] {
        check(&[create(0, refused), create(9, refused)], &[RefusedAgain], 0);
    }
    check(&[create(0, "[[mock:refused]]"), create(9, "[[mock:no-credit]]")], &[], 0);
    for refused in ["[[mock:rate-limit-date-submit]]", "[[mock:rate-limit-date-submit#1]]"] {
        check(&[create(0, refused), create(31, refused)], &[], 0);
        check(&[create(0, refused), create(29, refused)], &[TooFast], 0);
    }
    let told = "[[mock:rate-limit-date-poll#1]]";
    check(&[create(0, told), poll(4), poll(200), poll(300), film(301)], &[], 0);
    check(&[create(0, told), poll(4), poll(33), poll(300), film(301)], &[TooFast], 0);
}

#[test]
fn what_a_fault_takes_away_is_nobodys_fault() {
    use ClientFault::{Orphaned, PaidTwice};
    for prompt in ["[[mock:cut-film]]", "[[mock:html-film]]", "[[mock:expired-film]]", "[[mock:close-film@90]]"] {
        check(&[create(0, prompt), poll(300), film(301)], &[], 1);
        // It was not even tried.
        check(&[create(0, prompt), poll(300)], &[Orphaned], 0);
    }
    check(&[create(0, "[[mock:cut-film#1]]"), poll(300), film(301)], &[], 1);
    check(&[create(0, "[[mock:cut-film#1]]"), poll(300), film(301), film(302)], &[], 0);
    check(&[create(0, "[[mock:poll-html]]"), poll(300)], &[], 1);
    for lost in [
        "[[mock:lost-answer]]",
        "[[mock:server-error]]",
        "[[mock:no-id]]",
        "[[mock:garbled-answer]]",
        "[[mock:mistyped-create]]",
        "[[mock:redirect-create]]",
        "[[mock:reset-create]]",
    ] {
        check(&[create(0, lost), create(9, lost)], &[PaidTwice], 0);
        check(&[create(0, lost), poll(300)], &[], 1);
        check(&[create(0, lost), poll(300), film(301)], &[], 0);
    }
    check(&[create(0, "a"), create(1, "[[mock:twin-id]]"), poll(300), film(301)], &[], 1);
    check(&[create(0, "[[mock:drip-create]]"), poll(300), film(301)], &[], 0);
    check(&[create(0, "[[mock:overloaded]]"), create(9, "[[mock:overloaded]]")], &[], 0);
}

#[test]
fn little_things_decide() {
    use ClientFault::{Orphaned, PaidTwice, RefusedAgain};
    let part = |range: &'static str| -> Made {
        Box::new(move |world| {
            let mut request = super::film(world, "mock-000001");
            request.headers.push(("range".to_owned(), range.to_owned()));
            request
        })
    };
    // A byte is no film; all of it in parts is.
    check(&[create(0, "a"), poll(300), (301, part("bytes=-1"))], &[Orphaned], 0);
    check(&[create(0, "a"), poll(300), (301, part("bytes=0-999")), (302, part("bytes=2000-"))], &[Orphaned], 0);
    check(&[create(0, "a"), poll(300), (301, part("bytes=0-999")), (302, part("bytes=1000-"))], &[], 0);
    check(&[create(0, "[[mock:close-film@2000#1]]"), poll(300), film(301), (302, part("bytes=1500-"))], &[], 0);
    check(&[create(0, "[[mock:drip-film]]"), poll(300), film(301)], &[], 0);
    // Who gives up at the first trouble that passes has himself to blame, who was told that there is nothing has not.
    check(&[create(0, "[[mock:503-film#1]]"), poll(300), film(301)], &[Orphaned], 0);
    check(&[create(0, "[[mock:503-film]]"), poll(300), film(301)], &[], 1);
    check(&[create(0, "[[mock:404-film#1]]"), poll(300), film(301)], &[], 1);
    // The same with a default that is said, or left unsaid, is the same.
    let long = |at, duration: Option<u64>| -> (u64, Made) {
        let mut body = serde_json::json!({"model": "kling-v2", "prompt": "[[mock:lost-answer]]"});
        if let Some(duration) = duration {
            body["duration"] = duration.into();
        }
        (at, Box::new(move |_| with_key(super::post_json("/hyprlab/v1/video/generations", body.clone()))))
    };
    check(&[long(0, None), long(1, Some(5))], &[PaidTwice], 0);
    check(&[long(0, None), long(1, Some(10))], &[], 0);
    // Another key may be taken, whatever header it comes in.
    let key = |at, key: &'static str| -> (u64, Made) {
        (
            at,
            Box::new(move |_| Request {
                headers: vec![("authorization".to_owned(), format!("Bearer {key}"))],
                ..hyprlab_create("a")
            }),
        )
    };
    check(&[key(0, "wrong"), key(1, "wrong too")], &[], 0);
    check(&[key(0, "wrong"), key(1, "wrong")], &[RefusedAgain], 0);
    let [one, other] = ["[[mock:refused]] a", "[[mock:refused]] b"];
    check(&[create(0, one), create(1, other), create(2, one), create(3, other)], &[RefusedAgain], 0);
}
