//! One run of the command, watched from outside.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use polyreel::mock::{How, JobReport, MockServer};
use polyreel_spec::Step;
use polyreel_store::{Amount, Driver, Scope, SqliteDriver};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::{SPEED, creates};
use crate::support::place::Place;
use crate::support::simulator::Simulator;

/// What a run was like.
pub(super) struct Run {
    /// Its lines.
    pub(super) rows: Vec<Value>,
    /// In real time.
    pub(super) seconds: f64,
    /// The most memory that it had, where the system tells.
    pub(super) peak_kib: u64,
    /// How many times somebody looked at what is committed.
    pub(super) looks: usize,
    /// How many creates and requests there were by its end.
    creates: usize,
    requests: u64,
}

/// Runs the batch; somebody looks at the store all the time.
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is measured")]
pub(super) fn run(place: &Place, simulator: &Simulator, runtime: &Runtime, cap: Amount) -> Run {
    let cap_text = cap.to_string();
    let arguments = [
        &["batch", "films.jsonl", "--name", "storm", "--store", "store.sqlite", "--speed", SPEED, "--json"][..],
        &["--max-spend", &cap_text, "--assume-price", "2"],
    ];
    let [out, err] = ["out.txt", "err.txt"].map(|name| File::create(place.path().join(name)).unwrap());
    let began = Instant::now();
    let mut command = place.command(&arguments.concat());
    let mut child = command.envs(simulator.environment()).stdout(out).stderr(err).spawn().unwrap();
    let store = SqliteDriver::open(place.path().join("store.sqlite")).unwrap();
    let (mut looks, mut peak_kib) = (0, 0);
    // Nobody ever says anything here, so this is a pause.
    let (_quiet, pause) = mpsc::channel::<()>();
    let status = loop {
        let committed = runtime.block_on(store.spending(Scope::Batch("storm".to_owned()))).unwrap().committed("USD");
        assert!(committed.trillionths <= cap.trillionths, "{committed} is committed, and {cap} is the cap");
        looks += 1;
        peak_kib = peak(child.id()).unwrap_or(peak_kib).max(peak_kib);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let _ = pause.recv_timeout(Duration::from_millis(3));
    };
    let read = |name: &str| std::fs::read_to_string(place.path().join(name)).unwrap();
    assert!([0, 3, 4, 5, 6].map(Some).contains(&status.code()), "{status}: {}", read("err.txt"));
    let rows = read("out.txt").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests = simulator.server.with_worlds(|worlds| worlds.first().request_count());
    let creates = creates(&simulator.server);
    Run { rows, seconds: began.elapsed().as_secs_f64(), peak_kib, looks, creates, requests }
}

/// The most memory that a process had until now, in KiB.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

impl Run {
    /// How many rows came to what.
    pub(super) fn outcomes(&self) -> BTreeMap<&str, usize> {
        let mut outcomes = BTreeMap::new();
        for row in &self.rows {
            *outcomes.entry(row["outcome"].as_str().unwrap()).or_default() += 1;
        }
        outcomes
    }

    pub(super) fn toll(&self) -> String {
        self.outcomes().iter().map(|(outcome, count)| format!("{count} {outcome}")).collect::<Vec<_>>().join(", ")
    }

    /// The rows that are open, each with its job at the provider, and whether that never ends.
    pub(super) fn open(&self, server: &MockServer) -> Vec<(&Value, Option<JobReport>)> {
        let jobs = server.jobs();
        let job_of = |row: &Value| {
            let id = row["provider_job"].as_str()?;
            jobs.iter().find(|job| job.id == id && row["provider"] == job.provider).cloned()
        };
        self.rows.iter().filter(|row| row["outcome"] == "open").map(|row| (row, job_of(row))).collect()
    }

    /// Whether nothing is left that one more run could do, as the run after this one has shown: it changed nothing, sent
    /// nothing and only asked. What is open still never ends.
    pub(super) fn is_as_settled_as(&self, after: &Self, server: &MockServer) -> bool {
        let left = after.open(server);
        let is_stuck = |job: &JobReport| job.injected.faults.iter().any(|fault| fault.how == How::Stuck);
        let is_same = self.open(server).len() == left.len() && self.creates == after.creates;
        if !is_same || !left.iter().all(|(_, job)| job.as_ref().is_some_and(is_stuck)) {
            return false;
        }
        let unsure: Vec<_> = self.rows.iter().filter(|row| row["state"] == "unknown").collect();
        for (before, now) in self.rows.iter().zip(&after.rows) {
            // Of a row that waits for a higher cap it is said how much there was in the way at that moment.
            let may_change =
                before["outcome"] == "open" || ["unknown", "queued"].map(Value::from).contains(&before["state"]);
            assert!(may_change || before == now, "what was over is another now: {before:#} {now:#}");
        }
        let asked = after.requests - self.requests;
        assert!(!left.is_empty() || !unsure.is_empty() || asked == 0, "{asked} requests for nothing");
        let requests = server.requests();
        let latest = &requests[requests.len().saturating_sub(usize::try_from(asked).unwrap())..];
        let sent = latest.iter().find(|one| matches!(one.step, Some(Step::Create | Step::Cancel | Step::Upload)));
        assert!(sent.is_none(), "{sent:?}");
        true
    }
}
