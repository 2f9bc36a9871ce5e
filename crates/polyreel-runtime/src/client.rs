//! A provider, an account, and what they are driven with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Model, Provider, Step};

use crate::account::{Account, Place, Urgency};
use crate::builder::ClientBuilder;
use crate::clock::Clock;
use crate::head::Head;
use crate::transport::Transport;
use crate::wire::{self, Call, Reply};
use crate::{Error, ErrorKind, Job, JobHandle, Request, Result};

/// One account at one provider. Cheap to clone; clones share connections. All clients of one key share the provider's
/// limits, so that together they keep them.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    provider: Provider,
    transport: Transport,
    account: Arc<Account>,
    clock: Arc<dyn Clock>,
    habits: Habits,
}

/// What a client does by itself.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    pub(crate) deadline: Option<Duration>,
    pub(crate) answer_within: Option<Duration>,
    pub(crate) submit_within: Duration,
    pub(crate) fetch_within: Duration,
    pub(crate) cancels_late_jobs: bool,
    pub(crate) simulated: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            deadline: None,
            answer_within: None,
            submit_within: Duration::ZERO,
            fetch_within: Duration::from_secs(3600),
            cancels_late_jobs: false,
            simulated: false,
        }
    }
}

impl Client {
    pub(crate) fn new(
        provider: Provider,
        transport: Transport,
        account: Arc<Account>,
        clock: Arc<dyn Clock>,
        habits: Habits,
    ) -> Self {
        Self(Arc::new(Inner { provider, transport, account, clock, habits }))
    }

    /// A client whose key, and base URL if one is set, come from the environment: `ACME_API_KEY`, `ACME_BASE_URL`.
    ///
    /// # Errors
    ///
    /// When the key's variable is not set, or the base URL is not one.
    pub fn from_env(provider: &Provider) -> Result<Self> {
        Self::builder(provider).from_env().build()
    }

    /// A client with this key, at the provider's own address.
    ///
    /// # Errors
    ///
    /// When the HTTP library cannot be set up.
    pub fn with_key(provider: &Provider, key: impl Into<String>) -> Result<Self> {
        Self::builder(provider).api_key(key).build()
    }

    /// A client of a provider that needs several secrets, in the order in which its file names them.
    ///
    /// # Errors
    ///
    /// As [`Client::with_key`].
    pub fn with_keys<K: Into<String>>(provider: &Provider, keys: impl IntoIterator<Item = K>) -> Result<Self> {
        Self::builder(provider).api_keys(keys).build()
    }

    /// Sets up a client step by step.
    pub fn builder(provider: &Provider) -> ClientBuilder {
        ClientBuilder::new(provider)
    }

    /// What is known about the provider.
    pub fn provider(&self) -> &Provider {
        &self.0.provider
    }

    /// The base URL that requests, and with them the key, go to.
    pub fn base_url(&self) -> &str {
        self.0.transport.base().as_str()
    }

    /// Begins a request to a model, by the model's key. The generated crates wrap this in types.
    pub fn request(&self, model: &str) -> Request {
        Request::new(self.clone(), model)
    }

    /// How many jobs that usually last so long at most can be followed at once with the calls a minute that this key has; `None`
    /// if calls are not limited. Creates go before all other calls, so whoever sends many more than these pays for films that
    /// the provider may have forgotten before their turn comes.
    pub fn jobs_in_time(&self, longest: Option<Duration>) -> Option<usize> {
        self.0.account.jobs_in_time(longest)
    }

    /// Follows a job that was submitted earlier, perhaps by another process. Spends nothing.
    ///
    /// # Errors
    ///
    /// When the handle belongs to another provider or was made at another base URL; the error keeps the handle.
    pub fn resume(&self, handle: JobHandle) -> Result<Job> {
        self.check_handle(&handle)?;
        if !self.can_resume(&handle) {
            let model = handle.model();
            let why = format!("{model} answers with the film itself, so a job that broke off cannot be asked for");
            return Err(Error::new(ErrorKind::Configuration, why).of_job(&handle));
        }
        let place = self.0.account.place_of_old(handle.id(), handle.latency().map(|(_, longest)| longest));
        Ok(Job::resumed(self.clone(), handle, place))
    }

    /// Refuses the job of another provider, model or base URL.
    pub(crate) fn check_handle(&self, handle: &JobHandle) -> Result<()> {
        let fail = |why: String| Err(Error::new(ErrorKind::Configuration, why).of_job(handle));
        let provider = &self.0.provider;
        if *provider.id != *handle.provider() {
            return fail(format!("this is a job of {}, not of {}", handle.provider(), provider.id));
        }
        if provider.model(handle.model()).is_none() {
            return fail(format!("the job's model {} is not known", handle.model()));
        }
        // Otherwise this key would go to wherever the handle says, or the handle's secrets to wherever we are.
        if handle.base_url() != self.0.transport.base().as_str() {
            let (there, here) = (handle.base_url(), self.0.transport.base().as_str());
            let set = provider.access().base_url();
            return fail(format!(
                "the job was made at {there}, but this client talks to {here}; set {set} to the former"
            ));
        }
        Ok(())
    }

    /// Whether the provider can be asked for this job at all: not one that answered with the film itself.
    pub fn can_resume(&self, handle: &JobHandle) -> bool {
        let provider = &self.0.provider;
        let plans = provider.model(handle.model()).map(|model| provider.plans(model)).unwrap_or_default();
        provider.poll.is_some() && !handle.id().is_empty() && plans.iter().any(|plan| !wire::is_synchronous(plan))
    }

    pub(crate) fn model(&self, key: &str) -> Option<&Model> {
        self.0.provider.model(key)
    }

    /// Whether the server is on this machine: a simulator, and not the provider.
    pub fn is_local(&self) -> bool {
        self.0.transport.base().is_loopback()
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn account(&self) -> &Account {
        &self.0.account
    }

    pub(crate) fn is_simulated(&self) -> bool {
        self.0.habits.simulated
    }

    pub(crate) fn cancels_late_jobs(&self) -> bool {
        self.0.habits.cancels_late_jobs
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.0.habits.deadline
    }

    pub(crate) fn answer_within(&self) -> Option<Duration> {
        self.0.habits.answer_within
    }

    pub(crate) fn submit_within(&self) -> Duration {
        self.0.habits.submit_within
    }

    /// Waits until there may be one more job and one more call.
    pub(crate) async fn turn_to_create(&self, place: Option<Place>, at_most: Option<Duration>) -> Place {
        let place = match place {
            Some(place) => place,
            None => self.0.account.place(at_most).await,
        };
        // Nobody gives up a create by itself, so its turn comes.
        let _ = self.0.account.call(Urgency::Create, None).await;
        place
    }

    /// Sends a call that may be repeated at will, when its turn comes. `Ok(None)` when that did not come in time, or no whole
    /// answer.
    pub(crate) async fn follow(&self, step: Step, call: Call, within: Duration) -> Result<Option<(Reply, Head)>> {
        let until = self.0.clock.now().saturating_add(within);
        let (urgency, until) = match step {
            Step::Upload => (Urgency::Create, None),
            _ => (Urgency::Other, Some(until)),
        };
        if self.0.account.call(urgency, until).await.is_err() {
            return Ok(None);
        }
        let answer = self.0.transport.ask(step, call, &self.0.provider, within, |_, _| false).await?;
        Ok(answer.map(|answer| (answer.reply, answer.head)))
    }
}

/// Shows the provider and never the key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = self.0.transport.base().as_str();
        f.debug_struct("Client").field("provider", &self.0.provider.id).field("base_url", &base).finish_non_exhaustive()
    }
}
