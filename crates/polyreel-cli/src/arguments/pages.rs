//! `polyreel completions` and `polyreel man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel completions bash > ~/.local/share/bash-completion/completions/polyreel
  polyreel completions fish > ~/.config/fish/completions/polyreel.fish")]
pub(crate) struct Completions {
    /// For which shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  polyreel man | man -l -
  polyreel man ~/.local/share/man/man1")]
pub(crate) struct ManPages {
    /// Write a page for each command into this folder. Without it, the main page is printed on stdout.
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}
