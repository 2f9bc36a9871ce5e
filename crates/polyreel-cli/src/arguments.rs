//! What the command takes.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use polyreel::mock::RateLimit;

/// AI video from any reseller, never paying twice.
#[derive(Debug, Parser)]
#[command(name = "polyreel", version, about, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
    0  done
    1  a check found something (spec check, mock verdict, mock conformance)
    2  not sent: wrong usage, or refused by a check before sending
    3  refused by the provider, nothing created
    4  the job failed
    5  not finished at the deadline, or it could not be asked for; resume it
    6  outcome unknown: the job may exist and may have been paid
    7  made but not saved; resume it
  130  interrupted; an accepted job can be resumed";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a film: submit, wait, save. SPENDS MONEY, unless --mock is given.
    Generate(Box<Generate>),
    /// Follow a job that was submitted earlier, and save its film. Spends nothing.
    Resume(Resume),
    /// Serve a simulation of every provider on this machine, for tests in any language. Spends nothing.
    Mock(Mock),
    /// Look at provider files.
    #[command(subcommand)]
    Spec(Spec),
}

/// What can be done with provider files.
#[derive(Debug, Subcommand)]
pub(crate) enum Spec {
    /// Read provider files and show everything that is wrong with them.
    Check(SpecCheck),
    /// Say what the code of a problem means, and how it is mended.
    Explain(SpecExplain),
}

impl Command {
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Generate(generate) => generate.json,
            Self::Resume(resume) => resume.json,
            Self::Spec(Spec::Check(check)) => check.json,
            Self::Spec(Spec::Explain(explain)) => explain.json,
            Self::Mock(Mock { command: Some(MockCommand::Verdict(verdict)), .. }) => verdict.json,
            Self::Mock(Mock { command: Some(MockCommand::Conformance(conformance)), .. }) => conformance.json,
            Self::Mock(_) => false,
        }
    }
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel generate --mock \"A cute cat playing outside.\" -o cat.mp4
  polyreel generate --provider hyprlab --max-cost 1.50 \"A cute cat playing outside.\" -o cat.mp4

The key comes from the provider's variable, for example HYPRLAB_API_KEY, never from an argument.")]
pub(crate) struct Generate {
    /// What the film should show.
    pub(crate) prompt: String,

    /// Where to save the film.
    #[arg(short, long, value_name = "FILE", default_value = "film.mp4")]
    pub(crate) output: PathBuf,

    /// Whom to ask. Without it: the cheapest known price among those that can do the request and whose key is set.
    #[arg(long, value_name = "ID", group = "who")]
    pub(crate) provider: Option<String>,

    /// A provider file of your own, named after its id: whom to ask. The program says which host gets the key.
    #[arg(long, value_name = "FILE", group = "who")]
    pub(crate) spec: Option<PathBuf>,

    /// With which model.
    #[arg(long, value_name = "KEY")]
    pub(crate) model: Option<String>,

    /// What the film should not show.
    #[arg(long, value_name = "TEXT")]
    pub(crate) negative_prompt: Option<String>,

    /// Length in seconds.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) duration: Option<i64>,

    /// Shape of the picture, for example 16:9.
    #[arg(long, value_name = "W:H")]
    pub(crate) aspect_ratio: Option<String>,

    /// How closely the film follows the prompt.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) cfg_scale: Option<f64>,

    /// The first frame: a PNG or JPEG file, or a URL.
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) image: Option<String>,

    /// The last frame: a PNG or JPEG file, or a URL.
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) end_image: Option<String>,

    /// Make sound as well (true or false).
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(crate) audio: Option<bool>,

    /// Any other input by its name in the provider file: --set seed=7. May be given several times.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,

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

/// When to give up, and what then.
#[derive(Args, Debug)]
pub(crate) struct GivingUp {
    /// Give up waiting after this time; the job goes on and can be resumed.
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

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
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

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  polyreel spec check acme.yaml

A file is named after the provider's id. docs/spec.md has the language, `polyreel spec explain CODE` what a code means.")]
pub(crate) struct SpecCheck {
    /// Provider files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Print one JSON object a file on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SpecExplain {
    /// A code, for example S001. Without it: all of them.
    pub(crate) code: Option<String>,

    /// Print one JSON object a code on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How fast simulated time passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Speed {
    /// This many times as fast as real time.
    Times(f64),
    /// Without waiting at all.
    Max,
}

/// The ways to count, by their names.
fn rate_limit() -> impl TypedValueParser<Value = RateLimit> {
    let name = |how: RateLimit| how.name();
    PossibleValuesParser::new(RateLimit::ALL.map(name))
        .map(|name| RateLimit::ALL.into_iter().find(|how| how.name() == name).unwrap_or_default())
}

fn times(text: &str) -> Result<f64, String> {
    let times = text.parse::<f64>().ok().filter(|times| (0.001..=1_000_000.0).contains(times));
    times.ok_or_else(|| "give a number from 0.001 to 1000000".to_owned())
}

/// A host without anything around it: nothing else is ever compared with it.
fn host(text: &str) -> Result<String, String> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    let is_host = is_name(text) || bare.parse::<std::net::Ipv6Addr>().is_ok();
    if is_host { Ok(text.to_owned()) } else { Err("give a host alone, for example hooks.example.com".to_owned()) }
}

impl std::str::FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self::Max);
        }
        times(text).map(Self::Times).map_err(|error| format!("{error}, or `max`"))
    }
}
