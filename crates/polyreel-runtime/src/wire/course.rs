//! Where the answers about one job have led.

use polyreel_spec::Step;

use super::{Also, Meaning, Saved};

/// Where the answers about a job have led, from the first poll on.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Course {
    /// Nothing is decided: it is asked how the job is.
    #[default]
    Open,
    /// The work is done, and another call gives the film.
    Ready {
        /// Which call.
        next: Step,
        /// What that call needs beside what the create gave.
        saved: Saved,
        /// What else was told.
        also: Also,
    },
    /// Done, failed, cancelled or expired. Nothing that is read later changes it.
    Ended(Meaning),
}

impl Course {
    /// Takes what the next answer means. What decides nothing is given back.
    pub fn take(&mut self, meaning: Meaning) -> Option<Meaning> {
        let end = match (&mut *self, meaning) {
            (Self::Ended(_), _) => return None,
            (_, Meaning::Ready { next, saved, also }) => {
                *self = Self::Ready { next, saved, also };
                return None;
            }
            (_, Meaning::Unreadable(why)) => return Some(Meaning::Unreadable(why)),
            (_, other @ (Meaning::Queued { .. } | Meaning::Running { .. } | Meaning::Refused(_))) => {
                return Some(other);
            }
            (Self::Ready { also: told, .. }, Meaning::Done { films, mut also }) => {
                also.append(told);
                Meaning::Done { films, also }
            }
            (_, end) => end,
        };
        *self = Self::Ended(end);
        None
    }
}
