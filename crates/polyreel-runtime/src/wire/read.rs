//! What an answer means.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::{
    Condition, Delay, Operation, Path, Place, Plan, Plane, Provider, ReplyShape, Scalar, State, Status, StatusRule,
    Step, Verdict,
};
use serde_json::Value;

use super::Named;
use super::document::{as_text, find, is_there, is_word, number};

/// An answer, as far as its meaning goes.
#[derive(Clone, PartialEq)]
pub struct Reply {
    /// The HTTP code.
    pub http: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: ReplyBody,
}

/// The body of an answer. It shows its kind alone.
#[derive(Clone, PartialEq)]
pub enum ReplyBody {
    /// A JSON document.
    Json(Value),
    /// A film, streamed elsewhere; how many bytes it has.
    Media(u64),
    /// Anything else.
    Other,
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(_) => "Json",
            Self::Media(_) => "Media",
            Self::Other => "Other",
        })
    }
}

impl Reply {
    /// A JSON answer without headers that matter.
    pub fn json(http: u16, document: Value) -> Self {
        Self { http, headers: Vec::new(), body: ReplyBody::Json(document) }
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    fn document(&self) -> Option<&Value> {
        match &self.body {
            ReplyBody::Json(document) => Some(document),
            ReplyBody::Media(_) | ReplyBody::Other => None,
        }
    }

    fn media_type(&self) -> &str {
        self.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim()
    }

    fn find(&self, path: &Path) -> Vec<Cow<'_, Value>> {
        match (path.header(), self.document()) {
            (Some(name), _) => self.header(name).map(|value| Cow::Owned(Value::from(value))).into_iter().collect(),
            (None, Some(document)) => find(document, path),
            (None, None) => Vec::new(),
        }
    }
}

/// Shows the code; the document may hold signed URLs.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("http", &self.http).finish_non_exhaustive()
    }
}

/// Values that are kept from a reply, by name.
pub type Saved = Named<String>;

/// What else an answer tells, by name: `cover`, `cost`, …
pub type Also = Named<Value>;

/// What an answer says about a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Accepted, not begun.
    Queued {
        /// How many are before it, if the provider says.
        position: Option<u64>,
    },
    /// In the making. A word that the provider file does not list means this, and is reported.
    Running {
        /// Per cent, if the provider says.
        progress: Option<u8>,
        /// The unknown word.
        unknown_word: Option<String>,
    },
    /// The work is done; the film is had by another call.
    Ready {
        /// Which call.
        next: Step,
        /// What that call needs beside what the create gave.
        saved: Saved,
        /// What else the answer tells.
        also: Also,
    },
    /// The film is there.
    Done {
        /// Where, at least one.
        films: Vec<Film>,
        /// What else the answer tells: `cover`, `cost`, …
        also: Also,
    },
    /// There will be no film.
    Failed {
        /// What it means.
        verdict: Verdict,
        /// The provider's code.
        code: Option<String>,
        /// The provider's words.
        message: Option<String>,
    },
    /// Somebody stopped the job.
    Cancelled {
        /// Whether it is billed, if that is known.
        billed: Option<bool>,
    },
    /// The provider does not know the job, or not any more.
    Expired {
        /// Whether it is billed, if that is known.
        billed: Option<bool>,
    },
    /// The call itself was refused; nothing is said about the job.
    Refused(Refusal),
    /// The answer makes no sense. Never a success, never a failure.
    Unreadable(&'static str),
}

/// A film, as a reply gives it.
#[derive(Clone, PartialEq, Eq)]
pub enum Film {
    /// To be fetched from here. Such URLs are often signed, so it shows itself without its query.
    Url(String),
    /// These bytes.
    Bytes(Vec<u8>),
    /// The body of the very answer.
    Body,
}

impl fmt::Debug for Film {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => fmt::Debug::fmt(&crate::error::without_queries(url), f),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Body => f.write_str("Body"),
        }
    }
}

/// A refused call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it means.
    pub verdict: Verdict,
    /// The provider's code.
    pub code: Option<String>,
    /// The provider's words.
    pub message: Option<String>,
    /// The pause that the body asks for.
    pub retry_after: Option<Duration>,
}

/// What the answer to a create says.
#[derive(Clone, Debug, PartialEq)]
pub struct Created {
    /// How the job is; [`Meaning::Queued`] when the answer only accepts it.
    pub meaning: Meaning,
    /// What later calls need: complete when the job was accepted, otherwise whatever the answer names.
    pub saved: Saved,
    /// What the provider says about it, when it is no clear answer.
    pub said: Option<String>,
}

/// Whether the answer to a call is itself a film, judged by its head.
pub fn is_media(operation: &Operation, http: u16, content_type: &str) -> bool {
    let wanted = operation.reply.output.as_ref().and_then(|output| output.body.as_ref());
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    (200..300).contains(&http) && wanted.is_some_and(|wanted| matches_media_type(wanted, media_type))
}

fn matches_media_type(wanted: &str, media_type: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(prefix) => media_type.len() > prefix.len() && media_type.to_ascii_lowercase().starts_with(prefix),
        None => media_type.eq_ignore_ascii_case(wanted),
    }
}

/// What the answer to a create means.
pub fn read_create(plan: &Plan<'_>, reply: &Reply) -> Created {
    let (provider, shape) = (plan.provider, &plan.operation().reply);
    let meaning = meaning(provider, Step::Create, shape, reply);
    let found = shape.save.iter().filter_map(|value| Some((value.name.to_string(), first_text(reply, &value.at)?)));
    let saved: Saved = found.collect();
    let complete = saved.len() == shape.save.len();
    let is_film = matches!(meaning, Meaning::Done { .. });
    let said = || explanation(&provider.errors.reply, shape, reply).1;
    match meaning {
        Meaning::Refused(_) => Created { meaning, saved, said: None },
        // A film that is there needs nothing more.
        Meaning::Done { .. } if super::call::is_synchronous(plan) => Created { meaning, saved, said: None },
        _ if !complete || reply.document().is_none() && !is_film => {
            let why = if reply.document().is_none() {
                "the answer is not JSON"
            } else {
                "the answer lacks what later calls need"
            };
            Created { meaning: Meaning::Unreadable(why), saved, said: said() }
        }
        Meaning::Unreadable(why) if super::call::is_synchronous(plan) => {
            Created { meaning: Meaning::Unreadable(why), saved, said: said() }
        }
        // An accepted job whose state makes no sense yet is simply asked again.
        Meaning::Unreadable(_) => Created { meaning: Meaning::Queued { position: None }, saved, said: None },
        meaning => Created { meaning, saved, said: None },
    }
}

/// What the answer to a poll or a result means. `saved` are the values from the create: an output that is one of them is
/// the polling URL itself, given back, and never a film.
pub fn read(provider: &Provider, step: Step, reply: &Reply, saved: &Saved) -> Meaning {
    let Some(operation) = provider.operation(step) else {
        return Meaning::Unreadable("the provider has no such call");
    };
    let given_back = |film: &Film| matches!(film, Film::Url(url) if saved.values().any(|value| value == url));
    match meaning(provider, step, &operation.reply, reply) {
        Meaning::Done { films, .. } if films.iter().any(given_back) => {
            Meaning::Running { progress: None, unknown_word: None }
        }
        meaning => meaning,
    }
}

/// The pause before the next poll that a reply asks for.
pub fn pause(delay: Option<&Delay>, reply: &Reply) -> Option<Duration> {
    let delay = delay?;
    let units = read_number(reply, &delay.place)?;
    let millis = units * Duration::from_millis(delay.unit).as_secs_f64();
    Duration::try_from_secs_f64(millis).ok()
}

/// The amount of a balance.
pub fn read_balance(provider: &Provider, reply: &Reply) -> Result<f64, Refusal> {
    let refused = |provider: &Provider, shape: &ReplyShape| refusal(provider, shape, reply);
    let Some(balance) = &provider.balance else { return Err(refused(provider, &ReplyShape::default())) };
    let shape = &balance.operation.reply;
    if reply.http >= 300 || shape.ok.as_ref().is_some_and(|ok| !holds(ok, reply, false)) {
        return Err(refused(provider, shape));
    }
    let amount = read_number(reply, &balance.amount).or_else(|| {
        // Some say their money as text.
        reply.find(&balance.amount.at).first().and_then(|value| value.as_str()?.trim().parse().ok())
    });
    amount.ok_or_else(|| refused(provider, shape))
}

/// The values that a lookup or an upload gives; `None` unless all are there.
pub fn read_saved(shape: &ReplyShape, reply: &Reply) -> Option<Saved> {
    if reply.http >= 300 || shape.ok.as_ref().is_some_and(|ok| !holds(ok, reply, false)) {
        return None;
    }
    shape.save.iter().map(|value| Some((value.name.to_string(), first_text(reply, &value.at)?))).collect()
}

/// Whether a lookup was answered well, and knows nothing.
pub(crate) fn is_empty_answer(shape: &ReplyShape, reply: &Reply) -> bool {
    reply.document().is_some_and(|document| is_there(document) || document.is_array())
        && shape.ok.as_ref().is_none_or(|ok| holds(ok, reply, false))
}

/// What a refused call of any step says.
pub fn read_refusal(provider: &Provider, step: Step, reply: &Reply) -> Refusal {
    let shape = provider.operation(step).map(|operation| operation.reply.clone()).unwrap_or_default();
    refusal(provider, &shape, reply)
}

/// The first text at some paths, for uploads.
pub fn first_text(reply: &Reply, paths: &[Path]) -> Option<String> {
    let values = paths.iter().flat_map(|path| reply.find(path));
    values.filter(|value| is_there(value)).find_map(|value| as_text(&value))
}

fn meaning(provider: &Provider, step: Step, shape: &ReplyShape, reply: &Reply) -> Meaning {
    let rule = shape.status.as_ref().and_then(|status| deciding_rule(status, reply));
    if rule.is_none() && reply.http >= 300 {
        return Meaning::Refused(refusal(provider, shape, reply));
    }
    let word = shape.status.as_ref().filter(|_| rule.is_none()).and_then(|status| said(status, reply));
    let state = rule.map(|rule| rule.state).or(match &word {
        Some(Said::State(state)) => Some(*state),
        _ => None,
    });
    let is_film = matches!(reply.body, ReplyBody::Media(length) if length > 0);
    if state != Some(State::Failed) {
        if reply.document().is_none() && !is_film && reply.http < 300 {
            return Meaning::Unreadable("the answer is not JSON");
        }
        if !is_film && shape.ok.as_ref().is_some_and(|ok| !holds(ok, reply, false)) {
            return Meaning::Refused(refusal(provider, shape, reply));
        }
    }
    let billed = rule.and_then(|rule| rule.billed);
    match (state, word) {
        (Some(State::Queued), _) => Meaning::Queued { position: position(shape, reply) },
        (Some(State::Running), _) => Meaning::Running { progress: progress(shape, reply), unknown_word: None },
        (Some(State::Done), _) => done(provider, step, shape, reply),
        (Some(State::Failed), _) => {
            let (code, message) = explanation(&provider.errors.job, shape, reply);
            let verdict = match rule.and_then(|rule| rule.kind) {
                Some(kind) => provider.errors.verdict(kind),
                None => provider.errors.classify(reply.http, code.as_deref(), message.as_deref()),
            };
            Meaning::Failed { verdict, code, message }
        }
        (Some(State::Cancelled), _) => Meaning::Cancelled { billed },
        (Some(State::Expired), _) => Meaning::Expired { billed },
        (None, Some(Said::Unknown(word))) => {
            Meaning::Running { progress: progress(shape, reply), unknown_word: Some(word) }
        }
        (None, _) => match (step, shape.status.is_some()) {
            (Step::Result, _) => done(provider, step, shape, reply),
            (Step::Create, false) if shape.output.is_some() => done(provider, step, shape, reply),
            (Step::Create, _) => Meaning::Queued { position: position(shape, reply) },
            _ => Meaning::Unreadable("the answer says no state"),
        },
    }
}

enum Said {
    State(State),
    Unknown(String),
}

fn deciding_rule<'s>(status: &'s Status, reply: &Reply) -> Option<&'s StatusRule> {
    // Otherwise `lacks: x` would take every error page for a state.
    let applies = |rule: &&StatusRule| reply.http < 300 || !rule.when.http.is_empty();
    // Without a document nothing is lacking: there is nothing to look at.
    let readable = |rule: &&StatusRule| rule.when.lacks.is_none() || reply.document().is_some();
    let rules = status.rules.iter().filter(applies).filter(readable);
    rules.into_iter().find(|rule| holds(&rule.when, reply, status.ignore_case))
}

fn said(status: &Status, reply: &Reply) -> Option<Said> {
    let values = reply.find(status.at.as_ref()?);
    let lists =
        |words: &[Scalar]| words.iter().any(|word| values.iter().any(|value| is_word(value, word, status.ignore_case)));
    match status.words.iter().find(|words| lists(&words.words)) {
        Some(words) => Some(Said::State(words.state)),
        None => values.first().and_then(|value| as_text(value)).filter(|word| !word.is_empty()).map(Said::Unknown),
    }
}

fn holds(condition: &Condition, reply: &Reply, ignore_case: bool) -> bool {
    let there = |path: &Path| reply.find(path).iter().any(|value| is_there(value));
    let is = |path: &Path| {
        let values = reply.find(path);
        condition.is.iter().any(|word| values.iter().any(|value| is_word(value, word, ignore_case)))
    };
    (condition.http.is_empty() || condition.http.iter().any(|pattern| pattern.matches(reply.http)))
        && condition.content_type.as_ref().is_none_or(|wanted| matches_media_type(wanted, reply.media_type()))
        && condition.has.as_ref().is_none_or(there)
        && condition.lacks.as_ref().is_none_or(|path| !there(path))
        && (condition.is.is_empty() || condition.at.as_ref().is_some_and(is))
}

fn done(provider: &Provider, step: Step, shape: &ReplyShape, reply: &Reply) -> Meaning {
    let also = side(shape, reply);
    let next = match step {
        Step::Create | Step::Poll if shape.output.is_none() => next_step(provider),
        _ => None,
    };
    if step != Step::Create {
        // A finished poll hands out what the next call needs.
        let found: Option<Saved> =
            shape.save.iter().map(|value| Some((value.name.to_string(), first_text(reply, &value.at)?))).collect();
        match (found, next) {
            (None, _) => return Meaning::Unreadable("done, but without what the next call needs"),
            (Some(saved), Some(next)) => return Meaning::Ready { next, saved, also },
            (Some(_), None) => {}
        }
    } else if let Some(next) = next {
        return Meaning::Ready { next, saved: Saved::new(), also };
    }
    match films(shape, reply) {
        films if films.is_empty() => Meaning::Unreadable("done, but without a film"),
        films => Meaning::Done { films, also },
    }
}

fn next_step(provider: &Provider) -> Option<Step> {
    [Step::Result, Step::Download].into_iter().find(|step| provider.operation(*step).is_some())
}

fn films(shape: &ReplyShape, reply: &Reply) -> Vec<Film> {
    let Some(output) = &shape.output else { return Vec::new() };
    if let ReplyBody::Media(length) = reply.body {
        return if length > 0 && output.body.is_some() { vec![Film::Body] } else { Vec::new() };
    }
    if let Some(path) = &output.base64 {
        let text = reply.find(path).into_iter().find_map(|value| value.as_str().map(str::to_owned));
        let bytes = text.and_then(|text| STANDARD.decode(text).ok()).filter(|bytes| !bytes.is_empty());
        return bytes.map(Film::Bytes).into_iter().collect();
    }
    let texts = |path: &Path| -> Vec<Film> {
        let found = reply.find(path);
        let texts = found.iter().filter_map(|value| value.as_str()).filter(|text| !text.is_empty());
        texts.map(|text| Film::Url(text.to_owned())).collect()
    };
    output.url.iter().map(texts).find(|films| !films.is_empty()).unwrap_or_default()
}

fn side(shape: &ReplyShape, reply: &Reply) -> Also {
    let one = |side: &polyreel_spec::Side| {
        let found = reply.find(&side.place.at);
        let value = found.iter().find(|value| is_there(value))?;
        let value = match &side.place.text {
            Some(form) => Value::from(number(value, Some(form))?),
            None => value.clone().into_owned(),
        };
        Some((side.name.to_string(), value))
    };
    shape.also.iter().filter_map(one).collect()
}

fn read_number(reply: &Reply, place: &Place) -> Option<f64> {
    // A header is text, whatever the file says.
    let plain = polyreel_spec::TextForm::default();
    let form = place.text.as_ref().or_else(|| place.at.header().map(|_| &plain));
    reply.find(&place.at).iter().find_map(|value| number(value, form))
}

fn position(shape: &ReplyShape, reply: &Reply) -> Option<u64> {
    let number = read_number(reply, shape.queue_position.as_ref()?)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a small whole number")]
    (0.0..1e15).contains(&number).then_some(number as u64)
}

fn progress(shape: &ReplyShape, reply: &Reply) -> Option<u8> {
    let progress = shape.progress.as_ref()?;
    let percent = read_number(reply, &progress.place)? / progress.max * 100.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be from 0 to 100")]
    (0.0..=100.0).contains(&percent.round()).then_some(percent.round() as u8)
}

fn refusal(provider: &Provider, shape: &ReplyShape, reply: &Reply) -> Refusal {
    let (code, message) = explanation(&provider.errors.reply, shape, reply);
    let verdict = provider.errors.classify(reply.http, code.as_deref(), message.as_deref());
    Refusal { verdict, code, message, retry_after: pause(provider.errors.retry_after.as_ref(), reply) }
}

fn explanation(plane: &Plane, shape: &ReplyShape, reply: &Reply) -> (Option<String>, Option<String>) {
    // The value that says "all is well" is not a code.
    let ok = shape.ok.as_ref().filter(|ok| ok.at.as_ref().is_some_and(|at| plane.code.contains(at)));
    let well = |code: &str| ok.is_some_and(|ok| ok.is.iter().any(|word| word.to_string() == code));
    let code = first_text(reply, &plane.code).filter(|code| !well(code));
    let texts = |path: &Path| {
        let found = reply.find(path);
        let texts = found.iter().filter(|value| is_there(value)).filter_map(|value| as_text(value));
        texts.collect::<Vec<_>>().join("; ")
    };
    let message = plane.message.iter().map(texts).find(|text| !text.is_empty());
    (code, message)
}
