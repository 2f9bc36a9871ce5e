//! Where a job stands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a job stands. [The machine](crate::machine) says what each means for money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing was sent, nothing is reserved.
    Queued,
    /// Its price is reserved, nothing was sent.
    Ready,
    /// Its create is being sent, or was when the program ended.
    Sending,
    /// Its create may have been received. It counts as spent, and is asked about, never sent again by itself.
    Unknown,
    /// Nobody can tell what became of its create: a person decides.
    Held,
    /// The provider works on it.
    Running,
    /// The provider has been asked to stop it, or is about to be.
    Cancelling,
    /// The film is made and not yet fetched.
    Succeeded,
    /// The film is being fetched.
    Fetching,
    /// The film is saved.
    Done,
    /// Nobody made it: all candidates refused, or the provider failed.
    Failed,
    /// It was stopped, by its owner or at the provider.
    Cancelled,
    /// The provider does not know it any more: a person decides.
    Gone,
    /// A person gave it up. It counts as spent.
    Abandoned,
}

impl State {
    /// All of them, in the order of a job's life.
    pub const ALL: [Self; 14] = [
        Self::Queued,
        Self::Ready,
        Self::Sending,
        Self::Unknown,
        Self::Held,
        Self::Running,
        Self::Cancelling,
        Self::Succeeded,
        Self::Fetching,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
        Self::Gone,
        Self::Abandoned,
    ];

    /// The word that is written down: `queued`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Held => "held",
            Self::Running => "running",
            Self::Cancelling => "cancelling",
            Self::Succeeded => "succeeded",
            Self::Fetching => "fetching",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Gone => "gone",
            Self::Abandoned => "abandoned",
        }
    }

    /// Whether nothing happens to the job by itself any more. All others are open.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled | Self::Abandoned)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
