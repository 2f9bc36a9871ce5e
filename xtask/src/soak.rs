//! `cargo xtask soak`: long runs of tests that `check` runs for a few cases.

use std::fmt::Write as _;
use std::path::Path;

use crate::{Result, tools};

/// What can be soaked.
struct Soak {
    name: &'static str,
    /// The arguments of `cargo test`.
    args: &'static [&'static str],
    /// The variable that says how many cases there are, and how many there are if nobody says. `None`: always all of them.
    cases: Option<(&'static str, u32)>,
    /// The variable that says which, if that can be said.
    seed: Option<&'static str>,
}

const SOAKS: &[Soak] = &[
    Soak {
        name: "laws",
        args: &["-p", "polyreel-tests", "--test", "suite", "laws"],
        cases: Some(("PROPTEST_CASES", 20_000)),
        seed: None,
    },
    Soak {
        name: "specs",
        args: &["-p", "polyreel-tests", "--test", "suite", "--release", "--", "--nocapture", "edits"],
        cases: Some(("POLYREEL_EDITS", 48_000)),
        seed: Some("POLYREEL_EDITS_SEED"),
    },
    Soak {
        name: "places",
        args: &["-p", "polyreel-tests", "--test", "suite", "--release", "--", "--ignored", "anywhere"],
        cases: None,
        seed: None,
    },
];

/// Runs the tests of this name, or all, with so many random cases each.
pub(crate) fn run(root: &Path, name: Option<&str>, cases: Option<u32>, seed: Option<u64>) -> Result {
    let Some(name) = name else {
        let taken = |soak: &Soak| (cases.filter(|_| soak.cases.is_some()), seed.filter(|_| soak.seed.is_some()));
        return SOAKS.iter().try_for_each(|soak| soak.run(root, taken(soak).0, taken(soak).1));
    };
    let soak = SOAKS.iter().find(|soak| soak.name == name).ok_or_else(|| {
        let names: Vec<_> = SOAKS.iter().map(|soak| soak.name).collect();
        format!("there is nothing to soak by the name {name:?}; there is: {}", names.join(", "))
    })?;
    soak.run(root, cases, seed)
}

impl Soak {
    fn run(&self, root: &Path, cases: Option<u32>, seed: Option<u64>) -> Result {
        let mut variables = Vec::new();
        match (self.cases, cases) {
            (Some((variable, usual)), cases) => variables.push((variable, cases.unwrap_or(usual).to_string())),
            (None, Some(_)) => return Err(format!("{} tries all that there is: leave out --cases", self.name)),
            (None, None) => {}
        }
        if let Some(seed) = seed {
            let variable = self.seed.ok_or_else(|| format!("the cases of {} follow from no seed", self.name))?;
            variables.push((variable, seed.to_string()));
        }
        let mut shown = String::new();
        for (variable, value) in &variables {
            let _ = write!(shown, "{variable}={value} ");
        }
        eprintln!("$ {shown}cargo test {}", self.args.join(" "));
        let status = tools::cargo(root).arg("test").args(self.args).envs(variables).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the tests failed ({status})")),
            Err(error) => Err(format!("cannot run cargo: {error}")),
        }
    }
}
