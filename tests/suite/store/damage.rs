//! A file that is damaged: it is refused, or what it gives is what was put in. Nothing is guessed, and nothing panics.

use std::path::Path;

use polyreel_store::{Caps, Driver, Filter, Record, Scope, SqliteDriver, StoreError, Unusable};

use super::model::Model;
use super::support::{NOON, events, job};

const PAGE: usize = 4096;

/// Jobs in many states, and all that was ever true of them.
async fn jobs(driver: &dyn Driver, count: usize) -> Vec<Record> {
    let owner = driver.own(NOON).await.unwrap().owner;
    let mut all = Vec::new();
    for place in 0..count {
        let mut record = driver.add(vec![job(&["0.3"])], NOON).await.unwrap().remove(0).record;
        all.push(record.clone());
        if place % 4 > 0 {
            record = owner.reserve(record.id, record.fence, Caps::default(), NOON).await.unwrap();
            all.push(record.clone());
        }
        for event in ["sending", "accepted", "made"].into_iter().take((place % 4).saturating_sub(1)) {
            record = owner.apply(record.id, record.fence, events()[event].clone(), NOON).await.unwrap();
            all.push(record.clone());
        }
    }
    all
}

/// What a damaged file gives, or why it is refused.
async fn look(path: &Path) -> Result<Vec<Record>, StoreError> {
    let driver = SqliteDriver::open(path)?;
    let records = driver.list(Filter::default()).await?;
    for record in &records {
        driver.events(record.id).await?;
    }
    driver.spending(Scope::All).await?;
    Ok(records)
}

fn is_refusal(error: &StoreError) -> bool {
    matches!(error, StoreError::Unusable { why: Unusable::Corrupt(_) | Unusable::Foreign | Unusable::Newer { .. }, .. })
}

/// A closed store of some pages.
async fn whole() -> (Vec<u8>, Vec<Record>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.sqlite");
    let driver = SqliteDriver::open(&path).unwrap();
    jobs(&driver, 40).await;
    let records = driver.list(Filter::default()).await.unwrap();
    drop(driver);
    (std::fs::read(&path).unwrap(), records)
}

#[tokio::test]
async fn a_file_that_is_cut_off_is_refused() {
    let (bytes, records) = whole().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.sqlite");
    let around_pages = (0..bytes.len()).filter(|length| (length + 2) % PAGE < 4 || length % 1000 == 0);
    for length in (0..120).chain(around_pages) {
        std::fs::write(&path, &bytes[..length]).unwrap();
        let refused = look(&path).await.unwrap_err();
        assert!(is_refusal(&refused), "{length}: {refused}");
        assert_eq!(std::fs::read(&path).unwrap(), &bytes[..length]);
    }
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(look(&path).await.unwrap(), records);
}

#[tokio::test]
async fn a_page_that_is_overwritten_is_refused_or_not_needed() {
    let (bytes, records) = whole().await;
    for page in 0..bytes.len() / PAGE {
        for fill in [0, 0xff, b'x'] {
            for range in [page * PAGE..(page + 1) * PAGE, page * PAGE..page * PAGE + 120] {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("jobs.sqlite");
                let mut damaged = bytes.clone();
                let is_whole = range.len() == PAGE;
                damaged[range].fill(fill);
                std::fs::write(&path, &damaged).unwrap();
                match look(&path).await {
                    Ok(found) => assert!(found == records && !is_whole, "page {page} of {fill}"),
                    Err(refused) => assert!(is_refusal(&refused), "page {page} of {fill}: {refused}"),
                }
                // Whatever is asked for afterwards.
                assert!(!is_whole || SqliteDriver::open(&path).is_err(), "page {page} of {fill}");
            }
        }
    }
}

/// A job whose row says otherwise than its record is not believed.
#[tokio::test]
async fn a_row_that_contradicts_itself_is_refused() {
    for change in
        ["state = 'queued'", "fence = 4", "id = 'cat'", "record = '{}'", "record = replace(record, 'running', 'ran')"]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.sqlite");
        jobs(&SqliteDriver::open(&path).unwrap(), 4).await;
        assert_eq!(look(&path).await.unwrap().len(), 4);
        let sql = format!("UPDATE job SET {change} WHERE state = 'running'");
        assert_eq!(rusqlite::Connection::open(&path).unwrap().execute(&sql, []).unwrap(), 1);
        let refused = look(&path).await.unwrap_err();
        assert!(is_refusal(&refused), "{change}: {refused}");
    }
}

/// A bit that is turned over may make a text another text, which nobody can know. It makes no panic.
#[tokio::test]
async fn a_bit_that_is_turned_over_makes_no_panic() {
    let (bytes, _) = whole().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.sqlite");
    for place in (0..bytes.len()).step_by(bytes.len() / 300) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (place % 8);
        std::fs::write(&path, &damaged).unwrap();
        if let Err(refused) = look(&path).await {
            assert!(matches!(refused, StoreError::Unusable { .. }), "{place}: {refused}");
        }
        let _ = std::fs::remove_file(path.with_file_name("jobs.sqlite-wal"));
    }
}

/// What SQLite writes beside the file first may be torn by a loss of power: then the last transitions are missing, and all
/// that is left was true once, with its money.
#[tokio::test]
async fn a_torn_log_gives_an_earlier_moment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.sqlite");
    let driver = SqliteDriver::open(&path).unwrap();
    let all = jobs(&driver, 12).await;
    let log = std::fs::read(path.with_file_name("jobs.sqlite-wal")).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert!(log.len() > 10 * PAGE);
    let mut moments = std::collections::BTreeSet::new();
    for length in (0..log.len()).step_by(1777) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.sqlite");
        std::fs::write(&path, &bytes).unwrap();
        std::fs::write(path.with_file_name("jobs.sqlite-wal"), &log[..length]).unwrap();
        let found = look(&path).await.unwrap();
        assert!(found.iter().all(|record| all.contains(record)), "{length}");
        let mut spending = Vec::new();
        for driver in [&SqliteDriver::open(&path).unwrap() as &dyn Driver, &Model::of(found.clone())] {
            spending.push(driver.spending(Scope::All).await.unwrap());
        }
        assert_eq!(spending[0], spending[1], "{length}");
        moments.insert((found.len(), found.iter().map(|record| record.fence).sum::<u64>()));
    }
    assert!(moments.len() > 10, "{moments:?}");
}
