//! Many jobs at once.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use polyreel::{Error, ErrorKind, JobHandle};
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
    /// one that is forgotten first before others, then jobs at providers in the same way, then what is to be sent. Of a
    /// provider that limits calls there are no more jobs at once than [can be followed](polyreel::Client::jobs_in_time). A job
    /// that is paid and left for trouble that may pass is followed once more, a little later.
    ///
    /// After [`Worker::stop`] nothing more is begun, answers to creates are waited for, films that came with them are saved, and
    /// everything else is left as it is, for the next time. Nothing more is begun either once the store could not be written.
    pub async fn work_off(
        &self,
        owner: Option<Arc<dyn Owner>>,
        records: impl IntoIterator<Item = Record>,
        at_once: usize,
        mut each: impl FnMut(Ended),
    ) {
        let mut records: Vec<Record> = records.into_iter().collect();
        records.sort_by_key(urgency);
        let mut lines = Lines::of(records);
        let mut at_work = JoinSet::new();
        let mut ids = HashMap::new();
        let mut has_failed = false;
        loop {
            while !self.is_stopped() && !has_failed && at_work.len() < at_once.max(1) {
                let Some((provider, record)) = lines.next(|record| self.room(record)) else { break };
                let (worker, owner, id) = (self.clone(), owner.clone(), record.id);
                let task = at_work.spawn(async move { Box::pin(worker.work(owner, record)).await });
                ids.insert(task.id(), (id, provider));
            }
            match at_work.join_next_with_id().await {
                None => return,
                Some(Ok((task, ended))) => {
                    if let Some((_, provider)) = ids.remove(&task) {
                        lines.left(&provider);
                    }
                    has_failed |= matches!(ended.error, Some(WorkError::Store(StoreError::Failed { .. })));
                    each(ended);
                }
                Some(Err(broken)) => {
                    if let Some((id, provider)) = ids.remove(&broken.id()) {
                        lines.left(&provider);
                        let error = Error::configuration(format!("work on job {id} broke off: {broken}"));
                        if let Ok(Some(record)) = self.0.driver.get(id).await {
                            each(Ended { record, error: Some(error.into()) });
                        }
                    }
                }
            }
        }
    }

    /// How many jobs like this one its provider may have at once, as far as anybody can follow them.
    fn room(&self, record: &Record) -> Option<usize> {
        let candidate = record.candidate()?;
        let longest = candidate.latency_ms.map(|(_, longest)| Duration::from_millis(longest));
        self.0.studio.client(&candidate.provider)?.jobs_in_time(longest)
    }

    async fn work(&self, owner: Option<Arc<dyn Owner>>, record: Record) -> Ended {
        let id = record.id;
        let mut before = record.clone();
        let mut error = match self.send_and_follow(owner, record).await {
            Ok(record) => return Ended { record, error: None },
            Err(error) => error,
        };
        if let Ok(record) = self.latest(id).await {
            before = record;
        }
        if may_pass(&error) && self.can_be_followed(&before) && !self.is_stopped() {
            error = match self.until_stopped(id, self.follow_later(before.clone())).await {
                Ok(record) => return Ended { record, error: None },
                Err(error) => error,
            };
            if let Ok(record) = self.latest(id).await {
                before = record;
            }
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
        // What came with the answer is nowhere else, so it is saved also by who was stopped.
        if job.as_ref().is_some_and(|job| !job.is_resumable()) {
            return Box::pin(self.follow(record, job)).await;
        }
        if self.is_stopped() {
            return Ok(record);
        }
        self.until_stopped(id, Box::pin(self.follow(record, job))).await
    }

    /// A job that is paid is not left for trouble that may pass, or it may be forgotten before somebody comes back.
    async fn follow_later(&self, record: Record) -> super::Result<Record> {
        self.0.clock.sleep(PAUSE).await;
        Box::pin(self.follow(record, None)).await
    }

    async fn until_stopped(
        &self,
        id: JobId,
        work: impl Future<Output = super::Result<Record>>,
    ) -> super::Result<Record> {
        // Registered before the flag is read, so that no stop slips in between.
        let stopped = self.0.stopped.notified();
        let mut stopped = std::pin::pin!(stopped);
        stopped.as_mut().enable();
        if self.is_stopped() {
            return self.latest(id).await;
        }
        tokio::select! {
            done = work => done,
            () = stopped => self.latest(id).await,
        }
    }

    /// Whether a job exists of which its provider can be asked again.
    fn can_be_followed(&self, record: &Record) -> bool {
        let client = || self.client_of(record).ok();
        let handle = || JobHandle::from_json(&record.handle.as_ref()?.to_string()).ok();
        matches!(next(record), Action::Poll | Action::Cancel | Action::Fetch)
            && client().zip(handle()).is_some_and(|(client, handle)| client.can_resume(&handle))
    }

    async fn latest(&self, id: JobId) -> super::Result<Record> {
        let record = self.0.driver.get(id).await?;
        record.ok_or(WorkError::Store(crate::StoreError::NotFound(id)))
    }
}

/// How long one waits for trouble to pass.
const PAUSE: Duration = Duration::from_secs(30);

/// Whether asking again may help. Who was told until the deadline that the job goes on has waited long enough.
fn may_pass(error: &WorkError) -> bool {
    let WorkError::Provider(error) = error else { return false };
    match error.kind() {
        ErrorKind::PollRefused(_) | ErrorKind::NotSaved => true,
        ErrorKind::WaitTimeout => error.progress().is_some_and(|progress| progress.note.is_some()),
        _ => false,
    }
}

/// Jobs that wait to be worked on, in a line for each provider, so that none waits for another one's room.
#[derive(Default)]
struct Lines(BTreeMap<String, Line>);

/// Those at one provider, each with its number among all.
#[derive(Default)]
struct Line {
    waiting: VecDeque<(usize, Record)>,
    at_work: usize,
}

impl Lines {
    /// The jobs in their order.
    fn of(records: Vec<Record>) -> Self {
        let mut lines = Self::default();
        for numbered in records.into_iter().enumerate() {
            // A film that is made is fetched without asking anybody how it is.
            let asked = numbered.1.candidate().filter(|_| next(&numbered.1) != Action::Fetch);
            let name = asked.map_or_else(String::new, |candidate| candidate.provider.clone());
            lines.0.entry(name).or_default().waiting.push_back(numbered);
        }
        lines
    }

    /// The first of all whose provider has room, and the name of its line.
    fn next(&mut self, room: impl Fn(&Record) -> Option<usize>) -> Option<(String, Record)> {
        let has_room = |name: &str, line: &Line, record: &Record| {
            name.is_empty() || room(record).is_none_or(|room| line.at_work < room)
        };
        let first = |(name, line): (&String, &Line)| {
            let (number, record) = line.waiting.front()?;
            has_room(name, line, record).then(|| (*number, name.clone()))
        };
        let (_, name) = self.0.iter().filter_map(first).min()?;
        let line = self.0.get_mut(&name)?;
        let (_, record) = line.waiting.pop_front()?;
        line.at_work += 1;
        Some((name, record))
    }

    /// Somebody of this line is done.
    fn left(&mut self, name: &str) {
        if let Some(line) = self.0.get_mut(name) {
            line.at_work = line.at_work.saturating_sub(1);
        }
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
