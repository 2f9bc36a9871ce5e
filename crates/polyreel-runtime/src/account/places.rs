//! How many jobs there are at once.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use super::lock;
use crate::Clock;

/// How long a job is taken to last of which nobody knows anything.
const UNSTATED: Duration = Duration::from_secs(600);
/// What is added to the longest time that is stated, so that whoever follows a job sees its end first.
const SLACK: Duration = Duration::from_secs(30);

/// The jobs of one account.
pub(super) struct Places {
    clock: Arc<dyn Clock>,
    room: Mutex<Room>,
}

#[derive(Default)]
struct Room {
    most: Option<u32>,
    /// Jobs by number, and when each counts as over if nobody says anything about it.
    taken: BTreeMap<u64, Duration>,
    /// Those who wait, the first of whom is told when there may be room.
    waiting: VecDeque<(u64, Arc<Notify>)>,
    numbers: u64,
}

impl Room {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Lets go of jobs that have to be over by now.
    fn forget_old(&mut self, now: Duration) {
        self.taken.retain(|_, until| *until > now);
    }

    fn tell_first(&self) {
        if let Some((_, first)) = self.waiting.front() {
            first.notify_one();
        }
    }

    fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.taken.len() >= most.max(1) as usize)
    }
}

/// What one job occupies until it is known to be over. A job that nobody follows any more is taken to last as long as the
/// provider states.
pub(crate) struct Place {
    places: Arc<Places>,
    number: u64,
}

impl Places {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, room: Mutex::default() })
    }

    /// From now on so many at once.
    pub(super) fn allow(&self, most: Option<u32>) {
        let mut room = lock(&self.room);
        room.most = most;
        room.tell_first();
    }

    /// Takes a place as soon as there is one; who came first is first.
    pub(super) async fn take(self: &Arc<Self>, at_most: Option<Duration>) -> Place {
        let turn = Turn::wait(self);
        loop {
            let pause = {
                let mut room = lock(&self.room);
                let now = self.clock.now();
                if room.is_full() {
                    room.forget_old(now);
                }
                let is_first = room.waiting.front().is_some_and(|(number, _)| *number == turn.number);
                if is_first && !room.is_full() {
                    return self.enter(&mut room, at_most);
                }
                let next = room.taken.values().copied().min();
                next.filter(|_| is_first).map(|until| until.saturating_sub(now))
            };
            match pause {
                Some(pause) => tokio::select! {
                    () = turn.told.notified() => {}
                    () = self.clock.sleep(pause) => {}
                },
                None => turn.told.notified().await,
            }
        }
    }

    /// Takes a place, whether or not there is room.
    pub(super) fn occupy(self: &Arc<Self>, at_most: Option<Duration>) -> Place {
        self.enter(&mut lock(&self.room), at_most)
    }

    fn enter(self: &Arc<Self>, room: &mut Room, at_most: Option<Duration>) -> Place {
        let (number, now) = (room.number(), self.clock.now());
        // Now and then, so that jobs that nobody follows do not pile up where there is no limit.
        if room.taken.len().is_power_of_two() {
            room.forget_old(now);
        }
        room.taken.insert(number, now.saturating_add(over_after(at_most)));
        Place { places: self.clone(), number }
    }
}

/// When a job that nobody follows counts as over.
fn over_after(at_most: Option<Duration>) -> Duration {
    at_most.map_or(UNSTATED, |longest| longest.saturating_mul(5) / 4).saturating_add(SLACK)
}

impl Place {
    /// The job is still there, and will be looked at again after this pause.
    pub(crate) fn keep(&self, pause: Duration) {
        let until = self.places.clock.now().saturating_add(pause).saturating_add(SLACK);
        // It may have been let go of already: then it lasts longer than it was taken to.
        let mut room = lock(&self.places.room);
        let over = room.taken.entry(self.number).or_insert(until);
        *over = until.max(*over);
    }

    /// The job is over.
    pub(crate) fn free(&self) {
        let mut room = lock(&self.places.room);
        room.taken.remove(&self.number);
        room.tell_first();
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({})", self.number)
    }
}

/// A place in the queue, given up when it is dropped.
struct Turn<'p> {
    places: &'p Places,
    number: u64,
    told: Arc<Notify>,
}

impl<'p> Turn<'p> {
    fn wait(places: &'p Places) -> Self {
        let told = Arc::new(Notify::new());
        let mut room = lock(&places.room);
        let number = room.number();
        room.waiting.push_back((number, told.clone()));
        Self { places, number, told }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut room = lock(&self.places.room);
        room.waiting.retain(|(number, _)| *number != self.number);
        // There may be room for the next one as well.
        room.tell_first();
    }
}
