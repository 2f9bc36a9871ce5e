//! What is to be done with a job.

use crate::{Record, State, Timestamp};

/// What is to be done with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reserve its price.
    Reserve,
    /// Write down that it is about to be sent, and then send it, once.
    Send,
    /// Ask the provider what became of its create.
    Reconcile {
        /// Asking sooner is of no use.
        not_before: Timestamp,
    },
    /// Ask a person: only one can say that it exists, may be paid twice, or is given up.
    AskUser,
    /// Ask the provider how far it is.
    Poll,
    /// Ask the provider to stop it. It can still end in any other way.
    Cancel,
    /// Fetch the film, the one that is forgotten first before others.
    Fetch,
    /// Nothing: it is over, or somebody is sending or fetching it.
    Nothing,
}

/// What is to be done with a job that stands like this.
///
/// A job that is being sent is left alone even where nobody sends it: only who takes ownership of the store knows that
/// its sender is gone.
pub fn next(record: &Record) -> Action {
    match record.state {
        State::Queued => Action::Reserve,
        State::Ready => Action::Send,
        State::Unknown => Action::Reconcile { not_before: record.ask_from.unwrap_or_default() },
        State::Held | State::Gone => Action::AskUser,
        State::Running => Action::Poll,
        State::Cancelling => Action::Cancel,
        State::Succeeded => Action::Fetch,
        State::Sending | State::Fetching | State::Done | State::Failed | State::Cancelled | State::Abandoned => {
            Action::Nothing
        }
    }
}
