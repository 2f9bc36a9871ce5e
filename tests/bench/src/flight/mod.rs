//! Many jobs in flight in one process: the memory that each takes, what a poll costs, and how late an end is noticed.
//!
//! The client is a child process, and so is the mock server, so that neither counts as the other; the clock of both is moved
//! when all jobs wait.

mod client;
mod report;

use crate::child::{Running, check_system, on_loads_core};
use crate::{Part, Result, subjects, unexpected};
pub(crate) use client::run as fly;
use report::Report;

pub(crate) const PART: Part = Part {
    name: "flight",
    usage: "\
[--json] [--jobs N]
              many jobs at the same time in one process: memory, processor time, and how late ends are noticed. Linux alone
    --json      JSON instead of text
    --jobs N    how many; 10000 if nothing is said
",
    run,
};

fn run(args: &[&str]) -> Result {
    let (mut is_json, mut jobs) = (false, 10_000);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match *arg {
            "--json" => is_json = true,
            "--jobs" => {
                let number = rest.next().and_then(|number| number.parse().ok()).filter(|number: &u32| *number > 0);
                jobs = number.ok_or("--jobs needs a number above 0")?;
            }
            other => return Err(unexpected(other)),
        }
    }
    check_system()?;
    let server = Running::start(&subjects::CLOCKED, 0)?;
    let said = on_loads_core(&["fly", &server.port.to_string(), &jobs.to_string()])?;
    let figures = serde_json::from_str(&said).map_err(|error| format!("the client said something else: {error}"))?;
    let report = Report(figures);
    if is_json {
        println!("{:#}", report.0);
    } else {
        print!("{report}");
    }
    Ok(())
}
