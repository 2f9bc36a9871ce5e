//! A mock server: worlds on a loopback port.

use std::collections::HashSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use polyreel_spec::{Amount, Provider};

use crate::engine::webhook_secret;
use crate::front::{InProcess, Log, Shared, Standalone};
use crate::world::SECRET;
use crate::{
    CallbackReport, Clock, Entry, FaultProfile, JobReport, RateLimit, Received, Spending, Verdict, World, Worlds,
};

/// How long the head of a request, or its body, may take if nothing is said.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server on a loopback port that behaves as its provider files say. It ends when it is dropped.
///
/// Servers share nothing: each has its own port, clock, jobs and bill, so tests may run side by side. Whoever shares a
/// server shares nothing either when each takes a key of its own, see [`Worlds`]; what is said here is about the first
/// world, that of [`MockServer::key`].
#[derive(Debug)]
pub struct MockServer {
    _running: Running,
    shared: Shared,
    origin: String,
}

/// What listens, kept to be dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "what it holds ends when it is dropped")]
enum Running {
    InProcess(InProcess),
    Standalone(Standalone),
}

impl MockServer {
    /// Serves these providers on a free loopback port, with a clock that stands still until it is moved. It is made for
    /// short runs in one process.
    ///
    /// # Panics
    ///
    /// If no loopback port can be had, or two providers have the same id. [`MockServer::builder`] gives an error instead.
    #[expect(clippy::expect_used, reason = "documented; a test cannot go on without its server")]
    pub async fn start<'p>(providers: impl IntoIterator<Item = &'p Provider>) -> Self {
        Self::builder().start(providers).await.expect("a mock server on a loopback port")
    }

    /// As [`MockServer::start`], with a server of our own on a thread of its own: it runs for days, in flat memory, and can
    /// break connections in every way.
    ///
    /// # Panics
    ///
    /// As [`MockServer::start`].
    #[expect(clippy::expect_used, reason = "documented; a test cannot go on without its server")]
    pub async fn start_raw<'p>(providers: impl IntoIterator<Item = &'p Provider>) -> Self {
        Self::builder().raw().start(providers).await.expect("a mock server on a loopback port")
    }

    /// Settings for a server.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder {
            clock: Clock::manual(),
            seed: 0,
            port: 0,
            listener: None,
            rate_limit: RateLimit::default(),
            faults: FaultProfile::default(),
            log: None,
            patience: PATIENCE,
            webhook_hosts: Vec::new(),
            raw: false,
        }
    }

    /// How clients reach the server: `http://127.0.0.1:4100`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The base URL to use instead of the provider's own: `http://127.0.0.1:4100/hyprlab/v1`. `None` for a provider that
    /// the server was not started with.
    pub fn base_url(&self, provider_id: &str) -> Option<String> {
        self.look(|world| world.base_url(provider_id))
    }

    /// The key that all providers of the server take.
    pub fn key(&self) -> &str {
        crate::world::KEY
    }

    /// What tokens must be signed with at providers that take a pair of secrets; the other one is [`MockServer::key`].
    pub fn secret(&self) -> &str {
        SECRET
    }

    /// What the callbacks of a provider are signed with. `None` where they are not signed, or in a way that is not simulated.
    pub fn webhook_secret(&self, provider_id: &str) -> Option<String> {
        let provider = self.look(|world| world.provider(provider_id))?;
        webhook_secret(provider.webhook.as_ref()?.verify.as_ref()?)
    }

    /// Says what is on the account at a provider, in the unit of its balance; 1000 if nothing is said. It falls with every
    /// job that is created, and a create that costs more than is left is refused.
    pub fn set_balance(&self, provider_id: &str, amount: Amount) {
        if let Some(world) = self.shared.worlds().world_mut("") {
            world.set_balance(provider_id, amount);
        }
    }

    /// The clock on which all jobs move.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Moves the clock, and waits until all callbacks that are due by then are delivered, in order.
    pub async fn advance(&self, by: Duration) {
        self.clock().advance(by);
        self.deliver().await;
    }

    /// Waits until all callbacks that are due now are delivered, in order. They are sent without this as well, a little
    /// after they are due.
    pub async fn deliver(&self) {
        self.shared.delivered().await;
    }

    /// The latest callbacks in the order in which they were sent or refused: up to 10,000.
    pub fn callbacks(&self) -> Vec<CallbackReport> {
        self.look(|world| world.callbacks().cloned().collect())
    }

    /// The latest requests as they were received, in order: up to 10,000.
    pub fn requests(&self) -> Vec<Received> {
        self.look(|world| world.requests().into_iter().cloned().collect())
    }

    /// How many create requests a provider received, whatever came of them.
    pub fn creates(&self, provider_id: &str) -> usize {
        self.look(|world| world.creates(provider_id))
    }

    /// All jobs as they are now, in the order in which they were created.
    pub fn jobs(&self) -> Vec<JobReport> {
        self.look(|world| world.jobs(self.shared.clock.now()))
    }

    /// What is reserved or charged at each provider that made something.
    pub fn spent(&self) -> Vec<Spending> {
        self.look(World::spent)
    }

    /// What was reserved, charged and given back, in order.
    pub fn ledger(&self) -> Vec<Entry> {
        self.look(|world| world.ledger().to_vec())
    }

    /// How the client behaved until now: what it spent, paid twice, lost, or asked for too often.
    pub fn verdict(&self) -> Verdict {
        self.look(World::verdict)
    }

    /// Fails when the client did something that it should not have done.
    ///
    /// # Panics
    ///
    /// When [`MockServer::verdict`] has a finding; the message names each.
    pub fn assert_blameless(&self) {
        let findings: Vec<_> = self.verdict().findings.iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "the client is not blameless:\n  {}", findings.join("\n  "));
    }

    /// Looks at all worlds as they are now, while no request is taken.
    pub fn with_worlds<T>(&self, look: impl FnOnce(&mut Worlds) -> T) -> T {
        look(&mut self.shared.worlds())
    }

    fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(self.shared.worlds().first())
    }
}

/// A test that asked for a fault which its server cannot place has not seen it, and fails.
impl Drop for MockServer {
    fn drop(&mut self) {
        let unplaced = self.shared.unplaced();
        assert!(
            unplaced.is_empty() || std::thread::panicking(),
            "faults that MockServer::start cannot place were asked for ({}): use MockServer::start_raw",
            unplaced.join(", ")
        );
    }
}

/// Settings for a [`MockServer`].
#[derive(Debug)]
#[must_use]
pub struct MockServerBuilder {
    clock: Clock,
    seed: u64,
    port: u16,
    listener: Option<TcpListener>,
    rate_limit: RateLimit,
    faults: FaultProfile,
    log: Option<Log>,
    patience: Duration,
    webhook_hosts: Vec<String>,
    raw: bool,
}

impl MockServerBuilder {
    /// The clock on which all jobs move; [`Clock::manual`] if nothing is said.
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// What the latencies of all jobs follow from; 0 if nothing is said.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The port on 127.0.0.1; any free one if nothing is said.
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// A socket that listens already, on a loopback address. It goes before [`MockServerBuilder::port`].
    pub fn listener(self, listener: TcpListener) -> Self {
        Self { listener: Some(listener), ..self }
    }

    /// How calls a minute are counted; [`RateLimit::SlidingWindow`] if nothing is said.
    pub fn rate_limit(self, rate_limit: RateLimit) -> Self {
        Self { rate_limit, ..self }
    }

    /// What goes wrong by chance, in all worlds; nothing if nothing is said.
    pub fn faults(self, faults: FaultProfile) -> Self {
        Self { faults, ..self }
    }

    /// How long the head of a request, or its body, may take; 10 seconds if nothing is said. A server of our own alone
    /// heeds it, see [`MockServerBuilder::raw`].
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Tells of every request in a line without secrets: what was asked, the answer, what befell it, what is wrong with it.
    pub fn log(self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { log: Some(Log::new(tell)), ..self }
    }

    /// Also calls back this host; it is this machine alone if nothing is said. May be called several times.
    pub fn allow_webhook_host(mut self, host: impl Into<String>) -> Self {
        self.webhook_hosts.push(host.into());
        self
    }

    /// A server of our own instead of wiremock's, see [`MockServer::start_raw`].
    pub fn raw(self) -> Self {
        Self { raw: true, ..self }
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// If the port is taken, the listener is not on a loopback address, or two providers have the same id.
    pub async fn start<'p>(self, providers: impl IntoIterator<Item = &'p Provider>) -> io::Result<MockServer> {
        let providers: Vec<_> = providers.into_iter().collect();
        let mut ids = HashSet::new();
        if let Some(twice) = providers.iter().find(|provider| !ids.insert(&*provider.id)) {
            let message = format!("two providers are called {}; give each file its own id", twice.id);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = match self.listener {
            Some(listener) => listener,
            None => TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).map_err(|error| {
                io::Error::new(error.kind(), format!("cannot listen on 127.0.0.1:{}: {error}", self.port))
            })?,
        };
        let address = listener.local_addr()?;
        refuse_others(address)?;
        let origin = format!("http://{address}");
        let world = World::new(origin.clone(), self.seed, providers);
        let world = world.beginning_at(self.clock.wall_at_start()).counting(self.rate_limit).risking(self.faults);
        let world = world.allowing_webhook_hosts(self.webhook_hosts);
        let shared = Shared::new(Worlds::new(world), self.clock, self.log, self.patience);
        let running = if self.raw {
            Running::Standalone(Standalone::start(listener, shared.clone())?)
        } else {
            Running::InProcess(InProcess::start(listener, shared.clone()).await?)
        };
        Ok(MockServer { _running: running, shared, origin })
    }
}

/// A mock server is for this machine alone.
fn refuse_others(address: SocketAddr) -> io::Result<()> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    let message = format!("{address} is not a loopback address; a mock server listens on no other");
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_served() {
        for (address, served) in [
            ("127.0.0.1:80", true),
            ("127.9.9.9:80", true),
            ("[::1]:80", true),
            ("0.0.0.0:80", false),
            ("[::]:80", false),
            ("10.0.0.1:80", false),
        ] {
            assert_eq!(refuse_others(address.parse().unwrap()).is_ok(), served, "{address}");
        }
    }
}
