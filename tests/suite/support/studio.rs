//! A mock server with one provider, and the processes that make films there.

use std::time::Duration;

use polyreel::Client;
use polyreel::mock::{self, MockServer, World, Worlds};
use polyreel_spec::Provider;

/// The only world that is used.
const WORLD: &str = "walk";

/// How long a process waits for an answer, in real time, when all answers come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long one waits for what may never come.
const IMPATIENCE: Duration = Duration::from_millis(100);

/// How long a process waits for a job at once: longer than a client ever keeps an account waiting because the provider asked
/// for it, or else whoever comes after a job whose polls are refused gives up before it has asked.
const DEADLINE: Duration = Duration::from_secs(150);

/// A server, and processes that talk to it.
pub(crate) struct Studio {
    pub(crate) provider: Provider,
    pub(crate) server: MockServer,
    /// Those that wait for all answers.
    pub(super) patient: [Client; 2],
    /// Those that do not wait long.
    pub(super) hasty: [Client; 2],
}

impl Studio {
    pub(crate) async fn start(provider: &Provider) -> Self {
        let server = MockServer::start_raw([provider]).await;
        let client = |limit: Duration| {
            let keys = provider.auth.env().into_iter().zip([Worlds::key(WORLD), server.secret().to_owned()]);
            let builder = mock::client_builder(&server, provider).unwrap().api_keys(keys.map(|(_, key)| key));
            builder.answer_within(limit * 2).silent_for(limit).deadline(DEADLINE).build().unwrap()
        };
        let [patient, hasty] = [PATIENCE, IMPATIENCE].map(|limit| [client(limit), client(limit)]);
        Self { provider: provider.clone(), server, patient, hasty }
    }

    /// Makes a world in which nothing has happened.
    pub(crate) fn begin_anew(&self) {
        self.server.with_worlds(|worlds| {
            worlds.reset(WORLD);
            worlds.world_mut(WORLD).unwrap();
        });
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        self.server.with_worlds(|worlds| look(worlds.world(WORLD).unwrap()))
    }
}
