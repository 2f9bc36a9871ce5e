//! A reply while it is being written, and what a client would make of it.

use std::borrow::Cow;
use std::time::Duration;

use polyreel_spec::{
    CodePattern, Condition, Delay, ErrorRule, Kind, Path, Place, Plane, Provider, ReplyShape, Scalar, Status,
};
use serde_json::{Map, Value};

use super::document::{find, is_something, json_of, put, scalar_of, text_of};
use super::{Answer, Body};

/// A reply that is being written.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) http: u16,
    media_type: String,
    headers: Vec<(String, String)>,
    document: Value,
    /// The film, when it is the whole body.
    film: Option<Vec<u8>>,
}

impl Draft {
    pub(super) fn new(http: u16) -> Self {
        let media_type = "application/json".to_owned();
        Self { http, media_type, headers: Vec::new(), document: Value::Null, film: None }
    }

    /// A draft that says this already.
    pub(super) fn of(document: Value) -> Self {
        Self { document, ..Self::new(200) }
    }

    /// `None` if something of another shape stands in the way, or no header can hold it.
    pub(super) fn put(&mut self, path: &Path, values: &[Value]) -> Option<()> {
        match path.header() {
            None => put(&mut self.document, path, values).then_some(()),
            Some(name) => self.put_header(name, &values.first().and_then(text_of)?),
        }
    }

    /// `name` is in lower case.
    pub(super) fn put_header(&mut self, name: &str, value: &str) -> Option<()> {
        let fits = value.trim() == value && value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        self.headers.retain(|(own, _)| own != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        fits.then_some(())
    }

    pub(super) fn put_one(&mut self, path: &Path, value: Value) -> Option<()> {
        self.put(path, &[value])
    }

    /// Writes a value at a place, and a number there in its disguise.
    pub(super) fn put_at(&mut self, place: &Place, value: &Value) -> Option<()> {
        match &place.text {
            None => self.put_one(&place.at, value.clone()),
            Some(form) => {
                let number = scalar_of(value).filter(|value| value.as_number().is_some())?;
                self.put_one(&place.at, Value::from(format!("{}{number}{}", form.prefix, form.suffix)))
            }
        }
    }

    /// Writes a pause in the unit of its place.
    pub(super) fn put_delay(&mut self, delay: &Delay, pause: Duration) -> Option<()> {
        let milliseconds = u32::try_from(pause.as_millis()).ok()?;
        let unit = u32::try_from(delay.unit).ok().filter(|unit| *unit > 0)?;
        self.put_at(&delay.place, &number(f64::from(milliseconds) / f64::from(unit)))
    }

    /// Makes the film itself the body.
    pub(super) fn put_film(&mut self, media_type: &str, film: Vec<u8>) {
        media_type.clone_into(&mut self.media_type);
        self.film = Some(film);
    }

    pub(super) fn film(&self) -> Option<&[u8]> {
        self.film.as_deref()
    }

    pub(super) fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Whether all that was written can be sent: a film leaves no room for a document.
    pub(super) fn is_whole(&self) -> bool {
        self.film.is_none() || self.document.is_null()
    }

    /// All values at a path.
    pub(super) fn at(&self, path: &Path) -> Vec<Cow<'_, Value>> {
        match path.header() {
            None => find(&self.document, path),
            Some(name) => {
                let header = self.headers.iter().find(|(own, _)| own == name);
                header.map(|(_, value)| Cow::Owned(Value::from(value.as_str()))).into_iter().collect()
            }
        }
    }

    /// Makes a condition hold as far as it can be made to: what must not be there is left alone.
    pub(super) fn satisfy(&mut self, condition: &Condition, default_at: Option<&Path>) -> Option<()> {
        if let Some(pattern) = condition.http.first() {
            self.http = pattern.example();
        }
        if let Some(pattern) = &condition.content_type
            && self.film.is_none()
        {
            self.media_type = example_media_type(pattern);
        }
        if let (Some(value), Some(at)) = (condition.is.first(), condition.at.as_ref().or(default_at)) {
            self.put_one(at, json_of(value))?;
        }
        match &condition.has {
            Some(path) if !self.has(path) => self.put_one(path, Value::from(1)),
            _ => Some(()),
        }
    }

    /// Whether all parts of a condition hold.
    pub(super) fn meets(&self, condition: &Condition, default_at: Option<&Path>) -> bool {
        self.meets_in_case(condition, default_at, false)
    }

    fn meets_in_case(&self, condition: &Condition, default_at: Option<&Path>, ignore_case: bool) -> bool {
        let is_one_of = |at: &Path| {
            let there = self.at(at);
            there.iter().any(|value| condition.is.iter().any(|word| is_word(value, word, ignore_case)))
        };
        (condition.http.is_empty() || condition.http.iter().any(|pattern| pattern.matches(self.http)))
            && condition.content_type.as_ref().is_none_or(|pattern| is_media_type(pattern, &self.media_type))
            && (condition.is.is_empty() || condition.at.as_ref().or(default_at).is_some_and(is_one_of))
            && condition.has.as_ref().is_none_or(|path| self.has(path))
            && !condition.lacks.as_ref().is_some_and(|path| self.has(path))
    }

    /// Which rule decides the state, by its position.
    pub(super) fn deciding_rule(&self, status: &Status) -> Option<usize> {
        // A film is no document, so nothing is lacking in it.
        let is_readable = |when: &Condition| when.lacks.is_none() || self.film.is_none();
        let applies = |when: &Condition| (self.http < 300 || !when.http.is_empty()) && is_readable(when);
        let at = status.at.as_ref();
        let holds = |when: &Condition| self.meets_in_case(when, at, status.ignore_case);
        status.rules.iter().position(|rule| applies(&rule.when) && holds(&rule.when))
    }

    /// The first text at the first of these places that has one.
    pub(super) fn first_text(&self, places: &[Path]) -> Option<String> {
        places
            .iter()
            .find_map(|path| self.at(path).iter().filter(|value| is_something(value)).find_map(|value| text_of(value)))
    }

    /// Writes why: the code at its place, in the type in which the rules know it, and the message at the given place.
    pub(super) fn explain(&mut self, rules: &[ErrorRule], plane: &Plane, why: &Why<'_>) -> Option<()> {
        if let Some(code) = why.code {
            self.put_one(plane.code.first()?, code_as_listed(rules, code))?;
        }
        match (why.message, why.message_at) {
            (None, _) => Some(()),
            (Some(message), Some(at)) => self.put_one(at, Value::from(message)),
            (Some(_), None) => None,
        }
    }

    /// Whether a reader finds the very same reason.
    pub(super) fn explains(&self, plane: &Plane, why: &Why<'_>, ok: Option<&Condition>) -> bool {
        // The value that says that all is well is not a code.
        let ok = ok.filter(|ok| ok.at.as_ref().is_some_and(|at| plane.code.contains(at)));
        let is_well = |code: &String| ok.is_some_and(|ok| ok.is.iter().any(|value| value.to_string() == *code));
        self.first_text(&plane.code).filter(|code| !is_well(code)).as_deref() == why.code
            && self.first_text(&plane.message).as_deref() == why.message
    }

    pub(super) fn answer(self) -> Answer {
        let body = match (self.film, self.document) {
            (Some(film), _) => Body::Bytes(film),
            (None, Value::Null) => Body::Json(Value::Object(Map::new())),
            (None, document) => Body::Json(document),
        };
        let content_type = ("content-type".to_owned(), self.media_type);
        Answer { http: self.http, headers: std::iter::once(content_type).chain(self.headers).collect(), body }
    }

    fn has(&self, path: &Path) -> bool {
        self.at(path).iter().any(|value| is_something(value))
    }
}

/// Why something was refused or failed, and where that is said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Why<'w> {
    pub(super) code: Option<&'w str>,
    pub(super) message: Option<&'w str>,
    pub(super) message_at: Option<&'w Path>,
}

/// A poll reply whose status word nobody knows; `None` if the state is not said by a word.
pub(crate) fn unknown_status(provider: &Provider) -> Option<Answer> {
    let shape = &provider.poll.as_ref()?.reply;
    let status = shape.status.as_ref()?;
    let known: Vec<_> = status.words.iter().flat_map(|words| &words.words).collect();
    let numbers: Option<Vec<_>> = known.iter().map(|word| word.as_int()).collect();
    let word = match numbers.and_then(|numbers| numbers.into_iter().max()) {
        Some(largest) => Scalar::Int(largest.checked_add(1)?),
        None => "mock-unknown-status".into(),
    };
    let mut draft = Draft::new(200);
    hold_envelope(&mut draft, shape)?;
    draft.put_one(status.at.as_ref().filter(|_| !known.is_empty())?, json_of(&word))?;
    complete_envelope(&mut draft, shape)?;
    draft.deciding_rule(status).is_none().then(|| draft.answer())
}

/// HTTP 200 around the provider's error shape. What that means, the provider file says.
pub(crate) fn error_inside(provider: &Provider, message: &str) -> Answer {
    let errors = &provider.errors;
    let code = errors.rules.iter().filter(|rule| rule.kind == Kind::Provider).find_map(example_code);
    let plane = &errors.reply;
    let why = Why { code: code.as_deref(), message: Some(message), message_at: plane.message.first() };
    let mut draft = Draft::new(200);
    // A provider without a place for codes or messages just breaks its envelope.
    let _ = draft.explain(&errors.rules, plane, &Why { code: None, ..why });
    let _ = draft.explain(&errors.rules, plane, &Why { message: None, ..why });
    draft.answer()
}

/// A good reply without anything in it.
pub(crate) fn hollow(shape: &ReplyShape) -> Answer {
    let mut draft = Draft::new(200);
    // What cannot be made good is left as it is.
    let _ = hold_envelope(&mut draft, shape);
    let _ = complete_envelope(&mut draft, shape);
    draft.answer()
}

/// Makes the envelope's own test hold, if there is one, but for what must only be there.
pub(super) fn hold_envelope(draft: &mut Draft, shape: &ReplyShape) -> Option<()> {
    shape.ok.iter().try_for_each(|ok| draft.satisfy(&Condition { has: None, ..ok.clone() }, None))
}

/// The rest of [`hold_envelope`], once all else is written: what the answer gives may be the very thing that must be there.
pub(super) fn complete_envelope(draft: &mut Draft, shape: &ReplyShape) -> Option<()> {
    shape.ok.iter().try_for_each(|ok| draft.satisfy(&Condition { has: ok.has.clone(), ..Condition::default() }, None))
}

/// A code that a rule is about.
pub(crate) fn example_code(rule: &ErrorRule) -> Option<String> {
    rule.code.first().map(|pattern| match pattern {
        CodePattern::Code(code) => code.to_string(),
        CodePattern::Prefix(prefix) => format!("{prefix}MOCK"),
    })
}

/// A number as JSON, whole where it is whole.
#[expect(clippy::cast_possible_truncation, reason = "looked at before")]
pub(super) fn number(number: f64) -> Value {
    let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
    if is_whole { Value::from(number as i64) } else { Value::from(number) }
}

/// Whether a value is a word of the provider file. A boolean is only ever a boolean.
fn is_word(value: &Value, word: &Scalar, ignore_case: bool) -> bool {
    let Some(text) = text_of(value).filter(|_| value.is_boolean() == matches!(word, Scalar::Bool(_))) else {
        return false;
    };
    let word = word.to_string();
    if ignore_case { text.to_lowercase() == word.to_lowercase() } else { text == word }
}

/// Whether a media type is the one that is named: `video/*`, `application/json`.
pub(super) fn is_media_type(pattern: &str, media_type: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => media_type.starts_with(family),
        None => media_type == pattern,
    }
}

/// A media type of this pattern.
pub(super) fn example_media_type(pattern: &str) -> String {
    match pattern {
        "*/*" | "video/*" => "video/mp4".to_owned(),
        "text/*" => "text/html".to_owned(),
        _ => pattern.replace('*', "json"),
    }
}

fn code_as_listed(rules: &[ErrorRule], code: &str) -> Value {
    let listed = rules.iter().flat_map(|rule| &rule.code).find_map(|pattern| match pattern {
        CodePattern::Code(own) if own.to_string() == code => Some(json_of(own)),
        _ => None,
    });
    listed.unwrap_or_else(|| Value::from(code))
}
