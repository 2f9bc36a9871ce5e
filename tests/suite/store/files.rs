//! The file of a store: who may see it, what is refused, and that what is refused is left alone.

use std::path::Path;

use polyreel_store::{Caps, Charge, Driver, Event, Filter, SqliteDriver, StoreError, Unusable};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use serde_json::json;

use super::support::{NOON, events, job};

fn refused(path: &Path) -> Unusable {
    match SqliteDriver::open(path).unwrap_err() {
        StoreError::Unusable { why, store } => {
            assert_eq!(store.file_name(), path.file_name());
            why
        }
        other => panic!("{other}"),
    }
}

/// A store with a job, closed.
async fn store(path: &Path) {
    let driver = SqliteDriver::open(path).unwrap();
    driver.add(vec![job(&["0.3"])], NOON).await.unwrap();
}

#[tokio::test]
async fn what_is_no_store_is_refused_and_left_alone() {
    let check = |prepare: &dyn Fn(&Path), expected: Unusable| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.sqlite");
        prepare(&path);
        let before = std::fs::read(&path).ok();
        assert_eq!(refused(&path), expected);
        assert_eq!(std::fs::read(&path).ok(), before, "{expected}");
        let others: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(others, ["jobs.sqlite"], "{expected}");
    };
    let sql = |text: &'static str| move |path: &Path| Connection::open(path).unwrap().execute_batch(text).unwrap();
    check(&|path| std::fs::create_dir(path).unwrap(), Unusable::Folder);
    check(&|path| std::fs::write(path, "").unwrap(), Unusable::Foreign);
    check(&|path| std::fs::write(path, "SQLite format 3\0").unwrap(), Unusable::Foreign);
    check(&|path| std::fs::write(path, "prompts: a cat".repeat(100)).unwrap(), Unusable::Foreign);
    check(&sql("CREATE TABLE cat (name TEXT)"), Unusable::Foreign);
    check(&sql("PRAGMA journal_mode = WAL; CREATE TABLE cat (name TEXT)"), Unusable::Foreign);
    check(&sql("PRAGMA application_id = 7; CREATE TABLE job (name TEXT)"), Unusable::Foreign);
    check(&sql("PRAGMA application_id = 0x706f6c79; PRAGMA user_version = 2"), Unusable::Newer { version: 2 });
    #[cfg(unix)]
    {
        assert_eq!(refused(Path::new("/dev/null")), Unusable::NotAFile);
        check(&|path| std::os::unix::fs::symlink("nowhere", path).unwrap(), not_found());
    }
}

#[cfg(unix)]
fn not_found() -> Unusable {
    Unusable::Io(std::io::Error::from_raw_os_error(2).to_string())
}

/// A newer version that has not been written into the file itself yet is seen as well.
#[tokio::test]
async fn a_newer_version_is_refused_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.sqlite");
    store(&path).await;
    let other = Connection::open(&path).unwrap();
    // As if its program had been killed.
    other.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    other.execute_batch("PRAGMA user_version = 7").unwrap();
    drop(other);
    let log = path.with_file_name("jobs.sqlite-wal");
    let before = [std::fs::read(&path).unwrap(), std::fs::read(&log).unwrap()];
    let error = SqliteDriver::open(&path).unwrap_err();
    assert!(error.to_string().contains("written by a newer version of polyreel"), "{error}");
    assert_eq!(refused(&path), Unusable::Newer { version: 7 });
    assert_eq!([std::fs::read(&path).unwrap(), std::fs::read(&log).unwrap()], before);
    assert_eq!(before[0][60..64], [0, 0, 0, 1]);
    Connection::open(&path).unwrap().execute_batch("PRAGMA wal_checkpoint").unwrap();
    assert_eq!(refused(&path), Unusable::Newer { version: 7 });
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_look_into_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a").join("b").join("jobs.sqlite");
    for is_new in [true, false] {
        let driver = SqliteDriver::open(&path).unwrap();
        driver.add(vec![job(&["0.3"])], NOON).await.unwrap();
        let owned = driver.own(NOON).await.unwrap();
        for name in ["jobs.sqlite", "jobs.sqlite-wal", "jobs.sqlite-shm", "jobs.sqlite.lock"] {
            assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name} {is_new}");
        }
        assert_eq!([path.parent().unwrap(), path.parent().unwrap().parent().unwrap()].map(mode), [0o700; 2]);
        drop((owned, driver));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
}

/// Whoever may write everywhere, as root may, sees nothing of it.
#[cfg(unix)]
#[tokio::test]
async fn a_read_only_folder_or_file_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    set(folder.path(), 0o500);
    let is_free = std::fs::write(folder.path().join("free"), "").is_ok();
    let new = SqliteDriver::open(folder.path().join("jobs.sqlite"));
    set(folder.path(), 0o700);
    if is_free {
        assert!(new.is_ok());
        return;
    }
    let read_only = |error: StoreError| {
        assert!(matches!(error, StoreError::Unusable { why: Unusable::ReadOnly, .. }), "{error}");
    };
    read_only(new.unwrap_err());
    let path = folder.path().join("jobs.sqlite");
    store(&path).await;
    set(folder.path(), 0o500);
    let in_folder = SqliteDriver::open(&path);
    set(folder.path(), 0o700);
    read_only(in_folder.unwrap_err());
    set(&path, 0o400);
    read_only(SqliteDriver::open(&path).unwrap_err());
}

/// All that open a new store at once have the same one.
#[test]
fn a_store_is_begun_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("jobs.sqlite");
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let driver = SqliteDriver::open(&path).unwrap();
                runtime().block_on(driver.add(vec![job(&["0.3"])], NOON)).unwrap();
            });
        }
    });
    let driver = SqliteDriver::open(&path).unwrap();
    assert_eq!(runtime().block_on(driver.list(Filter::default())).unwrap().len(), 8);
    let names = std::fs::read_dir(folder.path().join("new")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| name.to_string_lossy().starts_with("jobs.sqlite")));
}

/// A store by another name is the same store, also to whoever wants to send.
#[cfg(unix)]
#[tokio::test]
async fn a_link_leads_to_the_same_lock() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("jobs.sqlite"), folder.path().join("link.sqlite"));
    store(&path).await;
    std::os::unix::fs::symlink("jobs.sqlite", &link).unwrap();
    let (driver, linked) = (SqliteDriver::open(&path).unwrap(), SqliteDriver::open(&link).unwrap());
    assert_eq!(driver.path(), linked.path());
    let _owned = driver.own(NOON).await.unwrap();
    let refused = linked.own(NOON).await.unwrap_err();
    assert!(matches!(refused, StoreError::Owned { .. }), "{refused}");
}

/// A copy that SQLite makes is a store.
#[tokio::test]
async fn a_backup_is_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("jobs.sqlite"), folder.path().join("copy.sqlite"));
    let driver = SqliteDriver::open(&path).unwrap();
    driver.add(vec![job(&["0.3"]), job(&["0.2"])], NOON).await.unwrap();
    Connection::open(&path).unwrap().execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    let copied = SqliteDriver::open(&copy).unwrap();
    let all = Filter::default;
    assert_eq!(copied.list(all()).await.unwrap(), driver.list(all()).await.unwrap());
}

/// What is forgotten stands in no byte of the file, and its key and its money stay.
#[tokio::test]
async fn what_is_forgotten_is_gone_but_for_key_and_money() {
    const SECRET: &str = "a very secret cat";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.sqlite");
    let contains = || {
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
    };
    let mut new = job(&["0.3"]);
    new.order.request = json!({ "prompt": SECRET });
    new.order.output = Some(SECRET.into());
    new.key = Some("key".to_owned());
    let again = new.clone();
    let spent = {
        let driver = SqliteDriver::open(&path).unwrap();
        let owner = driver.own(NOON).await.unwrap().owner;
        let record = driver.add(vec![new], NOON).await.unwrap().remove(0).record;
        let mut record = owner.reserve(record.id, record.fence, Caps::default(), NOON).await.unwrap();
        let secret = || json!({ "secret": SECRET });
        for event in [
            Event::Sending { evidence: Some(secret()) },
            Event::Unclear { why: SECRET.to_owned(), evidence: Some(secret()), ask_from: None },
            events()["found"].clone(),
            Event::Made {
                film: secret(),
                charge: Charge::default(),
                also: secret(),
                film_until: None,
                handle: Some(secret()),
            },
            Event::Fetching,
            events()["saved"].clone(),
        ] {
            record = owner.apply(record.id, record.fence, event, NOON).await.unwrap();
        }
        let late = owner.apply(record.id, 0, Event::NotFetched { why: SECRET.to_owned() }, NOON).await;
        assert!(matches!(late, Err(StoreError::Stale { .. })));
        record.commitment
    };
    assert!(contains());
    {
        let driver = SqliteDriver::open(&path).unwrap();
        let [record] = &driver.list(Filter::default()).await.unwrap()[..] else { panic!() };
        driver.apply(record.id, record.fence, Event::Forgotten, NOON).await.unwrap();
        assert_eq!(driver.list(Filter::default()).await.unwrap(), []);
        let happened = driver.events(record.id).await.unwrap();
        assert!(happened.len() > 7 && happened.iter().all(|happened| happened.event.is_none()));
        let [added] = &driver.add(vec![again], NOON).await.unwrap()[..] else { panic!() };
        assert!(added.existed && added.record.forgotten);
        assert_eq!(added.record.commitment, spent);
    }
    assert!(!contains());
}
