//! A mock server in this process, for commands that are processes of their own.

use polyreel::Provider;
use polyreel::mock::{Clock, MockServer, MockServerBuilder};

use super::place::Place;

/// How many times as fast as real time server and commands run.
pub(crate) const SPEED: &str = "1000";

/// A server whose books are at hand, and the variables that lead commands to it.
pub(crate) struct Simulator {
    pub(crate) server: MockServer,
    variables: Vec<(String, String)>,
}

impl Simulator {
    /// A server of every built-in provider.
    pub(crate) async fn start() -> Self {
        Self::with(MockServer::builder(), SPEED).await
    }

    /// The same with settings, at a speed.
    pub(crate) async fn with(settings: MockServerBuilder, speed: &str) -> Self {
        let clock = Clock::scaled(speed.parse().unwrap());
        let server = settings.raw().clock(clock).start(polyreel::all().iter().copied()).await.unwrap();
        let of = |provider: &&Provider| {
            let keys = provider.auth.env().into_iter().zip([server.key(), server.secret()]);
            let keys: Vec<_> = keys.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let base_url = (provider.access().base_url(), server.base_url(&provider.id).unwrap());
            keys.into_iter().chain([base_url])
        };
        let variables = polyreel::all().iter().flat_map(of).collect();
        Self { server, variables }
    }

    /// The variables that lead clients to it.
    pub(crate) fn environment(&self) -> Vec<(&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Runs a command that sends its keys there.
    pub(crate) fn run(&self, place: &Place, arguments: &[&str]) -> String {
        place.run(&self.environment(), arguments)
    }

    /// How many creates were received, whatever came of them.
    pub(crate) fn creates(&self) -> usize {
        polyreel::all().iter().map(|provider| self.server.creates(&provider.id)).sum()
    }
}
