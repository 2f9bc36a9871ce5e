//! What a world does about creates, and about later calls on their jobs.

use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Excess, Image, Input, Kind, Model, Operation, Provider, State, Step};

use super::chance::fingerprint;
use super::distortion::as_asked;
use super::faults::JobFaults;
use super::job::{Job, latency};
use super::report::{begun, failures, unsayable};
use super::verdict::{Care, retry_after};
use super::{Plan, RateLimit, Received, Served, World};
use crate::engine::{
    Accepted, Rejection, Request, SaidState, Ticket, accept, answer_to, is_synchronous, mint, misfit, refusal,
};
use crate::{How, NoFault, Outcome};

impl World {
    /// A create with a good key.
    pub(crate) fn create(&mut self, now: Duration, served: &Served, request: &Request, entry: &mut Received) -> Plan {
        let provider = &*served.provider;
        let refuse = |kind, rejection: &Rejection| refusal(provider, Step::Create, kind, rejection).into();
        let accepted = match accept(provider, request, &self.account(provider).uploads) {
            Ok(accepted) => accepted,
            Err(rejection) => return refuse(Kind::BadInput, &rejection),
        };
        let submit = fingerprint(&(&*provider.id, &accepted.model, meaning(provider, &accepted)));
        self.count_submit(submit, now);
        let (faults, before) = match self.faults_of_create(provider, request, &accepted.inputs, submit) {
            Ok(faults) => faults,
            Err(error) => return refuse(Kind::BadInput, &no_outcome(&error)),
        };
        if let Some(why) = faults.plan.faults.iter().find_map(|fault| fault.why_never(provider)) {
            return refuse(Kind::BadInput, &Rejection::new("prompt", "outcome", why));
        }
        if let Some(fault) = before {
            entry.fault = Some(fault.at(self.submits.get(&submit).map_or(1, |submits| submits.attempts)));
            let plan = self.distort(Plan::text(200, "application/json", "{}"), fault, provider, entry);
            let pause = retry_after(&plan, self.wall(now));
            if let (Some(submits), Some(pause)) = (self.submits.get_mut(&submit), pause) {
                submits.not_before = now.saturating_add(pause);
            }
            return plan;
        }
        let Some(model) = provider.model(&accepted.model) else {
            return refuse(Kind::Provider, &Rejection::new("model", "values", "is none of this provider"));
        };
        let operation = provider.plan(model, &accepted.inputs).operation();
        let is_synchronous = is_synchronous(operation);
        let (create_path, _) = request.split_query();
        let mut job = self.job_for(now, served, model, accepted, create_path, (submit, faults));
        if is_synchronous {
            // What is answered with the work is over at once, so nobody can stop it on the way.
            (job.latency, job.stops_at) = (Duration::ZERO, None);
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
        let plan = if is_synchronous {
            self.answer_with_the_work(now, provider, operation, &job)
        } else {
            let before = self.jobs.iter().rev().find(|other| *other.provider == *provider.id);
            let named = before.filter(|_| job.faults.is(How::Twin)).unwrap_or(&job);
            // One that does not wait says so, where there is a word for it.
            let told = (job.state(now) != State::Queued).then(|| self.told_at_once(now, provider, operation, named));
            let begun = || begun(provider, operation, named.ticket.saved.clone()).map(Plan::from);
            told.flatten().or_else(begun).unwrap_or_else(|| unsayable(provider, Step::Create))
        };
        if job.faults.is(How::Early) {
            self.expect_callback(now, provider, &job);
        }
        self.jobs.push(job);
        // A job that is over at once is booked at once.
        self.catch_up(now);
        plan
    }

    /// The answer to a create that says how the job is already.
    fn told_at_once(&self, now: Duration, provider: &Provider, operation: &Operation, job: &Job) -> Option<Plan> {
        operation.reply.status.as_ref()?;
        let told = self.report(now, provider, Step::Create, operation, job);
        // A refusal says nothing about the job.
        Some(told).filter(|told| told.header("x-polyreel-mock").is_none())
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
        self.report(now, provider, step, operation, job)
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

    fn job_for(
        &self,
        now: Duration,
        served: &Served,
        model: &Model,
        accepted: Accepted,
        create_path: &str,
        (submit, faults): (u64, JobFaults),
    ) -> Job {
        let Served { provider, base_path, .. } = served;
        let id = self.jobs.next_id();
        let base_url = format!("{}{base_path}", self.settings.origin);
        let ticket = mint(provider, &base_url, model, &id, create_path);
        let reference = match accepted.inputs.get("reference") {
            Some(Input::Value(value)) => Some(value.to_string()),
            _ => None,
        };
        let usual = latency(provider, model, &accepted.inputs, faults.key);
        let latency = match () {
            () if faults.is(How::Instant) => Duration::ZERO,
            () if faults.is(How::Slow) => usual.saturating_mul(SLOWNESS),
            () => usual,
        };
        let stops_at = faults.is(How::Cancelled).then(|| now.saturating_add(latency / 2));
        Job {
            ticket: Ticket { reference, ..ticket },
            provider: provider.id.to_string(),
            price: provider.quote(model, &accepted.inputs).price,
            latency,
            inputs: accepted.inputs.into_iter().map(without_bytes).collect(),
            created_at: now,
            begins_at: now,
            faults,
            stops_at,
            is_deleted: false,
            retention: provider.retention.clone(),
            is_settled: false,
            care: Care { fingerprint: submit, ..Care::default() },
        }
    }

    /// The answer of a create that is the work itself.
    fn answer_with_the_work(&self, now: Duration, provider: &Provider, operation: &Operation, job: &Job) -> Plan {
        // Nothing comes for as long as anybody waits.
        if job.faults.is(How::Stuck) {
            return Plan::CloseWithoutAnswer;
        }
        let Some(failure) = job.faults.failure() else {
            return self.report(now, provider, Step::Create, operation, job);
        };
        let say = |state: SaidState| answer_to(provider, Step::Create, operation, &state.into(), 0);
        let said = failures(provider, Some(failure)).find_map(say);
        let kind = match failure {
            How::Refused(kind) => kind,
            _ => Kind::Provider,
        };
        let rejection = as_asked("the simulated job failed");
        said.unwrap_or_else(|| refusal(provider, Step::Create, kind, &rejection)).into()
    }
}

/// What a create asks for: its inputs, also those that are left to the provider, but not where the client is called back
/// and what it calls the job.
fn meaning(provider: &Provider, accepted: &Accepted) -> Vec<(String, u64)> {
    let own = accepted.inputs.iter().filter(|(name, _)| !["webhook", "reference"].contains(&name.as_str()));
    let mut meaning: Vec<_> = own.map(hashed).collect();
    let Some(model) = provider.model(&accepted.model) else { return meaning };
    let plan = provider.plan(model, &accepted.inputs);
    let unsaid = model.inputs().filter(|name| !accepted.inputs.contains_key(*name));
    meaning.extend(unsaid.filter_map(|name| {
        let value = plan.effective(&accepted.inputs, name)?;
        Some(hashed((&name.to_string(), &Input::Value(value.clone()))))
    }));
    meaning.sort_unstable();
    meaning
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

/// How much longer a slow job takes.
const SLOWNESS: u32 = 10;

fn no_outcome(error: &NoFault) -> Rejection {
    let known: Vec<_> = Outcome::ALL.iter().map(|outcome| outcome.name).collect();
    Rejection::new("prompt", "outcome", error.to_string()).hint(format!("short names are {}", known.join(", ")))
}
