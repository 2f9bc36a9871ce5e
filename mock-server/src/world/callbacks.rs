//! Callbacks of a world: when they are due, to whom they may go, and what became of them.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use polyreel_spec::{Input, Provider, State, Step};
use serde_json::Value;

use super::journal::MOST_ENTRIES;
use super::receivers::why_not;
use super::{Job, Plan, World};
use crate::How;
use crate::engine::callback;

/// How long after an attempt that nobody took the next one comes.
const PAUSES: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];
/// The longest URL that is kept for those who look, in characters.
const LONGEST_URL: usize = 256;

/// Something that a world wants to be done outside, since it has no sockets.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// A job has ended, and its client wants to be told.
    Callback(Callback),
}

/// A POST to whoever waits for the end of a job. What comes of it goes to [`World::called_back`].
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Callback {
    /// When it is due, on the world's clock.
    pub at: Duration,
    /// The customer whose world it comes from; empty for the first one.
    pub customer: String,
    /// The provider, by its id.
    pub provider: String,
    /// The job.
    pub job: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// Where it goes.
    pub url: String,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What a poll was told at the end of the job.
    report: Value,
}

/// Shows neither signature nor body, and no query: somebody's secret may be in it.
impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("at", &self.at)
            .field("job", &self.job)
            .field("attempt", &self.attempt)
            .field("url", &without_query(&self.url))
            .finish_non_exhaustive()
    }
}

/// What became of an attempt to call back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackReport {
    /// When it was due, on the server's clock.
    pub at: Duration,
    /// The provider, by its id.
    pub provider: String,
    /// The job.
    pub job: String,
    /// Where it went or would have gone, without the query.
    pub url: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The HTTP code of the answer, or in one lower-case line why there is none.
    pub outcome: Result<u16, String>,
}

/// The callbacks that are still to come, and those that were.
#[derive(Clone, Debug, Default)]
pub(crate) struct Callbacks {
    /// By time, and by the order in which they were asked for.
    scheduled: BTreeMap<(Duration, u64), Callback>,
    total: u64,
    reports: VecDeque<CallbackReport>,
}

impl Callbacks {
    /// When the next one is to be sent.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        self.scheduled.first_key_value().map(|((at, _), _)| *at)
    }

    fn schedule(&mut self, callback: Callback) {
        self.total += 1;
        self.scheduled.insert((callback.at, self.total), callback);
    }

    fn report(&mut self, callback: &Callback, outcome: Result<u16, String>) {
        if self.reports.len() >= MOST_ENTRIES {
            self.reports.pop_front();
        }
        self.reports.push_back(CallbackReport {
            at: callback.at,
            provider: callback.provider.clone(),
            job: callback.job.clone(),
            url: without_query(&callback.url),
            attempt: callback.attempt,
            outcome,
        });
    }
}

impl World {
    /// The same world that also calls back these hosts; it is those of this machine alone if nothing is said.
    #[must_use]
    pub fn allowing_webhook_hosts(mut self, hosts: impl IntoIterator<Item = String>) -> Self {
        self.settings.webhook_hosts = hosts.into_iter().collect();
        self
    }

    /// The latest callbacks in the order in which they were sent or refused: up to 10,000.
    pub fn callbacks(&self) -> impl Iterator<Item = &CallbackReport> {
        self.callbacks.reports.iter()
    }

    /// Takes down what came of a callback: the HTTP code of the answer, or why there was none. One that nobody took is
    /// due again: 10 seconds after the first attempt, and 60 seconds after the second.
    pub fn called_back(&mut self, callback: &Callback, outcome: Result<u16, String>) {
        // Jobs of a world that was reset meanwhile are nobody's.
        if self.jobs.get(&callback.job).is_none_or(|job| job.created_at > callback.at) {
            return;
        }
        let is_taken = outcome.as_ref().is_ok_and(|http| (200..300).contains(http));
        self.callbacks.report(callback, outcome);
        let pause = usize::try_from(callback.attempt).ok().and_then(|attempt| PAUSES.get(attempt.checked_sub(1)?));
        if let Some(pause) = pause.filter(|_| !is_taken) {
            let at = callback.at.saturating_add(*pause);
            self.callbacks.schedule(Callback { at, attempt: callback.attempt + 1, ..callback.clone() });
        }
    }

    /// A job has begun or ended: whoever asked for it is to be told of the end.
    pub(super) fn expect_callback(&mut self, at: Duration, provider: &Provider, job: &Job) {
        let Some(Input::Value(url)) = job.inputs.get("webhook") else { return };
        let is_end = matches!(job.state(at), State::Done | State::Failed | State::Cancelled);
        if is_end == job.faults.is(How::Early) {
            return;
        }
        let mut callback = Callback {
            at,
            customer: self.settings.customer.clone(),
            provider: job.provider.clone(),
            job: job.ticket.job.clone(),
            attempt: 1,
            url: url.to_string(),
            headers: Vec::new(),
            body: Vec::new(),
            report: Value::Null,
        };
        let asked = job.faults.is(How::Never).then(|| "it is not sent, as asked".to_owned());
        match asked.or_else(|| why_not(provider, &callback.url, &self.settings.webhook_hosts)) {
            Some(why) => self.callbacks.report(&callback, Err(why)),
            None => {
                callback.report = self.told_by_a_poll(at, provider, job);
                for _ in 0..if job.faults.is(How::Twice) { 2 } else { 1 } {
                    self.callbacks.schedule(callback.clone());
                }
            }
        }
    }

    /// When a callback was to be sent that was not sent yet.
    pub(crate) fn callback_due_at(&self) -> Option<Duration> {
        self.callbacks.next_at().filter(|at| *at <= self.now)
    }

    /// The next callback that is due, signed at its own time.
    pub(crate) fn next_effect(&mut self) -> Option<Effect> {
        while self.callback_due_at().is_some() {
            let (_, callback) = self.callbacks.scheduled.pop_first()?;
            let job = self.jobs.get(&callback.job);
            let id = job.map(|job| job.ticket.saved.get("id").unwrap_or(&job.ticket.job));
            let is_forged = job.is_some_and(|job| job.faults.is(How::Forged));
            let seconds = self.wall(callback.at).duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let provider = self.provider(&callback.provider);
            match provider
                .zip(id)
                .and_then(|(provider, id)| self::callback(&provider, id, &callback.report, seconds, is_forged))
            {
                Some(notice) => {
                    return Some(Effect::Callback(Callback { headers: notice.headers, body: notice.body, ..callback }));
                }
                None => {
                    let why =
                        "the provider file leaves no room for the job's id or the signature: look at its `webhook`";
                    self.callbacks.report(&callback, Err(why.to_owned()));
                }
            }
        }
        None
    }

    /// The document of the poll's reply; `null` where it is none.
    fn told_by_a_poll(&self, at: Duration, provider: &Provider, job: &Job) -> Value {
        let plan = provider.poll.as_ref().map(|poll| self.report(at, provider, Step::Poll, poll, job));
        // A refusal says nothing about the job.
        match plan.filter(|plan| plan.header("x-polyreel-mock").is_none()) {
            Some(Plan::Answer { body, .. }) => serde_json::from_slice(&body).unwrap_or_default(),
            _ => Value::Null,
        }
    }
}

fn without_query(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or_default().chars().take(LONGEST_URL).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::{Callback, Callbacks, LONGEST_URL, MOST_ENTRIES};

    #[test]
    fn old_callbacks_are_forgotten() {
        let mut callbacks = Callbacks::default();
        for attempt in 0..10_005 {
            let url = "é".repeat(1000);
            let (customer, provider, job) = (String::new(), "acme".to_owned(), "mock-000001".to_owned());
            let (headers, body, report) = (Vec::new(), Vec::new(), Value::Null);
            let at = Duration::ZERO;
            let callback = Callback { at, customer, provider, job, attempt, url, headers, body, report };
            callbacks.report(&callback, Ok(200));
        }
        assert_eq!((callbacks.reports.len(), callbacks.reports[0].attempt), (MOST_ENTRIES, 5));
        assert!(callbacks.reports.iter().all(|report| report.url.chars().count() == LONGEST_URL));
    }
}
