//! Many jobs over many providers: how long all of them take, held against the list schedule in which every end is noticed at
//! once and nothing but jobs and creates takes time.

use std::time::Duration;

use polyreel::mock::MockServer;
use polyreel::spec::{Amount, Excess, Latency, LatencyRow, Limits, Price, PriceRow, Provider};
use polyreel::{Client, Route, Schedule, Terms, VideoRequest, mock};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRng, TestRunner};
use tokio::task::JoinSet;

use crate::support::listener::Listener;
use crate::support::lockstep::Lockstep;
use crate::support::providers;

/// How many jobs there are.
const JOBS: usize = 200;

/// What is set of a provider: jobs at once, calls a minute, seconds for a film.
type Set = (u32, u32, u64);

/// The five providers with these limits and times, each with the one model that makes a film of a text.
fn catalog(set: &[Set]) -> Vec<Provider> {
    let limited = |(mut provider, (at_once, calls, seconds)): (Provider, &Set)| {
        provider.limits =
            Limits { requests_per_minute: Some(*calls), concurrent: Some(*at_once), excess: Some(Excess::Refused) };
        let request = VideoRequest::new("A cat.");
        let able: Vec<_> = provider.models.iter().filter(|model| request.offer(&provider, model).is_ok()).collect();
        let mut model = able.into_iter().find(|model| !model.by_name_only).unwrap().clone();
        let between = (seconds * 1000, seconds * 1000);
        model.latency =
            Some(Latency { by: vec![].into(), table: vec![LatencyRow { when: vec![].into(), between }].into() });
        let amount = Some(Amount { trillionths: 1_000_000_000_000 });
        let table = vec![PriceRow { when: vec![].into(), amount }];
        let per = polyreel::spec::Per::Video;
        model.price = Some(Price { unit: "USD".into(), per, by: vec![].into(), table: table.into() });
        provider.models = vec![model].into();
        provider
    };
    providers().into_iter().zip(set).map(limited).collect()
}

/// How long the jobs took, and how long the schedule says.
async fn run(catalog: &[Provider]) -> (Duration, Duration) {
    let (listener, _listening) = Listener::count_calls();
    let server = MockServer::builder().raw().start(catalog).await.unwrap();
    let lockstep = Lockstep::new(server.clock().clone());
    let clients: Vec<Client> = catalog
        .iter()
        .map(|provider| {
            server.set_balance(&provider.id, Amount { trillionths: i128::MAX / 4 });
            mock::client_builder(&server, provider).unwrap().clock(lockstep.clock()).build().unwrap()
        })
        .collect();
    let request = VideoRequest::new("A cat.");
    let quotes = request.quotes(catalog);
    let way = Route::Soonest.plan(&quotes, &Terms::default()).unwrap();
    let mut schedule = Schedule::default();
    let mut tasks = JoinSet::new();
    for _ in 0..JOBS {
        let chosen = &way[schedule.place(&way).unwrap()].offer;
        let client = clients.iter().find(|client| client.provider().id == chosen.provider.id).unwrap();
        let request = request.request(client, &chosen.model.key).unwrap();
        tasks.spawn(async move { request.submit().await?.await });
    }
    let all = lockstep.run(&listener, async {
        while let Some(film) = tasks.join_next().await {
            film.unwrap().unwrap();
        }
    });
    Box::pin(all).await;
    assert!(server.requests().iter().all(|request| request.http != Some(429)), "nobody is asked too often");
    (server.clock().now(), schedule.makespan())
}

fn ratio(took: Duration, least: Duration) -> f64 {
    took.as_secs_f64() / least.as_secs_f64()
}

/// The limits and times that the five have, or could have.
#[expect(clippy::print_stderr, reason = "a measurement says what it found")]
#[tokio::test]
async fn all_jobs_are_done_about_as_soon_as_can_be() {
    let catalog = catalog(&[(8, 120, 300), (6, 120, 360), (10, 60, 110), (8, 120, 240), (6, 60, 318)]);
    let (took, least) = run(&catalog).await;
    let ratio = ratio(took, least);
    eprintln!("{JOBS} jobs over five providers: {} s, {ratio:.3} of the list schedule", took.as_secs());
    assert!((0.99..1.05).contains(&ratio), "{took:?} instead of {least:?}");
}

/// The same for providers that could be. `cargo xtask soak makespan` takes fifty.
#[expect(clippy::print_stderr, reason = "a soak says what it found")]
#[tokio::test]
async fn random_catalogs_are_done_about_as_soon_as_can_be() {
    let cases = crate::support::asked("POLYREEL_MAKESPAN").unwrap_or(3);
    let config = Config { failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(config.rng_algorithm, &[6; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let one = (2..16_u32, prop::sample::select(vec![60_u32, 120, 300, 600]), 40..600_u64);
    let sets = prop::collection::vec(one, 5);
    let mut ratios = Vec::new();
    for _ in 0..cases {
        let set = sets.new_tree(&mut runner).unwrap().current();
        let (took, least) = run(&catalog(&set)).await;
        ratios.push((ratio(took, least), set));
    }
    ratios.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (worst, set) = ratios.last().unwrap();
    let median = ratios[ratios.len() / 2].0;
    let above = ratios.iter().filter(|(ratio, _)| *ratio > 1.05).count();
    eprintln!(
        "{JOBS} jobs over {cases} random catalogs: median {median:.3} of the list schedule, {above} above 1.05, worst {worst:.3}"
    );
    // The schedule knows nothing of polls. Where a provider takes so few calls that its jobs cannot be asked for in time, ends are
    // noticed late.
    assert!(median < 1.05 && *worst < 1.1, "median {median}, {worst} for {set:?}");
}
