//! What a world says about its client.

use super::{ORIGIN, get, hyprlab, hyprlab_create, seconds, with_key};
use crate::{ClientFault, World};

const POLL: &str = "/hyprlab/v1/video/generations/mock-000001";
const FILM: &str = "/__mock/outputs/mock-000001.mp4";

fn world() -> World {
    let mut provider = hyprlab();
    provider.limits.requests_per_minute = Some(5);
    provider.poll.as_mut().unwrap().pace.at_least = Some(3000);
    World::new(ORIGIN, 0, [&provider])
}

/// What is found after these requests, each at its second.
fn check(requests: &[(u64, crate::Request)], expected: &[ClientFault]) {
    let mut world = world();
    for (at, request) in requests {
        world.handle(seconds(*at), request);
    }
    let found: Vec<_> = world.verdict().findings.iter().map(|finding| finding.fault).collect();
    assert_eq!(found, expected, "{:?}", world.verdict());
}

#[test]
fn clients_are_judged_by_what_they_do() {
    use ClientFault::{KeyLeaked, Orphaned, OverLimit, PaidTwice, RefusedAgain, TooFast};
    let create = |at, prompt| (at, hyprlab_create(prompt));
    let poll = |at| (at, with_key(get(POLL)));
    let film = |at| (at, get(FILM));
    check(&[], &[]);
    check(&[create(0, "a"), poll(5), poll(300), film(301)], &[]);
    // The job goes on, and may yet be fetched.
    check(&[create(0, "a"), poll(5)], &[]);
    check(&[create(0, "a"), poll(5), poll(300)], &[Orphaned]);
    check(&[create(0, "[[mock:cut-film]]"), poll(300), film(301)], &[Orphaned]);
    check(&[create(0, "a"), poll(5), poll(6), poll(300), film(301)], &[TooFast]);
    check(&[create(0, "a"), (0, with_key(get(POLL))), poll(300), (301, with_key(get(FILM)))], &[KeyLeaked]);
    let lost = "[[mock:lost-answer]]";
    check(&[create(0, lost), poll(300), film(301)], &[]);
    check(&[create(0, lost), create(9, lost), poll(300)], &[Orphaned, PaidTwice, Orphaned]);
    for prompt in ["[[mock:server-error]]", "[[mock:no-id]]", "[[mock:reset-create]]"] {
        check(&[create(0, prompt), create(9, prompt)], &[PaidTwice]);
    }
    // The same film twice is nobody's fault when both are told.
    check(&[create(0, "a"), create(9, "a")], &[]);
    check(&[create(0, "[[mock:refused]]"), create(9, "[[mock:refused]]")], &[RefusedAgain]);
    check(&[create(0, "[[mock:refused]]"), create(9, "[[mock:no-credit]]")], &[]);
    check(&[create(0, "[[mock:rate-limited]]"), create(9, "[[mock:rate-limited]]")], &[]);
    let many: Vec<_> = (0..6).map(|at| create(at, "[[mock:stuck]]")).collect();
    check(&many, &[OverLimit]);
    // What failed is not paid, so nothing is to be fetched.
    check(&[create(0, "[[mock:failed]]"), poll(300)], &[]);
}
