//! Everything that one server knows, without the server.

use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Amount, Auth, Kind, Money, Provider, Step};

use crate::engine::{Answer, Rejection, Request, Resemblance, refusal, refusal_with, resemblance, route};
use crate::job::Job;
use crate::{JobReport, Received, Spending};

/// The key that every provider of a mock server takes.
pub(crate) const KEY: &str = "mock-key";

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
        Self::Answer { http: answer.http, headers: answer.headers, body: answer.body.to_string().into_bytes() }
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
    served: Vec<Served>,
    journal: Vec<Received>,
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
            base_path: format!("/{}{}", provider.id, path_of(&provider.base_url)),
            provider: Arc::new(provider.clone()),
        };
        let served = providers.into_iter().map(serve).collect();
        Self { origin: origin.into(), seed, jobs: Vec::new(), served, journal: Vec::new() }
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
            entry.key_leaked = carries_key(request);
            self.fetch(now, &request.method, name, &mut entry)
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
            Resemblance::OtherMethod(step) => return wrong_method(provider, step, &request.method),
            Resemblance::Nothing => return wrong_path(provider),
        };
        entry.step = Some(step);
        entry.job = routed.map(|(_, job)| job);
        if !is_authorized(provider, &request) {
            return no_key(provider, step);
        }
        match (step, &entry.job) {
            (Step::Create, _) => self.create(now, &served, &request, entry),
            (_, Some(job)) => self.tell(now, provider, step, job),
            (_, None) => self.no_job(provider, step, &request),
        }
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

fn is_authorized(provider: &Provider, request: &Request) -> bool {
    match provider.auth {
        Auth::Bearer { .. } => request
            .header("authorization")
            .and_then(|value| value.split_once(' '))
            .is_some_and(|(scheme, key)| scheme.eq_ignore_ascii_case("bearer") && key == KEY),
    }
}

fn carries_key(request: &Request) -> bool {
    request.header("authorization").is_some()
        || request.path.contains(KEY)
        || request.headers.iter().any(|(_, value)| value.contains(KEY))
}

fn no_key(provider: &Provider, step: Step) -> Plan {
    let rejection = Rejection::new("authorization", "auth", "the key is missing or wrong");
    let hint = format!("the mock server takes the key {KEY}, for example through {}", provider.auth.env());
    refusal(provider, step, Kind::Auth, &rejection.hint(hint)).into()
}

fn wrong_method(provider: &Provider, step: Step, method: &str) -> Plan {
    let right = provider.operation(step).method.name();
    let rejection = Rejection::new("method", "method", format!("{method} is not taken here"));
    refusal_with(provider, 405, &rejection.hint(format!("a {step} is a {right}"))).into()
}

fn wrong_path(provider: &Provider) -> Plan {
    let calls = [Step::Create, Step::Poll].map(|step| {
        let operation = provider.operation(step);
        format!("{} {}", operation.method.name(), operation.address)
    });
    let hint = format!("{} has {}", provider.name, calls.join(" and "));
    refusal_with(provider, 404, &Rejection::new("path", "address", "is none of this provider").hint(hint)).into()
}

/// The path of a URL, without a slash at the end.
fn path_of(url: &str) -> &str {
    let below_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    below_scheme.find('/').map_or("", |at| below_scheme[at..].trim_end_matches('/'))
}
