//! A reply while it is being written, and what a client would make of it.

use polyreel_spec::{CodePattern, Condition, ErrorRule, Kind, Path, Plane, Provider, ReplyShape, Scalar, Status, Step};
use serde_json::Value;

use super::Answer;
use super::document::{find, is_something, json_of, put, text_of};

/// HTTP code and body of a reply that is being written.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) http: u16,
    body: Value,
}

impl Draft {
    pub(super) fn new(http: u16) -> Self {
        Self { http, body: Value::Null }
    }

    /// `None` if something of another shape stands in the way.
    pub(super) fn put(&mut self, path: &Path, values: &[Value]) -> Option<()> {
        put(&mut self.body, path, values).then_some(())
    }

    pub(super) fn put_one(&mut self, path: &Path, value: Value) -> Option<()> {
        self.put(path, &[value])
    }

    /// Makes a condition hold as far as it can be made to: what must not be there is left alone.
    pub(super) fn satisfy(&mut self, condition: &Condition, default_at: Option<&Path>) -> Option<()> {
        if let Some(pattern) = condition.http.first() {
            self.http = pattern.example();
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
        let is_one_of = |at: &Path| {
            let mut there = find(&self.body, at).into_iter().filter_map(text_of);
            there.any(|text| condition.is.iter().any(|value| value.to_string() == text))
        };
        (condition.http.is_empty() || condition.http.iter().any(|pattern| pattern.matches(self.http)))
            && (condition.is.is_empty() || condition.at.as_ref().or(default_at).is_some_and(is_one_of))
            && condition.has.as_ref().is_none_or(|path| self.has(path))
            && !condition.lacks.as_ref().is_some_and(|path| self.has(path))
    }

    /// Which rule decides the state, by its position.
    pub(super) fn deciding_rule(&self, status: &Status) -> Option<usize> {
        let applies = |when: &Condition| self.http < 300 || !when.http.is_empty();
        let at = status.at.as_ref();
        status.rules.iter().position(|rule| applies(&rule.when) && self.meets(&rule.when, at))
    }

    /// The first text at the first of these places that has one.
    pub(super) fn first_text(&self, places: &[Path]) -> Option<String> {
        let texts = |path| find(&self.body, path).into_iter().filter(|value| is_something(value)).find_map(text_of);
        places.iter().find_map(texts)
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

    /// Whether a reader finds the same reason again.
    pub(super) fn explains(&self, plane: &Plane, why: &Why<'_>) -> bool {
        (why.code.is_none() || self.first_text(&plane.code).as_deref() == why.code)
            && (why.message.is_none() || self.first_text(&plane.message).as_deref() == why.message)
    }

    pub(super) fn answer(self) -> Answer {
        let body = if self.body.is_null() { Value::Object(serde_json::Map::new()) } else { self.body };
        Answer::json(self.http, body)
    }

    fn has(&self, path: &Path) -> bool {
        find(&self.body, path).into_iter().any(is_something)
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
    let shape = &provider.operation(Step::Poll).reply;
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

/// Makes the envelope's own test hold, if there is one.
pub(super) fn hold_envelope(draft: &mut Draft, shape: &ReplyShape) -> Option<()> {
    shape.ok.iter().try_for_each(|ok| draft.satisfy(ok, None))
}

/// A code that a rule is about.
pub(super) fn example_code(rule: &ErrorRule) -> Option<String> {
    rule.code.first().map(|pattern| match pattern {
        CodePattern::Code(code) => code.to_string(),
        CodePattern::Prefix(prefix) => format!("{prefix}MOCK"),
    })
}

fn code_as_listed(rules: &[ErrorRule], code: &str) -> Value {
    let listed = rules.iter().flat_map(|rule| &rule.code).find_map(|pattern| match pattern {
        CodePattern::Code(own) if own.to_string() == code => Some(json_of(own)),
        _ => None,
    });
    listed.unwrap_or_else(|| Value::from(code))
}
