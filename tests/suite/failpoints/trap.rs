//! A process that is ended, by itself or as soon as the server has a request of it and has not answered.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

/// Who works on the job, and after how many of its requests it ends.
#[derive(Default)]
struct Caught {
    child: Option<Child>,
    requests: usize,
    end_at: Option<usize>,
}

/// Shared by the server, which tells of every request before it answers it.
#[derive(Clone, Default)]
pub(super) struct Trap(Arc<Mutex<Caught>>);

/// How a process ended, what it said, and how many requests it made.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) steps: Vec<String>,
    pub(super) requests: usize,
}

impl Trap {
    /// The server has taken a request and answers when this is over.
    pub(super) fn requested(&self) {
        let mut caught = self.0.lock().unwrap();
        caught.requests += 1;
        if caught.end_at == Some(caught.requests)
            && let Some(child) = &mut caught.child
        {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Runs a task until it ends, by itself if it reaches this step.
    pub(super) fn run(&self, task: &Path, kind: &str, number: usize) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polyreel-one-job"));
        command.arg(task).args([kind, &number.to_string()]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut caught = self.0.lock().unwrap();
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        *caught = Caught { child: Some(child), requests: 0, end_at: (kind == "requested").then_some(number) };
        drop(caught);
        let mut said = String::new();
        stdout.read_to_string(&mut said).unwrap();
        let mut caught = self.0.lock().unwrap();
        let status = caught.child.take().unwrap().wait().unwrap();
        Ended { status, steps: said.lines().map(str::to_owned).collect(), requests: caught.requests }
    }
}
