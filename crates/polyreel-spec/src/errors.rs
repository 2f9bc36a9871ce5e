//! What refusals and failures mean.

use std::fmt;

use crate::words::words;
use crate::{Delay, List, Path, Scalar, Text};

/// How a provider says no.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Errors {
    /// Where a refused call says why.
    pub reply: Plane,
    /// Where an accepted job that failed says why.
    pub job: Plane,
    /// What it means; the first rule that matches decides.
    pub rules: List<ErrorRule>,
    /// Where a refusal says how long to wait, when it is not in `Retry-After`.
    pub retry_after: Option<Delay>,
    /// Whether a job that failed is billed, if that is known.
    pub failed_jobs_billed: Option<bool>,
}

/// Where code and message are.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Plane {
    /// The first of these that is there.
    pub code: List<Path>,
    /// The first of these that holds text.
    pub message: List<Path>,
}

/// One meaning of a refusal or failure; all parts must match.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct ErrorRule {
    /// One of these HTTP codes; empty means any.
    pub http: List<HttpPattern>,
    /// One of these codes; empty means any.
    pub code: List<CodePattern>,
    /// The message contains this, in whatever case.
    pub message_has: Option<Text>,
    /// What it means.
    pub kind: Kind,
    /// Whether the same request may succeed later, when it is otherwise than the kind says.
    pub retriable: Option<bool>,
    /// Whether, as the answer to a create, nothing was created, when it is otherwise than the kind says.
    pub nothing_created: Option<bool>,
    /// Whether a job that failed so is billed, when it is otherwise than for failed jobs in general.
    pub billed: Option<bool>,
}

/// What a refusal or failure means, with what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it means.
    pub kind: Kind,
    /// The same request may succeed later.
    pub retriable: bool,
    /// As the answer to a create: nothing was created, nothing is owed.
    pub nothing_created: bool,
    /// As the end of a job: whether it is billed, if that is known.
    pub billed: Option<bool>,
}

/// An HTTP code, or a hundred of them: `404`, `5xx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum HttpPattern {
    /// This very code.
    Code(u16),
    /// All that begin with this digit.
    Hundred(u16),
}

impl HttpPattern {
    /// Whether the code matches.
    pub fn matches(self, http: u16) -> bool {
        match self {
            Self::Code(code) => code == http,
            Self::Hundred(digit) => http / 100 == digit,
        }
    }

    /// A code that matches.
    pub fn example(self) -> u16 {
        match self {
            Self::Code(code) => code,
            Self::Hundred(digit) => digit * 100,
        }
    }
}

/// A provider's error code, or the beginning of some: `BILLING_*`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum CodePattern {
    /// This very code.
    Code(Scalar),
    /// All that begin so.
    Prefix(Text),
}

impl CodePattern {
    /// Whether a code, written as text, matches.
    pub fn matches(&self, code: &str) -> bool {
        match self {
            Self::Code(own) => own.to_string() == code,
            Self::Prefix(prefix) => code.starts_with(&**prefix),
        }
    }
}

words! {
    /// What a refusal or failure means, whoever says it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    #[non_exhaustive]
    pub enum Kind {
        /// The key is missing, wrong, or may not do this.
        Auth = "auth",
        /// The account has no money left.
        Balance = "balance",
        /// The request is not one that the provider takes.
        BadInput = "bad_input",
        /// The provider's rules forbid the content.
        Content = "content",
        /// There is no such thing.
        NotFound = "not_found",
        /// Too many requests in too short a time.
        RateLimit = "rate_limit",
        /// Too many jobs at once.
        Concurrency = "concurrency",
        /// Something broke at the provider.
        Provider = "provider",
        /// The provider gave up waiting.
        Timeout = "timeout",
        /// Nothing is known about it.
        Other = "other",
    }
}

impl Kind {
    /// Whether the same request may succeed later.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimit | Self::Concurrency | Self::Provider | Self::Timeout)
    }

    /// Whether this, as the answer to a create, means that nothing was created and nothing is owed.
    pub fn nothing_created(self) -> bool {
        !matches!(self, Self::Provider | Self::Timeout | Self::Other)
    }
}

/// For people: `rate limit`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name().replace('_', " "))
    }
}

impl Errors {
    /// What a refusal or failure with these signs means.
    pub fn classify(&self, http: u16, code: Option<&str>, message: Option<&str>) -> Verdict {
        match self.rule(http, code, message) {
            None => self.verdict(Kind::Other),
            Some(rule) => {
                let usual = self.verdict(rule.kind);
                Verdict {
                    retriable: rule.retriable.unwrap_or(usual.retriable),
                    nothing_created: rule.nothing_created.unwrap_or(usual.nothing_created),
                    billed: rule.billed.or(usual.billed),
                    ..usual
                }
            }
        }
    }

    /// The rule for these signs.
    pub fn rule(&self, http: u16, code: Option<&str>, message: Option<&str>) -> Option<&ErrorRule> {
        let message = message.unwrap_or_default().to_lowercase();
        let matches = |rule: &&ErrorRule| {
            (rule.http.is_empty() || rule.http.iter().any(|pattern| pattern.matches(http)))
                && (rule.code.is_empty() || code.is_some_and(|code| rule.code.iter().any(|own| own.matches(code))))
                && rule.message_has.as_ref().is_none_or(|text| message.contains(&text.to_lowercase()))
        };
        self.rules.iter().find(matches)
    }

    /// What follows from a kind alone.
    pub fn verdict(&self, kind: Kind) -> Verdict {
        Verdict {
            kind,
            retriable: kind.is_retryable(),
            nothing_created: kind.nothing_created(),
            billed: self.failed_jobs_billed,
        }
    }
}
