//! A batch that is killed again and again pays once for what it asked for, and gets what it paid.
//!
//! The program, the mock server and this judge are processes of their own; the judge is the mock server's books.

mod judge;
mod rows;
mod server;
mod story;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use polyreel_store::State;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::support::asked;
use crate::support::place::Place;
use server::Server;
use story::Story;

/// How many kills there are if nobody asks for more.
const USUAL: usize = 20;

/// So many kills meet everything that there is to meet.
const ENOUGH: usize = 1000;

/// How many of those that are enough meet a job that is being sent, at least.
const SENDING: usize = 30;

/// Where a kill may meet a job, what is worst for money first.
const WORST_FIRST: [State; 13] = [
    State::Sending,
    State::Fetching,
    State::Ready,
    State::Succeeded,
    State::Running,
    State::Cancelling,
    State::Unknown,
    State::Held,
    State::Gone,
    State::Queued,
    State::Failed,
    State::Done,
    State::Cancelled,
];

/// States that every soak has to meet.
const MET: [State; 7] =
    [State::Ready, State::Sending, State::Unknown, State::Running, State::Succeeded, State::Fetching, State::Done];

/// What was counted.
#[derive(Default)]
struct Tally {
    batches: usize,
    rows: usize,
    kills: usize,
    /// How many kills met a job like this, how many of them met nothing worse, and how many jobs there were.
    met: BTreeMap<State, [usize; 3]>,
    ended: BTreeMap<State, usize>,
}

impl Tally {
    fn killed(&mut self, states: &[State]) {
        self.kills += 1;
        let mut worst = true;
        for state in WORST_FIRST {
            let jobs = states.iter().filter(|own| **own == state).count();
            let [kills, as_worst, all] = self.met.entry(state).or_default();
            *kills += usize::from(jobs > 0);
            *as_worst += usize::from(jobs > 0 && worst);
            *all += jobs;
            worst &= jobs == 0;
        }
    }
}

fn chance(seed: u64, number: u32) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..12].copy_from_slice(&number.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// `cargo xtask soak kills --cases N` says how many kills, and `POLYREEL_KILLS_SEED` which batches.
#[expect(clippy::print_stderr, reason = "a soak says what it did")]
#[test]
fn a_killed_batch_pays_once_and_loses_nothing() {
    let (count, seed) = (asked("POLYREEL_KILLS").unwrap_or(USUAL), asked("POLYREEL_KILLS_SEED").unwrap_or(1_u64));
    let (next, killed, tally) = (AtomicU32::new(0), AtomicUsize::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                let place = Place::new();
                let server = Server::start(&place);
                while killed.load(Ordering::SeqCst) < count {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let mut story = Story::new(format!("batch-{number}"), chance(seed, number));
                    let (kills, end) = story.tell(&server);
                    killed.fetch_add(kills.len(), Ordering::SeqCst);
                    let ended = judge::judge(&story, &server, &end);
                    let ended = ended.unwrap_or_else(|why| panic!("batch {number} of seed {seed}: {why}"));
                    let mut tally = tally.lock().unwrap();
                    (tally.batches, tally.rows) = (tally.batches + 1, tally.rows + story.rows);
                    for states in &kills {
                        tally.killed(states);
                    }
                    for (state, rows) in ended {
                        *tally.ended.entry(state).or_default() += rows;
                    }
                }
            });
        }
    });
    let Tally { batches, rows, kills, met, ended } = tally.into_inner().unwrap();
    eprintln!("{kills} kills of {batches} batches with {rows} rows, which ended: {ended:?}");
    for (state, [met, worst, jobs]) in &met {
        eprintln!("{state:>10}: met by {met} kills, as the worst by {worst}; {jobs} jobs");
    }
    if count >= ENOUGH {
        let missed: Vec<_> = MET.iter().filter(|state| met.get(state).is_none_or(|[met, ..]| *met == 0)).collect();
        assert!(missed.is_empty(), "no kill met: {missed:?}");
        let sending = met[&State::Sending][0];
        assert!(sending * ENOUGH >= SENDING * kills, "{sending} of {kills} kills met a job that was being sent");
    }
}
