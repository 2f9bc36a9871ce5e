//! `polyreel quote`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Inputs, Who};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel quote \"A cute cat playing outside.\"
  polyreel quote --duration 10 --image cat.png --sort both \"The cat yawns.\"
  polyreel quote --family kling-2.0-master --json \"A cat.\"
  polyreel quote --plot offers.svg \"A cat.\"")]
pub(crate) struct QuoteArguments {
    #[command(flatten)]
    pub(crate) inputs: Inputs,

    #[command(flatten)]
    pub(crate) who: Who,

    /// What comes first.
    #[arg(long, value_name = "HOW", default_value = "price")]
    pub(crate) sort: Sort,

    /// Also draw price against time, as a picture in this SVG file. One that is there is replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,

    /// Also say who cannot do it, and why.
    #[arg(long)]
    pub(crate) all: bool,

    /// Print one JSON object on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What comes first.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Sort {
    /// The lowest price.
    Price,
    /// The shortest usual time.
    Time,
    /// Those that nobody beats in price and time.
    Both,
}
