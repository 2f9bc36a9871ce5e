//! Outcomes on demand.

use std::fmt;

use polyreel_spec::{Input, Inputs};

use crate::Breakage;

/// Something that goes wrong because the prompt asks for it.
///
/// A create whose `prompt` or `negative_prompt` holds `[[mock:NAME]]` gets the outcome of that name; the first one
/// counts. So every test picks its own fate inside its own request, and tests that share a server do not disturb each
/// other.
///
/// Answers that break off in the middle have names of their own, see [`Breakage`].
///
/// Where one long call is answered with the film itself, a job that fails is an HTTP 500, a job that never finishes is a
/// connection that closes, and what can only happen to a poll or on the way to a film does not happen.
///
/// ```
/// use polyreel_mock::Outcome;
///
/// for outcome in Outcome::ALL {
///     println!("[[mock:{}]]  {}", outcome.name(), outcome.about());
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The create is refused as bad input.
    Refused,
    /// The create is refused for its key.
    Unauthorized,
    /// The create is refused for want of money.
    NoCredit,
    /// The create is refused because there were too many.
    RateLimited,
    /// The create succeeds and is charged, but the connection closes without an answer.
    LostAnswer,
    /// The create succeeds and is charged, but the answer is HTTP 500.
    ServerError,
    /// The create succeeds and is charged, but the answer lacks what later calls need.
    NoId,
    /// The job fails at the end.
    Failed,
    /// The job never finishes.
    Stuck,
    /// Every poll is refused for its key.
    PollUnauthorized,
    /// Every poll gets a web page.
    PollHtml,
    /// Every poll gets HTTP 200 around the provider's error shape.
    PollErrorInside,
    /// Every poll gets HTTP 503.
    PollServerError,
    /// Every poll gets a status word that nobody knows.
    PollUnknownStatus,
    /// The film ends in the middle.
    CutFilm,
    /// The film is a web page.
    HtmlFilm,
    /// The film is gone when it is fetched.
    ExpiredFilm,
}

impl Outcome {
    /// All outcomes, in the order of a job's life.
    pub const ALL: [Self; 17] = [
        Self::Refused,
        Self::Unauthorized,
        Self::NoCredit,
        Self::RateLimited,
        Self::LostAnswer,
        Self::ServerError,
        Self::NoId,
        Self::Failed,
        Self::Stuck,
        Self::PollUnauthorized,
        Self::PollHtml,
        Self::PollErrorInside,
        Self::PollServerError,
        Self::PollUnknownStatus,
        Self::CutFilm,
        Self::HtmlFilm,
        Self::ExpiredFilm,
    ];

    /// The name in prompts: `lost-answer`.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// What happens, in one line.
    pub fn about(self) -> &'static str {
        self.row().1
    }

    /// The outcome of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::Refused => ("refused", "the create is refused as bad input; nothing is charged"),
            Self::Unauthorized => ("unauthorized", "the create is refused as if the key were wrong"),
            Self::NoCredit => ("no-credit", "the create is refused as if the account were empty"),
            Self::RateLimited => ("rate-limited", "the create is refused as one of too many"),
            Self::LostAnswer => {
                ("lost-answer", "the job exists and is charged, but the connection closes without an answer")
            }
            Self::ServerError => ("server-error", "the job exists and is charged, but the answer is HTTP 500"),
            Self::NoId => ("no-id", "the job exists and is charged, but the answer does not name it"),
            Self::Failed => ("failed", "the job fails at the end"),
            Self::Stuck => ("stuck", "the job never finishes"),
            Self::PollUnauthorized => ("poll-unauthorized", "every poll is refused as if the key were wrong"),
            Self::PollHtml => ("poll-html", "every poll is answered with a web page"),
            Self::PollErrorInside => ("poll-error-inside", "every poll is answered with HTTP 200 around an error"),
            Self::PollServerError => ("poll-server-error", "every poll is answered with HTTP 503"),
            Self::PollUnknownStatus => (
                "poll-unknown-status",
                "every poll tells a status that nobody knows; a provider without status words is stuck instead",
            ),
            Self::CutFilm => ("cut-film", "the film ends in the middle of a box"),
            Self::HtmlFilm => ("html-film", "a web page comes instead of the film"),
            Self::ExpiredFilm => ("expired-film", "the film is gone, HTTP 404"),
        }
    }
}

/// The name in prompts.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What the inputs ask for: an outcome, or an answer that breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Outcome(Outcome),
    Breakage(Breakage),
}

/// What the inputs ask for; as error a name that is nothing.
pub(crate) fn asked_for(inputs: &Inputs) -> Result<Option<Asked>, String> {
    let text = |name: &str| match inputs.get(name) {
        Some(Input::Value(value)) => value.as_text(),
        _ => None,
    };
    let mut names = ["prompt", "negative_prompt"].into_iter().filter_map(text).filter_map(|text| {
        let (_, after) = text.split_once("[[mock:")?;
        Some(after.split_once("]]").map_or(after, |(name, _)| name))
    });
    let asked = |name: &str| {
        let outcome = Outcome::of_name(name).map(Asked::Outcome);
        outcome.or_else(|| name.parse().ok().map(Asked::Breakage)).ok_or_else(|| name.to_owned())
    };
    names.next().map(asked).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_differ() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of_name(outcome.name()), Some(outcome));
        }
    }

    #[test]
    fn a_prompt_asks_for_an_outcome() {
        let inputs = |prompt: &str, negative: &str| -> Inputs {
            [("prompt".to_owned(), prompt.into()), ("negative_prompt".to_owned(), negative.into())].into()
        };
        let outcome = |outcome| Ok(Some(Asked::Outcome(outcome)));
        for (prompt, negative, expected) in [
            ("a cat", "", Ok(None)),
            ("a [[mock:failed]] cat", "", outcome(Outcome::Failed)),
            ("a cat", "[[mock:stuck]]", outcome(Outcome::Stuck)),
            ("[[mock:no-id]]", "[[mock:stuck]]", outcome(Outcome::NoId)),
            ("[[mock:drip-film@9]]", "", Ok(Some(Asked::Breakage("drip-film@9".parse().unwrap())))),
            ("[[mock:fail]]", "", Err("fail".to_owned())),
            ("[[mock:failed", "", outcome(Outcome::Failed)),
            ("[[mock:", "", Err(String::new())),
        ] {
            assert_eq!(asked_for(&inputs(prompt, negative)), expected, "{prompt} {negative}");
        }
    }
}
