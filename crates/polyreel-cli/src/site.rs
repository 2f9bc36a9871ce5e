//! Where films are made: clients and their clock, and the simulator behind them if there is one.

use std::sync::Arc;
use std::time::Duration;

use polyreel::{ClientBuilder, Clock, Provider, Studio, SystemClock, mock};

use crate::arguments::{GivingUp, SiteArguments, Speed};
use crate::config::Config;
use crate::exit::Failure;
use crate::{connect, show};

/// How long a simulated job lasts, in seconds.
const SIMULATED_JOB: f64 = 5.0;

/// Where films are made.
pub(crate) struct Site {
    pub(crate) studio: Studio,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) is_simulated: bool,
    /// Stops when it is dropped.
    _server: Option<mock::MockServer>,
}

/// What is said of it beside its own arguments.
#[derive(Default)]
pub(crate) struct Terms<'a> {
    pub(crate) giving_up: Option<&'a GivingUp>,
    pub(crate) submit_within: Duration,
    /// The longest usual time of what is to be made, by which a simulation chooses its speed.
    pub(crate) longest: Option<Duration>,
}

impl Site {
    /// A client for each of these providers whose key is set, or a simulator of all of them.
    pub(crate) async fn open(
        providers: &[&Provider],
        arguments: &SiteArguments,
        config: &Config,
        terms: &Terms<'_>,
    ) -> Result<Self, Failure> {
        arguments.check(providers.len() == 1)?;
        let finish = |builder: ClientBuilder| {
            let builder = builder.submit_within(terms.submit_within);
            match terms.giving_up {
                Some(giving_up) => connect::giving_up(giving_up, builder),
                None => builder,
            }
        };
        if arguments.mock {
            return Self::simulate(providers, arguments, terms, finish).await;
        }
        let clock: Arc<dyn Clock> = match arguments.speed {
            // What is paid runs in real time.
            Some(Speed::Times(times)) => mock::clock(&mock::Clock::scaled(times)),
            Some(Speed::Max) | None => Arc::new(SystemClock::default()),
        };
        let mut clients = Vec::new();
        for provider in providers.iter().filter(|provider| connect::has_key(provider, config)) {
            let mut builder = finish(connect::builder(provider, config).clock(clock.clone()));
            if let Some(url) = &arguments.base_url {
                builder = builder.base_url(url);
            }
            let client = connect::through(&arguments.connection, builder)?.build()?;
            if arguments.speed.is_some() && !client.is_local() {
                let why = format!(
                    "--speed goes with --mock, or with a server on this machine; {} is none",
                    client.base_url()
                );
                return Err(Failure::usage(why));
            }
            clients.push(client);
        }
        Ok(Self { studio: Studio::new(clients), clock, is_simulated: false, _server: None })
    }

    async fn simulate(
        providers: &[&Provider],
        arguments: &SiteArguments,
        terms: &Terms<'_>,
        finish: impl Fn(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, Failure> {
        let speed = arguments.speed.unwrap_or_else(|| usual_speed(terms.longest));
        let server = simulator(mock::MockServer::builder(), speed, providers).await?;
        let clock = mock::clock(server.clock());
        let client = |provider: &&Provider| finish(mock::client_builder(&server, provider)?).build();
        let clients = providers.iter().map(client).collect::<polyreel::Result<Vec<_>>>()?;
        Ok(Self { studio: Studio::new(clients), clock, is_simulated: true, _server: Some(server) })
    }

    /// Says where the keys go, before the first call.
    pub(crate) fn announce(&self) {
        if !self.is_simulated {
            self.studio.clients().iter().for_each(show::key_goes_to);
        }
    }
}

/// The speed at which a job lasts about five seconds.
fn usual_speed(longest: Option<Duration>) -> Speed {
    let longest = longest.unwrap_or(Duration::from_millis(mock::UNSTATED_LATENCY.1));
    Speed::Times((longest.as_secs_f64() / SIMULATED_JOB).max(1.0))
}

/// A server of these settings and this speed.
pub(crate) async fn simulator(
    settings: mock::MockServerBuilder,
    speed: Speed,
    providers: &[&Provider],
) -> Result<mock::MockServer, Failure> {
    let clock = match speed {
        Speed::Times(times) => mock::Clock::scaled(times),
        Speed::Max => mock::Clock::manual(),
    };
    let server = settings.raw().clock(clock).start(providers.iter().copied()).await;
    server.map_err(|error| Failure::usage(format!("the mock server cannot start: {error}")))
}
