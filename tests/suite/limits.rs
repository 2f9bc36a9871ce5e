//! A provider's limits are kept on the client's side: no answer ever says that there were too many, and no time is lost.

use std::time::Duration;

use polyreel::mock::{self, MockServer, RateLimit};
use polyreel::{Client, ErrorKind};
use polyreel_spec::{Limits, Provider, Step};
use tokio::task::JoinSet;

use crate::support::lockstep::Studio;
use crate::support::{film_request, providers};

/// How many jobs are made, if nobody asks for more.
const JOBS: u32 = 200;

/// The provider whose limits are the tightest.
fn strict() -> Provider {
    let mut limited = providers().into_iter().filter(|provider| provider.limits.concurrent.is_some());
    limited.next().unwrap()
}

/// The longest of a model's jobs, in this provider's own words.
fn longest(provider: &Provider) -> Duration {
    let request = polyreel_spec::Inputs::new();
    Duration::from_millis(provider.latency(&provider.models[0], &request).unwrap().1)
}

struct Made {
    took: Duration,
    refused: usize,
    calls: usize,
    films: usize,
}

/// So many jobs at once, each followed to its film by a task of its own.
async fn make(provider: &Provider, jobs: u32, rate_limit: RateLimit) -> Made {
    let studio = Studio::open(MockServer::builder().rate_limit(rate_limit), provider).await;
    studio.server.set_balance(&provider.id, polyreel_spec::Amount { trillionths: i128::MAX / 4 });
    let client = studio.client(provider).build().unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..jobs {
        let request = film_request(&client, provider, &format!("Cat number {number}."));
        tasks.spawn(async move { request.submit().await?.await });
    }
    let films = studio.run(async {
        let mut films = 0;
        while let Some(film) = tasks.join_next().await {
            films += usize::from(film.unwrap().is_ok());
        }
        films
    });
    let films = films.await;
    let requests = studio.server.requests();
    let refused = requests.iter().filter(|request| request.http == Some(429)).count();
    Made { took: studio.server.clock().now(), refused, calls: requests.len(), films }
}

/// Neither a sliding window nor a fixed one nor a bucket finds a call too many, and it takes hardly longer than the jobs do
/// when there are never fewer than may be.
#[expect(clippy::print_stderr, reason = "a soak says what it did")]
#[tokio::test]
async fn many_jobs_are_never_too_many() {
    let provider = strict();
    let at_once = provider.limits.concurrent.unwrap();
    for rate_limit in [RateLimit::SlidingWindow, RateLimit::FixedWindow, RateLimit::TokenBucket] {
        let Made { took, refused, calls, films } = make(&provider, JOBS, rate_limit).await;
        assert_eq!((refused, films), (0, JOBS as usize), "{rate_limit:?}");
        let shortest = longest(&provider) * JOBS.div_ceil(at_once);
        let ratio = took.as_secs_f64() / shortest.as_secs_f64();
        eprintln!(
            "{JOBS} jobs, {}: {} s, {ratio:.3} of the shortest time, {calls} calls",
            rate_limit.name(),
            took.as_secs()
        );
        assert!((1.0..1.05).contains(&ratio), "{rate_limit:?}: {took:?} instead of {shortest:?}");
    }
}

/// The same where calls are what there are too few of: they are made evenly, and creates go first.
#[tokio::test]
async fn creates_go_before_polls() {
    let mut provider = strict();
    provider.limits = Limits { requests_per_minute: Some(20), concurrent: None, excess: None };
    let studio = Studio::open(MockServer::builder(), &provider).await;
    let client = studio.client(&provider).build().unwrap();
    let mut tasks = JoinSet::new();
    // More creates than can be sent before the first job wants to be asked for.
    for number in 0..150 {
        let request = film_request(&client, &provider, &format!("Cat number {number}."));
        tasks.spawn(async move { request.submit().await?.await });
    }
    studio
        .run(async {
            while let Some(film) = tasks.join_next().await {
                film.unwrap().unwrap();
            }
        })
        .await;
    let requests = studio.server.requests();
    let calls: Vec<_> = requests.iter().filter(|request| request.step.is_some()).collect();
    let first = calls.iter().take(150).filter(|call| call.step == Some(Step::Create)).count();
    assert_eq!(first, 150, "no poll is made while a create waits");
    assert!(requests.iter().all(|request| request.http != Some(429)));
}

/// All clients of one key share its limits, and those of another key have their own.
#[tokio::test]
async fn clients_of_one_key_share_its_limits() {
    let provider = strict();
    let studio = Studio::open(MockServer::builder(), &provider).await;
    let client = |world: &str| studio.client(&provider).api_key(mock::Worlds::key(world)).build().unwrap();
    let submit = |client: Client| {
        let (provider, clock) = (provider.clone(), studio.clock());
        async move {
            let job = film_request(&client, &provider, "A cat.").submit().await.unwrap();
            (clock.now(), job)
        }
    };
    let waited = studio.run(async {
        let first = submit(client("one")).await;
        // Another client, the same key.
        let second = submit(client("one")).await;
        let other = submit(client("two")).await;
        (second.0.saturating_sub(first.0), other.0.saturating_sub(second.0))
    });
    let (same, other) = waited.await;
    assert!(same >= Duration::from_secs(1), "{same:?}");
    assert_eq!(other, Duration::ZERO);
}

/// What a plan allows can be said, for all clients of the key.
#[tokio::test]
async fn a_plan_can_be_said() {
    let provider = strict();
    let studio = Studio::open(MockServer::builder().rate_limit(RateLimit::Off), &provider).await;
    let clock = studio.clock();
    let client = studio.client(&provider).calls_per_minute(Some(6)).jobs_at_once(Some(2)).build().unwrap();
    let submit = || film_request(&client, &provider, "A cat.").submit();
    let times = studio.run(async {
        let mut times = Vec::new();
        let mut jobs = Vec::new();
        for _ in 0..3 {
            jobs.push(submit().await.unwrap());
            times.push(clock.now().as_secs());
        }
        times
    });
    let times = times.await;
    assert_eq!(times[1] - times[0], 10, "{times:?}");
    // Nobody follows these jobs, so the third waits until one of them has to be over.
    assert!(times[2] >= longest(&provider).as_secs(), "{times:?}");
    assert!(times[2] <= 2 * longest(&provider).as_secs(), "{times:?}");
}

/// A program that submits more than there may be before it follows the first is not stuck, and whoever gives up waiting
/// for his turn has sent nothing.
#[tokio::test]
async fn nobody_waits_for_ever() {
    let provider = strict();
    let server = MockServer::start_raw([&provider]).await;
    let client = mock::client_builder(&server, &provider).unwrap().build().unwrap();
    let most = provider.limits.concurrent.unwrap() as usize;
    let mut jobs = Vec::new();
    for number in 0..most + 3 {
        let request = film_request(&client, &provider, &format!("Cat number {number}."));
        jobs.push(request.submit().await.unwrap());
    }
    for job in jobs {
        job.await.unwrap();
    }
    assert_eq!(server.requests().iter().filter(|request| request.http == Some(429)).count(), 0);

    let studio = Studio::open(MockServer::builder(), &provider).await;
    let (client, clock) = (studio.client(&provider).jobs_at_once(Some(1)).build().unwrap(), studio.clock());
    studio
        .run(async {
            let job = film_request(&client, &provider, "A cat.").submit().await.unwrap();
            let impatient = film_request(&client, &provider, "A dog.").submit();
            tokio::select! {
                _ = impatient => panic!("there is no place"),
                () = clock.sleep(Duration::from_secs(30)) => {}
            }
            job.await.unwrap();
            film_request(&client, &provider, "A cow.").submit().await.unwrap().await.unwrap();
        })
        .await;
    assert_eq!(studio.server.creates(&provider.id), 2, "what nobody waited for was not sent");
}

/// A job whose deadline passes while it waits for its turn says so.
#[tokio::test]
async fn a_turn_that_comes_too_late_is_a_timeout() {
    let provider = strict();
    let server = MockServer::start_raw([&provider]).await;
    let builder = mock::client_builder(&server, &provider).unwrap().calls_per_minute(Some(1));
    let client = builder.deadline(Duration::from_secs(20)).build().unwrap();
    let error = film_request(&client, &provider, "A cat.").submit().await.unwrap().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimeout, "{error}");
    assert!(error.to_string().contains("its turn among all calls of this key did not come"), "{error}");
    assert!(error.job().is_some() && error.progress().is_some());
}
