//! What happens to a job.

use polyreel_spec::Money;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::{TOO_DEEP, candidates_problem, is_payable, is_too_deep};
use crate::{Candidate, Charge, Day, SavedFile, Timestamp};

/// What happened to a job. `why` is one line for people.
///
/// The answer to a create is one of `NotSent`, `Unreachable`, `Refused`, `Accepted`, `Made` and `Unclear`. What is not
/// surely one of the others is `Unclear`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Others are to be tried, or for another price. Only a queued job can be amended.
    Amended {
        /// At least one.
        candidates: Vec<Candidate>,
    },
    /// Its price was reserved within the caps.
    Reserved {
        /// How much at most, `None` if nobody knows.
        price: Option<Money>,
        /// The day whose budget it belongs to.
        day: Day,
    },
    /// Its create is about to be sent: it may be as soon as this is on disk, and not sooner.
    Sending {
        /// What can be used to find the job, should the program end before the answer.
        evidence: Option<Value>,
    },
    /// Surely nothing was sent, and the same candidate can be tried again: the program was stopped before, or the
    /// provider was too busy to look at it.
    NotSent {
        /// Why not.
        why: String,
    },
    /// No connection was made, so surely nothing was sent: the next candidate is tried.
    Unreachable {
        /// Why not.
        why: String,
    },
    /// The provider surely created nothing: the next candidate is tried.
    Refused {
        /// What it said.
        why: String,
        /// The kind of the refusal, in one word.
        kind: String,
    },
    /// The provider has a job.
    Accepted {
        /// The job.
        handle: Value,
        /// When the provider forgets it.
        kept_until: Option<Timestamp>,
    },
    /// It may have been received.
    Unclear {
        /// What was seen.
        why: String,
        /// What can be used to find the job; what is known already stays where there is none.
        evidence: Option<Value>,
        /// When it is of use to ask, at once if nobody says.
        ask_from: Option<Timestamp>,
    },
    /// The job exists after all.
    Found {
        /// The job.
        handle: Value,
        /// When the provider forgets it.
        kept_until: Option<Timestamp>,
        /// Who says so.
        by: FoundBy,
    },
    /// The provider, which would know it, says that there is no such job: it may be sent.
    NotFound {
        /// How it was asked.
        why: String,
    },
    /// Nobody can tell whether there is a job.
    CannotTell {
        /// Why not.
        why: String,
    },
    /// Its owner wants it stopped.
    CancelAsked,
    /// The provider does not stop it, so it goes on.
    NotCancelled {
        /// What it said.
        why: String,
    },
    /// The provider says that it was stopped.
    CancelledThere {
        /// What it costs all the same.
        charge: Charge,
    },
    /// The film is made. A provider that answers its create with the film says it while the job is being sent.
    Made {
        /// Where it can be fetched.
        film: Value,
        /// What it cost.
        charge: Charge,
        /// What the reply says besides.
        also: Value,
        /// When the provider forgets the film.
        film_until: Option<Timestamp>,
        /// The job, if it was not known before.
        handle: Option<Value>,
    },
    /// The provider says that it failed.
    FailedThere {
        /// What it said.
        why: String,
        /// The kind of the failure, in one word.
        kind: String,
        /// What it costs all the same.
        charge: Charge,
    },
    /// The provider does not know the job, or its film, any more.
    Gone {
        /// How it was asked.
        why: String,
    },
    /// The film is about to be fetched.
    Fetching,
    /// The film could not be fetched this time.
    NotFetched {
        /// Why not.
        why: String,
    },
    /// The film is saved.
    Saved {
        /// At least one file, whole and on disk.
        files: Vec<SavedFile>,
    },
    /// Its owner does not want it any more, and nothing was sent.
    Withdrawn {
        /// Why not.
        why: String,
    },
    /// A person wants it made once more, and accepts that it may be paid twice.
    Resubmitted,
    /// A person gives it up.
    Abandoned,
    /// The program that worked on it is gone.
    Recovered,
    /// Its owner wants its texts erased.
    Forgotten,
}

/// Who says that a job exists of which it was unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// The provider, when it was asked.
    Asked,
    /// A person, who has seen it there.
    Adopted,
}

impl Event {
    /// Why what it holds cannot be kept, if it cannot: money below zero or too large, no candidate or no file, a path
    /// that is not unicode, JSON of more than 100 levels.
    pub fn problem(&self) -> Option<&'static str> {
        if let Self::Amended { candidates } = self {
            return candidates_problem(candidates);
        }
        if let Self::Saved { files } = self {
            return match files.iter().all(|file| file.path.to_str().is_some()) {
                true if files.is_empty() => Some("no file was saved"),
                true => None,
                false => Some("a file's path is not unicode"),
            };
        }
        let money = match self {
            Self::Reserved { price, .. } => price.as_ref(),
            Self::Made { charge: Charge::Stated(money), .. }
            | Self::CancelledThere { charge: Charge::Stated(money) }
            | Self::FailedThere { charge: Charge::Stated(money), .. } => Some(money),
            _ => None,
        };
        if money.is_some_and(|money| !is_payable(money)) {
            return Some("its money is below zero or too large");
        }
        let json = match self {
            Self::Sending { evidence } | Self::Unclear { evidence, .. } => [evidence.as_ref(), None, None],
            Self::Accepted { handle, .. } | Self::Found { handle, .. } => [Some(handle), None, None],
            Self::Made { film, also, handle, .. } => [Some(film), Some(also), handle.as_ref()],
            _ => [None; 3],
        };
        json.into_iter().flatten().any(is_too_deep).then_some(TOO_DEEP)
    }

    /// The word that is written down: `cancel_asked`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Amended { .. } => "amended",
            Self::Reserved { .. } => "reserved",
            Self::Sending { .. } => "sending",
            Self::NotSent { .. } => "not_sent",
            Self::Unreachable { .. } => "unreachable",
            Self::Refused { .. } => "refused",
            Self::Accepted { .. } => "accepted",
            Self::Unclear { .. } => "unclear",
            Self::Found { .. } => "found",
            Self::NotFound { .. } => "not_found",
            Self::CannotTell { .. } => "cannot_tell",
            Self::CancelAsked => "cancel_asked",
            Self::NotCancelled { .. } => "not_cancelled",
            Self::CancelledThere { .. } => "cancelled_there",
            Self::Made { .. } => "made",
            Self::FailedThere { .. } => "failed_there",
            Self::Gone { .. } => "gone",
            Self::Fetching => "fetching",
            Self::NotFetched { .. } => "not_fetched",
            Self::Saved { .. } => "saved",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Resubmitted => "resubmitted",
            Self::Abandoned => "abandoned",
            Self::Recovered => "recovered",
            Self::Forgotten => "forgotten",
        }
    }
}
