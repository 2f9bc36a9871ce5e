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
mod requests;
mod services;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use polyreel_spec::{Amount, Provider, Step};

use self::callbacks::Callbacks;
use self::faults::Submits;
use self::job::{Job, Jobs};
use self::journal::Journal;
use self::ledger::Ledger;
use self::limits::Limiter;
use self::report::AlreadySaid;
use self::verdict::Conduct;
use crate::clock::manual_start;
use crate::engine::Uploads;
use crate::worlds::BELOW;
use crate::{FaultPlan, FaultProfile, Worlds};

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
    /// What goes wrong by chance here.
    pub(crate) profile: FaultProfile,
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
    /// What goes wrong by chance in every world that nobody told otherwise.
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
        self.settings.profile = profile.clone();
        self.profile = profile;
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
            profile: settings.profile.clone(),
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

    /// Says what goes wrong by chance from now on, in this world alone.
    pub fn risk(&mut self, profile: FaultProfile) {
        self.profile = profile;
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

    /// Where a provider is on this server, without a slash at the end: `http://127.0.0.1:4100/hyprlab/v1`.
    pub fn base_url(&self, provider_id: &str) -> Option<String> {
        let served = self.served.iter().find(|served| *served.provider.id == *provider_id)?;
        Some(format!("{}{}", self.settings.origin, served.base_path))
    }

    /// The latest requests in the order in which they came: up to 10,000, and up to 4 MiB.
    pub fn requests(&self) -> Vec<&Received> {
        self.journal.entries().collect()
    }

    /// The latest request.
    pub(crate) fn last_request(&self) -> Option<&Received> {
        self.journal.last()
    }

    /// How many requests there were, also those that [`World::requests`] has forgotten.
    pub fn request_count(&self) -> u64 {
        self.journal.total()
    }

    /// How many create requests a provider received, whatever came of them.
    pub fn creates(&self, provider_id: &str) -> usize {
        self.journal.count(provider_id, Step::Create)
    }

    /// How many polls a provider received.
    pub(crate) fn polls(&self, provider_id: &str) -> usize {
        self.journal.count(provider_id, Step::Poll)
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
            injected: FaultPlan { faults: job.faults.injected.clone() },
        };
        self.jobs.iter().map(report).collect()
    }

    /// What is reserved or charged at every provider that made something, in the order of their first jobs.
    pub fn spent(&self) -> Vec<Spending> {
        self.ledger.spending()
    }

    /// The providers that are served.
    pub(crate) fn providers(&self) -> impl Iterator<Item = &Provider> + Clone {
        self.served.iter().map(|served| &*served.provider)
    }

    /// The provider whose base path this path is below.
    pub(crate) fn provider_of(&self, path: &str) -> Option<&Provider> {
        self.served.iter().find(|served| served.path_below(path).is_some()).map(|served| &*served.provider)
    }

    pub(crate) fn provider(&self, id: &str) -> Option<Arc<Provider>> {
        self.served.iter().find(|served| *served.provider.id == *id).map(|served| Arc::clone(&served.provider))
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

    /// Remembers that the end of a job has to be booked.
    pub(crate) fn expect_end(&mut self, at: Duration, job: &str) {
        self.due.insert((at, job.to_owned()));
    }
}

/// The path of a URL, without a slash at the end.
fn path_of(url: &str) -> &str {
    let below_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    below_scheme.find('/').map_or("", |at| below_scheme[at..].trim_end_matches('/'))
}
