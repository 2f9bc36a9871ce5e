//! What other processes do with a store: look, take it over, fill its disk, or die in the middle.

#![expect(clippy::unwrap_used, reason = "a deed that goes wrong ends its process, which is noticed")]

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use polyreel_store::{Caps, Driver, Event, JobId, SqliteDriver, StoreError, Witness};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::fixtures::{NOON, events, job};

/// A runtime for one thread.
///
/// # Panics
///
/// When the system gives none.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// Does one thing with a store: `{"do": "own", "store": "jobs.sqlite"}`.
///
/// # Panics
///
/// When it cannot be done.
pub fn act(deed: &Value) {
    let store = deed["store"].as_str().unwrap();
    match deed["do"].as_str().unwrap() {
        "crash" => crash(store, deed),
        "own" => own(store),
        "visit" => visit(store, deed["job"].as_str().unwrap().parse().unwrap()),
        "take the log away" => take_the_log_away(store),
        "fill" => fill(store),
        other => panic!("{other}"),
    }
}

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

/// Leads a job along its way, and ends in the middle of what happens next.
fn crash(store: &str, deed: &Value) {
    let [event, point] = ["event", "point"].map(|part| deed[part].as_str().unwrap());
    let way: Vec<&str> = deed["way"].as_array().unwrap().iter().map(|event| event.as_str().unwrap()).collect();
    let killer = Arc::new(Killer { is_armed: AtomicBool::new(false), is_before: point == "before" });
    runtime().block_on(async {
        let driver = SqliteDriver::open_watched(store, Some(killer.clone())).unwrap();
        let mut owner = driver.own(NOON).await.unwrap().owner;
        let arm = |is_last: bool| killer.is_armed.store(is_last, Ordering::SeqCst);
        arm(event == "added");
        let mut record = driver.add(vec![job(&["0.3", "0.2"])], NOON).await.unwrap().remove(0).record;
        let events = events();
        for (place, name) in way.iter().copied().chain([event]).enumerate() {
            arm(place == way.len());
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

/// Takes ownership and keeps it until its input ends.
fn own(store: &str) {
    runtime().block_on(async {
        let driver = SqliteDriver::open(store).unwrap();
        let owned = driver.own(NOON).await;
        match &owned {
            Ok(_) => say("owned"),
            Err(error) => say(&format!("refused: {error}")),
        }
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    });
}

/// Looks at a job that another process sends, and asks for it to be stopped.
fn visit(store: &str, id: JobId) {
    runtime().block_on(async {
        let driver = SqliteDriver::open(store).unwrap();
        let record = driver.get(id).await.unwrap().unwrap();
        let events = events();
        let answer = async |event: &str| match driver.apply(id, record.fence, events[event].clone(), NOON).await {
            Ok(record) => record.state.name().to_owned(),
            Err(StoreError::OwnerOnly { .. }) => "owner only".to_owned(),
            Err(StoreError::Stale { current, .. }) => format!("stale, it is {}", current.state),
            Err(error) => error.to_string(),
        };
        say(&format!("{}: {}, {}", record.state, answer("sending").await, answer("cancel_asked").await));
    });
}

/// Has SQLite do without the log beside the file, which only somebody may who is alone.
fn take_the_log_away(store: &str) {
    let connection = rusqlite::Connection::open(store).unwrap();
    let taken = connection.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0));
    say(&taken.unwrap_or_else(|error| error.to_string()));
}

/// Adds jobs until the disk takes no more, and tells of each that was kept.
fn fill(store: &str) {
    runtime().block_on(async {
        let driver = SqliteDriver::open(store).unwrap();
        let owner = driver.own(NOON).await.unwrap().owner;
        let ready = driver.add(vec![job(&["0.3"])], NOON).await.unwrap().remove(0).record;
        let ready = owner.reserve(ready.id, ready.fence, Caps::default(), NOON).await.unwrap();
        say(&format!("kept {}", ready.id));
        for _ in 0..10_000 {
            let new = job(&["0.3"]);
            let id = new.id;
            if let Err(error) = driver.add(vec![new], NOON).await {
                say(&format!("failed {error}"));
                break;
            }
            say(&format!("kept {id}"));
        }
        let sending = Event::Sending { evidence: None };
        let refused = owner.apply(ready.id, ready.fence, sending, NOON).await.unwrap_err();
        say(&format!("then {refused}"));
        say(&format!("read {}", driver.get(ready.id).await.unwrap().unwrap().state));
    });
}

/// Tells the process that started this one.
fn say(text: &str) {
    let mut output = std::io::stdout();
    writeln!(output, "{text}").and_then(|()| output.flush()).unwrap();
}
