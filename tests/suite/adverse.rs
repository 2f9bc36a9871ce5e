//! Batches on a machine that is not as it should be: a clock that is set back, another batch at the same time, a folder that
//! cannot be written, a disk that is full. Nothing is paid twice, and nothing is sent that is not written down.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use polyreel::mock::{self, MockServer};
use polyreel::{Clock, Sleep, Studio};
use polyreel_store::{
    Candidate, Caps, Driver as _, JobId, Money, NewJob, Order, Owner, SqliteDriver, StoreError, Timestamp, WorkError,
    Worker,
};
use serde_json::json;

use crate::support::provider;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A clock whose date is set.
#[derive(Debug)]
struct Calendar {
    own: Arc<dyn Clock>,
    today: Mutex<SystemTime>,
}

impl Clock for Calendar {
    fn now(&self) -> Duration {
        self.own.now()
    }

    fn wall(&self) -> SystemTime {
        *self.today.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.own.sleep(duration)
    }
}

/// What is spent on a day stays spent when the clock is set back; the next day is another one.
#[tokio::test]
async fn a_clock_that_is_set_back_opens_no_new_budget() {
    let hyprlab = provider("hyprlab");
    let server = MockServer::start([&hyprlab]).await;
    let folder = tempfile::tempdir().unwrap();
    let today = UNIX_EPOCH + 20_000 * DAY;
    let caps = Caps { per_day: Some("1.50".parse().unwrap()), ..Caps::default() };
    for (number, (date, is_sent)) in
        [(today, true), (today, false), (today - DAY, false), (today + DAY, true)].into_iter().enumerate()
    {
        // Each is a program of its own.
        let driver = Arc::new(SqliteDriver::open(folder.path().join("jobs.sqlite")).unwrap());
        let clock = Arc::new(Calendar { own: mock::clock(server.clock()), today: Mutex::new(date) });
        let client = mock::client(&server, &hyprlab).unwrap();
        let worker = Worker::new(driver.clone(), Studio::new([client]), clock.clone()).caps(caps);
        let now = Timestamp::from(clock.wall());
        let owner: Arc<dyn Owner> = driver.own(now).await.unwrap().owner.into();
        let candidate = Candidate {
            provider: "hyprlab".to_owned(),
            model: "kling-v2".to_owned(),
            price: Some(Money { amount: "1".parse().unwrap(), currency: "USD".into() }),
            assumed: None,
            latency_ms: None,
            base_url: None,
        };
        let order = Order { request: json!({ "prompt": "A cat." }), output: None, candidates: vec![candidate] };
        let id = JobId::new(now, [u8::try_from(number).unwrap(); 10]);
        let record =
            driver.add(vec![NewJob { id, batch: None, key: None, order }], now).await.unwrap().remove(0).record;
        let submitted = worker.submit(&owner, record).await;
        let is_over = matches!(submitted, Err(WorkError::Store(StoreError::OverCap { .. })));
        assert_eq!((submitted.is_ok(), is_over), (is_sent, !is_sent), "program {number}");
    }
    assert_eq!(server.creates("hyprlab"), 2);
}

#[cfg(unix)]
mod unix {
    use std::io::Read as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    use polyreel::mock::{Clock, MockServer, Worlds};
    use polyreel_store::{Driver as _, Filter, SqliteDriver, State};
    use serde_json::json;

    use crate::support::gate::Gate;
    use crate::support::place::{Place, run_until};
    use crate::support::provider;

    const ROWS: usize = 60;

    fn put_rows(place: &Place, file: &str, rows: usize) {
        let row = |number| {
            let row = json!({ "prompt": format!("Cat {number} of {file}."), "provider": "hyprlab", "id": format!("{file}-{number}") });
            row.to_string()
        };
        place.put(file, &(0..rows).map(row).collect::<Vec<_>>().join("\n"));
    }

    async fn server() -> MockServer {
        let builder = MockServer::builder().raw().clock(Clock::scaled(1000.0));
        builder.start([&provider("hyprlab")]).await.unwrap()
    }

    fn environment(world: &str, base_url: String) -> [(String, String); 2] {
        [("HYPRLAB_API_KEY".to_owned(), Worlds::key(world)), ("HYPRLAB_BASE_URL".to_owned(), base_url)]
    }

    fn batch(file: &str) -> Vec<&str> {
        vec!["batch", file, "--speed", "1000", "--store", "kept/jobs.sqlite"]
    }

    /// The second batch says whom it waits for, and sends what the first one has not.
    #[tokio::test(flavor = "multi_thread")]
    async fn two_batches_on_one_store_wait_for_each_other() {
        for (file, creates) in [("films.jsonl", 5), ("others.jsonl", 10)] {
            let (place, server) = (Place::new(), server().await);
            let gate = Gate::before(server.origin()).await;
            let path = server.base_url("hyprlab").unwrap().replace(server.origin(), "");
            let environment = environment("", format!("{}{path}", gate.origin));
            let environment: Vec<_> = environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            put_rows(&place, "films.jsonl", 5);
            put_rows(&place, "others.jsonl", 5);
            let (mut first, mut first_says) = run_until(&place, &environment, &batch("films.jsonl"), "to be sent");
            gate.until_came(1).await;
            let waits = format!("process {} is sending jobs of the same store; waiting for it", first.id());
            let (mut second, mut second_says) = run_until(&place, &environment, &batch(file), &waits);
            gate.open();
            let mut said = String::new();
            first_says.read_to_string(&mut said).unwrap();
            second_says.read_to_string(&mut said).unwrap();
            assert_eq!((first.wait().unwrap().code(), second.wait().unwrap().code()), (Some(0), Some(0)), "{said}");
            assert_eq!(server.creates("hyprlab"), creates, "{said}");
            server.assert_blameless();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_store_that_cannot_be_written_sends_nothing() {
        let (place, server) = (Place::new(), server().await);
        put_rows(&place, "films.jsonl", 3);
        let environment = environment("", server.base_url("hyprlab").unwrap());
        let environment: Vec<_> = environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let kept = place.path().join("kept");
        std::fs::create_dir(&kept).unwrap();
        let may = |mode| std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(mode)).unwrap();
        may(0o500);
        // Who may do everything is not refused.
        if std::fs::write(kept.join("x"), "").is_ok() {
            may(0o700);
            return;
        }
        for _ in 0..2 {
            may(0o500);
            let shown = place.run(&environment, &batch("films.jsonl"));
            may(0o700);
            assert!(shown.starts_with("exit code: 2") && shown.contains("cannot be written"), "{shown}");
            assert_eq!(server.creates("hyprlab"), 0);
            // The second time there is a store already.
            drop(SqliteDriver::open(kept.join("jobs.sqlite")).unwrap());
        }
    }

    /// Files may not be larger than this, in blocks of 512 bytes. Below the first nothing can be kept, below the last not all.
    const LIMITS: [usize; 7] = [16, 100, 200, 400, 600, 900, 1500];

    /// A disk that is full in the middle of a batch, and whose program is told so or killed for it.
    #[tokio::test(flavor = "multi_thread")]
    async fn on_a_full_disk_nothing_is_sent_that_is_not_written_down() {
        let server = server().await;
        let (mut stopped, mut in_the_middle) = (0, 0);
        for (number, limit) in LIMITS.into_iter().enumerate() {
            for is_told in [true, false] {
                let place = Place::new();
                put_rows(&place, "films.jsonl", ROWS);
                let world = format!("disk-{number}-{is_told}");
                let environment = environment(&world, server.base_url("hyprlab").unwrap());
                let mut command = Command::new("sh");
                let trap = if is_told { "trap '' XFSZ; " } else { "" };
                command.args(["-c", &format!("{trap}ulimit -f {limit}; ulimit -c 0; exec \"$0\" \"$@\"")]);
                command.arg(env!("CARGO_BIN_EXE_polyreel-under-test")).args(batch("films.jsonl"));
                command.current_dir(place.path()).env_clear().env("HOME", place.home()).envs(environment.clone());
                let output = command.output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                let creates =
                    || server.with_worlds(|worlds| worlds.world(&world).map_or(0, |own| own.creates("hyprlab")));
                let store = place.path().join("kept/jobs.sqlite");
                let (mut sendings, mut known) = (0, Vec::new());
                if store.exists() {
                    let driver = SqliteDriver::open(&store).unwrap();
                    for record in driver.list(Filter::default()).await.unwrap() {
                        let events = driver.events(record.id).await.unwrap();
                        sendings += events.iter().filter(|event| event.name == "sending").count();
                        known.extend(record.handle.map(|handle| handle.to_string()));
                    }
                }
                let run = format!("{limit} {is_told}: {} creates, {sendings} written down\n{said}", creates());
                assert!(creates() <= sendings, "{run}");
                // Who is killed cannot tell what was answered meanwhile.
                let jobs = server.with_worlds(|worlds| worlds.world(&world).map(|own| own.jobs(server.clock().now())));
                for job in jobs.into_iter().flatten().filter(|_| is_told) {
                    let is_named = said.contains(&format!("accepted it as job {}", job.id));
                    let is_kept = known.iter().any(|handle| handle.contains(&job.id));
                    assert!(is_named || is_kept, "{} is lost: {run}", job.id);
                }
                stopped += usize::from(!output.status.success());
                in_the_middle += usize::from(!output.status.success() && creates() > 0);
                let is_wrong = said.contains("higher cap") || output.status.code() == Some(3);
                assert!(!is_wrong, "no provider and no cap is in the way: {run}");

                let again = place.command(&batch("films.jsonl")).envs(environment).output().unwrap();
                let said = String::from_utf8_lossy(&again.stderr);
                let driver = SqliteDriver::open(&store).unwrap();
                let records = driver.list(Filter::default()).await.unwrap();
                assert!(records.iter().all(|record| matches!(record.state, State::Done | State::Held)), "{said}");
                assert!(creates() <= ROWS && records.len() == ROWS, "{limit} {is_told}: {} creates\n{said}", creates());
            }
        }
        assert!(stopped > LIMITS.len() && in_the_middle > 0, "{stopped} {in_the_middle}");
    }
}
