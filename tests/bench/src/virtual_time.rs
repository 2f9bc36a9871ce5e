//! Long jobs, our own client, and a clock that moves when everybody waits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use polyreel::mock::{self, MockServer};
use polyreel::spec::{Amount, Latency, LatencyRow, list};
use polyreel::{Client, Provider, Sleep};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::servers::PROVIDER;
use crate::{Result, stopwatch};

const JOBS: usize = 1000;
/// How long each job takes, in milliseconds.
const LATENCY: u64 = 600_000;
/// How many clients do something at the same time.
const AWAKE: usize = 16;

pub(crate) struct VirtualTime {
    pub(crate) jobs: usize,
    pub(crate) polls: u64,
    pub(crate) real: Duration,
    pub(crate) simulated: Duration,
}

/// All jobs at the same time, each awaited by a client of its own.
pub(crate) fn measure() -> Result<VirtualTime> {
    eprintln!("virtual time: {JOBS} jobs of {} s", LATENCY / 1000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(run())
}

async fn run() -> Result<VirtualTime> {
    let provider = provider()?;
    let elapsed = stopwatch();
    let server = MockServer::builder().raw().start([&provider]).await.map_err(|error| error.to_string())?;
    server.set_balance(PROVIDER, Amount { trillionths: i128::MAX });
    let clock = Arc::new(Lockstep::new(server.clock().clone(), JOBS));
    let builder = mock::client_builder(&server, &provider).map_err(|error| error.to_string())?;
    let client = builder.clock(clock.clone()).build().map_err(|error| error.to_string())?;
    let mut clients = JoinSet::new();
    for number in 0..JOBS {
        let (client, clock) = (client.clone(), clock.clone());
        clients.spawn(async move {
            polyreel::Clock::sleep(&*clock, Duration::ZERO).await;
            let done = film(&client, number).await;
            clock.leave();
            done
        });
    }
    while let Some(done) = clients.join_next().await {
        done.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    }
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
    let known = polyreel::all().iter().find(|provider| provider.id == *PROVIDER);
    let mut provider = Provider::clone(known.ok_or("the provider is not built in")?);
    let mut models = provider.models.to_vec();
    for model in &mut models {
        let row = LatencyRow { when: list(&[]), between: (LATENCY, LATENCY) };
        model.latency = Some(Latency { by: list(&[]), table: vec![row].into() });
    }
    provider.models = models.into();
    Ok(provider)
}

/// Moves the mock server's clock to the next moment at which somebody wants to do something, once all others wait.
#[derive(Debug)]
struct Lockstep {
    clock: mock::Clock,
    sleepers: Mutex<Sleepers>,
}

#[derive(Debug)]
struct Sleepers {
    awake: usize,
    /// By the time at which they wake, and the order in which they fell asleep.
    asleep: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
    fallen_asleep: u64,
}

impl Lockstep {
    /// So many will sleep first of all.
    fn new(clock: mock::Clock, awake: usize) -> Self {
        Self { clock, sleepers: Mutex::new(Sleepers { awake, asleep: BTreeMap::new(), fallen_asleep: 0 }) }
    }

    /// One has nothing to do any more.
    fn leave(&self) {
        self.wake(self.sleepers());
    }

    /// One is not awake any more: it is others' turn.
    fn wake(&self, mut sleepers: MutexGuard<'_, Sleepers>) {
        sleepers.awake -= 1;
        while sleepers.awake < AWAKE {
            let is_anybody_awake = sleepers.awake > 0;
            let Some(first) = sleepers.asleep.first_entry() else { return };
            let wait = first.key().0.saturating_sub(self.clock.now());
            if !wait.is_zero() && is_anybody_awake {
                return;
            }
            self.clock.advance(wait);
            // Whoever does not wait any more needs not be woken, and has not been counted out.
            let _ = first.remove().send(());
            sleepers.awake += 1;
        }
    }

    fn sleepers(&self) -> MutexGuard<'_, Sleepers> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl polyreel::Clock for Lockstep {
    fn now(&self) -> Duration {
        self.clock.now()
    }

    fn wall(&self) -> SystemTime {
        self.clock.wall()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let (wake, woken) = oneshot::channel();
        let mut sleepers = self.sleepers();
        sleepers.fallen_asleep += 1;
        let place = (self.clock.now().saturating_add(duration), sleepers.fallen_asleep);
        sleepers.asleep.insert(place, wake);
        self.wake(sleepers);
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}
