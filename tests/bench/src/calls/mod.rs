//! What one call of our client costs, beside the libraries that it stands on.
//!
//! Every client is a child process of its own, which makes its calls one after the other and says how much processor time
//! they took; so is the server, which is not counted.

mod clients;
mod report;
mod server;

use crate::child::{Running, check_system, on_loads_core};
use crate::{Part, Result, subjects, unexpected};
pub(crate) use clients::run as call;
use report::{Cost, Report};
pub(crate) use server::serve;

pub(crate) const PART: Part = Part {
    name: "calls",
    usage: "\
[--json] [--rounds N]
              processor time of a poll and of a create of our client, beside bare reqwest and bare hyper. Linux alone
    --json      JSON instead of a table
    --rounds N  how often every client is measured, one after the other; 5 if nothing is said
",
    run,
};

/// A kind of call that is measured.
struct Call {
    name: &'static str,
    /// How many of them a round has.
    times: usize,
    /// What ours may cost at most, in what reqwest costs.
    target: Option<f64>,
}

const CALLS: [Call; 2] = [
    Call { name: "poll", times: 20_000, target: Some(1.15) },
    // Each needs a port of its own for a while, and the system has so many.
    Call { name: "create", times: 3_000, target: None },
];

/// Who makes the calls; the last is ours, and the one before it what ours is compared with.
const CLIENTS: [&str; 3] = ["hyper", "reqwest", "Polyreel"];

fn run(args: &[&str]) -> Result {
    let (mut is_json, mut rounds) = (false, 5);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match *arg {
            "--json" => is_json = true,
            "--rounds" => {
                let number = rest.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                rounds = number.ok_or("--rounds needs a number above 0")?;
            }
            other => return Err(unexpected(other)),
        }
    }
    check_system()?;
    let report = Report { rounds, costs: measure(rounds)? };
    if is_json {
        println!("{:#}", report.json());
    } else {
        print!("{report}");
    }
    Ok(())
}

/// All clients in turn, round after round.
fn measure(rounds: usize) -> Result<Vec<Cost>> {
    let running = Running::start(&subjects::ANSWERS, 0)?;
    let port = running.port.to_string();
    let mut costs: Vec<_> = CALLS.iter().map(Cost::new).collect();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for cost in &mut costs {
            let times = cost.call.times.to_string();
            for (client, figures) in CLIENTS.iter().zip(&mut cost.figures) {
                let said = on_loads_core(&["call", cost.call.name, client, &port, &times])?;
                let nanoseconds: f64 = said.trim().parse().map_err(|_| format!("{client} said {said:?}"))?;
                #[expect(clippy::cast_precision_loss, reason = "a small number")]
                figures.push(nanoseconds / 1e3 / cost.call.times as f64);
            }
        }
    }
    Ok(costs)
}
