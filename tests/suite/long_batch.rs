//! A batch of many rows over all providers, while everything goes wrong: each row ends in one way, nothing is paid twice, and
//! no more is spent than was allowed, whenever somebody looks.
//!
//! The judge is the mock server's own books.

mod books;
mod run;

use std::collections::{BTreeMap, BTreeSet};

use polyreel::mock::{MockServer, RateLimit};
use polyreel_store::{Amount, Driver, Scope};

use crate::support::asked;
use crate::support::faults::all_faults;
use crate::support::place::Place;
use crate::support::simulator::Simulator;
use run::{Run, run};

/// How many rows there are if nobody asks for more.
const USUAL: usize = 60;

/// From so many rows on, some answers never come; each of them takes minutes of real time.
const MANY: usize = 500;

/// How many times as fast as real time server and command run.
const SPEED: &str = "300";

/// More runs than any batch needs.
const MOST_RUNS: usize = 12;

/// A number that follows from the seed, the row and what it is for.
fn drawn(seed: u64, row: usize, what: &str, below: u64) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (seed, row, what).hash(&mut hasher);
    hasher.finish() % below
}

/// Rows with routes and lengths of all kinds.
fn rows(seed: u64, count: usize) -> String {
    let row = |number| {
        let seconds = [5, 10][usize::from(drawn(seed, number, "seconds", 4) == 0)];
        let mut row = serde_json::json!({ "id": format!("row {number}"), "prompt": format!("Film {number}."), "duration": seconds });
        let providers = polyreel::all();
        let provider = |what| &*providers[usize::try_from(drawn(seed, number, what, 5)).unwrap()].id;
        match drawn(seed, number, "route", 8) {
            0 => {}
            1 => row["route"] = "fastest".into(),
            2 => row["route"] = "cheapest".into(),
            3 => row["route"] = format!("{},{}", provider("first"), provider("second")).into(),
            _ => row["provider"] = provider("first").into(),
        }
        format!("{row}\n")
    };
    (0..count).map(row).collect()
}

fn creates(server: &MockServer) -> usize {
    polyreel::all().iter().map(|provider| server.creates(&provider.id)).sum()
}

/// `cargo xtask soak batch --cases N` says how many rows, and `POLYREEL_BATCH_SEED` which.
#[expect(clippy::print_stderr, reason = "a soak says what it did")]
#[test]
fn a_batch_in_a_storm_pays_once_and_within_its_cap() {
    let (count, seed) = (asked("POLYREEL_BATCH").unwrap_or(USUAL), asked("POLYREEL_BATCH_SEED").unwrap_or(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let faults = all_faults(0.25, if count < MANY { 0.0 } else { 0.01 });
    // Two programs at such a speed have no common idea of a minute.
    let settings = MockServer::builder().seed(seed).rate_limit(RateLimit::Off).faults(faults);
    let simulator = runtime.block_on(Simulator::with(settings, SPEED));
    for provider in polyreel::all() {
        simulator.server.set_balance(&provider.id, "100000000".parse().unwrap());
    }
    let place = Place::new();
    place.put("films.jsonl", &rows(seed, count));
    // Not enough for the last rows.
    let cap = Amount { trillionths: i128::try_from(count).unwrap() * 1_500_000_000_000 };
    let mut runs: Vec<Run> = Vec::new();
    loop {
        let now = run(&place, &simulator, &runtime, cap);
        let is_settled = runs.last().is_some_and(|last| last.is_as_settled_as(&now, &simulator.server));
        runs.push(now);
        if is_settled {
            break;
        }
        let open = || runs.last().map(|run| run.open(&simulator.server)).unwrap_or_default();
        assert!(runs.len() < MOST_RUNS, "there is no end of {:#?}", open());
    }
    let driver = polyreel_store::SqliteDriver::open(place.path().join("store.sqlite")).unwrap();
    let spending = runtime.block_on(driver.spending(Scope::All)).unwrap();
    let last = runs.last().unwrap();
    let ids: BTreeSet<_> = last.rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), last.rows.len()), (count, count), "each row ends in one way");
    books::compare(&runtime, &driver, &last.rows, &spending, &simulator.server);
    let faults = books::findings(&simulator.server);
    let first = &runs[0];
    let total = |of: fn(&Run) -> f64| runs.iter().map(of).sum::<f64>();
    eprintln!(
        "{count} rows, seed {seed}: first {}; after {} runs {}; spent {:?}; {} creates; {} looks; first run {:.1} s, {:.1} \
         rows/s; all runs {:.1} s; peak {} MiB; unlucky {}",
        first.toll(),
        runs.len(),
        last.toll(),
        spending.sums,
        creates(&simulator.server),
        runs.iter().map(|run| run.looks).sum::<usize>(),
        first.seconds,
        f64::from(u32::try_from(count).unwrap()) / first.seconds,
        total(|run| run.seconds),
        runs.iter().map(|run| run.peak_kib).max().unwrap_or_default() / 1024,
        faults,
    );
    let toll: BTreeMap<_, _> = last.outcomes();
    assert!(count < MANY || toll.len() >= 4, "the storm was none: {toll:?}");
}
