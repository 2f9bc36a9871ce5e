//! Nothing is answered that is not on disk, and many requests share a way to the disk without spoiling each other.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use polyreel_store::{Caps, Driver, Event, Filter, Result, Scope, SqliteDriver, State, StoreError, Witness};

use super::support::{NOON, amount, events, job};

/// Lets commits through, or fails them.
#[derive(Debug, Default)]
struct Disk {
    is_full: AtomicBool,
}

impl Witness for Disk {
    fn before_commit(&self) -> io::Result<()> {
        if self.is_full.load(Ordering::SeqCst) { Err(io::Error::other("no room is left")) } else { Ok(()) }
    }
}

/// A commit that fails is the last: nothing has changed, and nothing is written until the store is opened again.
#[tokio::test]
async fn a_failed_commit_is_the_last() {
    for first in ["add", "reserve", "apply", "own"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.sqlite");
        let disk = Arc::new(Disk::default());
        let driver = SqliteDriver::open_watched(&path, Some(disk.clone())).unwrap();
        let mut owner = Some(driver.own(NOON).await.unwrap().owner);
        let added = driver.add(vec![job(&["0.3"]), job(&["0.2"])], NOON).await.unwrap();
        let [queued, ready] = [&added[0].record, &added[1].record];
        let ready = owner.as_ref().unwrap().reserve(ready.id, ready.fence, Caps::default(), NOON).await.unwrap();
        let before = driver.list(Filter::default()).await.unwrap();

        disk.is_full.store(true, Ordering::SeqCst);
        let sending = Event::Sending { evidence: None };
        let refused = match (first, &owner) {
            ("reserve", Some(owner)) => owner.reserve(queued.id, queued.fence, Caps::default(), NOON).await.map(drop),
            ("apply", Some(owner)) => owner.apply(ready.id, ready.fence, sending.clone(), NOON).await.map(drop),
            ("own", _) => {
                drop(owner.take());
                driver.own(NOON).await.map(drop)
            }
            _ => driver.add(vec![job(&["0.3"])], NOON).await.map(drop),
        };
        let failed = refused.unwrap_err();
        assert!(matches!(&failed, StoreError::Failed { why, .. } if why == "no room is left"), "{failed}");

        // Room is no reason to go on: what is in memory may differ from what is on disk.
        disk.is_full.store(false, Ordering::SeqCst);
        assert_eq!(driver.add(vec![job(&["0.3"])], NOON).await.unwrap_err(), failed);
        assert_eq!(
            driver.own(NOON).await.map(drop).unwrap_err(),
            if owner.is_some() { owned(&driver) } else { failed.clone() }
        );
        if let Some(owner) = &owner {
            assert_eq!(owner.apply(ready.id, ready.fence, sending, NOON).await.unwrap_err(), failed);
        }
        assert_eq!(driver.list(Filter::default()).await.unwrap(), before);
        drop((driver, owner));
        let reopened = SqliteDriver::open(&path).unwrap();
        assert_eq!(reopened.list(Filter::default()).await.unwrap(), before);
        reopened.add(vec![job(&["0.3"])], NOON).await.unwrap();
    }
}

fn owned(driver: &SqliteDriver) -> StoreError {
    StoreError::Owned { store: driver.path().to_owned(), pid: Some(std::process::id()) }
}

/// Holds a commit until it is told to let it go, and tells that it does.
#[derive(Debug, Default)]
struct Gate {
    next: Mutex<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>>,
    commits: AtomicUsize,
}

impl Witness for Gate {
    fn before_commit(&self) -> io::Result<()> {
        if let Some((reached, opened)) = self.next.lock().unwrap().take() {
            reached.send(()).unwrap();
            opened.recv().unwrap();
        }
        Ok(())
    }

    fn after_commit(&self) {
        self.commits.fetch_add(1, Ordering::SeqCst);
    }
}

/// What arrives while a commit is on its way shares the next one. A request that is refused leaves nothing behind, and takes
/// nothing from the others; one whose answer nobody waits for is done all the same.
#[tokio::test]
async fn many_share_a_commit_and_none_spoils_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.sqlite");
    let ((reached, is_reached), (open, opened)) = (mpsc::channel(), mpsc::channel());
    let gate = Arc::new(Gate::default());
    let driver = SqliteDriver::open_watched(&path, Some(gate.clone())).unwrap();
    let owner = driver.own(NOON).await.unwrap().owner;
    let added = driver.add((0..20).map(|_| job(&["0.3"])).collect(), NOON).await.unwrap();
    let jobs: Vec<_> = added.into_iter().map(|added| added.record).collect();
    let caps = |cap: &str| Caps { per_batch: Some(amount(cap)), ..Caps::default() };

    let before = gate.commits.load(Ordering::SeqCst);
    *gate.next.lock().unwrap() = Some((reached, opened));
    let first = owner.reserve(jobs[0].id, 0, Caps::default(), NOON);
    is_reached.recv().unwrap();
    let reserved: Vec<_> = jobs[1..12].iter().map(|job| owner.reserve(job.id, 0, caps("3"), NOON)).collect();
    let twice = driver.add(vec![job(&["0.3"]), polyreel_store::NewJob { id: jobs[0].id, ..job(&["0.3"]) }], NOON);
    let stale = owner.apply(jobs[1].id, 0, events()["withdrawn"].clone(), NOON);
    let illegal = driver.apply(jobs[13].id, 0, events()["found"].clone(), NOON);
    let not_mine = driver.apply(jobs[1].id, 1, events()["sending"].clone(), NOON);
    drop(driver.apply(jobs[14].id, 0, events()["withdrawn"].clone(), NOON));
    let last = owner.apply(jobs[1].id, 1, events()["sending"].clone(), NOON);
    open.send(()).unwrap();

    assert_eq!(first.await.unwrap().state, State::Ready);
    let mut states = Vec::new();
    for reserved in reserved {
        states.push(reserved.await.map(|record| record.state));
    }
    // Ten times 0.3 is 3, and one of them was reserved before.
    assert!(states[..9].iter().all(|state| *state == Ok(State::Ready)), "{states:?}");
    let is_over = |state: &Result<State>| matches!(state, Err(StoreError::OverCap { .. }));
    assert!(states[9..].iter().all(is_over), "{states:?}");
    assert!(matches!(twice.await, Err(StoreError::Invalid { .. })));
    assert!(matches!(stale.await, Err(StoreError::Stale { .. })));
    assert!(matches!(illegal.await, Err(StoreError::Illegal { .. })));
    assert!(matches!(not_mine.await, Err(StoreError::OwnerOnly { .. })));
    assert_eq!(last.await.unwrap().state, State::Sending);
    assert_eq!(gate.commits.load(Ordering::SeqCst) - before, 2);

    assert_eq!(driver.list(Filter::default()).await.unwrap().len(), 20);
    assert_eq!(driver.get(jobs[14].id).await.unwrap().unwrap().state, State::Cancelled);
    assert_eq!(driver.spending(Scope::All).await.unwrap().committed("USD"), amount("3"));
    let ignored = async |place: usize| {
        let happened = driver.events(jobs[place].id).await.unwrap();
        happened.into_iter().filter(|happened| happened.ignored).map(|happened| happened.name).collect::<Vec<_>>()
    };
    assert_eq!(ignored(1).await, ["withdrawn"]);
    assert_eq!(ignored(13).await, ["found"]);
    assert_eq!(ignored(10).await, [""; 0]);
}
