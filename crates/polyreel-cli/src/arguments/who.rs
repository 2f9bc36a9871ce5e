//! Whom to ask.

use std::path::PathBuf;

use clap::Args;

/// Whom to ask, and with which model.
#[derive(Args, Debug)]
pub(crate) struct Who {
    /// Whom to ask. Without it: the cheapest known price among those that can do the request and whose key is set.
    #[arg(long, value_name = "ID", group = "who")]
    pub(crate) provider: Option<String>,

    /// A provider file of your own, named after its id: whom to ask. The program says which host gets the key.
    #[arg(long, value_name = "FILE", group = "who")]
    pub(crate) spec: Option<PathBuf>,

    /// With which model.
    #[arg(long, value_name = "KEY")]
    pub(crate) model: Option<String>,
}
