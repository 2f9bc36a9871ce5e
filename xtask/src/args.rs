//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::Result;

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
Tasks of the Polyreel workspace.

  cargo xtask new-provider ID [--base-url URL] [--docs URL]
                                   write providers/ID.yaml to begin with; docs/adding-a-provider.md says how to go on
  cargo xtask codegen              write the client crates, providers/schema.json, docs/spec.md and
                                   the tables of providers in pages for people
  cargo xtask codegen --check      say what that would change, and fail if anything
  cargo xtask codegen --out DIR    write everything that is generated below DIR instead
  cargo xtask check                everything that CI runs
  cargo xtask soak [NAME] [--cases N] [--seed S]
                                   long runs of what `check` tries a little of: all, or
                                     laws    random requests and replies
                                     specs   random edits of provider files
                                     places  every way to break every place of provider files; N of each kind
                                     faults  random fault plans against our client
                                     storm   all faults at once, for N requests
                                     walks   random programs under random fault plans, judged by the mock's books
                                     batch   one batch of N rows under all faults and a cap, judged by the mock's books
                                     kills   batches that are killed N times in all, judged by the mock's books
                                     fuzz    bytes for whatever reads; needs nightly and cargo-fuzz
  cargo xtask live PROVIDER --yes-spend USD
                                   one cheap clip from the real provider for at most so many dollars, its
                                   answers recorded below target/live and held against the provider file
  cargo xtask measure              how long the generator takes for up to a thousand providers
  cargo xtask bench [PART] [--json] [...]
                                   Polyreel beside others; `bench help` lists what each part takes:
                                     mock    what a poll costs the mock server; this if no part is named. Linux alone
                                     posts   how many POSTs a create costs when its answer goes wrong
";

/// One task.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Help,
    NewProvider {
        id: String,
        base_url: Option<String>,
        docs: Option<String>,
    },
    Codegen {
        check: bool,
        out: Option<PathBuf>,
    },
    Check,
    Live {
        provider: String,
        yes_spend: String,
    },
    Measure,
    /// The benchmark reads its arguments itself.
    Bench {
        args: Vec<String>,
    },
    Soak {
        name: Option<String>,
        cases: Option<u32>,
        seed: Option<u64>,
    },
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Task> {
    let mut args = Args { rest: args.collect::<Vec<_>>().into_iter() };
    let task = match args.next_text()?.as_deref() {
        None | Some("help" | "--help" | "-h") => return Ok(Task::Help),
        Some("new-provider") => args.new_provider()?,
        Some("codegen") => args.codegen()?,
        Some("check") => Task::Check,
        Some("measure") => Task::Measure,
        Some("bench") => args.bench()?,
        Some("soak") => args.soak()?,
        Some("live") => args.live()?,
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

    fn new_provider(&mut self) -> Result<Task> {
        let (mut id, mut base_url, mut docs) = (None, None, None);
        while let Some(arg) = self.next_text()? {
            match &*arg {
                "--base-url" => base_url = Some(self.next_text()?.ok_or("--base-url needs an address")?),
                "--docs" => docs = Some(self.next_text()?.ok_or("--docs needs the address of a page")?),
                other if other.starts_with('-') || id.is_some() => return Err(unexpected(other)),
                _ => id = Some(arg),
            }
        }
        let id = id.ok_or("new-provider needs an id, such as `acme`: lower-case letters and digits")?;
        Ok(Task::NewProvider { id, base_url, docs })
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

    fn live(&mut self) -> Result<Task> {
        let (mut provider, mut yes_spend) = (None, None);
        while let Some(arg) = self.next_text()? {
            match &*arg {
                "--yes-spend" => yes_spend = self.next_text()?,
                other if other.starts_with('-') || provider.is_some() => return Err(unexpected(other)),
                _ => provider = Some(arg),
            }
        }
        let provider = provider.ok_or("live needs a provider")?;
        let yes_spend = yes_spend.ok_or("live spends money: say how much it may be, --yes-spend USD")?;
        Ok(Task::Live { provider, yes_spend })
    }

    fn bench(&mut self) -> Result<Task> {
        let mut args = Vec::new();
        while let Some(arg) = self.next_text()? {
            args.push(arg);
        }
        Ok(Task::Bench { args })
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
        let new = |base_url: Option<&str>, docs: Option<&str>| Task::NewProvider {
            id: "acme".to_owned(),
            base_url: base_url.map(str::to_owned),
            docs: docs.map(str::to_owned),
        };
        let soak = |name: &str, cases, seed| Task::Soak { name: Some(name.to_owned()), cases, seed };
        for (line, task) in [
            ("", Task::Help),
            ("--help", Task::Help),
            ("new-provider acme", new(None, None)),
            ("new-provider --docs https://d acme --base-url https://b", new(Some("https://b"), Some("https://d"))),
            ("codegen", codegen(false, None)),
            ("codegen --check", codegen(true, None)),
            ("codegen --out x/y", codegen(false, Some("x/y"))),
            ("check", Task::Check),
            ("live acme --yes-spend 0.50", Task::Live { provider: "acme".to_owned(), yes_spend: "0.50".to_owned() }),
            ("measure", Task::Measure),
            ("bench --rounds 3", Task::Bench { args: vec!["--rounds".to_owned(), "3".to_owned()] }),
            ("bench posts --npm", Task::Bench { args: vec!["posts".to_owned(), "--npm".to_owned()] }),
            ("soak", Task::Soak { name: None, cases: None, seed: None }),
            ("soak laws", soak("laws", None, None)),
            ("soak laws --cases 100", soak("laws", Some(100), None)),
            ("soak --cases 100 laws", soak("laws", Some(100), None)),
            ("soak specs --cases 100 --seed 7", soak("specs", Some(100), Some(7))),
            ("soak fuzz --seed 7", soak("fuzz", None, Some(7))),
            ("soak walks --cases 100 --seed 7", soak("walks", Some(100), Some(7))),
        ] {
            assert_eq!(parsed(line), Ok(task), "{line}");
        }
    }

    #[test]
    fn mistakes_are_explained() {
        for (line, part) in [
            ("codgen", "there is no task \"codgen\""),
            ("new-provider", "new-provider needs an id"),
            ("new-provider acme other", "unexpected argument \"other\""),
            ("new-provider acme --base-url", "--base-url needs an address"),
            ("new-provider acme --name Acme", "unexpected argument \"--name\""),
            ("codegen --chekc", "unexpected argument \"--chekc\""),
            ("codegen --out", "--out needs a folder"),
            ("codegen --check --out x", "give one of them"),
            ("check twice", "unexpected argument \"twice\""),
            ("live --yes-spend 1", "live needs a provider"),
            ("live acme", "--yes-spend USD"),
            ("live acme --yes-spend", "--yes-spend USD"),
            ("soak laws --cases 0", "a number above 0"),
            ("soak laws --cases many", "a number above 0"),
            ("soak specs --cases 1 --seed x", "--seed needs a number"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
