//! How a provider is reached, and when that is given up.

use std::path::PathBuf;

use clap::Args;

/// When to give up, and what then.
#[derive(Args, Debug)]
pub(crate) struct GivingUp {
    /// Give up waiting after this time; the job goes on, and `jobs wait` follows it.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) deadline: Option<u64>,

    /// When giving up, ask the provider to stop the job, where it can be asked.
    #[arg(long)]
    pub(crate) cancel_late: bool,
}

/// How the provider is reached.
#[derive(Args, Debug)]
pub(crate) struct Connection {
    /// Send everything through this proxy. None is taken from the environment.
    #[arg(long, value_name = "http://HOST:PORT")]
    pub(crate) proxy: Option<String>,

    /// Trust the certificate authorities in this PEM file, too.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}
