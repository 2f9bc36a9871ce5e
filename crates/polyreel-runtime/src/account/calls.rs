//! How often a provider is called: evenly, so that no way of counting finds too many.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::lock;
use crate::Clock;

const MINUTE: Duration = Duration::from_secs(60);
/// How much slower than allowed calls are made, per cent: on its way one may fall behind and the next one catch up.
const MARGIN: u32 = 2;

/// Which calls go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A create, and what it needs: its job begins the sooner.
    Create,
    /// All others.
    Other,
}

/// The turn would come when nobody wants it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLate;

/// The calls of one account.
pub(super) struct Calls {
    clock: Arc<dyn Clock>,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    /// The time between two calls.
    interval: Duration,
    /// When the next call may be made.
    next: Duration,
    /// Those who wait, by number, each list in order.
    creates: VecDeque<u64>,
    others: VecDeque<u64>,
    numbers: u64,
}

impl Queue {
    fn waiting(&mut self, urgency: Urgency) -> &mut VecDeque<u64> {
        match urgency {
            Urgency::Create => &mut self.creates,
            Urgency::Other => &mut self.others,
        }
    }

    /// How many are served before this one.
    fn ahead(&mut self, urgency: Urgency, number: u64) -> usize {
        let before = self.waiting(urgency).partition_point(|other| *other < number);
        before + if urgency == Urgency::Other { self.creates.len() } else { 0 }
    }
}

impl Calls {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, queue: Mutex::default() }
    }

    /// From now on so many calls a minute.
    pub(super) fn allow(&self, per_minute: Option<u32>) {
        let interval = |limit: u32| MINUTE / limit.max(1) * (100 + MARGIN) / 100;
        lock(&self.queue).interval = per_minute.map_or(Duration::ZERO, interval);
    }

    /// No call for some time.
    pub(super) fn hold(&self, pause: Duration) {
        let mut queue = lock(&self.queue);
        queue.next = queue.next.max(self.clock.now().saturating_add(pause));
    }

    /// Waits for one's turn.
    pub(super) async fn admit(&self, urgency: Urgency, until: Option<Duration>) -> Result<(), TooLate> {
        let turn = Turn::wait(self, urgency);
        loop {
            let pause = {
                let mut queue = lock(&self.queue);
                let now = self.clock.now();
                let ahead = u32::try_from(queue.ahead(urgency, turn.number)).unwrap_or(u32::MAX);
                let at = queue.next.max(now).saturating_add(queue.interval.saturating_mul(ahead));
                if ahead == 0 && queue.next <= now {
                    queue.next = now.saturating_add(queue.interval);
                    return Ok(());
                }
                if until.is_some_and(|until| at > until) {
                    return Err(TooLate);
                }
                at.saturating_sub(now)
            };
            self.clock.sleep(pause).await;
        }
    }
}

/// A place in the queue, given up when it is dropped.
struct Turn<'c> {
    calls: &'c Calls,
    urgency: Urgency,
    number: u64,
}

impl<'c> Turn<'c> {
    fn wait(calls: &'c Calls, urgency: Urgency) -> Self {
        let mut queue = lock(&calls.queue);
        queue.numbers += 1;
        let number = queue.numbers;
        queue.waiting(urgency).push_back(number);
        Self { calls, urgency, number }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queue = lock(&self.calls.queue);
        let waiting = queue.waiting(self.urgency);
        if let Ok(at) = waiting.binary_search(&self.number) {
            waiting.remove(at);
        }
    }
}
