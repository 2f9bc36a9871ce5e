//! The world behind a loopback socket.

use std::collections::HashSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polyreel_spec::{Amount, Provider, Step};
use wiremock::http::{HeaderName, HeaderValue};
use wiremock::matchers::any;
use wiremock::{Match, Mock, Respond, ResponseTemplate};

use crate::access::{KEY, SECRET};
use crate::{Clock, JobReport, Plan, Received, Request, Spending, World};

/// A server on a loopback port that behaves as its provider files say. It ends when it is dropped.
///
/// Servers share nothing: each has its own port, clock, jobs and bill, so tests may run side by side.
///
/// It is made for short runs. Every request stays in memory as long as the server, with its body.
#[derive(Debug)]
pub struct MockServer {
    /// `None` only while it is being dropped.
    server: Option<wiremock::MockServer>,
    front: Front,
    origin: String,
}

impl MockServer {
    /// Starts a server for these providers on any free port, with a clock that moves by [`Clock::advance`] alone.
    ///
    /// # Panics
    ///
    /// If no loopback port can be had, or two providers have the same id. [`MockServer::builder`] gives an error instead.
    #[expect(clippy::expect_used, reason = "documented; a test cannot go on without its server")]
    pub async fn start<'p>(providers: impl IntoIterator<Item = &'p Provider>) -> Self {
        Self::builder().start(providers).await.expect("a mock server on a loopback port")
    }

    /// Settings for a server.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder { clock: Clock::manual(), seed: 0, port: 0, listener: None }
    }

    /// How clients reach the server: `http://127.0.0.1:4100`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The base URL to use instead of the provider's own: `http://127.0.0.1:4100/hyprlab/v1`. `None` for a provider that
    /// the server was not started with.
    pub fn base_url(&self, provider_id: &str) -> Option<String> {
        self.front.world().base_url(provider_id)
    }

    /// The key that all providers of the server take.
    pub fn key(&self) -> &str {
        KEY
    }

    /// What tokens must be signed with at providers that take a pair of secrets; the other one is [`MockServer::key`].
    pub fn secret(&self) -> &str {
        SECRET
    }

    /// Says what is on the account at a provider, in the unit of its balance; 100 if nothing is said. It falls with every
    /// charge, but never below zero.
    pub fn set_balance(&self, provider_id: &str, amount: Amount) {
        self.front.world().set_balance(provider_id, amount);
    }

    /// The clock on which all jobs move.
    pub fn clock(&self) -> &Clock {
        &self.front.clock
    }

    /// All requests as they were received, in order.
    pub fn requests(&self) -> Vec<Received> {
        self.front.world().requests().to_vec()
    }

    /// How many create requests a provider received, whatever came of them.
    pub fn creates(&self, provider_id: &str) -> usize {
        let is_create =
            |entry: &&Received| entry.provider.as_deref() == Some(provider_id) && entry.step == Some(Step::Create);
        self.front.world().requests().iter().filter(is_create).count()
    }

    /// All jobs as they are now, in the order in which they were created.
    pub fn jobs(&self) -> Vec<JobReport> {
        self.front.world().jobs(self.front.clock.now())
    }

    /// What was spent at each provider that made something.
    pub fn spent(&self) -> Vec<Spending> {
        self.front.world().spent()
    }
}

/// On a thread of its own: the library below waits for an async lock while it is dropped, and spins for ever if the
/// task that drops it has used up its budget.
impl Drop for MockServer {
    fn drop(&mut self) {
        let server = self.server.take();
        if let Ok(thread) = std::thread::Builder::new().spawn(move || drop(server)) {
            // A panic in there is not worth a second one here.
            let _ = thread.join();
        }
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
        let world = World::new(origin.clone(), self.seed, providers).beginning_at(self.clock.wall_at_start());
        let front = Front { world: Arc::new(Mutex::new(world)), clock: self.clock, planned: Arc::default() };
        let server = wiremock::MockServer::builder().listener(listener).disable_request_recording().start().await;
        let dropped = |_: &wiremock::Request| io::Error::other("closed without an answer, as asked");
        server.register(Mock::given(front.clone()).respond_with_err(dropped).with_priority(1)).await;
        server.register(Mock::given(any()).respond_with(front.clone())).await;
        Ok(MockServer { server: Some(server), front, origin })
    }
}

/// The world's two hands in wiremock.
///
/// A responder cannot close a connection except by a panic, so the world is asked in a matcher: one that matches only
/// those requests that get no answer. For all others the answer waits in `planned` until the catch-all mock fetches it.
/// wiremock holds one lock while it matches and answers a request and asks this matcher first and once, so the world
/// sees every request exactly once and no answer meets another's request.
#[derive(Clone, Debug)]
struct Front {
    world: Arc<Mutex<World>>,
    clock: Clock,
    planned: Arc<Mutex<Option<ResponseTemplate>>>,
}

impl Front {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn planned(&self) -> MutexGuard<'_, Option<ResponseTemplate>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Match for Front {
    fn matches(&self, request: &wiremock::Request) -> bool {
        let plan = self.world().handle(self.clock.now(), &as_seen(request));
        *self.planned() = match plan {
            Plan::Answer { http, headers, body } => Some(template(http, headers, body)),
            Plan::CloseWithoutAnswer => None,
        };
        self.planned().is_none()
    }
}

impl Respond for Front {
    fn respond(&self, _: &wiremock::Request) -> ResponseTemplate {
        self.planned().take().unwrap_or_else(|| ResponseTemplate::new(500))
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

fn as_seen(request: &wiremock::Request) -> Request {
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: request.method.to_string(),
        path: format!("{}{query}", request.url.path()),
        headers: request.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: request.body.clone(),
    }
}

fn template(http: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> ResponseTemplate {
    // Codes below 200 are no answers, and what no header can hold is left out.
    let status = if (200..1000).contains(&http) { http } else { 500 };
    let template = ResponseTemplate::new(status).set_body_bytes(body);
    headers.into_iter().fold(template, |template, (name, value)| {
        match (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            (Ok(name), Ok(value)) => template.insert_header(name, value),
            _ => template,
        }
    })
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

    #[test]
    fn what_http_cannot_carry_is_left_out() {
        let headers = vec![("a b".to_owned(), "x".to_owned()), ("x-a".to_owned(), "x\ny".to_owned())];
        for http in [0, 100, 199, 200, 999, 1000, u16::MAX] {
            // Neither the code nor the headers make wiremock panic.
            let _ = template(http, headers.clone(), Vec::new());
        }
    }
}
