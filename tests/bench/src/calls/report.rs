//! What is printed.

use std::fmt;

use serde_json::{Value, json};

use super::{CLIENTS, Call};
use crate::report::shown;
use crate::rounds::median;

/// All figures.
pub(super) struct Report {
    pub(super) rounds: usize,
    pub(super) costs: Vec<Cost>,
}

/// What a kind of call costs each of the clients.
pub(super) struct Cost {
    pub(super) call: &'static Call,
    /// Microseconds of processor time per call, a figure for each round.
    pub(super) figures: [Vec<f64>; CLIENTS.len()],
}

/// Over all rounds.
struct Summary {
    median: f64,
    least: f64,
    most: f64,
}

impl Summary {
    fn of(figures: &[f64]) -> Self {
        let edge = |choose: fn(f64, f64) -> f64| figures.iter().copied().fold(f64::NAN, choose);
        Self { median: median(figures.to_vec()), least: edge(f64::min), most: edge(f64::max) }
    }

    fn json(&self) -> Value {
        json!({ "median": self.median, "least": self.least, "most": self.most })
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, least, most } = self;
        f.pad(&format!("{median:.2} ({least:.2} to {most:.2})"))
    }
}

impl Cost {
    pub(super) fn new(call: &'static Call) -> Self {
        Self { call, figures: Default::default() }
    }

    /// This client's processor time in that of the one that ours is compared with, of the same round.
    fn ratio(&self, client: usize) -> Summary {
        let base = &self.figures[CLIENTS.len() - 2];
        Summary::of(&self.figures[client].iter().zip(base).map(|(own, base)| own / base).collect::<Vec<_>>())
    }

    fn ours(&self) -> Summary {
        self.ratio(CLIENTS.len() - 1)
    }

    fn is_met(&self) -> Option<bool> {
        self.call.target.map(|most| self.ours().median <= most)
    }
}

impl Report {
    pub(super) fn json(&self) -> Value {
        let cost = |cost: &Cost| {
            let client = |(client, name): (usize, &&str)| {
                let cpu = Summary::of(&cost.figures[client]).json();
                json!({ "name": name, "cpu_us_per_call": cpu, "in_reqwest": cost.ratio(client).json() })
            };
            json!({
                "call": cost.call.name, "calls": cost.call.times,
                "clients": CLIENTS.iter().enumerate().map(client).collect::<Vec<_>>(),
                "at_most": cost.call.target, "is_met": cost.is_met(),
            })
        };
        json!({ "rounds": self.rounds, "calls": self.costs.iter().map(cost).collect::<Vec<_>>() })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "processor time of the client for one call, median of {} rounds (least to most)", self.rounds)?;
        writeln!(f, "{:<7} {:<9} {:>24} {:>22}", "call", "client", "µs", "/ reqwest")?;
        for cost in &self.costs {
            for (client, name) in CLIENTS.iter().enumerate() {
                let (cpu, ratio) = (Summary::of(&cost.figures[client]), cost.ratio(client));
                writeln!(f, "{:<7} {name:<9} {cpu:>24} {ratio:>22}", cost.call.name)?;
            }
        }
        writeln!(f, "\npoll: of a running job, all over one connection; create: each over a connection of its own")?;
        for cost in &self.costs {
            if let (Some(most), Some(is_met)) = (cost.call.target, cost.is_met()) {
                let (name, ratio, is_met) = (cost.call.name, cost.ours().median, shown(is_met));
                writeln!(f, "{name}: ours / reqwest {ratio:.2}, at most {most:.2}: {is_met}")?;
            }
        }
        Ok(())
    }
}
