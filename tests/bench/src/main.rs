//! Polyreel beside others, one part after another. `cargo xtask bench` runs it.
//!
//! All of it stays on loopback addresses.

mod calls;
mod child;
mod flight;
mod jobs;
mod load;
mod lockstep;
mod memory;
mod mock;
mod npm;
mod own;
mod polls;
mod posts;
mod report;
mod rounds;
mod servers;
mod store;
mod subjects;
mod virtual_time;

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What a part of the benchmark gives; the error is for people.
type Result<T = ()> = std::result::Result<T, String>;

/// Something that is measured by itself.
struct Part {
    name: &'static str,
    /// Its arguments and what it is for, as lines of the usage.
    usage: &'static str,
    /// Reads the arguments after its name, measures, and prints.
    run: fn(&[&str]) -> Result,
}

/// All parts; a new one is a line here. The first is meant where none is named.
const PARTS: &[Part] = &[mock::PART, posts::PART, polls::PART, calls::PART, flight::PART, store::PART, jobs::PART];

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["serve", name, port, jobs] => servers::serve(name, port, jobs),
        ["load", port, jobs, path, requests] => load::run(port, jobs, path, requests),
        ["call", call, client, port, times] => calls::call(call, client, port, times),
        ["fly", port, jobs] => flight::fly(port, jobs),
        ["help" | "--help" | "-h"] => {
            print!("{}", usage());
            Ok(())
        }
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
    let (name, rest) = match args {
        [name, rest @ ..] if !name.starts_with('-') => (*name, rest),
        rest => (PARTS[0].name, rest),
    };
    let part = PARTS.iter().find(|part| part.name == name);
    let part = part.ok_or_else(|| format!("there is no part {name:?}\n\n{}", usage()))?;
    (part.run)(rest)
}

fn usage() -> String {
    let parts: Vec<_> = PARTS.iter().map(|part| format!("\n  {} {}", part.name, part.usage)).collect();
    let first = PARTS[0].name;
    format!("usage: polyreel-bench [PART] [--json] [...]; without a part {first} is meant\n{}", parts.concat())
}

fn unexpected(arg: &str) -> String {
    format!("unexpected argument {arg:?}\n\n{}", usage())
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())
}

/// The real time that passes from now on.
#[expect(clippy::disallowed_methods, reason = "this is what is measured")]
fn stopwatch() -> impl Fn() -> Duration {
    let begin = Instant::now();
    move || begin.elapsed()
}
