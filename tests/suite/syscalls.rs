//! The order of what the program asks of the system: on disk before it is sent, and again before it is asked for.
//!
//! It needs strace, and may not be allowed to trace; then it says so and tries nothing.
#![cfg(target_os = "linux")]

use std::process::Command;

use crate::support::place::Place;
use crate::support::simulator::{SPEED, Simulator};

/// What matters of a trace, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Write,
    Sync,
    Post,
    Get,
}

fn call(line: &str) -> Option<Call> {
    Some(match line {
        _ if line.contains("\"POST /") => Call::Post,
        _ if line.contains("\"GET /") => Call::Get,
        _ if line.contains("fsync(") || line.contains("fdatasync(") => Call::Sync,
        _ if line.contains("pwrite64(") => Call::Write,
        _ => return None,
    })
}

#[expect(clippy::print_stderr, reason = "whoever reads this should know that nothing was tried")]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_is_on_disk_before() {
    let (place, simulator) = (Place::new(), Simulator::start().await);
    let trace = place.path().join("trace.yaml");
    let own = env!("CARGO_BIN_EXE_polyreel-under-test");
    let traced = "trace=pwrite64,fsync,fdatasync,sendto,write,writev";
    let generate = ["generate", "--provider", "hyprlab", "--speed", SPEED, "-o", "cat.mp4", "A cat."];
    let mut command = Command::new("strace");
    command.args(["-f", "-e", traced, "-s", "40", "-o"]).arg(&trace).arg(own).args(generate);
    command.current_dir(place.path()).env_clear().env("HOME", place.home()).envs(simulator.environment());
    let Some(output) = command.output().ok().filter(|output| output.status.success()) else {
        eprintln!("skipped: there is no strace here, or it may not trace");
        return;
    };
    let text = std::fs::read_to_string(&trace).unwrap();
    let calls: Vec<_> = text.lines().filter_map(call).collect();
    let at = |what: Call| calls.iter().position(|call| *call == what).unwrap_or_else(|| panic!("{what:?}: {text}"));
    let (post, get) = (at(Call::Post), at(Call::Get));
    let last = |end: usize| calls[..end].iter().rposition(|call| matches!(call, Call::Write | Call::Sync)).unwrap();
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(calls[last(post)], Call::Sync, "nothing is written and not synced when the create is sent: {shown}");
    assert!(calls[..post].contains(&Call::Write));
    assert_eq!(calls[last(get)], Call::Sync, "nor when the job is first asked for");
    assert!(calls[post..get].contains(&Call::Write), "the provider's job is written before it is asked for");
    assert_eq!(calls.iter().filter(|call| **call == Call::Post).count(), 1);
}
