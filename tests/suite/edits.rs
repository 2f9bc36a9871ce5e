//! The rules with which a provider file is refused are the laws' hypotheses: whatever random edits of the files they let
//! through keeps every law.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use polyreel_spec::{Provider, source};

use crate::laws::{self, Cases};
use crate::support::asked;
use crate::support::mutation::{Depth, Dice, edit};
use crate::support::spec_files;
use crate::support::tree::Tree;

/// A provider file, before it is edited.
struct File {
    name: String,
    tree: Tree,
}

fn files() -> Vec<File> {
    let file = |path: std::path::PathBuf| {
        let tree = Tree::parse(&std::fs::read_to_string(&path).unwrap());
        File { name: path.file_name().unwrap().to_str().unwrap().to_owned(), tree }
    };
    spec_files().into_iter().map(file).collect()
}

/// What became of an edited file.
enum Verdict {
    /// The codes of the rules that refuse it.
    Refused(Vec<&'static str>),
    Held,
    Broke(String),
}

fn judge(name: &str, tree: &Tree, seed: u64, thorough: u32) -> Verdict {
    let text = tree.to_yaml();
    let judged = catch_unwind(AssertUnwindSafe(|| match source::read(name, &text) {
        Err(problems) => Verdict::Refused(problems.problems.iter().map(|problem| problem.code).collect()),
        Ok(provider) => keeps_the_laws(&provider, seed, thorough).map_or_else(Verdict::Broke, |()| Verdict::Held),
    }));
    judged.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
        Verdict::Broke(format!("panic: {}", text.unwrap_or("?")))
    })
}

fn keeps_the_laws(provider: &Provider, seed: u64, thorough: u32) -> Result<(), String> {
    let cases = |count: u32| Cases { count: count * thorough, seed: Some(seed) };
    let law = |name: &'static str| move |broken: String| format!("{name}: {broken}");
    laws::request(provider, cases(8)).map_err(law("request"))?;
    laws::reply(provider, cases(16)).map_err(law("reply"))?;
    laws::routing(provider, cases(4)).map_err(law("route"))?;
    laws::services(provider, cases(2)).map_err(law("services"))?;
    laws::any_reply(provider, cases(8)).map_err(law("reading"))?;
    polyreel_codegen::render(std::slice::from_ref(provider)).map_err(|error| format!("codegen: {error}"))?;
    Ok(())
}

/// The differences, one for each line.
fn differences(before: &Tree, after: &Tree) -> Vec<String> {
    let mut lines = Vec::new();
    let shown = |tree: Option<&Tree>| tree.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    let _ = before.with_changes(after, "", &mut |place, before, after| {
        lines.push(format!("{}: {} → {}", place.replace('"', ""), shown(before), shown(after)));
        true
    });
    lines
}

/// As few of the differences as will still be let through and break a law.
fn minimal(name: &str, before: &Tree, after: &Tree, seed: u64, thorough: u32) -> Tree {
    let mut dropped: Vec<usize> = Vec::new();
    let without = |dropped: &[usize]| {
        let mut number = 0;
        before.with_changes(after, "", &mut |_, _, _| {
            number += 1;
            !dropped.contains(&(number - 1))
        })
    };
    for number in 0..differences(before, after).len() {
        dropped.push(number);
        if !matches!(judge(name, &without(&dropped), seed, thorough), Verdict::Broke(_)) {
            dropped.pop();
        }
    }
    without(&dropped)
}

/// What became of all edits.
#[derive(Default)]
struct Tally {
    /// By the depth of the edit.
    refused: [u64; 2],
    held: [u64; 2],
    broke: [u64; 2],
    /// What was edited, and what broke.
    breaks: Vec<String>,
    /// Codes that alone refused a file.
    alone: BTreeMap<&'static str, u64>,
}

impl Tally {
    fn table(&self) -> String {
        let mut table = format!("{:<6}{:>9}{:>15}{:>16}\n", "edits", "refused", "accepted, held", "accepted, broke");
        for (name, depth) in [("wide", Depth::Wide), ("deep", Depth::Deep)] {
            let (refused, held, broke) =
                (self.refused[depth as usize], self.held[depth as usize], self.broke[depth as usize]);
            let _ = writeln!(table, "{name:<6}{refused:>9}{held:>15}{broke:>16}");
        }
        let alone = self.alone.iter().map(|(code, times)| format!("{code} {times}")).collect::<Vec<_>>();
        let _ = writeln!(table, "codes that stood alone: {}", alone.join(", "));
        for broken in &self.breaks {
            let _ = writeln!(table, "\n{broken}");
        }
        table
    }
}

fn try_one(files: &[File], seed: u64, number: u64, thorough: u32, tally: &Mutex<Tally>) {
    let mut dice = Dice::new(seed, number);
    let file = &files[dice.below(files.len())];
    let depth = if number.is_multiple_of(2) { Depth::Wide } else { Depth::Deep };
    let mut edited = file.tree.clone();
    edit(&mut edited, depth, &mut dice);
    if edited == file.tree {
        return;
    }
    let verdict = judge(&file.name, &edited, number, thorough);
    let broken = matches!(verdict, Verdict::Broke(_)).then(|| {
        let least = minimal(&file.name, &file.tree, &edited, number, thorough);
        let why = match judge(&file.name, &least, number, thorough) {
            Verdict::Broke(why) => why,
            Verdict::Refused(_) | Verdict::Held => "only now and then".to_owned(),
        };
        let edits = differences(&file.tree, &least).join("\n  ");
        format!("{} (edit {number} of seed {seed}):\n  {edits}\n{}", file.name, why.trim())
    });
    let mut tally = tally.lock().unwrap();
    match verdict {
        Verdict::Refused(codes) => {
            tally.refused[depth as usize] += 1;
            if codes.iter().all(|code| *code == codes[0]) {
                *tally.alone.entry(codes[0]).or_default() += 1;
            }
        }
        Verdict::Held => tally.held[depth as usize] += 1,
        Verdict::Broke(_) => {
            tally.broke[depth as usize] += 1;
            tally.breaks.extend(broken);
        }
    }
}

fn run(count: u64, seed: u64, thorough: u32) -> Tally {
    let files = files();
    let (next, tally) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    try_one(&files, seed, number, thorough, &tally);
                }
            });
        }
    });
    tally.into_inner().unwrap()
}

/// `cargo xtask soak specs --cases N` says how many edits, and `POLYREEL_EDITS_SEED` which.
#[test]
#[expect(clippy::print_stdout, reason = "the table is what a soak is for")]
fn accepted_edits_keep_the_laws() {
    let tally = match asked("POLYREEL_EDITS") {
        Some(count) => run(count, asked("POLYREEL_EDITS_SEED").unwrap_or(1), 8),
        None => run(200, 1, 1),
    };
    println!("{}", tally.table());
    assert!(tally.breaks.is_empty(), "a rule is missing\n\n{}", tally.table());
}
