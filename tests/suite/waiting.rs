//! Waiting for a job: when it is asked for, what ends the wait, and what does not.

use std::time::Duration;

use polyreel::mock::{self, MockServer};
use polyreel::pace::{History, Pace, Window};
use polyreel::{Cancelled, ErrorKind, Stage};
use polyreel_runtime::webhook::Callback;
use polyreel_spec::{Provider, Step, source};

use crate::support::lockstep::Studio;
use crate::support::wiretap::{Script, Then, Wiretap, http};
use crate::support::{film_request, handle, provider, providers};

const BEACON: &str = include_str!("../../mock-server/src/tests/beacon.yaml");

fn following() -> impl Iterator<Item = Provider> {
    providers().into_iter().filter(|provider| provider.poll.is_some())
}

/// When polls were received, in seconds.
fn polls(server: &MockServer) -> Vec<u64> {
    let requests = server.requests();
    requests.iter().filter(|request| request.step == Some(Step::Poll)).map(|request| request.at.as_secs()).collect()
}

/// A job is asked for once when it is young, then not before it can be done, then in short steps.
#[tokio::test]
async fn a_job_is_asked_for_when_it_may_be_done() {
    for provider in following() {
        let stated = provider.latency(&provider.models[0], &polyreel_spec::Inputs::new());
        let Some((begins, _)) = stated else { continue };
        let studio = Studio::open(MockServer::builder(), &provider).await;
        let client = studio.client(&provider).build().unwrap();
        studio.run(async { film_request(&client, &provider, "A cat.").submit().await?.await }).await.unwrap();
        let polls = polls(&studio.server);
        let early = polls.iter().filter(|poll| **poll * 1000 < begins * 9 / 10).count();
        assert!((1..=3).contains(&early) && polls.len() <= 36, "{}: {polls:?}", provider.id);
    }
}

/// What the steps are good for, on windows of all kinds, as the benchmark `polls` has it at length.
#[test]
fn an_end_is_noticed_soon_and_for_few_polls() {
    for (begins, ends) in [(180, 240), (300, 360), (60, 120), (600, 900)] {
        let width = Duration::from_secs(ends - begins);
        let [begins, ends] = [begins, ends].map(Duration::from_secs);
        let pace = Pace { expected: Some(Window::stated(begins, ends)), at_least: None, advised: None };
        let looks = std::iter::successors(Some(pace.next(Duration::ZERO, 0.5)), |age| Some(pace.next(*age, 0.5)));
        let looks: Vec<_> = looks.take_while(|look| *look < ends * 2).collect();
        let mut lags = Vec::new();
        let mut count = 0;
        for part in 0..1000 {
            let end = begins + width * part / 1000;
            let found = looks.iter().position(|look| *look >= end).unwrap();
            count += found + 1;
            lags.push(looks[found].saturating_sub(end));
        }
        lags.sort_unstable();
        assert!(count <= 17_000, "{begins:?}: {count}");
        assert!(lags[500] <= width / 60, "{begins:?}: {:?}", lags[500]);
        assert!(lags[950] <= width / 24, "{begins:?}: {:?}", lags[950]);
    }
}

/// What a provider states may be wrong by half: after some jobs that does not matter any more.
#[test]
fn ends_are_noticed_soon_although_the_provider_is_wrong() {
    for (begins, ends) in [(90, 120), (360, 480), (45, 60)] {
        let stated = Window::stated(Duration::from_secs(180), Duration::from_secs(240));
        let mut history = History::default();
        let mut late = 0;
        for job in 0..400_u32 {
            // Any order that visits all of them.
            let end = Duration::from_millis(begins * 1000 + u64::from(job * 7919 % 1000) * (ends - begins));
            let (mut before, mut age) = (Duration::ZERO, Duration::ZERO);
            while age < end {
                let pace = Pace { expected: history.expected(Some(stated)), at_least: None, advised: None };
                (before, age) = (age, pace.next(age, f64::from(job % 10) / 10.0));
            }
            late += u32::from(age.saturating_sub(end).as_secs_f64() > 0.05 * end.as_secs_f64());
            history.learn(Some(before).filter(|before| !before.is_zero()), age);
        }
        assert!(late <= 20, "{begins} to {ends} s: {late} of 400 were late");
    }
}

/// A job that nobody knows yet is asked for again; one that stays unknown has expired.
#[tokio::test]
async fn a_new_job_may_not_be_known_yet() {
    for provider in following() {
        for (faults, is_made) in [("not-found-poll#1-2", true), ("404-poll#1", true), ("404-poll", false)] {
            let server = MockServer::start_raw([&provider]).await;
            let client = mock::client(&server, &provider).unwrap();
            let job = film_request(&client, &provider, &format!("[[mock:{faults}]]")).submit().await.unwrap();
            let handle = job.handle().clone();
            let submitted = server.clock().now();
            match job.await {
                Ok(_) => assert!(is_made, "{} {faults}", provider.id),
                Err(error) => {
                    assert!(!is_made, "{} {faults}: {error}", provider.id);
                    assert_eq!((error.kind(), error.job()), (ErrorKind::Expired, Some(&handle)), "{error}");
                    assert!(polls(&server).len() >= 3, "it is not believed at once");
                    let waited = server.clock().now().saturating_sub(submitted);
                    assert!(waited < Duration::from_secs(900), "{}: {waited:?}", provider.id);
                }
            }
        }
    }
}

/// Answers that tell nothing, however many, are no failure: the provider is unreachable, and for how long is said.
#[tokio::test]
async fn unreachable_is_not_failed() {
    for provider in following() {
        let server = MockServer::start_raw([&provider]).await;
        let client =
            mock::client_builder(&server, &provider).unwrap().deadline(Duration::from_secs(700)).build().unwrap();
        let mut job = film_request(&client, &provider, "[[mock:503-poll#2-1000]]").submit().await.unwrap();
        let error = loop {
            match job.progress().await {
                Ok(progress) => assert!(progress.is_some()),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::WaitTimeout, "{error}");
        let last = error.progress().unwrap();
        assert!(last.unreachable > Duration::from_secs(400), "{}: {last:?}", provider.id);
        assert!(error.to_string().contains("unreachable for") && error.to_string().contains("http 503"), "{error}");
        assert!(error.is_retryable() && error.job().is_some());
    }
}

/// Time in a queue is told apart from time in the making.
#[tokio::test]
async fn time_in_a_queue_is_told() {
    let provider = provider("hyprlab");
    let answer = |state: &str| Then::Keep(http("200 OK", "", &format!("{{\"id\":\"7\",\"status\":\"{state}\"}}")));
    let waits = std::iter::repeat_n(answer("pending"), 20);
    let then: Vec<_> = waits.chain([answer("processing")]).collect();
    let tap = Wiretap::script(Script::default(), |_| then).await;
    let clock = mock::clock(&mock::Clock::manual());
    let client = polyreel::Client::builder(&provider).api_key("k").base_url(&tap.origin).clock(clock);
    let client = client.deadline(Duration::from_secs(3000)).build().unwrap();
    let mut job = client.resume(handle(&provider, &tap.origin, "7")).unwrap();
    let error = loop {
        match job.progress().await {
            Ok(progress) => assert!(progress.is_some()),
            Err(error) => break error,
        }
    };
    let last = error.progress().unwrap();
    assert_eq!((error.kind(), last.stage), (ErrorKind::WaitTimeout, Stage::Running), "{error}");
    assert!(last.queued > Duration::from_secs(60) && last.queued < last.elapsed, "{last:?}");
    assert!(error.to_string().contains(" s queued"), "{error}");
}

/// A pause that an answer asks for is kept, within bounds, also when the answer was a good one; one that is too long to be an
/// answer is none.
#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept() {
    let provider = provider("hyprlab");
    let running = "{\"id\":\"7\",\"status\":\"processing\"}";
    let endless = format!("{{\"id\":\"7\",\"status\":\"processing\",\"more\":\"{}\"}}", "x".repeat(5 << 20));
    for (headers, body, least, note) in [
        ("retry-after: 50\r\n", running, 50, None),
        ("retry-after: 5000\r\n", running, 120, None),
        ("", &*endless, 1, Some("the provider could not be reached")),
    ] {
        let tap = Wiretap::start(Then::Keep(http("200 OK", headers, body))).await;
        let clock = mock::Clock::manual();
        let client = polyreel::Client::builder(&provider).api_key("k").base_url(&tap.origin);
        let client = client.clock(mock::clock(&clock)).build().unwrap();
        let mut job = client.resume(handle(&provider, &tap.origin, "7")).unwrap();
        let first = job.progress().await.unwrap().unwrap();
        assert_eq!(first.note.as_deref(), note);
        let begin = clock.now();
        job.progress().await.unwrap();
        let waited = clock.now().saturating_sub(begin).as_secs();
        assert!(waited >= least && waited <= 130, "{headers}: {waited}");
    }
}

/// Asked to stop, and stopped, are two things.
#[tokio::test]
async fn requested_is_not_done() {
    let vault = source::read("vault.yaml", include_str!("../../mock-server/src/tests/vault.yaml")).unwrap();
    for (answer, expected) in [
        (http("200 OK", "", "{\"code\":0}"), Ok(Cancelled::Done)),
        (http("202 Accepted", "", "{\"code\":0}"), Ok(Cancelled::Requested)),
        (http("409 Conflict", "", "{}"), Err(())),
        (http("500 Oops", "", "{}"), Err(())),
    ] {
        let tap = Wiretap::start(Then::Send(answer)).await;
        let client = polyreel::Client::builder(&vault).api_key("k").base_url(&tap.origin).build().unwrap();
        let job = client.resume(handle(&vault, &tap.origin, "7")).unwrap();
        let cancelled = job.cancel().await;
        assert!(cancelled.as_ref().err().is_none_or(|error| error.job().is_some()), "{cancelled:?}");
        assert_eq!(cancelled.map_err(|_| ()), expected);
    }
}

/// A deadline can be said for one job; it begins when it is said.
#[tokio::test]
async fn a_deadline_can_be_said_for_one_job() {
    let provider = provider("hyprlab");
    let server = MockServer::start_raw([&provider]).await;
    let client = mock::client(&server, &provider).unwrap();
    let job = film_request(&client, &provider, "[[mock:stuck]]").submit().await.unwrap();
    let begin = server.clock().now();
    let error = job.deadline(Duration::from_secs(42)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimeout, "{error}");
    assert_eq!(server.clock().now().saturating_sub(begin), Duration::from_secs(42));
}

/// Giving up stops the job if somebody wants that, and says what came of it.
#[tokio::test]
async fn giving_up_may_stop_the_job() {
    for provider in following() {
        for stops in [false, true] {
            let server = MockServer::start_raw([&provider]).await;
            let builder = mock::client_builder(&server, &provider).unwrap().deadline(Duration::from_secs(60));
            let client = if stops { builder.cancel_late_jobs() } else { builder }.build().unwrap();
            let job = film_request(&client, &provider, "[[mock:stuck]]").submit().await.unwrap();
            let error = job.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WaitTimeout, "{error}");
            let asked = server.requests().iter().filter(|request| request.step == Some(Step::Cancel)).count();
            let can = provider.cancel.is_some();
            assert_eq!(asked, usize::from(stops && can), "{}", provider.id);
            let says = ["it was stopped", "it was asked to stop"].iter().any(|word| error.to_string().contains(word));
            assert_eq!(says, stops && can, "{error}");
            assert!(error.job().is_some());
        }
    }
}

/// Dropping a job neither stops nor forgets it.
#[tokio::test]
async fn a_dropped_job_goes_on() {
    for provider in following() {
        let server = MockServer::start_raw([&provider]).await;
        let client = mock::client(&server, &provider).unwrap();
        let job = film_request(&client, &provider, "A cat.").submit().await.unwrap();
        let handle = job.handle().clone();
        drop(job);
        assert_eq!(server.requests().len(), server.creates(&provider.id), "{}", provider.id);
        assert!(client.resume(handle).unwrap().await.unwrap().bytes().await.unwrap().len() > 10_000);
    }
}

/// A genuine callback is a reason to ask now, and only the answer decides; a forged one is none.
#[tokio::test]
async fn a_callback_is_a_nudge() {
    let provider = source::read("beacon.yaml", BEACON).unwrap();
    let studio = Studio::open(MockServer::builder(), &provider).await;
    let client = studio.client(&provider).build().unwrap();
    let secret = studio.server.webhook_secret(&provider.id).unwrap();
    let clock = studio.clock();
    studio
        .run(async {
            let mut job = film_request(&client, &provider, "[[mock:stuck]]").submit().await.unwrap();
            let id = job.id().to_owned();
            let body = serde_json::json!({ "job": { "number": id } }).to_string();
            let nudge = |secret: &str| {
                let headers = [("X-Secret".to_owned(), secret.to_owned())];
                client.nudge(secret, &Callback { headers: &headers, body: body.as_bytes() })
            };
            // Nobody has been asked yet, so the first poll is a while away.
            let begin = clock.now();
            let looking = job.progress();
            let nudging = async {
                clock.sleep(Duration::from_secs(3)).await;
                assert!(client.nudge("other", &Callback { headers: &[], body: body.as_bytes() }).is_err());
                clock.sleep(Duration::from_secs(1)).await;
                assert_eq!(nudge(&secret).unwrap(), id);
            };
            let (progress, ()) = tokio::join!(looking, nudging);
            assert!(progress.unwrap().is_some(), "a callback alone ends no job");
            assert_eq!(clock.now().saturating_sub(begin), Duration::from_secs(4));
            // Whoever is not followed is named all the same, and one that comes too soon is kept until it may be asked.
            nudge(&secret).unwrap();
            let begin = clock.now();
            job.progress().await.unwrap();
            let waited = clock.now().saturating_sub(begin);
            assert!(waited >= Duration::from_secs(1) && waited < Duration::from_secs(3), "{waited:?}");
        })
        .await;
    studio.server.assert_blameless();
}
