//! A thread that has a connection to itself.
//!
//! The one that writes commits in groups: all requests that have arrived while the last commit was on its way to the
//! disk share the next one. Each has a savepoint, so one that is refused does not spoil the others.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use tokio::sync::oneshot;

use super::trouble::{Trouble, explain};
use crate::{Answer, Result, StoreError};

/// So many requests share a commit at most.
const LARGEST_GROUP: usize = 1024;

/// Is told of each commit, for tests that end the process there or let the disk fail.
pub trait Witness: fmt::Debug + Send + Sync {
    /// A group of requests is about to be committed. An error is taken for one of the disk.
    ///
    /// # Errors
    ///
    /// When the commit is to fail.
    fn before_commit(&self) -> io::Result<()> {
        Ok(())
    }

    /// It is on disk, and nobody knows yet.
    fn after_commit(&self) {}
}

/// A thread that has a connection to itself. Dropping it waits until all that was asked for is done.
#[derive(Debug)]
pub(super) struct ConnectionThread {
    store: PathBuf,
    requests: Option<mpsc::Sender<Box<dyn Request>>>,
    thread: Option<JoinHandle<()>>,
}

impl ConnectionThread {
    /// One that writes.
    pub(super) fn writing(store: &Path, connection: Connection, witness: Option<Arc<dyn Witness>>) -> Result<Self> {
        Self::start(store, "writer", move |store, requests| write(store, connection, requests, witness.as_deref()))
    }

    /// One that reads.
    pub(super) fn reading(store: &Path, connection: Connection) -> Result<Self> {
        Self::start(store, "reader", move |store, requests| {
            for mut request in requests {
                let failure = request.run(&connection).err().map(|error| explain(store, &error));
                request.answer(failure);
            }
        })
    }

    fn start(
        store: &Path,
        role: &str,
        run: impl FnOnce(&Path, &mpsc::Receiver<Box<dyn Request>>) + Send + 'static,
    ) -> Result<Self> {
        let (requests, received) = mpsc::channel();
        let path = store.to_owned();
        let thread = thread::Builder::new().name(format!("polyreel store {role}")).spawn(move || run(&path, &received));
        let thread = thread.map_err(|error| failed(store, &error))?;
        Ok(Self { store: store.to_owned(), requests: Some(requests), thread: Some(thread) })
    }

    /// Has this done, also if nobody waits for the answer.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Answer<'static, T> {
        self.ask_for(work, false)
    }

    /// The same for what erases texts: they are in no file any more when it is answered, unless somebody is reading them.
    pub(super) fn ask_to_erase<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Answer<'static, T> {
        self.ask_for(work, true)
    }

    fn ask_for<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
        erases: bool,
    ) -> Answer<'static, T> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked { work: Some(work), erases, done: None, answer };
        // Where nobody takes it, the answer is dropped with it.
        drop(self.requests.as_ref().map(|requests| requests.send(Box::new(asked))));
        let store = self.store.clone();
        Box::pin(async move { answered.await.unwrap_or_else(|_| Err(failed(&store, &"its thread has ended"))) })
    }
}

impl Drop for ConnectionThread {
    fn drop(&mut self) {
        drop(self.requests.take());
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// Something to be done with a connection.
trait Request: Send {
    /// Does it. `false` when it is refused, so that nothing of it may stay; an error when the database is to blame.
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<bool>;

    /// Whether texts are erased by it.
    fn erases(&self) -> bool;

    /// Tells who asked, now that it is on disk, or that it is not.
    fn answer(self: Box<Self>, failure: Option<StoreError>);
}

struct Asked<T, W> {
    work: Option<W>,
    erases: bool,
    done: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T: Send, W: FnOnce(&Connection) -> Result<T, Trouble> + Send> Request for Asked<T, W> {
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<bool> {
        let done = match self.work.take().map(|work| work(connection)) {
            Some(Ok(value)) => Ok(value),
            Some(Err(Trouble::Refused(error))) => Err(*error),
            Some(Err(Trouble::Database(error))) => return Err(error),
            None => return Ok(false),
        };
        Ok(self.done.insert(done).is_ok())
    }

    fn erases(&self) -> bool {
        self.erases
    }

    fn answer(self: Box<Self>, failure: Option<StoreError>) {
        if let Some(answer) = failure.map(Err).or(self.done) {
            // Nobody waits for it any more.
            drop(self.answer.send(answer));
        }
    }
}

fn write(
    store: &Path,
    mut connection: Connection,
    received: &mpsc::Receiver<Box<dyn Request>>,
    witness: Option<&dyn Witness>,
) {
    let mut failure = None;
    while let Ok(first) = received.recv() {
        let mut group = vec![first];
        group.extend(received.try_iter().take(LARGEST_GROUP - 1));
        let now = failure.clone().or_else(|| commit(store, &mut connection, &mut group, witness).err());
        if let Some(error @ StoreError::Failed { .. }) = &now {
            failure = Some(error.clone());
        }
        for request in group {
            request.answer(now.clone());
        }
    }
}

/// One transaction for all of them.
fn commit(
    store: &Path,
    connection: &mut Connection,
    group: &mut [Box<dyn Request>],
    witness: Option<&dyn Witness>,
) -> Result<()> {
    let failed = |error: rusqlite::Error| failed(store, &error);
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let mut transaction = begun.map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy) => StoreError::Busy { store: store.to_owned() },
        _ => failed(error),
    })?;
    for request in &mut *group {
        let savepoint = transaction.savepoint().map_err(failed)?;
        let kept = request.run(&savepoint).map_err(failed)?;
        if kept { savepoint.commit() } else { savepoint.finish() }.map_err(failed)?;
    }
    if let Some(witness) = witness {
        witness.before_commit().map_err(|error| self::failed(store, &error))?;
    }
    transaction.commit().map_err(failed)?;
    if let Some(witness) = witness {
        witness.after_commit();
    }
    if group.iter().any(|request| request.erases()) {
        // What was there before stands in the log until that is emptied. Whoever reads just now is in the way, and has it
        // emptied when the store is closed.
        drop(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    }
    Ok(())
}

fn failed(store: &Path, why: &dyn fmt::Display) -> StoreError {
    StoreError::Failed { store: store.to_owned(), why: why.to_string() }
}
