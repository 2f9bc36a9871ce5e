//! The exclusive right to send: a lock of the operating system, which ends with the process that has it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::file::io_problem;
use crate::{Result, StoreError};

/// Who may have the right.
#[derive(Debug)]
pub(super) enum Lockable {
    /// One process, by a file beside the store.
    File(PathBuf),
    /// One part of this process.
    Memory(Arc<AtomicBool>),
}

/// The right itself. Dropping it gives it back.
#[derive(Debug)]
pub(super) enum Lock {
    File(File),
    Memory(Arc<AtomicBool>),
}

impl Lockable {
    /// `jobs.sqlite` → `jobs.sqlite.lock`.
    pub(super) fn beside(store: &Path) -> Self {
        let mut name = store.as_os_str().to_owned();
        name.push(".lock");
        Self::File(name.into())
    }

    /// Takes it if nobody has it.
    pub(super) fn lock(&self, store: &Path) -> Result<Lock> {
        let owned = |pid| StoreError::Owned { store: store.to_owned(), pid };
        match self {
            Self::Memory(taken) if taken.swap(true, Ordering::SeqCst) => Err(owned(Some(std::process::id()))),
            Self::Memory(taken) => Ok(Lock::Memory(Arc::clone(taken))),
            Self::File(path) => {
                let problem = |error: std::io::Error| io_problem(store, &error);
                let mut file = open(path).map_err(problem)?;
                match file.try_lock() {
                    Ok(()) => {}
                    Err(TryLockError::WouldBlock) => return Err(owned(pid(&mut file))),
                    Err(TryLockError::Error(error)) => return Err(problem(error)),
                }
                file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())).map_err(problem)?;
                Ok(Lock::File(file))
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        match self {
            // Who looks into it next is not told of a process that is gone. Closing the file is not enough: a process that
            // is being started somewhere in this one has a copy of it for a moment, and with it the lock.
            Self::File(file) => drop(file.set_len(0).and_then(|()| file.unlock())),
            Self::Memory(taken) => taken.store(false, Ordering::SeqCst),
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Who has it, where that can be read.
fn pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.parse().ok()
}
