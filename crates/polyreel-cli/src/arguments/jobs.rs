//! `polyreel jobs`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{GivingUp, SiteArguments, SpendingArguments, StoreArguments};

#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  polyreel jobs
  polyreel jobs wait
  polyreel jobs show 3f9c01ab

A job's name may be shortened to its end, as `jobs` prints it."
)]
pub(crate) struct Jobs {
    #[command(subcommand)]
    pub(crate) command: Option<JobsCommand>,

    #[command(flatten)]
    pub(crate) list: JobsList,
}

/// What can be done with jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// List jobs, the latest last. Spends nothing.
    List(JobsList),
    /// Show everything that is known of a job, and what happened to it. Spends nothing.
    Show(JobsShow),
    /// Follow jobs that were submitted, and save their films. Spends nothing.
    Wait(Box<JobsWait>),
    /// Ask the provider to stop a job, or withdraw one that was not sent. Spends nothing.
    #[command(after_help = "Example:\n  polyreel jobs cancel 3f9c01ab")]
    Cancel(JobsNamed),
    /// Ask providers what became of creates whose outcome is unknown. Spends nothing, and sends nothing again.
    #[command(after_help = "Example:\n  polyreel jobs reconcile")]
    Reconcile(JobsNamed),
    /// Say that an unknown job is the one of this id at its provider. Spends nothing.
    Adopt(JobsAdopt),
    /// Send a job once more, although it may have been paid already. SPENDS MONEY.
    Resubmit(Box<JobsResubmit>),
    /// Give up jobs that are unknown, held or gone. They go on counting as spent. Spends nothing.
    #[command(after_help = "Example:\n  polyreel jobs abandon 3f9c01ab")]
    Abandon(JobsNamed),
    /// Erase the texts of jobs that are over; what they cost stays. Spends nothing.
    #[command(after_help = "Example:\n  polyreel jobs forget 3f9c01ab")]
    Forget(JobsNamed),
}

impl Jobs {
    pub(crate) fn wants_json(&self) -> bool {
        match &self.command {
            None => self.list.json,
            Some(JobsCommand::List(list)) => list.json,
            Some(JobsCommand::Show(show)) => show.json,
            Some(JobsCommand::Wait(wait)) => wait.json,
            Some(JobsCommand::Adopt(adopt)) => adopt.json,
            Some(JobsCommand::Resubmit(resubmit)) => resubmit.json,
            Some(
                JobsCommand::Cancel(named)
                | JobsCommand::Reconcile(named)
                | JobsCommand::Abandon(named)
                | JobsCommand::Forget(named),
            ) => named.json,
        }
    }
}

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  polyreel jobs list --state unknown --state held")]
pub(crate) struct JobsList {
    /// Only jobs that stand so: queued, running, unknown, done, … May be given several times.
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Vec<String>,

    /// Only jobs of this batch.
    #[arg(long, value_name = "NAME")]
    pub(crate) batch: Option<String>,

    /// Only jobs that are not over.
    #[arg(long)]
    pub(crate) open: bool,

    /// So many at most, the latest.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,

    #[command(flatten)]
    pub(crate) store: StoreArguments,

    /// Print one JSON object a job on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  polyreel jobs show 3f9c01ab")]
pub(crate) struct JobsShow {
    /// The job.
    #[arg(value_name = "JOB")]
    pub(crate) job: String,

    #[command(flatten)]
    pub(crate) store: StoreArguments,

    /// Print one JSON object on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How the providers of kept jobs are reached.
#[derive(Args, Debug)]
pub(crate) struct Reach {
    /// The provider file that the jobs were made with, when the provider is not built in.
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) site: SiteArguments,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel jobs wait
  polyreel jobs wait 3f9c01ab")]
pub(crate) struct JobsWait {
    /// The jobs; all that providers work on if none is named.
    #[arg(value_name = "JOB")]
    pub(crate) jobs: Vec<String>,

    #[command(flatten)]
    pub(crate) reach: Reach,

    #[command(flatten)]
    pub(crate) giving_up: GivingUp,

    /// Replace output files that exist.
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// Print one JSON object a job on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct JobsNamed {
    /// The jobs. Reconcile takes all that are unknown or held if none is named.
    #[arg(value_name = "JOB")]
    pub(crate) jobs: Vec<String>,

    #[command(flatten)]
    pub(crate) reach: Reach,

    /// Print one JSON object a job on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  polyreel jobs adopt 3f9c01ab task_7b21")]
pub(crate) struct JobsAdopt {
    /// The job.
    #[arg(value_name = "JOB")]
    pub(crate) job: String,

    /// Its id at the provider, as the provider's dashboard shows it.
    #[arg(value_name = "ID", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) reach: Reach,

    /// Print one JSON object on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  polyreel jobs resubmit 3f9c01ab --max-cost 1.50

What the job has cost, or may have cost, stays spent. It is sent to the candidates that it was made for.")]
pub(crate) struct JobsResubmit {
    /// The jobs.
    #[arg(value_name = "JOB", required = true)]
    pub(crate) jobs: Vec<String>,

    #[command(flatten)]
    pub(crate) reach: Reach,

    #[command(flatten)]
    pub(crate) spending: SpendingArguments,

    #[command(flatten)]
    pub(crate) giving_up: GivingUp,

    /// Print one JSON object a job on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}
