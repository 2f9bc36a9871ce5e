//! The client, in a process of its own: a task for each job, as most programs have it.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use polyreel::spec::Step;
use polyreel::{Client, Clock as _, Observer};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::load::{ask, connect};
use crate::lockstep::Lockstep;
use crate::servers::{self, KEY, PROVIDER};
use crate::{Result, own, runtime, stopwatch};

/// The jobs are begun one after the other within this time. None is done by then.
const BEGIN_WITHIN: Duration = Duration::from_secs(150);
/// When all of them wait.
const LOOK_AT: Duration = Duration::from_secs(160);

/// What the process has used until some moment.
struct Used {
    polls: u64,
    cpu: Duration,
    /// Kilobytes.
    memory: u64,
}

/// An end of a job, by its id, and when it was noticed.
type End = (String, Duration);

/// Follows so many jobs of the server at this port, and prints the figures as JSON.
pub(crate) fn run(port: &str, jobs: &str) -> Result {
    let (port, jobs) = port.parse().ok().zip(jobs.parse().ok()).ok_or("a client needs a port and a number of jobs")?;
    println!("{}", runtime()?.block_on(follow(port, jobs))?);
    Ok(())
}

async fn follow(port: u16, jobs: u32) -> Result<Value> {
    // One more looks how much is used.
    let clock = Arc::new(Lockstep::new(jobs as usize + 1));
    let counted: Arc<Counted> = Arc::default();
    let client = Client::builder(servers::provider()?)
        .base_url(format!("http://{}:{port}/{PROVIDER}/v1", Ipv4Addr::LOCALHOST))
        .api_key(KEY)
        .clock(clock.clone())
        .observer(counted.clone())
        .calls_per_minute(None)
        .build()
        .map_err(|error| error.to_string())?;
    let mut admin = Admin::new(port).await?;
    let before = admin.elapsed().await?;
    let used = |moving: Duration| -> Result<Used> {
        let (polls, memory) = (counted.0.load(Ordering::Relaxed), own::memory()?);
        Ok(Used { polls, memory, cpu: own::cpu().saturating_sub(moving) })
    };
    let elapsed = stopwatch();
    let without = own::memory()?;
    let mut tasks = JoinSet::new();
    for number in 0..jobs {
        let (client, clock) = (client.clone(), clock.clone());
        tasks.spawn(async move {
            clock.sleep(BEGIN_WITHIN * number / jobs).await;
            let end = film(&client, &clock, number).await;
            clock.leave();
            end
        });
    }
    // What moving the clock takes is no part of what the jobs take; nobody else does anything meanwhile.
    let moving = std::cell::Cell::new(Duration::ZERO);
    let move_server = async |pause: Duration| {
        let begin = own::cpu();
        let moved = admin.advance(pause).await;
        moving.set(moving.get() + own::cpu().saturating_sub(begin));
        moved
    };
    let work = async {
        clock.sleep(LOOK_AT).await;
        let waiting = used(moving.get())?;
        clock.leave();
        eprintln!("{jobs} jobs wait");
        let mut ends = Vec::new();
        while let Some(end) = tasks.join_next().await {
            ends.push(end.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?);
        }
        Ok((waiting, used(moving.get())?, ends))
    };
    let (waiting, done, ends) = clock.run(move_server, work).await?;
    let (real, simulated) = (elapsed().as_secs_f64(), clock.now().as_secs_f64());
    let lags = lags(&admin.ends().await?, ends, before)?;
    let added = waiting.memory.saturating_sub(without) * 1024;
    let cpu = done.cpu.saturating_sub(waiting.cpu).as_micros();
    Ok(json!({
        "jobs": jobs,
        "without_jobs_kb": without,
        "with_jobs_kb": waiting.memory,
        "bytes_per_job": per(added, jobs.into()),
        "polls_per_job": per(done.polls, jobs.into()),
        "cpu_us_per_poll": per(u64::try_from(cpu).unwrap_or(u64::MAX), done.polls - waiting.polls),
        "lag_s": { "median": part(&lags, 0.5), "p99": part(&lags, 0.99), "longest": part(&lags, 1.0) },
        "real_s": real,
        "simulated_s": simulated,
    }))
}

async fn film(client: &Client, clock: &Lockstep, number: u32) -> polyreel::Result<End> {
    let request = client.request("kling-v2").set("prompt", format!("Cat number {number}."));
    let job = request.submit().await?;
    let id = job.id().to_owned();
    job.await?;
    Ok((id, clock.now()))
}

/// How much later than it ended each job was seen to, in order, in seconds. The server's clock was so much ahead.
fn lags(ended: &HashMap<String, Duration>, seen: Vec<End>, ahead: Duration) -> Result<Vec<f64>> {
    let lag = |(id, seen): End| {
        let ended = ended.get(&id).ok_or_else(|| format!("the server has not ended the job {id}"))?;
        Ok((seen + ahead).saturating_sub(*ended).as_secs_f64())
    };
    let mut lags = seen.into_iter().map(lag).collect::<Result<Vec<_>>>()?;
    lags.sort_unstable_by(f64::total_cmp);
    Ok(lags)
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn per(whole: u64, parts: u64) -> f64 {
    whole as f64 / parts as f64
}

/// The least that so large a part does not exceed.
fn part(sorted: &[f64], part: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small numbers"
    )]
    let at = (sorted.len() as f64 * part).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// Counts polls.
#[derive(Debug, Default)]
struct Counted(AtomicU64);

impl Observer for Counted {
    fn answered(&self, step: Step, _: &polyreel::wire::Reply) {
        if step == Step::Poll {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What the mock server is asked itself.
struct Admin(SendRequest<Full<Bytes>>);

impl Admin {
    async fn new(port: u16) -> Result<Self> {
        connect(port).await.map(Self)
    }

    async fn call(&mut self, path: &str, body: String) -> Result<Value> {
        match ask(&mut self.0, path, body.into()).await? {
            (200, _, body) => serde_json::from_slice(&body).map_err(|error| format!("{path}: {error}")),
            (http, ..) => Err(format!("{path} was answered with {http}")),
        }
    }

    /// The time on the server's clock.
    async fn elapsed(&mut self) -> Result<Duration> {
        let about = self.call("/__mock/", String::new()).await?;
        millis(&about["clock"]["elapsed_ms"])
    }

    async fn advance(&mut self, pause: Duration) -> Result {
        self.call("/__mock/clock", format!("{{\"advance_ms\": {}}}", pause.as_millis())).await.map(|_| ())
    }

    /// When each job ended: it is charged then.
    async fn ends(&mut self) -> Result<HashMap<String, Duration>> {
        let ledger = self.call("/__mock/ledger", String::new()).await?;
        let rows = ledger.as_array().into_iter().flatten().filter(|row| row["booking"] == "charged");
        rows.map(|row| Ok((row["job"].as_str().unwrap_or_default().to_owned(), millis(&row["at_ms"])?))).collect()
    }
}

fn millis(value: &Value) -> Result<Duration> {
    value.as_u64().map(Duration::from_millis).ok_or_else(|| format!("{value} is no number of milliseconds"))
}
