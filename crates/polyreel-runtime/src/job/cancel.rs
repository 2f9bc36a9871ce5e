//! Stopping a job.

use std::time::Duration;

use polyreel_spec::{Kind, Step};

use super::Job;
use crate::wire::{self, Refusal};
use crate::{Error, ErrorKind, Result};

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(30);

/// What asking to stop a job led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It is stopped.
    Done,
    /// It will be stopped; its progress says when.
    Requested,
}

impl Job {
    /// Asks the provider to stop the job. The job stays: what became of it is said by its next progress.
    ///
    /// # Errors
    ///
    /// When the provider has no such call, says that it is too late, or cannot be reached. The job goes on.
    pub async fn cancel(&self) -> Result<Cancelled> {
        let about = |error: Error| error.during(Step::Cancel).of_job(&self.handle);
        let provider = self.client.provider();
        let Some(cancel) = &provider.cancel else {
            return Err(about(Error::configuration(format!("{} cannot stop jobs", provider.name))));
        };
        let call = self.later(Step::Cancel, self.handle.saved()).map_err(about)?;
        let Some((reply, head)) = self.client.follow(Step::Cancel, call, WITHIN).await.map_err(about)? else {
            let message = "it is unknown whether the job will be stopped: no answer came; asking again does no harm";
            return Err(about(Error::new(ErrorKind::NotCancelled(Kind::Timeout), message)));
        };
        let among = |codes: &[polyreel_spec::HttpPattern]| codes.iter().any(|code| code.matches(reply.http));
        if among(&cancel.done) {
            return Ok(Cancelled::Done);
        }
        if among(&cancel.requested) {
            return Ok(Cancelled::Requested);
        }
        let refusal = wire::read_refusal(provider, Step::Cancel, &reply);
        let why = reason_of(&refusal);
        let message = format!("the job {} was not stopped (http {}): {why}; it goes on", self.id(), head.http);
        Err(about(
            Error::new(ErrorKind::NotCancelled(refusal.verdict.kind), message).answered(&head).code_is(refusal.code),
        ))
    }
}

fn reason_of(refusal: &Refusal) -> String {
    refusal.message.clone().unwrap_or_else(|| refusal.verdict.kind.to_string())
}
