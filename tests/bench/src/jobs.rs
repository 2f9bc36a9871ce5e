//! Jobs through the whole path, from an order to a film on disk: kept in a store, and by clients alone. And how soon the first of
//! many open jobs is asked for after the program that followed them was killed.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use polyreel::mock::{self, MockServer};
use polyreel::spec::{Amount, Step};
use polyreel::{Client, Observer, Studio, VideoRequest, wire};
use polyreel_store::{
    Candidate, Driver, Event, Filter, JobId, NewJob, Order, Owner, Record, SqliteDriver, State, Timestamp, Worker,
};
use serde_json::{Value, json};

use crate::report::shown;
use crate::rounds::median;
use crate::servers::{PROVIDER, provider};
use crate::{Part, Result, own, stopwatch, unexpected};

pub(crate) const PART: Part = Part {
    name: "jobs",
    usage: "\
[--json] [--rounds N] [--jobs N] [--open N]
              jobs in a second from an order to a saved film, with a store and without, and how soon work goes on with
              many open jobs after a kill. Linux alone
    --json      JSON instead of text
    --rounds N  how often each is measured; 5 if nothing is said
    --jobs N    how many jobs a round has; 2000 if nothing is said
    --open N    how many open jobs were left by a program that was killed; 100000 if nothing is said
",
    run,
};

/// So many jobs are worked on at once.
const AT_ONCE: usize = 64;
/// So much faster than real time, so that films are made at once.
const SPEED: f64 = 100_000.0;
/// A pause of this process is a long time there, and no reason to give a job up.
const DEADLINE: Duration = Duration::from_secs(365 * 24 * 3600);
/// What is aimed at: jobs in a second, and milliseconds until the first of the open jobs is asked for.
const GOAL: f64 = 150.0;
const FIRST_MS: f64 = 1000.0;
const MODEL: &str = "kling-v2";

fn run(args: &[&str]) -> Result {
    let (mut is_json, mut rounds, mut jobs, mut open) = (false, 5, 2000, 100_000);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let mut number = || {
            let asked = rest.next().and_then(|text| text.parse::<usize>().ok()).filter(|number| *number > 0);
            asked.ok_or(format!("{arg} needs a number above 0"))
        };
        match *arg {
            "--json" => is_json = true,
            "--rounds" => rounds = number()?,
            "--jobs" => jobs = number()?,
            "--open" => open = number()?,
            other => return Err(unexpected(other)),
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let (bare, durable) = runtime.block_on(compare(rounds, jobs))?;
    let ratio = durable / bare;
    eprintln!("{open} open jobs");
    let left = runtime.block_on(left_open(open))?;
    if is_json {
        println!(
            "{:#}",
            json!({ "jobs": jobs, "bare_per_s": bare, "durable_per_s": durable, "ratio": ratio, "open": left.json(open) })
        );
        return Ok(());
    }
    println!("jobs in a second from an order to a saved film, {AT_ONCE} at once, median of {rounds} rounds of {jobs}");
    println!("{:<24} {bare:>8.0}", "clients alone");
    println!("{:<24} {durable:>8.0}   at least {GOAL:.0}: {}", "with a store", shown(durable >= GOAL));
    println!("{:<24} {ratio:>8.2}", "ratio");
    println!("\n{open} open jobs after a kill, in milliseconds until");
    println!(
        "opened {:.0}, owned {:.0}, read {:.0}, the first is asked for {:.0}, at most {FIRST_MS:.0}: {}",
        left.opened,
        left.owned,
        left.read,
        left.asked,
        shown(left.asked <= FIRST_MS)
    );
    println!("{:.0} bytes of memory for each", left.bytes_per_job);
    Ok(())
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

async fn compare(rounds: usize, jobs: usize) -> Result<(f64, f64)> {
    let server =
        MockServer::builder().raw().clock(mock::Clock::scaled(SPEED)).start([provider()?]).await.map_err(told)?;
    server.set_balance(PROVIDER, Amount { trillionths: i128::MAX / 4 });
    let (mut bare, mut durable) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        bare.push(by_clients(&server, jobs).await?);
        durable.push(by_a_worker(&server, jobs).await?);
    }
    Ok((median(bare), median(durable)))
}

fn client(server: &MockServer) -> Result<Client> {
    mock::client_builder(server, provider()?).map_err(told)?.deadline(DEADLINE).build().map_err(told)
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn rate(jobs: usize, time: Duration) -> f64 {
    jobs as f64 / time.as_secs_f64()
}

/// As a program does it that keeps nothing.
async fn by_clients(server: &MockServer, jobs: usize) -> Result<f64> {
    let folder = tempfile::tempdir().map_err(told)?;
    let client = client(server)?;
    let time = stopwatch();
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|first| {
            let (client, folder) = (client.clone(), folder.path().to_owned());
            tokio::spawn(async move {
                for number in (first..jobs).step_by(AT_ONCE) {
                    let request = client.request(MODEL).set("prompt", format!("Cat number {number}."));
                    let video = request.submit().await?.await?;
                    video.save(folder.join(format!("{number}.mp4"))).await?;
                }
                Ok::<_, polyreel::Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.map_err(told)?.map_err(told)?;
    }
    Ok(rate(jobs, time()))
}

async fn by_a_worker(server: &MockServer, jobs: usize) -> Result<f64> {
    let folder = tempfile::tempdir().map_err(told)?;
    let driver: Arc<dyn Driver> = Arc::new(SqliteDriver::open(folder.path().join("jobs.sqlite")).map_err(told)?);
    let clock = mock::clock(server.clock());
    let owner: Arc<dyn Owner> = driver.own(clock.wall().into()).await.map_err(told)?.owner.into();
    let worker = Worker::new(driver.clone(), Studio::new([client(server)?]), clock.clone());
    let time = stopwatch();
    let new = (0..jobs).map(|number| job(number, folder.path())).collect();
    let added = driver.add(new, clock.wall().into()).await.map_err(told)?;
    let records: Vec<_> = added.into_iter().map(|added| added.record).collect();
    let mut unsaved = 0;
    worker
        .work_off(Some(owner), records, AT_ONCE, |ended| unsaved += usize::from(ended.record.state != State::Done))
        .await;
    let time = time();
    if unsaved > 0 { Err(format!("{unsaved} jobs were not saved")) } else { Ok(rate(jobs, time)) }
}

fn job(number: usize, folder: &Path) -> NewJob {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    let price = "1.00".parse().ok().map(|amount| polyreel_store::Money { amount, currency: "USD".into() });
    let candidate = Candidate {
        provider: PROVIDER.to_owned(),
        model: MODEL.to_owned(),
        price,
        assumed: None,
        latency_ms: Some((180_000, 240_000)),
        base_url: None,
    };
    let order = Order {
        request: VideoRequest::new(format!("Cat number {number} walks over a wall in the evening sun.")).to_json(),
        output: Some(folder.join(format!("{number}.mp4"))),
        candidates: vec![candidate],
    };
    let id = JobId::new(Timestamp(1_780_000_000_000), random);
    NewJob { id, batch: Some("cats".to_owned()), key: Some(format!("cats/{number}")), order }
}

/// How soon work goes on, in milliseconds since the program began to.
struct Left {
    opened: f64,
    owned: f64,
    read: f64,
    asked: f64,
    bytes_per_job: f64,
}

impl Left {
    fn json(&self, jobs: usize) -> Value {
        json!({
            "jobs": jobs, "opened_ms": self.opened, "owned_ms": self.owned, "read_ms": self.read,
            "first_asked_ms": self.asked, "bytes_per_job": self.bytes_per_job,
        })
    }
}

async fn left_open(jobs: usize) -> Result<Left> {
    let server =
        MockServer::builder().raw().clock(mock::Clock::scaled(1.0)).start([provider()?]).await.map_err(told)?;
    let folder = tempfile::tempdir().map_err(told)?;
    let killed = folder.path().join("killed.sqlite");
    fill(&folder.path().join("jobs.sqlite"), &killed, &client(&server)?, jobs).await?;

    let before = own::memory()?;
    let time = Arc::new(stopwatch());
    let since = {
        let time = time.clone();
        move || time().as_secs_f64() * 1e3
    };
    let first: Arc<FirstPoll> = Arc::new(FirstPoll { at: Mutex::default(), since: Box::new(since.clone()) });
    let driver: Arc<dyn Driver> = Arc::new(SqliteDriver::open(&killed).map_err(told)?);
    let opened = since();
    let clock = mock::clock(server.clock());
    let owned = driver.own(clock.wall().into()).await.map_err(told)?;
    let owned_at = since();
    let records = driver.list(Filter { states: vec![State::Running], ..Filter::default() }).await.map_err(told)?;
    let read = since();
    if records.len() != jobs {
        return Err(format!("{} of {jobs} jobs are open", records.len()));
    }
    let builder =
        mock::client_builder(&server, provider()?).map_err(told)?.observer(first.clone()).calls_per_minute(None);
    let worker = Worker::new(driver, Studio::new([builder.build().map_err(told)?]), clock);
    let working = tokio::spawn({
        let worker = worker.clone();
        async move { worker.work_off(None, records, 1000, drop).await }
    });
    while first.at.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
        tokio::task::yield_now().await;
    }
    let asked = first.at.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or(f64::NAN);
    let added = own::memory()?.saturating_sub(before) * 1024;
    worker.stop();
    working.abort();
    drop(owned);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let bytes_per_job = added as f64 / jobs as f64;
    Ok(Left { opened, owned: owned_at, read, asked, bytes_per_job })
}

/// Notes when the first answer to a poll came.
struct FirstPoll {
    at: Mutex<Option<f64>>,
    since: Box<dyn Fn() -> f64 + Send + Sync>,
}

impl std::fmt::Debug for FirstPoll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FirstPoll")
    }
}

impl Observer for FirstPoll {
    fn answered(&self, step: Step, _: &wire::Reply) {
        if step == Step::Poll {
            self.at.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(&self.since);
        }
    }
}

/// A store of so many jobs that are at their provider, as a program that is killed leaves it: its file and its log are copied
/// while it has them open.
async fn fill(path: &Path, killed: &Path, client: &Client, jobs: usize) -> Result {
    let real = client.request(MODEL).set("prompt", "A cat.").submit().await.map_err(told)?;
    let handle: Value = serde_json::from_str(&real.handle().to_json()).map_err(told)?;
    let driver = SqliteDriver::open(path).map_err(told)?;
    let now = Timestamp(1_780_000_000_000);
    let owner: Arc<dyn Owner> = driver.own(now).await.map_err(told)?.owner.into();
    let films = path.parent().unwrap_or(Path::new("")).join("films");
    for some in (0..jobs).collect::<Vec<_>>().chunks(1000) {
        let added = driver.add(some.iter().map(|number| job(*number, &films)).collect(), now).await.map_err(told)?;
        let tasks: Vec<_> =
            added.into_iter().map(|added| tokio::spawn(begin(owner.clone(), added.record, handle.clone()))).collect();
        for task in tasks {
            task.await.map_err(told)?.map_err(told)?;
        }
    }
    for end in ["", "-wal"] {
        let with = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            std::path::PathBuf::from(name)
        };
        std::fs::copy(with(path), with(killed)).map_err(told)?;
    }
    Ok(())
}

async fn begin(
    owner: Arc<dyn Owner>,
    record: Record,
    handle: Value,
) -> std::result::Result<(), polyreel_store::StoreError> {
    let now = Timestamp(1_780_000_000_000);
    let record = owner.reserve(record.id, record.fence, polyreel_store::Caps::default(), now).await?;
    let record = owner.apply(record.id, record.fence, Event::Sending { evidence: None }, now).await?;
    owner.apply(record.id, record.fence, Event::Accepted { handle, kept_until: None }, now).await?;
    Ok(())
}
