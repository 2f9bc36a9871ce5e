//! The tables, and what a connection is told before it does anything.

use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

/// What tells a store from any other SQLite file: `poly` in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x706f_6c79;

/// Each brings the tables from one version to the next; the first makes them. Never change one that was released.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE job (
        number INTEGER PRIMARY KEY, -- the order in which jobs were added
        id TEXT NOT NULL UNIQUE,
        key TEXT UNIQUE,
        batch TEXT,
        state TEXT NOT NULL,
        fence INTEGER NOT NULL,
        forgotten INTEGER NOT NULL,
        record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX job_by_state ON job (state);
    CREATE INDEX job_by_batch ON job (batch) WHERE batch IS NOT NULL;
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        job INTEGER NOT NULL REFERENCES job,
        fence INTEGER NOT NULL, -- of the record that it was based on
        at INTEGER NOT NULL,
        name TEXT NOT NULL,
        event TEXT, -- NULL when the job is forgotten
        ignored INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX event_by_job ON event (job);
    CREATE TABLE budget (
        scope TEXT NOT NULL, -- all, batch or day
        name TEXT NOT NULL, -- of the batch or day
        currency TEXT NOT NULL, -- empty for creates without a price, which are counted
        reserved TEXT NOT NULL, -- in trillionths, too many for INTEGER
        spent TEXT NOT NULL,
        PRIMARY KEY (scope, name, currency)
    ) STRICT, WITHOUT ROWID;
"];

/// The version of the tables that this program knows.
pub(super) fn version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings the tables to this program's version, unless another process has done so meanwhile.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (_, migration) in (0..).zip(MIGRATIONS).filter(|(to, _)| *to >= from) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", version())?;
    transaction.commit()
}

/// What every connection is told.
pub(super) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    // Another process writes for milliseconds. One that is stopped in the middle must not stop all others for ever.
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.set_prepared_statement_cache_capacity(64);
    for (pragma, value) in [
        // A commit is on disk when it is answered, on macOS as well, after a loss of power as well.
        ("synchronous", "FULL"),
        ("fullfsync", "ON"),
        ("checkpoint_fullfsync", "ON"),
        ("foreign_keys", "ON"),
        // What is forgotten is overwritten.
        ("secure_delete", "ON"),
        // A file that was tampered with or damaged is noticed, and runs nothing.
        ("cell_size_check", "ON"),
        ("trusted_schema", "OFF"),
    ] {
        connection.pragma_update(None, pragma, value)?;
    }
    Ok(())
}
