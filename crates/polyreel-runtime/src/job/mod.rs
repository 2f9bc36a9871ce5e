//! A job that was accepted, on its way to a film.

mod asking;
mod cancel;
mod progress;
mod waiting;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use polyreel_spec::Step;
use tracing::Instrument as _;

use self::asking::Asking;
pub use self::cancel::Cancelled;
pub use self::progress::{Progress, Stage};
use self::waiting::Waiting;
use crate::account::Place;
use crate::wire::{Course, Saved};
use crate::{Client, JobHandle, Result, Video, trace, wire};

/// A job that was accepted. Await it for the film, or ask for [`Job::progress`] on the way.
///
/// Dropping a job neither cancels nor forgets it: the provider goes on, and its [`JobHandle`] resumes it.
#[must_use = "a job that is not awaited is paid all the same; keep at least its handle"]
pub struct Job {
    client: Client,
    handle: JobHandle,
    /// What it occupies of the account.
    place: Option<Place>,
    waiting: Waiting,
    asking: Asking,
    last: Progress,
    film: Option<Video>,
}

fn kept_for(client: &Client, handle: &JobHandle) -> Option<Duration> {
    let kept = Duration::from_millis(client.provider().retention.job?);
    Some(kept.saturating_sub(client.clock().wall().duration_since(handle.submitted_at()).unwrap_or_default()))
}

impl Job {
    /// A job that was accepted just now.
    pub(crate) fn new(client: Client, handle: JobHandle, place: Option<Place>) -> Self {
        Self::begin(client, handle, place, true)
    }

    /// A job that was accepted earlier and may be long done.
    pub(crate) fn resumed(client: Client, handle: JobHandle, place: Place) -> Self {
        Self::begin(client, handle, Some(place), false)
    }

    fn begin(client: Client, handle: JobHandle, place: Option<Place>, is_new: bool) -> Self {
        Self {
            waiting: Waiting::begin(&client, &handle, is_new),
            asking: Asking::default(),
            last: Progress::begin(handle.latency()),
            client,
            handle,
            place,
            film: None,
        }
    }

    /// A job whose create was answered with the film.
    pub(crate) fn done(client: Client, handle: JobHandle, film: Video) -> Self {
        Self { film: Some(film), ..Self::new(client, handle, None) }
    }

    /// The job's id at the provider.
    pub fn id(&self) -> &str {
        self.handle.id()
    }

    /// What to keep so that the job can be resumed in another process.
    pub fn handle(&self) -> &JobHandle {
        &self.handle
    }

    /// How long to wait for this job, from now on, instead of what the client says.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.waiting.deadline_is(&self.client, deadline);
        self
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
        if !matches!(self.asking.course, Course::Ended(_)) {
            self.wait().await?;
        }
        let span = trace::look(&self.handle);
        let poll = self.poll().instrument(span).await.map_err(|error| error.during(Step::Poll).of_job(&self.handle));
        self.last.elapsed = self.waiting.elapsed(&self.client);
        if !matches!(self.asking.course, Course::Open)
            && let Some(place) = self.place.take()
        {
            place.free();
        }
        Ok(if poll? { None } else { Some(self.last.clone()) })
    }

    fn known(&self, more: &Saved) -> Saved {
        self.handle.saved().iter().chain(more).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    fn later(&self, step: Step, saved: &Saved) -> Result<wire::Call> {
        let provider = self.client.provider();
        let Some(model) = self.client.model(self.handle.model()) else {
            return Err(crate::Error::configuration(format!("the model {} is not known", self.handle.model())));
        };
        wire::later(provider, step, model, saved, self.handle.create_path())
            .map_err(|name| crate::Error::configuration(format!("the handle lacks `{name}`")))
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
