//! How the command ends.

use std::process::ExitCode;
use std::time::SystemTime;

use polyreel::{Error, ErrorKind, Evidence};
use polyreel_store::Record;
use serde_json::{Value, json};

use crate::kept::Kept;
use crate::outcome;

/// The exit codes, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The film is saved.
    Done = 0,
    /// A check was done as asked, and found something: in a provider file, in what a client did,
    /// on this machine, or with an account.
    Invalid = 1,
    /// The request was not sent: wrong usage, or something that a check found before sending.
    Usage = 2,
    /// The provider refused; nothing was created.
    Refused = 3,
    /// The job failed.
    Failed = 4,
    /// The job was not finished at the deadline, or could not be asked for. It is not lost.
    Running = 5,
    /// It is unknown whether the job was created; it may have been paid.
    Unknown = 6,
    /// The film is made but not saved. It is not lost.
    NotSaved = 7,
    /// Interrupted; a job that was accepted is not lost.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why the command did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// One line.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: Option<String>,
    /// Everything that a program wants to know is on stdout already.
    pub(crate) is_told: bool,
    /// Whether the job can be resumed, if there is one.
    pub(crate) resumable: bool,
    /// What to type to go on.
    pub(crate) kept: Option<Box<Kept>>,
    /// The job as it stands, when there is one.
    pub(crate) job: Option<Box<Value>>,
    /// What can be used to look for a job that may exist.
    pub(crate) evidence: Option<Box<Value>>,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
            hint: None,
            is_told: false,
            resumable: true,
            kept: None,
            job: None,
            evidence: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The job that it is about.
    pub(crate) fn of(mut self, record: &Record, kept: &Kept) -> Self {
        self.kept = Some(Box::new(kept.clone()));
        self.job = Some(Box::new(outcome::to_json(record)));
        self
    }

    /// What can be used to look for a job that may exist.
    pub(crate) fn looked_for_by(mut self, evidence: &Evidence) -> Self {
        let sent = evidence.sent_at().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let named: Vec<_> =
            evidence.named().iter().map(|(name, value)| format!(", {name} {}", polyreel::printable(value))).collect();
        let request = evidence.request_id().map(|id| format!(", request id {}", polyreel::printable(id)));
        let (fingerprint, named) = (evidence.fingerprint(), named.concat());
        let request = request.unwrap_or_default();
        self.hint =
            Some(format!("to look for it: sent at unix time {sent}{request}{named}; fingerprint {fingerprint}"));
        self.evidence = Some(Box::new(json!({
            "sent_at": sent,
            "request_id": evidence.request_id(),
            "reference": evidence.reference(),
            "named": evidence.named(),
            "fingerprint": fingerprint,
        })));
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error.kind() {
            ErrorKind::InvalidInput | ErrorKind::MissingKey | ErrorKind::NotSent => Exit::Usage,
            // Before a job exists nothing was sent; afterwards the job goes on without us.
            ErrorKind::Configuration | ErrorKind::UntrustedUrl if error.job().is_none() => Exit::Usage,
            ErrorKind::Refused(_) => Exit::Refused,
            ErrorKind::JobFailed(_) | ErrorKind::Cancelled | ErrorKind::Expired => Exit::Failed,
            ErrorKind::OutcomeUnknown => Exit::Unknown,
            ErrorKind::NotSaved => Exit::NotSaved,
            _ => Exit::Running,
        };
        let cause = std::error::Error::source(&error).map(|cause| format!(" ({cause})")).unwrap_or_default();
        let mut failure = Self { exit, ..Self::usage(format!("{error}{cause}")) };
        if let Some(evidence) = error.evidence() {
            failure = failure.looked_for_by(evidence);
        }
        failure
    }
}
