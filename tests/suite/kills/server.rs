//! `polyreel mock` as a process whose every request can be waited for.

use std::io::{BufRead as _, Read};
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use polyreel::mock::{Worlds, ask};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::support::place::{Place, exported, run_until};

/// How many times as fast as real time. A job of four minutes takes less than a second, and one that the provider keeps for an
/// hour outlives a dozen runs.
pub(crate) const SPEED: &str = "300";

/// How often it is looked whether a program that makes no request has ended.
const LOOK: Duration = Duration::from_millis(5);

/// A server of every provider.
pub(crate) struct Server {
    child: Child,
    variables: Vec<(String, String)>,
    origin: String,
    requests: Receiver<String>,
    runtime: Runtime,
}

impl Server {
    pub(crate) fn start(place: &Place) -> Self {
        let (mut child, mut stderr) = run_until(place, &[], &["mock", "--speed", SPEED], "ctrl-c");
        let variables = exported(&mut child, polyreel::all().len());
        let origin = variables.iter().find_map(|(_, value)| {
            let address = value.strip_prefix("http://")?.split('/').next()?;
            Some(format!("http://{address}"))
        });
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            while stderr.read_line(&mut line).is_ok_and(|read| read > 0) && sender.send(line.clone()).is_ok() {
                line.clear();
            }
            // Nobody may be held up by a full pipe.
            let _ = stderr.read_to_string(&mut line);
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { child, variables, origin: origin.unwrap(), requests, runtime }
    }

    /// What leads clients to it, as a customer with a world of his own.
    pub(crate) fn environment(&self, world: &str) -> Vec<(String, String)> {
        let own = |(name, value): &(String, String)| {
            let is_key = *value == Worlds::key("");
            (name.clone(), if is_key { Worlds::key(world) } else { value.clone() })
        };
        self.variables.iter().map(own).collect()
    }

    /// What it says of a world at a path below `/__mock/`.
    pub(crate) fn ask(&self, what: &str, world: &str) -> Value {
        self.runtime.block_on(ask(&self.origin, &format!("{what}?world={world}"))).unwrap()
    }

    /// Forgets what was asked until now.
    pub(crate) fn forget(&self) {
        while self.requests.try_recv().is_ok() {}
    }

    /// Waits until it has answered so many requests like this, or the client ends. Says whether the client still runs.
    pub(crate) fn answered(&self, like: &str, mut times: usize, client: &mut Child) -> bool {
        while times > 0 {
            if client.try_wait().unwrap().is_some() {
                return false;
            }
            match self.requests.recv_timeout(LOOK) {
                Ok(request) => times -= usize::from(request.contains(like)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("the mock server has ended"),
            }
        }
        true
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
