//! From the located tree to records with known keys, without stopping at the first problem.

use std::ops::{Deref, Range};

use super::Diagnostic;
use super::diagnostic::is_hidden;
use super::language::{Language, Shape};
use super::node::{Node, Tree};
use super::values::Lines;

/// What has been found so far.
pub(super) struct Context<'a> {
    pub(super) text: &'a str,
    /// Names that the provider may not have.
    pub(super) taken: &'static [&'static str],
    pub(super) problems: Vec<Diagnostic>,
    /// Names whose values could not be read: they are given all the same.
    pub(super) unread: Vec<String>,
    /// How much had to be compared so far.
    pub(super) work: u64,
    /// The keys that lead to the value being read.
    pub(super) place: Vec<String>,
    /// Marks of assumed facts: place and reason.
    pub(super) assumed: Vec<(String, String)>,
    /// Names of sources that something refers to.
    pub(super) sources: Vec<Located<String>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(text: &'a str, taken: &'static [&'static str]) -> Self {
        Self {
            text,
            taken,
            problems: Vec::new(),
            unread: Vec::new(),
            work: 0,
            place: Vec::new(),
            assumed: Vec::new(),
            sources: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, code: &'static str, span: &Range<usize>, message: impl Into<String>) {
        self.problems.push(Diagnostic { code, message: message.into(), hint: None, span: span.clone() });
    }

    pub(super) fn problem_with_hint(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.problem(code, span, message);
        if let Some(last) = self.problems.last_mut() {
            last.hint = Some(hint.into());
        }
    }

    pub(super) fn expected(&mut self, what: &str, node: &Node) {
        self.problem("S002", &node.span, format!("expected {what}, found {}", node.tree.name()));
    }

    /// Reports characters that end a line, that cannot be seen, or that change how their neighbours look.
    pub(super) fn visible(&mut self, text: &str, span: &Range<usize>) {
        match text.chars().find(|&c| is_hidden(c)) {
            None => {}
            Some('\n') => {
                let hint = "quote it, or fold it with `>-`; only `notes`, `about` and reasons have lines";
                self.problem_with_hint("S002", span, "the text holds a line break, and must be one line", hint);
            }
            Some(hidden) => {
                let code = u32::from(hidden);
                self.problem("S002", span, format!("the text holds U+{code:04X}, which cannot be seen"));
            }
        }
    }

    /// A name that is not one of the known ones, with the nearest as a hint.
    pub(super) fn unknown(&mut self, code: &'static str, what: &str, name: &Located<String>, known: &[&str]) {
        /// As many as one can read.
        const LISTED: usize = 40;
        if self.unread.contains(&name.value) {
            return;
        }
        let message = format!("unknown {what} `{}`", **name);
        // Nobody reads that many hints.
        if self.problems.len() > 200 {
            return self.problem(code, &name.span, message);
        }
        let hint = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.len() > LISTED => format!("known are {} and more", known[..LISTED].join(", ")),
            None => format!("known are {}", known.join(", ")),
        };
        self.problem_with_hint(code, &name.span, message, hint);
    }
}

/// The known name that is most like a mistyped one.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    // Comparing takes the square of the length, and no name of that length is mistyped.
    let short = known.iter().filter(|candidate| name.len() <= 80 && candidate.len() <= 80);
    let scored = short.map(|&candidate| (strsim::jaro_winkler(name, candidate), candidate));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Located<T> {
    pub(super) span: Range<usize>,
    pub(super) value: T,
}

impl<T> Deref for Located<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// One, or a list of at least one.
pub(super) type Many<T> = Vec<Located<T>>;

/// A mapping of free names.
pub(super) type Map<T> = Vec<(Located<String>, Located<T>)>;

/// Something that a node can be read as.
pub(super) trait Read: Sized {
    /// `None` means that a problem was reported.
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self>;

    /// How it is written. Adds the records that it is made of to the language.
    fn shape(language: &mut Language) -> Shape;
}

/// What a record holds for one of its keys.
pub(super) trait Slot<T> {
    /// The slot of a key that the file does not give.
    fn empty(key: &'static str) -> Self;
    /// The slot of a key that the file gives; `None` if its value could not be read.
    fn filled(key: &'static str, value: Option<Located<T>>) -> Self;
    /// The same key of another record, if this one does not say anything.
    fn or(&self, base: &Self) -> Self;
}

impl<T: Clone> Slot<T> for Option<Located<T>> {
    fn empty(_: &'static str) -> Self {
        None
    }
    fn filled(_: &'static str, value: Option<Located<T>>) -> Self {
        value
    }
    fn or(&self, base: &Self) -> Self {
        self.clone().or_else(|| base.clone())
    }
}

/// The slot of a mandatory key.
#[derive(Clone, Debug)]
pub(super) struct Required<T> {
    key: &'static str,
    is_given: bool,
    value: Option<Located<T>>,
}

impl<T> Required<T> {
    /// The value. That it is missing is reported here; that it could not be read was reported already.
    pub(super) fn insist(&self, span: &Range<usize>, context: &mut Context<'_>) -> Option<&Located<T>> {
        if !self.is_given {
            context.problem("S003", span, format!("`{}` is missing", self.key));
        }
        self.value.as_ref()
    }

    /// The value, where somebody else insists on it.
    pub(super) fn as_ref(&self) -> Option<&Located<T>> {
        self.value.as_ref()
    }
}

impl<T: Clone> Slot<T> for Required<T> {
    fn empty(key: &'static str) -> Self {
        Self { key, is_given: false, value: None }
    }
    fn filled(key: &'static str, value: Option<Located<T>>) -> Self {
        Self { key, is_given: true, value }
    }
    fn or(&self, base: &Self) -> Self {
        if self.is_given { self.clone() } else { base.clone() }
    }
}

pub(super) fn located<T: Read>(node: &Node, context: &mut Context<'_>) -> Option<Located<T>> {
    T::read(node, context).map(|value| Located { span: node.span.clone(), value })
}

impl Context<'_> {
    /// The entries of a mapping whose keys are text.
    pub(super) fn entries<'n>(&mut self, node: &'n Node) -> Option<Vec<(Located<String>, &'n Node)>> {
        let Tree::Map(entries) = &node.tree else {
            self.expected("a mapping", node);
            return None;
        };
        let mut named = Vec::new();
        for (key, value) in entries {
            // Names such as 302 or true are fine as names: what counts is how they are written.
            match &key.tree {
                Tree::Text(text) => {
                    self.visible(text, &key.span);
                    if text.trim().is_empty() {
                        self.problem("S002", &key.span, "a name that is blank says nothing");
                    }
                    named.push((Located { span: key.span.clone(), value: text.clone() }, value));
                }
                Tree::Int(_) | Tree::Bool(_) | Tree::Number(_) => {
                    let written = self.text.get(key.span.clone()).unwrap_or_default().to_owned();
                    named.push((Located { span: key.span.clone(), value: written }, value));
                }
                _ => self.expected("a name", key),
            }
        }
        Some(named)
    }

    /// Reads one value of a record, remembering where it stands in the file.
    pub(super) fn value<T: Read>(&mut self, key: &Located<String>, node: &Node) -> Option<Located<T>> {
        self.place.push(key.value.clone());
        let value = T::read(node, self);
        self.place.pop();
        // A block mapping has an empty span; its key is the better place to point at.
        let span = if node.span.is_empty() { key.span.clone() } else { node.span.clone() };
        value.map(|value| Located { span, value })
    }

    /// `source` and `assumed`, which every record may hold.
    pub(super) fn facts(
        &mut self,
        siblings: &[(Located<String>, &Node)],
        key: &Located<String>,
        node: &Node,
    ) -> Many<String> {
        if key.value == "source" {
            let sources = Many::<String>::read(node, self).unwrap_or_default();
            self.sources.extend(sources.iter().cloned());
            return sources;
        }
        for (fact, reason) in Map::<Lines>::read(node, self).unwrap_or_default() {
            if siblings.iter().any(|(sibling, _)| sibling.value == fact.value) {
                let place = self.place.iter().map(String::as_str).chain([&*fact.value]).collect::<Vec<_>>().join(".");
                // It is shown in one line, however it is written.
                let reason = reason.value.0.split_whitespace().collect::<Vec<_>>().join(" ");
                self.assumed.push((place, reason));
            } else {
                let known: Vec<_> = siblings.iter().map(|(sibling, _)| &*sibling.value).collect();
                self.unknown("S007", "fact", &fact, &known);
            }
        }
        Vec::new()
    }
}
