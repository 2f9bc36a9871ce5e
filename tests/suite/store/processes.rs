//! Several processes with one store. The others do what `tests/src/store/deeds.rs` says.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use polyreel_store::{Caps, Driver, Filter, JobId, Scope, SqliteDriver, State, StoreError};
use polyreel_tests::store::deeds::runtime;
use serde_json::{Value, json};

use super::support::{NOON, amount, events, job};

/// Another process that does one thing with a store.
pub(super) fn command(deed: &Value) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyreel-other-process"));
    command.arg(deed.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The first line that a process says.
fn line(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    lines.next().map(Result::unwrap).unwrap_or_default()
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
