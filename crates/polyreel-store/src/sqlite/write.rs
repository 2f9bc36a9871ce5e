//! Changes of the tables. Each is one request of a transaction, and takes place as a whole or not at all.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;

use super::read::{columns, get, last_day, records, spending, units};
use super::trouble::{Trouble, corrupt};
use crate::machine;
use crate::{Added, Caps, Day, Difference, Event, JobId, NewJob, Record, Result, Scope, State, StoreError, Timestamp};

/// A transition, or why there was none; that is written down as well.
type Written = Result<Result<Record>, Trouble>;

/// The longest text of a job, in bytes. SQLite's own limit is for whole rows, and would stop the store.
const LONGEST: usize = 256 * 1024 * 1024;

/// What somebody wants to happen to a job.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) id: JobId,
    pub(super) fence: u64,
    pub(super) now: Timestamp,
    /// Who wants it may send.
    pub(super) is_owner: bool,
}

pub(super) fn add(
    store: &Path,
    connection: &Connection,
    jobs: Vec<NewJob>,
    now: Timestamp,
) -> Result<Vec<Added>, Trouble> {
    jobs.into_iter().map(|job| add_one(store, connection, job, now)).collect()
}

fn add_one(store: &Path, connection: &Connection, job: NewJob, now: Timestamp) -> Result<Added, Trouble> {
    let id = job.id;
    let invalid = |why: &str| StoreError::Invalid { id, why: why.to_owned() };
    let record = job.record(now).map_err(invalid)?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO job (id, key, batch, state, fence, forgotten, record) VALUES (?1, ?2, ?3, ?4, ?5, FALSE, ?6)
         ON CONFLICT (key) DO NOTHING",
    )?;
    let text = text(id, &record)?;
    let added = statement.execute(params![
        id.to_string(),
        record.key,
        record.batch,
        record.state.name(),
        signed(record.fence),
        text
    ]);
    match added {
        Ok(0) => {
            let same = records(store, connection, "key = ?1", &[&record.key])?.pop();
            let (_, record) = same.ok_or_else(|| corrupt(store, "a key leads nowhere"))?;
            Ok(Added { record, existed: true })
        }
        Ok(_) => Ok(Added { record, existed: false }),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            Err(invalid("another job has its name; draw another").into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The event happens to the job.
pub(super) fn apply(store: &Path, connection: &Connection, wish: &Wish, event: &Event) -> Written {
    if let Some(why) = event.problem() {
        return Err(StoreError::Invalid { id: wish.id, why: why.to_owned() }.into());
    }
    let (number, before) = find(store, connection, wish)?;
    if before.fence != wish.fence {
        return stale(connection, wish, number, before, event);
    }
    // These two are for `reserve` and `recover` alone.
    let is_mine = matches!(event, Event::Reserved { .. } | Event::Recovered);
    if is_mine || (machine::needs_owner(&before, event) && !wish.is_owner) {
        return Err(StoreError::OwnerOnly { id: wish.id, event: event.name() }.into());
    }
    transition(store, connection, wish, number, before, event)
}

/// The price of the job's candidate is reserved, if caps allow it.
pub(super) fn reserve(store: &Path, connection: &Connection, wish: &Wish, caps: &Caps) -> Written {
    let (number, before) = find(store, connection, wish)?;
    let price = before.candidate().and_then(|candidate| candidate.price.clone());
    // A clock that is set back does not open another budget.
    let day = Day(wish.now.day().0.max(last_day(connection)?.unwrap_or_default()));
    let event = Event::Reserved { price: price.clone(), day };
    if before.fence != wish.fence {
        return stale(connection, wish, number, before, &event);
    }
    if before.state == State::Queued {
        let batch = before.batch.clone().map(Scope::Batch);
        let batch = batch.map(|batch| spending(store, connection, &batch)).transpose()?.unwrap_or_default();
        let day = spending(store, connection, &Scope::Day(day))?;
        caps.check(price.as_ref(), &batch, &day).map_err(|over| StoreError::OverCap { id: wish.id, over })?;
    }
    transition(store, connection, wish, number, before, &event)
}

/// Nobody is sending or fetching any more.
pub(super) fn recover(store: &Path, connection: &Connection, now: Timestamp) -> Result<Vec<Record>, Trouble> {
    let condition = "state IN ('ready', 'sending', 'fetching') OR (state = 'queued' AND batch IS NULL) ORDER BY number";
    let mut recovered = Vec::new();
    for (number, mut record) in records(store, connection, condition, &[])? {
        while let Some(event) = machine::recovery(&record) {
            let wish = Wish { id: record.id, fence: record.fence, now, is_owner: true };
            record = transition(store, connection, &wish, number, record, &event)??;
        }
        recovered.push(record);
    }
    Ok(recovered)
}

fn find(store: &Path, connection: &Connection, wish: &Wish) -> Result<(i64, Record), Trouble> {
    Ok(get(store, connection, wish.id)?.ok_or(StoreError::NotFound(wish.id))?)
}

fn stale(connection: &Connection, wish: &Wish, number: i64, current: Record, event: &Event) -> Written {
    log(connection, wish, number, event, true)?;
    Ok(Err(StoreError::Stale { event: event.name(), fence: wish.fence, current: Box::new(current) }))
}

fn transition(
    store: &Path,
    connection: &Connection,
    wish: &Wish,
    number: i64,
    before: Record,
    event: &Event,
) -> Written {
    let after = match machine::apply(&before, event, wish.now) {
        Ok(after) => after,
        Err(illegal) => {
            log(connection, wish, number, event, true)?;
            return Ok(Err(StoreError::Illegal { illegal, current: Box::new(before) }));
        }
    };
    let mut statement = connection.prepare_cached(
        "UPDATE job SET state = ?1, fence = ?2, forgotten = ?3, record = ?4 WHERE number = ?5 AND fence = ?6",
    )?;
    let text = text(wish.id, &after)?;
    let name = after.state.name();
    statement.execute(params![name, signed(after.fence), after.forgotten, text, number, signed(before.fence)])?;
    log(connection, wish, number, event, false)?;
    if after.forgotten {
        connection.prepare_cached("UPDATE event SET event = NULL WHERE job = ?1")?.execute(params![number])?;
    }
    book(store, connection, &Difference::between(Some(&before), &after))?;
    Ok(Ok(after))
}

fn log(connection: &Connection, wish: &Wish, number: i64, event: &Event, ignored: bool) -> Result<(), Trouble> {
    let mut statement = connection
        .prepare_cached("INSERT INTO event (job, fence, at, name, event, ignored) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let text = text(wish.id, event)?;
    statement.execute(params![number, signed(wish.fence), signed(wish.now.0), event.name(), text, ignored])?;
    Ok(())
}

/// Keeps the budgets what the sums of the jobs' commitments are.
fn book(store: &Path, connection: &Connection, difference: &Difference) -> Result<(), Trouble> {
    for ((scope, currency), entry) in &difference.0 {
        let (kind, name) = columns(scope);
        let currency = currency.as_deref().unwrap_or_default();
        let mut statement = connection
            .prepare_cached("SELECT reserved, spent FROM budget WHERE scope = ?1 AND name = ?2 AND currency = ?3")?;
        let row =
            statement.query_row(params![kind, name, currency], |row| Ok((units(store, row, 0), units(store, row, 1))));
        let (reserved, spent) = match row.optional()? {
            Some((reserved, spent)) => (reserved?, spent?),
            None => (0, 0),
        };
        let sum = |before: i128, more: i128| {
            before.checked_add(more).map(|sum| sum.to_string()).ok_or_else(|| corrupt(store, "a budget has no end"))
        };
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO budget (scope, name, currency, reserved, spent) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![kind, name, currency, sum(reserved, entry.reserved)?, sum(spent, entry.spent)?])?;
    }
    Ok(())
}

/// What is written down of it.
fn text(id: JobId, value: &impl Serialize) -> Result<String, Trouble> {
    let invalid = |why: String| StoreError::Invalid { id, why };
    let text = serde_json::to_string(value).map_err(|error| invalid(error.to_string()))?;
    if text.len() > LONGEST { Err(invalid("it is longer than 256 MiB".to_owned()).into()) } else { Ok(text) }
}

/// SQLite's integers have a sign.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
