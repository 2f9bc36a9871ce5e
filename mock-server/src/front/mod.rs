//! Two ways to put worlds behind a socket.

mod in_process;
mod standalone;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use in_process::InProcess;
pub(crate) use standalone::Standalone;

use crate::{Clock, Plan, Request, Worlds};

/// The worlds and their clock, as front ends and tests share them.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    worlds: Arc<Mutex<Worlds>>,
    /// What was asked for and could not be done.
    unplaced: Arc<Mutex<Vec<String>>>,
    pub(crate) clock: Clock,
}

impl Shared {
    pub(crate) fn new(worlds: Worlds, clock: Clock) -> Self {
        Self { worlds: Arc::new(Mutex::new(worlds)), unplaced: Arc::default(), clock }
    }

    /// Takes one request at the time of the clock.
    pub(crate) fn handle(&self, request: Request) -> Plan {
        let mut worlds = self.lock();
        crate::admin::answer(&mut worlds, &self.clock, &request)
            .unwrap_or_else(|| worlds.take(self.clock.now(), request))
    }

    /// The worlds as they are now.
    pub(crate) fn worlds(&self) -> MutexGuard<'_, Worlds> {
        let now = self.clock.now();
        let mut worlds = self.lock();
        worlds.advance(now);
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
