//! One job, in a process that ends itself at the step that it is told.

#![expect(clippy::print_stdout, reason = "whoever runs it counts the steps")]

use std::io;
use std::path::PathBuf;
use std::process::{ExitCode, abort};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polyreel::spec::Step;
use polyreel::{Observer, wire};
use polyreel_store::Witness;
use polyreel_tests::one_job::{Onlookers, Task};

/// Where the process is to end: `commit-before 3`. What is not to happen never does.
#[derive(Debug)]
struct Steps {
    kind: String,
    number: usize,
    commits: AtomicUsize,
    answers: AtomicUsize,
    film: PathBuf,
}

impl Steps {
    fn reach(&self, kind: &str, number: usize) {
        println!("{kind} {number}");
        if self.kind == kind && self.number == number {
            abort();
        }
    }

    /// Ends the process as soon as a part of the film is there, or the film has its name.
    fn watch(&self) {
        let folder = self.film.parent().map(PathBuf::from).unwrap_or_default();
        let is_part = |entry: io::Result<std::fs::DirEntry>| {
            let Ok(entry) = entry else { return false };
            let is_begun = entry.metadata().is_ok_and(|metadata| metadata.len() > 0);
            entry.path().extension() == Some("part".as_ref()) && is_begun
        };
        loop {
            let is_there = match self.kind.as_str() {
                "part" => std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.any(is_part)),
                _ => self.film.exists(),
            };
            if is_there {
                abort();
            }
            std::thread::yield_now();
        }
    }
}

impl Witness for Steps {
    fn before_commit(&self) -> io::Result<()> {
        // Whoever looks for the name may come too late.
        if self.kind == "named" && self.film.exists() {
            abort();
        }
        self.reach("commit-before", self.commits.fetch_add(1, Ordering::SeqCst) + 1);
        Ok(())
    }

    fn after_commit(&self) {
        self.reach("commit-after", self.commits.load(Ordering::SeqCst));
    }
}

impl Observer for Steps {
    fn answered(&self, _: Step, _: &wire::Reply) {
        self.reach("answered", self.answers.fetch_add(1, Ordering::SeqCst) + 1);
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match work().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn work() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, kind, number] = &arguments[..] else { return Err("it is run by a test".to_owned()) };
    let task = Task::read(file.as_ref())?;
    let steps = Arc::new(Steps {
        kind: kind.clone(),
        number: number.parse().map_err(|error| format!("{number}: {error}"))?,
        commits: AtomicUsize::new(0),
        answers: AtomicUsize::new(0),
        film: task.order.output.clone().unwrap_or_default(),
    });
    if ["part", "named"].contains(&kind.as_str()) {
        let steps = steps.clone();
        std::thread::spawn(move || steps.watch());
    }
    let onlookers = Onlookers { witness: Some(steps.clone()), observer: Some(steps) };
    Box::pin(task.work(onlookers)).await?;
    Ok(())
}
