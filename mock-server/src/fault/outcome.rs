//! Short names for faults that are asked for often.

use std::fmt;

/// A short name for a plan of faults.
///
/// A create whose `prompt` or `negative_prompt` holds `[[mock:NAME]]` gets it; the first one counts. So every test picks
/// its own fate inside its own request, and tests that share a server do not disturb each other. Instead of a name any
/// [`FaultPlan`](crate::FaultPlan) may stand there.
///
/// Where one long call is answered with the film itself, a job that fails is an HTTP 500, a job that never finishes is a
/// connection that closes, and what can only happen on the way to a film does not happen. A provider without polls refuses
/// a create that asks for something to befall one.
///
/// ```
/// use polyreel_mock::Outcome;
///
/// for outcome in Outcome::ALL {
///     println!("[[mock:{}]]  {} ({})", outcome.name, outcome.about, outcome.plan);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The name in prompts: `lost-answer`.
    pub name: &'static str,
    /// What it is short for: `close-create@0`.
    pub plan: &'static str,
    /// What happens, in one line.
    pub about: &'static str,
}

const fn row(name: &'static str, plan: &'static str, about: &'static str) -> Outcome {
    Outcome { name, plan, about }
}

impl Outcome {
    /// All outcomes, in the order of a job's life.
    pub const ALL: &[Self] = &[
        row("refused", "bad-input-submit", "the create is refused as bad input; nothing is charged"),
        row("moderated", "content-submit", "the create is refused for what it asks for"),
        row("unauthorized", "auth-submit", "the create is refused as if the key were wrong"),
        row("no-credit", "balance-submit", "the create is refused as if the account were empty"),
        row("rate-limited", "rate-limit-submit", "the create is refused as one of too many"),
        row("rate-limited-once", "rate-limit-submit#1", "the same, but only the first time"),
        row("overloaded", "503-submit", "the create is answered with HTTP 503; nothing is created"),
        row("lost-answer", "close-create@0", "the job is made and charged; the connection closes without an answer"),
        row("server-error", "500-create", "the job is made and charged, but the answer is HTTP 500"),
        row("no-id", "hollow-create", "the job is made and charged, but the answer does not name it"),
        row("garbled-answer", "malformed-create", "the job is made and charged, but the answer is half a document"),
        row("twin-id", "twin-job", "the job is made and charged, but the answer names the job before it"),
        row("instant", "instant-job", "the job takes no time"),
        row("failed", "failed-job", "the job fails at the end"),
        row("moderated-late", "content-job", "the job fails at the end for what it shows"),
        row("cancelled", "cancelled-job", "somebody stops the job when half of its time is over"),
        row("forgotten", "forgotten-job", "the provider forgets the job at its end"),
        row("stuck", "stuck-job", "the job never finishes"),
        row("slow", "slow-job", "the job takes ten times as long"),
        row("backwards", "backwards-job", "every second poll says that the job is waiting again"),
        row("not-there-yet", "not-found-poll#1-2", "the first two polls are told that there is no such job"),
        row("flaky", "503-poll#1-2", "the first two polls are answered with HTTP 503"),
        row("poll-rate-limited", "rate-limit-poll#1", "the first poll is refused as one of too many"),
        row("poll-unauthorized", "auth-poll", "every poll is refused as if the key were wrong"),
        row("poll-html", "html-poll", "every poll is answered with a web page"),
        row("poll-malformed", "malformed-poll", "every poll is answered with half a document"),
        row("poll-error-inside", "error-inside-poll", "every poll is answered with HTTP 200 around an error"),
        row("poll-server-error", "503-poll", "every poll is answered with HTTP 503"),
        row(
            "poll-unknown-status",
            "unknown-status-poll",
            "every poll tells a status that nobody knows; a provider without status words is stuck instead",
        ),
        row("cut-film", "cut-film", "the film ends in the middle of a box"),
        row("html-film", "html-film", "a web page comes instead of the film"),
        row("expired-film", "404-film", "the film is gone, HTTP 404"),
        row("forbidden-film", "403-film", "the film may not be fetched, HTTP 403"),
        row("moved-film", "redirect-film", "the film is at another host"),
    ];

    /// The outcome of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|outcome| outcome.name == name).copied()
    }
}

/// The name in prompts.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaultPlan;

    #[test]
    fn names_differ_and_are_short_for_plans() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of_name(outcome.name), Some(*outcome));
            assert_eq!(outcome.plan.parse::<FaultPlan>().map(|plan| plan.to_string()), Ok(outcome.plan.to_owned()));
        }
    }
}
