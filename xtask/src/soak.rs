//! `cargo xtask soak`: long runs of tests that `check` runs for a few cases, and fuzzing, which it does not run.

use std::path::Path;
use std::process::Command;

use crate::{Result, tools};

/// What can be soaked.
struct Soak {
    name: &'static str,
    how: How,
    /// The variable, or libFuzzer's option, that says how many cases there are, and how many there are if nobody says.
    cases: (&'static str, u32),
    /// The variable that says which, if that can be said.
    seed: Option<&'static str>,
}

/// What runs it.
enum How {
    /// `cargo test` with these arguments.
    Test(&'static [&'static str]),
    /// libFuzzer over these targets of `tests/fuzz`, one after the other.
    Fuzz(&'static [&'static str]),
}

const SOAKS: &[Soak] = &[
    Soak {
        name: "laws",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "laws"]),
        cases: ("PROPTEST_CASES", 20_000),
        seed: None,
    },
    Soak {
        name: "specs",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "--nocapture", "edits"]),
        cases: ("POLYREEL_EDITS", 48_000),
        seed: Some("POLYREEL_EDITS_SEED"),
    },
    Soak {
        name: "places",
        how: How::Test(&[
            "-p",
            "polyreel-tests",
            "--test",
            "suite",
            "--release",
            "--",
            "every_file_that_breaks",
            "a_problem_touches",
            "texts_stay_texts",
        ]),
        // Of each kind; there are fewer.
        cases: ("POLYREEL_PLACES", 1_000_000),
        seed: None,
    },
    Soak {
        name: "creates",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "closed_meanwhile", "one_post"]),
        // Creates at servers that close their idle connections.
        cases: ("POLYREEL_CREATES", 100_000),
        seed: None,
    },
    Soak {
        name: "resumes",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "resumes_after_any_polls"]),
        cases: ("PROPTEST_CASES", 8000),
        seed: None,
    },
    Soak {
        name: "faults",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "faults"]),
        cases: ("PROPTEST_CASES", 10_000),
        seed: None,
    },
    Soak {
        name: "storm",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "--nocapture", "storm"]),
        // Requests.
        cases: ("POLYREEL_STORM", 1_000_000),
        seed: None,
    },
    Soak {
        name: "walks",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "--nocapture", "walks"]),
        cases: ("POLYREEL_WALKS", 100_000),
        seed: Some("POLYREEL_WALKS_SEED"),
    },
    Soak {
        name: "makespan",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "--nocapture", "makespan"]),
        // Random catalogs.
        cases: ("POLYREEL_MAKESPAN", 50),
        seed: None,
    },
    Soak {
        name: "store",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "--nocapture", "store::orders"]),
        cases: ("POLYREEL_ORDERS", 20_000),
        seed: Some("POLYREEL_ORDERS_SEED"),
    },
    Soak {
        name: "kills",
        // What takes longer is met more often, so it is not built to be fast.
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--", "--nocapture", "kills"]),
        cases: ("POLYREEL_KILLS", 1000),
        seed: Some("POLYREEL_KILLS_SEED"),
    },
    Soak {
        name: "batch",
        how: How::Test(&["-p", "polyreel-tests", "--test", "suite", "--release", "--", "--nocapture", "long_batch"]),
        // Rows.
        cases: ("POLYREEL_BATCH", 1_000),
        seed: Some("POLYREEL_BATCH_SEED"),
    },
    Soak { name: "fuzz", how: How::Fuzz(&["specs", "replies"]), cases: ("-runs", 500_000), seed: Some("-seed") },
];

/// Runs the tests of this name, or all, with so many random cases each.
pub(crate) fn run(root: &Path, name: Option<&str>, cases: Option<u32>, seed: Option<u64>) -> Result {
    let Some(name) = name else {
        return SOAKS.iter().try_for_each(|soak| soak.run(root, cases, seed.filter(|_| soak.seed.is_some())));
    };
    let soak = SOAKS.iter().find(|soak| soak.name == name).ok_or_else(|| {
        let names: Vec<_> = SOAKS.iter().map(|soak| soak.name).collect();
        format!("there is nothing to soak by the name {name:?}; there is: {}", names.join(", "))
    })?;
    soak.run(root, cases, seed)
}

impl Soak {
    fn run(&self, root: &Path, cases: Option<u32>, seed: Option<u64>) -> Result {
        let (variable, usual) = self.cases;
        let mut variables = vec![(variable, cases.unwrap_or(usual).to_string())];
        if let Some(seed) = seed {
            let variable = self.seed.ok_or_else(|| format!("the cases of {} follow from no seed", self.name))?;
            variables.push((variable, seed.to_string()));
        }
        let pairs: Vec<_> = variables.iter().map(|(variable, value)| format!("{variable}={value}")).collect();
        match self.how {
            How::Test(args) => {
                eprintln!("$ {} cargo test {}", pairs.join(" "), args.join(" "));
                finish(tools::cargo(root).arg("test").args(args).envs(variables), "the tests failed")
            }
            How::Fuzz(targets) => {
                if !tools::nightly(root)
                    .args(["fuzz", "--version"])
                    .output()
                    .is_ok_and(|output| output.status.success())
                {
                    return Err(NO_FUZZER.to_owned());
                }
                targets.iter().try_for_each(|target| fuzz(root, target, &pairs))
            }
        }
    }
}

const NO_FUZZER: &str = "cannot fuzz without a nightly toolchain and cargo-fuzz; \
    run `rustup toolchain install nightly` and `cargo install cargo-fuzz`";

/// Runs one target. There is no unsafe code to watch over, so no sanitizer slows it down.
fn fuzz(root: &Path, target: &str, options: &[String]) -> Result {
    let dictionary = format!("-dict=tests/fuzz/corpus/{target}.dict");
    let limits = ["-timeout=10", "-max_len=10000", "-print_final_stats=1"];
    let mut command = tools::nightly(root);
    command.args(["fuzz", "run", "--fuzz-dir", "tests/fuzz", "--sanitizer", "none", target, "--", &dictionary]);
    command.args(limits).args(options);
    eprintln!("$ cargo +nightly fuzz run --fuzz-dir tests/fuzz {target} -- {}", options.join(" "));
    finish(&mut command, "an input broke a rule; it is below tests/fuzz/artifacts")
}

fn finish(command: &mut Command, broken: &str) -> Result {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{broken} ({status})")),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}
