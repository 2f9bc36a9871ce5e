//! Waiting for one's turn: nobody is blocked by those who do not come, leave, or never send.

use std::pin::pin;
use std::time::Duration;

use polyreel::mock::{self, MockServer, RateLimit};
use polyreel::{Client, ErrorKind};
use polyreel_spec::{Excess, Limits, Provider};
use tokio::task::JoinSet;

use crate::support::lockstep::Studio;
use crate::support::{film_request, handle, provider};

/// A provider that takes so many calls a minute, and so many jobs at once.
fn limited(calls: Option<u32>, jobs: Option<u32>, excess: Option<Excess>) -> Provider {
    let mut provider = provider("eachlabs");
    provider.limits = Limits { requests_per_minute: calls, concurrent: jobs, excess };
    provider
}

async fn open(provider: &Provider) -> (Studio, Client) {
    let studio = Studio::open(MockServer::builder().rate_limit(RateLimit::Off), provider).await;
    let client = studio.client(provider).build().unwrap();
    (studio, client)
}

/// A submit that is begun and not polled any more, as a stream with a buffer does, holds up nobody for more than a moment.
#[tokio::test]
async fn whoever_does_not_come_is_passed_over() {
    let (jobs, calls) = (limited(None, Some(1), None), limited(Some(6), None, None));
    for provider in [jobs, calls] {
        let (studio, client) = open(&provider).await;
        let submit = || film_request(&client, &provider, "A cat.").submit();
        studio
            .run(async {
                let first = submit().await.unwrap();
                let mut held = pin!(submit());
                let clock = studio.clock();
                tokio::select! {
                    biased;
                    _ = &mut held => panic!("there is no room"),
                    () = clock.sleep(Duration::from_millis(1)) => {}
                }
                // From here on nobody polls it.
                first.await.unwrap();
                let begin = clock.now();
                let second = submit().await.unwrap();
                let waited = clock.now().saturating_sub(begin);
                assert!(waited <= Duration::from_secs(25), "{waited:?}");
                second.await.unwrap();
                // It gets its turn as soon as it comes back.
                held.await.unwrap().await.unwrap();
            })
            .await;
        assert_eq!(studio.server.creates(&provider.id), 3);
    }
}

/// Whoever leaves while he waits for a call has had no job, and those behind him are told.
#[tokio::test]
async fn whoever_leaves_gives_back_his_place() {
    let provider = limited(Some(6), Some(2), None);
    let (studio, client) = open(&provider).await;
    let submit = || film_request(&client, &provider, "A cat.").submit();
    studio
        .run(async {
            let clock = studio.clock();
            let _first = submit().await.unwrap();
            // It has the second place, and waits for its call.
            tokio::select! {
                biased;
                _ = submit() => panic!("there is a pause between calls"),
                () = clock.sleep(Duration::from_secs(1)) => {}
            }
            let begin = clock.now();
            let _second = submit().await.unwrap();
            let waited = clock.now().saturating_sub(begin);
            assert!(waited <= Duration::from_secs(11), "{waited:?}");
        })
        .await;
}

/// A job that is resumed several times, or was refused, has one place or none.
#[tokio::test]
async fn a_job_has_one_place() {
    let provider = limited(None, Some(2), None);
    let (studio, client) = open(&provider).await;
    studio
        .run(async {
            let clock = studio.clock();
            let job = film_request(&client, &provider, "A cat.").submit().await.unwrap();
            let again: Vec<_> = (0..5).map(|_| client.resume(job.handle().clone()).unwrap()).collect();
            let refused = film_request(&client, &provider, "[[mock:refused]]").submit().await.unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::Refused(_)), "{refused}");
            let begin = clock.now();
            let _second = film_request(&client, &provider, "A dog.").submit().await.unwrap();
            assert_eq!(clock.now(), begin, "there is a place");
            drop(again);
        })
        .await;
}

/// Who goes on for longer than the provider states keeps its place, as long as somebody follows it.
#[tokio::test]
async fn a_slow_job_keeps_its_place() {
    let provider = limited(None, Some(1), None);
    let (studio, client) = open(&provider).await;
    studio
        .run(async {
            let slow = film_request(&client, &provider, "[[mock:slow-job]]").submit().await.unwrap();
            let mut tasks = JoinSet::new();
            tasks.spawn(async move { slow.deadline(Duration::from_secs(20_000)).await.map(|_| ()) });
            let request = film_request(&client, &provider, "A cat.");
            tasks.spawn(async move { request.submit().await?.await.map(|_| ()) });
            while let Some(ended) = tasks.join_next().await {
                ended.unwrap().unwrap();
            }
        })
        .await;
    let most = studio.server.jobs().len();
    assert_eq!((most, studio.server.creates(&provider.id)), (2, 2), "no create was refused as one too many");
}

/// What waits its turn at the provider is not held back here.
#[tokio::test]
async fn what_may_queue_there_does_not_queue_here() {
    let provider = limited(None, Some(1), Some(Excess::Queued));
    let (studio, client) = open(&provider).await;
    studio
        .run(async {
            let begin = studio.clock().now();
            let mut jobs = Vec::new();
            for _ in 0..5 {
                jobs.push(film_request(&client, &provider, "A cat.").submit().await.unwrap());
            }
            assert_eq!(studio.clock().now(), begin);
        })
        .await;
}

/// When a provider says that there were too many calls, nobody calls until the time that it names.
#[tokio::test]
async fn too_many_is_a_word_to_all() {
    let provider = limited(None, None, None);
    for faults in ["rate-limit-date-submit#1", "rate-limit-date-poll#1"] {
        let (studio, client) = open(&provider).await;
        studio
            .run(async {
                let clock = studio.clock();
                let first = film_request(&client, &provider, &format!("[[mock:{faults}]]")).submit().await;
                if let Ok(mut job) = first {
                    assert!(job.progress().await.unwrap().unwrap().note.is_some());
                }
                let begin = clock.now();
                let _second = film_request(&client, &provider, "A cat.").submit().await.unwrap();
                let waited = clock.now().saturating_sub(begin);
                assert!(waited >= Duration::from_secs(29), "{faults}: {waited:?}");
            })
            .await;
        studio.server.assert_blameless();
    }
}

/// A client for each request is counted like one for all.
#[tokio::test]
async fn an_account_outlives_its_clients() {
    let provider = limited(Some(60), None, None);
    let studio = Studio::open(MockServer::builder(), &provider).await;
    studio
        .run(async {
            for _ in 0..70 {
                let client = studio.client(&provider).build().unwrap();
                drop(film_request(&client, &provider, "A cat.").submit().await.unwrap());
            }
        })
        .await;
    assert!(studio.server.requests().iter().all(|request| request.http == Some(200)));
}

/// What jobs took is learned by whoever follows them, and used by those that come after.
#[tokio::test]
async fn later_jobs_are_asked_for_when_earlier_ones_ended() {
    let stated = provider("hyprlab");
    let mut faster = stated.clone();
    let mut models = faster.models.to_vec();
    for model in &mut models {
        let row = polyreel_spec::LatencyRow { when: polyreel_spec::list(&[]), between: (90_000, 120_000) };
        model.latency = Some(polyreel_spec::Latency { by: polyreel_spec::list(&[]), table: vec![row].into() });
    }
    faster.models = models.into();
    let studio = Studio::open(MockServer::builder(), &faster).await;
    let client = studio.client(&stated).build().unwrap();
    let times = studio.run(async {
        let mut times = Vec::new();
        for _ in 0..25 {
            let begin = studio.clock().now();
            film_request(&client, &stated, "A cat.").submit().await.unwrap().await.unwrap();
            times.push(studio.clock().now().saturating_sub(begin).as_secs());
        }
        times
    });
    let times = times.await;
    assert!(times[0] > 170, "the provider is twice as fast as it states: {times:?}");
    assert!(times[15..].iter().all(|time| *time <= 126), "{times:?}");
}

/// A key goes to another host of the provider's own as long as nobody names a base URL, and then to that alone.
#[tokio::test]
async fn a_named_base_url_gets_the_key_alone() {
    let mut provider = provider("hyprlab");
    let region = polyreel_spec::Region { name: "eu".into(), base_url: "https://eu.hyprlab.test/v1".into() };
    provider.regions = vec![region].into();
    let tap = crate::support::wiretap::Wiretap::start(crate::support::wiretap::Then::Drop).await;
    let written = handle(&provider, &tap.origin, "7").to_json();
    let moved = written.replace(&format!("\"poll_url\": \"{}", tap.origin), "\"poll_url\": \"https://eu.hyprlab.test");
    assert_ne!(moved, written);
    let clock = mock::clock(&mock::Clock::manual());
    let client = Client::builder(&provider).api_key("k").base_url(&tap.origin).clock(clock).build().unwrap();
    let job = client.resume(polyreel::JobHandle::from_json(&moved).unwrap()).unwrap();
    assert_eq!(job.await.unwrap_err().kind(), ErrorKind::UntrustedUrl);
    assert_eq!(tap.received(), Vec::<String>::new());
}
