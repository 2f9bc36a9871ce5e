//! Limits, accounts and the ledger of a world.

use super::{ORIGIN, get, header, hyprlab, hyprlab_create, opened, seconds, with_key};
use crate::{Booking, Plan, RateLimit, World};
use polyreel_spec::State::{Done, Queued, Running};
use polyreel_spec::{Excess, Provider};

const POLL: &str = "/hyprlab/v1/video/generations/mock-000001";

fn bookings(world: &World) -> Vec<(u64, &str, Booking)> {
    world.ledger().iter().map(|entry| (entry.at.as_secs(), entry.job.as_str(), entry.booking)).collect()
}

#[test]
fn a_price_is_reserved_and_then_charged_or_given_back() {
    let mut world = World::new(ORIGIN, 0, [&hyprlab()]);
    for prompt in ["a", "[[mock:failed]]", "[[mock:stuck]]", "[[mock:lost-answer]]", "[[mock:refused]]"] {
        world.handle(seconds(0), &hyprlab_create(prompt));
    }
    assert_eq!(world.spent()[0].totals[0].to_string(), "$4.00");
    world.catch_up(seconds(1000));
    let mut ends = bookings(&world).split_off(4);
    ends.sort_by_key(|(_, job, _)| *job);
    let ends: Vec<_> = ends.into_iter().map(|(at, job, booking)| ((180..=240).contains(&at), job, booking)).collect();
    let expected = [
        (true, "mock-000001", Booking::Charged),
        (true, "mock-000002", Booking::Refunded),
        (true, "mock-000004", Booking::Charged),
    ];
    assert_eq!(ends, expected);
    assert_eq!(world.spent()[0].totals[0].to_string(), "$3.00");
    // Time that passes in one step or in many leaves the same books.
    let mut other = World::new(ORIGIN, 0, [&hyprlab()]);
    for prompt in ["a", "[[mock:failed]]", "[[mock:stuck]]", "[[mock:lost-answer]]", "[[mock:refused]]"] {
        other.handle(seconds(0), &hyprlab_create(prompt));
    }
    for at in 0..1000 {
        other.catch_up(seconds(at));
    }
    assert_eq!(other.ledger(), world.ledger());
}

#[test]
fn failures_are_billed_where_the_file_says_so() {
    let mut provider = hyprlab();
    provider.errors.failed_jobs_billed = Some(true);
    let mut world = World::new(ORIGIN, 0, [&provider]);
    world.handle(seconds(0), &hyprlab_create("[[mock:failed]]"));
    world.catch_up(seconds(300));
    assert_eq!(bookings(&world)[1].2, Booking::Charged);
}

#[test]
fn an_empty_account_is_refused_and_nothing_is_created() {
    let mut world = World::new(ORIGIN, 0, [&hyprlab()]);
    world.set_balance("hyprlab", "1.5".parse().unwrap());
    assert_eq!(world.handle(seconds(0), &hyprlab_create("a")).http(), Some(200));
    let plan = world.handle(seconds(0), &hyprlab_create("b"));
    assert_eq!((plan.http(), header(&plan, "x-polyreel-mock")), (Some(402), Some("field=account; rule=balance")));
    assert_eq!((world.jobs(seconds(0)).len(), world.ledger().len()), (1, 1));
}

fn limited(change: impl FnOnce(&mut Provider)) -> World {
    let mut provider = hyprlab();
    change(&mut provider);
    World::new(ORIGIN, 0, [&provider])
}

#[test]
fn calls_are_limited_as_the_file_says_and_polls_count() {
    let provider = |provider: &mut Provider| provider.limits.requests_per_minute = Some(3);
    let mut world = limited(provider);
    let http = |world: &mut World, at| world.handle(seconds(at), &with_key(get(POLL))).http();
    assert_eq!(world.handle(seconds(0), &hyprlab_create("a")).http(), Some(200));
    assert_eq!([0, 10, 20, 60].map(|at| http(&mut world, at)), [Some(200), Some(200), Some(429), Some(200)]);
    let mut world = limited(provider).counting(RateLimit::Off);
    world.handle(seconds(0), &hyprlab_create("a"));
    assert!((0..9).all(|at| http(&mut world, at) == Some(200)));
    // A wrong key is refused before it is counted.
    let mut world = limited(provider);
    assert!((0..9).all(|at| world.handle(seconds(at), &get(POLL)).http() == Some(401)));
}

#[test]
fn jobs_above_the_limit_wait_or_are_refused() {
    let mut world = limited(|provider| {
        provider.limits.concurrent = Some(1);
        provider.limits.excess = Some(Excess::Refused);
    });
    let plans: Vec<Plan> = [0, 1, 300].map(|at| world.handle(seconds(at), &hyprlab_create("a"))).into();
    assert_eq!(plans.iter().map(Plan::http).collect::<Vec<_>>(), [Some(200), Some(429), Some(200)]);
    assert_eq!(header(&plans[1], "x-polyreel-mock"), Some("field=jobs; rule=limit"));

    let mut world = limited(|provider| {
        provider.limits.concurrent = Some(1);
        provider.limits.excess = Some(Excess::Queued);
    });
    for prompt in ["a", "b", "c"] {
        assert_eq!(opened(&world.handle(seconds(0), &hyprlab_create(prompt))).0, 200);
    }
    let states = |world: &World, at| world.jobs(seconds(at)).iter().map(|job| job.state).collect::<Vec<_>>();
    assert_eq!(states(&world, 150), [Running, Queued, Queued]);
    assert_eq!(states(&world, 350), [Done, Running, Queued]);
    assert_eq!(states(&world, 800), [Done, Done, Done]);
    world.catch_up(seconds(1000));
    let ends: Vec<_> = bookings(&world)[3..].iter().map(|(at, ..)| *at).collect();
    assert!(ends[0] >= 180 && ends[1] >= ends[0] + 180 && ends[2] >= ends[1] + 180, "{ends:?}");
}
