//! Every outcome on demand, at every provider.

use polyreel_spec::{Kind, Provider, State};
use serde_json::Value;

use super::{ORIGIN, ai302, ai302_create, get, header, hyprlab, hyprlab_create, opened, seconds, with_key};
use crate::{Outcome, Plan, Request, World};

/// What a create, a poll after the end, and the film of one outcome look like.
#[derive(Debug, PartialEq)]
struct Seen {
    /// HTTP code of the create; `None` when the connection closed.
    create: Option<u16>,
    jobs: usize,
    poll: Option<u16>,
    film: Option<u16>,
}

struct Case {
    provider: Provider,
    create: fn(&str) -> Request,
    poll: &'static str,
}

fn cases() -> [Case; 2] {
    [
        Case { provider: hyprlab(), create: hyprlab_create, poll: "/hyprlab/v1/video/generations/mock-000001" },
        Case { provider: ai302(), create: ai302_create, poll: "/ai302/klingai/task/mock-000001/fetch" },
    ]
}

/// Create, poll after the end, film.
fn run(case: &Case, outcome: Outcome) -> (World, [Plan; 3]) {
    let mut world = World::new(ORIGIN, 0, [&case.provider]);
    let prompt = format!("a cat [[mock:{outcome}]] in the rain");
    let plans = [
        world.handle(seconds(0), &(case.create)(&prompt)),
        world.handle(seconds(300), &with_key(get(case.poll))),
        world.handle(seconds(300), &get("/__mock/outputs/mock-000001.mp4")),
    ];
    (world, plans)
}

#[test]
fn every_outcome_is_seen_where_it_belongs() {
    for case in cases() {
        for outcome in Outcome::ALL {
            let (create, jobs, poll, film) = match outcome {
                Outcome::Refused => (Some(400), 0, Some(404), Some(404)),
                Outcome::Unauthorized => (Some(401), 0, Some(404), Some(404)),
                Outcome::NoCredit => (Some(402), 0, Some(404), Some(404)),
                Outcome::RateLimited => (Some(429), 0, Some(404), Some(404)),
                Outcome::LostAnswer => (None, 1, Some(200), Some(200)),
                Outcome::ServerError => (Some(500), 1, Some(200), Some(200)),
                Outcome::Failed | Outcome::Stuck | Outcome::ExpiredFilm => (Some(200), 1, Some(200), Some(404)),
                Outcome::PollUnauthorized => (Some(200), 1, Some(401), Some(200)),
                Outcome::PollServerError => (Some(200), 1, Some(503), Some(200)),
                Outcome::NoId
                | Outcome::PollHtml
                | Outcome::PollErrorInside
                | Outcome::PollUnknownStatus
                | Outcome::CutFilm
                | Outcome::HtmlFilm => (Some(200), 1, Some(200), Some(200)),
            };
            let (world, plans) = run(&case, outcome);
            let seen = Seen {
                create: plans[0].http(),
                jobs: world.jobs(seconds(0)).len(),
                poll: plans[1].http(),
                film: plans[2].http(),
            };
            assert_eq!(seen, Seen { create, jobs, poll, film }, "{} {outcome}", case.provider.id);
            let charged: usize = world.spent().iter().map(|spent| spent.totals.len()).sum();
            assert_eq!(charged, jobs, "{} {outcome}", case.provider.id);
        }
    }
}

#[test]
fn refused_creates_are_read_as_what_was_asked_for() {
    for case in cases() {
        for (outcome, kind) in [
            (Outcome::Refused, Kind::BadInput),
            (Outcome::Unauthorized, Kind::Auth),
            (Outcome::NoCredit, Kind::Balance),
            (Outcome::RateLimited, Kind::RateLimit),
            (Outcome::ServerError, Kind::Provider),
        ] {
            let (http, body) = opened(&run(&case, outcome).1[0]);
            let message = body["error"]["message"].as_str().unwrap();
            assert!(message.ends_with(", as asked"), "{message}");
            assert_eq!(
                case.provider.errors.classify(http, None, Some(message)).kind,
                kind,
                "{} {outcome}",
                case.provider.id
            );
        }
    }
}

#[test]
fn an_unknown_outcome_is_refused_with_the_known_ones() {
    for name in ["fail", "", "a\r\nb", &"x".repeat(5000)] {
        let mut world = World::new(ORIGIN, 0, [&hyprlab()]);
        let plan = world.handle(seconds(0), &hyprlab_create(&format!("[[mock:{name}]]")));
        let (http, body) = opened(&plan);
        let message = body["error"]["message"].as_str().unwrap();
        assert!(http == 400 && message.contains("there are refused, unauthorized, no-credit"), "{message}");
        assert!(!message.contains('\n') && message.len() < 500, "{message}");
        assert_eq!(header(&plan, "x-polyreel-mock"), Some("field=prompt; rule=outcome"));
    }
}

#[test]
fn bodies_say_what_the_outcome_is_about() {
    let body = |case: &Case, outcome, call: usize| opened(&run(case, outcome).1[call]).1;
    let text = |value: Value| value.to_string();
    for case in cases() {
        assert!(!text(body(&case, Outcome::NoId, 0)).contains("mock-000001"));
        assert!(text(body(&case, Outcome::Failed, 1)).contains("the simulated job failed as asked"));
        assert!(text(body(&case, Outcome::PollHtml, 1)).contains("<!doctype html>"));
        assert!(text(body(&case, Outcome::HtmlFilm, 2)).contains("<!doctype html>"));
        assert!(text(body(&case, Outcome::PollErrorInside, 1)).contains(r#"{"error":{"#));
        for outcome in [Outcome::PollHtml, Outcome::HtmlFilm] {
            let plans = run(&case, outcome).1;
            assert!(plans.iter().any(|plan| header(plan, "content-type") == Some("text/html")));
        }
    }
    let [first, second] = cases();
    assert_eq!(text(body(&first, Outcome::Stuck, 1)), r#"{"status":"processing"}"#);
    assert_eq!(text(body(&first, Outcome::PollUnknownStatus, 1)), r#"{"status":"mock-unknown-status"}"#);
    assert_eq!(body(&second, Outcome::PollUnknownStatus, 1)["data"]["status"], 100);
    assert_eq!(body(&second, Outcome::PollUnknownStatus, 1)["result"], 1);
    assert_eq!(body(&second, Outcome::PollErrorInside, 1)["error"]["err_code"], -10003);
    assert_eq!(body(&second, Outcome::NoId, 0)["data"]["status"], 5);
}

#[test]
fn a_stuck_job_never_ends_and_a_failed_one_fails_late() {
    for case in cases() {
        for (outcome, late, end) in
            [(Outcome::Stuck, State::Running, State::Running), (Outcome::Failed, State::Running, State::Failed)]
        {
            let (world, _) = run(&case, outcome);
            let state = |at| world.jobs(seconds(at))[0].state;
            assert_eq!([state(0), state(179), state(1_000_000)], [State::Queued, late, end]);
        }
    }
}

#[test]
fn a_cut_film_is_the_beginning_of_the_film() {
    let [case, _] = cases();
    let film = |outcome| match run(&case, outcome).1 {
        [_, _, Plan::Answer { body, .. }] => body,
        other => panic!("{other:?}"),
    };
    let (cut, whole) = (film(Outcome::CutFilm), film(Outcome::Stuck));
    assert!(whole.starts_with(b"there is no output: the job is running"));
    let whole = film(Outcome::LostAnswer);
    assert!(whole.starts_with(&cut) && cut.len() < whole.len() && cut.len() > whole.len() / 4);
}
