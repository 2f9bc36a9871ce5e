//! Whom to ask.

use std::path::PathBuf;

use clap::Args;
use polyreel::Route;

/// Whom to ask, and with which model.
#[derive(Args, Debug)]
pub(crate) struct Who {
    /// Whom to ask, and nobody else.
    #[arg(long, value_name = "ID", group = "who")]
    pub(crate) provider: Option<String>,

    /// A provider file of your own, named after its id: whom to ask. The program says which host gets the key.
    #[arg(long, value_name = "FILE", group = "who")]
    pub(crate) spec: Option<PathBuf>,

    /// Whom to ask first, and whom next when nothing was created: cheapest, fastest, soonest (a batch goes to
    /// all of them, each row where it is done first), cheapest-within=SECONDS, or providers in order: A,B:MODEL. Without it: the cheapest known price, and nobody else. Only those whose key is set are asked.
    #[arg(long, value_name = "ROUTE", group = "who")]
    pub(crate) route: Option<Route>,

    /// With which model.
    #[arg(long, value_name = "KEY")]
    pub(crate) model: Option<String>,

    /// Only models that do this work, at whatever reseller: kling-2.0-master.
    #[arg(long, value_name = "NAME")]
    pub(crate) family: Option<String>,

    /// What a film of unknown price is taken to cost: it is reserved, compared and shown as assumed.
    #[arg(long, value_name = "USD")]
    pub(crate) assume_price: Option<String>,
}

/// Several providers.
#[derive(Args, Debug)]
pub(crate) struct Several {
    /// Providers, by id. Without any: all that are built in.
    #[arg(value_name = "PROVIDER")]
    pub(crate) providers: Vec<String>,

    /// A provider file of your own. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Vec<PathBuf>,
}
