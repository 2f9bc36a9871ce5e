//! Sending one order, and what a signal means meanwhile.

use polyreel_store::{Record, State, Submitted};

use polyreel_store::machine::Event;

use crate::exit::{Exit, Failure};
use crate::ordering::Placed;
use crate::signals::Signals;
use crate::{outcome, show};

/// Sends the order. The first signal is heard but the answer is waited for: without it, nobody would know whether the job
/// exists. The second one leaves the job unknown. Says whether a signal came meanwhile.
pub(crate) async fn submit(placed: &Placed, signals: &mut Signals) -> Result<(Submitted, bool), Failure> {
    let (worker, owner, record) = (placed.worker.clone(), placed.owner.clone(), placed.record.clone());
    let mut sending = tokio::spawn(async move { Box::pin(worker.submit(&owner, record)).await });
    let mut is_heard = false;
    loop {
        tokio::select! {
            answer = &mut sending => {
                return match answer {
                    Ok(Ok(submitted)) if is_heard && is_waiting(&submitted.record) => {
                        withdraw(placed, "interrupted before it was sent").await?;
                        let message = "interrupted; nothing was created, and the job is withdrawn";
                        Err(Failure { exit: Exit::Interrupted, ..Failure::usage(message) })
                    }
                    Ok(Ok(submitted)) => Ok((submitted, is_heard)),
                    Ok(Err(error)) => {
                        let now = withdraw(placed, &error.to_string()).await?;
                        Err(outcome::stopped(error, &now, &placed.kept))
                    }
                    Err(_) => Err(unknown(placed, "sending broke off").await?),
                };
            }
            () = signals.next() => {
                if is_heard {
                    return Err(unknown(placed, "interrupted while sending").await?);
                }
                is_heard = true;
                placed.worker.stop();
                show::progress(match now(placed).await?.state {
                    State::Sending => {
                        "the request is on its way; waiting for the answer (interrupt again to give up, which may lose a paid job)"
                    }
                    _ => "nothing was sent yet, and nothing will be",
                });
            }
        }
    }
}

async fn now(placed: &Placed) -> Result<Record, Failure> {
    let now = placed.worker.driver().get(placed.record.id).await?;
    now.ok_or_else(|| Failure::usage(format!("job {} is not in the store any more", placed.record.id)))
}

/// What was not sent is not wanted any more once its program ends.
pub(crate) async fn withdraw(placed: &Placed, why: &str) -> Result<Record, Failure> {
    let now = now(placed).await?;
    if !is_waiting(&now) {
        return Ok(now);
    }
    let event = Event::Withdrawn { why: why.to_owned() };
    Ok(placed.owner.apply(now.id, now.fence, event, placed.site.clock.wall().into()).await?)
}

/// Whether it is still to be sent.
fn is_waiting(record: &Record) -> bool {
    matches!(record.state, State::Queued | State::Ready)
}

/// Nobody waits for the answer any more.
async fn unknown(placed: &Placed, why: &str) -> Result<Failure, Failure> {
    let mut record = now(placed).await?;
    if record.state == State::Sending {
        let why = format!("{why}: it is unknown whether the job was created; {}", polyreel::LOOK_FIRST);
        let event = Event::Unclear { why, evidence: None, ask_from: None };
        let applied = placed.owner.apply(record.id, record.fence, event, placed.site.clock.wall().into()).await;
        // The answer may have come at this very moment.
        record = match applied {
            Ok(record) => record,
            Err(_) => now(placed).await?,
        };
    }
    let failure = outcome::failure(&record, &placed.kept);
    Ok(failure.unwrap_or_else(|| Failure { exit: Exit::Interrupted, ..Failure::usage("interrupted") }))
}
