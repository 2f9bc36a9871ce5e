//! The head of an answer, apart from the HTTP library.

use std::time::Duration;

/// The head of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub(crate) http: u16,
    pub(crate) content_type: String,
    pub(crate) length: Option<u64>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) location: Option<String>,
}
