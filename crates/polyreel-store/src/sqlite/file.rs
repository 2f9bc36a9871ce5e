//! The file of a store: looked at before it is opened, made whole before it has its name.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::schema::{APPLICATION_ID, configure, migrate, version};
use super::trouble::{corrupt, explain, unusable};
use crate::{Result, Unusable};

/// How a SQLite file begins.
const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER: usize = 100;
/// Where the version and the application id stand in the header.
const USER_VERSION_AT: usize = 60;
const APPLICATION_ID_AT: usize = 68;
/// The last connection to a file writes into it when it is closed. One that refuses the file must not.
const CLOSES_QUIETLY: DbConfig = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;

/// The file's own path, and a connection to write and one to read. A file that is refused is not changed.
pub(super) fn open(path: &Path) -> Result<(PathBuf, Connection, Connection)> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        create(path)?;
    }
    // Whoever names the file in another way has the same lock.
    let path = fs::canonicalize(path).map_err(|error| io_problem(path, &error))?;
    inspect(&path)?;
    keep_private(&path);
    let mut writer = connect(&path)?;
    check(&path, &mut writer)?;
    let reader = connect(&path)?;
    let used = || -> rusqlite::Result<()> {
        reader.pragma_update(None, "query_only", "ON")?;
        for connection in [&writer, &reader] {
            connection.set_db_config(CLOSES_QUIETLY, false)?;
        }
        Ok(())
    };
    used().map_err(|error| explain(&path, &error))?;
    Ok((path, writer, reader))
}

/// A store that ends with the program.
pub(super) fn open_in_memory() -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    configure(&connection)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A store holds prompts and signed links. SQLite gives the files beside it the same mode.
fn keep_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map(|metadata| metadata.permissions().mode()).unwrap_or_default();
        if mode & 0o077 != 0 {
            // Of another user's file it cannot be changed, and need not be.
            drop(fs::set_permissions(path, fs::Permissions::from_mode(0o600)));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Refuses what is no store of this program or an older one, by its first bytes alone.
fn inspect(path: &Path) -> Result<()> {
    let problem = |error: &io::Error| io_problem(path, error);
    let metadata = fs::metadata(path).map_err(|error| problem(&error))?;
    if metadata.is_dir() {
        return Err(unusable(path, Unusable::Folder));
    }
    if !metadata.is_file() {
        return Err(unusable(path, Unusable::NotAFile));
    }
    let mut header = Vec::with_capacity(HEADER);
    // Closing it ends the locks that this process may have on the file already; the SQLite that is compiled in notices.
    let file = File::open(path).map_err(|error| problem(&error))?;
    file.take(HEADER as u64).read_to_end(&mut header).map_err(|error| problem(&error))?;
    let number = |at: usize| {
        let bytes = header.get(at..at + 4)?.try_into().ok()?;
        Some(i64::from(i32::from_be_bytes(bytes)))
    };
    if !header.starts_with(MAGIC) || number(APPLICATION_ID_AT) != Some(APPLICATION_ID) {
        return Err(unusable(path, Unusable::Foreign));
    }
    // An older one may have become newer meanwhile, beside the file: SQLite is asked again.
    is_known(path, number(USER_VERSION_AT).unwrap_or_default())
}

fn is_known(path: &Path, found: i64) -> Result<()> {
    if found > version() { Err(unusable(path, Unusable::Newer { version: found })) } else { Ok(()) }
}

fn connect(path: &Path) -> Result<Connection> {
    let explained = |error: rusqlite::Error| explain(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(explained)?;
    connection.set_db_config(CLOSES_QUIETLY, true).map_err(explained)?;
    configure(&connection).map_err(explained)?;
    Ok(connection)
}

/// Refuses what only SQLite can tell, and brings the tables up to date.
fn check(path: &Path, connection: &mut Connection) -> Result<()> {
    let explained = |error: rusqlite::Error| explain(path, &error);
    if connection.is_readonly("main").map_err(explained)? {
        return Err(unusable(path, Unusable::ReadOnly));
    }
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(explained)?;
    is_known(path, found)?;
    let problem: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(explained)?;
    if problem != "ok" {
        return Err(corrupt(path, problem));
    }
    if found < version() {
        migrate(connection).map_err(explained)?;
    }
    write_ahead(connection).map_err(explained)
}

/// Readers and the writer do not wait for each other.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
}

/// Makes a whole store and gives it its name then, unless another process has been faster.
fn create(path: &Path) -> Result<()> {
    let problem = |error: io::Error| io_problem(path, &error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folder(folder).map_err(problem)?;
    let new = tempfile::Builder::new().prefix(".jobs-").tempfile_in(folder).map_err(problem)?.into_temp_path();
    let make = || -> rusqlite::Result<()> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&new, flags)?;
        configure(&connection)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrate(&mut connection)?;
        write_ahead(&connection)?;
        connection.close().map_err(|(_, error)| error)
    };
    make().map_err(|error| explain(path, &error))?;
    match new.persist_noclobber(path) {
        Ok(()) => sync_folder(folder).map_err(problem),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(problem(error.error)),
    }
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A new name is on disk when its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

pub(super) fn io_problem(path: &Path, error: &io::Error) -> crate::StoreError {
    let why = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Unusable::ReadOnly,
        _ => Unusable::Io(error.to_string()),
    };
    unusable(path, why)
}
