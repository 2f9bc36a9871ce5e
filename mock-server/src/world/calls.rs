//! What a world does about creates, and about later calls on their jobs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Excess, Image, Input, Kind, Model, Operation, Provider, Step};

use super::downloads::WEB_PAGE;
use super::job::{Job, latency};
use super::report::{begun, unsayable};
use super::verdict::{Care, fingerprint};
use super::{Plan, RateLimit, Received, Served, World};
use crate::Outcome;
use crate::engine::{
    Accepted, Rejection, Request, SaidState, Ticket, accept, answer_to, error_inside, hollow, is_synchronous, mint,
    misfit, refusal, refusal_with, unknown_status,
};
use crate::outcome::{Asked, asked_for};

impl World {
    /// A create with a good key.
    pub(crate) fn create(&mut self, now: Duration, served: &Served, request: &Request, entry: &mut Received) -> Plan {
        let provider = &*served.provider;
        let refuse = |kind, rejection: &Rejection| refusal(provider, Step::Create, kind, rejection).into();
        let accepted = match accept(provider, request, &self.account(provider).uploads) {
            Ok(accepted) => accepted,
            Err(rejection) => return refuse(Kind::BadInput, &rejection),
        };
        let (outcome, breakage) = match asked_for(&accepted.inputs) {
            Ok(None) => (None, None),
            Ok(Some(Asked::Outcome(outcome))) => (Some(outcome), None),
            Ok(Some(Asked::Breakage(breakage))) => (None, Some(breakage)),
            Err(name) => return refuse(Kind::BadInput, &no_outcome(&name)),
        };
        if let Some((kind, rejection)) = outcome.and_then(asked_refusal) {
            return refuse(kind, &rejection);
        }
        let Some(model) = provider.model(&accepted.model) else {
            return refuse(Kind::Provider, &Rejection::new("model", "values", "is none of this provider"));
        };
        let operation = provider.plan(model, &accepted.inputs).operation();
        let is_synchronous = is_synchronous(operation);
        let (create_path, _) = request.split_query();
        let mut job = self.job_for(now, served, model, accepted, create_path);
        job.outcome = outcome;
        job.breakage = breakage;
        if is_synchronous {
            job.latency = Duration::ZERO;
        } else {
            match self.turn(now, provider) {
                Some(begins_at) => job.begins_at = begins_at,
                None => {
                    self.conduct.over_limit += 1;
                    return refuse(Kind::Concurrency, &Rejection::new("jobs", "limit", "too many are at work"));
                }
            }
        }
        if !self.can_pay(provider, job.price.as_ref()) {
            return refuse(Kind::Balance, &Rejection::new("account", "balance", "has too little left for this"));
        }
        entry.job = Some(job.ticket.job.clone());
        self.reserve(now, provider, &job);
        let plan = match outcome {
            Some(Outcome::LostAnswer) => Plan::CloseWithoutAnswer,
            Some(Outcome::ServerError) => refusal_with(provider, 500, &as_asked("the server broke")).into(),
            _ if is_synchronous => self.answer_with_the_work(now, provider, operation, &job),
            _ => {
                let saved = if outcome == Some(Outcome::NoId) { BTreeMap::new() } else { job.ticket.saved.clone() };
                begun(provider, operation, saved).map_or_else(|| unsayable(provider, Step::Create), Plan::from)
            }
        };
        self.jobs.push(job);
        // A job that is over at once is booked at once.
        self.advance(now);
        plan
    }

    /// When a new job gets its turn: at once, or when enough others have ended; `None` where too many are refused.
    fn turn(&self, now: Duration, provider: &Provider) -> Option<Duration> {
        let Some(most) = provider.limits.concurrent.filter(|_| self.settings.rate_limit != RateLimit::Off) else {
            return Some(now);
        };
        let active = self.jobs.iter().filter(|job| *job.provider == *provider.id && job.is_active(now));
        let mut ends: Vec<_> = active.map(|job| job.stops_at.unwrap_or_else(|| job.ends_at())).collect();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if ends.len() < most {
            return Some(now);
        }
        ends.sort_unstable();
        ends.get(ends.len() - most).copied().filter(|_| provider.limits.excess == Some(Excess::Queued))
    }

    /// A later call on a job that is there.
    pub(crate) fn tell(&self, now: Duration, provider: &Provider, step: Step, job: &str) -> Plan {
        let (Some(job), Some(operation)) = (self.jobs.get(job), provider.operation(step)) else {
            return unsayable(provider, step);
        };
        let instead = match job.outcome.filter(|_| step == Step::Poll) {
            Some(Outcome::PollUnauthorized) => {
                Some(refusal(provider, step, Kind::Auth, &as_asked("the key is refused")).into())
            }
            Some(Outcome::PollHtml) => Some(Plan::text(200, "text/html", WEB_PAGE)),
            Some(Outcome::PollErrorInside) => Some(error_inside(provider, "an error inside, as asked").into()),
            Some(Outcome::PollServerError) => Some(refusal_with(provider, 503, &as_asked("the server is away")).into()),
            Some(Outcome::PollUnknownStatus) => {
                let running = || {
                    let state = SaidState::Running { percent: None };
                    answer_to(provider, step, operation, &state.into(), 0)
                };
                unknown_status(provider).or_else(running).map(Plan::from)
            }
            _ => None,
        };
        instead.unwrap_or_else(|| self.report(now, provider, step, operation, job))
    }

    /// A later call that is about no job.
    pub(crate) fn no_job(&self, provider: &Provider, step: Step, request: &Request) -> Plan {
        let operation = provider.operation(step);
        if let Some(rejection) = operation.and_then(|operation| misfit(provider, operation, request)) {
            return refusal(provider, step, Kind::BadInput, &rejection).into();
        }
        let hint = match self.jobs.iter().rev().find(|job| *job.provider == *provider.id) {
            Some(latest) => format!("the latest job is {}", latest.ticket.job),
            None => "no job was created yet; jobs live as long as the mock server".to_owned(),
        };
        let rejection = Rejection::new("id", "job", "is no job of this server").hint(hint);
        refusal(provider, step, Kind::NotFound, &rejection).into()
    }

    fn job_for(&self, now: Duration, served: &Served, model: &Model, accepted: Accepted, create_path: &str) -> Job {
        let Served { provider, base_path, .. } = served;
        let (ordinal, id) = self.jobs.next_id();
        let base_url = format!("{}{base_path}", self.settings.origin);
        let ticket = mint(provider, &base_url, model, &id, create_path);
        let fingerprint = fingerprint(&(&accepted.model, accepted.inputs.iter().map(hashed).collect::<Vec<_>>()));
        let reference = match accepted.inputs.get("reference") {
            Some(Input::Value(value)) => Some(value.to_string()),
            _ => None,
        };
        Job {
            ticket: Ticket { reference, ..ticket },
            provider: provider.id.to_string(),
            price: provider.quote(model, &accepted.inputs).price,
            latency: latency(provider, model, &accepted.inputs, self.settings.seed, ordinal),
            inputs: accepted.inputs.into_iter().map(without_bytes).collect(),
            created_at: now,
            begins_at: now,
            outcome: None,
            breakage: None,
            stops_at: None,
            is_deleted: false,
            retention: provider.retention.clone(),
            is_settled: false,
            care: Care { fingerprint, ..Care::default() },
        }
    }

    /// The answer of a create that is the work itself.
    fn answer_with_the_work(&self, now: Duration, provider: &Provider, operation: &Operation, job: &Job) -> Plan {
        match job.outcome {
            // Nothing comes for as long as anybody waits.
            Some(Outcome::Stuck) => Plan::CloseWithoutAnswer,
            Some(Outcome::NoId) => hollow(&operation.reply).into(),
            Some(Outcome::Failed) => {
                let message = Some("the simulated job failed as asked".to_owned());
                let state = SaidState::Failed { kind: None, code: None, message };
                let said = answer_to(provider, Step::Create, operation, &state.into(), 0);
                let rejection = as_asked("the simulated job failed");
                said.unwrap_or_else(|| refusal(provider, Step::Create, Kind::Provider, &rejection)).into()
            }
            // What comes at once does not get old on the way.
            Some(Outcome::ExpiredFilm) => {
                let job = Job { outcome: None, ..job.clone() };
                self.report(now, provider, Step::Create, operation, &job)
            }
            _ => self.report(now, provider, Step::Create, operation, job),
        }
    }
}

/// What tells one input from another: of a picture all its bytes.
fn hashed((name, input): (&String, &Input)) -> (String, u64) {
    let print = match input {
        Input::Image(Image::Bytes(bytes)) => fingerprint(bytes),
        other => fingerprint(&format!("{other:?}{}", url(other))),
    };
    (name.clone(), print)
}

fn url(input: &Input) -> &str {
    match input {
        Input::Image(Image::Url(url)) => url,
        _ => "",
    }
}

/// Pictures are checked when they come, and are too large to be kept for thousands of jobs.
fn without_bytes((name, input): (String, Input)) -> (String, Input) {
    match input {
        Input::Image(Image::Bytes(_)) => (name, Input::Image(Image::Bytes(Arc::from([])))),
        other => (name, other),
    }
}

fn asked_refusal(outcome: Outcome) -> Option<(Kind, Rejection)> {
    let (kind, message) = match outcome {
        Outcome::Refused => (Kind::BadInput, "the request is refused"),
        Outcome::Unauthorized => (Kind::Auth, "the key is refused"),
        Outcome::NoCredit => (Kind::Balance, "the account is empty"),
        Outcome::RateLimited => (Kind::RateLimit, "there were too many requests"),
        _ => return None,
    };
    Some((kind, as_asked(message)))
}

fn as_asked(message: &str) -> Rejection {
    Rejection::new("prompt", "outcome", format!("{message}, as asked"))
}

fn no_outcome(name: &str) -> Rejection {
    let known = Outcome::ALL.map(Outcome::name).join(", ");
    let shown: String = name.chars().take(40).collect();
    Rejection::new("prompt", "outcome", format!("{shown:?} is no outcome"))
        .hint(format!("there are {known}; {}", crate::NoBreakage))
}
