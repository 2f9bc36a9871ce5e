//! `polyreel mock conformance`.

use std::path::PathBuf;

use clap::Args;

use super::speed::times;

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  polyreel mock conformance -- ./my-client {provider} {model} {prompt} {output} --image={image}

The command is run once for each scenario and provider, in an environment with the variables that `polyreel mock` prints.
It has to make one film and save it at {output}, and to end with 0 if and only if it did. In its arguments stand for
  {provider} {model}   what to ask, by our names; {base_url} where, {prompt} for what
  {image}              a picture or its URL, where the model needs one; else the argument is left out
  {output}             where to save the film
The prompt asks the simulator for what is to go wrong, so it must be sent as it is. Exit code 0: all as expected.

A list of known failures has lines `SCENARIO PROVIDER  reason`, where * is every provider; one that passes is a failure.")]
pub(crate) struct Conformance {
    /// The client, and its arguments.
    #[arg(last = true, value_name = "COMMAND", required_unless_present = "list")]
    pub(crate) command: Vec<String>,

    /// Try this provider; all of them if none is named. May be given several times.
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Vec<String>,

    /// A provider file of your own, to be tried as well. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Vec<PathBuf>,

    /// Try this scenario; all of them if none is named. May be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Vec<String>,

    /// Scenarios that are known to fail, and why.
    #[arg(long, value_name = "FILE")]
    pub(crate) known_failing: Option<PathBuf>,

    /// Write the result as continuous integration reads it: `JUnit` XML.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// How many times as fast as real time the simulator runs.
    #[arg(long, value_name = "N", default_value = "60", value_parser = times)]
    pub(crate) speed: f64,

    /// How long a client may take for one film, in real seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,

    /// How many clients run at once.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: u16,

    /// Print the scenarios and end.
    #[arg(long)]
    pub(crate) list: bool,

    /// Print one JSON object a case on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}
