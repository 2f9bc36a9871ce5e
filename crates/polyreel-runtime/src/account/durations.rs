//! How long jobs of one kind took, in this process: what a provider states may be wrong, and many state nothing.

use std::collections::VecDeque;
use std::time::Duration;

use crate::pace::Window;

/// How many jobs are remembered.
const MOST: usize = 64;
/// From how many jobs on what they took counts more than what the provider states.
const ENOUGH: usize = 8;
/// How much earlier the next job is looked for when one had ended by the first look: twice as much each time in a row.
const EARLIER: f64 = 0.05;
/// How far jobs may lie outside of what was seen: this part of the span, and of the time itself while few were seen.
const MARGIN: f64 = 0.04;
const MARGIN_OF_FEW: f64 = 0.15;

/// When the latest jobs ended, each as the last look that found it running and the one that found it done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Durations {
    seen: VecDeque<(Duration, Duration)>,
    /// How many jobs in a row had ended by the first look.
    missed: u32,
}

impl Durations {
    /// A job ended after one look (`None`: there was none) and before another.
    pub(crate) fn learn(&mut self, after: Option<Duration>, at_most: Duration) {
        let after = match after {
            Some(after) => {
                self.missed = 0;
                after.min(at_most)
            }
            None => {
                let earlier = (EARLIER * f64::from(1 << self.missed.min(4))).min(0.5);
                self.missed = self.missed.saturating_add(1);
                at_most.mul_f64(1.0 - earlier)
            }
        };
        self.seen.push_back((after, at_most));
        if self.seen.len() > MOST {
            self.seen.pop_front();
        }
    }

    /// When the next job ends, as the latest did; while they are few, together with what the provider states.
    pub(crate) fn expected(&self, stated: Option<Window>) -> Option<Window> {
        let (mut begins, mut ends): (Vec<_>, Vec<_>) = self.seen.iter().copied().unzip();
        begins.sort_unstable();
        ends.sort_unstable();
        // One in twenty may be as it likes, at either end.
        let cut = self.seen.len() / 20;
        let (begins, ends) = (*begins.get(cut)?, *ends.iter().rev().nth(cut)?);
        match stated {
            Some(stated) if self.seen.len() < ENOUGH => {
                Some(Window::seen(begins.min(stated.begins()), ends.max(stated.ends())))
            }
            _ => {
                let few = if self.seen.len() < ENOUGH { MARGIN_OF_FEW } else { 0.0 };
                let margin = ends.saturating_sub(begins).mul_f64(MARGIN);
                let begins = begins.saturating_sub(margin).mul_f64(1.0 - few);
                Some(Window::seen(begins, ends.saturating_add(margin).mul_f64(1.0 + few)))
            }
        }
    }
}
