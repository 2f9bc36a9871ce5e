//! Child processes, and what the system says about them.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use crate::subjects::Subject;
use crate::{Result, load, stopwatch};

/// The system counts processor time in these.
const TICKS_PER_SECOND: f64 = 100.0;
/// How long a server may take to answer for the first time.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which core the servers have, and which the load.
const SERVERS_CORE: &str = "0";
const LOADS_CORE: &str = "1";

/// Fails where a process cannot be looked at from outside.
pub(crate) fn check_system() -> Result {
    if !cfg!(target_os = "linux") {
        return Err("cannot measure here: processor time and memory are read from /proc, which Linux alone has".into());
    }
    if !can_pin() {
        eprintln!("note: without taskset and two cores, servers and load share the cores; trust the figures less");
    }
    Ok(())
}

/// A server that answers. It ends when it is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) port: u16,
    /// From its spawn to its first answer.
    pub(crate) start: Duration,
}

impl Running {
    /// Starts a server with so many jobs.
    pub(crate) fn start(subject: &Subject, jobs: usize) -> Result<Self> {
        let port = free_port()?;
        let mut command = pinned(SERVERS_CORE, &subject.command(port, jobs)?);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let elapsed = stopwatch();
        let child = command.spawn().map_err(|error| format!("cannot start {}: {error}", subject.name))?;
        let mut running = Self { child, port, start: Duration::ZERO };
        let (path, body) = subject.first.unwrap_or((subject.path, ""));
        while !load::once(port, &load::path_of(path, 1), body).is_ok_and(|(http, ..)| http == 200) {
            if let Ok(Some(status)) = running.child.try_wait() {
                return Err(format!("{} ended before it answered ({status})", subject.name));
            }
            if elapsed() > PATIENCE {
                return Err(format!("{} has not answered within {} s", subject.name, PATIENCE.as_secs()));
            }
            pause();
        }
        running.start = elapsed();
        Ok(running)
    }

    /// Sends it so many polls of so many jobs.
    pub(crate) fn poll(&self, subject: &Subject, jobs: usize, polls: usize) -> Result {
        let numbers = [self.port.to_string(), jobs.to_string(), polls.to_string()];
        let [port, jobs, polls] = &numbers;
        on_loads_core(&["load", port, jobs, subject.path, polls]).map(|_| ())
    }

    /// Seconds of processor time that it has used, in its own code and in the kernel.
    pub(crate) fn cpu(&self) -> Result<f64> {
        let stat = proc(&self.child.id().to_string(), "stat")?;
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks: Option<f64> =
            after_name.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().ok()).sum();
        ticks.map(|ticks| ticks / TICKS_PER_SECOND).ok_or_else(|| "/proc/…/stat has no times".to_owned())
    }

    /// Kilobytes that it holds in memory.
    pub(crate) fn memory(&self) -> Result<u64> {
        memory_of(&self.child.id().to_string())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Kilobytes that a process holds in memory, by its number or as `self`.
pub(crate) fn memory_of(process: &str) -> Result<u64> {
    let status = proc(process, "status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    line.and_then(|number| number.parse().ok()).ok_or_else(|| "/proc/…/status has no VmRSS".to_owned())
}

fn proc(process: &str, file: &str) -> Result<String> {
    let path = format!("/proc/{process}/{file}");
    fs::read_to_string(&path).map_err(|error| format!("cannot read {path}: {error}"))
}

/// Runs this program with these words on the core of the load, and gives what it prints.
pub(crate) fn on_loads_core(words: &[&str]) -> Result<String> {
    let what = words.iter().take(3).copied().collect::<Vec<_>>().join(" ");
    let words: Vec<_> = [own_program()?].into_iter().chain(words.iter().copied().map(str::to_owned)).collect();
    let output = pinned(LOADS_CORE, &words).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(format!("the load failed: {what} ({})", output.status)),
        Err(error) => Err(format!("cannot start the load: {error}")),
    }
}

/// The program that runs now, which plays all parts.
pub(crate) fn own_program() -> Result<String> {
    let own = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    own.into_os_string().into_string().map_err(|own| format!("{} is not text", own.display()))
}

/// `taskset` becomes the program that it starts, so the process is the same.
fn pinned(core: &str, words: &[String]) -> Command {
    let mut words: Vec<_> = words.iter().map(String::as_str).collect();
    if can_pin() {
        words.splice(0..0, ["taskset", "-c", core]);
    }
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

fn can_pin() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let tried = Command::new("taskset").args(["-c", "0,1", "true"]).output();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        cores > 1 && tried.is_ok_and(|output| output.status.success())
    })
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}

#[expect(clippy::disallowed_methods, reason = "another process needs real time to start")]
fn pause() {
    std::thread::sleep(Duration::from_millis(1));
}
