//! How a world says how a job is.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use polyreel_spec::{Kind, Operation, Provider, State, Step};
use serde_json::Value;

use super::downloads::Reel;
use super::job::Job;
use super::{Plan, World};
use crate::How;
use crate::engine::{Answer, Film, Rejection, Said, SaidState, answer_to, example_code, refusal, refusal_with};

/// The pause that a reply asks for, where the provider file says that it does but not how long it usually is.
const UNSTATED_PAUSE: u64 = 5000;

/// The replies of one provider that are the same for all jobs, by step, state and percentage: most replies that there are,
/// so each is written once.
#[derive(Debug, Default)]
pub(crate) struct AlreadySaid(Mutex<HashMap<(Step, State, u8), Plan>>);

impl AlreadySaid {
    fn get(&self, step: Step, state: State, percent: u8, write: impl FnOnce() -> Plan) -> Plan {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.entry((step, state, percent)).or_insert_with(write).clone()
    }
}

impl World {
    /// The reply to a call of this step that says how a job is; where the provider file has no way to say it, the nearest
    /// thing that it has.
    pub(crate) fn report(
        &self,
        now: Duration,
        provider: &Provider,
        step: Step,
        operation: &Operation,
        job: &Job,
    ) -> Plan {
        let state = match job.state(now) {
            State::Running if job.goes_back() => State::Queued,
            state => state,
        };
        let write = || self.write_report(state, now, provider, step, operation, job);
        // No other reply is without anything of the job's own.
        let is_for_all = matches!(step, Step::Poll | Step::Result) && matches!(state, State::Queued | State::Running);
        let served = self.served.iter().find(|served| *served.provider.id == *provider.id);
        match served.filter(|_| is_for_all) {
            Some(served) => served.said.get(step, state, job.percent(now), write),
            None => write(),
        }
    }

    fn write_report(
        &self,
        state: State,
        now: Duration,
        provider: &Provider,
        step: Step,
        operation: &Operation,
        job: &Job,
    ) -> Plan {
        let say = |state: SaidState| {
            let said = Said { state, saved: job.ticket.saved.clone(), pause: pause(operation) };
            answer_to(provider, step, operation, &said, 0)
                .or_else(|| answer_to(provider, step, operation, &Said { pause: None, ..said }, 0))
        };
        // A lookup may say no more than which job it is.
        let only_finds = step == Step::Find && operation.reply.status.is_none();
        let ways = match state {
            State::Expired => ways(state, 0),
            _ if only_finds => vec![SaidState::Accepted],
            State::Done => return self.report_film(now, provider, step, operation, job),
            State::Failed => failures(provider, job.faults.failure()).chain(ways(state, 0)).collect(),
            _ => ways(state, job.percent(now)),
        };
        match ways.into_iter().find_map(say) {
            Some(answer) => answer.into(),
            // Where only the call for the film says that there is none, the poll calls the job done.
            None if step == Step::Poll && state == State::Failed && provider.result.is_some() => {
                self.report_film(now, provider, step, operation, job)
            }
            None => unsaid(provider, step, state),
        }
    }

    /// The reply that says that a job is done, and gives the film where the provider file has a place for it.
    fn report_film(&self, now: Duration, provider: &Provider, step: Step, operation: &Operation, job: &Job) -> Plan {
        let also = self.side_values(provider, operation, job);
        let say = |outputs: Vec<Film>| {
            let with = |also: &BTreeMap<String, Value>, saved: &BTreeMap<String, String>| {
                let state = SaidState::Done { outputs: outputs.clone(), also: also.clone() };
                answer_to(provider, step, operation, &Said { state, saved: saved.clone(), pause: None }, 0)
            };
            let (nothing, saved) = (BTreeMap::new(), &job.ticket.saved);
            // Where the film is the whole body, there is no room for anything else.
            with(&also, saved).or_else(|| with(&nothing, saved)).or_else(|| with(&nothing, &BTreeMap::new()))
        };
        let Some(output) = &operation.reply.output else {
            return say(Vec::new()).map_or_else(|| unsaid(provider, step, State::Done), Plan::from);
        };
        // A reply that may be the film itself is the film itself.
        if output.body.is_none()
            && let Some(answer) = say(vec![Film::Url(self.output_url(job))])
        {
            return answer.into();
        }
        match Self::reel(now, provider, job) {
            Reel::Film(film) => {
                say(vec![Film::Bytes(film.to_vec())]).map_or_else(|| unsaid(provider, step, State::Done), Plan::from)
            }
            Reel::Gone(why) => refusal(provider, step, Kind::NotFound, &Rejection::new("id", "output", why)).into(),
        }
    }

    fn side_values(&self, provider: &Provider, operation: &Operation, job: &Job) -> BTreeMap<String, Value> {
        let value = |name: &str| match name {
            "cover" => Some(Value::from(format!("{}/covers/{}.jpg", self.settings.films, job.ticket.job))),
            "cost" => serde_json::from_str(&job.price.as_ref()?.amount.to_string()).ok(),
            "duration" => {
                let model = provider.model(&job.ticket.model)?;
                let duration = provider.plan(model, &job.inputs).effective(&job.inputs, name)?;
                duration.as_int().map(Value::from)
            }
            _ => None,
        };
        let sides = &operation.reply.also;
        sides.iter().filter_map(|side| Some((side.name.to_string(), value(&side.name)?))).collect()
    }
}

/// What comes nearest to a state of a job that is not done, best first.
fn ways(state: State, percent: u8) -> Vec<SaidState> {
    let failed =
        |message: Option<&str>| SaidState::Failed { kind: None, code: None, message: message.map(str::to_owned) };
    let billed = [None, Some(false), Some(true)];
    let waiting = [SaidState::Queued { position: Some(1) }, SaidState::Queued { position: None }];
    let working = [SaidState::Running { percent: Some(percent) }, SaidState::Running { percent: None }];
    match state {
        State::Queued => waiting.into_iter().chain(working).collect(),
        State::Cancelled => {
            let cancelled = billed.into_iter().map(|billed| SaidState::Cancelled { billed });
            let otherwise = [failed(Some("the job was stopped")), failed(None)].into_iter().chain(expired());
            cancelled.chain(otherwise).collect()
        }
        State::Failed | State::Expired => expired().collect(),
        _ => working.into_iter().chain(waiting).collect(),
    }
}

/// All ways to say that a job is not known any more.
pub(crate) fn expired() -> impl Iterator<Item = SaidState> {
    [None, Some(false), Some(true)].into_iter().map(|billed| SaidState::Expired { billed })
}

/// All ways to say that a job failed for this reason, the plainest last.
pub(crate) fn failures(provider: &Provider, failure: Option<How>) -> impl Iterator<Item = SaidState> {
    let message = || "the simulated job failed as asked".to_owned();
    let rules = provider.errors.rules.iter().enumerate();
    let rules = rules.filter(move |(at, rule)| match failure {
        Some(How::Refused(kind)) => rule.kind == kind,
        Some(How::Rule(number)) => at + 1 == number,
        _ => false,
    });
    let by_rule = rules.flat_map(move |(_, rule)| {
        let text = rule.message_has.as_ref().map_or_else(message, |text| format!("{}: {text}", message()));
        let code = example_code(rule);
        [Some(text), None].map(|message| SaidState::Failed { kind: Some(rule.kind), code: code.clone(), message })
    });
    let plain = |message| SaidState::Failed { kind: None, code: None, message };
    by_rule.chain([plain(Some(message())), plain(None)])
}

fn pause(operation: &Operation) -> Option<Duration> {
    let pace = &operation.pace;
    pace.every_from.as_ref().map(|_| Duration::from_millis(pace.every.or(pace.at_least).unwrap_or(UNSTATED_PAUSE)))
}

/// The answer where a reply has no word for a state: that there is nothing, or not yet.
fn unsaid(provider: &Provider, step: Step, state: State) -> Plan {
    match (step, state) {
        (_, State::Expired) => forgotten(provider, step),
        (Step::Result, State::Queued | State::Running) => {
            let rejection = Rejection::new("id", "job", format!("is a job that is {}", state.name()));
            refusal(provider, step, Kind::NotFound, &rejection).into()
        }
        _ => unsayable(provider, step),
    }
}

/// Refuses a call about a job that is not kept any more.
pub(crate) fn forgotten(provider: &Provider, step: Step) -> Plan {
    refusal(provider, step, Kind::NotFound, &Rejection::new("id", "job", "is a job that is not kept any more")).into()
}

pub(crate) fn unsayable(provider: &Provider, step: Step) -> Plan {
    let message = "the provider file has no way to say how the job is";
    let rejection = Rejection::new(step.to_string(), "reply", message).hint("look at its `status`");
    refusal_with(provider, 500, &rejection).into()
}

/// The answer of a create that began a job.
pub(crate) fn begun(provider: &Provider, operation: &Operation, saved: BTreeMap<String, String>) -> Option<Answer> {
    let said = Said { state: SaidState::Accepted, saved, pause: None };
    answer_to(provider, Step::Create, operation, &said, 0)
}
