//! Questions to the tables.

use std::path::Path;

use polyreel_spec::Amount;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::de::DeserializeOwned;

use super::trouble::{Trouble, corrupt};
use crate::{Filter, Happened, JobId, Record, Scope, Spending, State, StoreError, Sum, Timestamp};

type Read<T> = Result<T, Trouble>;

/// So many are found at most.
const MOST_FOUND: u32 = 10;

/// What a record is read from.
pub(super) const COLUMNS: &str = "number, id, state, fence, record";

/// A record and its row's number.
pub(super) fn record(store: &Path, row: &Row<'_>) -> Read<(i64, Record)> {
    let (number, id, state): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let fence: i64 = row.get(3)?;
    let record: Record = json(store, row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?)?;
    let is_itself =
        record.id.to_string() == id && record.state.name() == state && i64::try_from(record.fence) == Ok(fence);
    if is_itself { Ok((number, record)) } else { Err(corrupt(store, format!("job {id} contradicts itself")).into()) }
}

pub(super) fn json<T: DeserializeOwned>(store: &Path, text: &str) -> Read<T> {
    serde_json::from_str(text).map_err(|error| corrupt(store, format!("a row cannot be read: {error}")).into())
}

/// All that a statement gives.
pub(super) fn records(
    store: &Path,
    connection: &Connection,
    condition: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Read<Vec<(i64, Record)>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM job WHERE {condition}"))?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(record(store, row)?);
    }
    Ok(found)
}

/// A job by its name.
pub(super) fn get(store: &Path, connection: &Connection, id: JobId) -> Read<Option<(i64, Record)>> {
    Ok(records(store, connection, "id = ?1", &[&id.to_string()])?.pop())
}

pub(super) fn list(store: &Path, connection: &Connection, filter: &Filter) -> Read<Vec<Record>> {
    let states = if filter.states.is_empty() { &State::ALL[..] } else { &filter.states };
    let states = states.iter().filter(|state| !(filter.open_only && state.is_terminal()));
    let states: Vec<_> = states.map(|state| format!("'{state}'")).collect();
    let in_state = if states.len() == State::ALL.len() { "TRUE" } else { &format!("state IN ({})", states.join(", ")) };
    let after = match filter.after {
        Some(id) => get(store, connection, id)?.ok_or(StoreError::NotFound(id))?.0,
        None => 0,
    };
    let of_batch = if filter.batch.is_some() { "batch = ?2" } else { "?2 IS NULL" };
    let known = if filter.forgotten_too { "TRUE" } else { "NOT forgotten" };
    let condition = format!("number > ?1 AND {of_batch} AND {in_state} AND {known} ORDER BY number LIMIT ?3");
    let limit = filter.limit.map_or(-1, i64::from);
    let found = records(store, connection, &condition, &[&after, &filter.batch, &limit])?;
    Ok(found.into_iter().map(|(_, record)| record).collect())
}

pub(super) fn find(store: &Path, connection: &Connection, part: &str) -> Read<Vec<Record>> {
    let part = part.to_ascii_lowercase();
    if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
        return Ok(Vec::new());
    }
    let condition = "(id LIKE ?1 || '%' OR id LIKE '%' || ?1) AND NOT forgotten ORDER BY number LIMIT ?2";
    let found = records(store, connection, condition, &[&part, &MOST_FOUND])?;
    Ok(found.into_iter().map(|(_, record)| record).collect())
}

pub(super) fn events(store: &Path, connection: &Connection, id: JobId) -> Read<Vec<Happened>> {
    let mut statement = connection.prepare_cached(
        "SELECT event.fence, at, name, event, ignored FROM event JOIN job ON job.number = event.job
         WHERE id = ?1 ORDER BY event.number",
    )?;
    let mut rows = statement.query(params![id.to_string()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let event: Option<String> = row.get(3)?;
        found.push(Happened {
            fence: unsigned(row.get(0)?),
            at: Timestamp(unsigned(row.get(1)?)),
            name: row.get(2)?,
            event: event.map(|text| json(store, &text)).transpose()?,
            ignored: row.get(4)?,
        });
    }
    Ok(found)
}

/// SQLite's integers have a sign.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(super) fn spending(store: &Path, connection: &Connection, scope: &Scope) -> Read<Spending> {
    let (kind, name) = columns(scope);
    let mut statement =
        connection.prepare_cached("SELECT currency, reserved, spent FROM budget WHERE scope = ?1 AND name = ?2")?;
    let mut rows = statement.query(params![kind, name])?;
    let mut spending = Spending::default();
    while let Some(row) = rows.next()? {
        let currency: String = row.get(0)?;
        let (reserved, spent) = (units(store, row, 1)?, units(store, row, 2)?);
        if currency.is_empty() {
            spending.unpriced = u64::try_from(reserved.saturating_add(spent)).unwrap_or_default();
        } else if (reserved, spent) != (0, 0) {
            let amount = |trillionths| Amount { trillionths };
            spending.sums.insert(currency, Sum { reserved: amount(reserved), spent: amount(spent) });
        }
    }
    Ok(spending)
}

/// A sum of a budget.
pub(super) fn units(store: &Path, row: &Row<'_>, column: usize) -> Read<i128> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| corrupt(store, format!("a budget reads {text:?}")).into())
}

/// How a scope is written down.
pub(super) fn columns(scope: &Scope) -> (&'static str, String) {
    match scope {
        Scope::All => ("all", String::new()),
        Scope::Batch(name) => ("batch", name.clone()),
        // Texts of one length sort like numbers.
        Scope::Day(day) => ("day", format!("{:020}", day.0)),
    }
}

/// The last day of which there is a budget.
pub(super) fn last_day(connection: &Connection) -> Read<Option<u64>> {
    let sql = "SELECT name FROM budget WHERE scope = 'day' ORDER BY name DESC LIMIT 1";
    let name: Option<String> = connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(name.and_then(|name| name.parse().ok()))
}
