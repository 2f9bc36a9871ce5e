//! `polyreel generate` and `polyreel submit`.

use std::path::PathBuf;

use clap::Args;

use super::{GivingUp, Inputs, SiteArguments, SpendingArguments, StoreArguments, Who};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel generate --mock \"A cute cat playing outside.\" -o cat.mp4
  polyreel generate --provider hyprlab --max-cost 1.50 \"A cute cat playing outside.\" -o cat.mp4
  polyreel generate --route cheapest-within=300 --duration 10 @prompt.txt

The key comes from the provider's variable, for example HYPRLAB_API_KEY, never from an argument. The job is kept from before it
is sent until its film is saved: whatever happens, `polyreel jobs wait` goes on with it, and nothing is paid again.")]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) order: OrderArguments,

    #[command(flatten)]
    pub(crate) giving_up: GivingUp,

    /// Replace the output file if it exists.
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// Print one JSON object on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel submit --max-cost 1.50 \"A cute cat playing outside.\" -o cat.mp4
  polyreel jobs wait \"$(polyreel submit @prompt.txt)\"")]
pub(crate) struct Submit {
    #[command(flatten)]
    pub(crate) order: OrderArguments,

    /// Print one JSON object on stdout.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is ordered: a film, from somebody, under a name.
#[derive(Args, Debug)]
pub(crate) struct OrderArguments {
    /// Where to save the film. By default film.mp4, or film-2.mp4 and so on if that is taken.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) who: Who,

    #[command(flatten)]
    pub(crate) inputs: Inputs,

    #[command(flatten)]
    pub(crate) spending: SpendingArguments,

    #[command(flatten)]
    pub(crate) site: SiteArguments,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}
