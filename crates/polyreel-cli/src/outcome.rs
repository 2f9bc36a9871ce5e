//! What came of a job, for people, programs and the exit code.

use polyreel::{Evidence, JobHandle};
use polyreel_store::{OverCap, Record, State, StoreError, WorkError};
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::kept::Kept;

/// The provider's job, if one is known.
pub(crate) fn handle(record: &Record) -> Option<JobHandle> {
    JobHandle::from_json(&record.handle.as_ref()?.to_string()).ok()
}

/// Why a job that is not done is where it is. `None` if it is done.
pub(crate) fn failure(record: &Record, kept: &Kept) -> Option<Failure> {
    let note = record.note.clone();
    let why = |otherwise: &str| note.clone().unwrap_or_else(|| otherwise.to_owned());
    let (exit, message) = match record.state {
        State::Done => return None,
        State::Queued | State::Ready => (Exit::Interrupted, "stopped before anything was sent".to_owned()),
        State::Failed if record.handle.is_none() && record.kind.is_none() => (Exit::Usage, why("nothing was sent")),
        State::Failed if record.handle.is_none() => (Exit::Refused, why("it was refused")),
        State::Failed => (Exit::Failed, why("the job failed")),
        State::Cancelled if record.sent_at.is_none() => (Exit::Usage, why("nothing was sent")),
        State::Cancelled => (Exit::Failed, why("the job was cancelled")),
        State::Gone => (Exit::Failed, why("the provider does not know the job any more")),
        State::Abandoned => (Exit::Unknown, why("the job was given up; it may have been paid")),
        State::Sending | State::Unknown | State::Held => {
            (Exit::Unknown, why("it is unknown whether the job was created"))
        }
        State::Running | State::Cancelling => (Exit::Running, why("the job is not finished")),
        State::Succeeded | State::Fetching => (Exit::NotSaved, why("the film is made and not saved yet")),
    };
    let failure = Failure { exit, ..Failure::usage(message) }.of(record, kept);
    Some(match evidence(record) {
        Some(evidence) if exit == Exit::Unknown => failure.looked_for_by(&evidence),
        _ => failure,
    })
}

fn evidence(record: &Record) -> Option<Evidence> {
    Evidence::from_json(&record.evidence.as_ref()?.to_string()).ok()
}

/// Why work on a job stopped.
pub(crate) fn stopped(error: WorkError, record: &Record, kept: &Kept) -> Failure {
    match error {
        WorkError::Provider(error) => Failure::from(error).of(record, kept),
        WorkError::Store(error) => Failure::from(error).of(record, kept),
        error => Failure::usage(error.to_string()).of(record, kept),
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::OverCap { over, .. } => {
                let failure = Self::usage(format!("{over}; nothing was sent"));
                match over {
                    OverCap::Unpriced { .. } => {
                        failure.hint("state a ceiling for unknown prices with --assume-price USD")
                    }
                    OverCap::TooMuch { .. } => failure,
                }
            }
            _ => Self::usage(error.to_string()),
        }
    }
}

/// A job as programs read it. What may be signed or secret is left out.
pub(crate) fn to_json(record: &Record) -> Value {
    let handle = handle(record);
    let candidate = record.candidate();
    let committed = record.commitment.as_ref();
    json!({
        "job": record.id,
        "state": record.state.name(),
        "batch": record.batch,
        "prompt": record.order.request.get("prompt"),
        "request": record.order.request,
        "output": record.order.output,
        "provider": candidate.map(|candidate| &candidate.provider),
        "model": candidate.map(|candidate| &candidate.model),
        "attempt": record.attempt,
        "provider_job": handle.as_ref().map(JobHandle::id),
        "request_id": handle.as_ref().and_then(JobHandle::request_id),
        "quoted": candidate.and_then(|candidate| candidate.price.as_ref()),
        "quote_assumed": candidate.and_then(|candidate| candidate.assumed.as_ref()),
        "cost": committed.map(|committed| json!({
            "price": committed.price,
            "stated": committed.stated,
            "spent": committed.spent,
        })),
        "earlier_costs": record.earlier.iter().map(|earlier| &earlier.price).collect::<Vec<_>>(),
        "created_ms": record.created_at,
        "updated_ms": record.updated_at,
        "sent_ms": record.sent_at,
        "job_kept_until_ms": record.kept_until,
        "film_kept_until_ms": record.film_until,
        "files": record.files,
        "note": record.note,
        "kind": record.kind,
    })
}
