//! `cargo xtask check`: everything that CI runs, in the order of what fails fastest.

use std::path::Path;

use crate::{Result, codegen, tools};

/// A step that is one cargo command.
struct Step {
    args: &'static [&'static str],
    env: Option<(&'static str, &'static str)>,
}

const FMT: Step = Step { args: &["fmt", "--all", "--check"], env: None };

/// The workspaces that are not built here: their lock files must not fall behind.
const OTHERS: [Step; 2] = [
    Step {
        args: &["update", "--quiet", "--workspace", "--locked", "--manifest-path", "tests/fuzz/Cargo.toml"],
        env: None,
    },
    Step {
        args: &["update", "--quiet", "--workspace", "--locked", "--manifest-path", "tests/bench/Cargo.toml"],
        env: None,
    },
];

const AFTER_CODEGEN: &[Step] = &[
    Step { args: &["test", "--workspace"], env: None },
    Step { args: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], env: None },
    Step { args: &["doc", "--workspace", "--no-deps"], env: Some(("RUSTDOCFLAGS", "-Dwarnings")) },
];

const DENY: Step = Step { args: &["deny", "check", "bans", "licenses", "sources"], env: None };

/// Runs all steps; the first that fails ends it.
pub(crate) fn run(root: &Path) -> Result {
    timed(&FMT.shown(), || FMT.run(root))?;
    timed("cargo xtask codegen --check", || codegen::check(root))?;
    for step in OTHERS.iter().chain(AFTER_CODEGEN) {
        timed(&step.shown(), || step.run(root))?;
    }
    if has_deny(root) {
        timed(&DENY.shown(), || DENY.run(root))?;
    } else {
        eprintln!("$ {}\n  skipped: cargo-deny is not installed", DENY.shown());
    }
    Ok(())
}

impl Step {
    fn shown(&self) -> String {
        let env = self.env.map(|(name, value)| format!("{name}={value} ")).unwrap_or_default();
        format!("{env}cargo {}", self.args.join(" "))
    }

    fn run(&self, root: &Path) -> Result {
        let status = tools::cargo(root).args(self.args).envs(self.env).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`{}` failed ({status})", self.shown())),
            Err(error) => Err(format!("cannot run `{}`: {error}", self.shown())),
        }
    }
}

fn has_deny(root: &Path) -> bool {
    tools::cargo(root).args(["deny", "--version"]).output().is_ok_and(|output| output.status.success())
}

fn timed(shown: &str, step: impl FnOnce() -> Result) -> Result {
    eprintln!("$ {shown}");
    let (done, took) = tools::stopwatch(step);
    eprintln!("  {:.1} s", took.as_secs_f64());
    done
}
