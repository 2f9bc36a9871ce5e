//! `cargo xtask soak`: long runs of random tests.

use std::path::Path;

use crate::{Result, tools};

/// What can be soaked: its name, the variable that says how many cases, and the arguments of `cargo test`.
const SOAKS: &[(&str, &str, &[&str])] = &[
    ("laws", "PROPTEST_CASES", &["-p", "polyreel-tests", "--test", "suite", "laws"]),
    (
        "specs",
        "POLYREEL_EDITS",
        &["-p", "polyreel-tests", "--test", "suite", "--release", "accepted_edits", "--", "--nocapture"],
    ),
];

/// The names, for people.
pub(crate) fn names() -> String {
    SOAKS.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", ")
}

/// Runs the tests of this name with so many random cases each.
pub(crate) fn run(root: &Path, name: &str, cases: u32) -> Result {
    let (_, variable, args) = SOAKS
        .iter()
        .find(|(own, ..)| *own == name)
        .ok_or_else(|| format!("there is nothing to soak by the name {name:?}; there is: {}", names()))?;
    eprintln!("$ {variable}={cases} cargo test {}", args.join(" "));
    let status = tools::cargo(root).arg("test").args(*args).env(variable, cases.to_string()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the tests failed ({status})")),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}
