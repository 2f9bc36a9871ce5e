//! What providers and their models can do, as data for programs and people.
//!
//! All of it is taken from the provider file. What that does not say is `None`, and never 0.
//!
//! ```
//! # #[cfg(feature = "hyprlab")] {
//! use polyreel::ModelCapabilities;
//!
//! let all = ModelCapabilities::of_all(&polyreel::hyprlab::PROVIDER);
//! assert_eq!(all[0].model, "kling-v2");
//! assert_eq!(all[0].durations, [&5.into(), &10.into()]);
//! # }
//! ```

mod inputs;
mod model;
mod provider;
mod rates;

use polyreel_runtime::spec;
use serde::Serialize;

pub use inputs::{TakenImage, TakenInput};
pub use model::ModelCapabilities;
pub use provider::{ProviderCapabilities, Region, Services};
pub use rates::{Latencies, LatencyRow, Price, PriceRow, Prices};

/// How much a provider takes at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Calls in a minute, polls included.
    pub requests_per_minute: Option<u32>,
    /// Jobs at the same time.
    pub jobs_at_once: Option<u32>,
    /// What happens to a job above that.
    pub excess: Option<spec::Excess>,
}

impl From<&spec::Limits> for Limits {
    fn from(limits: &spec::Limits) -> Self {
        Self { requests_per_minute: limits.requests_per_minute, jobs_at_once: limits.concurrent, excess: limits.excess }
    }
}

/// How long a provider keeps things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Retention {
    /// How long after its create a job can be asked for, in milliseconds.
    pub job_ms: Option<u64>,
    /// How long after it is made a film can be fetched, in milliseconds.
    pub film_ms: Option<u64>,
}

impl From<&spec::Retention> for Retention {
    fn from(retention: &spec::Retention) -> Self {
        Self { job_ms: retention.job, film_ms: retention.output }
    }
}

/// Where a fact is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source<'p> {
    /// The page.
    pub url: &'p str,
    /// The day it was read, `2026-11-20`.
    pub checked: &'p str,
}

impl<'p> From<&'p spec::Source> for Source<'p> {
    fn from(source: &'p spec::Source) -> Self {
        Self { url: &source.url, checked: &source.checked }
    }
}

/// A fact that nobody states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assumption<'p> {
    /// Which fact, as its place in the provider file: `models.kling-v2.price`.
    pub place: &'p str,
    /// Why it is believed.
    pub reason: &'p str,
}

impl<'p> From<&'p spec::Assumption> for Assumption<'p> {
    fn from(mark: &'p spec::Assumption) -> Self {
        Self { place: &mark.place, reason: &mark.reason }
    }
}
