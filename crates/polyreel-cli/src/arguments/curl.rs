//! `polyreel curl`.

use clap::Args;

use super::{Inputs, Who};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel curl --provider hyprlab \"A cute cat playing outside.\"
  polyreel curl --provider hyprlab \"A cute cat playing outside.\" > request.sh

Nothing is sent, and no key is printed: the command names the provider's variable instead. Whoever runs it spends money, each
time, and has to look after the job alone. Of a call that is signed anew each time, or that hands files over first, there is
no such command.")]
pub(crate) struct Curl {
    #[command(flatten)]
    pub(crate) inputs: Inputs,

    #[command(flatten)]
    pub(crate) who: Who,

    /// Replace the provider's base URL, path included. https, or http to this machine.
    #[arg(long, value_name = "URL", requires = "who")]
    pub(crate) base_url: Option<String>,
}
