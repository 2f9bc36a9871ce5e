//! All faults at once, for as many requests as somebody asks for: the server goes on, and its books balance.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use polyreel::Client;
use polyreel::mock::{self, Booking, ClientFault, FaultProfile, How, JobReport, MockServer, RateLimit, World};
use polyreel_spec::{Amount, Provider};

use crate::support::faults::all_faults;
use crate::support::{asked, film_request, providers};

/// How many requests there are if nobody asks for more.
const USUAL: u64 = 3000;

/// When every job has ended that ever does.
const LATER: Duration = Duration::from_secs(7 * 24 * 3600);

/// How many clients there are at once.
const CLIENTS: u64 = 16;

/// How long clients wait for what does not come, in real time.
const PATIENCE: Duration = Duration::from_millis(500);

/// What one client does until there were enough requests.
async fn film_after_film(server: Arc<MockServer>, provider: Arc<Provider>, client: Client, number: u64, most: u64) {
    for film in 0_u64.. {
        if server.with_worlds(|worlds| worlds.first().request_count()) >= most {
            return;
        }
        let request = film_request(&client, &provider, &format!("Cat {film} of client {number}."));
        if let Ok(job) = request.submit().await
            && let Ok(video) = job.await
        {
            // Whatever comes of it.
            let _ = video.bytes().await;
        }
    }
}

/// What must be true of the books, whatever happened.
fn check_books(world: &World, now: Duration, provider: &Provider, began_with: Amount) {
    let ledger = world.ledger();
    let of = |booking| ledger.iter().filter(move |entry| entry.booking == booking);
    let [reserved, charged, refunded] = [Booking::Reserved, Booking::Charged, Booking::Refunded].map(|b| of(b).count());
    let settled: HashSet<_> =
        of(Booking::Charged).chain(of(Booking::Refunded)).map(|entry| entry.job.as_str()).collect();
    let jobs = world.jobs(now);
    let open: Vec<_> = jobs.iter().filter(|job| !settled.contains(job.id.as_str())).collect();
    let is_stuck = |job: &&JobReport| job.injected.faults.iter().any(|fault| fault.how == How::Stuck);
    assert!(open.iter().all(is_stuck), "{}: {open:?}", provider.id);
    let stuck = open.len();
    assert_eq!(reserved, world.jobs(Duration::ZERO).len(), "{}", provider.id);
    assert_eq!(reserved, charged + refunded + stuck, "{}: reserved, or charged, given back or stuck", provider.id);
    let sum = |booking| -> i128 {
        of(booking).filter_map(|entry| entry.price.as_ref()).map(|price| price.amount.trillionths).sum()
    };
    let spent: i128 = world.spent().iter().flat_map(|spent| &spent.totals).map(|total| total.amount.trillionths).sum();
    assert_eq!(spent, sum(Booking::Reserved) - sum(Booking::Refunded), "{}", provider.id);
    // What is left is what there was without what is paid; in another unit it cannot be compared.
    let unit = provider.balance.as_ref().map(|balance| &balance.unit);
    if ledger.iter().filter_map(|entry| entry.price.as_ref()).all(|price| Some(&price.currency) == unit) {
        assert_eq!(world.balance(&provider.id).trillionths, began_with.trillionths - spent, "{}", provider.id);
    }
    let paid_twice = world.verdict().findings.into_iter().find(|finding| finding.fault == ClientFault::PaidTwice);
    assert_eq!(paid_twice, None, "{}", provider.id);
}

#[expect(clippy::print_stderr, reason = "a soak says what it did")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_leaves_the_server_answering_and_its_books_balanced() {
    let providers = providers();
    let most = asked("POLYREEL_STORM").unwrap_or(USUAL) / providers.len() as u64;
    for provider in providers {
        let provider = Arc::new(provider);
        let settings = MockServer::builder().raw().rate_limit(RateLimit::Off).faults(all_faults(1.6, 0.02));
        let server = Arc::new(settings.start([&*provider]).await.unwrap());
        let account = Amount { trillionths: i128::from(u64::MAX) * 1_000_000 };
        server.set_balance(&provider.id, account);
        let builder = mock::client_builder(&server, &provider).unwrap().answer_within(PATIENCE).silent_for(PATIENCE);
        let client = builder.deadline(Duration::from_secs(900)).build().unwrap();
        let mut clients = tokio::task::JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(film_after_film(server.clone(), provider.clone(), client.clone(), number, most));
        }
        while let Some(ended) = clients.join_next().await {
            ended.unwrap();
        }
        server.clock().advance(LATER);
        let now = server.clock().now();
        server.with_worlds(|worlds| {
            let world = worlds.first();
            check_books(world, now, &provider, account);
            let injected = world.jobs(Duration::ZERO).iter().filter(|job| !job.injected.faults.is_empty()).count();
            assert!(injected * 4 > world.jobs(Duration::ZERO).len(), "the storm was none: {injected}");
            eprintln!(
                "{}: {} requests, {} jobs, {injected} befallen",
                provider.id,
                world.request_count(),
                world.jobs(Duration::ZERO).len()
            );
            // The next film is made as if nothing had happened.
            worlds.reset("");
            worlds.world_mut("").unwrap().risk(FaultProfile::default());
        });
        film_request(&client, &provider, "A dog.").submit().await.unwrap().await.unwrap().bytes().await.unwrap();
    }
}
