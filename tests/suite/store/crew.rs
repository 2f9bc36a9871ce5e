//! Many jobs at once: no more are begun than can be followed, and none that is paid is dropped.

use std::sync::Arc;
use std::time::Duration;

use polyreel::mock::MockServer;
use polyreel_store::{Driver, NewJob, Order, Owner, Record, State, Watch, Worker};
use serde_json::json;

use super::model::Model;
use super::support::{NOON, candidate, job};
use crate::support::lockstep::Studio;
use crate::support::provider;

/// More jobs than the provider would take calls for in the time for which it keeps them.
const JOBS: usize = 60;

#[tokio::test]
async fn nobody_is_sent_who_cannot_be_followed() {
    let provider = provider("segmind");
    let (model, kept) = (&provider.models[0], Duration::from_millis(provider.retention.job.unwrap()));
    let calls = provider.limits.requests_per_minute.unwrap();
    assert!(kept.as_secs() / 60 * u64::from(calls) < 6 * JOBS as u64, "this provider is no example any more");
    let studio = Studio::open(MockServer::builder(), &provider).await;
    let client = studio.client(&provider).build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let new = |number: usize| {
        let mut candidate = candidate("segmind", "1.75");
        candidate.model = model.key.to_string();
        candidate.latency_ms = Some((300_000, 318_000));
        let order = Order {
            request: json!({ "prompt": format!("Cat {number}.") }),
            output: Some(folder.path().join(format!("{number}.mp4"))),
            candidates: vec![candidate],
        };
        NewJob { order, ..job(&["1.75"]) }
    };
    let records: Vec<_> = (0..JOBS).map(|number| new(number).record(NOON).unwrap()).collect();
    let driver: Arc<dyn Driver> = Arc::new(Model::of(records.clone()));
    let owner: Arc<dyn Owner> = driver.own(NOON).await.unwrap().owner.into();
    let worker = Worker::new(driver, polyreel::Studio::new([client]), studio.clock());
    let mut states = Vec::new();
    studio.run(worker.work_off(Some(owner), records, 64, |ended| states.push((ended.record.state, ended.error)))).await;
    let unfinished: Vec<_> = states.iter().filter(|(state, _)| *state != State::Done).collect();
    assert!(unfinished.is_empty() && states.len() == JOBS, "{unfinished:?}");
    studio.server.assert_blameless();
    // Six calls for each of them, without a pause, would take an hour and a quarter.
    let took = studio.server.clock().now();
    assert!(took < Duration::from_secs(2 * 3600), "{took:?}");
}

/// Stops the worker as soon as a provider has accepted a job.
struct StopsThen(std::sync::OnceLock<Worker>);

impl Watch for StopsThen {
    fn changed(&self, record: &Record) {
        if record.state == State::Running {
            self.0.get().unwrap().stop();
        }
    }
}

/// Whoever is stopped while a create is on its way saves a film that comes with the answer, since it can be had nowhere else;
/// what can be asked for later is left for later.
#[tokio::test]
async fn a_film_that_comes_with_the_answer_is_saved_after_a_stop() {
    for (id, model, end) in [("segmind", "kling-2-sync", State::Done), ("hyprlab", "kling-v2", State::Running)] {
        let provider = provider(id);
        let server = MockServer::start_raw([&provider]).await;
        let client = polyreel::mock::client(&server, &provider).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut candidate = candidate(id, "1.75");
        candidate.model = model.to_owned();
        let order = Order {
            request: json!({ "prompt": "A cat." }),
            output: Some(folder.path().join("cat.mp4")),
            candidates: vec![candidate],
        };
        let record = NewJob { order, ..job(&["1.75"]) }.record(NOON).unwrap();
        let driver: Arc<dyn Driver> = Arc::new(Model::of(vec![record.clone()]));
        let owner: Arc<dyn Owner> = driver.own(NOON).await.unwrap().owner.into();
        let stops = Arc::new(StopsThen(std::sync::OnceLock::new()));
        let studio = polyreel::Studio::new([client]);
        let worker = Worker::new(driver, studio, polyreel::mock::clock(server.clock())).watch(stops.clone());
        stops.0.set(worker.clone()).unwrap();
        let mut ended = Vec::new();
        worker.work_off(Some(owner), [record], 1, |end| ended.push((end.record.state, end.error))).await;
        assert!(matches!(&ended[..], [(state, None)] if *state == end), "{id}: {ended:?}");
        assert_eq!(folder.path().join("cat.mp4").exists(), end == State::Done, "{id}");
    }
}
