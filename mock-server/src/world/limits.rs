//! How many calls a minute a provider takes.

use std::collections::VecDeque;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// How a provider counts calls; provider files state the number alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateLimit {
    /// No more than so many in any 60 seconds.
    #[default]
    SlidingWindow,
    /// No more than so many in each minute of the clock.
    FixedWindow,
    /// A bucket of so many, which fills evenly in a minute.
    TokenBucket,
    /// Not at all.
    Off,
}

impl RateLimit {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::SlidingWindow, Self::FixedWindow, Self::TokenBucket, Self::Off];

    /// In words: `sliding-window`.
    pub fn name(self) -> &'static str {
        match self {
            Self::SlidingWindow => "sliding-window",
            Self::FixedWindow => "fixed-window",
            Self::TokenBucket => "token-bucket",
            Self::Off => "off",
        }
    }
}

/// The calls of one customer at one provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limiter {
    /// When calls of the last minute were taken.
    taken: VecDeque<Duration>,
    /// When a full bucket that was emptied by all calls until now will be full again.
    full_at: Duration,
}

impl Limiter {
    /// Takes a call, or says how long to wait.
    pub(crate) fn admit(&mut self, kind: RateLimit, per_minute: u32, now: Duration) -> Result<(), Duration> {
        match kind {
            RateLimit::Off => Ok(()),
            RateLimit::TokenBucket => {
                let one = MINUTE / per_minute.max(1);
                let full_at = self.full_at.max(now).saturating_add(one);
                let over = full_at.saturating_sub(now).saturating_sub(MINUTE);
                if !over.is_zero() {
                    return Err(over);
                }
                self.full_at = full_at;
                Ok(())
            }
            RateLimit::SlidingWindow | RateLimit::FixedWindow => {
                let begin = match kind {
                    RateLimit::FixedWindow => Some(Duration::from_secs(now.as_secs() / 60 * 60)),
                    _ => (now + Duration::from_nanos(1)).checked_sub(MINUTE),
                };
                while self.taken.front().is_some_and(|first| begin.is_some_and(|begin| *first < begin)) {
                    self.taken.pop_front();
                }
                let Some(first) = self.taken.front().filter(|_| self.taken.len() >= per_minute as usize) else {
                    self.taken.push_back(now);
                    return Ok(());
                };
                let again = if kind == RateLimit::FixedWindow { begin.unwrap_or_default() } else { *first } + MINUTE;
                Err(again.saturating_sub(now))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which calls at these seconds are taken, at 3 a minute; of the others how many seconds to wait.
    fn check(kind: RateLimit, calls: &[(u64, Option<u64>)]) {
        let mut limiter = Limiter::default();
        for (at, wait) in calls {
            let answer = limiter.admit(kind, 3, Duration::from_secs(*at));
            assert_eq!(answer.err().map(|wait| wait.as_secs()), *wait, "{kind:?} at {at}");
        }
    }

    #[test]
    fn calls_are_counted_as_the_kind_says() {
        let sliding = [(10, None), (20, None), (59, None), (61, Some(9)), (70, None), (71, Some(9)), (200, None)];
        check(RateLimit::SlidingWindow, &sliding);
        let fixed =
            [(10, None), (58, None), (59, None), (59, Some(1)), (60, None), (60, None), (60, None), (61, Some(59))];
        check(RateLimit::FixedWindow, &fixed);
        let bucket =
            [(0, None), (0, None), (0, None), (0, Some(20)), (19, Some(1)), (20, None), (20, Some(20)), (300, None)];
        check(RateLimit::TokenBucket, &bucket);
        check(RateLimit::Off, &[(0, None); 9]);
    }
}
