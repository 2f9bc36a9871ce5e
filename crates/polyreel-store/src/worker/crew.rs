//! Many jobs at once.

use std::sync::Arc;

use polyreel::Error;
use tokio::task::JoinSet;

use super::{WorkError, Worker};
use crate::machine::{Action, next};
use crate::{JobId, Owner, Record, StoreError, Timestamp};

/// A job that is not worked on any more.
#[derive(Debug)]
pub struct Ended {
    /// The job as the store has it.
    pub record: Record,
    /// Why it did not go on, if it could.
    pub error: Option<WorkError>,
}

impl Worker {
    /// Works on many jobs, so many of them at once, each as far as it goes, and gives them as they end. With an owner, what
    /// is queued is sent: **spends money**. Without one, jobs that exist are followed. First come films that can be fetched, the
    /// one that is forgotten first before others, then jobs at providers in the same way, then what is to be sent.
    ///
    /// After [`Worker::stop`] nothing more is begun, answers to creates are waited for, and everything else is left as it
    /// is, for the next time. Nothing more is begun either once the store could not be written.
    pub async fn work_off(
        &self,
        owner: Option<Arc<dyn Owner>>,
        records: impl IntoIterator<Item = Record>,
        at_once: usize,
        mut each: impl FnMut(Ended),
    ) {
        let mut records: Vec<Record> = records.into_iter().collect();
        records.sort_by_key(urgency);
        let mut waiting = records.into_iter();
        let mut at_work = JoinSet::new();
        let mut ids = std::collections::HashMap::new();
        let mut has_failed = false;
        loop {
            while !self.is_stopped() && !has_failed && at_work.len() < at_once.max(1) {
                let Some(record) = waiting.next() else { break };
                let (worker, owner, id) = (self.clone(), owner.clone(), record.id);
                let task = at_work.spawn(async move { Box::pin(worker.work(owner, record)).await });
                ids.insert(task.id(), id);
            }
            match at_work.join_next_with_id().await {
                None => return,
                Some(Ok((task, ended))) => {
                    ids.remove(&task);
                    has_failed |= matches!(ended.error, Some(WorkError::Store(StoreError::Failed { .. })));
                    each(ended);
                }
                Some(Err(broken)) => {
                    if let Some(id) = ids.remove(&broken.id()) {
                        let error = Error::configuration(format!("work on job {id} broke off: {broken}"));
                        if let Ok(Some(record)) = self.0.driver.get(id).await {
                            each(Ended { record, error: Some(error.into()) });
                        }
                    }
                }
            }
        }
    }

    async fn work(&self, owner: Option<Arc<dyn Owner>>, record: Record) -> Ended {
        let id = record.id;
        let mut before = record.clone();
        let error = match self.send_and_follow(owner, record).await {
            Ok(record) => return Ended { record, error: None },
            Err(error) => error,
        };
        if let Ok(record) = self.latest(id).await {
            before = record;
        }
        Ended { record: before, error: Some(error) }
    }

    async fn send_and_follow(&self, owner: Option<Arc<dyn Owner>>, record: Record) -> super::Result<Record> {
        let id = record.id;
        let (record, job) = match owner {
            Some(owner) => {
                let submitted = Box::pin(self.submit(&owner, record)).await?;
                (submitted.record, submitted.job)
            }
            None => (record, None),
        };
        // Registered before the flag is read, so that no stop slips in between.
        let stopped = self.0.stopped.notified();
        let mut stopped = std::pin::pin!(stopped);
        stopped.as_mut().enable();
        if self.is_stopped() {
            return Ok(record);
        }
        tokio::select! {
            followed = Box::pin(self.follow(record, job)) => followed,
            () = stopped => self.latest(id).await,
        }
    }

    async fn latest(&self, id: JobId) -> super::Result<Record> {
        let record = self.0.driver.get(id).await?;
        record.ok_or(WorkError::Store(crate::StoreError::NotFound(id)))
    }
}

/// What comes first, and until when: whatever is paid and may be forgotten.
fn urgency(record: &Record) -> (u8, Timestamp) {
    let until = |at: Option<Timestamp>| at.unwrap_or(Timestamp(u64::MAX));
    match next(record) {
        Action::Fetch => (0, until(record.film_until)),
        Action::Poll | Action::Cancel => (1, until(record.kept_until)),
        _ => (2, record.created_at),
    }
}
