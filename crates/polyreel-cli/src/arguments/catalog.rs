//! `polyreel providers`, `polyreel models` and `polyreel balance`.

use clap::Args;

use super::{Connection, Several};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel providers
  polyreel providers --json | jq -r 'select(.services.balance) | .id'")]
pub(crate) struct Providers {
    #[command(flatten)]
    pub(crate) several: Several,

    /// Print one JSON object a provider on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel models
  polyreel models --family kling-2.1-pro
  polyreel models --json hyprlab | jq '.inputs[] | select(.required) | .name'

What is unknown is null there, never 0. A price with a star is assumed: nobody states it, and the JSON says why.")]
pub(crate) struct Models {
    #[command(flatten)]
    pub(crate) several: Several,

    /// Only models that do this work, at whatever reseller.
    #[arg(long, value_name = "FAMILY")]
    pub(crate) family: Option<String>,

    /// Print one JSON object a model on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel balance
  polyreel balance --json eachlabs

Exit code 1: somebody did not say what is left.")]
pub(crate) struct Balance {
    #[command(flatten)]
    pub(crate) several: Several,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// Print one JSON object a provider on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}
