//! A job that was accepted, on its way to a film.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use polyreel_spec::{Kind, Step};

use crate::error::printable;
use crate::head::Head;
use crate::pace;
use crate::wire::{self, Meaning, Refusal};
use crate::{Client, Error, ErrorKind, JobHandle, Result, Video};

/// A job that was accepted. Await it for the film, or ask for [`Job::progress`] on the way.
///
/// Dropping a job neither cancels nor forgets it: the provider goes on, and its [`JobHandle`] resumes it.
#[must_use = "a job that is not awaited is paid all the same; keep at least its handle"]
pub struct Job {
    client: Client,
    handle: JobHandle,
    started: Duration,
    deadline: Duration,
    last: Progress,
    /// Polls in a row that told nothing.
    trouble: u32,
    retry_after: Option<Duration>,
    /// Asked before: only then is there something to pause for.
    asked: bool,
    film: Option<Video>,
}

/// How a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Queued or running.
    pub stage: Stage,
    /// Time since this process began to wait.
    pub elapsed: Duration,
    /// Usual shortest and longest time of this work, if the provider states it.
    pub estimate: Option<(Duration, Duration)>,
    /// What is odd: a status word that the provider file does not know, or why the last poll told nothing.
    pub note: Option<String>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Accepted, not begun.
    Queued,
    /// In the making.
    Running,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Queued => "queued",
            Self::Running => "running",
        })
    }
}

impl Job {
    /// A job that was accepted just now, or one that was accepted earlier and may be long done.
    pub(crate) fn new(client: Client, handle: JobHandle, earlier: bool) -> Self {
        let estimate = handle.latency();
        let deadline = client.deadline().unwrap_or_else(|| pace::deadline(estimate));
        let last = Progress { stage: Stage::Queued, elapsed: Duration::ZERO, estimate, note: None };
        let started = client.clock().now();
        Self { client, handle, started, deadline, last, trouble: 0, retry_after: None, asked: !earlier, film: None }
    }

    /// The job's id at the provider.
    pub fn id(&self) -> &str {
        self.handle.id()
    }

    /// What to keep so that the job can be resumed in another process.
    pub fn handle(&self) -> &JobHandle {
        &self.handle
    }

    /// How the job was when last asked.
    pub fn last(&self) -> &Progress {
        &self.last
    }

    /// Waits until it is time, asks once, and says how the job is; `None` once the film is there.
    ///
    /// # Errors
    ///
    /// When the job failed, or the deadline passed, or the provider will not answer for it. Every error keeps the
    /// handle. Answers that make no sense are no error: they are asked again.
    pub async fn progress(&mut self) -> Result<Option<Progress>> {
        if self.film.is_some() {
            return Ok(None);
        }
        self.wait().await?;
        let poll = self.poll().await.map_err(|error| error.during(Step::Poll).of_job(&self.handle));
        self.last.elapsed = self.elapsed();
        Ok(if poll? { None } else { Some(self.last.clone()) })
    }

    fn elapsed(&self) -> Duration {
        self.client.clock().now().saturating_sub(self.started)
    }

    async fn wait(&mut self) -> Result<()> {
        let advised = self.client.provider().poll.every.map(Duration::from_millis);
        let pause = pace::pause(advised, self.trouble, self.retry_after);
        let pause = if self.asked { pause } else { Duration::ZERO };
        let left = self.deadline.saturating_sub(self.elapsed());
        if left.is_zero() && self.asked {
            let (waited, stage) = (self.elapsed().as_secs(), self.last.stage);
            let note = self.last.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            let message = format!(
                "the job {} is still {stage} after {waited} s{note}; it is not lost, resume it later",
                self.id()
            );
            return Err(Error::new(ErrorKind::WaitTimeout, message).of_job(&self.handle));
        }
        self.client.clock().sleep(pause.min(left)).await;
        self.asked = true;
        Ok(())
    }

    /// Asks once; whether the film is there.
    async fn poll(&mut self) -> Result<bool> {
        let provider = self.client.provider();
        let Some(model) = self.client.model(self.handle.model()) else {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("the model {} is not known", self.handle.model()),
            ));
        };
        let call = wire::poll(provider, model, self.handle.saved())
            .map_err(|name| Error::new(ErrorKind::Configuration, format!("the handle lacks `{name}`")))?;
        // Network time is real time, whatever clock the waiting is done by.
        let left = self.deadline.saturating_sub(self.elapsed()).clamp(Duration::from_secs(5), Duration::from_secs(60));
        let Some((reply, head)) = self.client.transport().follow(call, left).await? else {
            self.troubled("the provider could not be reached", None);
            return Ok(false);
        };
        let meaning = wire::read(provider, &reply, self.handle.saved());
        self.take(meaning, &head)
    }

    fn take(&mut self, meaning: Meaning, head: &Head) -> Result<bool> {
        let stage = match &meaning {
            Meaning::Queued => Stage::Queued,
            _ => Stage::Running,
        };
        let id = self.id().to_owned();
        let error = |kind, message| Err(Error::new(kind, message).answered(head));
        match meaning {
            Meaning::Queued | Meaning::Running { .. } => {
                let word = match meaning {
                    Meaning::Running { unknown_word } => unknown_word,
                    _ => None,
                };
                self.last.note = word.map(|word| printable(&format!("it says `{word}`, which is not known")));
                self.last.stage = stage;
                self.trouble = 0;
                self.retry_after = head.retry_after;
                Ok(false)
            }
            Meaning::Done { outputs, also } => {
                self.film = Some(Video::new(self.client.clone(), self.handle.clone(), outputs, also));
                Ok(true)
            }
            Meaning::Failed { kind, code, message } => {
                let why = message.unwrap_or_else(|| "it gave no reason".to_owned());
                let failed = Error::new(ErrorKind::JobFailed(kind), format!("the job {id} failed ({kind}): {why}"));
                Err(failed.answered(head).code_is(code))
            }
            Meaning::Cancelled => error(ErrorKind::Cancelled, format!("the job {id} was cancelled")),
            Meaning::Expired => {
                error(ErrorKind::Expired, format!("the job {id} is not known to the provider any more"))
            }
            // Another key may open the door, so waiting does not help and giving up would lose nothing.
            Meaning::Refused(Refusal { kind: kind @ Kind::Auth, message, code, .. }) => {
                let why = message.unwrap_or_else(|| "it gave no reason".to_owned());
                let message = format!(
                    "it will not answer for the job {id} ({kind}, http {}): {why}; check the key and resume",
                    head.http
                );
                Err(Error::new(ErrorKind::PollRefused(kind), message).answered(head).code_is(code))
            }
            Meaning::Refused(refusal) => {
                let why = refusal.message.unwrap_or_else(|| refusal.kind.to_string());
                self.troubled(&format!("http {}: {why}", head.http), head.retry_after);
                Ok(false)
            }
            Meaning::Unreadable(why) => {
                self.troubled(&format!("http {}: {why}", head.http), head.retry_after);
                Ok(false)
            }
        }
    }

    /// The last poll told nothing about the job; the job itself is as it was.
    fn troubled(&mut self, why: &str, retry_after: Option<Duration>) {
        self.trouble = self.trouble.saturating_add(1);
        self.retry_after = retry_after;
        self.last.note = Some(printable(why));
    }
}

impl IntoFuture for Job {
    type Output = Result<Video>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Video>> + Send>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            loop {
                if let Some(video) = self.film.take() {
                    return Ok(video);
                }
                self.progress().await?;
            }
        })
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("handle", &self.handle).field("last", &self.last).finish_non_exhaustive()
    }
}
