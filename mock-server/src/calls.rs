//! What a world does about creates, and about later calls on their jobs.

use std::collections::BTreeMap;
use std::time::Duration;

use polyreel_spec::{Input, Kind, Model, Operation, Provider, Step};

use crate::downloads::WEB_PAGE;
use crate::engine::{
    Accepted, Rejection, Request, SaidState, Ticket, accept, answer_to, error_inside, hollow, is_synchronous, mint,
    misfit, refusal, refusal_with, unknown_status,
};
use crate::job::{Job, latency};
use crate::outcome::asked_for;
use crate::report::{begun, unsayable};
use crate::world::{Plan, Served, World};
use crate::{Outcome, Received};

impl World {
    /// A create with a good key.
    pub(crate) fn create(&mut self, now: Duration, served: &Served, request: &Request, entry: &mut Received) -> Plan {
        let provider = &*served.provider;
        let refuse = |kind, rejection: &Rejection| refusal(provider, Step::Create, kind, rejection).into();
        let accepted = match accept(provider, request, &self.account(provider).uploads) {
            Ok(accepted) => accepted,
            Err(rejection) => return refuse(Kind::BadInput, &rejection),
        };
        let outcome = match asked_for(&accepted.inputs) {
            Ok(outcome) => outcome,
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
        if is_synchronous {
            job.latency = Duration::ZERO;
        }
        entry.job = Some(job.ticket.job.clone());
        self.charge(provider, job.price.as_ref());
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
        plan
    }

    /// A later call on a job that is there.
    pub(crate) fn tell(&self, now: Duration, provider: &Provider, step: Step, job: &str) -> Plan {
        let (Some(job), Some(operation)) = (self.job(job), provider.operation(step)) else {
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

    pub(crate) fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.ticket.job == id)
    }

    fn job_for(&self, now: Duration, served: &Served, model: &Model, accepted: Accepted, create_path: &str) -> Job {
        let Served { provider, base_path } = served;
        let ordinal = self.jobs.len() as u64 + 1;
        let base_url = format!("{}{base_path}", self.origin);
        let ticket = mint(provider, &base_url, model, &format!("mock-{ordinal:06}"), create_path);
        let reference = match accepted.inputs.get("reference") {
            Some(Input::Value(value)) => Some(value.to_string()),
            _ => None,
        };
        Job {
            ticket: Ticket { reference, ..ticket },
            provider: provider.id.to_string(),
            price: provider.quote(model, &accepted.inputs).price,
            latency: latency(provider, model, &accepted.inputs, self.seed, ordinal),
            inputs: accepted.inputs,
            created_at: now,
            outcome: None,
            stops_at: None,
            is_deleted: false,
            retention: provider.retention.clone(),
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
    Rejection::new("prompt", "outcome", format!("{shown:?} is no outcome")).hint(format!("there are {known}"))
}
