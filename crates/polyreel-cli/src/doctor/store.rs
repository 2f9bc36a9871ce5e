//! The file that keeps jobs.

use polyreel::{Clock as _, SystemClock};
use polyreel_store::{Day, Driver as _, Filter, Scope, SqliteDriver, State, StoreError, Timestamp};

use super::Check;
use crate::config::Config;
use crate::{provider_file, show, store};

const WHAT: &str = "store";

/// How the store is: whether it can be read, what needs a person, and what was spent today. It is not made if there is none.
pub(crate) async fn store(config: &Config) -> Vec<Check> {
    let Some(file) = store::location(config) else {
        return vec![Check::wrong(WHAT, "this user has no data folder", "set POLYREEL_STORE or HOME")];
    };
    let shown = polyreel::printable(&show::from_here(&file).to_string_lossy());
    if file.symlink_metadata().is_err() {
        return vec![Check::fine(WHAT, format!("{shown} is made by the first job"))];
    }
    match look(&file, &shown).await {
        Ok(checks) => checks,
        Err(error) => vec![Check::wrong(WHAT, error.to_string(), "until then no job can be sent")],
    }
}

async fn look(file: &std::path::Path, shown: &str) -> Result<Vec<Check>, StoreError> {
    let driver = SqliteDriver::open(file)?;
    let open = driver.list(Filter { open_only: true, ..Filter::default() }).await?;
    let count = |states: &[State]| open.iter().filter(|record| states.contains(&record.state)).count();
    let mut checks =
        vec![Check::fine(WHAT, format!("{shown} can be read; {} open", provider_file::plural(open.len(), "job")))];
    let unknown = count(&[State::Sending, State::Unknown, State::Held, State::Gone]);
    if unknown > 0 {
        let how = format!("{} may have been paid, and nobody knows", provider_file::plural(unknown, "job"));
        checks.push(Check::note("jobs", how, "ask: polyreel jobs reconcile"));
    }
    let waiting = count(&[State::Running, State::Cancelling, State::Succeeded, State::Fetching]);
    if waiting > 0 {
        let how = format!("{} on the way to a film", provider_file::plural(waiting, "job"));
        checks.push(Check::note("jobs", how, "follow them: polyreel jobs wait"));
    }
    let today: Day = Timestamp::from(SystemClock::default().wall()).day();
    let spent = driver.spending(Scope::Day(today)).await?;
    let amounts: Vec<_> =
        spent.sums.keys().map(|currency| format!("{} {currency}", spent.committed(currency))).collect();
    let unpriced =
        if spent.unpriced > 0 { format!(", and {} of unknown price", spent.unpriced) } else { String::new() };
    let amounts = if amounts.is_empty() { "nothing".to_owned() } else { amounts.join(" and ") };
    checks.push(Check::fine("spent today", format!("{amounts}{unpriced}, counting what is reserved or unknown (UTC)")));
    Ok(checks)
}
