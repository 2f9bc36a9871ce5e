//! `cargo xtask bench`: Polyreel beside others.

use std::path::Path;

use crate::{Result, tools};

/// Builds and runs `tests/bench`, a workspace of its own.
pub(crate) fn run(root: &Path, args: &[String]) -> Result {
    let manifest = ["run", "--quiet", "--release", "--locked", "--manifest-path", "tests/bench/Cargo.toml", "--"];
    match tools::cargo(root).args(manifest).args(args).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the benchmark failed ({status})")),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}
