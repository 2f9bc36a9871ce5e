//! How often a provider is called: evenly, so that no way of counting finds too many.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

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

/// How long the first may leave its turn alone until the next ones go before it: its caller holds the future and does not
/// poll it, as a buffered stream does.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Queue {
    /// The time between two calls.
    interval: Duration,
    /// When the next call may be made.
    next: Duration,
    /// When the last one was passed over.
    passed: Duration,
    /// Those who wait, by number, each list in order.
    creates: VecDeque<Waiter>,
    others: VecDeque<Waiter>,
    numbers: u64,
}

struct Waiter {
    number: u64,
    told: Arc<Notify>,
    /// It left its turn alone, so nobody waits for it.
    is_away: bool,
}

impl Queue {
    fn waiting(&mut self, urgency: Urgency) -> &mut VecDeque<Waiter> {
        match urgency {
            Urgency::Create => &mut self.creates,
            Urgency::Other => &mut self.others,
        }
    }

    fn present(&mut self) -> impl Iterator<Item = &mut Waiter> {
        self.creates.iter_mut().chain(&mut self.others).filter(|waiter| !waiter.is_away)
    }

    /// How many are served before this one, which is there.
    fn ahead(&mut self, urgency: Urgency, number: u64) -> usize {
        let list = self.waiting(urgency);
        if let Ok(at) = list.binary_search_by_key(&number, |waiter| waiter.number) {
            list[at].is_away = false;
        }
        self.present().take_while(|waiter| waiter.number != number).count()
    }

    /// The turn of the first has been there for a while.
    fn pass_over(&mut self, now: Duration) {
        if now >= self.next.max(self.passed).saturating_add(GRACE) {
            self.passed = now;
            if let Some(first) = self.present().next() {
                first.is_away = true;
            }
        }
    }

    fn tell_first(&mut self) {
        if let Some(first) = self.present().next() {
            first.told.notify_one();
        }
    }
}

impl Calls {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, queue: Mutex::default() }
    }

    /// From now on so many calls a minute.
    pub(super) fn allow(&self, per_minute: Option<u32>) {
        let interval = |limit: u32| MINUTE / limit.max(1) * (100 + MARGIN) / 100;
        let mut queue = lock(&self.queue);
        let (old, new) = (queue.interval, per_minute.map_or(Duration::ZERO, interval));
        // A pause that the provider asked for stays; one of our own shrinks with the interval.
        let now = self.clock.now();
        if queue.next <= now.saturating_add(old) {
            queue.next = queue.next.min(now.saturating_add(new));
        }
        queue.interval = new;
        queue.tell_first();
    }

    /// Whether the next call may be made at once.
    pub(super) fn is_idle(&self) -> bool {
        lock(&self.queue).next <= self.clock.now()
    }

    /// How many calls may be made in so long; `None` if they are not limited.
    pub(super) fn within(&self, time: Duration) -> Option<usize> {
        let interval = lock(&self.queue).interval;
        let calls = time.as_nanos().checked_div(interval.as_nanos())?;
        Some(usize::try_from(calls).unwrap_or(usize::MAX))
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
                let mut ahead = queue.ahead(urgency, turn.number);
                if ahead > 0 {
                    queue.pass_over(now);
                    ahead = queue.ahead(urgency, turn.number);
                }
                if ahead == 0 && queue.next <= now {
                    queue.next = now.saturating_add(queue.interval);
                    return Ok(());
                }
                // Who is ahead may leave, and a limit may be lifted, so only the last moment is too late.
                if until.is_some_and(|until| now >= until) {
                    return Err(TooLate);
                }
                let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
                let at = queue.next.max(now).saturating_add(queue.interval.max(GRACE).saturating_mul(ahead));
                until.map_or(at, |until| at.min(until)).saturating_sub(now)
            };
            tokio::select! {
                biased;
                () = turn.told.notified() => {}
                // A clock may move as soon as it is asked to.
                () = async { self.clock.sleep(pause).await } => {}
            }
        }
    }
}

/// A place in the queue, given up when it is dropped.
struct Turn<'c> {
    calls: &'c Calls,
    urgency: Urgency,
    number: u64,
    told: Arc<Notify>,
}

impl<'c> Turn<'c> {
    fn wait(calls: &'c Calls, urgency: Urgency) -> Self {
        let told = Arc::new(Notify::new());
        let mut queue = lock(&calls.queue);
        queue.numbers += 1;
        let number = queue.numbers;
        queue.waiting(urgency).push_back(Waiter { number, told: told.clone(), is_away: false });
        Self { calls, urgency, number, told }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queue = lock(&self.calls.queue);
        let waiting = queue.waiting(self.urgency);
        if let Ok(at) = waiting.binary_search_by_key(&self.number, |waiter| waiter.number) {
            waiting.remove(at);
        }
        queue.tell_first();
    }
}
