//! What a world does about each call.

use std::collections::BTreeMap;
use std::time::Duration;

use polyreel_spec::{Kind, Model, Provider, State, Step};
use serde_json::Value;

use crate::engine::{
    Accepted, Answer, Rejection, Request, Said, SaidState, Ticket, accept, answer, error_inside, mint, refusal,
    refusal_with, unknown_status,
};
use crate::films::{cut, film};
use crate::job::{Job, latency};
use crate::outcome::asked_for;
use crate::world::{Plan, Served, World};
use crate::{Outcome, Received};

const WEB_PAGE: &str = "<!doctype html>\n<title>Please wait</title>\n<p>This page is no answer of the provider.\n";

impl World {
    /// A create with a good key.
    pub(crate) fn create(&mut self, now: Duration, served: &Served, request: &Request, entry: &mut Received) -> Plan {
        let provider = &*served.provider;
        let refuse = |kind, rejection: &Rejection| refusal(provider, Step::Create, kind, rejection).into();
        let accepted = match accept(provider, request) {
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
        let saved = self.begin(now, served, model, &accepted, outcome).saved.clone();
        entry.job = self.jobs.last().map(|job| job.ticket.job.clone());
        let said = |saved| answer(provider, Step::Create, &Said { state: SaidState::Accepted, saved }, 0);
        match outcome {
            Some(Outcome::LostAnswer) => Plan::CloseWithoutAnswer,
            Some(Outcome::ServerError) => refusal_with(provider, 500, &as_asked("the server broke")).into(),
            Some(Outcome::NoId) => said(BTreeMap::new()).map_or_else(|| unsayable(provider, Step::Create), Plan::from),
            _ => said(saved).map_or_else(|| unsayable(provider, Step::Create), Plan::from),
        }
    }

    /// A later call on a job that is there.
    pub(crate) fn tell(&self, now: Duration, provider: &Provider, step: Step, job: &str) -> Plan {
        let Some(job) = self.job(job) else { return unsayable(provider, step) };
        let instead = match job.outcome {
            Some(Outcome::PollUnauthorized) => {
                Some(refusal(provider, step, Kind::Auth, &as_asked("the key is refused")).into())
            }
            Some(Outcome::PollHtml) => Some(Plan::text(200, "text/html", WEB_PAGE)),
            Some(Outcome::PollErrorInside) => Some(error_inside(provider, "an error inside, as asked").into()),
            Some(Outcome::PollServerError) => Some(refusal_with(provider, 503, &as_asked("the server is away")).into()),
            Some(Outcome::PollUnknownStatus) => {
                unknown_status(provider).or_else(|| self.report(provider, step, job, State::Running)).map(Plan::from)
            }
            _ => None,
        };
        instead
            .or_else(|| self.report(provider, step, job, job.state(now)).map(Plan::from))
            .unwrap_or_else(|| unsayable(provider, step))
    }

    /// A film, or what came of it. `name` is the path below `/__mock/`.
    pub(crate) fn fetch(&self, now: Duration, method: &str, name: &str, entry: &mut Received) -> Plan {
        let job = name.strip_prefix("outputs/").and_then(|name| name.strip_suffix(".mp4")).and_then(|id| self.job(id));
        let gone = |why: &str| Plan::text(404, "text/plain", format!("{why}\n"));
        let Some(job) = job else { return gone("there is no such output") };
        entry.job = Some(job.ticket.job.clone());
        entry.provider = Some(job.provider.clone());
        let provider = self.provider(&job.provider);
        let model = provider.as_deref().and_then(|provider| Some((provider, provider.model(&job.ticket.model)?)));
        let Some((provider, model)) = model else { return gone("there is no such output") };
        if !matches!(method, "GET" | "HEAD") {
            return Plan::text(405, "text/plain", "outputs are fetched with GET\n");
        }
        let film = film(provider, model, &job.inputs);
        match (job.state(now), job.outcome) {
            (State::Done, Some(Outcome::ExpiredFilm)) => gone("the output has expired, as asked"),
            (State::Done, Some(Outcome::HtmlFilm)) => Plan::text(200, "text/html", WEB_PAGE),
            (State::Done, Some(Outcome::CutFilm)) => Plan::text(200, "video/mp4", cut(film)),
            (State::Done, _) => Plan::text(200, "video/mp4", film),
            (state, _) => gone(&format!("there is no output: the job is {}", state.name())),
        }
    }

    /// A later call that is about no job.
    pub(crate) fn no_job(&self, provider: &Provider, step: Step, request: &Request) -> Plan {
        if let Some(rejection) = surplus(provider, step, request) {
            return refusal(provider, step, Kind::BadInput, &rejection).into();
        }
        let hint = match self.jobs.iter().rev().find(|job| *job.provider == *provider.id) {
            Some(latest) => format!("the latest job is {}", latest.ticket.job),
            None => "no job was created yet; jobs live as long as the mock server".to_owned(),
        };
        let rejection = Rejection::new("id", "job", "is no job of this server").hint(hint);
        refusal(provider, step, Kind::NotFound, &rejection).into()
    }

    /// Begins a job and charges it.
    fn begin(
        &mut self,
        now: Duration,
        served: &Served,
        model: &Model,
        accepted: &Accepted,
        outcome: Option<Outcome>,
    ) -> &Ticket {
        let Served { provider, base_path } = served;
        let ordinal = self.jobs.len() as u64 + 1;
        let id = format!("mock-{ordinal:06}");
        let saved = mint(provider, &format!("{}{base_path}", self.origin), model, &id);
        self.jobs.push(Job {
            ticket: Ticket { job: id, model: accepted.model.clone(), saved },
            provider: provider.id.to_string(),
            price: provider.quote(model, &accepted.inputs).price,
            latency: latency(provider, model, &accepted.inputs, self.seed, ordinal),
            inputs: accepted.inputs.clone(),
            created_at: now,
            outcome,
        });
        &self.jobs[self.jobs.len() - 1].ticket
    }

    /// The reply that says how a job is; where the provider file has no way to say it, the nearest thing that it has.
    fn report(&self, provider: &Provider, step: Step, job: &Job, state: State) -> Option<Answer> {
        let failed = |message: Option<&str>| SaidState::Failed { code: None, message: message.map(str::to_owned) };
        let done = |also| SaidState::Done { outputs: vec![self.output_url(job)], also };
        let ways = match state {
            State::Queued => vec![SaidState::Queued, SaidState::Running],
            State::Done => vec![done(self.side_values(provider, step, job)), done(BTreeMap::new())],
            State::Failed => vec![failed(Some("the simulated job failed as asked")), failed(None), SaidState::Expired],
            _ => vec![SaidState::Running, SaidState::Queued],
        };
        let say = |state| answer(provider, step, &Said { state, saved: job.ticket.saved.clone() }, 0);
        ways.into_iter().find_map(say)
    }

    fn output_url(&self, job: &Job) -> String {
        format!("{}/__mock/outputs/{}.mp4", self.origin, job.ticket.job)
    }

    fn side_values(&self, provider: &Provider, step: Step, job: &Job) -> BTreeMap<String, Value> {
        let value = |name: &str| match name {
            "cover" => Some(Value::from(format!("{}/__mock/covers/{}.jpg", self.origin, job.ticket.job))),
            "cost" => serde_json::from_str(&job.price.as_ref()?.amount.to_string()).ok(),
            "duration" => {
                let model = provider.model(&job.ticket.model)?;
                provider.effective(model, &job.inputs, name)?.as_int().map(Value::from)
            }
            _ => None,
        };
        let sides = &provider.operation(step).reply.also;
        sides.iter().filter_map(|side| Some((side.name.to_string(), value(&side.name)?))).collect()
    }

    fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.ticket.job == id)
    }
}

/// What a later call carries that none does.
fn surplus(provider: &Provider, step: Step, request: &Request) -> Option<Rejection> {
    let has_query = request.split_query().1.is_some_and(|query| !query.is_empty());
    let has_body = provider.operation(step).body.is_empty() && !request.body.is_empty();
    let part = if has_query { "query" } else { "body" };
    (has_query || has_body).then(|| Rejection::new(part, "unknown", format!("a {step} takes none")))
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

fn unsayable(provider: &Provider, step: Step) -> Plan {
    let message = "the provider file has no way to say how the job is";
    refusal_with(provider, 500, &Rejection::new(step.to_string(), "reply", message).hint("look at its `status`")).into()
}
