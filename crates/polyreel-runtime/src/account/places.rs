//! How many jobs there are at once.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use super::lock;
use crate::Clock;

/// How long a job is taken to last of which nobody knows anything.
const UNSTATED: Duration = Duration::from_secs(600);
/// What is added to the longest time that is stated, and to the time of the next look, so that whoever follows a job sees its
/// end first, also if the answer takes long.
const SLACK: Duration = Duration::from_secs(90);
/// How long the first may leave a place alone until the next one takes it: its caller holds the future and does not poll it,
/// as a buffered stream does.
const GRACE: Duration = Duration::from_secs(1);

/// The jobs of one account.
pub(super) struct Places {
    clock: Arc<dyn Clock>,
    room: Mutex<Room>,
}

#[derive(Default)]
struct Room {
    most: Option<u32>,
    /// Jobs by number.
    taken: BTreeMap<u64, Taken>,
    /// The numbers of those whose ids are known: one that is followed twice is one job.
    jobs: HashMap<String, u64>,
    /// Those who wait, the first of whom are told when there may be room.
    waiting: VecDeque<Waiter>,
    /// Since when there is room that the first leaves alone.
    free_since: Option<Duration>,
    numbers: u64,
}

struct Taken {
    /// When it counts as over if nobody says anything about it.
    until: Duration,
    job: Option<String>,
}

struct Waiter {
    number: u64,
    told: Arc<Notify>,
    /// It left a place alone, so nobody waits for it.
    is_away: bool,
}

impl Room {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Lets go of jobs that have to be over by now.
    fn forget_old(&mut self, now: Duration) {
        let jobs = &mut self.jobs;
        self.taken.retain(|_, taken| {
            let is_there = taken.until > now;
            if let Some(job) = taken.job.as_ref().filter(|_| !is_there) {
                jobs.remove(job);
            }
            is_there
        });
    }

    fn enter(&mut self, now: Duration, at_most: Option<Duration>, job: Option<&str>) -> u64 {
        // Now and then, so that jobs that nobody follows do not pile up where there is no limit.
        if self.taken.len().is_power_of_two() {
            self.forget_old(now);
        }
        let number = self.number();
        let until = now.saturating_add(over_after(at_most));
        self.taken.insert(number, Taken { until, job: job.map(str::to_owned) });
        if let Some(job) = job {
            self.jobs.insert(job.to_owned(), number);
        }
        number
    }

    /// Tells the first, and the one after it, who goes before it if it does not come.
    fn tell_first(&self) {
        for waiter in self.waiting.iter().filter(|waiter| !waiter.is_away).take(2) {
            waiter.told.notify_one();
        }
    }

    /// How many are served before this one, which is there.
    fn ahead(&mut self, number: u64) -> usize {
        if let Some(waiter) = self.waiting.iter_mut().find(|waiter| waiter.number == number) {
            waiter.is_away = false;
        }
        let present = self.waiting.iter().filter(|waiter| !waiter.is_away);
        present.take_while(|waiter| waiter.number != number).count()
    }

    /// There is room: if the first has left it alone for a while, it is passed over.
    fn pass_over(&mut self, now: Duration) {
        let since = *self.free_since.get_or_insert(now);
        if now >= since.saturating_add(GRACE) {
            self.free_since = Some(now);
            if let Some(waiter) = self.waiting.iter_mut().find(|waiter| !waiter.is_away) {
                waiter.is_away = true;
            }
        }
    }

    fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.taken.len() >= most as usize)
    }
}

/// When a job that nobody follows counts as over.
fn over_after(at_most: Option<Duration>) -> Duration {
    at_most.map_or(UNSTATED, |longest| longest.saturating_mul(5) / 4).saturating_add(SLACK)
}

/// What one job occupies until it is known to be over. A job that nobody follows any more is taken to last as long as the
/// provider states. A place in which there never was a job is given back when it is dropped.
pub(crate) struct Place {
    places: Arc<Places>,
    number: u64,
    /// Whether there may be a job in it.
    is_used: bool,
}

impl Places {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, room: Mutex::default() })
    }

    /// From now on so many at once.
    pub(super) fn allow(&self, most: Option<u32>) {
        let mut room = lock(&self.room);
        // With none there would be no client.
        room.most = most.map(|most| most.max(1));
        room.tell_first();
    }

    /// Whether no job is left, as far as anybody knows.
    pub(super) fn is_empty(&self) -> bool {
        let mut room = lock(&self.room);
        room.forget_old(self.clock.now());
        room.taken.is_empty()
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
                let (mut ahead, is_full) = (room.ahead(turn.number), room.is_full());
                if is_full {
                    room.free_since = None;
                } else if ahead > 0 {
                    room.pass_over(now);
                    ahead = room.ahead(turn.number);
                }
                if ahead == 0 && !is_full {
                    room.free_since = None;
                    let number = room.enter(now, at_most, None);
                    return Place { places: self.clone(), number, is_used: false };
                }
                let next = room.taken.values().map(|taken| taken.until).min().filter(|_| is_full).unwrap_or(now);
                let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
                next.saturating_add(GRACE.saturating_mul(ahead)).saturating_sub(now)
            };
            tokio::select! {
                biased;
                () = turn.told.notified() => {}
                // A clock may move as soon as it is asked to.
                () = async { self.clock.sleep(pause).await } => {}
            }
        }
    }

    /// The place of a job that is there already, whether or not there is room.
    pub(super) fn occupy(self: &Arc<Self>, job: &str, at_most: Option<Duration>) -> Place {
        let (now, mut room) = (self.clock.now(), lock(&self.room));
        let number = room.jobs.get(job).copied().filter(|number| room.taken.contains_key(number));
        let number = number.unwrap_or_else(|| room.enter(now, at_most, Some(job)));
        Place { places: self.clone(), number, is_used: true }
    }
}

impl Place {
    /// From now on there may be a job in it, also if nobody follows it.
    pub(crate) fn may_hold_a_job(&mut self) {
        self.is_used = true;
    }

    /// The create was refused, so there is no job in it yet.
    pub(crate) fn holds_no_job(&mut self) {
        self.is_used = false;
    }

    /// It is this job.
    pub(crate) fn is_of(&self, job: &str) {
        let mut room = lock(&self.places.room);
        if let Some(taken) = room.taken.get_mut(&self.number) {
            taken.job = Some(job.to_owned());
            room.jobs.insert(job.to_owned(), self.number);
        }
    }

    /// The job is still there, and will be looked at again after this pause.
    pub(crate) fn keep(&self, pause: Duration) {
        let until = self.places.clock.now().saturating_add(pause).saturating_add(SLACK);
        // It may have been let go of already: then it lasts longer than it was taken to.
        let mut room = lock(&self.places.room);
        let taken = room.taken.entry(self.number).or_insert(Taken { until, job: None });
        taken.until = until.max(taken.until);
    }

    /// The job is over.
    pub(crate) fn free(&self) {
        let mut room = lock(&self.places.room);
        if let Some(job) = room.taken.remove(&self.number).and_then(|taken| taken.job) {
            room.jobs.remove(&job);
        }
        room.tell_first();
    }
}

/// What was never sent needs no place.
impl Drop for Place {
    fn drop(&mut self) {
        if !self.is_used {
            self.free();
        }
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
        room.waiting.push_back(Waiter { number, told: told.clone(), is_away: false });
        Self { places, number, told }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut room = lock(&self.places.room);
        room.waiting.retain(|waiter| waiter.number != self.number);
        // There may be room for the next one as well.
        room.tell_first();
    }
}
