//! Asking what became of a create whose outcome is unknown. Spends nothing, and creates nothing.

use polyreel::{Error, Evidence, Job, Reconciled};

use super::submitting::json;
use super::{Result, Worker};
use crate::machine::{Event, FoundBy};
use crate::{Owner, Record, State};

impl Worker {
    /// Asks the provider what became of a job that is unknown. It runs if the provider knows it; it is queued again if the
    /// provider is sure that there is no such job; it is held for a person if the provider cannot be asked; and it stays
    /// unknown if asking again may help. Of a job that is held already only its existence is news.
    ///
    /// # Errors
    ///
    /// When there is no client, or the evidence is of another base URL.
    pub async fn reconcile(&self, owner: &dyn Owner, record: Record) -> Result<Record> {
        if !matches!(record.state, State::Unknown | State::Held) {
            return Ok(record);
        }
        let is_held = record.state == State::Held;
        let Some(evidence) = evidence(&record) else {
            let why = "nothing is known of the create that could be asked for".to_owned();
            if is_held {
                return Ok(record);
            }
            return self.apply_as(owner, &record, Event::CannotTell { why }).await;
        };
        let client = self.client_of(&record)?;
        match client.reconcile(&evidence?).await? {
            Reconciled::Found(job) => {
                let event = self.found(&job, FoundBy::Asked);
                self.apply_as(owner, &record, event).await
            }
            // Who holds it decides; the provider can only say that it exists.
            _ if is_held => Ok(record),
            Reconciled::NotFound => {
                let why = "the provider finds no such job, and has had time to".to_owned();
                self.apply_as(owner, &record, Event::NotFound { why }).await
            }
            Reconciled::CannotTell { why, ask_again: true, .. } => {
                self.apply_as(owner, &record, Event::Unclear { why, evidence: None, ask_from: None }).await
            }
            Reconciled::CannotTell { why, balance, .. } => {
                let held = match balance {
                    (Some(then), Some(now)) => format!("{why}; the account held {then} before and holds {now}"),
                    _ => why,
                };
                self.apply_as(owner, &record, Event::CannotTell { why: held }).await
            }
            _ => Ok(record),
        }
    }

    /// A person has found the job at the provider: it is that of this id. Sends nothing.
    ///
    /// # Errors
    ///
    /// When the job does not stand where that makes sense, or its provider asks for more than an id.
    pub async fn adopt(&self, owner: &dyn Owner, record: &Record, id: &str) -> Result<Record> {
        let known = evidence(record).transpose()?;
        let Some(known) = known else {
            return Err(Error::configuration("nothing is known of this job's create, so no id can be its own").into());
        };
        let job = self.client_of(record)?.adopt(&known, id)?;
        let event = self.found(&job, FoundBy::Adopted);
        self.apply_as(owner, record, event).await
    }

    fn found(&self, job: &Job, by: FoundBy) -> Event {
        let kept_until = self.until(job.kept_for());
        Event::Found { handle: json(&job.handle().to_json()), kept_until, by }
    }
}

fn evidence(record: &Record) -> Option<polyreel::Result<Evidence>> {
    record.evidence.as_ref().map(|evidence| Evidence::from_json(&evidence.to_string()))
}
