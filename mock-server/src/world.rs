//! Everything that one server knows, without the server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use polyreel_spec::{Amount, Method, Money, Provider, Step};

use crate::access::{is_authorized, no_key};
use crate::clock::manual_start;
use crate::engine::{Answer, Rejection, Request, Resemblance, Uploads, creates, refusal_with, resemblance, route};
use crate::job::Job;
use crate::{JobReport, Received, Spending};

/// What is on every account at the start, in the unit of the provider's balance.
const STARTING_BALANCE: Amount = Amount { trillionths: 100_000_000_000_000 };

/// What is to be done about a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Plan {
    /// Answer it.
    Answer {
        /// The HTTP code.
        http: u16,
        /// Names, in lower case, and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Close the connection without a word.
    CloseWithoutAnswer,
}

impl Plan {
    pub(crate) fn text(http: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::Answer { http, headers: vec![("content-type".to_owned(), media_type.to_owned())], body: body.into() }
    }

    /// The HTTP code of the answer.
    pub fn http(&self) -> Option<u16> {
        match self {
            Self::Answer { http, .. } => Some(*http),
            Self::CloseWithoutAnswer => None,
        }
    }
}

/// Shows how long the body is, not what it says.
impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answer { http, headers, body } => f
                .debug_struct("Answer")
                .field("http", http)
                .field("headers", headers)
                .field("body", &format_args!("{} bytes", body.len()))
                .finish(),
            Self::CloseWithoutAnswer => f.write_str("CloseWithoutAnswer"),
        }
    }
}

impl From<Answer> for Plan {
    fn from(answer: Answer) -> Self {
        Self::Answer { http: answer.http, headers: answer.headers, body: answer.body.into_bytes() }
    }
}

/// The jobs, the journal and the bill of one server. It has no clock and no sockets: [`World::handle`] is told the time.
///
/// Jobs live in memory and are charged when they are created; a job that fails later is not paid back.
#[derive(Debug)]
pub struct World {
    pub(crate) origin: String,
    pub(crate) seed: u64,
    pub(crate) jobs: Vec<Job>,
    /// By the providers' ids.
    pub(crate) accounts: BTreeMap<String, Account>,
    served: Vec<Served>,
    journal: Vec<Received>,
    wall_at_start: SystemTime,
}

/// What a provider keeps for its one customer, jobs aside.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// In the unit of the provider's balance.
    pub(crate) balance: Amount,
    pub(crate) uploads: Uploads,
}

impl Default for Account {
    fn default() -> Self {
        Self { balance: STARTING_BALANCE, uploads: Uploads::new() }
    }
}

/// A provider and where it is on this server.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    pub(crate) provider: Arc<Provider>,
    /// The path of its base URL: `/hyprlab/v1`.
    pub(crate) base_path: String,
}

impl World {
    /// A world in which nothing has happened yet.
    ///
    /// `origin` is how clients reach the server: `http://127.0.0.1:4100`. From `seed` follow the latencies of all jobs.
    pub fn new<'p>(origin: impl Into<String>, seed: u64, providers: impl IntoIterator<Item = &'p Provider>) -> Self {
        let serve = |provider: &Provider| Served {
            base_path: format!("/{}{}", provider.id, provider.base_url.as_deref().map_or("", path_of)),
            provider: Arc::new(provider.clone()),
        };
        Self {
            origin: origin.into(),
            seed,
            jobs: Vec::new(),
            accounts: BTreeMap::new(),
            served: providers.into_iter().map(serve).collect(),
            journal: Vec::new(),
            wall_at_start: manual_start(),
        }
    }

    /// The same world with another date and time of day at its start; it is 2026-01-01T00:00:00Z if nothing is said.
    #[must_use]
    pub fn beginning_at(self, wall_at_start: SystemTime) -> Self {
        Self { wall_at_start, ..self }
    }

    /// Says what is on the account at a provider, in the unit of its balance; 100 if nothing is said. It falls with every
    /// charge, but never below zero.
    pub fn set_balance(&mut self, provider_id: &str, amount: Amount) {
        self.accounts.entry(provider_id.to_owned()).or_default().balance = amount;
    }

    /// Takes one request, does what it asks for, and says how to answer it.
    ///
    /// The path of the request is the one below the origin. `now` is the time since the server's start and must not go
    /// backwards.
    pub fn handle(&mut self, now: Duration, request: &Request) -> Plan {
        let (path, _) = request.split_query();
        let mut entry = Received {
            at: now,
            method: request.method.clone(),
            path: path.to_owned(),
            provider: None,
            step: None,
            job: None,
            http: None,
            key_leaked: false,
        };
        let plan = if let Some(name) = path.strip_prefix("/__mock/") {
            self.fetch(now, request, name, &mut entry)
        } else {
            self.call(now, request, &mut entry)
        };
        entry.http = plan.http();
        self.journal.push(entry);
        plan
    }

    /// Where a provider is on this server, without a slash at the end: `http://127.0.0.1:4100/hyprlab/v1`.
    pub fn base_url(&self, provider_id: &str) -> Option<String> {
        let served = self.served.iter().find(|served| *served.provider.id == *provider_id)?;
        Some(format!("{}{}", self.origin, served.base_path))
    }

    /// All requests in the order in which they came.
    pub fn requests(&self) -> &[Received] {
        &self.journal
    }

    /// All jobs in the order in which they were created.
    pub fn jobs(&self, now: Duration) -> Vec<JobReport> {
        let report = |job: &Job| JobReport {
            id: job.ticket.job.clone(),
            provider: job.provider.clone(),
            model: job.ticket.model.clone(),
            state: job.state(now),
            price: job.price.clone(),
        };
        self.jobs.iter().map(report).collect()
    }

    /// The bill of every provider that made something, in the order of their first jobs.
    pub fn spent(&self) -> Vec<Spending> {
        let mut bills: Vec<Spending> = Vec::new();
        for job in &self.jobs {
            let known = bills.iter().position(|bill| bill.provider == job.provider);
            let position = known.unwrap_or_else(|| {
                bills.push(Spending { provider: job.provider.clone(), totals: Vec::new(), unpriced: 0 });
                bills.len() - 1
            });
            charge(&mut bills[position], job.price.as_ref());
        }
        bills
    }

    pub(crate) fn provider(&self, id: &str) -> Option<Arc<Provider>> {
        self.served.iter().find(|served| *served.provider.id == *id).map(|served| Arc::clone(&served.provider))
    }

    fn call(&mut self, now: Duration, request: &Request, entry: &mut Received) -> Plan {
        let below = |served: &&Served| {
            let rest = request.path.strip_prefix(&served.base_path)?;
            (rest.is_empty() || rest.starts_with(['/', '?'])).then(|| rest.to_owned())
        };
        let Some((served, path)) = self.served.iter().find_map(|served| Some((served.clone(), below(&served)?))) else {
            return self.nobody_here();
        };
        let provider = &*served.provider;
        entry.provider = Some(provider.id.to_string());
        let request = Request { path, ..request.clone() };
        let own = self.jobs.iter().filter(|job| *job.provider == *provider.id).map(|job| &job.ticket);
        let routed = route(provider, &request, own).map(|(step, ticket)| (step, ticket.job.clone()));
        let looks_like = match &routed {
            Some((step, _)) => Resemblance::Call(*step),
            None => resemblance(provider, &request),
        };
        let step = match looks_like {
            Resemblance::Call(step) => step,
            Resemblance::OtherMethod(step, right) => return wrong_method(provider, step, &request.method, right),
            Resemblance::Nothing => return wrong_path(provider),
        };
        entry.step = Some(step);
        entry.job = routed.map(|(_, job)| job);
        if !is_authorized(&provider.auth, &request, self.wall(now)) {
            return no_key(provider, step);
        }
        match (step, &entry.job) {
            (Step::Create, _) => self.create(now, &served, &request, entry),
            (Step::Upload, _) => self.upload(provider, &request),
            (Step::Balance, _) => self.tell_balance(provider, &request),
            (Step::Cancel, Some(job)) => self.cancel(now, provider, job),
            (Step::Download, Some(job)) => self.download(now, provider, job),
            (_, Some(job)) => self.tell(now, provider, step, job),
            (_, None) => self.no_job(provider, step, &request),
        }
    }

    pub(crate) fn account(&self, provider: &Provider) -> Account {
        self.accounts.get(&*provider.id).cloned().unwrap_or_default()
    }

    /// Date and time of day.
    pub(crate) fn wall(&self, now: Duration) -> SystemTime {
        self.wall_at_start.checked_add(now).unwrap_or(self.wall_at_start)
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

fn charge(bill: &mut Spending, price: Option<&Money>) {
    let Some(price) = price else {
        bill.unpriced += 1;
        return;
    };
    match bill.totals.iter_mut().find(|total| total.currency == price.currency) {
        Some(total) => {
            let trillionths = total.amount.trillionths.saturating_add(price.amount.trillionths);
            total.amount = Amount { trillionths };
        }
        None => bill.totals.push(price.clone()),
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
