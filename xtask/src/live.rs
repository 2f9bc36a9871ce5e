//! `cargo xtask live`: one cheap clip from a real provider. Never part of `check`.

use std::path::Path;

use crate::{Result, tools};

/// Runs it for at most so many US dollars.
pub(crate) fn run(root: &Path, provider: &str, yes_spend: &str) -> Result {
    let run = ["run", "--quiet", "--package", "polyreel-tests", "--bin", "polyreel-live", "--"];
    let status = tools::cargo(root).args(run).args([provider, yes_spend, "target/live"]).status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => Ok(()),
        Ok(Some(1)) => Err("provider and file differ, see above".to_owned()),
        Ok(_) => Err("the run ended early, see above".to_owned()),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}
