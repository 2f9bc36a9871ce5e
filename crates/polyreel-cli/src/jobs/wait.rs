//! Following jobs, one or many.

use std::sync::Arc;
use std::time::Duration;

use polyreel::IfTaken;
use polyreel_store::machine::Event;
use polyreel_store::{Caps, Filter, Owner, Record, State, Worker};

use super::{kept, named, open, own, recover};
use crate::arguments::{GivingUp, JobsResubmit, JobsWait, Reach};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::following::{self, OneJob, Task};
use crate::many::{Crowd, Toll};
use crate::signals::Signals;
use crate::{many, ordering, outcome, show, store};

/// How many jobs are followed at once. The providers' own limits are kept besides.
const AT_ONCE: usize = 1000;

/// `polyreel jobs wait`.
pub(super) async fn wait(arguments: JobsWait, config: &Config) -> Result<(), Failure> {
    let own = own(&arguments.reach)?;
    let driver = store::open(&arguments.reach.store, config, false)?;
    recover(&*driver, polyreel::Clock::wall(&polyreel::SystemClock::default()).into()).await?;
    let records = if arguments.jobs.is_empty() {
        let states = vec![State::Running, State::Cancelling, State::Succeeded, State::Fetching];
        driver.list(Filter { states, ..Filter::default() }).await?
    } else {
        named(&*driver, &arguments.jobs).await?
    };
    let if_taken = if arguments.overwrite { IfTaken::Replace } else { IfTaken::SaveBeside };
    let work = Work {
        reach: &arguments.reach,
        config,
        giving_up: &arguments.giving_up,
        submit_within: None,
        caps: Caps::default(),
        if_taken,
        json: arguments.json,
    };
    work.on(records, own.as_ref(), &driver, None).await
}

/// `polyreel jobs resubmit`: the only one of `jobs` that spends money.
pub(super) async fn resubmit(arguments: JobsResubmit, config: &Config) -> Result<(), Failure> {
    let own = own(&arguments.reach)?;
    let driver = store::open(&arguments.reach.store, config, false)?;
    let clock = polyreel::SystemClock::default();
    let owner: Arc<dyn Owner> = store::own(&driver).await?.owner.into();
    let mut queued = Vec::new();
    for record in named(&*driver, &arguments.jobs).await? {
        let again =
            owner.apply(record.id, record.fence, Event::Resubmitted, polyreel::Clock::wall(&clock).into()).await;
        match again {
            Ok(record) => queued.push(record),
            Err(polyreel_store::StoreError::Illegal { current, .. }) => {
                let (id, state) = (store::short(current.id), current.state);
                return Err(Failure::usage(format!("job {id} is {state}, so it is not sent again")));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let work = Work {
        reach: &arguments.reach,
        config,
        giving_up: &arguments.giving_up,
        submit_within: Some(arguments.spending.submit_within.map(Duration::from_secs).unwrap_or_default()),
        caps: ordering::caps(&arguments.spending, config)?,
        if_taken: IfTaken::SaveBeside,
        json: arguments.json,
    };
    work.on(queued, own.as_ref(), &driver, Some(owner)).await
}

/// How jobs are worked on.
struct Work<'a> {
    reach: &'a Reach,
    config: &'a Config,
    giving_up: &'a GivingUp,
    submit_within: Option<Duration>,
    caps: Caps,
    if_taken: IfTaken,
    json: bool,
}

impl Work<'_> {
    async fn on(
        &self,
        records: Vec<Record>,
        own: Option<&polyreel::Provider>,
        driver: &Arc<dyn polyreel_store::Driver>,
        owner: Option<Arc<dyn Owner>>,
    ) -> Result<(), Failure> {
        if records.is_empty() {
            show::progress("no job is on its way");
            return Ok(());
        }
        let site = open(&records, self.reach, self.config, own, Some(self.giving_up), self.submit_within).await?;
        let worker = Worker::new(driver.clone(), site.studio.clone(), site.clock.clone());
        let worker = worker.caps(self.caps).if_taken(self.if_taken);
        let mut signals = Signals::listen();
        if let ([record], None) = (&records[..], &owner) {
            let provider = record.candidate().and_then(|candidate| site.studio.client(&candidate.provider));
            let provider_name = provider.map_or("", |client| &client.provider().name);
            let watch = Arc::new(OneJob::new(site.clock.clone()));
            let worker = worker.watch(watch.clone());
            let kept = kept(record, self.reach);
            show::retention(left(record, &site.clock), provider_name);
            let (clock, json) = (&site.clock, self.json);
            let task = Task { worker: &worker, watch: &watch, clock, kept: &kept, provider_name, json };
            return following::finish(task, record.clone(), None, &mut signals).await;
        }
        let crowd = Arc::new(Crowd::new(&records, site.clock.clone()));
        let worker = worker.watch(crowd.clone());
        let mut toll = Toll::default();
        let total = records.len();
        many::work_off(&worker, owner, records, AT_ONCE, &mut signals, |ended| {
            toll.count(many::outcome(&ended.record));
            crowd.ended(&ended);
            if self.json {
                show::data(&outcome::to_json(&ended.record).to_string());
            } else if ended.record.state == State::Done {
                let files = ended.record.files.iter().map(|file| show::from_here(&file.path).display().to_string());
                show::data(&files.collect::<Vec<_>>().join("\n"));
            }
        })
        .await;
        crowd.finish();
        if toll.saved == total {
            return Ok(());
        }
        let failure = Failure { exit: toll.exit(), is_told: self.json, ..Failure::usage(toll.to_string()) };
        Err(if failure.exit == Exit::Running { failure.hint("go on with: polyreel jobs wait") } else { failure })
    }
}

/// How long the provider still keeps the job.
fn left(record: &Record, clock: &Arc<dyn polyreel::Clock>) -> Option<Duration> {
    let until = following::moment(record.kept_until?);
    Some(until.duration_since(clock.wall()).unwrap_or_default())
}
