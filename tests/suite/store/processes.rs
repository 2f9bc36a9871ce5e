//! Several processes with one store.
//!
//! The others are this test program, which runs one ignored test that does what a variable says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use polyreel_store::{Caps, Driver, Event, Filter, JobId, Scope, SqliteDriver, State, StoreError};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::deaths::crash;
use super::support::{NOON, amount, events, job};
use crate::support::asked;

const DEED: &str = "POLYREEL_STORE_DEED";

pub(super) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// This program, doing one thing with a store.
pub(super) fn command(deed: &Value) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "store::processes::another_process", "--ignored", "--nocapture"]);
    command.env(DEED, deed.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
#[ignore = "it is what other tests start as a process of its own"]
fn another_process() {
    let Some(deed) = asked::<Value>(DEED) else { return };
    let store = deed["store"].as_str().unwrap();
    match deed["do"].as_str().unwrap() {
        "crash" => crash(store, &deed),
        "own" => own(store),
        "visit" => visit(store, deed["job"].as_str().unwrap().parse().unwrap()),
        "take the log away" => take_the_log_away(store),
        "fill" => fill(store),
        other => panic!("{other}"),
    }
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

/// Tells the process that started this one. The test harness may have begun a line.
pub(super) fn say(text: &str) {
    let mut output = std::io::stdout();
    writeln!(output, "\n{text}").and_then(|()| output.flush()).unwrap();
}

/// A line that a process says that is no line of the test harness.
fn line(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let is_said = |line: &String| !line.is_empty() && !line.starts_with("running ") && !line.starts_with("test ");
    lines.by_ref().map(Result::unwrap).find(is_said).unwrap_or_default()
}

#[test]
fn one_process_sends_and_others_may_look() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("jobs.sqlite");
    let own = json!({ "do": "own", "store": store });
    runtime().block_on(async {
        let driver = SqliteDriver::open(&store).unwrap();
        let owner = driver.own(NOON).await.unwrap().owner;
        let record = driver.add(vec![job(&["0.3"])], NOON).await.unwrap().remove(0).record;
        let id = record.id;

        let mut second = command(&own).spawn().unwrap();
        let said = line(&mut second);
        let expected =
            format!("process {} sends the jobs of this store; wait until it ends, or stop it", std::process::id());
        assert!(said.starts_with("refused: ") && said.ends_with(&expected), "{said}");
        drop(second.stdin.take());
        assert!(second.wait().unwrap().success());

        let visit = json!({ "do": "visit", "store": store, "job": id });
        let visited = || line(&mut command(&visit).spawn().unwrap());
        let record = owner.reserve(id, record.fence, Caps::default(), NOON).await.unwrap();
        assert!(visited().starts_with("ready: owner only, job "));
        let events = events();
        let record = owner.apply(id, record.fence, events["sending"].clone(), NOON).await.unwrap();
        assert_eq!(visited(), "sending: owner only, owner only");
        owner.apply(id, record.fence, events["accepted"].clone(), NOON).await.unwrap();
        assert_eq!(visited(), "running: owner only, cancelling");
        let late = owner.apply(id, record.fence + 1, events["made"].clone(), NOON).await.unwrap_err();
        assert!(matches!(&late, StoreError::Stale { current, .. } if current.state == State::Cancelling), "{late}");
        drop(owner);

        // A process that is killed has no lock any more, and nobody reads its number.
        let mut third = command(&own).spawn().unwrap();
        assert_eq!(line(&mut third), "owned");
        let refused = driver.own(NOON).await.unwrap_err();
        assert!(matches!(refused, StoreError::Owned { pid: Some(pid), .. } if pid == third.id()), "{refused}");
        third.kill().unwrap();
        third.wait().unwrap();
        let owner = driver.own(NOON).await.unwrap().owner;
        let refused = driver.own(NOON).await.unwrap_err();
        assert!(matches!(refused, StoreError::Owned { pid: Some(pid), .. } if pid == std::process::id()), "{refused}");
        drop(owner);
    });
}

/// Opening a store a second time ends the locks of the first, as the system has it. SQLite must notice, or another process
/// takes the log away from under both.
#[test]
fn a_store_can_be_open_twice_in_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("jobs.sqlite");
    runtime().block_on(async {
        let first = SqliteDriver::open(&store).unwrap();
        first.add(vec![job(&["0.3"])], NOON).await.unwrap();
        let second = SqliteDriver::open(&store).unwrap();
        let mut other = command(&json!({ "do": "take the log away", "store": store })).spawn().unwrap();
        assert_eq!(line(&mut other), "database is locked");
        assert!(other.wait().unwrap().success());
        drop((first, second));
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

/// A limit of the operating system stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_stops_everything_before_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("jobs.sqlite");
    let child = command(&json!({ "do": "fill", "store": store }));
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\""])
        .arg(child.get_program())
        .args(child.get_args());
    for (name, value) in child.get_envs() {
        shell.env(name, value.unwrap());
    }
    let output = shell.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let after = |word: &'static str| said.lines().filter_map(move |line| line.strip_prefix(word));
    let kept: Vec<JobId> = after("kept ").map(|id| id.parse().unwrap()).collect();
    let [failed] = after("failed ").collect::<Vec<_>>()[..] else { panic!("{said}") };
    let [then] = after("then ").collect::<Vec<_>>()[..] else { panic!("{said}") };
    assert!(kept.len() > 10, "{said}");
    assert!(failed.contains("the store could not be written, so nothing more is sent: "), "{failed}");
    assert_eq!(then, failed);
    assert_eq!(after("read ").collect::<Vec<_>>(), ["ready"]);
    runtime().block_on(async {
        let driver = SqliteDriver::open(&store).unwrap();
        let found = driver.list(Filter::default()).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|record| record.id).collect();
        assert_eq!(found, kept);
        assert_eq!(driver.spending(Scope::All).await.unwrap().committed("USD"), amount("0.3"));
    });
}
