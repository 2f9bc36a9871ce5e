//! Many clients at once, and a clock that moves when all of them wait: hours in seconds, and exactly.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use polyreel::{Sleep, mock};
use tokio::sync::oneshot;

use super::listener::Listener;

/// How often everybody else gets a turn until it is believed that all wait.
const TURNS: usize = 16;

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

impl polyreel::Clock for Lockstep {
    fn now(&self) -> Duration {
        self.0.clock.now()
    }

    fn wall(&self) -> SystemTime {
        self.0.clock.wall()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let (wake, woken) = oneshot::channel();
        let mut sleepers = self.0.sleepers.lock().unwrap();
        sleepers.fallen_asleep += 1;
        let place = (self.0.clock.now().saturating_add(duration), sleepers.fallen_asleep);
        sleepers.asleep.insert(place, wake);
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}
