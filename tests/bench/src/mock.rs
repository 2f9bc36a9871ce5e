//! The mock server beside others that could stand in its place, for what it does most: status polls of running jobs.
//!
//! Every server is a child process, so that its processor time and memory are read from outside; so is the load.

use crate::{Part, Result, child, memory, report, rounds, subjects, unexpected, virtual_time};

pub(crate) const PART: Part = Part {
    name: "mock",
    usage: "\
[--json] [--npm] [--rounds N]
              what a poll costs the mock server, beside axum and wiremock. Linux alone
    --json      JSON instead of tables
    --npm       installs aimock and Prism with npm below the target folder, and compares with them as well
    --rounds N  how often every server is measured, one after the other; 5 if nothing is said
",
    run,
};

fn run(args: &[&str]) -> Result {
    let (mut is_json, mut with_npm, mut rounds) = (false, false, 5);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match *arg {
            "--json" => is_json = true,
            "--npm" => with_npm = true,
            "--rounds" => {
                let number = rest.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                rounds = number.ok_or("--rounds needs a number above 0")?;
            }
            other => return Err(unexpected(other)),
        }
    }
    child::check_system()?;
    let subjects = subjects::all(with_npm)?;
    let servers = rounds::measure(&subjects, rounds)?;
    let memory = memory::measure(&subjects::OURS)?;
    let virtual_time = virtual_time::measure()?;
    let report = report::Report { rounds, servers, memory, virtual_time };
    if is_json {
        println!("{:#}", report.json());
    } else {
        print!("{report}");
    }
    Ok(())
}
