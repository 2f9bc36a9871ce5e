//! What a fault makes of an answer.

use std::collections::BTreeMap;
use std::time::Duration;

use polyreel_spec::{Kind, Provider, Step};
use serde_json::{Map, Value};

use super::downloads::{Reel, WEB_PAGE};
use super::faults::is_film;
use super::report::{begun, expired, failures, forgotten};
use super::{Plan, Received, Settings, World};
use crate::engine::{
    Rejection, SaidState, answer, error_inside, hollow, refusal, refusal_by, refusal_with, unknown_status,
};
use crate::films::cut;
use crate::{Fault, How, RetryAfter, What};

/// What thirty years are, in seconds.
const HUGE: &str = "946080000";

/// How far ahead the date of a refusal is.
const SOON: Duration = Duration::from_secs(30);

/// A text of this length in a document is a film.
const SHORTEST_FILM: usize = 10_000;

impl World {
    /// The answer as the fault leaves it. What was asked for is done already, or, before a create, never will be.
    pub(crate) fn distort(&self, plan: Plan, fault: Fault, provider: &Provider, entry: &Received) -> Plan {
        let why = as_asked(match fault.what {
            What::Film => "the film is not to be had",
            _ => "the server broke",
        });
        let step = entry.step.unwrap_or(Step::Download);
        if fault.what == What::Film {
            return self.distort_film(plan, fault, entry, &why);
        }
        let (true_headers, true_body) = match &plan {
            Plan::Answer { headers, body, .. } => (headers.clone(), body.clone()),
            _ => return plan,
        };
        match fault.how {
            How::Break(how) => {
                let answer = if fault.what == What::Submit { refusal_with(provider, 503, &why).into() } else { plan };
                let after = if fault.what == What::Submit { fault.after.or(Some(0)) } else { fault.after };
                answer.broken(how, after)
            }
            How::Http(code) => refusal_with(provider, code, &why).into(),
            How::Refused(kind) => refusal(provider, step, kind, &as_asked(reason(kind))).into(),
            How::Rule(number) => {
                let rule = number.checked_sub(1).and_then(|at| provider.errors.rules.get(at));
                let refused = rule.and_then(|rule| refusal_by(provider, step, rule, &as_asked(reason(rule.kind))));
                refused.unwrap_or_else(|| refusal_with(provider, 500, &as_asked("there is no such rule"))).into()
            }
            How::RateLimited(retry_after) => {
                let plan = Plan::from(refusal(provider, step, Kind::RateLimit, &as_asked(reason(Kind::RateLimit))));
                let date = || httpdate::fmt_http_date(self.wall(self.now.saturating_add(SOON)));
                match retry_after {
                    RetryAfter::Absent => plan.without_header("retry-after"),
                    RetryAfter::Date => plan.with_header("retry-after", &date()),
                    RetryAfter::Garbage => plan.with_header("retry-after", "soon; or later"),
                    RetryAfter::Huge => plan.with_header("retry-after", HUGE),
                }
            }
            How::Html => Plan::text(200, "text/html", WEB_PAGE),
            How::Empty => Plan::text(200, "application/json", ""),
            How::Malformed => with_body(true_headers, true_body[..true_body.len() / 2].to_vec()),
            How::Mistyped => {
                let document = serde_json::from_slice(&true_body).map(mistyped);
                document.map_or(plan, |document| with_body(true_headers, document.to_string().into_bytes()))
            }
            How::Hollow => self.hollow(provider, step, entry.job.as_deref()).unwrap_or(plan),
            How::ErrorInside => error_inside(provider, "an error inside, as asked").into(),
            How::UnknownStatus => {
                let running = || answer(provider, step, &SaidState::Running { percent: None }.into(), 0);
                unknown_status(provider).or_else(running).map_or(plan, Plan::from)
            }
            How::Failed => said(provider, step, failures(provider, None)).unwrap_or(plan),
            How::Forgotten => said(provider, step, expired()).unwrap_or_else(|| forgotten(provider, step)),
            How::Redirect => self.elsewhere(fault.what, "nothing"),
            _ => plan,
        }
    }

    fn distort_film(&self, plan: Plan, fault: Fault, entry: &Received, why: &Rejection) -> Plan {
        // A create that is answered with the film has been done, and what comes at once does not move or get old.
        let is_create = entry.step == Some(Step::Create);
        match (fault.how, &plan) {
            (How::Break(how), _) => plan.broken(how, fault.after),
            (How::Html, _) => Plan::text(200, "text/html", WEB_PAGE),
            (How::Cut, Plan::Answer { http, headers, body }) => {
                let body = if is_film(&plan) { cut(body).to_vec() } else { without_end(body) };
                Plan::Answer { http: *http, headers: headers.clone(), body }
            }
            (How::NoRange, _) if plan.http() == Some(206) => self.whole(entry).unwrap_or(plan),
            (How::Empty, Plan::Answer { headers, .. }) if !is_create => with_body(headers.clone(), Vec::new()),
            (How::Http(code), _) if !is_create => Plan::text(code, "text/plain", format!("{why}\n")),
            (How::Redirect, _) if !is_create => {
                self.elsewhere(fault.what, entry.path.strip_prefix("/__mock/").unwrap_or("nothing"))
            }
            _ => plan,
        }
    }

    /// All of a film.
    fn whole(&self, entry: &Received) -> Option<Plan> {
        let job = self.jobs.get(entry.job.as_deref()?)?;
        match Self::reel(self.now, &*self.provider(&job.provider)?, job) {
            Reel::Film(film) => Some(Plan::text(200, "video/mp4", film)),
            Reel::Gone(_) => None,
        }
    }

    /// A good answer with nothing in it: of a create one that was accepted, without a name for the job.
    fn hollow(&self, provider: &Provider, step: Step, job: Option<&str>) -> Option<Plan> {
        let job = job.and_then(|id| self.jobs.get(id)).filter(|_| step == Step::Create);
        if let Some(job) = job {
            let operation = provider.plan(provider.model(&job.ticket.model)?, &job.inputs).operation();
            let unnamed = begun(provider, operation, BTreeMap::new()).unwrap_or_else(|| hollow(&operation.reply));
            return Some(unnamed.into());
        }
        Some(hollow(&provider.operation(step)?.reply).into())
    }

    /// To the same server by another name, which no client takes for the same.
    fn elsewhere(&self, what: What, path: &str) -> Plan {
        let Settings { origin, films, .. } = &self.settings;
        let port = origin.rsplit_once(':').map_or("", |(_, port)| port);
        let below = films.strip_prefix(origin.as_str()).unwrap_or_default();
        let to = format!("http://localhost:{port}{below}/{ELSEWHERE}{path}");
        // 307 says that nothing was done here, 303 that what was done can be looked at there.
        let code = match what {
            What::Submit => 307,
            What::Create => 303,
            _ => 302,
        };
        Plan::text(code, "text/plain", "it is elsewhere, as asked\n").with_header("location", &to)
    }
}

/// The first of these that an answer to a call of this step can say.
fn said(provider: &Provider, step: Step, mut ways: impl Iterator<Item = SaidState>) -> Option<Plan> {
    ways.find_map(|state| answer(provider, step, &state.into(), 0)).map(Plan::from)
}

/// Paths below `/__mock/` that are another host's.
pub(crate) const ELSEWHERE: &str = "elsewhere/";

fn with_body(headers: Vec<(String, String)>, body: Vec<u8>) -> Plan {
    Plan::Answer { http: 200, headers, body }
}

/// Every number as a text and every text as a number, all the way down.
fn mistyped(value: Value) -> Value {
    match value {
        Value::Null => Value::from(0),
        Value::Bool(flag) => Value::from(flag.to_string()),
        Value::Number(number) => Value::from(number.to_string()),
        Value::String(text) => Value::from(text.len()),
        Value::Array(values) => {
            let numbered = values.into_iter().enumerate();
            Value::Object(numbered.map(|(position, value)| (position.to_string(), mistyped(value))).collect())
        }
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, mistyped(value))).collect::<Map<_, _>>())
        }
    }
}

/// A document whose films end in the middle.
fn without_end(body: &[u8]) -> Vec<u8> {
    fn shorten(value: &mut Value) {
        match value {
            // Four letters are three bytes.
            Value::String(text) if text.len() >= SHORTEST_FILM && text.is_ascii() => text.truncate(text.len() / 8 * 4),
            Value::Array(values) => values.iter_mut().for_each(shorten),
            Value::Object(members) => members.values_mut().for_each(shorten),
            _ => {}
        }
    }
    let Ok(mut document) = serde_json::from_slice(body) else { return body.to_vec() };
    shorten(&mut document);
    document.to_string().into_bytes()
}

fn reason(kind: Kind) -> &'static str {
    match kind {
        Kind::BadInput => "the request is refused",
        Kind::Auth => "the key is refused",
        Kind::Balance => "the account is empty",
        Kind::RateLimit => "there were too many requests",
        Kind::Content => "the content is refused",
        Kind::NotFound => "there is nothing",
        Kind::Concurrency => "too many jobs are at work",
        Kind::Timeout => "the server gave up waiting",
        _ => "the server broke",
    }
}

/// What a rejection says that somebody asked for.
pub(crate) fn as_asked(message: &str) -> Rejection {
    Rejection::new("prompt", "outcome", format!("{message}, as asked"))
}
