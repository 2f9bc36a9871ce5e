//! What is printed.

use std::fmt;

use serde_json::{Value, json};

use crate::load::CONNECTIONS;
use crate::memory::{self, MOST_GROWTH, Memory};
use crate::rounds::Measured;
use crate::virtual_time::VirtualTime;

/// All figures.
pub(crate) struct Report {
    pub(crate) rounds: usize,
    pub(crate) servers: Vec<Measured>,
    pub(crate) memory: Memory,
    pub(crate) virtual_time: VirtualTime,
}

impl Measured {
    fn is_met(&self) -> Option<bool> {
        self.target.map(|most| self.ours_in_its <= most)
    }
}

impl Report {
    pub(crate) fn json(&self) -> Value {
        let server = |server: &Measured| {
            json!({
                "name": server.name, "cpu_us_per_poll": server.cpu, "ours_in_its": server.ours_in_its,
                "at_most": server.target, "is_met": server.is_met(), "start_ms": server.start,
            })
        };
        let Memory { without_jobs, with_jobs, after_half, after_all } = &self.memory;
        let VirtualTime { jobs, polls, real, simulated } = &self.virtual_time;
        json!({
            "rounds": self.rounds,
            "connections": CONNECTIONS,
            "servers": self.servers.iter().map(server).collect::<Vec<_>>(),
            "memory": {
                "jobs": memory::JOBS, "polls": memory::POLLS, "without_jobs_kb": without_jobs,
                "with_jobs_kb": with_jobs, "after_half_kb": after_half, "after_all_kb": after_all,
                "growth_at_most_kb": MOST_GROWTH, "is_met": self.memory.growth() <= MOST_GROWTH,
            },
            "virtual_time": {
                "jobs": jobs, "polls": polls, "real_s": real.as_secs_f64(), "simulated_s": simulated.as_secs_f64(),
            },
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "status polls of running jobs over {CONNECTIONS} connections, median of {} rounds", self.rounds)?;
        writeln!(
            f,
            "{:<10} {:>12} {:>8} {:>14} {:>18}",
            "server", "cpu µs/poll", "/ ours", "first answer ms", "ours / server"
        )?;
        for server in &self.servers {
            let goal = server
                .target
                .zip(server.is_met())
                .map(|(most, is_met)| format!("{:.2}, at most {most:.2}: {}", server.ours_in_its, shown(is_met)));
            let (goal, times) = (goal.unwrap_or_default(), 1.0 / server.ours_in_its);
            writeln!(f, "{:<10} {:>12.2} {:>8.2} {:>15.1}   {goal}", server.name, server.cpu, times, server.start)?;
        }
        let Memory { without_jobs, with_jobs, after_half, after_all } = &self.memory;
        writeln!(f, "\nresident memory of ours, in kB; {} jobs, {} polls", memory::JOBS, memory::POLLS)?;
        writeln!(f, "one job {without_jobs}, all jobs {with_jobs}, half of the polls {after_half}, all {after_all}")?;
        let growth = self.memory.growth();
        let is_met = shown(growth <= MOST_GROWTH);
        writeln!(f, "added in the second half of the polls: {growth}, at most {MOST_GROWTH}: {is_met}")?;
        let VirtualTime { jobs, polls, real, simulated } = &self.virtual_time;
        writeln!(f, "\nvirtual time: our client, {jobs} jobs at the same time, {polls} polls")?;
        writeln!(f, "{:.0} s in {:.2} s", simulated.as_secs_f64(), real.as_secs_f64())
    }
}

/// How a goal reads.
pub(crate) fn shown(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}
