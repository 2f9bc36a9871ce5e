//! What is left of a process that is killed.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use polyreel_store::{Action, Caps, Driver, Filter, Scope, SqliteDriver, State, Witness, machine};
use serde_json::{Value, json};

use super::machine::{TABLE, way};
use super::model::Model;
use super::processes::{command, runtime, say};
use super::support::{NOON, events, job, money};

/// Ends the process before or after a commit, once it is armed.
#[derive(Debug)]
struct Killer {
    is_armed: AtomicBool,
    is_before: bool,
}

impl Witness for Killer {
    fn before_commit(&self) -> std::io::Result<()> {
        if self.is_before && self.is_armed.load(Ordering::SeqCst) {
            std::process::abort();
        }
        Ok(())
    }

    fn after_commit(&self) {
        if self.is_armed.load(Ordering::SeqCst) {
            std::process::abort();
        }
    }
}

/// Leads a job to a state, and ends in the middle of what happens next.
pub(super) fn crash(store: &str, deed: &Value) {
    let [from, event, point] = ["from", "event", "point"].map(|part| deed[part].as_str().unwrap());
    let killer = Arc::new(Killer { is_armed: AtomicBool::new(false), is_before: point == "before" });
    runtime().block_on(async {
        let driver = SqliteDriver::open_watched(store, Some(killer.clone())).unwrap();
        let mut owner = driver.own(NOON).await.unwrap().owner;
        let arm = |is_last: bool| killer.is_armed.store(is_last, Ordering::SeqCst);
        arm(event == "added");
        let mut record = driver.add(vec![job(&["0.3", "0.2"])], NOON).await.unwrap().remove(0).record;
        let from = State::ALL.into_iter().find(|state| state.name() == from).unwrap();
        let events = events();
        for (place, name) in way(from).iter().copied().chain([event]).enumerate() {
            arm(place == way(from).len());
            record = match name {
                "reserved" => owner.reserve(record.id, record.fence, Caps::default(), NOON).await.unwrap(),
                "recovered" => {
                    drop(owner);
                    let again = driver.own(NOON).await.unwrap();
                    owner = again.owner;
                    again.recovered.into_iter().next().unwrap()
                }
                name => owner.apply(record.id, record.fence, events[name].clone(), NOON).await.unwrap(),
            };
        }
    });
    say("it did not crash");
}

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
    let deed = json!({ "do": "crash", "store": store, "from": from, "event": event, "point": point });
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
