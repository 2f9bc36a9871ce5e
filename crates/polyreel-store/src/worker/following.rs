//! From a job at a provider to a film on disk. Spends nothing, and can be done by any process, any number of times.

use std::time::Duration;

use polyreel::{Cancelled, Client, Error, ErrorKind, Job, JobHandle, Video};
use serde_json::Value;

use super::saving::saved_already;
use super::submitting::json;
use super::{Result, WorkError, Worker};
use crate::machine::{Action, Event, next};
use crate::{Charge, Record, State, StoreError};

/// How many seconds a film is fetched by another process before that is not waited for any more.
const MOST_WAITS: u32 = 600;

impl Worker {
    /// Follows a job until it is over, or until only a person can say how it goes on. `job` is what
    /// [`submit`](Worker::submit) gave; without it the job is asked for by its handle.
    ///
    /// # Errors
    ///
    /// When the deadline passed, the provider will not answer, or the film cannot be saved: the job stands where it stood and
    /// can be followed again.
    pub async fn follow(&self, mut record: Record, mut job: Option<Job>) -> Result<Record> {
        let (mut film, mut waited) = (None, 0);
        loop {
            let step = match next(&record) {
                Action::Poll => Box::pin(self.wait(&record, job.take(), &mut film)).await,
                Action::Cancel => Box::pin(self.stop_and_wait(&record)).await,
                Action::Fetch => Box::pin(self.fetch(&record, film.take())).await,
                _ if record.state == State::Fetching && waited < MOST_WAITS => {
                    waited += 1;
                    self.fetched_elsewhere(&record).await
                }
                _ => return Ok(record),
            };
            record = match step {
                Ok(record) => record,
                // Somebody else has taken the job on, or has stopped it.
                Err(WorkError::Store(StoreError::Stale { current, .. } | StoreError::Illegal { current, .. })) => {
                    *current
                }
                Err(error) => return Err(error),
            };
        }
    }

    /// Asks until the job has come to an end.
    async fn wait(&self, record: &Record, job: Option<Job>, film: &mut Option<Video>) -> Result<Record> {
        let client = self.client_of(record)?;
        let job = match job {
            Some(job) => job,
            None if !client.can_resume(&handle(record)?) => return self.apply(record, came_once()).await,
            None => resume(client, record)?,
        };
        match self.ask(record, job).await {
            Ok(video) => {
                let event = self.made(client, &video);
                *film = Some(video);
                self.apply(record, event).await
            }
            Err(error) => self.ended(record, error).await,
        }
    }

    async fn ask(&self, record: &Record, mut job: Job) -> polyreel::Result<Video> {
        while let Some(progress) = job.progress().await? {
            self.0.watch.progressed(record.id, &progress);
        }
        job.await
    }

    /// What an end means; every other error leaves the job where it is.
    async fn ended(&self, record: &Record, error: Error) -> Result<Record> {
        let charge = if error.is_billed() == Some(false) { Charge::Nothing } else { Charge::Unsaid };
        let why = error.to_string();
        let event = match error.kind() {
            ErrorKind::JobFailed(kind) => Event::FailedThere { why, kind: kind.to_string(), charge },
            ErrorKind::Cancelled => Event::CancelledThere { charge },
            ErrorKind::Expired => Event::Gone { why },
            _ => return Err(error.into()),
        };
        self.apply(record, event).await
    }

    fn made(&self, client: &Client, video: &Video) -> Event {
        let kept = client.provider().retention.output.map(Duration::from_millis);
        Event::Made {
            film: video.to_json().map_or(Value::Null, |film| json(&film)),
            charge: video.charge().into(),
            also: serde_json::to_value(video.also()).unwrap_or_default(),
            film_until: self.until(kept),
            handle: None,
        }
    }

    /// Asks the provider to stop a job that it works on. The job is cancelling then, and following it says what became of it;
    /// it runs on if the provider does not stop it. A job that is not running is left as it is.
    ///
    /// # Errors
    ///
    /// When there is no client for it, or one for another base URL, or the store cannot be written.
    pub async fn cancel(&self, record: Record) -> Result<Record> {
        if !matches!(record.state, State::Running | State::Cancelling) {
            return Ok(record);
        }
        // A wish that cannot be told is not kept, or the job would be stopped some day.
        let job = resume(self.client_of(&record)?, &record)?;
        let cancelling = match record.state {
            State::Running => self.apply(&record, Event::CancelAsked).await?,
            _ => record,
        };
        match job.cancel().await {
            Ok(Cancelled::Done | Cancelled::Requested) => Ok(cancelling),
            Err(error) => self.apply(&cancelling, Event::NotCancelled { why: error.to_string() }).await,
        }
    }

    /// Asks again for a stop, which does no harm, and then until the job has come to an end.
    async fn stop_and_wait(&self, record: &Record) -> Result<Record> {
        let cancelling = self.cancel(record.clone()).await?;
        if cancelling.state != State::Cancelling {
            return Ok(cancelling);
        }
        let client = self.client_of(&cancelling)?;
        match self.ask(&cancelling, resume(client, &cancelling)?).await {
            Ok(video) => self.apply(&cancelling, self.made(client, &video)).await,
            Err(error) => self.ended(&cancelling, error).await,
        }
    }

    async fn fetch(&self, record: &Record, film: Option<Video>) -> Result<Record> {
        let client = self.client_of(record)?;
        let film = match film {
            Some(film) => film,
            None if !has_place(record) && !client.can_resume(&handle(record)?) => {
                let Some(saved) = saved_already(record) else { return self.apply(record, came_once()).await };
                let fetching = self.apply(record, Event::Fetching).await?;
                return self.apply(&fetching, Event::Saved { files: vec![saved] }).await;
            }
            None => match self.film(client, record).await {
                Ok(film) => film,
                Err(WorkError::Provider(error)) if error.kind() == ErrorKind::Expired => {
                    return self.apply(record, Event::Gone { why: error.to_string() }).await;
                }
                Err(error) => return Err(error),
            },
        };
        let fetching = self.apply(record, Event::Fetching).await?;
        match self.save(&fetching, &film).await {
            Ok(files) => {
                let saved = Event::Saved { files };
                match self.apply(&fetching, saved.clone()).await {
                    // Whoever took the store over believes that the fetching had broken off. It had not.
                    Err(WorkError::Store(StoreError::Stale { current, .. } | StoreError::Illegal { current, .. }))
                        if current.state == State::Succeeded =>
                    {
                        let fetching = self.apply(&current, Event::Fetching).await?;
                        self.apply(&fetching, saved).await
                    }
                    applied => applied,
                }
            }
            Err(error) => {
                self.apply(&fetching, Event::NotFetched { why: error.to_string() }).await?;
                Err(error.into())
            }
        }
    }

    /// The film as it was written down, or as the job gives it again.
    async fn film(&self, client: &Client, record: &Record) -> Result<Video> {
        if let Some(film) = record.film.as_ref().filter(|_| has_place(record)) {
            return Ok(client.film(&film.to_string())?);
        }
        let job = resume(client, record)?;
        Ok(self.ask(record, job).await?)
    }

    /// Waits while another process fetches the film.
    async fn fetched_elsewhere(&self, record: &Record) -> Result<Record> {
        self.0.clock.sleep(Duration::from_secs(1)).await;
        let now = self.0.driver.get(record.id).await?;
        now.ok_or(WorkError::Store(StoreError::NotFound(record.id)))
    }

    /// The client of whoever has the job, or may have it: not of whoever would be asked next.
    pub(super) fn client_of(&self, record: &Record) -> Result<&Client> {
        let known = [record.handle.as_ref(), record.evidence.as_ref().and_then(|evidence| evidence.get("handle"))];
        let named = known.into_iter().flatten().find_map(|handle| handle.get("provider")?.as_str());
        let next = record.candidate().map_or("", |candidate| candidate.provider.as_str());
        self.client(named.unwrap_or(next))
    }
}

/// Whether it is written down where the film can be fetched.
fn has_place(record: &Record) -> bool {
    record.film.as_ref().is_some_and(Value::is_object)
}

/// A film that cannot be had a second time is gone with the program that had it.
fn came_once() -> Event {
    let why = "the film came with the answer to the create, and the program ended before it was saved";
    Event::Gone { why: why.to_owned() }
}

fn resume(client: &Client, record: &Record) -> Result<Job> {
    Ok(client.resume(handle(record)?)?)
}

fn handle(record: &Record) -> Result<JobHandle> {
    Ok(JobHandle::from_json(&record.handle.clone().unwrap_or_default().to_string())?)
}
