//! What the command takes: a file for each command, and for what commands share.

mod batch;
mod catalog;
mod conformance;
mod connection;
mod curl;
mod doctor;
mod generate;
mod inputs;
mod jobs;
mod mock;
mod pages;
mod quote;
mod site;
mod spec;
mod speed;
mod who;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use batch::Batch;
pub(crate) use catalog::{Balance, Models, Providers};
pub(crate) use conformance::Conformance;
pub(crate) use connection::{Connection, GivingUp};
pub(crate) use curl::Curl;
pub(crate) use doctor::Doctor;
pub(crate) use generate::{Generate, OrderArguments, Submit};
pub(crate) use inputs::Inputs;
pub(crate) use jobs::{Jobs, JobsAdopt, JobsCommand, JobsList, JobsNamed, JobsResubmit, JobsShow, JobsWait, Reach};
pub(crate) use mock::{Mock, MockCommand, MockVerdict};
pub(crate) use pages::{Completions, ManPages};
pub(crate) use quote::{QuoteArguments, Sort};
pub(crate) use site::{SiteArguments, SpendingArguments, StoreArguments};
pub(crate) use spec::{Spec, SpecCheck, SpecExplain};
pub(crate) use speed::Speed;
pub(crate) use who::{Several, Who};

/// AI video from any reseller, never paying twice.
#[derive(Debug, Parser)]
#[command(name = "polyreel", version, about, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// The config file, instead of the user's own. docs/configuration.md says what can stand in it.
    #[arg(long, value_name = "FILE", global = true, display_order = 900)]
    pub(crate) config: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  polyreel generate --mock \"A cute cat playing outside.\" -o cat.mp4
  polyreel models
  polyreel doctor

Exit codes:
    0  done
    1  a check found something (balance, doctor, spec check, mock verdict, mock conformance), or
       standard output could not be written
    2  not sent: wrong usage, or refused by a check before sending
    3  refused by the provider, nothing created
    4  the job failed
    5  not finished at the deadline, or it could not be asked for; `polyreel jobs wait` goes on
    6  outcome unknown: the job may exist and may have been paid; `polyreel jobs reconcile` asks
    7  made but not saved; `polyreel jobs wait` saves it
  130  interrupted; `polyreel jobs wait` goes on with an accepted job";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a film: submit, wait, save. SPENDS MONEY, unless --mock is given.
    Generate(Box<Generate>),
    /// Say who can make a film, for how much and how soon, and why the others cannot. Spends nothing.
    Quote(Box<QuoteArguments>),
    /// Send a request and print the name of its job, without waiting for the film. SPENDS MONEY.
    Submit(Box<Submit>),
    /// Make many films, from a file of rows. SPENDS MONEY, unless --mock or --dry-run is given.
    Batch(Box<Batch>),
    /// List, follow and settle jobs that were sent. Spends nothing, but for `jobs resubmit`.
    Jobs(Box<Jobs>),
    /// Print the request as a curl command, with a variable in place of the key. Sends nothing.
    Curl(Box<Curl>),
    /// List the providers, whether their keys are set, and what they can do.
    Providers(Providers),
    /// List the models: what they take, what they cost, how long they take.
    Models(Models),
    /// Ask what is left on the accounts whose key is set. Spends nothing.
    Balance(Balance),
    /// Check this machine: keys, config file, variables, folders, clock. Spends nothing.
    Doctor(Doctor),
    /// Serve a simulation of every provider on this machine, for tests in any language. Spends nothing.
    Mock(Mock),
    /// Look at provider files.
    #[command(subcommand)]
    Spec(Spec),
    /// Print what a shell needs to complete commands and options.
    Completions(Completions),
    /// Print the manual page, or write one for each command.
    Man(ManPages),
}

impl Command {
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Generate(generate) => generate.json,
            Self::Quote(quote) => quote.json,
            Self::Batch(batch) => batch.json,
            Self::Submit(submit) => submit.json,
            Self::Jobs(jobs) => jobs.wants_json(),
            Self::Providers(providers) => providers.json,
            Self::Models(models) => models.json,
            Self::Balance(balance) => balance.json,
            Self::Doctor(doctor) => doctor.json,
            Self::Spec(Spec::Check(check)) => check.json,
            Self::Spec(Spec::Explain(explain)) => explain.json,
            Self::Mock(Mock { command: Some(MockCommand::Verdict(verdict)), .. }) => verdict.json,
            Self::Mock(Mock { command: Some(MockCommand::Conformance(conformance)), .. }) => conformance.json,
            Self::Curl(_) | Self::Mock(_) | Self::Completions(_) | Self::Man(_) => false,
        }
    }
}
