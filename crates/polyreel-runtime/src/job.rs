//! A job that was accepted, on its way to a film.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use polyreel_spec::{Kind, Step};

use crate::error::{printable, reason};
use crate::head::Head;
use crate::pace;
use crate::transport::Answer;
use crate::wire::{self, Course, Meaning, Refusal, Saved};
use crate::{Client, Error, ErrorKind, JobHandle, Result, Video};

/// The shortest default deadline, also for a job that may be forgotten: asking costs nothing.
const LEAST_WAIT: Duration = Duration::from_secs(60);

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
    /// Where the answers have led, and the head of the one that did.
    course: Course,
    head: Head,
    /// The film, when that answer was one.
    answer: Option<std::fs::File>,
    film: Option<Video>,
}

/// How a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Queued or running.
    pub stage: Stage,
    /// How many jobs are before it, if the provider says.
    pub queue_position: Option<u64>,
    /// Per cent, if the provider says.
    pub percent: Option<u8>,
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

fn kept_for(client: &Client, handle: &JobHandle) -> Option<Duration> {
    let kept = Duration::from_millis(client.provider().retention.job?);
    Some(kept.saturating_sub(client.clock().wall().duration_since(handle.submitted_at()).unwrap_or_default()))
}

impl Job {
    /// A job that was accepted just now, or one that was accepted earlier and may be long done.
    pub(crate) fn new(client: Client, handle: JobHandle, earlier: bool) -> Self {
        let estimate = handle.latency();
        let kept = kept_for(&client, &handle).map_or(Duration::MAX, |left| left.max(LEAST_WAIT));
        let deadline = client.deadline().unwrap_or_else(|| pace::deadline(estimate).min(kept));
        let last = Progress {
            stage: Stage::Queued,
            queue_position: None,
            percent: None,
            elapsed: Duration::ZERO,
            estimate,
            note: None,
        };
        let started = client.clock().now();
        Self {
            client,
            handle,
            started,
            deadline,
            last,
            trouble: 0,
            retry_after: None,
            asked: !earlier,
            course: Course::Open,
            head: Head::default(),
            answer: None,
            film: None,
        }
    }

    /// A job whose create was answered with the film.
    pub(crate) fn done(client: Client, handle: JobHandle, film: Video) -> Self {
        Self { film: Some(film), ..Self::new(client, handle, false) }
    }

    /// The job's id at the provider.
    pub fn id(&self) -> &str {
        self.handle.id()
    }

    /// What to keep so that the job can be resumed in another process.
    pub fn handle(&self) -> &JobHandle {
        &self.handle
    }

    /// Whether the handle can be resumed. Not when the provider answers with the film itself and keeps no job.
    pub fn is_resumable(&self) -> bool {
        self.client.can_resume(&self.handle)
    }

    /// How long the provider still keeps the job; zero when it may be forgotten already. `None` where nobody says.
    pub fn kept_for(&self) -> Option<Duration> {
        kept_for(&self.client, &self.handle)
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
        // An end is an end: it is not asked again.
        if !matches!(self.course, Course::Ended(_)) {
            self.wait().await?;
        }
        let poll = self.poll().await.map_err(|error| error.during(Step::Poll).of_job(&self.handle));
        self.last.elapsed = self.elapsed();
        Ok(if poll? { None } else { Some(self.last.clone()) })
    }

    fn elapsed(&self) -> Duration {
        self.client.clock().now().saturating_sub(self.started)
    }

    async fn wait(&mut self) -> Result<()> {
        let pace = self.client.provider().poll.as_ref().map(|poll| &poll.pace);
        let millis = |time: Option<u64>| time.map(Duration::from_millis);
        let advised = millis(pace.and_then(|pace| pace.every));
        let at_least = millis(pace.and_then(|pace| pace.at_least));
        let within_limit = self.client.provider().limits.requests_per_minute.map(pace::within_limit);
        let pause = pace::pause(advised, at_least.max(within_limit), self.trouble, self.retry_after);
        // What the provider insists on; the last poll before the deadline may come sooner than all else would have it.
        let owed = pace::pause(Some(Duration::ZERO), at_least.max(within_limit), 0, self.retry_after);
        let [pause, owed] = [pause, owed].map(|pause| if self.asked { pause } else { Duration::ZERO });
        let left = self.deadline.saturating_sub(self.elapsed());
        if self.asked && left < owed.max(Duration::from_nanos(1)) {
            let (waited, stage) = (self.elapsed().as_secs(), self.last.stage);
            let note = self.last.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            let next = match self.kept_for().map(|left| left.as_secs() / 60) {
                None => "it is not lost, resume it later".to_owned(),
                Some(0) => "the provider may forget it any moment, resume it at once".to_owned(),
                Some(minutes) => format!("it is not lost, resume it within {minutes} min"),
            };
            let message = format!("the job {} is still {stage} after {waited} s{note}; {next}", self.id());
            return Err(Error::new(ErrorKind::WaitTimeout, message).of_job(&self.handle));
        }
        self.client.clock().sleep(pause.min(left)).await;
        self.asked = true;
        Ok(())
    }

    /// Asks once, and for the film as soon as it is ready; whether the film is there.
    async fn poll(&mut self) -> Result<bool> {
        if self.course == Course::Open {
            self.ask(Step::Poll, self.known(&Saved::new())).await?;
        }
        if let Course::Ready { next, saved, also } = &self.course {
            let (next, saved) = (*next, self.known(saved));
            if next == Step::Download {
                let (call, also) = (self.later(next, &saved)?, also.clone());
                self.film = Some(Video::at_endpoint(self.client.clone(), self.handle.clone(), call, also));
            } else {
                self.ask(next, saved).await?;
            }
        }
        if let Course::Ended(Meaning::Done { films, also }) = &mut self.course {
            let (films, also) = (std::mem::take(films), std::mem::take(also));
            self.film = Some(Video::new(self.client.clone(), self.handle.clone(), films, self.answer.take(), also));
        }
        if let Course::Ended(end) = &self.course { self.ended(end) } else { Ok(self.film.is_some()) }
    }

    fn known(&self, more: &Saved) -> Saved {
        self.handle.saved().iter().chain(more).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    fn later(&self, step: Step, saved: &Saved) -> Result<wire::Call> {
        let provider = self.client.provider();
        let Some(model) = self.client.model(self.handle.model()) else {
            return Err(Error::configuration(format!("the model {} is not known", self.handle.model())));
        };
        wire::later(provider, step, model, saved, self.handle.create_path())
            .map_err(|name| Error::configuration(format!("the handle lacks `{name}`")))
    }

    async fn ask(&mut self, step: Step, saved: Saved) -> Result<()> {
        let call = self.later(step, &saved)?;
        let provider = self.client.provider();
        let operation = provider.operation(step);
        let may_be_film = operation.and_then(|operation| operation.reply.output.as_ref()?.body.as_ref()).is_some();
        // Network time is real time, whatever clock the waiting is done by.
        let longest = Duration::from_secs(if may_be_film { 900 } else { 60 });
        let left = self.deadline.saturating_sub(self.elapsed()).clamp(Duration::from_secs(5), longest);
        let is_media = |http: u16, content_type: &str| {
            operation.is_some_and(|operation| wire::is_media(operation, http, content_type))
        };
        let answer = self.client.transport().ask(step, call, provider, left, is_media).await?;
        let Some(Answer { reply, head, film }) = answer else {
            self.troubled("the provider could not be reached", None);
            return Ok(());
        };
        let every_from = provider.poll.as_ref().and_then(|poll| poll.pace.every_from.as_ref());
        let asked_for = head.retry_after.or_else(|| wire::pause(every_from, &reply));
        match self.course.take(wire::read(provider, step, &reply, &saved)) {
            Some(undecided) => self.take(undecided, &head, asked_for),
            None => {
                self.head = head;
                self.answer = film;
                if matches!(self.course, Course::Ready { .. }) {
                    self.moved(Stage::Running, None, Some(100), None, None);
                }
                Ok(())
            }
        }
    }

    /// What the end of the job means for whoever waits for it.
    fn ended(&self, end: &Meaning) -> Result<bool> {
        let id = self.id();
        let error = |kind, message| Err(Error::new(kind, message).answered(&self.head));
        match end {
            Meaning::Failed { verdict, code, message } => {
                let (kind, why) = (verdict.kind, reason(message.as_deref(), code.as_deref()));
                let bill = match verdict.billed {
                    Some(true) => "; it is billed all the same",
                    Some(false) => "; it is not billed",
                    None => "",
                };
                let failed =
                    Error::new(ErrorKind::JobFailed(kind), format!("the job {id} failed ({kind}): {why}{bill}"));
                Err(failed.answered(&self.head).code_is(code.clone()))
            }
            Meaning::Cancelled { .. } => error(ErrorKind::Cancelled, format!("the job {id} was cancelled")),
            Meaning::Expired { .. } => {
                let kept = self.client.provider().retention.job.map(Duration::from_millis);
                let kept =
                    kept.map(|kept| format!(", which keeps jobs for {} min", kept.as_secs() / 60)).unwrap_or_default();
                error(ErrorKind::Expired, format!("the job {id} is not known to the provider{kept}"))
            }
            _ => Ok(self.film.is_some()),
        }
    }

    /// Takes an answer that decides nothing.
    fn take(&mut self, meaning: Meaning, head: &Head, asked_for: Option<Duration>) -> Result<()> {
        match meaning {
            Meaning::Queued { position } => self.moved(Stage::Queued, position, None, None, asked_for),
            Meaning::Running { progress, unknown_word } => {
                let note = unknown_word.map(|word| printable(&format!("it says `{word}`, which is not known")));
                self.moved(Stage::Running, None, progress, note, asked_for);
            }
            // Another key may open the door, so waiting does not help and giving up would lose nothing.
            Meaning::Refused(refusal) if refusal.verdict.kind == Kind::Auth => {
                let why = reason(refusal.message.as_deref(), refusal.code.as_deref());
                let message = format!(
                    "it will not answer for the job {} (auth, http {}): {why}; check the key and resume",
                    self.id(),
                    head.http
                );
                let error = Error::new(ErrorKind::PollRefused(Kind::Auth), message);
                return Err(error.answered(head).code_is(refusal.code));
            }
            Meaning::Refused(refusal) => {
                let why = refusal.message.unwrap_or_else(|| refusal.verdict.kind.to_string());
                self.troubled(&format!("http {}: {why}", head.http), asked_for.or(refusal.retry_after));
            }
            Meaning::Unreadable(why) => self.troubled(&format!("http {}: {why}", head.http), asked_for),
            // These decide something, so the course has kept them.
            _ => {}
        }
        Ok(())
    }

    fn moved(
        &mut self,
        stage: Stage,
        queue_position: Option<u64>,
        percent: Option<u8>,
        note: Option<String>,
        asked_for: Option<Duration>,
    ) {
        self.last = Progress { stage, queue_position, percent, note, ..self.last.clone() };
        self.trouble = 0;
        self.retry_after = asked_for;
    }

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
        let answer = self
            .client
            .transport()
            .follow(Step::Cancel, call, provider, Duration::from_secs(30))
            .await
            .map_err(about)?;
        let Some((reply, head)) = answer else {
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

    /// The last poll told nothing about the job; the job itself is as it was.
    fn troubled(&mut self, why: &str, retry_after: Option<Duration>) {
        self.trouble = self.trouble.saturating_add(1);
        self.retry_after = retry_after;
        self.last.note = Some(printable(why));
    }
}

fn reason_of(refusal: &Refusal) -> String {
    refusal.message.clone().unwrap_or_else(|| refusal.verdict.kind.to_string())
}

/// What asking to stop a job led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It is stopped.
    Done,
    /// It will be stopped; its progress says when.
    Requested,
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
