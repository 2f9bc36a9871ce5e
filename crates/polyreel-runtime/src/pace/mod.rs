//! When to ask for a job. Pure: no clock, no chance.
//!
//! Most polls tell nothing: a film takes minutes, and is done at one moment. So a job is asked for once when it is young,
//! since many failures come early, then not before it can be done, then at short steps while it is likely to end, and at
//! growing ones when it is late.

mod history;

use std::time::Duration;

pub use self::history::History;

/// Pause when nothing is known and the provider advises none.
const USUAL: Duration = Duration::from_secs(10);
/// The longest pause, whatever happens.
const LONGEST: Duration = Duration::from_secs(120);
/// The pause before a create is sent a second time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// The shortest pause, whatever a provider file says.
const SHORTEST: Duration = Duration::from_secs(1);
/// How many times a job is asked for while it is likely to end. On average it takes half of them.
const STEPS: u32 = 32;
/// How much longer the first of these steps are than the middle ones, and the last ones shorter: every job that ends late
/// has taken all the early steps.
const SLOPE: f64 = 0.25;
/// The part of its time after which a young job is asked for at the latest.
const YOUNG: u32 = 4;
/// The longest step while a job is queued.
const QUEUED: Duration = Duration::from_secs(60);
/// How late an end may be noticed, as a part of the time that the job took.
const SHARE: f64 = 0.045;
/// How much longer each step is than the one before it, when a job is late.
const GROWTH: f64 = 0.25;
/// How much longer a step may be by chance, so that jobs that began together are not asked for together.
const JITTER: f64 = 0.1;
/// No job takes longer.
const LATEST: Duration = Duration::from_secs(365 * 24 * 3600);
/// Looks ahead of the window, for one step of so many in it: they cost little then.
const STEPS_FOR_ONE_AHEAD: u32 = 20;

/// When a job is likely to end, since it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    begins: Duration,
    ends: Duration,
    /// Some end before it begins.
    has_tail: bool,
}

impl Window {
    /// What a provider states: its usual shortest and longest time. Some jobs will be faster, some slower.
    pub fn stated(begins: Duration, ends: Duration) -> Self {
        Self { has_tail: true, ..Self::seen(begins, ends) }
    }

    /// What jobs were seen to take.
    pub(crate) fn seen(begins: Duration, ends: Duration) -> Self {
        let begins = begins.min(LATEST);
        Self { begins, ends: ends.clamp(begins, LATEST), has_tail: false }
    }

    /// Its beginning.
    pub fn begins(self) -> Duration {
        self.begins
    }

    /// Its end.
    pub fn ends(self) -> Duration {
        self.ends
    }

    fn width(self) -> Duration {
        self.ends.saturating_sub(self.begins)
    }

    /// The step between two looks in it.
    fn step(self, floor: Duration) -> Duration {
        let even = self.width() / STEPS;
        even.min(self.begins.mul_f64(SHARE)).max(floor)
    }

    /// How many looks there are ahead of it. If the window holds four of five, as windows do whose ends are rounded, one
    /// in twenty ends before `earliest`, and those after it are noticed in time.
    fn ahead(self, first: Duration, step: Duration) -> u32 {
        let (begins, ends) = (self.begins.as_secs_f64(), self.ends.as_secs_f64());
        if !self.has_tail || begins <= 0.0 {
            return 0;
        }
        // Of the logarithm of a time that is normally distributed.
        let earliest = begins * (begins / ends).powf(0.1418);
        let needed = ((first.as_secs_f64() / earliest).ln() / SHARE.ln_1p() - 1.0).ceil();
        let steps = ((ends - begins) / step.as_secs_f64()).floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number above zero")]
        let ahead = needed.clamp(0.0, steps / f64::from(STEPS_FOR_ONE_AHEAD)) as u32;
        ahead
    }
}

/// How one job is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// When it is likely to end, if anybody knows.
    pub expected: Option<Window>,
    /// The shortest pause that the provider allows.
    pub at_least: Option<Duration>,
    /// The pause that the provider advises; followed as long as nothing better is known.
    pub advised: Option<Duration>,
}

impl Pace {
    /// The shortest pause between two looks.
    pub fn floor(&self) -> Duration {
        self.at_least.unwrap_or(SHORTEST).clamp(SHORTEST, LATEST)
    }

    /// When it is asked for next, if it was last asked for, or began, at this age. `chance`, from 0 to 1, moves it a little.
    pub fn next(&self, age: Duration, chance: f64) -> Duration {
        let (floor, advised) = (self.floor(), self.advised.unwrap_or(USUAL));
        let (next, step) = match self.expected {
            Some(window) => within(window, age, floor, advised.max(USUAL)),
            None => {
                let step = age.mul_f64(SHARE).max(advised);
                (age.saturating_add(step), step)
            }
        };
        let chance = if chance.is_nan() { 0.0 } else { chance.clamp(0.0, 1.0) };
        let next = next.saturating_add(step.mul_f64(JITTER * chance));
        next.clamp(
            age.saturating_add(floor),
            // What was seen may have been odd, so it is not relied on for longer.
            age.saturating_add(LONGEST.max(floor))
                .max(first_look(self.expected.filter(|window| window.has_tail), floor)),
        )
    }

    /// When it is asked for next, if it was queued when it was asked for at this age.
    pub fn next_while_queued(&self, age: Duration) -> Duration {
        age.saturating_add(age.min(QUEUED).max(self.advised.unwrap_or(USUAL)).max(self.floor()))
    }

    /// How much of the time that a job was queued is part of what it is expected to take.
    pub fn usual_queue(&self) -> Duration {
        self.expected.map_or(Duration::ZERO, |window| window.begins / 10)
    }
}

/// The first look in the window.
fn first_look(expected: Option<Window>, floor: Duration) -> Duration {
    expected.map_or(Duration::ZERO, |window| window.begins.saturating_add(window.step(floor)).mul_f64(1.0 + SHARE))
}

/// The next look and the step that leads to it. A young job is asked for at this age.
fn within(window: Window, age: Duration, floor: Duration, young: Duration) -> (Duration, Duration) {
    let step = window.step(floor);
    let first = window.begins.saturating_add(step);
    if age < first {
        let ahead = window.ahead(first, step);
        let ahead = (1..=ahead).rev().map(|look| first.div_f64((1.0 + SHARE).powf(f64::from(look))));
        let early = Some(young).filter(|young| *young <= window.begins / YOUNG);
        let mut looks = early.into_iter().chain(ahead).chain([first]);
        return (looks.find(|look| *look >= age.saturating_add(floor)).unwrap_or(first), step);
    }
    if age < window.ends {
        // Steps that cannot be shorter need not be longer either.
        let slope = if step > floor { SLOPE } else { 0.0 };
        let part = age.saturating_sub(window.begins).as_secs_f64() / window.width().as_secs_f64();
        let step = step.mul_f64(1.0 + slope - 2.0 * slope * part).max(floor);
        return (age.saturating_add(step), step);
    }
    let late = age.saturating_sub(window.ends);
    let grown = step.saturating_add(late.mul_f64(GROWTH)).min(age.mul_f64(SHARE).max(step));
    (age.saturating_add(grown), grown)
}

/// The pause after so many polls in a row that told nothing, when one that told something would be followed by `usual`.
pub(crate) fn after_trouble(usual: Duration, trouble: u32) -> Duration {
    usual.saturating_mul(1 << trouble.min(4)).min(LONGEST.max(usual))
}

/// As much of a pause that an answer asks for as anybody keeps.
pub(crate) fn bounded(asked_for: Duration) -> Duration {
    asked_for.min(LONGEST)
}

/// The pause before a create is sent again that was refused so many times before as one of too many: what the refusal asks
/// for, or else 2, 4, 8, … seconds.
pub(crate) fn again(tries: u32, retry_after: Option<Duration>) -> Duration {
    retry_after.unwrap_or_else(|| (FIRST_PAUSE * (1 << tries.min(6))).min(LONGEST)).max(SHORTEST)
}

/// How long to wait for a job in all: four times its usual longest time, and at least 20 minutes, since queues are not
/// in that figure; an hour when nothing is stated.
pub(crate) fn deadline(latency: Option<(Duration, Duration)>) -> Duration {
    latency.map_or(Duration::from_secs(3600), |(_, longest)| longest.saturating_mul(4).max(Duration::from_secs(1200)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Pace, Window, after_trouble, again, bounded, deadline};

    fn s(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// The looks at a job that never ends, without chance, until so many seconds.
    fn looks(pace: Pace, until: f64) -> Vec<f64> {
        let mut looks = Vec::new();
        let mut age = Duration::ZERO;
        while age < s(until) {
            age = pace.next(age, 0.0);
            looks.push((age.as_secs_f64() * 10.0).round() / 10.0);
        }
        looks
    }

    fn stated(begins: f64, ends: f64) -> Window {
        Window::stated(s(begins), s(ends))
    }

    #[test]
    fn a_job_is_asked_for_when_it_may_be_done() {
        let pace = Pace { expected: Some(stated(180.0, 240.0)), at_least: None, advised: Some(s(5.0)) };
        let all = looks(pace, 300.0);
        assert_eq!(&all[..5], [10.0, 174.0, 181.9, 184.2, 186.5]);
        let inside: Vec<_> = all.iter().filter(|look| (180.0..=240.0).contains(*look)).collect();
        assert_eq!(inside.len(), 32);
        // Late ones are asked for at growing steps, but never later than one in twenty of their time.
        let late: Vec<_> = all.iter().filter(|look| **look > 241.0).collect();
        assert!(late.windows(2).all(|two| two[1] - two[0] <= 0.05 * two[0] && two[1] > two[0]), "{late:?}");
    }

    #[test]
    fn a_window_may_be_a_point_or_begin_at_once() {
        let none = Pace { expected: None, at_least: None, advised: None };
        assert_eq!(looks(Pace { expected: Some(stated(60.0, 60.0)), ..none }, 63.0), [10.0, 61.0, 62.3, 63.8]);
        assert_eq!(looks(Pace { expected: Some(stated(0.0, 30.0)), ..none }, 3.0), [1.0, 2.0, 3.0]);
        assert_eq!(looks(Pace { expected: Some(stated(0.0, 0.0)), ..none }, 2.0), [1.0, 2.0]);
    }

    #[test]
    fn what_is_not_known_is_asked_for_as_advised() {
        let pace = |advised| Pace { expected: None, at_least: None, advised };
        assert_eq!(looks(pace(None), 50.0), [10.0, 20.0, 30.0, 40.0, 50.0]);
        assert_eq!(looks(pace(Some(s(20.0))), 60.0), [20.0, 40.0, 60.0]);
        let late = looks(pace(None), 5000.0);
        assert!(late.windows(2).all(|two| two[1] - two[0] <= 120.1), "{late:?}");
    }

    #[test]
    fn what_is_queued_is_asked_for_more_and_more_rarely() {
        let pace = Pace { expected: Some(stated(180.0, 240.0)), at_least: None, advised: None };
        let mut age = s(10.0);
        let looks = std::iter::from_fn(|| {
            age = pace.next_while_queued(age);
            Some(age.as_secs_f64().round())
        });
        assert_eq!(looks.take(6).collect::<Vec<_>>(), [20.0, 40.0, 80.0, 140.0, 200.0, 260.0]);
    }

    #[test]
    fn no_look_comes_sooner_than_is_allowed() {
        for expected in [None, Some(stated(180.0, 240.0)), Some(stated(0.0, 5.0)), Some(stated(10.0, 1e6))] {
            for at_least in [None, Some(s(0.0)), Some(s(7.0)), Some(s(300.0))] {
                for chance in [-1.0, 0.0, 0.5, 1.0, 2.0, f64::NAN] {
                    let pace = Pace { expected, at_least, advised: Some(Duration::ZERO) };
                    let mut age = Duration::ZERO;
                    for _ in 0..500 {
                        let next = pace.next(age, chance);
                        assert!(next >= age + pace.floor(), "{expected:?} {at_least:?} {chance}: {age:?} {next:?}");
                        age = next;
                    }
                }
            }
        }
        let endless =
            Pace { expected: Some(Window::stated(Duration::MAX, Duration::MAX)), at_least: None, advised: None };
        assert!(endless.next(Duration::MAX, 0.5) >= endless.next(Duration::ZERO, 0.5));
    }

    #[test]
    fn pauses_are_bounded() {
        let s = Duration::from_secs;
        assert_eq!([0, 2, 4, u32::MAX].map(|trouble| after_trouble(s(5), trouble)), [5, 20, 80, 80].map(s));
        assert_eq!(after_trouble(s(50), 9), s(120));
        assert_eq!([s(30), Duration::MAX].map(bounded), [s(30), s(120)]);
    }

    #[test]
    fn creates_are_sent_again_as_late_as_is_asked() {
        let s = Duration::from_secs;
        assert_eq!([0, 1, 5, 6, u32::MAX].map(|tries| again(tries, None)), [2, 4, 64, 120, 120].map(s));
        assert_eq!([0, 30, 9000].map(|asked| again(3, Some(s(asked)))), [1, 30, 9000].map(s));
    }

    #[test]
    fn a_deadline_always_exists() {
        let s = Duration::from_secs;
        assert_eq!(deadline(None), s(3600));
        assert_eq!(deadline(Some((s(180), s(240)))), s(1200));
        assert_eq!(deadline(Some((s(600), s(900)))), s(3600));
        assert_eq!(deadline(Some((s(1), Duration::MAX))), Duration::MAX);
    }
}
