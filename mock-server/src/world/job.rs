//! Jobs and their life on the clock.

use std::time::Duration;

use polyreel_spec::{Inputs, Model, Money, Provider, Retention, State};

use super::chance::mixed;
use super::faults::JobFaults;
use super::verdict::Care;
use crate::engine::{FIRST_NUMBER, Request, Ticket};
use crate::{How, What};

/// The share of its latency that a job waits before it is begun, in hundredths.
const QUEUED_PERCENT: u32 = 8;

/// Usual shortest and longest time of a simulated job, in milliseconds, where the provider does not say.
pub const UNSTATED_LATENCY: (u64, u64) = (180_000, 240_000);

/// A job that a create began.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) ticket: Ticket,
    /// The provider's id.
    pub(crate) provider: String,
    pub(crate) inputs: Inputs,
    /// `None` is *unknown*.
    pub(crate) price: Option<Money>,
    pub(crate) created_at: Duration,
    /// When it is its turn: later than its create where others are before it.
    pub(crate) begins_at: Duration,
    /// From its turn to its end.
    pub(crate) latency: Duration,
    pub(crate) faults: JobFaults,
    /// When it stops because somebody asked for that.
    pub(crate) stops_at: Option<Duration>,
    /// Somebody deleted it.
    pub(crate) is_deleted: bool,
    pub(crate) retention: Retention,
    /// Whether its price is charged or given back.
    pub(crate) is_settled: bool,
    /// What its client did about it.
    pub(crate) care: Care,
}

/// The jobs of a world, found by their ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs(Vec<Job>);

impl Jobs {
    /// The id of the next job: `mock-000001`.
    pub(crate) fn next_id(&self) -> String {
        format!("mock-{:06}", self.0.len() + 1)
    }

    pub(crate) fn push(&mut self, job: Job) {
        self.0.push(job);
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Job> {
        self.0.iter()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Job> {
        self.0.get(position(id)?).filter(|job| job.ticket.job == id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Job> {
        self.0.get_mut(position(id)?).filter(|job| job.ticket.job == id)
    }

    /// The jobs that a request may be about, as the numbers in it tell: usually one of thousands.
    pub(crate) fn named_in<'j>(&'j self, request: &'j Request) -> impl Iterator<Item = &'j Job> {
        let texts = [request.path.as_bytes(), &request.body[..request.body.len().min(LONGEST_CALL)]];
        let numbers = texts.into_iter().flat_map(|text| text.split(|byte| !byte.is_ascii_digit()));
        let numbers = numbers.filter(|digits| !digits.is_empty());
        let numbers = numbers.filter_map(|digits| std::str::from_utf8(digits).ok()?.parse::<u64>().ok());
        numbers.filter_map(|number| {
            let ordinal = number.checked_sub(FIRST_NUMBER).unwrap_or(number);
            self.0.get(usize::try_from(ordinal.checked_sub(1)?).ok()?)
        })
    }
}

fn position(id: &str) -> Option<usize> {
    id.rsplit('-').next()?.parse::<usize>().ok()?.checked_sub(1)
}

/// No call about a job has a longer body, in bytes.
const LONGEST_CALL: usize = 4096;

impl Job {
    /// When it ends, if nobody stops it.
    pub(crate) fn ends_at(&self) -> Duration {
        self.begins_at.saturating_add(self.latency)
    }

    /// Whether this is a time to say that it waits again.
    pub(crate) fn goes_back(&self) -> bool {
        let polls = self.faults.attempts.get(&What::Poll).copied().unwrap_or_default();
        self.faults.is(How::Backwards) && polls % 2 == 1
    }

    /// Whether it waits or is in the making.
    pub(crate) fn is_active(&self, now: Duration) -> bool {
        matches!(self.state(now), State::Queued | State::Running)
    }

    /// How the job is at this time. A job that was deleted or that nobody keeps any more has expired.
    pub(crate) fn state(&self, now: Duration) -> State {
        let age = now.saturating_sub(self.begins_at);
        let never_ends = self.faults.is(How::Stuck);
        // What comes at once is not forgotten before.
        let is_forgotten = self.faults.is(How::Forgotten) && age >= self.latency && !self.latency.is_zero();
        let is_over = is_over(self.retention.job, now.saturating_sub(self.created_at));
        if self.is_deleted || is_forgotten || is_over {
            State::Expired
        } else if self.stops_at.is_some_and(|at| at <= now) {
            State::Cancelled
        } else if now < self.begins_at || age < self.latency * QUEUED_PERCENT / 100 && !self.faults.is(How::Unqueued) {
            State::Queued
        } else if age < self.latency || never_ends {
            State::Running
        } else if self.faults.failure().is_some() {
            State::Failed
        } else {
            State::Done
        }
    }

    /// The same for its film, which may be kept for longer than the job.
    pub(crate) fn film_state(&self, now: Duration) -> State {
        match (self.state(now), self.retention.output) {
            (State::Expired, Some(_)) if !self.is_deleted && !self.faults.is(How::Forgotten) => {
                self.state(self.ends_at().min(now))
            }
            (state, _) => state,
        }
    }

    /// How far the work is, in hundredths: never 0 and never 100.
    pub(crate) fn percent(&self, now: Duration) -> u8 {
        let age = now.saturating_sub(self.begins_at).as_millis();
        let percent = (age * 100).checked_div(self.latency.as_millis()).unwrap_or(99);
        u8::try_from(percent.clamp(1, 99)).unwrap_or(99)
    }

    /// Whether the film of a job that is done cannot be fetched any more.
    pub(crate) fn lost_its_film(&self, now: Duration) -> bool {
        is_over(self.retention.output, now.saturating_sub(self.ends_at()))
    }

    /// Stops the job after this time, or at its end if that is sooner.
    pub(crate) fn stop(&mut self, now: Duration, after: Duration) {
        let end = self.ends_at();
        let at = now.saturating_add(after);
        self.stops_at = Some(if end > now { at.min(end) } else { at });
    }
}

/// Whether a time that is kept, in milliseconds, is over.
fn is_over(kept: Option<u64>, age: Duration) -> bool {
    kept.is_some_and(|kept| age >= Duration::from_millis(kept))
}

/// How long a job takes. It depends on its key alone, so the order in which requests arrive changes nothing.
pub(crate) fn latency(provider: &Provider, model: &Model, inputs: &Inputs, key: u64) -> Duration {
    let (shortest, longest) = provider.latency(model, inputs).unwrap_or(UNSTATED_LATENCY);
    let choices = longest.saturating_sub(shortest).saturating_add(1);
    Duration::from_millis(shortest.saturating_add(mixed(key) % choices))
}
