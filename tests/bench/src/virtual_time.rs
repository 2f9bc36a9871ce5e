//! Long jobs, our own client, and a clock that moves when everybody waits.

use std::sync::Arc;
use std::time::Duration;

use polyreel::mock::{self, MockServer};
use polyreel::spec::{Amount, Latency, LatencyRow, list};
use polyreel::{Client, Clock as _, Provider};
use tokio::task::JoinSet;

use crate::lockstep::Lockstep;
use crate::servers::{self, PROVIDER};
use crate::{Result, runtime, stopwatch};

const JOBS: usize = 1000;
/// How long each job takes, in milliseconds.
const LATENCY: u64 = 600_000;

pub(crate) struct VirtualTime {
    pub(crate) jobs: usize,
    pub(crate) polls: u64,
    pub(crate) real: Duration,
    pub(crate) simulated: Duration,
}

/// All jobs at the same time, each awaited by a client of its own.
pub(crate) fn measure() -> Result<VirtualTime> {
    eprintln!("virtual time: {JOBS} jobs of {} s", LATENCY / 1000);
    runtime()?.block_on(run())
}

async fn run() -> Result<VirtualTime> {
    let provider = provider()?;
    let elapsed = stopwatch();
    let server = MockServer::builder().raw().start([&provider]).await.map_err(|error| error.to_string())?;
    server.set_balance(PROVIDER, Amount { trillionths: i128::MAX });
    let clock = Arc::new(Lockstep::new(JOBS));
    let builder = mock::client_builder(&server, &provider).map_err(|error| error.to_string())?;
    let client = builder.clock(clock.clone()).build().map_err(|error| error.to_string())?;
    let mut clients = JoinSet::new();
    for number in 0..JOBS {
        let (client, clock) = (client.clone(), clock.clone());
        clients.spawn(async move {
            clock.sleep(Duration::ZERO).await;
            let done = film(&client, number).await;
            clock.leave();
            done
        });
    }
    let follow = async |pause| {
        server.clock().advance(pause);
        Ok(())
    };
    let all = async {
        while let Some(done) = clients.join_next().await {
            done.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        }
        Ok(())
    };
    clock.run(follow, all).await?;
    let requests = server.with_worlds(|worlds| worlds.first().request_count());
    Ok(VirtualTime { jobs: JOBS, polls: requests - JOBS as u64, real: elapsed(), simulated: server.clock().now() })
}

async fn film(client: &Client, number: usize) -> polyreel::Result<()> {
    let request = client.request("kling-v2").set("prompt", format!("Cat number {number}."));
    request.submit().await?.await?;
    Ok(())
}

/// The provider, whose jobs take longer than its own.
fn provider() -> Result<Provider> {
    let mut provider = servers::provider()?.clone();
    let mut models = provider.models.to_vec();
    for model in &mut models {
        let row = LatencyRow { when: list(&[]), between: (LATENCY, LATENCY) };
        model.latency = Some(Latency { by: list(&[]), table: vec![row].into() });
    }
    provider.models = models.into();
    Ok(provider)
}
