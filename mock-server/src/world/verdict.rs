//! How a client behaved, judged by whoever has the money.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, SystemTime};

use polyreel_spec::{Provider, State, Step};

use super::access::claimed_key;
use super::chance::fingerprint;
use super::faults::{is_film, is_harmless};
use super::{Job, Plan, Received, Spending, World};
use crate::{Break, How, Request};

/// What a server has to say about its client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// What is reserved or charged at each provider.
    pub spent: Vec<Spending>,
    /// What the client should not have done, in the order of the jobs.
    pub findings: Vec<Finding>,
    /// What was paid for nothing, and no client could have helped it: because of faults.
    pub unlucky: Vec<Finding>,
}

/// Something that a client should not have done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Of which kind.
    pub fault: ClientFault,
    /// The job, if it is about one.
    pub job: Option<String>,
    /// One lower-case line.
    pub message: String,
}

/// What clients do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientFault {
    /// The same create was sent again after one whose answer was lost: both are paid.
    PaidTwice,
    /// A job is paid, and its film was never fetched whole.
    Orphaned,
    /// A job was asked for sooner than the provider or its answer allowed.
    TooFast,
    /// More calls or jobs than the provider takes.
    OverLimit,
    /// A create that was refused for good was sent again as it was.
    RefusedAgain,
    /// A key was sent to where films are.
    KeyLeaked,
}

impl ClientFault {
    fn name(self) -> &'static str {
        match self {
            Self::PaidTwice => "paid twice",
            Self::Orphaned => "orphaned",
            Self::TooFast => "too fast",
            Self::OverLimit => "over limit",
            Self::RefusedAgain => "refused again",
            Self::KeyLeaked => "key leaked",
        }
    }
}

impl fmt::Display for ClientFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// `paid twice: mock-000002: …`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let job = self.job.as_ref().map(|job| format!("{job}: ")).unwrap_or_default();
        write!(f, "{}: {job}{}", self.fault, self.message)
    }
}

/// What is counted as it happens, since no job tells it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conduct {
    pub(crate) over_limit: u64,
    pub(crate) refused_again: u64,
    pub(crate) too_soon: u64,
    pub(crate) keys_leaked: u64,
    /// The creates that were refused for good.
    pub(crate) refused: BTreeSet<u64>,
}

/// What a client did about a job.
#[derive(Clone, Debug, Default)]
pub(crate) struct Care {
    /// The same for creates that ask for the same.
    pub(crate) fingerprint: u64,
    /// The answer to the create did not reach the client whole, or did not name the job.
    pub(crate) is_lost: bool,
    pub(crate) is_fetched: bool,
    /// How many bytes of the film have arrived, from its beginning.
    pub(crate) arrived: usize,
    /// The last answer about it was not what it should have been.
    pub(crate) was_misled: bool,
    /// When the client was last told how it is, and how long it was asked to wait then.
    pub(crate) told: Option<(Duration, Duration)>,
    pub(crate) too_fast: u64,
}

impl Care {
    /// A client asks how the job is; the provider's shortest pause, or the one that the last answer asked for, is to be kept.
    pub(crate) fn asked(&mut self, now: Duration, pause: Duration) {
        let sooner = self.told.is_some_and(|(at, pause)| now < at.saturating_add(pause));
        self.too_fast += u64::from(sooner);
        self.told = Some((now, pause));
    }
}

/// Whether an answer to this call has the film in it.
pub(crate) fn gives_bytes(provider: &Provider, step: Option<Step>) -> bool {
    let output = step.and_then(|step| provider.operation(step)?.reply.output.as_ref());
    output.is_some_and(|output| output.base64.is_some())
}

impl World {
    /// Takes down what a request and its answer say about the client.
    pub(super) fn judge(&mut self, provider: Option<&Provider>, entry: &Received, request: &Request, plan: &Plan) {
        self.conduct.keys_leaked += u64::from(entry.key_leaked);
        let pause = retry_after(plan, self.wall(self.now));
        let Some(job) = entry.job.as_deref().and_then(|id| self.jobs.get_mut(id)) else {
            if entry.step == Some(Step::Create) {
                self.judge_refusal(provider, request, plan);
            }
            return;
        };
        let is_whole = plan.arrives() && entry.fault.is_none_or(is_harmless);
        if entry.step == Some(Step::Create) {
            job.care.is_lost = !is_whole || job.faults.is(How::Twin);
        }
        let poll = provider.and_then(|provider| provider.poll.as_ref());
        if let Some(poll) = poll.filter(|_| entry.step == Some(Step::Poll)) {
            let at_least = poll.pace.at_least.map(Duration::from_millis).unwrap_or_default();
            job.care.asked(self.now, at_least.max(pause.unwrap_or_default()));
        }
        job.care.was_misled = !is_whole && job.faults.excuses(entry.fault);
        let is_inside = provider.is_some_and(|provider| gives_bytes(provider, entry.step));
        if job.film_state(self.now) != State::Done || request.method == "HEAD" {
            return;
        }
        job.care.is_fetched |= is_whole && is_inside && plan.http() == Some(200);
        // What broke off has arrived in part.
        let is_true = entry.fault.is_none_or(|fault| is_harmless(fault) || fault.how.breaks_off());
        if let Some(part) = part_of(plan).filter(|_| is_true && is_film(plan)) {
            if part.begins <= job.care.arrived {
                job.care.arrived = job.care.arrived.max(part.ends);
            }
            job.care.is_fetched |= job.care.arrived >= part.length;
        }
    }

    /// Takes down that a create came to nothing.
    fn judge_refusal(&mut self, provider: Option<&Provider>, request: &Request, plan: &Plan) {
        // These may be sent again as they are.
        let is_for_good =
            matches!(plan.http(), Some(http) if (400..500).contains(&http) && ![408, 409, 425, 429].contains(&http));
        // Another key may be taken.
        let key = provider.and_then(|provider| claimed_key(&provider.auth, request));
        let print = fingerprint(&(provider.map(|provider| &*provider.id), &request.path, &request.body, key));
        if !is_for_good {
            self.conduct.refused.remove(&print);
        } else if !self.conduct.refused.insert(print) {
            self.conduct.refused_again += 1;
        }
        if self.conduct.refused.len() > MOST_REFUSED {
            self.conduct.refused.pop_first();
        }
    }

    /// How the client behaved until now. Jobs that have not ended yet are nobody's fault.
    pub fn verdict(&self) -> Verdict {
        let (mut findings, mut unlucky) = (Vec::new(), Vec::new());
        let mut lost: BTreeMap<(&str, u64), &str> = BTreeMap::new();
        for job in self.jobs.iter() {
            findings.extend(Self::about(job, &lost));
            if Self::is_wasted(job) {
                let why =
                    if job.care.is_lost { "the answer to its create was lost" } else { "its film could not be had" };
                let id = job.ticket.job.clone();
                let blamed = !job.care.is_lost && !job.care.was_misled && !job.faults.is(How::Forgotten);
                let message = if blamed { "is paid, and its film was never fetched" } else { why };
                let finding = Finding { fault: ClientFault::Orphaned, job: Some(id), message: message.to_owned() };
                if blamed { &mut findings } else { &mut unlucky }.push(finding);
            }
            if job.care.is_lost {
                lost.insert((&job.provider, job.care.fingerprint), &job.ticket.job);
            }
        }
        let counted = [
            (ClientFault::OverLimit, self.conduct.over_limit, "calls or jobs were refused as too many"),
            (ClientFault::TooFast, self.conduct.too_soon, "creates were sent again sooner than their refusals allowed"),
            (ClientFault::RefusedAgain, self.conduct.refused_again, "creates were sent again as they were refused"),
            (ClientFault::KeyLeaked, self.conduct.keys_leaked, "fetches of films carried a key"),
        ];
        findings.extend(counted.into_iter().filter(|(_, times, _)| *times > 0).map(|(fault, times, what)| Finding {
            fault,
            job: None,
            message: format!("{times} {what}"),
        }));
        Verdict { spent: self.spent(), findings, unlucky }
    }

    fn about(job: &Job, lost: &BTreeMap<(&str, u64), &str>) -> Vec<Finding> {
        let finding = |fault, message: String| Finding { fault, job: Some(job.ticket.job.clone()), message };
        let mut findings = Vec::new();
        if let Some(first) = lost.get(&(job.provider.as_str(), job.care.fingerprint)) {
            findings
                .push(finding(ClientFault::PaidTwice, format!("asks for the same as {first}, whose answer was lost")));
        }
        if job.care.too_fast > 0 {
            let message = format!("was asked for {} times sooner than it may be", job.care.too_fast);
            findings.push(finding(ClientFault::TooFast, message));
        }
        findings
    }

    /// Whether a job is paid and nobody has its film.
    fn is_wasted(job: &Job) -> bool {
        // One that failed long ago is forgotten, too.
        let was_made = matches!(job.state(job.ends_at()), State::Done | State::Expired);
        was_made && job.is_settled && !job.care.is_fetched
    }
}

/// The most creates that are remembered as refused.
const MOST_REFUSED: usize = 1000;

/// How long an answer asks to wait, in seconds or until a date; more than an hour is no pause that anybody keeps.
pub(super) fn retry_after(plan: &Plan, wall: SystemTime) -> Option<Duration> {
    let text = plan.header("retry-after")?;
    let date = || httpdate::parse_http_date(text).ok()?.duration_since(wall).ok();
    text.parse().ok().map(Duration::from_secs).or_else(date).filter(|pause| *pause <= Duration::from_secs(3600))
}

/// What of a film an answer brings, in bytes.
struct Part {
    begins: usize,
    ends: usize,
    length: usize,
}

/// The part of a film that arrives; of an answer that breaks off as much as can have arrived.
fn part_of(plan: &Plan) -> Option<Part> {
    let (answer, after) = match plan {
        Plan::BreakOff { answer, how: Break::Drip, .. } => (&**answer, None),
        Plan::BreakOff { answer, after, .. } => (&**answer, Some(*after)),
        other => (other, None),
    };
    let Plan::Answer { http: 200 | 206, body, .. } = answer else { return None };
    let begins_and_length = || {
        let (part, length) = plan.header("content-range")?.strip_prefix("bytes ")?.split_once('/')?;
        part.split_once('-')?.0.parse().ok().zip(length.parse().ok())
    };
    let (begins, length) = begins_and_length().unwrap_or((0, body.len()));
    // The head is counted as well, so this is more than there can be.
    let arrives = after.map_or(body.len(), |after| after.unwrap_or(body.len() / 2 + HEAD).min(body.len()));
    Some(Part { begins, ends: begins + arrives, length })
}

/// No head of an answer is longer, in bytes.
const HEAD: usize = 1024;
