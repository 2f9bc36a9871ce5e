//! What is kept of a job, so that it can be followed in another process.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::wire::Saved;
use crate::{Error, ErrorKind, Result};

/// The version of the written form. A newer one is refused with a clear error.
const VERSION: u32 = 1;

/// A job as it can be written down: everything that the next poll needs, and never the key.
///
/// Keep it as soon as [`crate::Request::submit`] returns: while you have it, a paid film cannot be lost.
///
/// It may hold a polling URL that the provider signed, so treat it like a private file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobHandle {
    version: u32,
    provider: String,
    model: String,
    base_url: String,
    submitted_at: u64,
    latency_ms: Option<(u64, u64)>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    simulated: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    create_path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    saved: Saved,
}

impl JobHandle {
    pub(crate) fn new(
        provider: &str,
        model: &str,
        base_url: &str,
        submitted_at: SystemTime,
        latency_ms: Option<(u64, u64)>,
        saved: Saved,
    ) -> Self {
        let since = submitted_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self {
            version: VERSION,
            provider: provider.to_owned(),
            model: model.to_owned(),
            base_url: base_url.to_owned(),
            submitted_at: since.as_secs(),
            latency_ms,
            simulated: false,
            create_path: String::new(),
            request_id: None,
            saved,
        }
    }

    /// The handle with the path that the create was sent to, for later calls that need it.
    pub(crate) fn created_at(self, path: &str) -> Self {
        Self { create_path: path.to_owned(), ..self }
    }

    /// The handle with the provider's name for the create.
    pub(crate) fn request_id_is(self, request_id: Option<String>) -> Self {
        Self { request_id, ..self }
    }

    /// The provider's name for the create, if it gave it one: what its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    pub(crate) fn create_path(&self) -> &str {
        &self.create_path
    }

    /// The same with other values for later calls.
    pub(crate) fn with_saved(self, saved: Saved) -> Self {
        Self { saved, ..self }
    }

    /// The handle of a job that a simulator plays.
    pub(crate) fn simulated(self) -> Self {
        Self { simulated: true, ..self }
    }

    /// Reads the written form.
    ///
    /// # Errors
    ///
    /// When the text is no handle, or one of a newer version.
    pub fn from_json(text: &str) -> Result<Self> {
        let fail = |why: String| Error::new(ErrorKind::Configuration, format!("this is not a job handle: {why}"));
        let version = serde_json::from_str::<serde_json::Value>(text).map_err(|error| fail(error.to_string()))?;
        match version.get("version").and_then(serde_json::Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => {
                return Err(fail(format!("its version is {version}, this program reads {VERSION}; use a newer one")));
            }
            None => return Err(fail("it has no version".to_owned())),
        }
        let handle: Self = serde_json::from_value(version).map_err(|error| fail(error.to_string()))?;
        Ok(handle)
    }

    /// The written form: one JSON object.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Whether a simulator plays the job, so that nothing was paid.
    pub fn is_simulated(&self) -> bool {
        self.simulated
    }

    /// The job's id at the provider.
    pub fn id(&self) -> &str {
        self.saved.get("id").map_or("", String::as_str)
    }

    /// The provider's id.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The model's key.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The base URL that the job was created at.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// When the provider accepted the job.
    pub fn submitted_at(&self) -> SystemTime {
        // A handle is a file that anyone may have edited; a time that no clock can show is read as the beginning.
        let since = Duration::from_secs(self.submitted_at);
        SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// Usual shortest and longest time of this work, if the provider states it.
    pub fn latency(&self) -> Option<(Duration, Duration)> {
        self.latency_ms.map(|(short, long)| (Duration::from_millis(short), Duration::from_millis(long)))
    }

    pub(crate) fn saved(&self) -> &Saved {
        &self.saved
    }
}

/// Shows which job it is; URLs stay hidden, since they may be signed.
impl fmt::Debug for JobHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobHandle")
            .field("provider", &self.provider)
            .field("model", &self.model)
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
