//! `polyreel generate`.

use std::path::PathBuf;

use clap::Args;

use super::{Connection, GivingUp, Inputs, Speed, Who};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel generate --mock \"A cute cat playing outside.\" -o cat.mp4
  polyreel generate --provider hyprlab --max-cost 1.50 \"A cute cat playing outside.\" -o cat.mp4

The key comes from the provider's variable, for example HYPRLAB_API_KEY, never from an argument.")]
pub(crate) struct Generate {
    /// Where to save the film.
    #[arg(short, long, value_name = "FILE", default_value = "film.mp4")]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) who: Who,

    #[command(flatten)]
    pub(crate) inputs: Inputs,

    /// Refuse to send anything that costs more, or whose price is unknown.
    #[arg(long, value_name = "USD")]
    pub(crate) max_cost: Option<String>,

    #[command(flatten)]
    pub(crate) giving_up: GivingUp,

    /// When it is refused as one of too many, so that nothing was created: send it again for so long, as late as is asked.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) submit_within: u64,

    /// Replace the output file if it exists.
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// Replace the provider's base URL, path included. https, or http to this machine.
    #[arg(long, value_name = "URL", requires = "who", group = "where")]
    pub(crate) base_url: Option<String>,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// Simulate: no network, no key, no cost. The film shows the word SIMULATED.
    #[arg(long, group = "where")]
    pub(crate) mock: bool,

    /// With --mock: how many times as fast as real time, or `max`. By default a job lasts about 5 seconds. With the base URL
    /// of a `polyreel mock` on this machine: as fast as that runs.
    #[arg(long, value_name = "N|max", requires = "where")]
    pub(crate) speed: Option<Speed>,

    /// Print one JSON object on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}
