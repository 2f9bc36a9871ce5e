//! Answers that break off.

use std::fmt;
use std::str::FromStr;

use polyreel_spec::Step;

/// An answer that breaks off, because the prompt asks for it: `[[mock:HOW-WHAT]]` or `[[mock:HOW-WHAT@BYTES]]`.
///
/// The request was read and whatever it asks for was done: a create that breaks off is charged all the same. Only
/// [`MockServer::start_raw`](crate::MockServer::start_raw) and `polyreel mock` can place them.
///
/// ```
/// use polyreel_mock::{Breakage, How, What};
///
/// let breakage: Breakage = "reset-film@1000".parse().unwrap();
/// assert_eq!(breakage, Breakage { what: What::Film, how: How::Reset, after: Some(1000) });
/// assert_eq!(breakage.to_string(), "reset-film@1000");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Breakage {
    /// Whose answer.
    pub what: What,
    /// In which way.
    pub how: How,
    /// After how many bytes of the answer, its head included; `None` is half of it.
    pub after: Option<usize>,
}

/// Whose answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// The create's.
    Create,
    /// Every poll's.
    Poll,
    /// That of the call which gives the film's address.
    Result,
    /// The film.
    Film,
}

/// How an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// The connection is reset.
    Reset,
    /// The connection is closed.
    Close,
    /// Nothing comes any more, and the connection stays open.
    Stall,
    /// The rest comes byte by byte, ten a second.
    Drip,
}

impl What {
    /// All, in the order of a job's life.
    pub const ALL: [Self; 4] = [Self::Create, Self::Poll, Self::Result, Self::Film];

    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Poll => "poll",
            Self::Result => "result",
            Self::Film => "film",
        }
    }

    /// What the answer to this call is; a film's own URL is no call.
    pub(crate) fn of(step: Option<Step>) -> Option<Self> {
        match step {
            Some(Step::Create) => Some(Self::Create),
            Some(Step::Poll) => Some(Self::Poll),
            Some(Step::Result) => Some(Self::Result),
            Some(Step::Download) | None => Some(Self::Film),
            Some(_) => None,
        }
    }
}

impl How {
    /// All.
    pub const ALL: [Self; 4] = [Self::Reset, Self::Close, Self::Stall, Self::Drip];

    fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Close => "close",
            Self::Stall => "stall",
            Self::Drip => "drip",
        }
    }
}

/// As in prompts: `reset-film@1000`.
impl fmt::Display for Breakage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.how.name(), self.what.name())?;
        self.after.iter().try_for_each(|after| write!(f, "@{after}"))
    }
}

/// The text is no breakage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoBreakage;

impl fmt::Display for NoBreakage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a breakage is reset, close, stall or drip, a dash, and create, poll, result or film")
    }
}

impl std::error::Error for NoBreakage {}

impl FromStr for Breakage {
    type Err = NoBreakage;

    fn from_str(text: &str) -> Result<Self, NoBreakage> {
        let (name, after) = text.split_once('@').map_or((text, None), |(name, after)| (name, Some(after)));
        let after = after.map(|after| after.parse().map_err(|_| NoBreakage)).transpose()?;
        let (how, what) = name.split_once('-').ok_or(NoBreakage)?;
        let how = How::ALL.into_iter().find(|own| own.name() == how).ok_or(NoBreakage)?;
        let what = What::ALL.into_iter().find(|own| own.name() == what).ok_or(NoBreakage)?;
        Ok(Self { what, how, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for what in What::ALL {
            for how in How::ALL {
                for after in [None, Some(0), Some(7)] {
                    let breakage = Breakage { what, how, after };
                    assert_eq!(breakage.to_string().parse(), Ok(breakage));
                }
            }
        }
        for text in
            ["", "reset", "reset-", "-film", "reset-film@", "reset-film@x", "reset-film@-1", "burn-film", "failed"]
        {
            assert_eq!(text.parse::<Breakage>(), Err(NoBreakage), "{text}");
        }
    }
}
