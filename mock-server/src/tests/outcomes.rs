//! Every outcome on demand, at every provider.

use polyreel_spec::{Kind, Provider, State};
use serde_json::Value;

use super::{ORIGIN, ai302, ai302_create, film, get, header, hyprlab, hyprlab_create, opened, seconds, with_key};
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
fn run(case: &Case, outcome: &str) -> (World, [Plan; 3]) {
    let mut world = World::new(ORIGIN, 0, [&case.provider]);
    let prompt = format!("a cat [[mock:{outcome}]] in the rain");
    let created = world.handle(seconds(0), &(case.create)(&prompt));
    let polled = world.handle(seconds(300), &with_key(get(case.poll)));
    let film = film(&world, "mock-000001");
    let fetched = world.handle(seconds(300), &film);
    (world, [created, polled, fetched])
}

#[test]
fn every_outcome_is_seen_where_it_belongs() {
    for case in cases() {
        for outcome in Outcome::ALL {
            let none = |http| (Some(http), 0, Some(404), Some(404));
            let (create, jobs, poll, film) = match outcome.name {
                "refused" | "moderated" => none(400),
                "unauthorized" => none(401),
                "no-credit" => none(402),
                "rate-limited" | "rate-limited-once" => none(429),
                "overloaded" => none(503),
                "lost-answer" => (None, 1, Some(200), Some(200)),
                "server-error" => (Some(500), 1, Some(200), Some(200)),
                "failed" | "moderated-late" | "cancelled" | "stuck" | "slow" | "expired-film" => {
                    (Some(200), 1, Some(200), Some(404))
                }
                "forgotten" => (Some(200), 1, Some(404), Some(404)),
                "not-there-yet" => (Some(200), 1, Some(404), Some(200)),
                "poll-unauthorized" => (Some(200), 1, Some(401), Some(200)),
                "poll-rate-limited" => (Some(200), 1, Some(429), Some(200)),
                "poll-server-error" | "flaky" => (Some(200), 1, Some(503), Some(200)),
                "forbidden-film" => (Some(200), 1, Some(200), Some(403)),
                "moved-film" => (Some(200), 1, Some(200), Some(302)),
                "instant"
                | "no-id"
                | "garbled-answer"
                | "twin-id"
                | "backwards"
                | "poll-html"
                | "poll-malformed"
                | "poll-error-inside"
                | "poll-unknown-status"
                | "cut-film"
                | "html-film" => (Some(200), 1, Some(200), Some(200)),
                other => panic!("what does {other} look like?"),
            };
            let (world, plans) = run(&case, outcome.name);
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
            ("refused", Kind::BadInput),
            ("unauthorized", Kind::Auth),
            ("no-credit", Kind::Balance),
            ("rate-limited", Kind::RateLimit),
            ("server-error", Kind::Provider),
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
        assert!(http == 400 && message.contains("short names are refused, moderated, unauthorized"), "{message}");
        assert!(!message.contains('\n') && message.len() < 900, "{message}");
        assert_eq!(header(&plan, "x-polyreel-mock"), Some("field=prompt; rule=outcome"));
    }
}

#[test]
fn bodies_say_what_the_outcome_is_about() {
    let body = |case: &Case, outcome, call: usize| opened(&run(case, outcome).1[call]).1;
    let text = |value: Value| value.to_string();
    for case in cases() {
        assert!(!text(body(&case, "no-id", 0)).contains("mock-000001"));
        assert!(text(body(&case, "failed", 1)).contains("the simulated job failed as asked"));
        assert!(text(body(&case, "poll-html", 1)).contains("<!doctype html>"));
        assert!(text(body(&case, "html-film", 2)).contains("<!doctype html>"));
        assert!(text(body(&case, "poll-error-inside", 1)).contains(r#"{"error":{"#));
        for outcome in ["poll-html", "html-film"] {
            let plans = run(&case, outcome).1;
            assert!(plans.iter().any(|plan| header(plan, "content-type") == Some("text/html")));
        }
    }
    let [first, second] = cases();
    assert_eq!(text(body(&first, "stuck", 1)), r#"{"status":"processing"}"#);
    assert_eq!(text(body(&first, "poll-unknown-status", 1)), r#"{"status":"mock-unknown-status"}"#);
    assert_eq!(body(&second, "poll-unknown-status", 1)["data"]["status"], 100);
    assert_eq!(body(&second, "poll-unknown-status", 1)["result"], 1);
    assert_eq!(body(&second, "poll-error-inside", 1)["error"]["err_code"], -10003);
    assert_eq!(body(&second, "no-id", 0)["data"]["status"], 5);
}

#[test]
fn a_stuck_job_never_ends_and_a_failed_one_fails_late() {
    for case in cases() {
        for (outcome, late, end) in
            [("stuck", State::Running, State::Running), ("failed", State::Running, State::Failed)]
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
    let (cut, whole) = (film("cut-film"), film("stuck"));
    assert!(whole.starts_with(b"there is no output: the job is running"));
    let whole = film("lost-answer");
    assert!(whole.starts_with(&cut) && cut.len() < whole.len() && cut.len() > whole.len() / 4);
}
