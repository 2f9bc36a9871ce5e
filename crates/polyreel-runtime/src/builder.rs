//! Setting up a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::Provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::SecretString;

use crate::account::{Account, Allowance, Limit, Whose};
use crate::client::{Client, Habits};
use crate::clock::{Clock, SystemClock};
use crate::key::Keys;
use crate::origin::Base;
use crate::transport::{Connecting, Transport};
use crate::{Error, ErrorKind, Observer, Result};

/// Sets up a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    provider: Provider,
    keys: Vec<SecretString>,
    /// Where calls go, and whether that is the caller's own word.
    base_url: Option<(String, bool)>,
    clock: Arc<dyn Clock>,
    habits: Habits,
    silent_for: Duration,
    allowance: Allowance,
    proxy: Option<SecretString>,
    authorities: Vec<CertificateDer<'static>>,
    observer: Option<Arc<dyn Observer>>,
}

impl ClientBuilder {
    pub(crate) fn new(provider: &Provider) -> Self {
        Self {
            provider: provider.clone(),
            keys: Vec::new(),
            base_url: None,
            clock: SystemClock::shared(),
            habits: Habits::default(),
            silent_for: Duration::from_secs(60),
            allowance: Allowance::default(),
            proxy: None,
            authorities: Vec::new(),
            observer: None,
        }
    }

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
        self.base_url = Some((region.base_url.to_string(), false));
        Ok(self)
    }

    /// Replaces the provider's whole base URL, path included: https, or http to this machine. The key goes there alone.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some((url.into(), true));
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
        self.base_url = self.base_url.or_else(|| Some((set(&self.provider.access().base_url())?, true)));
        self
    }

    /// Takes the time from elsewhere, for tests and simulations. Clients of one key share the provider's limits when they
    /// share the clock.
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
        self.habits.simulated = true;
        self
    }

    /// Whether a key was given or is set in the environment.
    pub fn has_key(&self) -> bool {
        !self.keys.is_empty()
    }

    /// The base URL that was given or is set in the environment; without one, it is the provider's own.
    pub fn chosen_base_url(&self) -> Option<&str> {
        self.base_url.as_ref().map(|(url, _)| url.as_str())
    }

    /// How long to wait for a job. By default four times the usual longest time, at least 20 minutes, and not longer than
    /// the provider keeps the job.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.habits.deadline = Some(deadline);
        self
    }

    /// How long the answer to a create may take in all. After that its outcome is unknown. By default 120 seconds, and
    /// as long as for a whole job where the answer is the film itself.
    pub fn answer_within(mut self, limit: Duration) -> Self {
        self.habits.answer_within = Some(limit);
        self
    }

    /// How long a create is sent again that is refused as one of too many, where that means that nothing was created: as
    /// late as the refusal asks, or else after growing pauses. By default it is sent once.
    pub fn submit_within(mut self, limit: Duration) -> Self {
        self.habits.submit_within = limit;
        self
    }

    /// How long the answer to any other call, or a film, may pause until it counts as broken off. By default 60 seconds.
    pub fn silent_for(mut self, limit: Duration) -> Self {
        self.silent_for = limit;
        self
    }

    /// How long one answer that is a film may take, however slowly it comes; after that it is asked for the rest. By
    /// default an hour.
    pub fn fetch_within(mut self, limit: Duration) -> Self {
        self.habits.fetch_within = limit;
        self
    }

    /// Asks the provider to stop a job when its deadline passes, where it can be asked. By default the job goes on.
    pub fn cancel_late_jobs(mut self) -> Self {
        self.habits.cancels_late_jobs = true;
        self
    }

    /// How many calls a minute this key may make, polls included, instead of what the provider file says; `None` is no
    /// limit, and 0 counts as 1. It holds for all clients of this key in the process.
    pub fn calls_per_minute(mut self, limit: Option<u32>) -> Self {
        self.allowance.calls_per_minute = Some(Limit(limit));
        self
    }

    /// How many jobs this key may have at once, instead of what the provider file says; `None` is no limit, and 0
    /// counts as 1. Whoever submits more waits until one has ended. It holds for all clients of this key in the process.
    pub fn jobs_at_once(mut self, limit: Option<u32>) -> Self {
        self.allowance.jobs_at_once = Some(Limit(limit));
        self
    }

    /// Sends everything through this proxy: `http://user:password@proxy.example.com:3128`. None is taken from the
    /// environment. The proxy finds the hosts of films, so here only their names and literal addresses are checked.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(SecretString::from(url.into()));
        self
    }

    /// Trusts these certificate authorities beside the system's own, for this client alone.
    ///
    /// # Errors
    ///
    /// When the text is not PEM, or holds no certificate.
    pub fn certificate_authority(mut self, pem: &[u8]) -> Result<Self> {
        let fail = |why: &str| Error::configuration(format!("the certificate authority cannot be read: {why}"));
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let found = found.map_err(|_| fail("it is not pem"))?;
        if found.is_empty() {
            return Err(fail("there is no certificate in it"));
        }
        self.authorities.extend(found);
        Ok(self)
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// When there is no key, the base URL or the proxy is not one, or the HTTP library cannot be set up.
    pub fn build(self) -> Result<Client> {
        let provider = self.provider;
        let needed = provider.auth.env();
        if self.keys.len() != needed.len() {
            let page = provider.key_page.as_ref().map(|page| format!("; get a key at {page}")).unwrap_or_default();
            let message = format!("no key: set {}{page}", needed.join(" and "));
            return Err(Error::new(ErrorKind::MissingKey, message).provider_is(&provider.id));
        }
        let configuration = |why: String| Error::new(ErrorKind::Configuration, why).provider_is(&provider.id);
        let own = provider.base_url.as_deref().map(|url| (url.to_owned(), false));
        let Some((base, is_override)) = self.base_url.or(own) else {
            let set = provider.access().base_url();
            return Err(configuration(format!("many servers speak this dialect: say which, in {set}")));
        };
        let mut base = Base::parse(&base).map_err(configuration)?;
        if !is_override {
            let regions = provider.regions.iter().map(|region| &*region.base_url);
            base.trust(provider.base_url.as_deref().into_iter().chain(regions));
        }
        let keys = Keys::new(self.keys);
        let whose =
            Whose { provider: provider.id.to_string(), base_url: base.as_str().to_owned(), key: keys.fingerprint() };
        let account = Account::of(whose, &self.clock, &provider.limits, self.allowance);
        let connecting = Connecting {
            silent_for: self.silent_for,
            create_within: self.habits.answer_within,
            fetch_within: self.habits.fetch_within,
            proxy: self.proxy,
            authorities: self.authorities,
        };
        let transport =
            Transport::new(base, keys, self.observer, &connecting).map_err(|error| error.provider_is(&provider.id))?;
        Ok(Client::new(provider, transport, account, self.clock, self.habits))
    }
}

/// Shows the provider and never the key.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("provider", &self.provider.id).finish_non_exhaustive()
    }
}
