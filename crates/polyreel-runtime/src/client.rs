//! A provider, an account, and what they are driven with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Model, Provider};
use secrecy::SecretString;

use crate::clock::{Clock, SystemClock};
use crate::origin::Base;
use crate::transport::Transport;
use crate::{Error, ErrorKind, Job, JobHandle, Request, Result};

/// One account at one provider. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    provider: Provider,
    transport: Transport,
    clock: Arc<dyn Clock>,
    deadline: Option<Duration>,
    simulated: bool,
}

/// Sets up a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    provider: Provider,
    key: Option<SecretString>,
    base_url: Option<String>,
    clock: Arc<dyn Clock>,
    deadline: Option<Duration>,
    answer_within: Duration,
    simulated: bool,
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

    /// Sets up a client step by step.
    pub fn builder(provider: &Provider) -> ClientBuilder {
        ClientBuilder {
            provider: provider.clone(),
            key: None,
            base_url: None,
            clock: Arc::new(SystemClock::default()),
            deadline: None,
            answer_within: Duration::from_secs(120),
            simulated: false,
        }
    }

    /// What is known about the provider.
    pub fn provider(&self) -> &Provider {
        &self.0.provider
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
        if provider.model(handle.model()).is_none() {
            return fail(format!("the job's model {} is not known", handle.model()));
        }
        // Otherwise this key would go to wherever the handle says, or the handle's secrets to wherever we are.
        if handle.base_url() != self.0.transport.base().as_str() {
            let (there, here) = (handle.base_url(), self.0.transport.base().as_str());
            let set = provider.base_url_env();
            return fail(format!(
                "the job was made at {there}, but this client talks to {here}; set {set} to the former"
            ));
        }
        Ok(Job::new(self.clone(), handle, true))
    }

    pub(crate) fn model(&self, key: &str) -> Option<&Model> {
        self.0.provider.model(key)
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
}

impl ClientBuilder {
    /// The key that pays.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        self
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
        self.key = self.key.or_else(|| set(self.provider.auth.env()).map(SecretString::from));
        self.base_url = self.base_url.or_else(|| set(&self.provider.base_url_env()));
        self
    }

    /// Takes the time from elsewhere, for tests and simulations.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Marks jobs as simulated, so that nobody takes their handles for paid ones.
    pub fn simulated(mut self) -> Self {
        self.simulated = true;
        self
    }

    /// Whether a key was given or is set in the environment.
    pub fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// How long to wait for a job. By default four times the usual longest time, at least 20 minutes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How long the answer to a create may take in all; 120 seconds by default. After that its outcome is unknown.
    pub fn answer_within(mut self, limit: Duration) -> Self {
        self.answer_within = limit;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// When there is no key, the base URL is not one, or the HTTP library cannot be set up.
    pub fn build(self) -> Result<Client> {
        let provider = self.provider;
        let Some(key) = self.key else {
            let page = provider.key_page.as_ref().map(|page| format!("; get a key at {page}")).unwrap_or_default();
            let message = format!("no key: set {}{page}", provider.auth.env());
            return Err(Error::new(ErrorKind::MissingKey, message).provider_is(&provider.id));
        };
        let configuration = |why: String| Error::new(ErrorKind::Configuration, why).provider_is(&provider.id);
        let base = Base::parse(self.base_url.as_deref().unwrap_or(&provider.base_url)).map_err(configuration)?;
        let transport = Transport::new(&provider, base, key, self.answer_within)?;
        Ok(Client(Arc::new(Inner {
            provider,
            transport,
            clock: self.clock,
            deadline: self.deadline,
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
