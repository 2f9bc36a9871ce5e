//! Everything that one server knows, without the server.

mod access;
mod accounts;
mod callbacks;
mod calls;
mod chance;
mod distortion;
mod downloads;
mod faults;
mod job;
mod journal;
mod ledger;
mod limits;
mod plan;
mod receivers;
mod report;
mod services;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use polyreel_spec::{Amount, Kind, Method, Provider, Step};

use self::access::{is_authorized, no_key};
use self::callbacks::Callbacks;
use self::distortion::ELSEWHERE;
use self::faults::{Submits, header, is_film};
use self::job::{Job, Jobs};
use self::journal::Journal;
use self::ledger::Ledger;
use self::limits::Limiter;
use self::report::AlreadySaid;
use self::verdict::{Conduct, gives_bytes};
use crate::clock::manual_start;
use crate::engine::{
    Rejection, Request, Resemblance, Uploads, WHY, creates, refusal_after, refusal_with, resemblance, route,
};

use crate::worlds::BELOW;
use crate::{FaultPlan, FaultProfile, What, Worlds};

pub(crate) use self::access::{KEY, SECRET, claimed_key};
pub use self::callbacks::{Callback, CallbackReport, Effect};
#[cfg(test)]
pub(crate) use self::chance::mixed;
pub use self::job::UNSTATED_LATENCY;
pub use self::journal::{JobReport, Received, Spending};
pub use self::ledger::{Booking, Entry};
pub use self::limits::RateLimit;
pub use self::plan::Plan;
pub use self::verdict::{ClientFault, Finding, Verdict};

/// What is on every account at the start, in the unit of the provider's balance.
const STARTING_BALANCE: Amount = Amount { trillionths: 1_000_000_000_000_000 };

/// What one customer of the mock server has: jobs, accounts, journal and bill. It has no clock and no sockets: it is told
/// the time.
///
/// Jobs live in memory. The price of a job is reserved when it is created; when it ends it is charged, or given back if
/// it failed and the provider file does not say that failures are billed.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) settings: Settings,
    pub(crate) jobs: Jobs,
    /// By the providers' ids.
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) ledger: Ledger,
    served: Arc<[Served]>,
    journal: Journal,
    callbacks: Callbacks,
    pub(crate) conduct: Conduct,
    /// By what creates ask for.
    pub(crate) submits: BTreeMap<u64, Submits>,
    /// Jobs whose end has to be booked, by the time of their end.
    due: BTreeSet<(Duration, String)>,
    now: Duration,
}

/// What a world is made with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// How clients reach the world: `http://127.0.0.1:4100`.
    pub(crate) origin: String,
    /// Where its films are: `http://127.0.0.1:4100/__mock`.
    pub(crate) films: String,
    /// The name of its customer, see [`Worlds`](crate::Worlds).
    pub(crate) customer: String,
    pub(crate) seed: u64,
    pub(crate) rate_limit: RateLimit,
    pub(crate) wall_at_start: SystemTime,
    /// What goes wrong by chance.
    pub(crate) profile: FaultProfile,
    /// Who is called back beside this machine.
    pub(crate) webhook_hosts: Vec<String>,
}

/// What a provider keeps for its customer, jobs aside.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// In the unit of the provider's balance.
    pub(crate) balance: Amount,
    pub(crate) uploads: Uploads,
    limiter: Limiter,
}

impl Default for Account {
    fn default() -> Self {
        Self { balance: STARTING_BALANCE, uploads: Uploads::new(), limiter: Limiter::default() }
    }
}

/// A provider and where it is on this server.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) provider: Arc<Provider>,
    /// The path of its base URL: `/hyprlab/v1`.
    pub(crate) base_path: String,
    pub(crate) said: AlreadySaid,
}

impl Served {
    fn path_below<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.strip_prefix(&self.base_path).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }
}

impl World {
    /// A world in which nothing has happened yet.
    ///
    /// `origin` is how clients reach the server: `http://127.0.0.1:4100`. From `seed` follow the latencies of all jobs.
    pub fn new<'p>(origin: impl Into<String>, seed: u64, providers: impl IntoIterator<Item = &'p Provider>) -> Self {
        let serve = |provider: &Provider| Served {
            base_path: format!("/{}{}", provider.id, provider.base_url.as_deref().map_or("", path_of)),
            provider: Arc::new(provider.clone()),
            said: AlreadySaid::default(),
        };
        let origin = origin.into();
        let settings = Settings {
            films: format!("{origin}/__mock"),
            origin,
            customer: String::new(),
            seed,
            rate_limit: RateLimit::default(),
            wall_at_start: manual_start(),
            profile: FaultProfile::default(),
            webhook_hosts: Vec::new(),
        };
        Self::begun(settings, providers.into_iter().map(serve).collect())
    }

    /// The same world with another date and time of day at its start; it is 2026-01-01T00:00:00Z if nothing is said.
    #[must_use]
    pub fn beginning_at(mut self, wall_at_start: SystemTime) -> Self {
        self.settings.wall_at_start = wall_at_start;
        self
    }

    /// The same world that counts calls in another way.
    #[must_use]
    pub fn counting(mut self, rate_limit: RateLimit) -> Self {
        self.settings.rate_limit = rate_limit;
        self
    }

    /// The same world in which this goes wrong by chance.
    #[must_use]
    pub fn risking(mut self, profile: FaultProfile) -> Self {
        self.settings.profile = profile;
        self
    }

    /// A world of the same providers for another customer, in which nothing has happened yet.
    pub(crate) fn of_customer(&self, name: &str) -> Self {
        let films = format!("{}{BELOW}{name}", self.settings.origin);
        let settings = Settings { films, customer: name.to_owned(), ..self.settings.clone() };
        Self::begun(settings, Arc::clone(&self.served))
    }

    /// The same world, in which nothing has happened yet.
    pub(crate) fn anew(&self) -> Self {
        Self::begun(self.settings.clone(), Arc::clone(&self.served))
    }

    fn begun(settings: Settings, served: Arc<[Served]>) -> Self {
        Self {
            settings,
            jobs: Jobs::default(),
            accounts: BTreeMap::new(),
            ledger: Ledger::default(),
            served,
            journal: Journal::default(),
            callbacks: Callbacks::default(),
            conduct: Conduct::default(),
            submits: BTreeMap::new(),
            due: BTreeSet::new(),
            now: Duration::ZERO,
        }
    }

    /// Says what is on the account at a provider, in the unit of its balance; 1000 if nothing is said. It falls with every
    /// job that is created, and a create that costs more than is left is refused.
    pub fn set_balance(&mut self, provider_id: &str, amount: Amount) {
        self.accounts.entry(provider_id.to_owned()).or_default().balance = amount;
    }

    /// What is on the account at a provider, in the unit of its balance.
    pub fn balance(&self, provider_id: &str) -> Amount {
        self.accounts.get(provider_id).map_or(STARTING_BALANCE, |account| account.balance)
    }

    /// Says what goes wrong by chance from now on.
    pub fn risk(&mut self, profile: FaultProfile) {
        self.settings.profile = profile;
    }

    /// Lets time pass: books the end of every job that ends until then, in order. Gives what is due by then, in order; what
    /// became due while requests were handled is among it.
    #[must_use = "a callback that is not sent is lost"]
    pub fn advance(&mut self, to: Duration) -> Vec<Effect> {
        self.catch_up(to);
        std::iter::from_fn(|| self.next_effect()).collect()
    }

    /// As [`World::advance`]; what is due stays here.
    pub(crate) fn catch_up(&mut self, to: Duration) {
        while let Some((at, id)) = self.due.first().filter(|(at, _)| *at <= to).cloned() {
            self.due.remove(&(at, id.clone()));
            self.settle(at, &id);
        }
        self.now = self.now.max(to);
    }

    /// When the next job ends or the next callback is due.
    pub(crate) fn next_event_at(&self) -> Option<Duration> {
        let end = self.due.first().map(|(at, _)| *at);
        end.into_iter().chain(self.callbacks.next_at()).min()
    }

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
        let asked = match header(&request) {
            Ok(asked) => asked,
            Err(error) => return Plan::text(400, "text/plain", format!("{}: {error}\n", FaultPlan::HEADER)),
        };
        let plan = if let Some(name) = request.split_query().0.strip_prefix("/__mock/") {
            self.fetch(now, &request, name, &mut entry)
        } else {
            self.call(now, &mut request, &mut entry)
        };
        let provider = entry.provider.as_deref().and_then(|id| self.provider(id));
        let (plan, trace) = self.befall(plan, provider.as_deref(), &mut entry, asked.as_ref());
        let plan = plan.signed(self.wall(now), trace);
        entry.http = plan.http();
        entry.why = plan.header(WHY).map(str::to_owned);
        self.judge(provider.as_deref(), &entry, &request, &plan);
        entry.method = request.method;
        self.journal.write(entry);
        plan
    }

    /// Lets faults befall an answer, and says what did in a way that can be asked for again.
    fn befall(
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
            let (fault, attempt) = self.befalls(provider, what, entry.job.as_deref(), asked);
            let job = entry.job.as_deref().unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = write!(trace, "; job={job}; {}={attempt}", what.name());
            let Some(fault) = fault else { continue };
            let _ = write!(trace, "; fault={fault}");
            plan = self.distort(plan, fault, provider, entry);
            entry.fault = Some(fault);
            if let Some(job) = entry.job.as_deref().and_then(|id| self.jobs.get_mut(id)) {
                job.lot.remember(fault);
            }
        }
        (plan, trace)
    }

    /// Where a provider is on this server, without a slash at the end: `http://127.0.0.1:4100/hyprlab/v1`.
    pub fn base_url(&self, provider_id: &str) -> Option<String> {
        let served = self.served.iter().find(|served| *served.provider.id == *provider_id)?;
        Some(format!("{}{}", self.settings.origin, served.base_path))
    }

    /// The latest requests in the order in which they came: up to 10,000, and up to 4 MiB.
    pub fn requests(&self) -> Vec<&Received> {
        self.journal.entries().collect()
    }

    /// How many requests there were, also those that [`World::requests`] has forgotten.
    pub fn request_count(&self) -> u64 {
        self.journal.total()
    }

    /// How many create requests a provider received, whatever came of them.
    pub fn creates(&self, provider_id: &str) -> usize {
        self.journal.count(provider_id, Step::Create)
    }

    /// What was reserved, charged and given back, in order.
    pub fn ledger(&self) -> &[Entry] {
        self.ledger.entries()
    }

    /// All jobs in the order in which they were created.
    pub fn jobs(&self, now: Duration) -> Vec<JobReport> {
        let report = |job: &Job| JobReport {
            id: job.ticket.job.clone(),
            provider: job.provider.clone(),
            model: job.ticket.model.clone(),
            state: job.state(now),
            price: job.price.clone(),
            befell: FaultPlan { faults: job.lot.befell.clone() },
        };
        self.jobs.iter().map(report).collect()
    }

    /// What is reserved or charged at every provider that made something, in the order of their first jobs.
    pub fn spent(&self) -> Vec<Spending> {
        self.ledger.spending()
    }

    /// The provider whose base path this path is below.
    pub(crate) fn provider_of(&self, path: &str) -> Option<&Provider> {
        self.served.iter().find(|served| served.path_below(path).is_some()).map(|served| &*served.provider)
    }

    pub(crate) fn provider(&self, id: &str) -> Option<Arc<Provider>> {
        self.served.iter().find(|served| *served.provider.id == *id).map(|served| Arc::clone(&served.provider))
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

    pub(crate) fn account(&mut self, provider: &Provider) -> &mut Account {
        self.accounts.entry(provider.id.to_string()).or_default()
    }

    /// The key of its customer.
    pub(crate) fn key(&self) -> String {
        Worlds::key(&self.settings.customer)
    }

    /// Date and time of day.
    pub(crate) fn wall(&self, now: Duration) -> SystemTime {
        let start = self.settings.wall_at_start;
        start.checked_add(now).unwrap_or(start)
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

    /// Remembers that the end of a job has to be booked.
    pub(crate) fn expect_end(&mut self, at: Duration, job: &str) {
        self.due.insert((at, job.to_owned()));
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

/// The path of a URL, without a slash at the end.
fn path_of(url: &str) -> &str {
    let below_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    below_scheme.find('/').map_or("", |at| below_scheme[at..].trim_end_matches('/'))
}
