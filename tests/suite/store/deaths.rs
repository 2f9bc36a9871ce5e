//! What is left of a process that is killed.

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use polyreel_store::{Action, Driver, Filter, Scope, SqliteDriver, State, machine};
use serde_json::json;

use super::machine::{TABLE, way};
use super::model::Model;
use super::processes::command;
use super::support::{NOON, money};
use polyreel_tests::store::deeds::runtime;

/// Killed at every commit, just before it and just after: the job stands where the table says, with its money, and what
/// was being sent is never sent again by itself.
#[test]
fn a_killed_process_leaves_what_the_table_says() {
    let added = ("queued", "added", "queued", "", "");
    let cells = TABLE.iter().copied().chain([added]);
    let deaths: Vec<_> = cells.flat_map(|cell| [(cell, "before"), (cell, "after")]).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((cell, point)) = deaths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    die(cell, point);
                }
            });
        }
    });
}

type Cell<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn die(&(from, event, to, before, after): &Cell<'_>, point: &str) {
    let cell = format!("{from} {event} {point}");
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("jobs.sqlite");
    let from_state = State::ALL.into_iter().find(|state| state.name() == from).unwrap();
    let deed = json!({ "do": "crash", "store": store, "way": way(from_state), "event": event, "point": point });
    let output = command(&deed).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let was_killed = !output.status.success() && !said.contains("it did not crash") && !said.contains("panicked");
    assert!(was_killed, "{cell}: {said}");
    runtime().block_on(async {
        let driver = SqliteDriver::open(&store).unwrap();
        let records = driver.list(Filter::default()).await.unwrap();
        let (state, sum) = if point == "before" { (from, before) } else { (to, after) };
        if [("added", "before"), ("forgotten", "after")].contains(&(event, point)) {
            assert_eq!(records, [], "{cell}");
            return;
        }
        let [record] = &records[..] else { panic!("{cell}: {records:?}") };
        assert_eq!((record.state.name(), &*money(record)), (state, sum), "{cell}");
        driver.own(NOON).await.unwrap();
        let record = driver.get(record.id).await.unwrap().unwrap();
        let restarted = match state {
            "ready" => "queued",
            "sending" => "unknown",
            "fetching" => "succeeded",
            state => state,
        };
        assert_eq!(record.state.name(), restarted, "{cell}");
        let spending = driver.spending(Scope::All).await.unwrap();
        assert_eq!(spending, Model::of(vec![record.clone()]).spending(Scope::All).await.unwrap(), "{cell}");
        if !["queued", "ready", "failed", "cancelled"].contains(&state) {
            assert!(!matches!(machine::next(&record), Action::Reserve | Action::Send), "{cell}");
        }
    });
}
