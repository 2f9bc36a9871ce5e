//! What an answer means.

use std::collections::BTreeMap;
use std::fmt;

use polyreel_spec::{
    Condition, Errors, Kind, Output, Path, Plane, Provider, ReplyShape, Scalar, State, Status, StatusRule, Step,
};
use serde_json::Value;

use super::document::{as_text, find, is_there, is_word};

/// An answer, as far as its meaning goes.
#[derive(Clone, PartialEq)]
pub struct Reply {
    /// The HTTP code.
    pub http: u16,
    /// The body, if it is JSON.
    pub json: Option<Value>,
}

/// Shows the code; the document may hold signed URLs.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("http", &self.http).finish_non_exhaustive()
    }
}

/// What an answer says about a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Accepted, not begun.
    Queued,
    /// In the making. A word that the provider file does not list means this, and is reported.
    Running {
        /// The unknown word.
        unknown_word: Option<String>,
    },
    /// The film is there.
    Done {
        /// Where, at least one URL.
        outputs: Vec<FilmUrl>,
        /// What else the answer tells: `cover`, `cost`, …
        also: BTreeMap<String, Value>,
    },
    /// There will be no film.
    Failed {
        /// What kind of failure.
        kind: Kind,
        /// The provider's code.
        code: Option<String>,
        /// The provider's words.
        message: Option<String>,
    },
    /// Somebody stopped the job.
    Cancelled,
    /// The provider does not know the job, or not any more.
    Expired,
    /// The call itself was refused; nothing is said about the job.
    Refused(Refusal),
    /// The answer makes no sense. Never a success, never a failure.
    Unreadable(&'static str),
}

/// The URL of a film. Such URLs are often signed, so it shows itself without its query.
#[derive(Clone, PartialEq, Eq)]
pub struct FilmUrl(pub String);

impl fmt::Debug for FilmUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&crate::error::without_queries(&self.0), f)
    }
}

/// A refused call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it means.
    pub kind: Kind,
    /// The provider's code.
    pub code: Option<String>,
    /// The provider's words.
    pub message: Option<String>,
    /// As an answer to a create: nothing was created, nothing is owed.
    pub nothing_created: bool,
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

/// Values that are kept from a reply, by name.
pub type Saved = BTreeMap<String, String>;

/// What the answer to a create means.
pub fn read_create(provider: &Provider, reply: &Reply) -> Created {
    let shape = &provider.operation(Step::Create).reply;
    let meaning = meaning(&provider.errors, shape, reply);
    let document = reply.json.as_ref().unwrap_or(&Value::Null);
    let found = shape.save.iter().filter_map(|value| Some((value.name.to_string(), first_text(document, &value.at)?)));
    let saved: Saved = found.collect();
    let complete = saved.len() == shape.save.len();
    let said = || explanation(&provider.errors.reply, shape, document).1;
    match meaning {
        Meaning::Refused(_) => Created { meaning, saved, said: None },
        _ if reply.json.is_none() || !complete => {
            let why =
                if reply.json.is_none() { "the answer is not JSON" } else { "the answer lacks what later calls need" };
            Created { meaning: Meaning::Unreadable(why), saved, said: said() }
        }
        // An accepted job whose state makes no sense yet is simply asked again.
        Meaning::Unreadable(_) => Created { meaning: Meaning::Queued, saved, said: None },
        meaning => Created { meaning, saved, said: None },
    }
}

/// What the answer to a poll means. `saved` are the values from the create: an output that is one of them is the
/// polling URL itself, given back, and never a film.
pub fn read(provider: &Provider, reply: &Reply, saved: &Saved) -> Meaning {
    match meaning(&provider.errors, &provider.operation(Step::Poll).reply, reply) {
        Meaning::Done { outputs, .. }
            if outputs.iter().any(|output| saved.values().any(|value| *value == output.0)) =>
        {
            Meaning::Running { unknown_word: None }
        }
        meaning => meaning,
    }
}

fn meaning(errors: &Errors, shape: &ReplyShape, reply: &Reply) -> Meaning {
    let document = reply.json.as_ref().unwrap_or(&Value::Null);
    let rule = shape.status.as_ref().and_then(|status| deciding_rule(status, reply, document));
    if rule.is_none() && reply.http >= 300 {
        return Meaning::Refused(refusal(errors, shape, reply, document));
    }
    let word = shape.status.as_ref().filter(|_| rule.is_none()).and_then(|status| said(status, document));
    let state = rule.map(|rule| rule.state).or(match &word {
        Some(Said::State(state)) => Some(*state),
        _ => None,
    });
    if state != Some(State::Failed) {
        if reply.json.is_none() {
            return Meaning::Unreadable("the answer is not JSON");
        }
        if shape.ok.as_ref().is_some_and(|ok| !holds(ok, reply, document)) {
            return Meaning::Refused(refusal(errors, shape, reply, document));
        }
    }
    match (state, word) {
        (Some(State::Queued), _) => Meaning::Queued,
        (Some(State::Running), _) => Meaning::Running { unknown_word: None },
        (Some(State::Done), _) => done(shape, document),
        (Some(State::Failed), _) => {
            let (code, message) = explanation(&errors.job, shape, document);
            let said = rule.and_then(|rule| rule.kind);
            let kind = said.unwrap_or_else(|| errors.classify(reply.http, code.as_deref(), message.as_deref()));
            Meaning::Failed { kind, code, message }
        }
        (Some(State::Cancelled), _) => Meaning::Cancelled,
        (Some(State::Expired), _) => Meaning::Expired,
        (None, Some(Said::Unknown(word))) => Meaning::Running { unknown_word: Some(word) },
        (None, _) if shape.status.is_none() => Meaning::Queued,
        (None, _) => Meaning::Unreadable("the answer says no state"),
    }
}

enum Said {
    State(State),
    Unknown(String),
}

fn deciding_rule<'s>(status: &'s Status, reply: &Reply, document: &Value) -> Option<&'s StatusRule> {
    // Otherwise `lacks: x` would take every error page for a state.
    let applies = |rule: &&StatusRule| reply.http < 300 || !rule.when.http.is_empty();
    status.rules.iter().filter(applies).find(|rule| holds(&rule.when, reply, document))
}

fn said(status: &Status, document: &Value) -> Option<Said> {
    let values = find(document, status.at.as_ref()?);
    let lists = |words: &[Scalar]| words.iter().any(|word| values.iter().any(|value| is_word(value, word)));
    match status.words.iter().find(|words| lists(&words.words)) {
        Some(words) => Some(Said::State(words.state)),
        None => values.first().and_then(|value| as_text(value)).filter(|word| !word.is_empty()).map(Said::Unknown),
    }
}

fn holds(condition: &Condition, reply: &Reply, document: &Value) -> bool {
    let there = |path: &Path| find(document, path).into_iter().any(is_there);
    let is = |path: &Path| {
        let values = find(document, path);
        condition.is.iter().any(|word| values.iter().any(|value| is_word(value, word)))
    };
    (condition.http.is_empty() || condition.http.iter().any(|pattern| pattern.matches(reply.http)))
        && condition.has.as_ref().is_none_or(there)
        && condition.lacks.as_ref().is_none_or(|path| !there(path))
        && (condition.is.is_empty() || condition.at.as_ref().is_some_and(is))
}

fn done(shape: &ReplyShape, document: &Value) -> Meaning {
    let Some(Output::Url(paths)) = &shape.output else { return Meaning::Unreadable("done, but without a film") };
    let texts = |path: &Path| -> Vec<String> {
        let texts = find(document, path).into_iter().filter_map(Value::as_str);
        texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
    };
    let Some(outputs) = paths.iter().map(texts).find(|outputs| !outputs.is_empty()) else {
        return Meaning::Unreadable("done, but without a film");
    };
    let side = |side: &polyreel_spec::Side| {
        let value = find(document, &side.at).into_iter().find(|value| is_there(value))?;
        Some((side.name.to_string(), value.clone()))
    };
    Meaning::Done {
        outputs: outputs.into_iter().map(FilmUrl).collect(),
        also: shape.also.iter().filter_map(side).collect(),
    }
}

fn refusal(errors: &Errors, shape: &ReplyShape, reply: &Reply, document: &Value) -> Refusal {
    let (code, message) = explanation(&errors.reply, shape, document);
    let kind = errors.classify(reply.http, code.as_deref(), message.as_deref());
    Refusal { kind, code, message, nothing_created: kind.nothing_created() }
}

fn explanation(plane: &Plane, shape: &ReplyShape, document: &Value) -> (Option<String>, Option<String>) {
    // The value that says "all is well" is not a code.
    let well = |code: &str| shape.ok.as_ref().is_some_and(|ok| ok.is.iter().any(|word| word.to_string() == code));
    let code = first_text(document, &plane.code).filter(|code| !well(code));
    let texts = |path: &Path| {
        let found = find(document, path).into_iter().filter(|value| is_there(value)).filter_map(as_text);
        found.collect::<Vec<_>>().join("; ")
    };
    let message = plane.message.iter().map(texts).find(|text| !text.is_empty());
    (code, message)
}

fn first_text(document: &Value, paths: &[Path]) -> Option<String> {
    let values = paths.iter().flat_map(|path| find(document, path));
    values.filter(|value| is_there(value)).find_map(as_text)
}
