//! Jobs and their life on the clock.

use std::time::Duration;

use polyreel_spec::{Inputs, Model, Money, Provider, State};

use crate::Outcome;
use crate::engine::Ticket;

/// The share of its latency that a job waits before it is begun, in hundredths.
const QUEUED_PERCENT: u32 = 8;

/// Usual shortest and longest time of a simulated job, in milliseconds, where the provider does not say.
pub const UNSTATED_LATENCY: (u64, u64) = (180_000, 240_000);

/// A job that a create began.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) ticket: Ticket,
    /// The provider's id.
    pub(crate) provider: String,
    pub(crate) inputs: Inputs,
    /// `None` is *unknown*.
    pub(crate) price: Option<Money>,
    pub(crate) created_at: Duration,
    pub(crate) latency: Duration,
    pub(crate) outcome: Option<Outcome>,
}

impl Job {
    /// How the job is at this time.
    pub(crate) fn state(&self, now: Duration) -> State {
        let age = now.saturating_sub(self.created_at);
        let never_ends = self.outcome == Some(Outcome::Stuck);
        if age < self.latency * QUEUED_PERCENT / 100 {
            State::Queued
        } else if age < self.latency || never_ends {
            State::Running
        } else if self.outcome == Some(Outcome::Failed) {
            State::Failed
        } else {
            State::Done
        }
    }
}

/// How long a job takes. It depends on seed and ordinal alone, so the order in which requests arrive changes nothing.
pub(crate) fn latency(provider: &Provider, model: &Model, inputs: &Inputs, seed: u64, ordinal: u64) -> Duration {
    let (shortest, longest) = provider.latency(model, inputs).unwrap_or(UNSTATED_LATENCY);
    let choices = longest.saturating_sub(shortest).saturating_add(1);
    Duration::from_millis(shortest.saturating_add(mixed(seed ^ mixed(ordinal)) % choices))
}

/// The finishing step of `SplitMix64`: every bit of the result depends on every bit of the number.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
