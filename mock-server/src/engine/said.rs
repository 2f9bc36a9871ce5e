//! Everything that a reply can say.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use polyreel_spec::{Amount, Kind, State};
use serde_json::Value;

/// What a reply is to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// How the job is, that the call is refused, or what else was asked for.
    pub state: SaidState,
    /// The values that the client is to keep, by name; see [`mint`](super::mint). A poll and a result hand theirs out
    /// only when the job is done.
    pub saved: BTreeMap<String, String>,
    /// How long the client is asked to wait before its next call.
    pub pause: Option<Duration>,
}

/// Says it without saved values and without a pause.
impl From<SaidState> for Said {
    fn from(state: SaidState) -> Self {
        Self { state, saved: BTreeMap::new(), pause: None }
    }
}

/// How a job is, with everything that a reply can say about it.
#[derive(Clone, Debug, PartialEq)]
pub enum SaidState {
    /// The job was begun, or found. A create whose reply has a status says it as [`SaidState::Queued`], or else as
    /// [`SaidState::Running`]. As the answer to a cancel: the job will be stopped.
    Accepted,
    /// Accepted, not begun.
    Queued {
        /// The position in the queue.
        position: Option<u64>,
    },
    /// In the making.
    Running {
        /// How far it is.
        percent: Option<u8>,
    },
    /// The film is there.
    Done {
        /// The films: URLs, or the bytes of one. None where another call gives them.
        outputs: Vec<Film>,
        /// Side values, by name.
        also: BTreeMap<String, Value>,
    },
    /// There will be no film.
    Failed {
        /// What it must be read as; `None` is whatever follows from the rest.
        kind: Option<Kind>,
        /// The provider's code for it.
        code: Option<String>,
        /// Why, for people.
        message: Option<String>,
    },
    /// Somebody stopped it. As the answer to a cancel: it is stopped.
    Cancelled {
        /// Whether it is billed, when the reply itself says so.
        billed: Option<bool>,
    },
    /// The provider does not know the job, or not any more.
    Expired {
        /// Whether it is billed, when the reply itself says so.
        billed: Option<bool>,
    },
    /// The call was refused; nothing is said about any job.
    Refused {
        /// The HTTP code. Below 300 it takes a provider with an envelope test.
        http: u16,
        /// The provider's code for it.
        code: Option<String>,
        /// Why, for people.
        message: Option<String>,
    },
    /// A file was taken.
    Uploaded {
        /// What a create then names.
        id: String,
    },
    /// What is left on the account.
    Balance {
        /// How much, in the unit of the provider file.
        amount: Amount,
    },
}

impl SaidState {
    /// The state of a job that this is about.
    pub(super) fn of_job(&self) -> Option<State> {
        match self {
            Self::Queued { .. } => Some(State::Queued),
            Self::Running { .. } => Some(State::Running),
            Self::Done { .. } => Some(State::Done),
            Self::Failed { .. } => Some(State::Failed),
            Self::Cancelled { .. } => Some(State::Cancelled),
            Self::Expired { .. } => Some(State::Expired),
            Self::Accepted | Self::Refused { .. } | Self::Uploaded { .. } | Self::Balance { .. } => None,
        }
    }
}

/// A film, as a reply may give it.
#[derive(Clone, PartialEq, Eq)]
pub enum Film {
    /// Where it is.
    Url(String),
    /// The film itself.
    Bytes(Vec<u8>),
}

/// Shows how many bytes there are, not which.
impl fmt::Debug for Film {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.debug_tuple("Url").field(url).finish(),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
        }
    }
}
