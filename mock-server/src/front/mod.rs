//! Two ways to put worlds behind a socket.

mod in_process;
mod log;
mod standalone;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(crate) use in_process::InProcess;
pub(crate) use log::Log;
pub(crate) use standalone::Standalone;
use tokio::sync::watch;

use crate::{Clock, Effect, Plan, Request, Worlds};

/// The worlds and their clock, as front ends and tests share them.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    worlds: Arc<Mutex<Worlds>>,
    /// What was asked for and could not be done.
    unplaced: Arc<Mutex<Vec<String>>>,
    /// How often whoever delivers callbacks was asked to look for them.
    asked: Arc<watch::Sender<u64>>,
    /// How many of those looks are done: nothing was due any more.
    done: Arc<watch::Sender<u64>>,
    log: Option<Log>,
    pub(crate) clock: Clock,
    /// How long the head of a request, or its body, may take.
    pub(crate) patience: Duration,
}

impl Shared {
    pub(crate) fn new(worlds: Worlds, clock: Clock, log: Option<Log>, patience: Duration) -> Self {
        Self {
            worlds: Arc::new(Mutex::new(worlds)),
            unplaced: Arc::default(),
            asked: Arc::default(),
            done: Arc::default(),
            log,
            clock,
            patience,
        }
    }

    /// Takes one request at the time of the clock.
    pub(crate) fn handle(&self, mut request: Request) -> Plan {
        // Only what changes something can bring the next end of a job nearer.
        let may_change = request.method != "GET";
        let mut worlds = self.lock();
        let own = crate::admin::answer(&mut worlds, &self.clock, &request);
        let (plan, line) = match (own, &self.log) {
            (Some(plan), Some(_)) => {
                let line = log::of_admin(&request, plan.http());
                (plan, Some(line))
            }
            (Some(plan), None) => (plan, None),
            (None, log) => {
                let world = worlds.world_of(&mut request);
                let plan = world.take(self.clock.now(), request);
                (plan, world.last_request().filter(|_| log.is_some()).map(log::of_call))
            }
        };
        drop(worlds);
        if let (Some(log), Some(line)) = (&self.log, line) {
            log.tell(&line);
        }
        if may_change {
            self.ask_for_a_look();
        }
        plan
    }

    /// What is to be done outside, and is due now.
    pub(crate) fn next_effect(&self) -> Option<Effect> {
        self.worlds().next_effect()
    }

    /// How long it takes in real time until something may be due; `None` if nobody knows.
    pub(crate) fn until_next_effect(&self) -> Option<Duration> {
        let at = self.lock().next_event_at()?;
        self.clock.real_time(at.saturating_sub(self.clock.now()))
    }

    /// Waits until all that is due now is delivered.
    pub(crate) async fn delivered(&self) {
        let look = self.ask_for_a_look();
        // It ends with an error if nobody delivers any more.
        let _ = self.done.subscribe().wait_for(|done| *done >= look).await;
    }

    /// Tells when somebody asks for a look, and for which one.
    pub(crate) fn looks(&self) -> watch::Receiver<u64> {
        self.asked.subscribe()
    }

    /// A look has found nothing more that is due.
    pub(crate) fn is_delivered(&self, look: u64) {
        self.done.send_replace(look);
    }

    fn ask_for_a_look(&self) -> u64 {
        let mut look = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            look = *asked;
        });
        look
    }

    /// The worlds as they are now.
    pub(crate) fn worlds(&self) -> MutexGuard<'_, Worlds> {
        let now = self.clock.now();
        let mut worlds = self.lock();
        worlds.catch_up(now);
        worlds
    }

    /// Remembers a fault that the front end cannot place, so that nobody takes its absence for a success.
    pub(crate) fn cannot_place(&self, fault: String) {
        self.unplaced.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// The faults that could not be placed.
    pub(crate) fn unplaced(&self) -> Vec<String> {
        self.unplaced.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn lock(&self) -> MutexGuard<'_, Worlds> {
        self.worlds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
