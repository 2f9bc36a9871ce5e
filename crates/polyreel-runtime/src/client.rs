//! A provider, an account, and what they are driven with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Model, Provider};
use secrecy::SecretString;

use crate::key::Keys;
use crate::spec::{Amount, Money, Step};
use crate::wire;

use crate::clock::{Clock, SystemClock};
use crate::origin::Base;
use crate::transport::Transport;
use crate::{Error, ErrorKind, Job, JobHandle, Observer, Request, Result};

/// One account at one provider. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    provider: Provider,
    transport: Transport,
    clock: Arc<dyn Clock>,
    deadline: Option<Duration>,
    answer_within: Option<Duration>,
    submit_within: Duration,
    simulated: bool,
}

/// Sets up a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    provider: Provider,
    keys: Vec<SecretString>,
    base_url: Option<String>,
    clock: Arc<dyn Clock>,
    deadline: Option<Duration>,
    answer_within: Option<Duration>,
    submit_within: Duration,
    silent_for: Duration,
    simulated: bool,
    observer: Option<Arc<dyn Observer>>,
}

impl Client {
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
        ClientBuilder {
            provider: provider.clone(),
            keys: Vec::new(),
            base_url: None,
            clock: Arc::new(SystemClock::default()),
            deadline: None,
            answer_within: None,
            submit_within: Duration::ZERO,
            silent_for: Duration::from_secs(60),
            simulated: false,
            observer: None,
        }
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

    /// Follows a job that was submitted earlier, perhaps by another process. Spends nothing.
    ///
    /// # Errors
    ///
    /// When the handle belongs to another provider or was made at another base URL; the error keeps the handle.
    pub fn resume(&self, handle: JobHandle) -> Result<Job> {
        let fail = |why: String| Err(Error::new(ErrorKind::Configuration, why).of_job(&handle));
        let provider = &self.0.provider;
        if *provider.id != *handle.provider() {
            return fail(format!("this is a job of {}, not of {}", handle.provider(), provider.id));
        }
        let Some(model) = provider.model(handle.model()) else {
            return fail(format!("the job's model {} is not known", handle.model()));
        };
        if !self.can_resume(&handle) {
            return fail(format!(
                "{} answers with the film itself, so a job that broke off cannot be asked for",
                model.key
            ));
        }
        // Otherwise this key would go to wherever the handle says, or the handle's secrets to wherever we are.
        if handle.base_url() != self.0.transport.base().as_str() {
            let (there, here) = (handle.base_url(), self.0.transport.base().as_str());
            let set = provider.access().base_url();
            return fail(format!(
                "the job was made at {there}, but this client talks to {here}; set {set} to the former"
            ));
        }
        Ok(Job::new(self.clone(), handle, true))
    }

    /// What is left on the account, as far as the provider tells. Spends nothing.
    ///
    /// # Errors
    ///
    /// When the provider has no such call, or refuses it, or cannot be reached.
    pub async fn balance(&self) -> Result<Money> {
        let provider = &self.0.provider;
        let about = |error: Error| error.provider_is(&provider.id).during(Step::Balance);
        let call = wire::balance(provider).map_err(|why| about(Error::configuration(why)))?;
        let answer =
            self.0.transport.follow(Step::Balance, call, provider, Duration::from_secs(30)).await.map_err(about)?;
        let Some((reply, head)) = answer else {
            return Err(about(Error::new(ErrorKind::NotSent, "the provider could not be reached")));
        };
        let amount = wire::read_balance(provider, &reply).map_err(|refusal| about(Error::refused(&refusal, &head)))?;
        // Providers write dollars and cents; what is below a 10⁻¹² unit is noise of the number's own form.
        let digits = format!("{:.12}", amount.abs());
        let whole: Option<Amount> = digits.parse().ok();
        let unit = provider.balance.as_ref().map(|balance| balance.unit.clone()).unwrap_or_default();
        let money =
            whole.and_then(|whole| provider.in_money(whole, &unit).or(Some(Money { amount: whole, currency: unit })));
        let Some(mut money) = money else {
            return Err(about(Error::configuration("the balance is no amount that can be read")));
        };
        if amount < 0.0 {
            money.amount.trillionths = -money.amount.trillionths;
        }
        Ok(money)
    }

    /// Looks for a job by the reference that the caller gave its request, for example after an unknown outcome.
    /// `Ok(None)` when the provider does not know it. Spends nothing.
    ///
    /// # Errors
    ///
    /// When the provider has no such call, or cannot be reached.
    pub async fn find(&self, model: &str, reference: &str) -> Result<Option<Job>> {
        let provider = &self.0.provider;
        let about = |error: Error| error.provider_is(&provider.id).during(Step::Find);
        let call = wire::find(provider, reference).map_err(|why| about(Error::configuration(why)))?;
        let answer =
            self.0.transport.follow(Step::Find, call, provider, Duration::from_secs(30)).await.map_err(about)?;
        let Some((reply, head)) = answer else {
            return Err(about(Error::new(ErrorKind::NotSent, "the provider could not be reached")));
        };
        let shape = provider.operation(Step::Find).map(|operation| operation.reply.clone()).unwrap_or_default();
        match wire::read_saved(&shape, &reply) {
            Some(saved) => {
                let base = self.0.transport.base().as_str();
                let handle = JobHandle::new(&provider.id, model, base, self.clock().wall(), None, saved);
                self.resume(handle).map(Some)
            }
            None if reply.http < 300 || reply.http == 404 => Ok(None),
            None => Err(about(Error::refused(&wire::read_refusal(provider, Step::Find, &reply), &head))),
        }
    }

    /// Whether the provider can be asked for this job.
    pub(crate) fn can_resume(&self, handle: &JobHandle) -> bool {
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

    pub(crate) fn is_simulated(&self) -> bool {
        self.0.simulated
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.0.deadline
    }

    pub(crate) fn answer_within(&self) -> Option<Duration> {
        self.0.answer_within
    }

    pub(crate) fn submit_within(&self) -> Duration {
        self.0.submit_within
    }
}

impl ClientBuilder {
    /// The key that pays.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.keys = vec![SecretString::from(key.into())];
        self
    }

    /// The keys of a provider that needs several, in the order in which its file names them.
    pub fn api_keys<K: Into<String>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.keys = keys.into_iter().map(|key| SecretString::from(key.into())).collect();
        self
    }

    /// Talks to another host of the same API, by its name in the provider file.
    ///
    /// # Errors
    ///
    /// When the provider has no such region.
    pub fn region(mut self, name: &str) -> Result<Self> {
        let Some(region) = self.provider.regions.iter().find(|region| region.name == name) else {
            let known: Vec<_> = self.provider.regions.iter().map(|region| &*region.name).collect();
            let message = format!("there is no region {name}; there are {}", known.join(", "));
            return Err(Error::configuration(message).provider_is(&self.provider.id));
        };
        self.base_url = Some(region.base_url.to_string());
        Ok(self)
    }

    /// Replaces the provider's whole base URL, path included. https, or http to this machine.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Takes key and base URL from the environment, where nothing was given yet.
    #[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
    pub fn from_env(mut self) -> Self {
        let set = |name: &str| {
            std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        if self.keys.is_empty() {
            let keys = self.provider.auth.env().into_iter().map(|name| set(name).map(SecretString::from));
            self.keys = keys.collect::<Option<_>>().unwrap_or_default();
        }
        self.base_url = self.base_url.or_else(|| set(&self.provider.access().base_url()));
        self
    }

    /// Takes the time from elsewhere, for tests and simulations.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Shows every answer to this observer as well.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Marks jobs as simulated, so that nobody takes their handles for paid ones.
    pub fn simulated(mut self) -> Self {
        self.simulated = true;
        self
    }

    /// Whether a key was given or is set in the environment.
    pub fn has_key(&self) -> bool {
        !self.keys.is_empty()
    }

    /// How long to wait for a job. By default four times the usual longest time, at least 20 minutes, and not longer than
    /// the provider keeps the job.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How long the answer to a create may take in all. After that its outcome is unknown. By default 120 seconds, and
    /// as long as for a whole job where the answer is the film itself.
    pub fn answer_within(mut self, limit: Duration) -> Self {
        self.answer_within = Some(limit);
        self
    }

    /// How long a create is sent again that is refused as one of too many, where that means that nothing was created: as
    /// late as the refusal asks, or else after growing pauses. By default it is sent once.
    pub fn submit_within(mut self, limit: Duration) -> Self {
        self.submit_within = limit;
        self
    }

    /// How long the answer to any other call, or a film, may pause until it counts as broken off. By default 60 seconds.
    pub fn silent_for(mut self, limit: Duration) -> Self {
        self.silent_for = limit;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// When there is no key, the base URL is not one, or the HTTP library cannot be set up.
    pub fn build(self) -> Result<Client> {
        let provider = self.provider;
        let needed = provider.auth.env();
        if self.keys.len() != needed.len() {
            let page = provider.key_page.as_ref().map(|page| format!("; get a key at {page}")).unwrap_or_default();
            let message = format!("no key: set {}{page}", needed.join(" and "));
            return Err(Error::new(ErrorKind::MissingKey, message).provider_is(&provider.id));
        }
        let configuration = |why: String| Error::new(ErrorKind::Configuration, why).provider_is(&provider.id);
        let Some(base) = self.base_url.as_deref().or(provider.base_url.as_deref()) else {
            let set = provider.access().base_url();
            return Err(configuration(format!("many servers speak this dialect: say which, in {set}")));
        };
        let base = Base::parse(base).map_err(configuration)?;
        let transport = Transport::new(base, Keys::new(self.keys), self.observer, self.silent_for)?;
        Ok(Client(Arc::new(Inner {
            provider,
            transport,
            clock: self.clock,
            deadline: self.deadline,
            answer_within: self.answer_within,
            submit_within: self.submit_within,
            simulated: self.simulated,
        })))
    }
}

/// Shows the provider and never the key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = self.0.transport.base().as_str();
        f.debug_struct("Client").field("provider", &self.0.provider.id).field("base_url", &base).finish_non_exhaustive()
    }
}

/// Shows the provider and never the key.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("provider", &self.provider.id).finish_non_exhaustive()
    }
}
