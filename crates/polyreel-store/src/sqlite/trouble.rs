//! From SQLite's errors to ours.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::{StoreError, Unusable};

/// Why a request did not take place.
pub(super) enum Trouble {
    /// It is to blame itself, and alone.
    Refused(Box<StoreError>),
    /// The database is to blame.
    Database(rusqlite::Error),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Refused(Box::new(error))
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// An error of what is in the database, not of the request.
pub(super) fn corrupt(store: &Path, why: impl Into<String>) -> StoreError {
    unusable(store, Unusable::Corrupt(why.into()))
}

pub(super) fn unusable(store: &Path, why: Unusable) -> StoreError {
    StoreError::Unusable { store: store.to_owned(), why }
}

/// What went wrong while a store was opened or read.
pub(super) fn explain(store: &Path, error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { store: store.to_owned() },
        // `Unknown`: its tables or columns are not those that it should have.
        None
        | Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown | ErrorCode::TypeMismatch) => {
            corrupt(store, error.to_string())
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => unusable(store, Unusable::ReadOnly),
        _ => unusable(store, Unusable::Io(error.to_string())),
    }
}
