//! Many clients at once, and a clock that moves when all of them wait: hours in seconds, and exactly.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use polyreel::mock::{MockServer, MockServerBuilder};
use polyreel::{ClientBuilder, Clock, Sleep, mock};
use polyreel_spec::Provider;
use tokio::sync::oneshot;
use tracing::subscriber::DefaultGuard;

use super::listener::Listener;

/// How often everybody else gets a turn until it is believed that all wait.
const TURNS: usize = 16;

/// A mock server of these providers, a client of the first one by a clock that moves when everybody waits, and what counts
/// the calls on their way until it is dropped.
pub(crate) struct Studio {
    pub(crate) server: MockServer,
    pub(crate) lockstep: Lockstep,
    pub(crate) listener: Listener,
    _listening: DefaultGuard,
}

impl Studio {
    pub(crate) async fn open(settings: MockServerBuilder, provider: &Provider) -> Self {
        let (listener, listening) = Listener::count_calls();
        let server = settings.raw().start([provider]).await.unwrap();
        let lockstep = Lockstep::new(server.clock().clone());
        Self { server, lockstep, listener, _listening: listening }
    }

    /// Settings of a client.
    pub(crate) fn client(&self, provider: &Provider) -> ClientBuilder {
        mock::client_builder(&self.server, provider).unwrap().clock(self.clock())
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.lockstep.clock()
    }

    /// Does this while the clock moves.
    pub(crate) fn run<'s, T: 's>(
        &'s self,
        work: impl Future<Output = T> + 's,
    ) -> Pin<Box<dyn Future<Output = T> + 's>> {
        Box::pin(self.lockstep.run(&self.listener, work))
    }
}

/// A mock server's clock that stands still as long as anybody has something to do.
#[derive(Clone, Debug)]
pub(crate) struct Lockstep(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: mock::Clock,
    sleepers: Mutex<Sleepers>,
}

#[derive(Debug, Default)]
struct Sleepers {
    /// By the time at which they wake, and the order in which they fell asleep.
    asleep: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
    fallen_asleep: u64,
}

impl Lockstep {
    pub(crate) fn new(clock: mock::Clock) -> Self {
        Self(Arc::new(Shared { clock, sleepers: Mutex::default() }))
    }

    /// The clock, for clients.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.0.clone()
    }

    /// Moves the clock from one sleeper's time to the next until this is done. Everything happens on this thread, but for
    /// the calls that are on their way, which the listener counts.
    pub(crate) async fn run<T>(&self, listener: &Listener, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            () = self.keep_moving(listener) => unreachable!("it goes on for ever"),
        }
    }

    async fn keep_moving(&self, listener: &Listener) {
        let mut seen = 0;
        let mut quiet = 0;
        loop {
            tokio::task::yield_now().await;
            let fallen_asleep = self.0.sleepers.lock().unwrap().fallen_asleep;
            if listener.calls() > 0 || fallen_asleep != seen {
                (quiet, seen) = (0, fallen_asleep);
                continue;
            }
            quiet += 1;
            if quiet > TURNS {
                quiet = 0;
                self.wake_first();
            }
        }
    }

    fn wake_first(&self) {
        let mut sleepers = self.0.sleepers.lock().unwrap();
        while let Some(((until, _), wake)) = sleepers.asleep.pop_first() {
            // Whoever does not wait any more needs not be woken.
            if wake.is_closed() {
                continue;
            }
            self.0.clock.advance(until.saturating_sub(self.0.clock.now()));
            let _ = wake.send(());
            return;
        }
    }
}

impl Clock for Shared {
    fn now(&self) -> Duration {
        self.clock.now()
    }

    fn wall(&self) -> SystemTime {
        self.clock.wall()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let (wake, woken) = oneshot::channel();
        let mut sleepers = self.sleepers.lock().unwrap();
        sleepers.fallen_asleep += 1;
        let place = (self.clock.now().saturating_add(duration), sleepers.fallen_asleep);
        sleepers.asleep.insert(place, wake);
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}
