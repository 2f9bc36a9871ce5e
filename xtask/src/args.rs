//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::Result;

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
Tasks of the Polyreel workspace.

  cargo xtask codegen              write the client crates, providers/schema.json and docs/spec.md
  cargo xtask codegen --check      say what that would change, and fail if anything
  cargo xtask codegen --out DIR    write everything that is generated below DIR instead
  cargo xtask check                everything that CI runs
  cargo xtask soak [NAME] [--cases N] [--seed S]
                                   long runs of what `check` tries a little of: all, or
                                     laws    random requests and replies
                                     specs   random edits of provider files
                                     places  every way to break every place of provider files
                                     fuzz    bytes for whatever reads; needs nightly and cargo-fuzz
  cargo xtask measure              how long the generator takes for up to a thousand providers
";

/// One task.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Help,
    Codegen { check: bool, out: Option<PathBuf> },
    Check,
    Measure,
    Soak { name: Option<String>, cases: Option<u32>, seed: Option<u64> },
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Task> {
    let mut args = Args { rest: args.collect::<Vec<_>>().into_iter() };
    let task = match args.next_text()?.as_deref() {
        None | Some("help" | "--help" | "-h") => return Ok(Task::Help),
        Some("codegen") => args.codegen()?,
        Some("check") => Task::Check,
        Some("measure") => Task::Measure,
        Some("soak") => args.soak()?,
        Some(other) => return Err(format!("there is no task {other:?}\n\n{USAGE}")),
    };
    match args.next_text()? {
        None => Ok(task),
        Some(extra) => Err(unexpected(&extra)),
    }
}

struct Args {
    rest: std::vec::IntoIter<OsString>,
}

impl Args {
    fn next_text(&mut self) -> Result<Option<String>> {
        let text =
            self.rest.next().map(|arg| arg.into_string().map_err(|arg| format!("{} is not text", arg.display())));
        text.transpose()
    }

    fn codegen(&mut self) -> Result<Task> {
        let (mut check, mut out) = (false, None);
        while let Some(arg) = self.next_text()? {
            match &*arg {
                "--check" => check = true,
                "--out" => out = Some(self.rest.next().map(PathBuf::from).ok_or("--out needs a folder")?),
                other => return Err(unexpected(other)),
            }
        }
        if check && out.is_some() {
            return Err("--check writes nothing, --out does: give one of them".to_owned());
        }
        Ok(Task::Codegen { check, out })
    }

    fn soak(&mut self) -> Result<Task> {
        let (mut name, mut cases, mut seed) = (None, None, None);
        while let Some(arg) = self.next_text()? {
            match &*arg {
                "--cases" => {
                    let number = self.next_text()?.and_then(|text| text.parse().ok()).filter(|cases| *cases > 0);
                    cases = Some(number.ok_or("--cases needs a number above 0")?);
                }
                "--seed" => {
                    let number = self.next_text()?.and_then(|text| text.parse().ok());
                    seed = Some(number.ok_or("--seed needs a number")?);
                }
                other if other.starts_with('-') || name.is_some() => return Err(unexpected(other)),
                _ => name = Some(arg),
            }
        }
        Ok(Task::Soak { name, cases, seed })
    }
}

fn unexpected(arg: &str) -> String {
    format!("unexpected argument {arg:?}\n\n{USAGE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Task> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn tasks_are_read() {
        let codegen = |check, out: Option<&str>| Task::Codegen { check, out: out.map(PathBuf::from) };
        let soak = |name: &str, cases, seed| Task::Soak { name: Some(name.to_owned()), cases, seed };
        for (line, task) in [
            ("", Task::Help),
            ("--help", Task::Help),
            ("codegen", codegen(false, None)),
            ("codegen --check", codegen(true, None)),
            ("codegen --out x/y", codegen(false, Some("x/y"))),
            ("check", Task::Check),
            ("measure", Task::Measure),
            ("soak", Task::Soak { name: None, cases: None, seed: None }),
            ("soak laws", soak("laws", None, None)),
            ("soak laws --cases 100", soak("laws", Some(100), None)),
            ("soak --cases 100 laws", soak("laws", Some(100), None)),
            ("soak specs --cases 100 --seed 7", soak("specs", Some(100), Some(7))),
            ("soak fuzz --seed 7", soak("fuzz", None, Some(7))),
        ] {
            assert_eq!(parsed(line), Ok(task), "{line}");
        }
    }

    #[test]
    fn mistakes_are_explained() {
        for (line, part) in [
            ("codgen", "there is no task \"codgen\""),
            ("codegen --chekc", "unexpected argument \"--chekc\""),
            ("codegen --out", "--out needs a folder"),
            ("codegen --check --out x", "give one of them"),
            ("check twice", "unexpected argument \"twice\""),
            ("soak laws --cases 0", "a number above 0"),
            ("soak laws --cases many", "a number above 0"),
            ("soak specs --cases 1 --seed x", "--seed needs a number"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
