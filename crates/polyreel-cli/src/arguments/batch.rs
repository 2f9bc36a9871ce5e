//! `polyreel batch`.

use std::path::PathBuf;

use clap::Args;

use super::{GivingUp, SiteArguments, SpendingArguments, StoreArguments, Who};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel batch films.csv --dry-run
  polyreel batch films.jsonl --max-spend 25.00 --route cheapest -o films/
  polyreel batch films.csv --mock

A row is a JSON object, or a line of CSV below a heading. It gives what `generate` takes: prompt, negative_prompt, duration,
aspect_ratio, cfg_scale, start_image, end_image, seed, audio, or any input of a provider; provider, route, model, family; output;
an id of its own; and may_lack, names with commas between them. An input for one provider alone is PROVIDER.NAME in CSV, and
{\"PROVIDER\": {\"NAME\": …}} in JSON.

What is said here of providers, routes and models holds for rows that do not say it themselves.

Run it again to go on: a row is known by its id and by what it asks for, never by its place, so nothing is sent twice. A row that
was edited is another one. Failed rows are tried again with --retry-failed alone.")]
pub(crate) struct Batch {
    /// What to make: a file of rows, .jsonl or .csv.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The batch's name. By default the file's full path, so a file that moves needs one.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Say what would be sent, to whom and for how much, and send nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Where films go. By default a folder beside the file, named after it.
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) output_dir: Option<PathBuf>,

    /// Send nothing more once this would be exceeded by all rows together, runs before this one included.
    #[arg(long, value_name = "USD")]
    pub(crate) max_spend: Option<String>,

    #[command(flatten)]
    pub(crate) spending: SpendingArguments,

    /// How many rows are worked on at once. The providers' own limits are kept besides.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) concurrency: u32,

    /// Send failed and refused rows again. What they cost stays spent.
    #[arg(long)]
    pub(crate) retry_failed: bool,

    /// Where the report goes: one page of HTML that plays all films. By default report.html in the folder of the films.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) who: Who,

    #[command(flatten)]
    pub(crate) giving_up: GivingUp,

    #[command(flatten)]
    pub(crate) site: SiteArguments,

    #[command(flatten)]
    pub(crate) store: StoreArguments,

    /// Print one JSON object a row on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}
