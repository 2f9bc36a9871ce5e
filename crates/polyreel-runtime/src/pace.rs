//! How often to ask.

use std::time::Duration;

/// Pause when the provider advises none.
const USUAL: Duration = Duration::from_secs(10);
/// The longest pause, whatever happens.
const LONGEST: Duration = Duration::from_secs(120);
/// The pause before a create is sent a second time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// The shortest pause, whatever a provider file says.
const SHORTEST: Duration = Duration::from_secs(1);

/// The pause before the next poll: what the provider advises, longer after trouble, and at least what a reply asks for.
///
/// `trouble` counts the polls in a row that told nothing.
pub(crate) fn pause(
    advised: Option<Duration>,
    at_least: Option<Duration>,
    trouble: u32,
    retry_after: Option<Duration>,
) -> Duration {
    let usual = advised.unwrap_or(USUAL).max(at_least.unwrap_or(SHORTEST)).max(SHORTEST);
    let patient = usual.saturating_mul(1 << trouble.min(4)).min(LONGEST.max(usual));
    patient.max(retry_after.unwrap_or_default().min(LONGEST))
}

/// The pause before a create is sent again that was refused so many times before as one of too many: what the refusal asks
/// for, or else 2, 4, 8, … seconds.
pub(crate) fn again(tries: u32, retry_after: Option<Duration>) -> Duration {
    retry_after.unwrap_or_else(|| (FIRST_PAUSE * (1 << tries.min(6))).min(LONGEST)).max(SHORTEST)
}

/// The shortest pause that leaves a third of the calls that a provider takes in a minute to everything but this job's polls.
pub(crate) fn within_limit(per_minute: u32) -> Duration {
    Duration::from_secs(90) / per_minute.max(1)
}

/// How long to wait for a job in all: four times its usual longest time, and at least 20 minutes, since queues are not
/// in that figure; an hour when nothing is stated.
pub(crate) fn deadline(latency: Option<(Duration, Duration)>) -> Duration {
    latency.map_or(Duration::from_secs(3600), |(_, longest)| longest.saturating_mul(4).max(Duration::from_secs(1200)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{again, deadline, pause, within_limit};

    #[test]
    fn pauses_are_bounded() {
        let s = Duration::from_secs;
        assert_eq!(pause(Some(s(5)), None, 0, None), s(5));
        assert_eq!(pause(None, None, 0, None), s(10));
        assert_eq!(pause(Some(Duration::ZERO), None, 3, None), s(8));
        assert_eq!(pause(Some(s(5)), None, 2, None), s(20));
        assert_eq!(pause(Some(s(5)), Some(s(7)), 0, None), s(7));
        assert_eq!(pause(Some(s(5)), None, u32::MAX, None), s(80));
        assert_eq!(pause(Some(s(5)), None, 0, Some(s(30))), s(30));
        assert_eq!(pause(Some(s(5)), None, 0, Some(Duration::MAX)), s(120));
        assert_eq!(pause(Some(s(5)), None, 0, Some(s(1))), s(5));
        assert_eq!([20, 60, 0].map(within_limit), [Duration::from_millis(4500), Duration::from_millis(1500), s(90)]);
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
