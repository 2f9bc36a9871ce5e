//! What takes jobs through their lives: asks the machine what is next, does it with a client, and has the driver write down what
//! came of it, in that order.

mod crew;
mod following;
mod reconciling;
mod saving;
mod submitting;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use polyreel::{Clock, IfTaken, Progress, Studio};

use crate::machine::Event;
use crate::{Caps, Driver, JobId, Owner, Record, StoreError, Timestamp};

pub use crew::Ended;
pub use submitting::Submitted;

/// Takes jobs through their lives. Cheap to clone; all clones are the same worker.
///
/// [`Worker::submit`] alone spends money, and only with an [`Owner`] at hand.
#[derive(Clone)]
pub struct Worker(Arc<Inner>);

struct Inner {
    driver: Arc<dyn Driver>,
    studio: Studio,
    clock: Arc<dyn Clock>,
    caps: Caps,
    if_taken: IfTaken,
    watch: Arc<dyn Watch>,
    stop: Arc<AtomicBool>,
    stopped: Arc<tokio::sync::Notify>,
    /// Providers that would refuse everything, and what they said: for the key, or for want of money.
    closed: Arc<Mutex<BTreeMap<String, String>>>,
}

/// Who is told how jobs go on. All of it is on disk already.
pub trait Watch: Send + Sync {
    /// A job stands somewhere else, or something more is known of it.
    fn changed(&self, _record: &Record) {}

    /// A job that the provider works on was asked for.
    fn progressed(&self, _id: JobId, _progress: &Progress) {}
}

/// Nobody.
impl Watch for () {}

/// Why a job did not go on. It stands where the store says, and nothing is lost.
#[derive(Debug)]
#[non_exhaustive]
pub enum WorkError {
    /// The store did not do it: it cannot be written, or a cap is in the way.
    Store(StoreError),
    /// The provider did not do it, or was not asked.
    Provider(polyreel::Error),
}

impl fmt::Display for WorkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Provider(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WorkError {}

impl From<StoreError> for WorkError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<polyreel::Error> for WorkError {
    fn from(error: polyreel::Error) -> Self {
        Self::Provider(error)
    }
}

/// The result of work on a job.
pub(crate) type Result<T, E = WorkError> = std::result::Result<T, E>;

impl Worker {
    /// A worker on the jobs of this driver, with the clients of this studio.
    pub fn new(driver: Arc<dyn Driver>, studio: Studio, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            driver,
            studio,
            clock,
            caps: Caps::default(),
            if_taken: IfTaken::SaveBeside,
            watch: Arc::new(()),
            stop: Arc::default(),
            stopped: Arc::default(),
            closed: Arc::default(),
        }))
    }

    /// The same worker within these caps.
    #[must_use]
    pub fn caps(self, caps: Caps) -> Self {
        self.with(|inner| inner.caps = caps)
    }

    /// The same worker, with a choice for films whose name is taken.
    #[must_use]
    pub fn if_taken(self, if_taken: IfTaken) -> Self {
        self.with(|inner| inner.if_taken = if_taken)
    }

    /// The same worker, which tells how jobs go on.
    #[must_use]
    pub fn watch(self, watch: Arc<dyn Watch>) -> Self {
        self.with(|inner| inner.watch = watch)
    }

    fn with(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Inner {
            driver: self.0.driver.clone(),
            studio: self.0.studio.clone(),
            clock: self.0.clock.clone(),
            caps: self.0.caps,
            if_taken: self.0.if_taken,
            watch: self.0.watch.clone(),
            stop: self.0.stop.clone(),
            stopped: self.0.stopped.clone(),
            closed: self.0.closed.clone(),
        };
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// What keeps the jobs.
    pub fn driver(&self) -> &Arc<dyn Driver> {
        &self.0.driver
    }

    /// Sends nothing from now on. What is on its way is waited for, and a crew ([`Worker::work_off`]) follows nothing any
    /// more.
    pub fn stop(&self) {
        self.0.stop.store(true, Ordering::SeqCst);
        self.0.stopped.notify_waiters();
    }

    /// Whether nothing is sent any more.
    pub fn is_stopped(&self) -> bool {
        self.0.stop.load(Ordering::SeqCst)
    }

    fn closed(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.0.clock.wall().into()
    }

    /// The end of a time that begins now; `None` also if no clock can show it.
    fn until(&self, left: Option<Duration>) -> Option<Timestamp> {
        self.0.clock.wall().checked_add(left?).map(Timestamp::from)
    }

    /// Writes down what happened, and tells of it.
    async fn apply(&self, record: &Record, event: Event) -> Result<Record> {
        let record = self.0.driver.apply(record.id, record.fence, event, self.now()).await?;
        self.0.watch.changed(&record);
        Ok(record)
    }

    /// The same for what leads to a create or comes from one.
    async fn apply_as(&self, owner: &dyn Owner, record: &Record, event: Event) -> Result<Record> {
        let record = owner.apply(record.id, record.fence, event, self.now()).await?;
        self.0.watch.changed(&record);
        Ok(record)
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("driver", &self.0.driver).finish_non_exhaustive()
    }
}
