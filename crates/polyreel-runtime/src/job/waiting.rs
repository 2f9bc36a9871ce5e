//! Waiting for the time to ask.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use polyreel_spec::Step;

use super::{Cancelled, Job, Stage, kept_for};
use crate::account::{Nudge, TooLate, Urgency, Work};
use crate::pace::{self, Pace};
use crate::wire::Course;
use crate::{Client, Error, ErrorKind, JobHandle, Result};

/// The shortest default deadline, also for a job that may be forgotten: asking costs nothing.
const LEAST_WAIT: Duration = Duration::from_secs(60);

/// How much later than the deadline the turn of the last look may come, and that of the call for a film that is made.
const LAST_LOOK: Duration = Duration::from_secs(15);
const LAST_CALL: Duration = Duration::from_secs(120);

/// How one job is waited for. Ages are times since it was accepted.
pub(super) struct Waiting {
    work: Work,
    /// When this process began to wait, by the client's clock, and how old the job was then.
    began: Duration,
    age_then: Duration,
    /// Since it began to wait.
    deadline: Duration,
    /// The job's age at the last look; a job that was accepted just now was not done then, either.
    looked: Option<Duration>,
    /// The job's age when it was last told to be queued.
    queued_until: Option<Duration>,
    /// How long this process had waited when a poll last told something.
    told: Duration,
    /// Polls in a row that told nothing.
    trouble: u32,
    polls: u64,
    retry_after: Option<Duration>,
    nudge: Option<Nudge>,
    /// Whether the provider is asked to stop the job when its deadline passes.
    cancels: bool,
    /// A callback came, and no answer since.
    is_nudged: bool,
    look: Look,
}

/// What became of the latest poll.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// It was answered, or there was none.
    Answered,
    /// It is on its way.
    OnTheWay,
    /// Nobody waited for the answer to it, or to one before it.
    Dropped,
}

impl Waiting {
    pub(super) fn begin(client: &Client, handle: &JobHandle, is_new: bool) -> Self {
        let estimate = handle.latency();
        let kept = kept_for(client, handle).map_or(Duration::MAX, |left| left.max(LEAST_WAIT));
        let deadline = client.deadline().unwrap_or_else(|| pace::deadline(estimate).min(kept));
        let age = || client.clock().wall().duration_since(handle.submitted_at()).unwrap_or_default();
        let calls_back = client.provider().webhook.is_some();
        Self {
            work: Work { model: handle.model().to_owned(), stated: estimate },
            began: client.clock().now(),
            age_then: if is_new { Duration::ZERO } else { age() },
            deadline,
            looked: is_new.then_some(Duration::ZERO),
            queued_until: None,
            told: Duration::ZERO,
            trouble: 0,
            polls: 0,
            retry_after: None,
            cancels: client.cancels_late_jobs(),
            is_nudged: false,
            look: Look::Answered,
            nudge: calls_back.then(|| client.account().nudges.of(handle.id())),
        }
    }

    pub(super) fn deadline_is(&mut self, client: &Client, deadline: Duration) {
        self.deadline = self.elapsed(client).saturating_add(deadline);
    }

    /// This one only looks.
    pub(super) fn never_cancel(&mut self) {
        self.cancels = false;
    }

    /// Time since this process began to wait.
    pub(super) fn elapsed(&self, client: &Client) -> Duration {
        client.clock().now().saturating_sub(self.began)
    }

    pub(super) fn age(&self, client: &Client) -> Duration {
        self.age_then.saturating_add(self.elapsed(client))
    }

    /// How much time is left.
    pub(super) fn left(&self, client: &Client) -> Duration {
        self.deadline.saturating_sub(self.elapsed(client))
    }

    /// When nobody waits any more, by the client's clock.
    pub(super) fn until(&self) -> Duration {
        self.began.saturating_add(self.deadline)
    }

    /// How long the provider has not told anything.
    pub(super) fn unreachable(&self, client: &Client) -> Duration {
        if self.trouble == 0 { Duration::ZERO } else { self.elapsed(client).saturating_sub(self.told) }
    }

    /// A poll told something.
    pub(super) fn told(&mut self, client: &Client, stage: Stage, asked_for: Option<Duration>) {
        self.told = self.elapsed(client);
        self.trouble = 0;
        (self.is_nudged, self.look) = (false, Look::Answered);
        self.retry_after = asked_for;
        if stage == Stage::Queued {
            self.queued_until = Some(self.age(client));
        }
    }

    /// How much of the time since this process began to wait the job was queued.
    pub(super) fn queued(&self) -> Duration {
        self.queued_until.map_or(Duration::ZERO, |until| until.saturating_sub(self.age_then))
    }

    /// A poll told nothing.
    pub(super) fn troubled(&mut self, asked_for: Option<Duration>) {
        self.trouble = self.trouble.saturating_add(1);
        self.is_nudged = false;
        if self.look == Look::OnTheWay {
            self.look = Look::Answered;
        }
        self.retry_after = asked_for;
    }

    /// Whether it was running at the last look: otherwise nobody knows whether it was done by then.
    pub(super) fn was_running(&self) -> bool {
        self.trouble == 0 && self.look == Look::Answered
    }

    /// The job is done: what that teaches about the next ones. `before` is its age at the look before the one that found it.
    pub(super) fn learn(&self, client: &Client, before: Option<Duration>) {
        let began = self.began(self.pace(client).usual_queue());
        let after = before.map(|before| before.saturating_sub(began)).filter(|after| !after.is_zero());
        // A job that was resumed when it was done already tells nothing.
        if after.is_some() || self.age_then.is_zero() {
            client.account().took(&self.work, after, self.age(client).saturating_sub(began));
        }
    }

    /// The job's age at the last look.
    pub(super) fn looked(&self) -> Option<Duration> {
        self.looked
    }

    fn pace(&self, client: &Client) -> Pace {
        let rules = client.provider().poll.as_ref().map(|poll| &poll.pace);
        let millis = |time: Option<u64>| time.map(Duration::from_millis);
        Pace {
            expected: client.account().expected(&self.work),
            at_least: millis(rules.and_then(|rules| rules.at_least)),
            advised: millis(rules.and_then(|rules| rules.every)),
        }
    }

    /// The job's age when it was begun, as far as polls have shown: one that waits for its turn is not in the making yet.
    fn began(&self, usual_queue: Duration) -> Duration {
        self.queued_until.unwrap_or_default().saturating_sub(usual_queue)
    }

    /// The pause until the next look, and the part of it that the provider insists on.
    fn pauses(&self, client: &Client, job: &str) -> (Duration, Duration) {
        let Some(looked) = self.looked else { return (Duration::ZERO, Duration::ZERO) };
        let pace = self.pace(client);
        let usual = if self.queued_until.is_some_and(|until| until >= looked) {
            pace.next_while_queued(looked).saturating_sub(looked)
        } else {
            let since = looked.saturating_sub(self.began(pace.usual_queue()));
            pace.next(since, chance(job, self.polls)).saturating_sub(since)
        };
        let usual = if self.trouble > 0 { pace::after_trouble(usual, self.trouble) } else { usual };
        let asked_for = self.retry_after.map_or(Duration::ZERO, pace::bounded);
        let owed = if self.polls > 0 { pace.floor() } else { Duration::ZERO }.max(asked_for);
        // Some of it may have passed since the last look.
        let passed = self.age(client).saturating_sub(looked);
        (usual.max(owed).saturating_sub(passed), owed.saturating_sub(passed))
    }
}

/// From 0 to 1: the same for the same poll of the same job.
fn chance(job: &str, poll: u64) -> f64 {
    let mut hasher = DefaultHasher::new();
    (job, poll).hash(&mut hasher);
    #[expect(clippy::cast_precision_loss, reason = "53 bits are enough")]
    let chance = (hasher.finish() >> 11) as f64 / (1_u64 << 53) as f64;
    chance
}

impl Job {
    /// Waits until it is time to ask. A callback is a reason to ask at once, a deadline is none.
    pub(super) async fn wait(&mut self) -> Result<()> {
        let (pause, owed) = self.waiting.pauses(&self.client, self.handle.id());
        let left = self.waiting.left(&self.client);
        if self.waiting.polls > 0 && left < owed.max(Duration::from_nanos(1)) {
            return Err(Box::pin(self.timed_out()).await);
        }
        if let Some(place) = &self.place {
            place.keep(pause);
        }
        let clock = self.client.clock();
        let (owed, pause) = (owed.min(left), pause.min(left));
        if !owed.is_zero() {
            clock.sleep(owed).await;
        }
        let rest = pause.saturating_sub(owed);
        match &self.waiting.nudge {
            _ if rest.is_zero() || self.waiting.is_nudged => {}
            Some(nudge) => tokio::select! {
                biased;
                // Kept until there is an answer: whoever waits may drop the future before.
                () = nudge.told() => self.waiting.is_nudged = true,
                // A clock may move as soon as it is asked to.
                () = async { clock.sleep(rest).await } => {}
            },
            None => clock.sleep(rest).await,
        }
        Ok(())
    }

    /// Waits for the turn of one more call about this job.
    pub(super) async fn turn(&mut self) -> Result<()> {
        // A film that is made is not left there for the sake of a deadline.
        let more = if self.asking.course == Course::Open { LAST_LOOK } else { LAST_CALL };
        match self.client.account().call(Urgency::Other, Some(self.waiting.until().saturating_add(more))).await {
            Ok(()) => {
                self.waiting.looked = Some(self.waiting.age(&self.client));
                let is_first = self.waiting.look == Look::Answered;
                self.waiting.look = if is_first { Look::OnTheWay } else { Look::Dropped };
                self.waiting.polls += 1;
                Ok(())
            }
            Err(TooLate) => {
                self.last.note = Some("its turn among all calls of this key did not come".to_owned());
                Err(Box::pin(self.timed_out()).await)
            }
        }
    }

    /// The deadline has passed, and the job has not ended.
    async fn timed_out(&mut self) -> Error {
        self.last.elapsed = self.waiting.elapsed(&self.client);
        self.last.unreachable = self.waiting.unreachable(&self.client);
        let next = match self.kept_for().map(|left| left.as_secs() / 60) {
            None => "it is not lost, resume it later".to_owned(),
            Some(0) => "the provider may forget it any moment, resume it at once".to_owned(),
            Some(minutes) => format!("it is not lost, resume it within {minutes} min"),
        };
        let next = match self.waiting.cancels.then_some(()) {
            None => next,
            Some(()) => match self.cancel().await {
                Ok(Cancelled::Done) => "it was stopped".to_owned(),
                Ok(Cancelled::Requested) => "it was asked to stop; resume it to see whether it did".to_owned(),
                Err(error) => format!("{next} ({})", error.message()),
            },
        };
        let message = format!("the job {} is still {}; {next}", self.id(), self.last);
        let error = Error::new(ErrorKind::WaitTimeout, message).during(Step::Poll).of_job(&self.handle);
        error.progress_is(self.last.clone())
    }
}
