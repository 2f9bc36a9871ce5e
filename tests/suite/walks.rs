//! Whatever a program does with its jobs, and whatever befalls them: it pays once for what it asked for, and gets what it paid.
//!
//! The judge is the mock server's own books.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use polyreel::mock::{Booking, ClientFault, Fault, Finding, How, JobReport, What, World};
use polyreel::spec::Provider;
use polyreel_spec::State;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::runtime::{Builder, Runtime};

use crate::support::program::{Program, Tally};
use crate::support::studio::Studio;
use crate::support::walk::{Walk, walk};
use crate::support::watch::Film;
use crate::support::{asked, providers};

/// How many walks there are if nobody asks for more.
const USUAL: u32 = 60;

/// How many walks share their servers: clocks end after centuries, and every walk takes days.
const MOST_WALKS: u32 = 500;

/// What so many walks have all done.
const ENOUGH: u32 = 1000;

/// No walk takes so long, in real time.
const FOR_EVER: Duration = Duration::from_secs(60);

/// How long a smaller walk that fails as well is looked for, in real time, in milliseconds.
const SHRINKING: u32 = 60_000;

/// When every job has ended that ever does.
const LATER: Duration = Duration::from_secs(48 * 3600);

/// What is counted of a walk, beside what its program counts.
const DEEDS: [&str; 15] = [
    "walks",
    "submits",
    "accepted",
    "refused",
    "sent again",
    "unknown",
    "jobs",
    "paid",
    "unlucky",
    "resumed",
    "followed",
    "given time",
    "cancelled",
    "films",
    "fetched again",
];

/// One walk, and what is true of it in the end.
async fn run(studio: &Studio, walk: &Walk) -> Result<Tally, String> {
    studio.begin_anew();
    let mut program = Program::new(studio, walk.model, &walk.steps);
    let walked = tokio::time::timeout(FOR_EVER, async {
        for step in &walk.steps {
            program.take(step).await?;
        }
        program.finish().await
    });
    walked.await.map_err(|_| format!("{} hangs", studio.provider.id))??;
    let ended = studio.server.clock().now();
    // Whatever goes on without the program ends.
    studio.server.clock().advance(LATER);
    studio.look(|world| judge(&mut program, world, ended))?;
    Ok(program.tally)
}

/// What the books say.
fn judge(program: &mut Program<'_>, world: &World, ended: Duration) -> Result<(), String> {
    let (ledger, verdict, jobs) = (world.ledger(), world.verdict(), world.jobs(ended));
    let expect = |holds: bool, what: &str| {
        let jobs = jobs.iter().map(|job| format!("{} {} \"{}\"", job.id, job.state.name(), job.injected));
        let booked = ledger.iter().map(|entry| format!("{} {}", entry.job, entry.booking.name()));
        let found = verdict.findings.iter().map(ToString::to_string);
        program.expect(holds, || format!("{what}: {:#?}", jobs.chain(booked).chain(found).collect::<Vec<_>>()))
    };
    let booked =
        |job: &str, booking| ledger.iter().filter(|entry| entry.job == job && entry.booking == booking).count();
    let is_charged = |job: &str| booked(job, Booking::Charged) == 1;
    let state = |job: &str| jobs.iter().find(|own| own.id == job).map(|own| own.state);
    expect(world.creates(program.provider_id()) == program.submits, "one submit is one create")?;
    let paid = ledger.iter().filter(|entry| entry.booking == Booking::Charged).count();
    expect(jobs.len() <= program.submits && paid <= program.submits, "one submit is one job")?;
    for JobReport { id, injected, .. } in &jobs {
        let [reserved, charged, refunded] =
            [Booking::Reserved, Booking::Charged, Booking::Refunded].map(|b| booked(id, b));
        let is_stuck = injected.faults.iter().any(|fault| fault.how == How::Stuck);
        expect(reserved == 1 && charged + refunded <= 1, "one job is paid once")?;
        expect(charged + refunded == 1 || is_stuck, "the books balance")?;
    }
    expect(!program.refused_jobs.iter().any(|job| is_charged(job)), "what is refused is not paid")?;
    // Who forgets what he is told between two processes asks too early, and who waits for days finds nothing. A film that a
    // hasty program misses on a busy machine costs no more money.
    let is_blamed = |finding: &&Finding| match finding.fault {
        ClientFault::OverLimit => false,
        ClientFault::TooFast => finding.job.is_none(),
        ClientFault::Orphaned => !program.is_hasty && finding.job.as_deref().and_then(state) != Some(State::Expired),
        _ => true,
    };
    expect(verdict.findings.iter().find(is_blamed).is_none(), "the program is blameless")?;
    for Film { job, plan, bytes, is_astray, .. } in &program.films {
        let can_be_had = state(job) == Some(State::Done) && !is_astray && !plan.faults.iter().copied().any(is_endless);
        expect(bytes.is_some() || !can_be_had || program.is_hasty, "what is made and kept is had")?;
        expect(bytes.is_none() || *is_astray || is_charged(job), "what is had is paid")?;
    }
    let counts = [("walks", 1), ("jobs", jobs.len()), ("paid", paid), ("unlucky", verdict.unlucky.len())];
    for (what, count) in counts {
        *program.tally.entry(what).or_default() += count as u64;
    }
    Ok(())
}

/// Whether a film can be kept from everybody by this fault for ever.
fn is_endless(fault: Fault) -> bool {
    matches!(fault.what, What::Poll | What::Result | What::Film)
        && fault.attempts.is_none()
        && fault.how != How::NoRange
}

/// Walks that share their servers. The same seed and number give the same walks.
fn block(runtime: &Runtime, providers: &[Provider], seed: u64, number: u32, count: u32, all: &Mutex<Tally>) {
    let studios: Vec<_> = runtime.block_on(async {
        let mut studios = Vec::new();
        for provider in providers {
            studios.push(Studio::start(provider).await);
        }
        studios
    });
    let config = Config { cases: count, failure_persistence: None, max_shrink_time: SHRINKING, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..12].copy_from_slice(&number.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let ended = runner.run(&walk(providers), |walk| {
        let tally = runtime.block_on(run(&studios[walk.provider], &walk)).map_err(TestCaseError::fail)?;
        let mut all = all.lock().unwrap();
        for (what, count) in tally {
            *all.entry(what).or_default() += count;
        }
        Ok(())
    });
    ended.unwrap_or_else(|failed| panic!("walks {number} of seed {seed}: {failed}"));
}

/// `cargo xtask soak walks --cases N` says how many walks, and `POLYREEL_WALKS_SEED` which.
#[expect(clippy::print_stderr, reason = "a soak says what it did")]
#[test]
fn a_walk_pays_once_and_loses_nothing() {
    let (count, seed) = (asked("POLYREEL_WALKS").unwrap_or(USUAL), asked("POLYREEL_WALKS_SEED").unwrap_or(1));
    let (providers, next, tally) = (providers(), AtomicU32::new(0), Mutex::new(Tally::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                let runtime = Builder::new_current_thread().enable_all().build().unwrap();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let left = count.saturating_sub(number.saturating_mul(MOST_WALKS));
                    if left == 0 {
                        return;
                    }
                    block(&runtime, &providers, seed, number, left.min(MOST_WALKS), &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    let done = |what: &str| tally.get(what).copied().unwrap_or_default();
    let all: Vec<_> = DEEDS.into_iter().map(|what| format!("{what} {}", done(what))).collect();
    eprintln!("{}", all.join(", "));
    let missing: Vec<_> = DEEDS.into_iter().filter(|what| count >= ENOUGH && done(what) == 0).collect();
    assert!(missing.is_empty(), "no walk reached: {}", missing.join(", "));
}
