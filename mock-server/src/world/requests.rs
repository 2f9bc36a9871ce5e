//! What a world does with a request.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Kind, Method, Provider, Step};

use super::access::{is_authorized, no_key};
use super::distortion::ELSEWHERE;
use super::faults::{header, is_film, is_harmless};
use super::verdict::gives_bytes;
use super::{Job, Plan, Received, Settings, World};
use crate::engine::{Rejection, Request, Resemblance, WHY, creates, refusal_after, refusal_with, resemblance, route};
use crate::{FaultPlan, What};

impl World {
    /// Takes one request, does what it asks for, and says how to answer it.
    ///
    /// The path of the request is the one below the origin. `now` is the time since the server's start and must not go
    /// backwards.
    pub fn handle(&mut self, now: Duration, request: &Request) -> Plan {
        self.take(now, request.clone())
    }

    /// As [`World::handle`], of a request that nobody else needs.
    pub(crate) fn take(&mut self, now: Duration, mut request: Request) -> Plan {
        self.catch_up(now);
        let now = self.now;
        let path = request.split_query().0.to_owned();
        let mut entry = Received {
            at: now,
            method: String::new(),
            path,
            provider: None,
            step: None,
            job: None,
            http: None,
            fault: None,
            why: None,
            key_leaked: false,
        };
        let (asked, no_plan) = match header(&request) {
            Ok(asked) => (asked, None),
            Err(error) => (None, Some(format!("{}: {error}\n", FaultPlan::HEADER))),
        };
        let plan = if let Some(why) = no_plan {
            Plan::text(400, "text/plain", why)
        } else if let Some(name) = request.split_query().0.strip_prefix("/__mock/") {
            self.fetch(now, &request, name, &mut entry)
        } else {
            self.call(now, &mut request, &mut entry)
        };
        let provider = entry.provider.as_deref().and_then(|id| self.provider(id));
        let (plan, trace) = self.inject(plan, provider.as_deref(), &mut entry, asked.as_ref());
        let plan = plan.signed(self.wall(now), trace);
        entry.http = plan.http();
        entry.why = plan.header(WHY).map(str::to_owned);
        self.judge(provider.as_deref(), &entry, &request, &plan);
        entry.method = request.method;
        self.journal.write(entry);
        plan
    }

    /// Lets faults befall an answer, and says what did in a way that can be asked for again.
    fn inject(
        &mut self,
        mut plan: Plan,
        provider: Option<&Provider>,
        entry: &mut Received,
        asked: Option<&FaultPlan>,
    ) -> (Plan, String) {
        let Settings { seed, customer, .. } = &self.settings;
        let mut trace = format!("seed={seed}; world={customer}");
        let Some(provider) = provider.filter(|_| entry.fault.is_none()) else {
            trace.extend(entry.fault.map(|fault| format!("; fault={fault}")));
            return (plan, trace);
        };
        let of_call = What::of(entry.step);
        let is_away = entry.path.strip_prefix("/__mock/").is_some_and(|path| path.starts_with(ELSEWHERE));
        let is_about_it = entry.job.is_some() && !is_away || matches!(of_call, What::Upload | What::Balance);
        let has_film =
            of_call != What::Film && plan.http() == Some(200) && (is_film(&plan) || gives_bytes(provider, entry.step));
        for what in [Some(of_call), has_film.then_some(What::Film)].into_iter().flatten().filter(|_| is_about_it) {
            // What a fault has made of the answer to a create or a poll is no film any more.
            if entry.fault.is_some_and(|fault| !is_harmless(fault)) {
                continue;
            }
            let (fault, attempt) = self.next_fault(provider, what, entry.job.as_deref(), asked);
            let job = entry.job.as_deref().unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = write!(trace, "; job={job}; {}={attempt}", what.name());
            let Some(fault) = fault else { continue };
            let _ = write!(trace, "; fault={fault}");
            plan = self.distort(plan, fault, provider, entry);
            entry.fault = Some(fault);
            if let Some(job) = entry.job.as_deref().and_then(|id| self.jobs.get_mut(id)) {
                job.faults.remember(fault);
            }
        }
        (plan, trace)
    }

    /// A call of a provider. The path becomes the one below its base URL.
    fn call(&mut self, now: Duration, request: &mut Request, entry: &mut Received) -> Plan {
        let all = Arc::clone(&self.served);
        let Some(served) = all.iter().find(|served| served.path_below(&request.path).is_some()) else {
            return self.nobody_here();
        };
        request.path.drain(..served.base_path.len());
        let request = &*request;
        let provider = &*served.provider;
        entry.provider = Some(provider.id.to_string());
        let routed = self.route(provider, request);
        let looks_like = match &routed {
            Some((step, _)) => Resemblance::Call(*step),
            None => resemblance(provider, request),
        };
        let step = match looks_like {
            Resemblance::Call(step) => step,
            Resemblance::OtherMethod(step, right) => return wrong_method(provider, step, &request.method, right),
            Resemblance::Nothing => return wrong_path(provider),
        };
        entry.step = Some(step);
        entry.job = routed.map(|(_, job)| job);
        if !is_authorized(&provider.auth, request, self.wall(now), &self.key()) {
            return no_key(provider, step, &self.key());
        }
        if let Err(wait) = self.admit(now, provider) {
            self.conduct.over_limit += 1;
            let rejection = Rejection::new("rate", "limit", "there were too many calls in a minute");
            return refusal_after(provider, step, Kind::RateLimit, &rejection, wait).into();
        }
        match (step, &entry.job) {
            (Step::Create, _) => self.create(now, served, request, entry),
            (Step::Upload, _) => self.upload(provider, request),
            (Step::Balance, _) => self.tell_balance(provider, request),
            (Step::Cancel, Some(job)) => self.cancel(now, provider, job),
            (Step::Download, Some(job)) => self.download(now, provider, job),
            (_, Some(job)) => self.tell(now, provider, step, job),
            (_, None) => self.no_job(provider, step, request),
        }
    }

    /// Which later call on which job a request is. Numbers in it tell where to look; where they do not, all jobs are.
    fn route(&self, provider: &Provider, request: &Request) -> Option<(Step, String)> {
        let own = |job: &&Job| *job.provider == *provider.id;
        let among = |tickets: &mut dyn Iterator<Item = &Job>| {
            let found = route(provider, request, tickets.filter(own).map(|job| &job.ticket));
            found.map(|(step, ticket)| (step, ticket.job.clone()))
        };
        among(&mut self.jobs.named_in(request)).or_else(|| among(&mut self.jobs.iter()))
    }

    /// Takes a call, or says how long to wait.
    fn admit(&mut self, now: Duration, provider: &Provider) -> Result<(), Duration> {
        let Some(most) = provider.limits.requests_per_minute else { return Ok(()) };
        let kind = self.settings.rate_limit;
        self.account(provider).limiter.admit(kind, most, now)
    }

    fn nobody_here(&self) -> Plan {
        let bases = self.served.iter().map(|served| served.base_path.as_str()).collect::<Vec<_>>().join(", ");
        Plan::text(
            404,
            "text/plain",
            format!("nothing is at this path; the base paths of this mock server are: {bases}\n"),
        )
    }
}

fn wrong_method(provider: &Provider, step: Step, method: &str, right: Method) -> Plan {
    let rejection = Rejection::new("method", "method", format!("{method} is not taken here"));
    refusal_with(provider, 405, &rejection.hint(format!("a {step} is a {}", right.name()))).into()
}

fn wrong_path(provider: &Provider) -> Plan {
    let others = Step::ALL.into_iter().filter(|step| *step != Step::Create);
    let mut calls: Vec<String> = Vec::new();
    for operation in creates(provider).chain(others.filter_map(|step| provider.operation(step))) {
        let call = format!("{} {}", operation.method.name(), operation.address);
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
    let hint = format!("{} has {}", provider.name, calls.join(" and "));
    refusal_with(provider, 404, &Rejection::new("path", "address", "is none of this provider").hint(hint)).into()
}
