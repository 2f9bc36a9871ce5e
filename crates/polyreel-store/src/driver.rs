//! What keeps jobs. Nothing that drives jobs knows more of it than this.

use std::fmt;
use std::pin::Pin;

use crate::{Caps, Event, JobId, NewJob, Record, Result, Scope, Spending, State, Timestamp};

/// An answer of a driver.
///
/// The request is made when the function is called. Dropping the answer does not take it back.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Keeps jobs, for one process or several.
///
/// Whatever it answers is on disk. Of two transitions that are based on the same record only one takes place: the other
/// gets [`StoreError::Stale`](crate::StoreError::Stale) with the record as it is now, and is written down as ignored.
pub trait Driver: fmt::Debug + Send + Sync {
    /// Adds jobs, all or none. A key that is there already adds nothing: its job is given instead.
    fn add(&self, jobs: Vec<NewJob>, now: Timestamp) -> Answer<'_, Vec<Added>>;

    /// A job goes on, if it is still at this fence. Whatever leads to a create or comes from one takes an [`Owner`].
    fn apply(&self, id: JobId, fence: u64, event: Event, now: Timestamp) -> Answer<'_, Record>;

    /// A job by its name, also one that is forgotten.
    fn get(&self, id: JobId) -> Answer<'_, Option<Record>>;

    /// Jobs in the order in which they were added.
    fn list(&self, filter: Filter) -> Answer<'_, Vec<Record>>;

    /// Jobs whose names begin or end like this, ten at most.
    fn find(&self, part: &str) -> Answer<'_, Vec<Record>>;

    /// What happened to a job, what came too late included.
    fn events(&self, id: JobId) -> Answer<'_, Vec<Happened>>;

    /// What is reserved and spent.
    fn spending(&self, scope: Scope) -> Answer<'_, Spending>;

    /// Takes the exclusive right to send, unless somebody has it. It never waits.
    ///
    /// Nobody else is sending then, so what was being sent becomes unknown, what was reserved is given back, what was
    /// being fetched is to be fetched again, and queued jobs without a batch are withdrawn. So take it first, and add
    /// single jobs then.
    fn own(&self, now: Timestamp) -> Answer<'_, Owned>;
}

/// The exclusive right to send. Dropping it gives it back.
pub trait Owner: fmt::Debug + Send + Sync {
    /// Reserves the price of the job's candidate within caps, checked in the same transaction.
    fn reserve(&self, id: JobId, fence: u64, caps: Caps, now: Timestamp) -> Answer<'_, Record>;

    /// A job goes on, as in [`Driver::apply`], with any event but `Reserved` and `Recovered`.
    fn apply(&self, id: JobId, fence: u64, event: Event, now: Timestamp) -> Answer<'_, Record>;
}

/// Ownership, and what it found.
#[derive(Debug)]
pub struct Owned {
    /// The right to send.
    pub owner: Box<dyn Owner>,
    /// The jobs that were changed, as they are now.
    pub recovered: Vec<Record>,
}

/// A job that was to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct Added {
    /// The job, or the one that has its key.
    pub record: Record,
    /// Whether it was there before.
    pub existed: bool,
}

/// Which jobs to list. All of them by default, except those that are forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Filter {
    /// In one of these states; in any if there is none.
    pub states: Vec<State>,
    /// Of this batch.
    pub batch: Option<String>,
    /// Not over yet.
    pub open_only: bool,
    /// Also those that are forgotten.
    pub forgotten_too: bool,
    /// Added after this one.
    pub after: Option<JobId>,
    /// So many at most.
    pub limit: Option<u32>,
}

/// Something that happened to a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// The fence of the record that it was based on.
    pub fence: u64,
    /// When.
    pub at: Timestamp,
    /// The event's name.
    pub name: String,
    /// The event; `None` when the job is forgotten.
    pub event: Option<Event>,
    /// It came too late, or could not happen, and changed nothing.
    pub ignored: bool,
}
