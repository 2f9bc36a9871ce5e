//! One batch, killed at random moments and run again, until it ends by itself.

use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use polyreel_store::{Driver as _, Filter, Record, SqliteDriver, State};
use proptest::test_runner::TestRng;

use super::rows::{below, draw};
use super::server::{SPEED, Server};
use crate::support::place::Place;

/// How often a batch is killed at most.
const MOST_KILLS: usize = 8;

/// What the server answers shortly before a kill, how often at most, and how many of a hundred kills come after it.
const MOMENTS: [(&str, usize, usize); 5] =
    [("POST ", 30, 25), ("/outputs/", 8, 30), ("GET ", 300, 25), ("  200", 100, 10), ("", 0, 10)];

/// How many rows are worked on at once.
const AT_ONCE: [&str; 3] = ["12", "24", "64"];

/// A kill does not come later than this after what it waited for, in milliseconds.
const LATEST: usize = 12;

/// How long a program takes to begin, in milliseconds.
const BEGINNING: usize = 120;

pub(super) struct Story {
    pub(super) place: Place,
    pub(super) world: String,
    pub(super) rows: usize,
    at_once: &'static str,
    chance: TestRng,
}

/// How a run ended by itself.
pub(super) struct End {
    pub(super) code: Option<i32>,
    pub(super) said: String,
}

impl Story {
    pub(super) fn new(world: String, mut chance: TestRng) -> Self {
        let place = Place::new();
        let (rows, file) = draw(&mut chance);
        place.put("films.jsonl", &file);
        let at_once = AT_ONCE[below(&mut chance, AT_ONCE.len())];
        Self { place, world, rows, at_once, chance }
    }

    pub(super) fn store(&self) -> PathBuf {
        self.place.path().join("kept").join("jobs.sqlite")
    }

    fn start(&self, server: &Server, stderr: Stdio) -> Child {
        server.forget();
        let arguments = ["batch", "films.jsonl", "--store", "kept/jobs.sqlite", "--speed", SPEED];
        let mut command = self.place.command(&arguments);
        command.args(["--submit-within", "300", "--concurrency", self.at_once]);
        command.envs(server.environment(&self.world)).stdout(Stdio::null()).stderr(stderr).spawn().unwrap()
    }

    /// Runs the batch, kills it, and does so again. Gives for each kill how the jobs stood, and how the last run ended.
    pub(super) fn tell(&mut self, server: &Server) -> (Vec<Vec<State>>, End) {
        let mut kills = Vec::new();
        for _ in 0..=below(&mut self.chance, MOST_KILLS) {
            let mut child = self.start(server, Stdio::null());
            if !self.wait(server, &mut child) {
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills.push(self.standing());
        }
        let mut end = self.run(server);
        // As it is told, whoever wants the rest runs the batch again.
        if end.said.contains(" open\n") {
            end = self.run(server);
        }
        (kills, end)
    }

    fn run(&self, server: &Server) -> End {
        let output = self.start(server, Stdio::piped()).wait_with_output().unwrap();
        End { code: output.status.code(), said: String::from_utf8_lossy(&output.stderr).into_owned() }
    }

    /// Waits for the moment of a kill. Says whether the program still runs then.
    fn wait(&mut self, server: &Server, child: &mut Child) -> bool {
        let mut at = below(&mut self.chance, 100);
        let moment = MOMENTS.iter().find(|(.., share)| {
            let is_it = at < *share;
            at = at.saturating_sub(*share);
            is_it
        });
        let (like, most, _) = moment.unwrap();
        let linger = if like.is_empty() { BEGINNING } else { LATEST };
        // Every other one comes at once.
        let linger = below(&mut self.chance, 2 * linger).saturating_sub(linger);
        let times = if like.is_empty() { 0 } else { 1 + below(&mut self.chance, *most) };
        let is_alive = server.answered(like, times, child);
        let (_open, nothing) = channel::<()>();
        let _ = nothing.recv_timeout(Duration::from_millis(linger.try_into().unwrap()));
        is_alive && child.try_wait().unwrap().is_none()
    }

    /// How all jobs stand, as a copy of the store says that nobody has recovered.
    fn standing(&self) -> Vec<State> {
        let copy = tempfile::tempdir().unwrap();
        let store = self.store();
        if !store.exists() {
            return Vec::new();
        }
        for name in ["jobs.sqlite", "jobs.sqlite-wal"] {
            let from = store.with_file_name(name);
            if from.exists() {
                std::fs::copy(from, copy.path().join(name)).unwrap();
            }
        }
        let records = read(&copy.path().join("jobs.sqlite"));
        records.into_iter().map(|record| record.state).collect()
    }
}

/// All jobs of a store.
pub(super) fn read(store: &std::path::Path) -> Vec<Record> {
    let driver = SqliteDriver::open(store).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(driver.list(Filter::default())).unwrap()
}
