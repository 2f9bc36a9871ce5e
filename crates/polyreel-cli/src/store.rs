//! Where jobs are kept, and the right to send them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use polyreel::{Clock, SystemClock};
use polyreel_store::{Driver, JobId, Owned, Record, SqliteDriver, State, StoreError, Timestamp, default_location};

use crate::arguments::StoreArguments;
use crate::config::Config;
use crate::exit::Failure;
use crate::show;

/// How long another process may go on sending before this one gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The store that the arguments name, or this user's own. Simulated jobs end with their simulator, so they are kept nowhere.
pub(crate) fn open(
    arguments: &StoreArguments,
    config: &Config,
    is_simulated: bool,
) -> Result<Arc<dyn Driver>, Failure> {
    if is_simulated {
        return Ok(Arc::new(SqliteDriver::in_memory()?));
    }
    let file = arguments.store.clone().or_else(|| location(config)).ok_or_else(|| {
        Failure::usage("this user has no data folder, so jobs cannot be kept; nothing was sent")
            .hint("name a file for them with --store FILE, or set POLYREEL_STORE or HOME")
    })?;
    Ok(Arc::new(SqliteDriver::open(&file)?))
}

/// Where jobs are kept when no argument says so.
pub(crate) fn location(config: &Config) -> Option<PathBuf> {
    config.settings.store.clone().or_else(default_location)
}

/// Takes the right to send, and says what the last one who had it left open. Another `generate` has it for seconds, a batch
/// for as long as it runs.
pub(crate) async fn own(driver: &Arc<dyn Driver>) -> Result<Owned, Failure> {
    // Another process waits in real time, whatever a simulation does.
    let clock = SystemClock::default();
    let begun = clock.now();
    let mut is_said = false;
    loop {
        match driver.own(Timestamp::from(clock.wall())).await {
            Err(StoreError::Owned { pid, .. }) if clock.now().saturating_sub(begun) < PATIENCE => {
                if !is_said {
                    let who = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
                    show::progress(&format!("{who} is sending jobs of the same store; waiting for it"));
                    is_said = true;
                }
                clock.sleep(Duration::from_millis(100)).await;
            }
            Err(error @ StoreError::Owned { .. }) => {
                let failure = Failure::from(error);
                return Err(failure.hint("several batches at once go into stores of their own: --store FILE"));
            }
            Err(error) => return Err(error.into()),
            Ok(owned) => {
                report(&owned.recovered);
                return Ok(owned);
            }
        }
    }
}

/// Says what a program that has ended may have paid for.
pub(crate) fn report(recovered: &[Record]) {
    for record in recovered.iter().filter(|record| record.state == State::Unknown) {
        show::progress(&format!(
            "warning: job {} was being sent when its program ended, so it may have been paid: polyreel jobs reconcile",
            short(record.id)
        ));
    }
}

/// A name for a new job.
pub(crate) fn new_id(clock: &dyn Clock) -> Result<JobId, Failure> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|error| Failure::usage(format!("no chance to name a job by: {error}")))?;
    Ok(JobId::new(clock.wall().into(), random))
}

/// The end of a job's name, which tells jobs apart.
pub(crate) fn short(id: JobId) -> String {
    let name = id.to_string();
    name[name.len() - 8..].to_owned()
}

/// The job of a name, or of a part of one.
pub(crate) async fn find(driver: &dyn Driver, name: &str) -> Result<Record, Failure> {
    let shown = polyreel::printable(name);
    let mut found = driver.find(name).await?;
    match (found.len(), found.pop()) {
        (1, Some(record)) => Ok(record),
        (0, _) | (_, None) => {
            Err(Failure::usage(format!("there is no job {shown}")).hint("`polyreel jobs` lists them"))
        }
        (many, Some(last)) => {
            let names: Vec<_> = found.iter().chain([&last]).map(|record| record.id.to_string()).collect();
            Err(Failure::usage(format!("{many} jobs are called {shown}"))
                .hint(format!("say more: {}", names.join(", "))))
        }
    }
}
