//! Many jobs at a provider that takes few calls: no more are begun than can be followed, so none is paid and forgotten.

use std::sync::Arc;
use std::time::Duration;

use polyreel::mock::MockServer;
use polyreel_store::{Driver, NewJob, Order, Owner, State, Worker};
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
