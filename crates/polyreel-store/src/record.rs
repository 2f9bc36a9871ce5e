//! What is kept of a job.

use std::path::PathBuf;
use std::time::Duration;

use polyreel::Choice;
use polyreel_spec::{Amount, Money};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Day, JobId, State, Timestamp};

/// Everything that is known of a job. Only [`apply`](crate::machine::apply) makes a new one from an old one.
///
/// Request, handle, evidence and film are JSON of whoever drives jobs; nothing here looks into them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its name.
    pub id: JobId,
    /// Counts its transitions. Whoever wants the next one says which record it is based on.
    pub fence: u64,
    /// Where it stands.
    pub state: State,
    /// The batch that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// What keeps it from being added twice: at most one job of a store has this key, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed; never earlier than it did before.
    pub updated_at: Timestamp,
    /// What is wanted.
    pub order: Order,
    /// Which of the candidates is tried: an index into [`Order::candidates`].
    pub candidate: usize,
    /// How often its owner has had it made, from 1: more than once only where a person asked for it.
    pub attempt: u32,
    /// Where it stood when its owner wanted it made once more, until something is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resubmitted_from: Option<State>,
    /// The money of this attempt: `None` where nothing is reserved and nothing can have been spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// The money of earlier attempts, all of which counts as spent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Commitment>,
    /// When the create of this attempt was about to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// The provider's job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<Value>,
    /// What can be used to find the provider's job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Value>,
    /// When it is of use to ask what became of the create.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_from: Option<Timestamp>,
    /// Where the film can be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub film: Option<Value>,
    /// When the provider forgets the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<Timestamp>,
    /// When the provider forgets the film.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub film_until: Option<Timestamp>,
    /// What was saved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SavedFile>,
    /// What the provider's reply says besides.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub also: Value,
    /// Why it is where it is, in words for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The kind of the last refusal or failure, in one word: `moderated`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its owner has had its texts erased. Its key and its money stay.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgotten: bool,
}

impl Record {
    /// The provider and model that are tried, or were last.
    pub fn candidate(&self) -> Option<&Candidate> {
        self.order.candidates.get(self.candidate)
    }

    /// All money that is reserved for it or counts as spent on it.
    pub fn commitments(&self) -> impl Iterator<Item = &Commitment> {
        self.earlier.iter().chain(&self.commitment)
    }
}

/// What is wanted, and from whom it can be had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The request.
    pub request: Value,
    /// Where the film is to be saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<PathBuf>,
    /// Who is tried, in this order. At least one.
    pub candidates: Vec<Candidate>,
}

impl Order {
    /// Why it cannot be kept, if it cannot.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if is_too_deep(&self.request) {
            return Some(TOO_DEEP);
        }
        if self.output.as_ref().is_some_and(|output| output.to_str().is_none()) {
            return Some("its output path is not unicode; name it in other letters");
        }
        candidates_problem(&self.candidates)
    }
}

pub(crate) fn candidates_problem(candidates: &[Candidate]) -> Option<&'static str> {
    if candidates.is_empty() {
        return Some("it has no candidate; name at least one provider and model");
    }
    let are_payable = candidates.iter().filter_map(|candidate| candidate.price.as_ref()).all(is_payable);
    (!are_payable).then_some("a price is below zero or too large; check the quote")
}

/// So many levels of JSON can be kept. What is read from a text has no more than 128, and stands deeper in a record.
const DEEPEST: usize = 100;
pub(crate) const TOO_DEEP: &str = "its JSON is nested more than 100 levels deep";

pub(crate) fn is_too_deep(value: &Value) -> bool {
    fn has_more(value: &Value, levels: usize) -> bool {
        let Some(below) = levels.checked_sub(1) else { return true };
        match value {
            Value::Array(items) => items.iter().any(|item| has_more(item, below)),
            Value::Object(fields) => fields.values().any(|field| has_more(field, below)),
            _ => false,
        }
    }
    has_more(value, DEEPEST)
}

/// Whether an amount can be owed, written down, and read again.
pub(crate) fn is_payable(money: &Money) -> bool {
    money.amount.to_string().parse() == Ok(money.amount)
}

/// A provider's model that can do what is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The provider's id.
    pub provider: String,
    /// The model's key.
    pub model: String,
    /// What it will cost at most, `None` where that is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Why the price is only assumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumed: Option<String>,
    /// How long it usually takes, from and to, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<(u64, u64)>,
    /// Another base URL than the provider's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
}

/// An offer on a route, as it is kept. It is meant for wherever the client of its provider talks to.
impl From<&Choice<'_, '_>> for Candidate {
    fn from(choice: &Choice<'_, '_>) -> Self {
        let offer = choice.offer;
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            provider: offer.provider.id.to_string(),
            model: offer.model.key.to_string(),
            price: choice.price.clone(),
            assumed: choice.assumed.clone(),
            latency_ms: offer.latency.map(|(short, long)| (milliseconds(short), milliseconds(long))),
            base_url: None,
        }
    }
}

/// Money of one attempt: reserved before its create is sent, and spent from the moment it may have been received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// How much: as was quoted, or as the provider said. `None` where nobody knows.
    pub price: Option<Money>,
    /// Whether the provider said so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stated: bool,
    /// Whether it counts as spent. Before, it is only reserved, and can be given back.
    pub spent: bool,
    /// The day whose budget it belongs to.
    pub day: Day,
}

/// A file that was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFile {
    /// Where.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// What the provider says that a job cost.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// It does not say, so what was quoted counts.
    #[default]
    Unsaid,
    /// Nothing.
    Nothing,
    /// So much, be it more or less than was quoted.
    Stated(Money),
}

/// `None`, and what cannot have been paid, is [`Charge::Unsaid`].
impl From<Option<Money>> for Charge {
    fn from(stated: Option<Money>) -> Self {
        match stated.filter(is_payable) {
            None => Self::Unsaid,
            Some(money) if money.amount == Amount::default() => Self::Nothing,
            Some(money) => Self::Stated(money),
        }
    }
}

/// A job to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Its name.
    pub id: JobId,
    /// The batch that it belongs to. A queued job without one is withdrawn when its program ends before it was sent.
    pub batch: Option<String>,
    /// What keeps it from being added twice, for example a hash of the batch's name, the row and the request.
    pub key: Option<String>,
    /// What is wanted.
    pub order: Order,
}

impl NewJob {
    /// Its first record.
    ///
    /// # Errors
    ///
    /// When the order cannot be kept, with the reason.
    pub fn record(self, now: Timestamp) -> Result<Record, &'static str> {
        if let Some(problem) = self.order.problem() {
            return Err(problem);
        }
        Ok(Record {
            id: self.id,
            fence: 0,
            state: State::Queued,
            batch: self.batch,
            key: self.key,
            created_at: now,
            updated_at: now,
            order: self.order,
            candidate: 0,
            attempt: 1,
            resubmitted_from: None,
            commitment: None,
            earlier: Vec::new(),
            sent_at: None,
            handle: None,
            evidence: None,
            ask_from: None,
            film: None,
            kept_until: None,
            film_until: None,
            files: Vec::new(),
            also: Value::Null,
            note: None,
            kind: None,
            forgotten: false,
        })
    }
}
