//! A program that is asked to end sends nothing more, hears what comes of what it sent, and loses nothing.

use std::sync::{Arc, Mutex};

use polyreel::Studio;
use polyreel::mock::{self, MockServer};
use polyreel_store::{
    Candidate, Driver as _, JobId, NewJob, Order, Owner, Record, SqliteDriver, State, Timestamp, Watch, Worker,
};
use serde_json::json;

use crate::support::provider;

/// Stops a worker when its job is about to be sent.
#[derive(Default)]
struct AtTheLastMoment(Mutex<Option<Worker>>);

impl Watch for AtTheLastMoment {
    fn changed(&self, record: &Record) {
        if let Some(worker) = self.0.lock().unwrap().as_ref().filter(|_| record.state == State::Sending) {
            worker.stop();
        }
    }
}

/// It is written down that a job is about to be sent, and then it is stopped: it is not sent, and costs nothing.
#[tokio::test]
async fn what_is_about_to_be_sent_is_not_sent() {
    let hyprlab = provider("hyprlab");
    let server = MockServer::start([&hyprlab]).await;
    let client = mock::client(&server, &hyprlab).unwrap();
    let driver = Arc::new(SqliteDriver::in_memory().unwrap());
    let owner: Arc<dyn Owner> = driver.own(Timestamp(1)).await.unwrap().owner.into();
    let candidate = Candidate {
        provider: "hyprlab".to_owned(),
        model: "kling-v2".to_owned(),
        price: None,
        assumed: None,
        latency_ms: None,
        base_url: None,
    };
    let order = Order { request: json!({ "prompt": "A cat." }), output: None, candidates: vec![candidate] };
    let id = JobId::new(Timestamp(1), [1; 10]);
    let job = NewJob { id, batch: Some("cats".to_owned()), key: None, order };
    let record = driver.add(vec![job], Timestamp(1)).await.unwrap().remove(0).record;
    let watch = Arc::new(AtTheLastMoment::default());
    let worker = Worker::new(driver.clone(), Studio::new([client]), mock::clock(server.clock())).watch(watch.clone());
    *watch.0.lock().unwrap() = Some(worker.clone());
    let submitted = worker.submit(&owner, record).await.unwrap();
    assert_eq!((submitted.record.state, submitted.record.commitment), (State::Queued, None));
    assert_eq!(server.creates("hyprlab"), 0);
    let names: Vec<_> = driver.events(id).await.unwrap().into_iter().map(|event| event.name).collect();
    assert_eq!(names, ["reserved", "sending", "not_sent"]);
}

#[cfg(unix)]
mod signals {
    use std::io::{BufRead as _, Read as _};

    use polyreel_store::{Driver as _, Filter, SqliteDriver, State};
    use serde_json::json;

    use crate::support::gate::Gate;
    use crate::support::place::{MockProcess, Place, run_until, signal};

    const ROWS: usize = 200;
    const AT_ONCE: usize = 64;

    /// A batch in the middle of its creates.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_batch_that_is_stopped_sends_nothing_more() {
        let place = Place::new();
        let server = MockProcess::start(&place);
        let mut environment = server.environment();
        let base = environment.iter().find(|(name, _)| *name == "AI302_BASE_URL").unwrap().1;
        let (origin, path) = base.split_at(base.rfind('/').unwrap());
        let gate = Gate::before(origin).await;
        let gated = format!("{}{path}", gate.origin);
        environment.retain(|(name, _)| *name == "AI302_API_KEY");
        environment.push(("AI302_BASE_URL", &gated));
        let row = |number| {
            let row = json!({ "prompt": format!("Cat {number}."), "provider": "ai302", "model": "kling-2.1-i2v-hd", "start_image": "photo.png" });
            row.to_string()
        };
        place.put("films.jsonl", &(0..ROWS).map(row).collect::<Vec<_>>().join("\n"));
        let at_once = AT_ONCE.to_string();
        let batch = ["batch", "films.jsonl", "--speed", "1000", "--concurrency", &at_once, "--store", "jobs.sqlite"];
        let (mut child, mut lines) = run_until(&place, &environment, &batch, "to be sent");
        // All that may be on their way at once are.
        gate.until_came(AT_ONCE).await;
        signal(&child, "-TERM");
        let mut line = String::new();
        while !line.contains("nothing more is sent") {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "it ended on the signal");
        }
        gate.open();
        let mut said = String::new();
        lines.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
        assert!(said.contains("run the batch again to go on"), "{said}");
        assert_eq!(gate.came(), AT_ONCE, "nothing was sent after the signal");
        let store = SqliteDriver::open(place.path().join("jobs.sqlite")).unwrap();
        let jobs = store.list(Filter::default()).await.unwrap();
        let are = |state: State| jobs.iter().filter(|job| job.state == state).count();
        assert_eq!((are(State::Running), are(State::Queued)), (AT_ONCE, ROWS - AT_ONCE), "{said}");

        let again = place.command(&batch).envs(environment).output().unwrap();
        assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(gate.came(), ROWS, "each row was sent once");
        let jobs = store.list(Filter::default()).await.unwrap();
        assert!(jobs.iter().all(|job| job.state == State::Done));
    }
}
