//! How long jobs of one kind took: what a provider states may be wrong, and many state nothing.

use std::collections::VecDeque;
use std::time::Duration;

use super::Window;

/// How many jobs are remembered.
const MOST: usize = 128;
/// From how many jobs on what they took counts more than what the provider states.
const ENOUGH: usize = 32;
/// How far apart two looks may be between which a job ended, so that it tells something: this part of its time, or this long.
const CLOSE: f64 = 0.1;
const CLOSE_ENOUGH: Duration = Duration::from_secs(15);
/// How much earlier the next job is looked for when one had ended by the first look: twice as much each time in a row.
const EARLIER: f64 = 0.05;
/// How much earlier a job may have ended that had by the first look, as a part of the span of those that were seen to end.
const UNSEEN: f64 = 0.05;
/// Of so many jobs one may be as late as it likes; and of so many more one as early, since what ends before it is looked for
/// is noticed late, and what ends later is not.
const LATE: usize = 20;
const SOON: usize = 40;
/// How far jobs may lie outside of what was seen: this part of the span, and of the time itself while few were seen.
const MARGIN: f64 = 0.02;
const MARGIN_OF_FEW: f64 = 0.15;

/// When the latest jobs ended, each as the last look that found it running and the one that found it done.
#[derive(Clone, Debug, Default)]
pub struct History {
    seen: VecDeque<(Duration, Duration)>,
    /// Between when and when they ended.
    span: Option<(Duration, Duration)>,
    /// When the next job is looked for, if the latest had ended by the first look, and how often in a row that was so.
    guess: Option<Duration>,
    missed: u32,
}

impl History {
    /// A job ended after one look (`None`: there was none) and before another.
    pub fn learn(&mut self, after: Option<Duration>, at_most: Duration) {
        let close = at_most.mul_f64(CLOSE).max(CLOSE_ENOUGH);
        if let Some(after) = after.filter(|after| at_most.saturating_sub(*after) <= close) {
            (self.guess, self.missed) = (None, 0);
            self.keep(after, at_most);
            return;
        }
        if let Some((begins, ends)) = self.span {
            self.keep(at_most.saturating_sub(ends.saturating_sub(begins).mul_f64(UNSEEN)), at_most);
        }
        if self.guess.is_none_or(|guess| at_most <= guess.mul_f64(1.0 + EARLIER)) {
            // Jobs that were looked for later than is known to be late by now say nothing new.
            let earlier = (EARLIER * f64::from(1 << self.missed.min(4))).min(0.5);
            self.guess = Some(at_most.mul_f64(1.0 - earlier));
            self.missed += 1;
        }
    }

    /// When the next job ends, as the latest did; while they are few, together with what the provider states.
    pub fn expected(&self, stated: Option<Window>) -> Option<Window> {
        let window = match (self.span, stated) {
            (None, stated) => stated?,
            (Some((begins, ends)), Some(stated)) if self.seen.len() < ENOUGH => {
                Window::seen(begins.min(stated.begins()), ends.max(stated.ends()))
            }
            (Some((begins, ends)), _) => {
                let few = if self.seen.len() < ENOUGH { MARGIN_OF_FEW } else { 0.0 };
                let margin = ends.saturating_sub(begins).mul_f64(MARGIN);
                let begins = begins.saturating_sub(margin).mul_f64(1.0 - few);
                Window::seen(begins, ends.saturating_add(margin).mul_f64(1.0 + few))
            }
        };
        Some(match self.guess.filter(|guess| *guess < window.begins()) {
            Some(guess) => Window::seen(guess, window.ends()),
            None => window,
        })
    }

    fn keep(&mut self, after: Duration, at_most: Duration) {
        self.seen.push_back((after, at_most));
        if self.seen.len() > MOST {
            self.seen.pop_front();
        }
        // Looked up far more often than it changes.
        self.span = self.measure();
    }

    fn measure(&self) -> Option<(Duration, Duration)> {
        let (mut begins, mut ends): (Vec<_>, Vec<_>) = self.seen.iter().copied().unzip();
        begins.sort_unstable();
        ends.sort_unstable();
        let count = self.seen.len();
        Some((*begins.get(count / SOON)?, *ends.iter().rev().nth(count / LATE)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    fn learned(stated: Option<(f64, f64)>, jobs: &[(Option<f64>, f64)]) -> Option<(f64, f64)> {
        let mut history = History::default();
        for (after, at_most) in jobs {
            history.learn(after.map(s), s(*at_most));
        }
        let tenths = |time: Duration| (time.as_secs_f64() * 10.0).round() / 10.0;
        let window = history.expected(stated.map(|(begins, ends)| Window::stated(s(begins), s(ends))))?;
        Some((tenths(window.begins()), tenths(window.ends())))
    }

    #[test]
    fn nothing_is_learned_from_nothing() {
        assert_eq!(learned(None, &[]), None);
        assert_eq!(learned(Some((180.0, 240.0)), &[]), Some((180.0, 240.0)));
    }

    #[test]
    fn few_jobs_widen_what_is_stated_and_many_replace_it() {
        assert_eq!(learned(Some((180.0, 240.0)), &[(Some(260.0), 265.0)]), Some((180.0, 265.0)));
        assert_eq!(learned(Some((180.0, 240.0)), &[(Some(98.0), 100.0); 32]), Some((98.0, 100.0)));
        assert_eq!(learned(None, &[(Some(98.0), 100.0)]), Some((83.3, 115.0)));
    }

    #[test]
    fn a_job_that_had_ended_by_the_first_look_is_looked_for_earlier() {
        let first = (None, 182.0);
        assert_eq!(learned(Some((180.0, 240.0)), &[first]), Some((172.9, 240.0)));
        // Others that were looked for at the same time say nothing more, nor does a look at a very young job.
        assert_eq!(
            learned(Some((180.0, 240.0)), &[first, first, (Some(10.0), 184.0), (None, 200.0)]),
            Some((172.9, 240.0))
        );
        assert_eq!(learned(Some((180.0, 240.0)), &[first, (None, 173.0)]), Some((155.7, 240.0)));
        // One that was still running then puts it right.
        assert_eq!(learned(Some((180.0, 240.0)), &[first, (Some(179.0), 181.0)]), Some((179.0, 240.0)));
    }

    #[test]
    fn one_in_twenty_is_left_out() {
        let mut jobs = vec![(Some(198.0), 200.0); 39];
        jobs.push((Some(900.0), 902.0));
        assert_eq!(learned(None, &jobs), Some((198.0, 200.0)));
    }
}
