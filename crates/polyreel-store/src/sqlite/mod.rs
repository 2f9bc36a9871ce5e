//! Jobs in one SQLite file, for one machine.
//!
//! Each driver has a thread that writes and one that reads. Several processes may use one file; SQLite lets one of them
//! write at a time, and the lock beside the file lets one of them send.

mod file;
mod lock;
mod read;
mod schema;
mod thread;
mod trouble;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use thread::Witness;

use crate::{
    Added, Answer, Caps, Driver, Event, Filter, Happened, JobId, NewJob, Owned, Owner, Record, Result, Scope, Spending,
    Timestamp,
};
use lock::{Lock, Lockable};
use rusqlite::Connection;
use thread::ConnectionThread;
use trouble::{Trouble, explain};
use write::Wish;

/// Keeps jobs in one SQLite file. Clones share it.
#[derive(Clone, Debug)]
pub struct SqliteDriver(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: PathBuf,
    lockable: Lockable,
    writer: ConnectionThread,
    /// A store in memory has one connection for everything.
    reader: Option<ConnectionThread>,
}

impl SqliteDriver {
    /// Opens the store in this file, or begins one, in folders that only this user can enter.
    ///
    /// # Errors
    ///
    /// When the file cannot be used; it is not changed then.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_watched(path, None)
    }

    /// [`SqliteDriver::open`], where somebody watches the commits.
    ///
    /// # Errors
    ///
    /// When the file cannot be used; it is not changed then.
    pub fn open_watched(path: impl AsRef<Path>, witness: Option<Arc<dyn Witness>>) -> Result<Self> {
        let (store, writer, reader) = file::open(path.as_ref())?;
        let writer = ConnectionThread::writing(&store, writer, witness)?;
        let reader = Some(ConnectionThread::reading(&store, reader)?);
        Ok(Self(Arc::new(Shared { lockable: Lockable::beside(&store), store, writer, reader })))
    }

    /// A store that ends with its last clone.
    ///
    /// # Errors
    ///
    /// When there is no room for it.
    pub fn in_memory() -> Result<Self> {
        let store = PathBuf::from(":memory:");
        let connection = file::open_in_memory().map_err(|error| explain(&store, &error))?;
        let writer = ConnectionThread::writing(&store, connection, None)?;
        Ok(Self(Arc::new(Shared { store, lockable: Lockable::Memory(Arc::default()), writer, reader: None })))
    }

    /// The file, by its full name.
    pub fn path(&self) -> &Path {
        &self.0.store
    }
}

impl Shared {
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path, &Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Answer<'static, T> {
        let store = self.store.clone();
        self.writer.ask(move |connection| work(&store, connection))
    }

    fn apply(&self, wish: Wish, event: Event, held: Option<Arc<Lock>>) -> Answer<'static, Result<Record>> {
        let store = self.store.clone();
        let erases = matches!(event, Event::Forgotten);
        let work = move |connection: &Connection| {
            let _held = held;
            write::apply(&store, connection, &wish, &event)
        };
        if erases { self.writer.ask_to_erase(work) } else { self.writer.ask(work) }
    }

    fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path, &Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Answer<'static, T> {
        let store = self.store.clone();
        self.reader.as_ref().unwrap_or(&self.writer).ask(move |connection| work(&store, connection))
    }
}

/// What was written down is the answer, be it a transition or why there was none.
fn flat(answer: Answer<'static, Result<Record>>) -> Answer<'static, Record> {
    Box::pin(async { answer.await? })
}

impl Driver for SqliteDriver {
    fn add(&self, jobs: Vec<NewJob>, now: Timestamp) -> Answer<'_, Vec<Added>> {
        self.0.write(move |store, connection| write::add(store, connection, jobs, now))
    }

    fn apply(&self, id: JobId, fence: u64, event: Event, now: Timestamp) -> Answer<'_, Record> {
        flat(self.0.apply(Wish { id, fence, now, is_owner: false }, event, None))
    }

    fn get(&self, id: JobId) -> Answer<'_, Option<Record>> {
        self.0.read(move |store, connection| Ok(read::get(store, connection, id)?.map(|(_, record)| record)))
    }

    fn list(&self, filter: Filter) -> Answer<'_, Vec<Record>> {
        self.0.read(move |store, connection| read::list(store, connection, &filter))
    }

    fn find(&self, part: &str) -> Answer<'_, Vec<Record>> {
        let part = part.to_owned();
        self.0.read(move |store, connection| read::find(store, connection, &part))
    }

    fn events(&self, id: JobId) -> Answer<'_, Vec<Happened>> {
        self.0.read(move |store, connection| read::events(store, connection, id))
    }

    fn spending(&self, scope: Scope) -> Answer<'_, Spending> {
        self.0.read(move |store, connection| read::spending(store, connection, &scope))
    }

    fn own(&self, now: Timestamp) -> Answer<'_, Owned> {
        let taken = self.0.lockable.lock(&self.0.store).map(|lock| {
            let lock = Arc::new(lock);
            let held = Arc::clone(&lock);
            let recovered = self.0.write(move |store, connection| {
                let _held = held;
                write::recover(store, connection, now)
            });
            (lock, recovered)
        });
        Box::pin(async move {
            let (lock, recovered) = taken?;
            let recovered = recovered.await?;
            Ok(Owned { owner: Box::new(SqliteOwner { shared: Arc::clone(&self.0), lock }), recovered })
        })
    }
}

/// The right to send the jobs of a file. What it has asked for holds the lock as well, until it is done.
#[derive(Debug)]
struct SqliteOwner {
    shared: Arc<Shared>,
    lock: Arc<Lock>,
}

impl Owner for SqliteOwner {
    fn reserve(&self, id: JobId, fence: u64, caps: Caps, now: Timestamp) -> Answer<'_, Record> {
        let (wish, held) = (Wish { id, fence, now, is_owner: true }, Arc::clone(&self.lock));
        flat(self.shared.write(move |store, connection| {
            let _held = held;
            write::reserve(store, connection, &wish, &caps)
        }))
    }

    fn apply(&self, id: JobId, fence: u64, event: Event, now: Timestamp) -> Answer<'_, Record> {
        let wish = Wish { id, fence, now, is_owner: true };
        flat(self.shared.apply(wish, event, Some(Arc::clone(&self.lock))))
    }
}
