//! What can go wrong, and with what: the two words of a fault.

use std::fmt;

use polyreel_spec::{Kind, Step};

/// What a fault is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum What {
    /// A create before anything was done for it: no job, no charge.
    Submit,
    /// The answer to a create: the job exists and is charged.
    Create,
    /// The answers to polls.
    Poll,
    /// The answers to the call which gives the film's address.
    Result,
    /// The film on its way.
    Film,
    /// The answers to lookups.
    Find,
    /// The answers to cancels.
    Cancel,
    /// The answers to uploads.
    Upload,
    /// The answers to questions for the balance.
    Balance,
    /// The callback at a job's end.
    Callback,
    /// The job itself, whatever is asked about it.
    Job,
}

impl What {
    /// All, in the order of a job's life.
    pub const ALL: [Self; 11] = [
        Self::Submit,
        Self::Create,
        Self::Poll,
        Self::Result,
        Self::Film,
        Self::Find,
        Self::Cancel,
        Self::Upload,
        Self::Balance,
        Self::Callback,
        Self::Job,
    ];

    /// The second word of a fault: `poll`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Create => "create",
            Self::Poll => "poll",
            Self::Result => "result",
            Self::Film => "film",
            Self::Find => "find",
            Self::Cancel => "cancel",
            Self::Upload => "upload",
            Self::Balance => "balance",
            Self::Callback => "callback",
            Self::Job => "job",
        }
    }

    /// Whether it happens once in the life of a job: there are no attempts.
    pub fn is_of_job(self) -> bool {
        matches!(self, Self::Job | Self::Callback)
    }

    /// What the answer to this call is; a film's own URL is no call.
    pub(crate) fn of(step: Option<Step>) -> Self {
        match step {
            Some(Step::Create) => Self::Create,
            Some(Step::Poll) => Self::Poll,
            Some(Step::Result) => Self::Result,
            Some(Step::Find) => Self::Find,
            Some(Step::Cancel) => Self::Cancel,
            Some(Step::Upload) => Self::Upload,
            Some(Step::Balance) => Self::Balance,
            Some(Step::Download) | None => Self::Film,
        }
    }
}

/// How something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum How {
    /// The answer breaks off.
    Break(Break),
    /// This HTTP code, in the provider's shape of a refusal.
    Http(u16),
    /// A refusal of this kind, as the provider says it; of a job that it fails for this reason.
    Refused(Kind),
    /// A refusal by this rule of the provider file's `errors.rules`, counted from 1; of a job that it fails so.
    Rule(usize),
    /// A refusal as one of too many, with something else where the pause stands.
    RateLimited(RetryAfter),
    /// A web page.
    Html,
    /// No body.
    Empty,
    /// The body ends in the middle, and the head says so: no connection breaks.
    Malformed,
    /// Texts where numbers belong, and numbers where texts belong.
    Mistyped,
    /// A good answer with nothing in it.
    Hollow,
    /// HTTP 200 around the provider's shape of an error.
    ErrorInside,
    /// A status that nobody knows.
    UnknownStatus,
    /// A redirect to another host.
    Redirect,
    /// The film ends in the middle of a box.
    Cut,
    /// The whole film comes, although a part was asked for.
    NoRange,
    /// The job fails at its end.
    Failed,
    /// The job takes no time.
    Instant,
    /// The job does not wait for its turn.
    Unqueued,
    /// Somebody stops the job when half of its time is over.
    Cancelled,
    /// The provider forgets the job at its end.
    Forgotten,
    /// The job never ends.
    Stuck,
    /// The job takes ten times as long.
    Slow,
    /// Every second poll says that the job, which was begun, is waiting.
    Backwards,
    /// The job is told by the name of the one before it.
    Twin,
    /// It does not come.
    Never,
    /// It comes twice.
    Twice,
    /// It is signed by somebody else.
    Forged,
    /// It comes before the job's end, and before the answer to the create.
    Early,
}

/// How an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Break {
    /// The connection is reset.
    Reset,
    /// The connection is closed.
    Close,
    /// Nothing comes any more, and the connection stays open.
    Stall,
    /// The rest comes byte by byte, ten a second.
    Drip,
}

/// What a refusal as one of too many says about when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAfter {
    /// Nothing.
    Absent,
    /// A date, 30 seconds ahead.
    Date,
    /// Something that is no time.
    Garbage,
    /// Thirty years.
    Huge,
}

/// The words of a fault that do not carry a number or a kind: the word, how, what happens.
const WORDS: [(&str, How, &str); 31] = [
    ("reset", How::Break(Break::Reset), "the connection is reset after so many bytes"),
    ("close", How::Break(Break::Close), "the connection is closed after so many bytes"),
    ("stall", How::Break(Break::Stall), "nothing comes any more after so many bytes"),
    ("drip", How::Break(Break::Drip), "the rest comes ten bytes a second"),
    ("rate-limit-bare", How::RateLimited(RetryAfter::Absent), "too many, without a word about when to come back"),
    ("rate-limit-date", How::RateLimited(RetryAfter::Date), "too many, come back at a date"),
    ("rate-limit-garbage", How::RateLimited(RetryAfter::Garbage), "too many, come back at no time at all"),
    ("rate-limit-huge", How::RateLimited(RetryAfter::Huge), "too many, come back in thirty years"),
    ("html", How::Html, "a web page"),
    ("empty", How::Empty, "no body"),
    ("malformed", How::Malformed, "the body is half of what it should be, but complete as HTTP"),
    ("mistyped", How::Mistyped, "texts where numbers belong, numbers where texts belong"),
    ("hollow", How::Hollow, "a good answer with nothing in it"),
    ("error-inside", How::ErrorInside, "HTTP 200 around an error"),
    ("unknown-status", How::UnknownStatus, "a status that nobody knows"),
    ("redirect", How::Redirect, "a redirect to another host"),
    ("cut", How::Cut, "the film ends in the middle of a box"),
    ("no-range", How::NoRange, "the whole film comes, although a part was asked for"),
    ("failed", How::Failed, "the job fails at its end"),
    ("instant", How::Instant, "the job takes no time"),
    ("unqueued", How::Unqueued, "the job does not wait for its turn"),
    ("cancelled", How::Cancelled, "somebody stops the job when half of its time is over"),
    ("forgotten", How::Forgotten, "the provider forgets the job at its end"),
    ("stuck", How::Stuck, "the job never ends"),
    ("slow", How::Slow, "the job takes ten times as long"),
    ("backwards", How::Backwards, "every second poll says that the job is waiting again"),
    ("twin", How::Twin, "the create's answer names the job before this one"),
    ("never", How::Never, "it does not come"),
    ("twice", How::Twice, "it comes twice"),
    ("forged", How::Forged, "it is signed with another secret"),
    ("early", How::Early, "it comes when the job was just created, and not at its end"),
];

/// Kinds that a refusal may be of.
const KINDS: [Kind; 9] = [
    Kind::Auth,
    Kind::Balance,
    Kind::BadInput,
    Kind::Content,
    Kind::NotFound,
    Kind::RateLimit,
    Kind::Concurrency,
    Kind::Provider,
    Kind::Timeout,
];

/// What a code or a kind may be the answer to a create that was done: nothing that says that nothing was created.
fn leaves_open(how: How) -> bool {
    match how {
        How::Http(code) => code == 408 || code >= 500,
        How::Refused(kind) => !kind.nothing_created(),
        _ => true,
    }
}

impl How {
    /// Every way but those that carry an HTTP code, from 300 to 599, or the number of a rule.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.into_iter().map(|(_, how, _)| how).chain(KINDS.map(Self::Refused))
    }

    /// The first word of a fault.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let listed = WORDS.into_iter().find(|(own, ..)| *own == word).map(|(_, how, _)| how);
        let kind = || KINDS.into_iter().find(|kind| dashed(*kind) == word).map(Self::Refused);
        let is_code = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
        let code = || word.parse().ok().filter(|code| is_code && (300..600).contains(code)).map(Self::Http);
        let rule = || word.strip_prefix("rule-")?.parse().ok().filter(|rule| *rule > 0).map(Self::Rule);
        listed.or_else(kind).or_else(code).or_else(rule)
    }

    /// What happens, in one line.
    pub fn about(self) -> String {
        match self {
            Self::Http(code) => format!("HTTP {code}, in the provider's shape of a refusal"),
            Self::Rule(rule) => format!("refused, or failed, by rule {rule} of the provider file's `errors.rules`"),
            Self::Refused(kind) => format!("refused, or failed: {kind}"),
            _ => WORDS
                .into_iter()
                .find(|(_, how, _)| *how == self)
                .map(|(.., about)| about.to_owned())
                .unwrap_or_default(),
        }
    }

    /// Whether bytes of the answer are counted: it breaks off.
    pub fn breaks_off(self) -> bool {
        matches!(self, Self::Break(_))
    }

    /// Whether this can happen to that.
    pub(crate) fn fits(self, what: What) -> bool {
        match (self, what) {
            // What was done at the last poll may be over when it is fetched.
            (Self::Rule(_), What::Job)
            | (Self::Failed | Self::Forgotten, What::Result)
            | (Self::Html | Self::Empty | Self::Redirect | Self::Http(_), What::Film) => true,
            (Self::Refused(kind), What::Job) => kind != Kind::RateLimit && kind != Kind::Concurrency,
            (
                Self::Failed
                | Self::Instant
                | Self::Unqueued
                | Self::Cancelled
                | Self::Forgotten
                | Self::Stuck
                | Self::Slow
                | Self::Backwards
                | Self::Twin,
                _,
            ) => what == What::Job,
            (Self::Never | Self::Twice | Self::Forged | Self::Early, _) => what == What::Callback,
            (Self::Cut | Self::NoRange, _) => what == What::Film,
            (Self::UnknownStatus, _) => what == What::Poll,
            (how, What::Film) => how.breaks_off(),
            // What was done cannot be said not to have been done, and what is hollow or of wrong types has to be there first.
            (_, What::Job | What::Callback)
            | (Self::RateLimited(_) | Self::Rule(_), What::Create)
            | (Self::Malformed | Self::Mistyped | Self::Hollow, What::Submit) => false,
            (how, What::Create) => leaves_open(how),
            _ => true,
        }
    }
}

/// The first word of a fault: `rate-limit-bare`.
impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(code) => write!(f, "{code}"),
            Self::Rule(rule) => write!(f, "rule-{rule}"),
            Self::Refused(kind) => f.write_str(&dashed(*kind)),
            _ => WORDS.into_iter().find(|(_, how, _)| how == self).map_or(Ok(()), |(word, ..)| f.write_str(word)),
        }
    }
}

fn dashed(kind: Kind) -> String {
    kind.name().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_fit_somewhere() {
        for how in How::all().chain([300, 404, 599].map(How::Http)).chain([How::Rule(3)]) {
            assert_eq!(How::parse(&how.to_string()), Some(how));
            assert!(What::ALL.into_iter().any(|what| how.fits(what)) && !how.about().is_empty(), "{how}");
        }
        for word in ["", "burn", "200", "600", "+404", "rule-0", "rule-", "rule-x", "rate_limit", "other"] {
            assert_eq!(How::parse(word), None, "{word}");
        }
    }

    #[test]
    fn a_create_that_was_done_is_never_answered_as_if_it_were_not() {
        for how in How::all().filter(|how| how.fits(What::Create)) {
            assert!(!matches!(how, How::Refused(kind) if kind.nothing_created()), "{how}");
        }
        assert!(How::Http(500).fits(What::Create) && !How::Http(404).fits(What::Create));
    }
}
