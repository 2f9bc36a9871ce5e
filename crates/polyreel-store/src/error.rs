//! What can go wrong with a store.

use std::fmt;
use std::path::PathBuf;

use crate::{Illegal, JobId, OverCap, Record};

/// The result of anything that a store does.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a store did not do what it was asked for. Nothing has changed then, except that a late event is written down.
///
/// Its display is one line: who, what, why, and what to do next.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such job.
    NotFound(JobId),
    /// The job has gone on meanwhile.
    Stale {
        /// The event's name.
        event: &'static str,
        /// The fence that it was meant for.
        fence: u64,
        /// The job as it is now.
        current: Box<Record>,
    },
    /// That cannot happen to a job that stands like this.
    Illegal {
        /// Which event, and where the job stands.
        illegal: Illegal,
        /// The job as it is now.
        current: Box<Record>,
    },
    /// Only the owner of the store may say that.
    OwnerOnly {
        /// Which job.
        id: JobId,
        /// The event's name.
        event: &'static str,
    },
    /// A cap is in the way.
    OverCap {
        /// Which job.
        id: JobId,
        /// Which cap.
        over: OverCap,
    },
    /// A job, or what happened to it, cannot be written down.
    Invalid {
        /// Which job.
        id: JobId,
        /// Why not.
        why: String,
    },
    /// Another process, or another part of this one, has the right to send.
    Owned {
        /// The store.
        store: PathBuf,
        /// The process, where it can be told.
        pid: Option<u32>,
    },
    /// Another process wrote to the store for so long that this one gave up waiting. It may be asked again.
    Busy {
        /// The store.
        store: PathBuf,
    },
    /// The file cannot be used as a store. It was not changed.
    Unusable {
        /// The file.
        store: PathBuf,
        /// Why not.
        why: Unusable,
    },
    /// The store could not be written, so it takes nothing more until it is opened again: whatever is not on disk must not
    /// be relied on.
    Failed {
        /// The store.
        store: PathBuf,
        /// What went wrong first.
        why: String,
    },
}

/// Why a file cannot be used as a store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unusable {
    /// A folder has its name.
    Folder,
    /// It is a device, a pipe or the like.
    NotAFile,
    /// It is something else than a store.
    Foreign,
    /// A newer version of this program wrote it.
    Newer {
        /// The version of its tables.
        version: i64,
    },
    /// What is in it cannot be right.
    Corrupt(String),
    /// It, or its folder, cannot be written.
    ReadOnly,
    /// The operating system said no.
    Io(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(id) => write!(f, "job {id}: the store has no such job; list them to see which it has"),
            Self::Stale { event, fence, current } => write!(
                f,
                "job {}: the event {event} came too late: it was meant for fence {fence}, and the job is {} at fence {} \
                 now; it was only written down, look at the job again",
                current.id, current.state, current.fence
            ),
            Self::Illegal { illegal, current } => {
                write!(f, "job {}: {illegal}; it was only written down, look at the job again", current.id)
            }
            Self::OwnerOnly { id, event } => write!(
                f,
                "job {id}: {event} is for the owner of the store alone, or for what reserves and recovers; take ownership"
            ),
            Self::OverCap { id, over } => write!(f, "job {id}: {over}"),
            Self::Invalid { id, why } => write!(f, "job {id}: this cannot be kept: {why}"),
            Self::Owned { store, pid } => {
                let who = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
                let store = store.display();
                write!(f, "{store}: {who} sends the jobs of this store; wait until it ends, or stop it")
            }
            Self::Busy { store } => {
                write!(f, "{}: another process writes to this store without end; try again", store.display())
            }
            Self::Unusable { store, why } => write!(f, "{}: {why}", store.display()),
            Self::Failed { store, why } => write!(
                f,
                "{}: the store could not be written, so nothing more is sent: {why}; see to the disk and start again",
                store.display()
            ),
        }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder => f.write_str("a folder cannot be a store; name a file in it"),
            Self::NotAFile => f.write_str("a store is a regular file; name another"),
            Self::Foreign => f.write_str("this file is no store of polyreel, and is left alone; name another"),
            Self::Newer { version } => {
                write!(
                    f,
                    "the store was written by a newer version of polyreel (its tables have version {version}); use that"
                )
            }
            Self::Corrupt(why) => write!(f, "the store is damaged: {why}; bring back a copy of it, or name another"),
            Self::ReadOnly => {
                f.write_str("the store or its folder cannot be written; see to the permissions or name another")
            }
            Self::Io(why) => write!(f, "the store cannot be used: {why}; see to the file or name another"),
        }
    }
}

impl std::error::Error for StoreError {}
