//! Time, as the mock server sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// Where a clock that never asks for real time begins: 2026-01-01T00:00:00Z, in seconds since 1970.
const MANUAL_START: u64 = 1_767_225_600;

/// The date and time of day at which a clock begins that is never asked for real time.
pub(crate) fn manual_start() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(MANUAL_START)
}

/// The one clock on which all jobs of a server move. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Face>);

#[derive(Debug)]
struct Face {
    /// When it began to run, by real time; `None` when it moves by [`Clock::advance`] alone.
    began: Option<Instant>,
    wall_at_start: SystemTime,
    speed: f64,
    /// What was added by [`Clock::advance`], in nanoseconds: enough for 584 years.
    added: AtomicU64,
    /// Tells whoever waits that [`Clock::advance`] was called.
    moved: watch::Sender<()>,
}

impl Clock {
    /// Runs with real time.
    pub fn real() -> Self {
        Self::scaled(1.0)
    }

    /// Runs `speed` times as fast as real time. What is not a number above zero counts as 1.
    #[expect(clippy::disallowed_methods, reason = "the one place where the mock server reads real time")]
    pub fn scaled(speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 { speed } else { 1.0 };
        Self::start(Some(Instant::now()), SystemTime::now(), speed)
    }

    /// Stands still at 2026-01-01T00:00:00Z until it is moved.
    pub fn manual() -> Self {
        Self::start(None, manual_start(), 1.0)
    }

    /// The time since the start.
    pub fn now(&self) -> Duration {
        let real = self.0.began.map_or(Duration::ZERO, |began| began.elapsed());
        let run = Duration::try_from_secs_f64(real.as_secs_f64() * self.0.speed).unwrap_or(Duration::MAX);
        run.saturating_add(Duration::from_nanos(self.0.added.load(Ordering::SeqCst)))
    }

    /// Date and time of day.
    pub fn wall(&self) -> SystemTime {
        self.0.wall_at_start.checked_add(self.now()).unwrap_or(self.0.wall_at_start)
    }

    /// Date and time of day at the start.
    pub(crate) fn wall_at_start(&self) -> SystemTime {
        self.0.wall_at_start
    }

    /// How long a wait on this clock takes in real time; `None` if it would take for ever, because the clock stands
    /// still until it is moved.
    pub fn real_time(&self, wait: Duration) -> Option<Duration> {
        self.0.began.map(|_| Duration::try_from_secs_f64(wait.as_secs_f64() / self.0.speed).unwrap_or(Duration::MAX))
    }

    /// Moves the clock forward, also one that runs by itself.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        let add = |added: u64| Some(added.saturating_add(by));
        // The closure always gives a value, so this cannot fail.
        let _ = self.0.added.fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
        self.0.moved.send_replace(());
    }

    /// Tells when the clock is moved by [`Clock::advance`].
    pub(crate) fn moves(&self) -> watch::Receiver<()> {
        self.0.moved.subscribe()
    }

    fn start(began: Option<Instant>, wall_at_start: SystemTime, speed: f64) -> Self {
        Self(Arc::new(Face { began, wall_at_start, speed, added: AtomicU64::new(0), moved: watch::Sender::new(()) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual();
        let same = clock.clone();
        clock.advance(Duration::from_secs(90));
        assert_eq!(same.now(), Duration::from_secs(90));
        assert_eq!(same.wall(), UNIX_EPOCH + Duration::from_secs(MANUAL_START + 90));
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(same.now(), Duration::from_nanos(u64::MAX));
    }

    #[test]
    fn waiting_takes_as_long_as_the_speed_says() {
        let minute = Duration::from_secs(60);
        assert_eq!(Clock::manual().real_time(minute), None);
        assert_eq!(Clock::real().real_time(minute), Some(minute));
        assert_eq!(Clock::scaled(60.0).real_time(minute), Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_scaled_clock_runs_and_bears_absurd_speeds() {
        for speed in [1.0, 1e6, 1e300, 0.0, -3.0, f64::NAN, f64::INFINITY] {
            let clock = Clock::scaled(speed);
            assert!(clock.now() <= clock.now(), "{speed}");
            assert!(clock.wall() >= UNIX_EPOCH, "{speed}");
        }
    }
}
