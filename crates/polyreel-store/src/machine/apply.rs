//! What a job becomes when something happened.

use std::fmt;

use serde_json::Value;

use crate::{Charge, Commitment, Event, Record, State, Timestamp};

/// An event that cannot happen to a job that stands like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// Where the job stands.
    pub state: State,
    /// The event's name.
    pub event: &'static str,
    /// Why not.
    pub why: &'static str,
}

impl fmt::Display for Illegal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the event {} cannot happen to a job that is {}: {}", self.event, self.state, self.why)
    }
}

impl std::error::Error for Illegal {}

/// What the job becomes when this happened at this time. Its fence is one more.
///
/// # Errors
///
/// When it cannot happen to a job that stands like this, or holds what cannot be written down.
pub fn apply(record: &Record, event: &Event, now: Timestamp) -> Result<Record, Illegal> {
    let illegal = |why| Illegal { state: record.state, event: event.name(), why };
    if record.forgotten {
        return Err(illegal("its texts are erased; add it anew"));
    }
    let state = target(record, event).ok_or_else(|| illegal("the job does not stand where that happens"))?;
    if let Some(why) = event.problem() {
        return Err(illegal(why));
    }
    let mut next = record.clone();
    next.state = state;
    next.fence = record.fence.saturating_add(1);
    next.updated_at = record.updated_at.max(now);
    settle(&mut next, record.state, event);
    note(&mut next, record.state, event, now);
    Ok(next)
}

/// Whether only the owner of the store may say it: whatever leads to a create, or comes from one.
pub fn needs_owner(record: &Record, event: &Event) -> bool {
    let leads_to_one = matches!(event, Event::Reserved { .. } | Event::Sending { .. } | Event::Recovered);
    leads_to_one || record.state == State::Sending
}

/// What happens to a job because everybody who worked on it is gone, if anything. It may be more than one event, so the
/// record that it leads to is to be asked about, too.
pub fn recovery(record: &Record) -> Option<Event> {
    match record.state {
        State::Ready | State::Sending | State::Fetching => Some(Event::Recovered),
        // A batch goes on when its command is repeated; nobody would repeat this one.
        State::Queued if record.batch.is_none() => {
            Some(Event::Withdrawn { why: "the program ended before anything was sent".to_owned() })
        }
        _ => None,
    }
}

/// Where the job stands afterwards.
#[expect(clippy::match_same_arms, reason = "it is a table, in the order of a job's life")]
fn target(record: &Record, event: &Event) -> Option<State> {
    use State::{
        Abandoned, Cancelled, Cancelling, Done, Failed, Fetching, Gone, Held, Queued, Ready, Running, Sending,
        Succeeded, Unknown,
    };
    let has_another = record.candidate.saturating_add(1) < record.order.candidates.len();
    Some(match (event, record.state) {
        (Event::Amended { .. }, Queued) => Queued,
        (Event::Reserved { .. }, Queued) => Ready,
        (Event::Sending { .. }, Ready) => Sending,

        (Event::NotSent { .. }, Sending) => Queued,
        (Event::Unreachable { .. } | Event::Refused { .. }, Sending) if has_another => Queued,
        (Event::Unreachable { .. } | Event::Refused { .. }, Sending) => Failed,
        (Event::Accepted { .. }, Sending) => Running,
        (Event::Unclear { .. }, Sending | Unknown) => Unknown,

        (Event::Found { .. }, Unknown | Held | Gone) => Running,
        (Event::NotFound { .. }, Unknown) => Queued,
        (Event::CannotTell { .. }, Unknown) => Held,

        (Event::CancelAsked, Running) => Cancelling,
        (Event::NotCancelled { .. }, Cancelling) => Running,
        (Event::CancelledThere { .. }, Running | Cancelling) => Cancelled,
        (Event::Made { .. }, Sending | Running | Cancelling) => Succeeded,
        (Event::FailedThere { .. }, Running | Cancelling) => Failed,
        (Event::Gone { .. }, Running | Cancelling | Succeeded) => Gone,

        (Event::Fetching, Succeeded) => Fetching,
        (Event::NotFetched { .. }, Fetching) => Succeeded,
        (Event::Saved { .. }, Fetching) => Done,

        // Nothing was sent since a person wanted it made once more, so it stands where it stood.
        (Event::Withdrawn { .. }, Queued | Ready) => record.resubmitted_from.unwrap_or(Cancelled),
        (Event::Resubmitted, Unknown | Held | Gone | Failed | Cancelled | Abandoned) => Queued,
        (Event::Abandoned, Unknown | Held | Gone) => Abandoned,
        (Event::Forgotten, Done | Failed | Cancelled | Abandoned) => record.state,

        (Event::Recovered, Ready) => Queued,
        (Event::Recovered, Sending) => Unknown,
        (Event::Recovered, Fetching) => Succeeded,
        _ => return None,
    })
}

/// What becomes of the money.
fn settle(next: &mut Record, from: State, event: &Event) {
    match event {
        Event::Reserved { price, day } => {
            next.commitment = Some(Commitment { price: price.clone(), stated: false, spent: false, day: *day });
        }
        // Nothing was sent, nothing was created: it is given back.
        Event::NotSent { .. }
        | Event::Unreachable { .. }
        | Event::Refused { .. }
        | Event::NotFound { .. }
        | Event::Withdrawn { .. } => next.commitment = None,
        Event::Recovered if from == State::Ready => next.commitment = None,
        Event::Accepted { .. } | Event::Unclear { .. } | Event::Found { .. } => spend(next, &Charge::Unsaid),
        Event::Recovered if from == State::Sending => spend(next, &Charge::Unsaid),
        Event::Made { charge, .. } | Event::CancelledThere { charge } | Event::FailedThere { charge, .. } => {
            spend(next, charge);
        }
        // Nobody has told that nothing was spent, so it stays.
        Event::Resubmitted => next.earlier.extend(next.commitment.take()),
        Event::Recovered
        | Event::Amended { .. }
        | Event::Sending { .. }
        | Event::CannotTell { .. }
        | Event::CancelAsked
        | Event::NotCancelled { .. }
        | Event::Gone { .. }
        | Event::Fetching
        | Event::NotFetched { .. }
        | Event::Saved { .. }
        | Event::Abandoned
        | Event::Forgotten => {}
    }
}

/// It counts as spent from now on, as the provider says if it does.
fn spend(next: &mut Record, charge: &Charge) {
    let Some(commitment) = &mut next.commitment else { return };
    commitment.spent = true;
    match charge {
        Charge::Unsaid => {}
        Charge::Nothing => next.commitment = None,
        Charge::Stated(money) => {
            commitment.price = Some(money.clone());
            commitment.stated = true;
        }
    }
}

/// What is known from now on, and what not any more.
fn note(next: &mut Record, from: State, event: &Event, now: Timestamp) {
    match event {
        Event::Amended { candidates } => {
            next.order.candidates.clone_from(candidates);
            next.candidate = 0;
        }
        Event::Sending { evidence } => {
            forget_the_create(next);
            next.resubmitted_from = None;
            next.sent_at = Some(now);
            next.evidence.clone_from(evidence);
        }
        Event::NotSent { why } | Event::NotFound { why } => {
            forget_the_create(next);
            next.note = Some(why.clone());
        }
        Event::Unreachable { why } => try_another(next, why, None),
        Event::Refused { why, kind } => try_another(next, why, Some(kind)),
        Event::Accepted { handle, kept_until } | Event::Found { handle, kept_until, .. } => {
            exists(next, Some(handle));
            next.kept_until = *kept_until;
        }
        Event::Unclear { why, evidence, ask_from } => {
            next.note = Some(why.clone());
            next.ask_from = *ask_from;
            if evidence.is_some() {
                next.evidence.clone_from(evidence);
            }
        }
        Event::Made { film, also, film_until, handle, .. } => {
            exists(next, handle.as_ref());
            next.film = Some(film.clone());
            next.also = also.clone();
            next.film_until = *film_until;
        }
        Event::FailedThere { why, kind, .. } => {
            next.note = Some(why.clone());
            next.kind = Some(kind.clone());
        }
        Event::CannotTell { why } | Event::NotCancelled { why } | Event::Gone { why } | Event::NotFetched { why } => {
            next.note = Some(why.clone());
        }
        Event::Withdrawn { why } => {
            next.note = Some(why.clone());
            next.resubmitted_from = None;
        }
        Event::Saved { files } => {
            next.files.clone_from(files);
            next.note = None;
        }
        Event::Resubmitted => {
            // What is known of the earlier create stays until another one is about to be sent.
            next.resubmitted_from = Some(from);
            next.attempt = next.attempt.saturating_add(1);
            next.candidate = 0;
            (next.note, next.kind) = (None, None);
        }
        Event::Recovered => next.note = Some("the program that worked on it ended".to_owned()),
        Event::Forgotten => {
            forget_the_create(next);
            next.order.request = Value::Null;
            next.order.output = None;
            next.files = Vec::new();
            next.note = None;
            next.forgotten = true;
        }
        Event::Reserved { .. } | Event::CancelAsked | Event::CancelledThere { .. } => next.note = None,
        Event::Fetching | Event::Abandoned => {}
    }
}

/// There is a job. What was kept to look for it stays: it may be gone one day, and a person may find it.
fn exists(next: &mut Record, handle: Option<&Value>) {
    if let Some(handle) = handle {
        next.handle = Some(handle.clone());
    }
    (next.ask_from, next.note, next.kind) = (None, None, None);
}

/// The create that was sent, if any, is not what the job is about any more.
fn forget_the_create(next: &mut Record) {
    (next.handle, next.evidence, next.film, next.also) = (None, None, None, Value::Null);
    (next.sent_at, next.ask_from, next.kept_until, next.film_until) = (None, None, None, None);
}

fn try_another(next: &mut Record, why: &str, kind: Option<&String>) {
    forget_the_create(next);
    if next.state == State::Queued {
        next.candidate += 1;
    }
    next.note = Some(why.to_owned());
    next.kind = kind.cloned();
}
