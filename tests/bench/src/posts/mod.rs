//! How many POSTs one create costs when its answer goes wrong, with our client and with others.

pub(crate) mod clients;
pub(crate) mod faults;
pub(crate) mod http1;
mod http2;
mod programs;
mod report;
mod server;
pub(crate) mod wire;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::{Part, Result, runtime, unexpected};
use clients::{Client, Sender};
use faults::Fault;
use report::{Cell, Report};
use server::{Received, Server};

pub(crate) const PART: Part = Part {
    name: "posts",
    usage: "\
[--json] [--pypi] [--npm]
              how many POSTs one create costs when its answer goes wrong, beside reqwest. Fails where ours costs two
    --json    JSON instead of tables
    --pypi    installs the clients of OpenAI and fal with pip below the target folder, and compares with them as well
    --npm     the same with npm
",
    run,
};

/// How long a client should wait for an answer that does not come. Where one comes, nobody is told to hurry.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many clients run at the same time; most of them wait.
const AT_ONCE: usize = 16;

fn run(args: &[&str]) -> Result {
    let (mut is_json, mut with_pypi, mut with_npm) = (false, false, false);
    for arg in args {
        match *arg {
            "--json" => is_json = true,
            "--pypi" => with_pypi = true,
            "--npm" => with_npm = true,
            other => return Err(unexpected(other)),
        }
    }
    let mut clients = vec![clients::ours(), clients::stock()];
    if with_pypi {
        clients.extend(programs::from_pypi()?);
    }
    if with_npm {
        clients.extend(programs::from_npm()?);
    }
    let report = runtime()?.block_on(measure(clients))?;
    if is_json {
        println!("{:#}", report.json());
    } else {
        print!("{report}");
    }
    report.check()
}

async fn measure(clients: Vec<Client>) -> Result<Report> {
    let mut cells = Vec::new();
    for (client, Client { protocols, .. }) in clients.iter().enumerate() {
        let faults = protocols.iter().flat_map(|protocol| protocol.faults());
        cells.extend(
            faults.flat_map(|fault| [false, true].map(|is_reused| Cell::new(client, fault.clone(), is_reused))),
        );
    }
    let mut creates = JoinSet::new();
    let free = Arc::new(Semaphore::new(AT_ONCE));
    for (at, cell) in cells.iter().enumerate() {
        for sender in &clients[cell.client].senders {
            let (sender, fault, is_reused, free) = (sender.clone(), cell.fault.clone(), cell.is_reused, free.clone());
            creates.spawn(async move {
                let _permit = free.acquire().await;
                (at, create(&sender, fault, is_reused).await)
            });
        }
    }
    let (all, mut done) = (creates.len(), 0);
    while let Some(finished) = creates.join_next().await {
        let (at, counted) = finished.map_err(|error| error.to_string())?;
        cells[at].add(counted?);
        done += 1;
        if done * 10 / all > (done - 1) * 10 / all {
            eprintln!("posts: {done} of {all} creates");
        }
    }
    Ok(Report { clients, cells })
}

/// What one create has cost.
pub(crate) struct Counted {
    pub(crate) sender: String,
    pub(crate) received: Received,
    /// Whether the client came to an end before it was ended.
    pub(crate) ended: bool,
}

/// Sends a create to which this happens, over a connection that has carried another one before or over a new one.
async fn create(sender: &Sender, fault: Fault, is_reused: bool) -> Result<Counted> {
    let before = usize::from(is_reused);
    let within = fault.is_silence().then_some(PATIENCE);
    let (protocol, name) = (fault.protocol(), fault.name());
    let server = Server::start(fault, before).await?;
    let ended = sender.create(&server.origin, protocol, before + 1, within).await?;
    let mut received = server.finish().await?;
    let sender = sender.name();
    // A client that sends nothing would look good.
    received.posts = received.posts.checked_sub(before).filter(|posts| *posts > 0).ok_or_else(|| {
        format!("{sender} has not sent its create ({}, {name}), so this would count nothing", protocol.name())
    })?;
    Ok(Counted { sender, received, ended })
}
