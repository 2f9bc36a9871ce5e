//! Where films are made, and how many times.

use std::path::PathBuf;

use clap::Args;

use super::{Connection, Speed};
use crate::exit::Failure;

/// Where films are made.
#[derive(Args, Debug)]
pub(crate) struct SiteArguments {
    /// With --provider or --spec: replace the provider's base URL, path included. https, or http to this machine.
    #[arg(long, value_name = "URL", group = "where")]
    pub(crate) base_url: Option<String>,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// Simulate: no network, no key, no cost. The film shows the word SIMULATED.
    #[arg(long, group = "where")]
    pub(crate) mock: bool,

    /// With --mock: how many times as fast as real time, or `max`. By default a job lasts about 5 seconds. With the base URL
    /// of a `polyreel mock` on this machine: as fast as that runs.
    #[arg(long, value_name = "N|max")]
    pub(crate) speed: Option<Speed>,
}

impl SiteArguments {
    /// Refuses what makes no sense together, before anything else is looked at.
    pub(crate) fn check(&self, names_one_provider: bool) -> Result<(), Failure> {
        if self.base_url.is_some() && !names_one_provider {
            return Err(Failure::usage("--base-url is that of one provider; name it with --provider or --spec"));
        }
        if self.speed == Some(Speed::Max) && !self.mock {
            return Err(Failure::usage("--speed max goes with --mock alone"));
        }
        if self.mock && (self.connection.proxy.is_some() || self.connection.ca_file.is_some()) {
            return Err(Failure::usage("--proxy and --ca-file go with a provider, and not with --mock"));
        }
        Ok(())
    }
}

/// What may be spent.
#[derive(Args, Debug)]
pub(crate) struct SpendingArguments {
    /// Refuse to send anything that costs more, or whose price is unknown.
    #[arg(long, value_name = "USD")]
    pub(crate) max_cost: Option<String>,

    /// Refuse to send anything with which more than this would be spent in one day (UTC), or whose price is unknown. What is
    /// unknown to have been paid counts as spent.
    #[arg(long, value_name = "USD")]
    pub(crate) max_per_day: Option<String>,

    /// When it is refused as one of too many, so that nothing was created: send it again for so long, as late as is asked. By
    /// default not at all, and in a batch for ten minutes.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) submit_within: Option<u64>,
}

/// Where jobs are kept.
#[derive(Args, Debug)]
pub(crate) struct StoreArguments {
    /// The file that keeps all jobs and what they cost. By default `jobs.sqlite` in the data folder of this user.
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
}
