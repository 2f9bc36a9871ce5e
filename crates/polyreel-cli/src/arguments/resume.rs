//! `polyreel resume`.

use std::path::PathBuf;

use clap::Args;

use super::{Connection, GivingUp};

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  polyreel resume cat.mp4.job.json")]
pub(crate) struct Resume {
    /// The file that `generate` left beside the output.
    #[arg(value_name = "JOB_FILE")]
    pub(crate) job_file: PathBuf,

    /// Where to save the film. By default the job file's name without `.job.json`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// The provider file that the job was made with, when the provider is not built in.
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Option<PathBuf>,

    /// Replace the output file if it exists.
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// The base URL that the job was made at, when it was not the provider's own.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    #[command(flatten)]
    pub(crate) giving_up: GivingUp,

    #[command(flatten)]
    pub(crate) connection: Connection,

    /// Print one JSON object on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}
