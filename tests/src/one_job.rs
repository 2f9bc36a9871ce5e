//! One job taken through its life as a user of the library would, in a process that may end at any step.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use polyreel::{Client, Observer, Provider, Studio, mock};
use polyreel_store::machine::{Action, Event, next};
use polyreel_store::{
    Driver as _, JobId, NewJob, Order, Owner, Record, SqliteDriver, State, Timestamp, Witness, Worker,
};
use serde::{Deserialize, Serialize};

/// More steps than any life has.
const MOST_STEPS: u32 = 50;

/// How often a film that cannot be had is asked for again.
const MOST_SETBACKS: u32 = 3;

/// How long passes between two questions about a create of which nobody can tell yet.
const PAUSE: Duration = Duration::from_secs(400);

/// How long nothing may come of a film, in real time.
const SILENCE: Duration = Duration::from_secs(2);

/// What is to be done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Task {
    /// Provider files of one's own: name and text.
    pub own: Vec<(String, String)>,
    /// The base URL and the keys of each provider, by its id.
    pub sites: BTreeMap<String, (String, Vec<String>)>,
    /// How many times as fast as real time they are.
    pub speed: f64,
    /// What is wanted.
    pub order: Order,
    /// Without one a job that was not sent is withdrawn when its program ends.
    pub batch: Option<String>,
    /// Its owner has it stopped once it runs.
    pub cancels: bool,
    /// Its owner has it made a second time rather than not at all.
    pub resubmits: bool,
    /// Where the job is kept.
    pub store: PathBuf,
}

/// Who looks on, and may end the process.
#[derive(Clone, Debug, Default)]
pub struct Onlookers {
    /// Of commits.
    pub witness: Option<Arc<dyn Witness>>,
    /// Of answers.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Task {
    /// Reads a task from its file.
    ///
    /// # Errors
    ///
    /// When it is no task.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).map_err(say)?;
        serde_json::from_str(&text).map_err(say)
    }

    /// Takes the job as far as it goes, whatever an earlier process has done for it. **Spends money.**
    ///
    /// # Errors
    ///
    /// When it does not go on.
    pub async fn work(&self, onlookers: Onlookers) -> Result<Record, String> {
        let clock = mock::clock(&mock::Clock::scaled(self.speed));
        let studio = Studio::new(self.clients(&clock, onlookers.observer.as_ref())?);
        let now = || Timestamp::from(clock.wall());
        let driver = Arc::new(SqliteDriver::open_watched(&self.store, onlookers.witness).map_err(say)?);
        let owner: Arc<dyn Owner> = driver.own(now()).await.map_err(say)?.owner.into();
        let new = NewJob {
            id: JobId::new(now(), [7; 10]),
            batch: self.batch.clone(),
            key: Some("one".to_owned()),
            order: self.order.clone(),
        };
        let added = driver.add(vec![new], now()).await.map_err(say)?;
        let mut record = added.into_iter().next().ok_or("nothing was added")?.record;
        let worker = Worker::new(driver.clone(), studio, clock.clone());
        let (mut job, mut is_stopped, mut setbacks) = (None, false, 0);
        for _ in 0..MOST_STEPS {
            record = match next(&record) {
                Action::Reserve | Action::Send => {
                    let submitted = Box::pin(worker.submit(&owner, record)).await.map_err(say)?;
                    job = submitted.job;
                    submitted.record
                }
                Action::Reconcile { .. } => {
                    let settled = worker.reconcile(&*owner, record).await.map_err(say)?;
                    if settled.state == State::Unknown {
                        clock.sleep(PAUSE).await;
                    }
                    settled
                }
                Action::AskUser if self.resubmits && record.attempt == 1 => {
                    owner.apply(record.id, record.fence, Event::Resubmitted, now()).await.map_err(say)?
                }
                Action::Poll if self.cancels && !is_stopped => {
                    is_stopped = true;
                    worker.cancel(record).await.map_err(say)?
                }
                Action::Poll | Action::Cancel | Action::Fetch => {
                    let id = record.id;
                    match Box::pin(worker.follow(record, job.take())).await {
                        Ok(record) => record,
                        Err(error) if setbacks == MOST_SETBACKS => return Err(say(error)),
                        Err(_) => {
                            setbacks += 1;
                            driver.get(id).await.map_err(say)?.ok_or("the job is lost")?
                        }
                    }
                }
                Action::AskUser | Action::Nothing => return Ok(record),
            }
        }
        Err(format!("job {} comes to no end; it is {}", record.id, record.state))
    }

    fn clients(
        &self,
        clock: &Arc<dyn polyreel::Clock>,
        observer: Option<&Arc<dyn Observer>>,
    ) -> Result<Vec<Client>, String> {
        let own = self.own.iter().map(|(file, text)| Provider::from_yaml(file, text).map_err(say));
        let own = own.collect::<Result<Vec<_>, _>>()?;
        let known: Vec<&Provider> = polyreel::all().iter().copied().chain(&own).collect();
        let client = |(id, (base_url, keys)): (&String, &(String, Vec<String>))| {
            let provider = known.iter().find(|provider| *provider.id == **id).ok_or("there is no such provider")?;
            let builder = Client::builder(provider).base_url(base_url).api_keys(keys.clone()).clock(clock.clone());
            let builder = builder.silent_for(SILENCE);
            let builder = observer.into_iter().fold(builder, |builder, own| builder.observer(own.clone()));
            builder.build().map_err(say)
        };
        self.sites.iter().map(client).collect()
    }
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
