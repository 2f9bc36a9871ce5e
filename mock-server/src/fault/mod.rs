//! Faults: what goes wrong because somebody asked for it.

#[cfg(feature = "proptest")]
mod arbitrary;
mod outcome;
mod plan;
mod profile;
mod words;

use std::fmt;
use std::str::FromStr;

pub use outcome::Outcome;
pub use plan::FaultPlan;
pub(crate) use plan::asked_for;
pub use profile::{FaultProfile, Risk};
pub use words::{Break, How, RetryAfter, What};

/// Something that goes wrong: `HOW-WHAT`, then `@BYTES` for an answer that breaks off, then `#ATTEMPT` or `#FIRST-LAST`.
///
/// ```
/// use polyreel_mock::{Break, Fault, How, What};
///
/// let fault: Fault = "reset-film@1000#1-2".parse().unwrap();
/// assert_eq!((fault.how, fault.what, fault.after), (How::Break(Break::Reset), What::Film, Some(1000)));
/// assert!(fault.is_due(2) && !fault.is_due(3));
/// assert_eq!(fault.to_string(), "reset-film@1000#1-2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// In which way.
    pub how: How,
    /// With what.
    pub what: What,
    /// After how many bytes of an answer that breaks off, its head included; `None` is half of it, and nothing of the
    /// answer to a create that is not done.
    pub after: Option<usize>,
    /// The first and the last attempt that it happens to, from 1; `None` is every one. A create that is the same as an
    /// earlier one is its next attempt; of everything else the calls about one job are counted.
    pub attempts: Option<(u32, u32)>,
}

impl Fault {
    /// Whether it happens to this attempt.
    pub fn is_due(self, attempt: u32) -> bool {
        self.attempts.is_none_or(|(first, last)| (first..=last).contains(&attempt))
    }

    /// The same fault at this attempt alone.
    pub(crate) fn at(self, attempt: u32) -> Self {
        Self { attempts: Some((attempt, attempt)), ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.how, self.what.name())?;
        self.after.iter().try_for_each(|after| write!(f, "@{after}"))?;
        match self.attempts {
            None => Ok(()),
            Some((first, last)) if first == last => write!(f, "#{first}"),
            Some((first, last)) => write!(f, "#{first}-{last}"),
        }
    }
}

/// The text is no fault; it says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoFault(String);

impl NoFault {
    fn new(text: &str, why: impl fmt::Display) -> Self {
        let shown: String = text.chars().take(40).collect();
        Self(format!("{shown:?} is no fault: {why}"))
    }
}

impl fmt::Display for NoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoFault {}

impl FromStr for Fault {
    type Err = NoFault;

    fn from_str(text: &str) -> Result<Self, NoFault> {
        let no = |why: String| NoFault::new(text, why);
        let (rest, attempts) = text.split_once('#').map_or((text, None), |(rest, attempts)| (rest, Some(attempts)));
        let (name, after) = rest.split_once('@').map_or((rest, None), |(name, after)| (name, Some(after)));
        let (how, what) = name.rsplit_once('-').unwrap_or((name, ""));
        let what = What::ALL
            .into_iter()
            .find(|own| own.name() == what)
            .ok_or_else(|| no(format!("its last word is one of {}", What::ALL.map(What::name).join(", "))))?;
        let how = How::parse(how).ok_or_else(|| {
            let words: Vec<_> = How::all().filter(|how| how.fits(what)).map(|how| how.to_string()).collect();
            no(format!("before {} stands one of {} or an HTTP code", what.name(), words.join(", ")))
        })?;
        if !how.fits(what) {
            return Err(no(format!("{how} cannot happen to a {}", what.name())));
        }
        let after = after.map(|after| after.parse().map_err(|_| no("behind @ stands a number of bytes".to_owned())));
        let after: Option<usize> = after.transpose()?;
        if after.is_some() && !how.breaks_off() {
            return Err(no(format!("{how} does not break an answer off, so no bytes are counted")));
        }
        let attempts = attempts.map(|attempts| {
            let (first, last) = attempts.split_once('-').unwrap_or((attempts, attempts));
            let ends = first.parse().ok().zip(last.parse().ok());
            ends.filter(|(first, last)| (1..=*last).contains(first))
                .ok_or_else(|| no("behind # stands an attempt, or the first and the last one: #2, #1-3".to_owned()))
        });
        let attempts = attempts.transpose()?;
        if attempts.is_some() && what.is_of_job() {
            return Err(no("it happens once in the life of a job, so no attempts are counted".to_owned()));
        }
        Ok(Self { how, what, after, attempts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_read_back() {
        for what in What::ALL {
            for how in How::all().chain([How::Http(503)]).filter(|how| how.fits(what)) {
                for after in [None, Some(0), Some(7)].into_iter().filter(|after| after.is_none() || how.breaks_off()) {
                    for attempts in [None, Some((1, 1)), Some((2, 5))] {
                        let attempts = attempts.filter(|_| !what.is_of_job());
                        let fault = Fault { how, what, after, attempts };
                        assert_eq!(fault.to_string().parse(), Ok(fault));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_fault_is_said() {
        for (text, why) in [
            ("", "its last word is one of submit, create,"),
            ("reset", "its last word is one of submit"),
            ("burn-film", "before film stands one of reset, close"),
            ("stuck-poll", "stuck cannot happen to a poll"),
            ("404-create", "404 cannot happen to a create"),
            ("html-poll@9", "html does not break an answer off"),
            ("reset-film@", "behind @ stands a number of bytes"),
            ("reset-film@-1", "behind @ stands a number of bytes"),
            ("reset-film#0", "behind # stands an attempt"),
            ("reset-film#3-2", "behind # stands an attempt"),
            ("reset-film#x", "behind # stands an attempt"),
            ("stuck-job#1", "it happens once in the life of a job"),
        ] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{text:?} is no fault: {why}")), "{error}");
        }
        assert!("é".repeat(9000).parse::<Fault>().unwrap_err().to_string().len() < 300);
    }
}
