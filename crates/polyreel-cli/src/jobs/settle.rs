//! A person's or a provider's word on jobs.

use polyreel::{Clock as _, SystemClock};
use polyreel_store::machine::Event;
use polyreel_store::{Driver, Filter, Record, State, StoreError, Timestamp, Worker};

use super::{kept, named, open, own, tell};
use crate::arguments::{JobsAdopt, JobsNamed};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::{outcome, show, store};

fn now() -> Timestamp {
    SystemClock::default().wall().into()
}

fn some_named(arguments: &JobsNamed) -> Result<(), Failure> {
    if arguments.jobs.is_empty() {
        return Err(Failure::usage("name at least one job").hint("`polyreel jobs` lists them"));
    }
    Ok(())
}

/// `polyreel jobs reconcile`: asks, and sends nothing.
pub(super) async fn reconcile(arguments: &JobsNamed, config: &Config) -> Result<(), Failure> {
    let own = own(&arguments.reach)?;
    let driver = store::open(&arguments.reach.store, config, false)?;
    let owned = store::own(&driver).await?;
    let records = if arguments.jobs.is_empty() {
        driver.list(Filter { states: vec![State::Unknown, State::Held], ..Filter::default() }).await?
    } else {
        named(&*driver, &arguments.jobs).await?
    };
    if records.is_empty() {
        show::progress("no job is unknown or held");
        return Ok(());
    }
    let site = open(&records, &arguments.reach, config, own.as_ref(), None, None).await?;
    let worker = Worker::new(driver.clone(), site.studio.clone(), site.clock.clone());
    let (mut open_still, mut found) = (0_usize, 0_usize);
    for record in records {
        let id = record.id;
        let settled = match worker.reconcile(&*owned.owner, record).await {
            Ok(settled) => settled,
            Err(error) => {
                show::progress(&format!("warning: job {}: {error}", store::short(id)));
                open_still += 1;
                continue;
            }
        };
        tell(&settled, arguments.json);
        match settled.state {
            State::Unknown | State::Held => open_still += 1,
            State::Running => found += 1,
            _ => {}
        }
    }
    if found > 0 {
        show::progress("what was found goes on: polyreel jobs wait");
    }
    if open_still == 0 {
        return Ok(());
    }
    let message = format!(
        "nobody can tell of {open_still} of them, and they may have been paid; look at the provider's dashboard before \
         sending them again"
    );
    let failure = Failure { exit: Exit::Unknown, is_told: arguments.json, ..Failure::usage(message) };
    Err(failure.hint("then say what you found: polyreel jobs adopt JOB ID, or resubmit JOB, or abandon JOB"))
}

/// `polyreel jobs adopt`: a person has found the job.
pub(super) async fn adopt(arguments: &JobsAdopt, config: &Config) -> Result<(), Failure> {
    let own = own(&arguments.reach)?;
    let driver = store::open(&arguments.reach.store, config, false)?;
    let owned = store::own(&driver).await?;
    let record = store::find(&*driver, &arguments.job).await?;
    if !matches!(record.state, State::Unknown | State::Held | State::Gone) {
        return Err(impossible(&record));
    }
    let site = open(std::slice::from_ref(&record), &arguments.reach, config, own.as_ref(), None, None).await?;
    let worker = Worker::new(driver, site.studio.clone(), site.clock.clone());
    let kept = kept(&record, &arguments.reach);
    let adopted = worker.adopt(&*owned.owner, &record, &arguments.id).await;
    let adopted = adopted.map_err(|error| outcome::stopped(error, &record, &kept))?;
    tell(&adopted, arguments.json);
    show::progress(&format!("go on with it: {}", kept.command("wait")));
    Ok(())
}

/// `polyreel jobs cancel`: what was not sent is withdrawn, what runs is to be stopped by its provider.
pub(super) async fn cancel(arguments: &JobsNamed, config: &Config) -> Result<(), Failure> {
    some_named(arguments)?;
    let own = own(&arguments.reach)?;
    let driver = store::open(&arguments.reach.store, config, false)?;
    let records = named(&*driver, &arguments.jobs).await?;
    let can_be =
        |record: &&Record| matches!(record.state, State::Queued | State::Ready | State::Running | State::Cancelling);
    if let Some(other) = records.iter().find(|record| !can_be(record)) {
        return Err(impossible(other));
    }
    let (waiting, sent): (Vec<_>, Vec<_>) =
        records.into_iter().partition(|record| matches!(record.state, State::Queued | State::Ready));
    for record in waiting {
        let event = Event::Withdrawn { why: "its owner does not want it any more".to_owned() };
        tell(&apply(&*driver, &record, event).await?, arguments.json);
    }
    if sent.is_empty() {
        return Ok(());
    }
    let site = open(&sent, &arguments.reach, config, own.as_ref(), None, None).await?;
    let worker = Worker::new(driver.clone(), site.studio.clone(), site.clock.clone());
    let mut failure = None;
    for record in sent {
        let kept = kept(&record, &arguments.reach);
        match worker.cancel(record.clone()).await {
            Ok(record) => {
                tell(&record, arguments.json);
                if record.state == State::Running {
                    let why = record.note.clone().unwrap_or_else(|| "it was not stopped".to_owned());
                    failure = Some(Failure { exit: Exit::Running, ..Failure::usage(why) }.of(&record, &kept));
                }
            }
            Err(error) => failure = Some(outcome::stopped(error, &record, &kept)),
        }
    }
    failure.map_or(Ok(()), Err)
}

/// `polyreel jobs abandon`.
pub(super) async fn abandon(arguments: &JobsNamed, config: &Config) -> Result<(), Failure> {
    each(arguments, config, |_| Event::Abandoned).await
}

/// `polyreel jobs forget`.
pub(super) async fn forget(arguments: &JobsNamed, config: &Config) -> Result<(), Failure> {
    each(arguments, config, |_| Event::Forgotten).await
}

async fn each(arguments: &JobsNamed, config: &Config, event: impl Fn(&Record) -> Event) -> Result<(), Failure> {
    some_named(arguments)?;
    own(&arguments.reach)?;
    let driver = store::open(&arguments.reach.store, config, false)?;
    for record in named(&*driver, &arguments.jobs).await? {
        tell(&apply(&*driver, &record, event(&record)).await?, arguments.json);
    }
    Ok(())
}

fn impossible(record: &Record) -> Failure {
    Failure::usage(format!("job {} is {}, so that cannot be done with it", store::short(record.id), record.state))
}

/// Whatever only the owner of the store may say is said as its owner.
async fn apply(driver: &dyn Driver, record: &Record, event: Event) -> Result<Record, Failure> {
    let explain = |error: StoreError| match error {
        StoreError::Illegal { current, .. } => impossible(&current),
        error => error.into(),
    };
    match driver.apply(record.id, record.fence, event.clone(), now()).await {
        Err(StoreError::OwnerOnly { .. }) => {
            let owned = driver.own(now()).await?;
            let record = driver.get(record.id).await?.ok_or(StoreError::NotFound(record.id))?;
            owned.owner.apply(record.id, record.fence, event, now()).await.map_err(explain)
        }
        applied => applied.map_err(explain),
    }
}
