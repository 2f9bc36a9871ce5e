//! The mock server beside others that could stand in its place, for what it does most: status polls of running jobs.
//!
//! `cargo xtask bench` runs it. Every server is a child process, so that its processor time and memory are read from
//! outside; so is the load. All of it stays on loopback addresses.

mod child;
mod load;
mod memory;
mod npm;
mod report;
mod rounds;
mod servers;
mod subjects;
mod virtual_time;

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What a part of the benchmark gives; the error is for people.
type Result<T = ()> = std::result::Result<T, String>;

const USAGE: &str = "\
usage: polyreel-bench [--json] [--npm] [--rounds N]
  --json      JSON instead of tables
  --npm       installs aimock and Prism with npm below the target folder, and compares with them as well
  --rounds N  how often every server is measured, one after the other; 5 if nothing is said
";

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["serve", name, port, jobs] => servers::serve(name, port, jobs),
        ["load", port, jobs, path, requests] => load::run(port, jobs, path, requests),
        _ => measure(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(args: &[&str]) -> Result {
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
            other => return Err(format!("unexpected argument {other:?}\n\n{USAGE}")),
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

/// The real time that passes from now on.
#[expect(clippy::disallowed_methods, reason = "this is what is measured")]
fn stopwatch() -> impl Fn() -> Duration {
    let begin = Instant::now();
    move || begin.elapsed()
}
