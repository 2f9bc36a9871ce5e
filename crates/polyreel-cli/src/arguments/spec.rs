//! `polyreel spec`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be done with provider files.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  polyreel spec check acme.yaml
  polyreel spec explain S001")]
pub(crate) enum Spec {
    /// Read provider files and show everything that is wrong with them.
    Check(SpecCheck),
    /// Say what the code of a problem means, and how it is mended.
    Explain(SpecExplain),
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
#[command(after_help = "\
Example:
  polyreel spec explain S001")]
pub(crate) struct SpecExplain {
    /// A code, for example S001. Without it: all of them.
    pub(crate) code: Option<String>,

    /// Print one JSON object a code on stdout, each on a line of its own.
    #[arg(long)]
    pub(crate) json: bool,
}
