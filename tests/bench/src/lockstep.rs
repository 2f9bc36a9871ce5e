//! Many clients at once, and a clock that moves when all of them wait: hours in seconds.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use polyreel::Sleep;
use tokio::sync::{Notify, oneshot};

use crate::Result;

/// How many clients do something at the same time.
const AWAKE: usize = 16;
/// The clock moves by whole ones of these, so whoever waits is woken so much later at most. It spares moves of a clock that
/// is in another process.
const GRAIN: Duration = Duration::from_millis(10);
/// The date at which it begins, since 1970.
const BEGIN: Duration = Duration::from_hours(500_000);

/// The clock of so many clients, each of which waits for one thing at a time.
#[derive(Debug)]
pub(crate) struct Lockstep {
    clients: Mutex<Clients>,
    all_wait: Notify,
}

#[derive(Debug)]
struct Clients {
    now: Duration,
    awake: usize,
    /// By the time at which they wake, and the order in which they fell asleep.
    asleep: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
    fallen_asleep: u64,
}

impl Lockstep {
    /// So many will sleep first of all.
    pub(crate) fn new(clients: usize) -> Self {
        let clients = Clients { now: Duration::ZERO, awake: clients, asleep: BTreeMap::new(), fallen_asleep: 0 };
        Self { clients: Mutex::new(clients), all_wait: Notify::new() }
    }

    /// Moves the clock from one client's time to the next until the work is done; `follow` moves the server's.
    pub(crate) async fn run<T>(
        &self,
        follow: impl AsyncFnMut(Duration) -> Result,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        tokio::select! {
            done = work => done,
            failed = self.keep_moving(follow) => Err(failed),
        }
    }

    /// One has nothing to do any more.
    pub(crate) fn leave(&self) {
        self.wait(&mut self.clients());
    }

    /// The error is what following failed with.
    async fn keep_moving(&self, mut follow: impl AsyncFnMut(Duration) -> Result) -> String {
        loop {
            self.all_wait.notified().await;
            let Some(pause) = self.clients().pause() else { continue };
            if let Err(error) = follow(pause).await {
                return error;
            }
            // Nobody is awake, so nobody has seen that the server's clock went first.
            let mut clients = self.clients();
            clients.now += pause;
            clients.wake();
        }
    }

    /// One waits: it is others' turn.
    fn wait(&self, clients: &mut Clients) {
        clients.awake -= 1;
        clients.wake();
        if clients.awake == 0 {
            self.all_wait.notify_one();
        }
    }

    fn clients(&self) -> MutexGuard<'_, Clients> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clients {
    /// How long it is until somebody wakes.
    fn pause(&self) -> Option<Duration> {
        let ((until, _), _) = self.asleep.first_key_value()?;
        let grains = until.saturating_sub(self.now).as_nanos().div_ceil(GRAIN.as_nanos());
        Some(GRAIN.saturating_mul(u32::try_from(grains).unwrap_or(u32::MAX)))
    }

    fn wake(&mut self) {
        while self.awake < AWAKE
            && let Some(first) = self.asleep.first_entry().filter(|first| first.key().0 <= self.now)
        {
            // Whoever does not wait any more has not been counted out.
            let _ = first.remove().send(());
            self.awake += 1;
        }
    }
}

impl polyreel::Clock for Lockstep {
    fn now(&self) -> Duration {
        self.clients().now
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + BEGIN + self.now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let (wake, woken) = oneshot::channel();
        let mut clients = self.clients();
        clients.fallen_asleep += 1;
        let place = (clients.now.saturating_add(duration), clients.fallen_asleep);
        clients.asleep.insert(place, wake);
        self.wait(&mut clients);
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}
