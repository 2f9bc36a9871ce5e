//! What our server holds in memory after many jobs and many more polls.

use crate::Result;
use crate::child::Running;
use crate::subjects::Subject;

pub(crate) const JOBS: usize = 10_000;
pub(crate) const POLLS: usize = 1_000_000;

/// What may be added in the second half of the polls, in kilobytes: two bytes a poll.
pub(crate) const MOST_GROWTH: u64 = 1000;

/// Kilobytes.
pub(crate) struct Memory {
    pub(crate) without_jobs: u64,
    pub(crate) with_jobs: u64,
    pub(crate) after_half: u64,
    pub(crate) after_all: u64,
}

impl Memory {
    /// What was added in the second half of the polls.
    pub(crate) fn growth(&self) -> u64 {
        self.after_all.saturating_sub(self.after_half)
    }
}

pub(crate) fn measure(ours: &Subject) -> Result<Memory> {
    eprintln!("memory: {POLLS} polls of {JOBS} jobs");
    let without_jobs = Running::start(ours, 1)?.memory()?;
    let running = Running::start(ours, JOBS)?;
    let with_jobs = running.memory()?;
    running.poll(ours, JOBS, POLLS / 2)?;
    let after_half = running.memory()?;
    running.poll(ours, JOBS, POLLS / 2)?;
    Ok(Memory { without_jobs, with_jobs, after_half, after_all: running.memory()? })
}
