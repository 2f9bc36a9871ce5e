//! `polyreel mock`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use polyreel::mock::RateLimit;

use super::Conformance;
use super::speed::times;

#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  polyreel mock --port 4100
  polyreel mock --spec acme.yaml --speed 60
  polyreel mock verdict http://127.0.0.1:4100"
)]
pub(crate) struct Mock {
    #[command(subcommand)]
    pub(crate) command: Option<MockCommand>,

    /// A provider file of your own, to be simulated as well. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Vec<PathBuf>,

    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,

    /// How many times as fast as real time.
    #[arg(long, value_name = "N", default_value = "1", value_parser = times)]
    pub(crate) speed: f64,

    /// Let time stand still until a POST to `/__mock/clock` moves it, see docs/mock-server.md.
    #[arg(long, conflicts_with = "speed")]
    pub(crate) frozen: bool,

    /// How calls a minute are counted.
    #[arg(long, value_name = "HOW", default_value = "sliding-window", value_parser = rate_limit())]
    pub(crate) rate_limit: RateLimit,

    /// What goes wrong by chance: a JSON file, see docs/mock-server.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,

    /// What chance follows from.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,

    /// Do not print a line on stderr for each request.
    #[arg(long)]
    pub(crate) quiet: bool,

    /// Send callbacks to this host as well as to this machine. May be given several times.
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub(crate) allow_webhook_host: Vec<String>,
}

/// What can be done with a mock server beside serving.
#[derive(Debug, Subcommand)]
pub(crate) enum MockCommand {
    /// Ask a mock server that runs how its client behaved; exit code 1 if it did anything wrong.
    Verdict(MockVerdict),
    /// Run any client program through scenarios: lost answers, refusals, broken films, … Spends nothing.
    Conformance(Box<Conformance>),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  polyreel mock verdict http://127.0.0.1:4100")]
pub(crate) struct MockVerdict {
    /// Where the mock server is.
    pub(crate) server: String,

    /// The world to ask about: NAME for clients whose key is mock-key-NAME.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) world: String,

    /// Print the whole verdict as one JSON object on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The ways to count, by their names.
fn rate_limit() -> impl TypedValueParser<Value = RateLimit> {
    let name = |how: RateLimit| how.name();
    PossibleValuesParser::new(RateLimit::ALL.map(name))
        .map(|name| RateLimit::ALL.into_iter().find(|how| how.name() == name).unwrap_or_default())
}

/// A host without anything around it: nothing else is ever compared with it.
fn host(text: &str) -> Result<String, String> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    let is_host = is_name(text) || bare.parse::<std::net::Ipv6Addr>().is_ok();
    if is_host { Ok(text.to_owned()) } else { Err("give a host alone, for example hooks.example.com".to_owned()) }
}
