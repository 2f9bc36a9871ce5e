//! How a job is.

use std::fmt;
use std::time::Duration;

/// How a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Queued or running.
    pub stage: Stage,
    /// How many jobs are before it, if the provider says.
    pub queue_position: Option<u64>,
    /// Per cent, if the provider says.
    pub percent: Option<u8>,
    /// Time since this process began to wait.
    pub elapsed: Duration,
    /// How much of that it was queued, as far as polls have shown.
    pub queued: Duration,
    /// How long the provider has not told anything about it: zero when the last poll did.
    pub unreachable: Duration,
    /// Usual shortest and longest time of this work, if the provider states it.
    pub estimate: Option<(Duration, Duration)>,
    /// What is odd: a status word that the provider file does not know, or why the last poll told nothing.
    pub note: Option<String>,
}

impl Progress {
    pub(super) fn begin(estimate: Option<(Duration, Duration)>) -> Self {
        Self {
            stage: Stage::Queued,
            queue_position: None,
            percent: None,
            elapsed: Duration::ZERO,
            queued: Duration::ZERO,
            unreachable: Duration::ZERO,
            estimate,
            note: None,
        }
    }
}

/// For people: `running after 900 s, of which 300 s queued; unreachable for 60 s (http 503: …)`.
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {} s", self.stage, self.elapsed.as_secs())?;
        if self.stage == Stage::Running && self.queued.as_secs() > 0 {
            write!(f, ", of which {} s queued", self.queued.as_secs())?;
        }
        if self.unreachable.as_secs() > 0 {
            write!(f, "; unreachable for {} s", self.unreachable.as_secs())?;
        }
        match &self.note {
            Some(note) => write!(f, " ({note})"),
            None => Ok(()),
        }
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Accepted, not begun.
    Queued,
    /// In the making.
    Running,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Queued => "queued",
            Self::Running => "running",
        })
    }
}
