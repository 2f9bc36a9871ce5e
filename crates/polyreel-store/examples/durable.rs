//! Films that outlive their program, from Rust: `cargo run -p polyreel-store --example durable`.
//!
//! It is simulated, so nothing is paid. For real, the studio is `Studio::from_env(polyreel::all().iter().copied())`, the
//! clock is `SystemClock::default()`, and the store is a file that stays: `polyreel jobs --store jobs.sqlite` reads it as well.

use std::error::Error;
use std::sync::Arc;

use polyreel::mock::{self, MockServer};
use polyreel::{Client, Clock, Route, Studio, Terms, VideoRequest};
use polyreel_store::{
    Candidate, Caps, Driver, Filter, JobId, NewJob, Order, Owner, Scope, SqliteDriver, State, Timestamp, Worker,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = MockServer::start(polyreel::all().iter().copied()).await;
    let clients: polyreel::Result<Vec<Client>> =
        polyreel::all().iter().map(|provider| mock::client(&server, provider)).collect();
    let (studio, clock): (_, Arc<dyn Clock>) = (Studio::new(clients?), mock::clock(server.clock()));
    let folder = tempfile::tempdir()?;
    let driver: Arc<dyn Driver> = Arc::new(SqliteDriver::open(folder.path().join("jobs.sqlite"))?);

    // The right to send, which one process has at a time. What programs that have ended left open is settled by taking it.
    let now = Timestamp::from(clock.wall());
    let owner: Arc<dyn Owner> = driver.own(now).await?.owner.into();

    let mut jobs = Vec::new();
    for (number, prompt) in (0..).zip(["A cat.", "A dog.", "An owl."]) {
        let request = VideoRequest::new(prompt).seconds(5);
        let quotes = studio.quotes(&request);
        let way = Route::Cheapest.plan(&quotes, &Terms::default())?;
        let order = Order {
            request: request.to_json(),
            output: Some(folder.path().join(format!("film-{number}.mp4"))),
            candidates: way.iter().map(Candidate::from).collect(),
        };
        jobs.push(NewJob {
            id: JobId::new(now, [number; 10]), // ten bytes of chance, from whatever draws chance in your program
            batch: Some("animals".to_owned()),
            key: Some(prompt.to_owned()), // added a second time, it is the same job
            order,
        });
    }
    driver.add(jobs, now).await?;

    // Two of them cost no more than this, so the third is not sent.
    let caps = Caps { per_batch: Some("0.80".parse()?), ..Caps::default() };
    let worker = Worker::new(driver.clone(), studio, clock).caps(caps);
    let records = driver.list(Filter { batch: Some("animals".to_owned()), ..Filter::default() }).await?;
    let (mut made, mut left) = (0, 0);
    worker
        .work_off(Some(owner), records, 8, |ended| match ended.record.state {
            State::Done => made += 1,
            _ => left += 1,
        })
        .await;
    let spending = driver.spending(Scope::Batch("animals".to_owned())).await?;
    assert_eq!((made, left, spending.committed("USD").to_string()), (2, 1, "0.7".to_owned()));
    Ok(())
}
