//! Durable transitions in a second, one after another and by many tasks that share commits, and how soon a large store is
//! ready for work.
//!
//! The disk decides: what is compared comes from one run, in turn.

use std::sync::Arc;
use std::time::Duration;

use polyreel_store::{
    Candidate, Caps, Charge, Driver, Event, Filter, JobId, NewJob, Order, Owner, Record, SavedFile, SqliteDriver,
    StoreError, Timestamp,
};
use serde_json::json;

use crate::report::shown;
use crate::rounds::median;
use crate::{Part, Result, stopwatch, unexpected};

pub(crate) const PART: Part = Part {
    name: "store",
    usage: "\
[--json] [--rounds N] [--jobs N]
              durable transitions in a second, alone and in groups, and how soon a large store is ready
    --json      JSON instead of tables
    --rounds N  how often each is measured; 5 if nothing is said
    --jobs N    how many open jobs the large store has; 100000 if nothing is said
",
    run,
};

/// So many tasks share commits.
const TASKS: usize = 64;
/// How many jobs each of them leads through its life, and how many one task does by itself.
const LIVES: usize = 40;
const LIVES_ALONE: usize = 30;
/// From a reservation to a saved film.
const TRANSITIONS: usize = 6;
/// What is aimed at: transitions in a second by all tasks, and milliseconds until a large store is ready.
const GOAL: f64 = 20_000.0;
const READY_MS: f64 = 1000.0;
const NOW: Timestamp = Timestamp(1_780_000_000_000);

/// How long it takes until a store can be used, in milliseconds.
struct Ready {
    open: f64,
    own: f64,
    first_100: f64,
    all: f64,
}

fn run(args: &[&str]) -> Result {
    let (mut is_json, mut rounds, mut jobs) = (false, 5, 100_000);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let mut number = || {
            let asked = rest.next().and_then(|text| text.parse::<usize>().ok()).filter(|number| *number > 0);
            asked.ok_or(format!("{arg} needs a number above 0"))
        };
        match *arg {
            "--json" => is_json = true,
            "--rounds" => rounds = number()?,
            "--jobs" => jobs = number()?,
            other => return Err(unexpected(other)),
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (mut alone, mut grouped, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        let path = |kind: &str| folder.path().join(format!("{kind}-{round}.sqlite"));
        let one = runtime.block_on(rate(&path("alone"), 1, LIVES_ALONE)).map_err(told)?;
        let many = runtime.block_on(rate(&path("grouped"), TASKS, LIVES)).map_err(told)?;
        alone.push(one);
        grouped.push(many);
        ratios.push(many / one);
    }
    let (alone, grouped, ratio) = (median(alone), median(grouped), median(ratios));
    eprintln!("a store of {jobs} jobs");
    let ready = runtime.block_on(ready(&folder.path().join("large.sqlite"), jobs)).map_err(told)?;
    if is_json {
        let Ready { open, own, first_100, all } = ready;
        let large = json!({ "jobs": jobs, "open_ms": open, "own_ms": own, "first_100_ms": first_100, "all_ms": all });
        println!(
            "{:#}",
            json!({
                "rounds": rounds, "tasks": TASKS, "alone_per_s": alone, "grouped_per_s": grouped, "ratio": ratio,
                "grouped_at_least": GOAL, "large": large,
            })
        );
        return Ok(());
    }
    println!("durable transitions in a second, median of {rounds} rounds, in {}", folder.path().display());
    println!("{:<24} {alone:>10.0}", "one task");
    println!("{:<24} {grouped:>10.0}   at least {GOAL:.0}: {}", format!("{TASKS} tasks"), shown(grouped >= GOAL));
    println!("{:<24} {ratio:>10.1}", "ratio");
    let Ready { open, own, first_100, all } = ready;
    let until_first = open + own + first_100;
    println!("\na store of {jobs} open jobs, in milliseconds");
    println!("open {open:.0}, own {own:.0}, the first 100 jobs {first_100:.0}, all {all:.0}");
    println!("until the first: {until_first:.0}, at most {READY_MS:.0}: {}", shown(until_first <= READY_MS));
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err wants it")]
fn told(error: StoreError) -> String {
    error.to_string()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Transitions in a second by so many tasks, each of which leads so many jobs through their lives.
async fn rate(path: &std::path::Path, tasks: usize, lives: usize) -> std::result::Result<f64, StoreError> {
    let driver = SqliteDriver::open(path)?;
    let owner: Arc<dyn Owner> = driver.own(NOW).await?.owner.into();
    let added = driver.add((0..tasks * lives).map(job).collect(), NOW).await?;
    let time = stopwatch();
    let tasks: Vec<_> = added
        .chunks(lives)
        .map(|jobs| {
            let (owner, jobs) = (Arc::clone(&owner), jobs.iter().map(|added| added.record.clone()).collect::<Vec<_>>());
            tokio::spawn(async move {
                for record in jobs {
                    live(&*owner, record).await?;
                }
                Ok::<_, StoreError>(())
            })
        })
        .collect();
    let count = added.len() * TRANSITIONS;
    for task in tasks {
        // A task that panics has shown why.
        task.await.unwrap_or(Ok(()))?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    Ok(count as f64 / time().as_secs_f64())
}

async fn live(owner: &dyn Owner, record: Record) -> std::result::Result<(), StoreError> {
    let handle = json!({ "version": 1, "provider": "acme", "saved": { "id": record.id } });
    let film = json!({ "url": "https://films.acme.test/0123456789abcdef.mp4", "handle": handle });
    let caps = Caps { per_day: "999999999".parse().ok(), ..Caps::default() };
    let mut record = owner.reserve(record.id, record.fence, caps, NOW).await?;
    for event in [
        Event::Sending { evidence: Some(json!({ "fingerprint": "0123456789abcdef" })) },
        Event::Accepted { handle, kept_until: None },
        Event::Made { film, charge: Charge::Unsaid, also: json!(null), film_until: None, handle: None },
        Event::Fetching,
        Event::Saved { files: vec![SavedFile { path: "cat.mp4".into(), bytes: 9, sha256: "00".repeat(32) }] },
    ] {
        record = owner.apply(record.id, record.fence, event, NOW).await?;
    }
    Ok(())
}

/// A job as a batch has them.
fn job(number: usize) -> NewJob {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    let price = "0.315".parse().ok().map(|amount| polyreel_store::Money { amount, currency: "USD".into() });
    let candidate = |provider: &str| Candidate {
        provider: provider.to_owned(),
        model: "reel-1".to_owned(),
        price: price.clone(),
        assumed: None,
        latency_ms: Some((180_000, 240_000)),
        base_url: None,
    };
    let prompt = format!("A cat that is number {number} walks over a wall in the evening sun, filmed from below.");
    let order = Order {
        request: json!({ "prompt": prompt, "duration": 5, "aspect_ratio": "16:9" }),
        output: Some(format!("cat-{number}.mp4").into()),
        candidates: vec![candidate("acme"), candidate("bolt")],
    };
    let key = Some(format!("cats/{number}"));
    NewJob { id: JobId::new(NOW, random), batch: Some("cats".to_owned()), key, order }
}

async fn ready(path: &std::path::Path, jobs: usize) -> std::result::Result<Ready, StoreError> {
    {
        let driver = SqliteDriver::open(path)?;
        let all: Vec<_> = (0..jobs).collect();
        for some in all.chunks(1000) {
            driver.add(some.iter().copied().map(job).collect(), NOW).await?;
        }
    }
    let time = stopwatch();
    let driver = SqliteDriver::open(path)?;
    let open = milliseconds(time());
    let owned = driver.own(NOW).await?;
    let own = milliseconds(time()) - open;
    driver.list(Filter { open_only: true, limit: Some(100), ..Filter::default() }).await?;
    let first_100 = milliseconds(time()) - open - own;
    let before = milliseconds(time());
    driver.list(Filter { open_only: true, ..Filter::default() }).await?;
    drop(owned);
    Ok(Ready { open, own, first_100, all: milliseconds(time()) - before })
}
