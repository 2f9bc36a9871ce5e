//! What is left of a create whose outcome is unknown, and what can be made of it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use polyreel_spec::{Amount, Money};
use serde::{Deserialize, Serialize};

use crate::{Client, Error, Job, JobHandle, Result};

/// How long a lookup may know nothing of a job that was created: that it finds none means nothing sooner.
const SETTLED_AFTER: Duration = Duration::from_secs(240);

/// What can be used to find out what became of a create whose outcome is unknown. It can be written down, and holds no key.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The job, as far as anything is known of it.
    handle: JobHandle,
    fingerprint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    balance_before: Option<(Amount, String)>,
}

impl Evidence {
    pub(crate) fn new(handle: JobHandle, fingerprint: String) -> Self {
        Self { handle, fingerprint, request_id: None, reference: None, balance_before: None }
    }

    pub(crate) fn request_id_is(self, request_id: Option<String>) -> Self {
        Self { request_id, ..self }
    }

    pub(crate) fn reference_is(self, reference: Option<String>) -> Self {
        Self { reference, ..self }
    }

    pub(crate) fn balance_was(self, balance: Option<Money>) -> Self {
        let balance_before = balance.map(|money| (money.amount, money.currency.to_string()));
        Self { balance_before, ..self }
    }

    /// The provider's id.
    pub fn provider(&self) -> &str {
        self.handle.provider()
    }

    /// The model's key.
    pub fn model(&self) -> &str {
        self.handle.model()
    }

    /// Whether a simulator was asked, so that nothing was paid.
    pub fn is_simulated(&self) -> bool {
        self.handle.is_simulated()
    }

    /// When it was sent, to the second.
    pub fn sent_at(&self) -> SystemTime {
        self.handle.submitted_at()
    }

    /// A hash of the request without the key: equal requests have equal fingerprints.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The provider's name for the request, if there was an answer: what its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The reference that the caller gave the request, by which some providers find jobs.
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// What the answer named all the same, for example an `id`.
    pub fn named(&self) -> &BTreeMap<String, String> {
        self.handle.saved()
    }

    /// What the account held when it was last asked for before, as [`Client::balance`] does. What is gone since then may
    /// have paid for the job, or for any other.
    pub fn balance_before(&self) -> Option<Money> {
        let (amount, currency) = self.balance_before.clone()?;
        Some(Money { amount, currency: currency.into() })
    }

    /// Reads the written form.
    ///
    /// # Errors
    ///
    /// When the text is no evidence, or is of a newer version.
    pub fn from_json(text: &str) -> Result<Self> {
        let fail = |why: String| Error::configuration(format!("this is no evidence of a create: {why}"));
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| fail(error.to_string()))?;
        // A newer handle is refused with a word of its own.
        JobHandle::from_json(&value.get("handle").unwrap_or_default().to_string())?;
        serde_json::from_value(value).map_err(|error| fail(error.to_string()))
    }

    /// The written form: one JSON object.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Shows which request it is; URLs stay hidden, since they may be signed.
impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("handle", &self.handle)
            .field("sent_at", &self.sent_at())
            .field("fingerprint", &self.fingerprint)
            .field("request_id", &self.request_id)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

/// What asking after a create of unknown outcome came to.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "a job in a box could not be awaited")]
pub enum Reconciled {
    /// The job exists: go on with it.
    Found(Job),
    /// The provider, which finds jobs by the caller's reference, finds none, and has had time enough to know of it.
    NotFound,
    /// Nobody can tell, so look at the provider's dashboard. It stays as unknown as it was.
    CannotTell {
        /// Why not.
        why: String,
        /// Whether asking again may tell more.
        ask_again: bool,
        /// What the account held before and what it holds now, as far as the provider tells: a hint, and never a proof, since
        /// other jobs are paid from it as well.
        balance: (Option<Money>, Option<Money>),
    },
}

impl Client {
    /// The job of a create of unknown outcome whose id somebody has found, for example in the provider's dashboard. Sends
    /// nothing.
    ///
    /// # Errors
    ///
    /// When the evidence is of another provider or base URL, or the id alone does not lead to the job.
    pub fn adopt(&self, evidence: &Evidence, id: &str) -> Result<Job> {
        let saved = [("id".to_owned(), id.to_owned())].into();
        let job = self.resume(evidence.handle.clone().with_saved(saved))?;
        if job.can_be_asked() {
            return Ok(job);
        }
        let name = &self.provider().name;
        Err(Error::configuration(format!("a job of {name} cannot be asked for by its id alone"))
            .provider_is(&self.provider().id))
    }

    /// Asks the provider what became of a create whose outcome is unknown: by what its answer named, or by the caller's own
    /// reference. Spends nothing, and sends nothing that could create a job.
    ///
    /// # Errors
    ///
    /// When the evidence is of another provider or base URL.
    pub async fn reconcile(&self, evidence: &Evidence) -> Result<Reconciled> {
        let provider = self.provider();
        let handle = evidence.handle.clone();
        if *provider.id != *handle.provider() || handle.base_url() != self.base_url() {
            // Says which is which.
            return self.resume(handle).map(Reconciled::Found);
        }
        // What nobody tells is no sign that there is nothing.
        let (mut is_told, named) = match self.resume(handle.clone()).ok().filter(Job::can_be_asked) {
            None => (true, "its answer named no job".to_owned()),
            Some(named) => match named.ask_whether_known().await {
                Ok(true) => return self.resume(handle).map(Reconciled::Found),
                Ok(false) => (true, format!("its answer named the job {}, which is not known there", handle.id())),
                Err(why) => (false, format!("its answer named the job {}, and nobody tells of it: {why}", handle.id())),
            },
        };
        let mut is_early = false;
        let looked_up = match evidence.reference() {
            Some(reference) if provider.find.is_some() => match self.find_saved(reference).await {
                Ok(Some(saved)) => return self.resume(handle.with_saved(saved)).map(Reconciled::Found),
                Ok(None) => {
                    let since = self.clock().wall().duration_since(evidence.sent_at()).unwrap_or_default();
                    let left = SETTLED_AFTER.saturating_sub(since);
                    if left.is_zero() && is_told {
                        return Ok(Reconciled::NotFound);
                    }
                    is_early = !left.is_zero();
                    let again =
                        if is_early { format!(" yet; ask again in {} s", left.as_secs()) } else { String::new() };
                    format!("the provider finds no job of this reference{again}")
                }
                Err(error) => {
                    is_told = false;
                    format!("the lookup told nothing: {}", error.message())
                }
            },
            Some(_) => format!("{} finds no jobs by reference", provider.name),
            None if provider.find.is_some() => "the request had no reference to look for".to_owned(),
            None => format!("{} cannot be asked for jobs", provider.name),
        };
        let again = if is_told { "" } else { "; ask again" };
        let why = format!("{named}, and {looked_up}{again}");
        let now = if provider.balance.is_some() { self.balance().await.ok() } else { None };
        Ok(Reconciled::CannotTell { why, ask_again: !is_told || is_early, balance: (evidence.balance_before(), now) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_can_be_written_down() {
        let named = [("id".to_owned(), "7".to_owned())].into();
        let sent_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let handle = JobHandle::new("acme", "reel-1", "https://acme.test", sent_at, None, named);
        for amount in [1, 0, -5_000_000_000_000] {
            let balance = Money { amount: Amount { trillionths: amount }, currency: "USD".into() };
            let evidence = Evidence::new(handle.clone(), "abc".to_owned()).balance_was(Some(balance.clone()));
            let read = Evidence::from_json(&evidence.to_json()).unwrap();
            assert_eq!(read, evidence);
            assert_eq!((read.sent_at(), read.balance_before()), (sent_at, Some(balance)));
        }
        for text in ["", "{}", "{\"handle\":{}}", "{\"handle\":{\"version\":9}}", "[1]"] {
            assert!(Evidence::from_json(text).is_err(), "{text}");
        }
    }
}
