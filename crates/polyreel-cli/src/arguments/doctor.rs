//! `polyreel doctor`.

use clap::Args;

use super::Connection;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel doctor
  polyreel doctor --online --json | jq 'select(.state == \"wrong\")'

Exit code 1: something is wrong. No key is shown, and without --online nothing is asked of anybody.")]
pub(crate) struct Doctor {
    /// Ask the providers as well whether they accept the keys, where that can be asked for nothing.
    #[arg(long)]
    pub(crate) online: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// Print one JSON object a check on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}
