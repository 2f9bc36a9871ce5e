//! Following jobs, one or many.

use std::sync::Arc;
use std::time::Duration;

use polyreel::IfTaken;
use polyreel_store::machine::{self, Event};
use polyreel_store::{Caps, Filter, Owner, Record, Scope, Spending, State, StoreError, Timestamp, Worker};

use super::{kept, named, open, own, recover};
use crate::arguments::{JobsResubmit, JobsWait, Reach};
use crate::config::Config;
use crate::exit::Failure;
use crate::following::{self, OneJob, Task};
use crate::many::{Crowd, Toll};
use crate::signals::Signals;
use crate::site::Site;
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
    if let Some(record) = records.iter().find(|record| matches!(record.state, State::Queued | State::Ready)) {
        let (id, state) = (store::short(record.id), record.state);
        let failure = Failure::usage(format!("job {id} is {state}: it was not sent, so there is nothing to wait for"));
        return Err(failure.hint(format!("run its batch again, or withdraw it: polyreel jobs cancel {id}")));
    }
    let if_taken = if arguments.overwrite { IfTaken::Replace } else { IfTaken::SaveBeside };
    let work = Work { reach: &arguments.reach, caps: Caps::default(), if_taken, json: arguments.json };
    if records.is_empty() {
        show::progress("no job is on its way");
        return Ok(());
    }
    let site = open(&records, &arguments.reach, config, own.as_ref(), Some(&arguments.giving_up), None).await?;
    work.on(records, &site, &driver, None).await
}

/// `polyreel jobs resubmit`: the only one of `jobs` that spends money.
///
/// All that may stand in the way is looked at first: once a job is queued again, what was known of its create is gone.
pub(super) async fn resubmit(arguments: JobsResubmit, config: &Config) -> Result<(), Failure> {
    let own = own(&arguments.reach)?;
    let caps = ordering::caps(&arguments.spending, config)?;
    let driver = store::open(&arguments.reach.store, config, false)?;
    let owner: Arc<dyn Owner> = store::own(&driver).await?.owner.into();
    let records = named(&*driver, &arguments.jobs).await?;
    let within = Some(arguments.spending.submit_within.map(Duration::from_secs).unwrap_or_default());
    let site = open(&records, &arguments.reach, config, own.as_ref(), Some(&arguments.giving_up), within).await?;
    let now = Timestamp::from(site.clock.wall());
    let worker = Worker::new(driver.clone(), site.studio.clone(), site.clock.clone());
    let mut spending = driver.spending(Scope::Day(now.day())).await?;
    for record in &records {
        let kept = kept(record, &arguments.reach);
        if machine::apply(record, &Event::Resubmitted, now).is_err() {
            let (id, state) = (store::short(record.id), record.state);
            return Err(Failure::usage(format!("job {id} is {state}, so it is not sent again")));
        }
        worker.can_send(record).map_err(|error| outcome::stopped(error, record, &kept))?;
        let price = record.order.candidates.first().and_then(|candidate| candidate.price.as_ref());
        caps.check(price, &Spending::default(), &spending)
            .map_err(|over| StoreError::OverCap { id: record.id, over })?;
        if let Some(price) = price {
            let sum = spending.sums.entry(price.currency.to_string()).or_default();
            sum.reserved.trillionths = sum.reserved.trillionths.saturating_add(price.amount.trillionths);
        }
    }
    for candidate in records.iter().filter_map(|record| record.order.candidates.first()) {
        show::progress(&format!("{} {}: {}", candidate.provider, candidate.model, show::candidate_price(candidate)));
    }
    let mut queued = Vec::new();
    for record in records {
        queued.push(owner.apply(record.id, record.fence, Event::Resubmitted, now).await?);
    }
    let work = Work { reach: &arguments.reach, caps, if_taken: IfTaken::SaveBeside, json: arguments.json };
    work.on(queued, &site, &driver, Some(owner)).await
}

/// How jobs are worked on.
struct Work<'a> {
    reach: &'a Reach,
    caps: Caps,
    if_taken: IfTaken,
    json: bool,
}

impl Work<'_> {
    async fn on(
        &self,
        records: Vec<Record>,
        site: &Site,
        driver: &Arc<dyn polyreel_store::Driver>,
        owner: Option<Arc<dyn Owner>>,
    ) -> Result<(), Failure> {
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
        let failure =
            Failure { exit: toll.exit(worker.is_stopped()), is_told: self.json, ..Failure::usage(toll.to_string()) };
        Err(if toll.open > 0 { failure.hint("go on with: polyreel jobs wait") } else { failure })
    }
}

/// How long the provider still keeps the job.
fn left(record: &Record, clock: &Arc<dyn polyreel::Clock>) -> Option<Duration> {
    let until = following::moment(record.kept_until?);
    Some(until.duration_since(clock.wall()).unwrap_or_default())
}
