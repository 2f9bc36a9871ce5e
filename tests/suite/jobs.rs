//! `polyreel submit` and `polyreel jobs`: every verb in every state, what is said, and what is forgotten.

mod forgetting;
mod verbs;
mod wrong_use;

use crate::support::place::Place;
use crate::support::simulator::{SPEED, Simulator};

/// A server, and jobs that were sent there.
struct Desk {
    place: Place,
    simulator: Simulator,
}

impl Desk {
    async fn new() -> Self {
        Self { place: Place::new(), simulator: Simulator::start().await }
    }

    fn run(&self, arguments: &[&str]) -> String {
        self.simulator.run(&self.place, arguments)
    }

    /// Sends this prompt to a provider that can stop jobs, and gives the job's name.
    fn submit(&self, prompt: &str) -> String {
        let film = format!("film-{}.mp4", self.place.jobs().len());
        self.run(&["submit", "--provider", "eachlabs", "--speed", SPEED, prompt, "-o", &film]);
        let last = self.last();
        assert_eq!(last["prompt"], prompt);
        last["job"].as_str().unwrap().to_owned()
    }

    /// The job that was sent last, as `jobs list --json` tells of it.
    fn last(&self) -> serde_json::Value {
        self.place.jobs().pop().unwrap()
    }

    fn jobs(&self, verb: &str, arguments: &[&str]) -> String {
        let speed: &[&str] = if ["list", "show"].contains(&verb) { &[] } else { &["--speed", SPEED] };
        self.run(&[&["jobs", verb], arguments, speed].concat())
    }

    /// A job as `jobs show --json` tells of it.
    fn show(&self, job: &str) -> serde_json::Value {
        let shown = self.place.command(&["jobs", "show", job, "--json"]).output().unwrap();
        serde_json::from_slice(&shown.stdout).unwrap()
    }
}

#[track_caller]
fn ended(shown: &str, code: u8, holds: &str) {
    assert!(shown.starts_with(&format!("exit code: {code}\n")) && shown.contains(holds), "{code}, {holds}: {shown}");
}

/// Times are never the same twice.
fn timeless(shown: &str) -> String {
    let time = regex::Regex::new(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\b\d+ min( \d+ s)?|\b\d+ s\b").unwrap();
    time.replace_all(shown, "TIME").into_owned()
}
