//! One error for everything that can go wrong, with questions to ask it.

use std::fmt;
use std::time::Duration;

use polyreel_spec::{Kind, Step, Violation};

use crate::evidence::Evidence;
use crate::head::Head;
use crate::wire::Refusal;
use crate::{JobHandle, Progress};

/// The result of anything that can go wrong.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for whom, and what is known about it.
///
/// Its display is one line: who, what, why, and what to do next.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    provider: Option<String>,
    step: Option<Step>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    job: Option<JobHandle>,
    violations: Vec<Violation>,
    evidence: Option<Evidence>,
    progress: Option<Progress>,
    billed: Option<bool>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is not one that the model takes. Nothing was sent.
    InvalidInput,
    /// No key is set. Nothing was sent.
    MissingKey,
    /// The base URL, the TLS setup or a handle cannot be used. Nothing was sent by this call.
    Configuration,
    /// No connection was made. Nothing was sent.
    NotSent,
    /// The provider said no to the create. Nothing was created, nothing is owed.
    Refused(Kind),
    /// The create may or may not have been received: the job may exist and may have been paid. It is never sent again
    /// by itself.
    OutcomeUnknown,
    /// The provider says that the job failed.
    JobFailed(Kind),
    /// Somebody stopped the job.
    Cancelled,
    /// The provider does not know the job, or not any more.
    Expired,
    /// The deadline passed. The job may still be running; [`Error::job`] resumes it.
    WaitTimeout,
    /// The provider will not answer for the job, for example because of the key. The job is not lost; [`Error::job`]
    /// resumes it.
    PollRefused(Kind),
    /// A polling URL from a reply or handle leads where no key may go. [`Error::job`] keeps the job.
    UntrustedUrl,
    /// The job could not be stopped; it goes on.
    NotCancelled(Kind),
    /// A question about the account, or a lookup, was refused or not answered. It says nothing about any job, and asking again
    /// does no harm.
    NotTold(Kind),
    /// The film is made but could not be fetched or saved. [`Error::job`] fetches it again.
    NotSaved,
}

impl ErrorKind {
    /// The kind in words, for logs and figures: `outcome_unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::MissingKey => "missing_key",
            Self::Configuration => "configuration",
            Self::NotSent => "not_sent",
            Self::Refused(_) => "refused",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::JobFailed(_) => "job_failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::WaitTimeout => "wait_timeout",
            Self::PollRefused(_) => "poll_refused",
            Self::UntrustedUrl => "untrusted_url",
            Self::NotCancelled(_) => "not_cancelled",
            Self::NotTold(_) => "not_told",
            Self::NotSaved => "not_saved",
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: printable(&message.into()),
            provider: None,
            step: None,
            status: None,
            code: None,
            request_id: None,
            retry_after: None,
            job: None,
            violations: Vec::new(),
            evidence: None,
            progress: None,
            billed: None,
            source: None,
        }))
    }

    /// An error of [`ErrorKind::InvalidInput`], for requests that are made of something else, such as a file.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    /// An error of [`ErrorKind::Configuration`], for clocks, clients and tools that are built around this crate.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// A refused call.
    pub(crate) fn refused(refusal: &Refusal, head: &Head) -> Self {
        let (kind, http) = (refusal.verdict.kind, head.http);
        let why = reason(refusal.message.as_deref(), refusal.code.as_deref());
        let message = format!("refused ({kind}, http {http}): {why}; nothing was created");
        let mut error = Self::new(ErrorKind::Refused(kind), message).code_is(refusal.code.clone()).answered(head);
        error.0.retry_after = error.0.retry_after.or(refusal.retry_after);
        error
    }

    /// A question that was refused.
    pub(crate) fn not_told(refusal: &Refusal, head: &Head) -> Self {
        let (kind, http) = (refusal.verdict.kind, head.http);
        let why = reason(refusal.message.as_deref(), refusal.code.as_deref());
        let message = format!("the question was not answered ({kind}, http {http}): {why}");
        Self::new(ErrorKind::NotTold(kind), message).code_is(refusal.code.clone()).answered(head)
    }

    pub(crate) fn provider_is(mut self, provider: &str) -> Self {
        self.0.provider = Some(provider.to_owned());
        self
    }

    pub(crate) fn during(mut self, step: Step) -> Self {
        self.0.step = Some(step);
        self
    }

    pub(crate) fn answered(mut self, head: &Head) -> Self {
        self.0.status = Some(head.http);
        self.0.request_id.clone_from(&head.request_id);
        self.0.retry_after = head.retry_after;
        self
    }

    pub(crate) fn code_is(mut self, code: Option<String>) -> Self {
        self.0.code = code.map(|code| printable(&code));
        self
    }

    pub(crate) fn violations_are(mut self, violations: Vec<Violation>) -> Self {
        self.0.violations = violations;
        self
    }

    pub(crate) fn evidence_is(mut self, evidence: Evidence) -> Self {
        self.0.evidence = Some(evidence);
        self
    }

    pub(crate) fn progress_is(mut self, progress: Progress) -> Self {
        self.0.progress = Some(progress);
        self
    }

    pub(crate) fn billed_is(mut self, billed: Option<bool>) -> Self {
        self.0.billed = billed;
        self
    }

    /// What went wrong, without saying for whom.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn of_job(mut self, handle: &JobHandle) -> Self {
        self.0.provider = Some(handle.provider().to_owned());
        self.0.job = Some(handle.clone());
        self
    }

    pub(crate) fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The provider's id, if one was involved.
    pub fn provider(&self) -> Option<&str> {
        self.0.provider.as_deref()
    }

    /// During which call it went wrong.
    pub fn operation(&self) -> Option<Step> {
        self.0.step
    }

    /// The HTTP code of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The provider's own error code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The provider's name for the request: what its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The pause that the provider asks for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The job, if one was accepted. Keep it: it resumes the job in any process.
    pub fn job(&self) -> Option<&JobHandle> {
        self.0.job.as_ref()
    }

    /// Every input that the model does not take.
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// What can be used to look for a job whose create had an unknown outcome.
    pub fn evidence(&self) -> Option<&Evidence> {
        self.0.evidence.as_ref()
    }

    /// How the job was when its deadline passed.
    pub fn progress(&self) -> Option<&Progress> {
        self.0.progress.as_ref()
    }

    /// Whether a job that came to nothing is billed all the same; `None` where nobody says.
    pub fn is_billed(&self) -> Option<bool> {
        self.0.billed
    }

    /// Whether the same call may succeed later.
    ///
    /// Never true for a create of unknown outcome: sending it again could pay twice. Look at the provider's dashboard
    /// first.
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            ErrorKind::NotSent | ErrorKind::WaitTimeout | ErrorKind::NotSaved => true,
            ErrorKind::NotTold(kind)
            | ErrorKind::Refused(kind)
            | ErrorKind::JobFailed(kind)
            | ErrorKind::PollRefused(kind)
            | ErrorKind::NotCancelled(kind) => kind.is_retryable(),
            _ => false,
        }
    }

    /// Whether money may have been spent without a job to show for it.
    ///
    /// If so, look at the provider's dashboard for a job at the time that [`Error::evidence`] names before asking
    /// again.
    pub fn is_ambiguous(&self) -> bool {
        self.0.kind == ErrorKind::OutcomeUnknown
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.provider {
            Some(provider) => write!(f, "{provider}: {}", self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .field("operation", &self.0.step)
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("request_id", &self.0.request_id)
            .field("job", &self.0.job)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}

/// Why, in the provider's words, or else by its code.
pub(crate) fn reason(message: Option<&str>, code: Option<&str>) -> String {
    match (message, code) {
        (Some(message), _) => message.to_owned(),
        (None, Some(code)) => format!("code {code}"),
        (None, None) => "it gave no reason".to_owned(),
    }
}

/// A text from elsewhere, safe to print: control characters (terminal escapes, newlines, bidirectional overrides) are
/// replaced, queries of URLs are left out, since they may be signatures, and what is long is cut.
pub fn printable(text: &str) -> String {
    const MOST: usize = 500;
    // Most are so: request ids, words of a state.
    if text.len() <= MOST && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("://") {
        return text.to_owned();
    }
    let text = without_queries(text);
    let mut clean: String = text.chars().take(MOST).map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        clean.push('…');
    }
    clean
}

/// The same JSON, safe to print: control characters and what else a terminal obeys are escaped.
pub fn printable_json(json: &str) -> String {
    let mut clean = String::with_capacity(json.len());
    for c in json.chars() {
        // Line ends and the like stand between values; in a text they are escaped already.
        if is_hidden(c) && !c.is_ascii_whitespace() {
            clean.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            clean.push(c);
        }
    }
    clean
}

/// Whether a character is not seen but obeyed.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

/// The text with every URL cut at its query.
pub(crate) fn without_queries(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(scheme) = rest.find("://") {
        let url = &rest[scheme..];
        let end = scheme + url.find(|c: char| c.is_whitespace() || "\"'<>`".contains(c)).unwrap_or(url.len());
        let (before, after) = rest.split_at(end);
        match before[scheme..].find(['?', '#']) {
            Some(query) => {
                out.push_str(&before[..scheme + query]);
                out.push_str("?…");
            }
            None => out.push_str(before),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{printable, printable_json};

    #[test]
    fn json_that_is_printed_is_the_same_and_harmless() {
        let value = serde_json::json!({ "id": "a\u{9b}b\u{202e}c\u{1b}d", "é": ["\n", 1] });
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let shown = printable_json(&text);
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
            assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{1b}']), "{shown}");
        }
    }

    #[test]
    fn what_is_printed_is_harmless() {
        for (text, shown) in [
            ("plain", "plain"),
            ("\u{1b}[31mred\r\n", " [31mred  "),
            ("see https://a.test/x.mp4?sig=SECRET for it", "see https://a.test/x.mp4?… for it"),
            ("\"https://a.test/x#t=SECRET\", https://b.test/y", "\"https://a.test/x?…\", https://b.test/y"),
            ("is it? yes", "is it? yes"),
            ("a\u{202e}b", "a b"),
        ] {
            assert_eq!(printable(text), shown);
        }
        assert_eq!(printable(&"é".repeat(600)).chars().count(), 501);
    }
}
