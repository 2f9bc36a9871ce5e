//! From the located tree to records with known keys, without stopping at the first problem.

use std::ops::{Deref, Range};

use super::Diagnostic;
use super::node::{Node, Tree};
use crate::{Address, Amount, Path, Scalar};

/// What has been found so far.
pub(super) struct Context<'a> {
    text: &'a str,
    pub(super) problems: Vec<Diagnostic>,
    /// The keys that lead to the value being read.
    place: Vec<String>,
    /// Marks of assumed facts: place and reason.
    pub(super) assumed: Vec<(String, String)>,
    /// Names of sources that something refers to.
    pub(super) sources: Vec<Located<String>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, problems: Vec::new(), place: Vec::new(), assumed: Vec::new(), sources: Vec::new() }
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

    fn expected(&mut self, what: &str, node: &Node) {
        self.problem("S002", &node.span, format!("expected {what}, found {}", node.tree.name()));
    }

    /// A name that is not one of the known ones, with the nearest as a hint.
    pub(super) fn unknown(&mut self, code: &'static str, what: &str, name: &Located<String>, known: &[&str]) {
        let message = format!("unknown {what} `{}`", **name);
        match nearest(name, known) {
            Some(near) => self.problem_with_hint(code, &name.span, message, format!("did you mean `{near}`?")),
            None => self.problem_with_hint(code, &name.span, message, format!("known are {}", known.join(", "))),
        }
    }
}

/// The known name that is most like a mistyped one.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let scored = known.iter().map(|&candidate| (strsim::jaro_winkler(name, candidate), candidate));
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

/// Something that a node can be read as. `None` means that a problem was reported.
pub(super) trait Read: Sized {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self>;
}

/// A mapping of fixed keys.
pub(super) trait Record {
    /// Whether the file gives this key.
    fn names(&self, key: &str) -> bool;
}

/// A number of milliseconds, written `10s`, `30m`, `24h`, `7d`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Millis(pub(super) u64);

/// A number of bytes, written `10MB`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes(pub(super) u64);

/// An amount above zero, or `unknown`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price(pub(super) Option<Amount>);

/// Nested tables: a leaf, or one table for each value of an input.
#[derive(Clone, Debug)]
pub(super) enum Nested<T> {
    Leaf(T),
    By(Vec<(Located<Scalar>, Located<Nested<T>>)>),
}

impl Read for String {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match &node.tree {
            Tree::Text(text) => Some(text.clone()),
            _ => {
                context.expected("text", node);
                None
            }
        }
    }
}

impl Read for bool {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match node.tree {
            Tree::Bool(value) => Some(value),
            _ => {
                context.expected("true or false", node);
                None
            }
        }
    }
}

impl Read for u32 {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match node.tree {
            Tree::Int(value) if u32::try_from(value).is_ok() => u32::try_from(value).ok(),
            _ => {
                context.expected("a whole number from 0", node);
                None
            }
        }
    }
}

impl Read for Scalar {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match &node.tree {
            Tree::Bool(value) => Some(Self::Bool(*value)),
            Tree::Int(value) => Some(Self::Int(*value)),
            Tree::Number(value) if value.is_finite() => Some(Self::Number(*value)),
            Tree::Text(value) => Some(Self::Text(value.as_str().into())),
            _ => {
                context.expected("text, a number, or true or false", node);
                None
            }
        }
    }
}

impl Read for Path {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let text = String::read(node, context)?;
        let path = Self::parse(&text);
        if path.is_none() {
            let hint = "a path looks like `data.works[0].url` or `data[*].url`";
            context.problem_with_hint("S005", &node.span, format!("`{text}` is not a path"), hint);
        }
        path
    }
}

impl Read for Address {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let text = String::read(node, context)?;
        let address = Self::parse(&text);
        if address.is_none() {
            let hint = "an address begins with a slash, like `/videos/{id}`";
            context.problem_with_hint("S005", &node.span, format!("`{text}` is not an address"), hint);
        }
        address
    }
}

impl Read for Millis {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let text = String::read(node, context)?;
        let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
        let number = quantity(&text, &units).filter(|number| *number > 0);
        if number.is_none() {
            context.problem_with_hint(
                "S002",
                &node.span,
                format!("`{text}` is not a time"),
                "write 10s, 30m, 24h or 7d",
            );
        }
        number.map(Self)
    }
}

impl Read for Bytes {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let text = String::read(node, context)?;
        let units = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];
        let number = quantity(&text, &units).filter(|number| *number > 0);
        if number.is_none() {
            context.problem_with_hint("S002", &node.span, format!("`{text}` is not a size"), "write 500KB or 10MB");
        }
        number.map(Self)
    }
}

fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = |number: &&str| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    units
        .iter()
        .find_map(|(unit, worth)| text.strip_suffix(unit).filter(digits)?.parse::<u64>().ok()?.checked_mul(*worth))
}

impl Read for Price {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match &node.tree {
            Tree::Text(text) if text == "unknown" => return Some(Self(None)),
            // The digits as they were written: a float in between would not be exact.
            Tree::Int(_) | Tree::Number(_) => {
                let digits = context.text.get(node.span.clone()).unwrap_or_default();
                if let Ok(amount) = digits.parse::<Amount>()
                    && amount.trillionths > 0
                {
                    return Some(Self(Some(amount)));
                }
            }
            _ => {}
        }
        context.problem_with_hint(
            "M403",
            &node.span,
            "a price is an amount above zero or `unknown`",
            "a price that nobody states is `unknown`; it is never 0",
        );
        None
    }
}

impl<T: Read> Read for Nested<T> {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let Tree::Map(entries) = &node.tree else { return T::read(node, context).map(Self::Leaf) };
        let mut rows = Vec::new();
        for (key, value) in entries {
            let key: Option<Located<Scalar>> = located(key, context);
            // 5 and 5.0 are two keys to YAML and one value to us.
            if let Some(twice) =
                key.as_ref().filter(|key| rows.iter().any(|(own, _): &(Located<Scalar>, _)| own.value == key.value))
            {
                context.problem("S002", &twice.span, format!("`{}` is listed twice", twice.value));
            }
            if let (Some(key), Some(value)) = (key, located(value, context)) {
                rows.push((key, value));
            }
        }
        Some(Self::By(rows))
    }
}

impl<T: Read> Read for Vec<Located<T>> {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match &node.tree {
            Tree::List(items) if items.is_empty() => {
                context.problem("S002", &node.span, "an empty list says nothing");
                None
            }
            Tree::List(items) => Some(items.iter().filter_map(|item| located(item, context)).collect()),
            _ => located(node, context).map(|one| vec![one]),
        }
    }
}

impl<T: Read> Read for Vec<(Located<String>, Located<T>)> {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let entries = context.entries(node)?;
        if entries.is_empty() {
            context.problem("S002", &node.span, "an empty mapping says nothing");
        }
        let mut read = Vec::new();
        for (key, value) in entries {
            context.place.push(key.value.clone());
            if let Some(value) = located(value, context) {
                read.push((key, value));
            }
            context.place.pop();
        }
        Some(read)
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
                Tree::Text(text) => named.push((Located { span: key.span.clone(), value: text.clone() }, value)),
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
        for (fact, reason) in Map::<String>::read(node, self).unwrap_or_default() {
            if siblings.iter().any(|(sibling, _)| sibling.value == fact.value) {
                let place = self.place.iter().map(String::as_str).chain([&*fact.value]).collect::<Vec<_>>().join(".");
                self.assumed.push((place, reason.value));
            } else {
                let known: Vec<_> = siblings.iter().map(|(sibling, _)| &*sibling.value).collect();
                self.unknown("S007", "fact", &fact, &known);
            }
        }
        Vec::new()
    }
}

/// Defines records: structs of optional keys that are read from a mapping. Unknown keys are reported with the nearest
/// known one. Every record may also hold `source` and `assumed`.
macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident $(= $key:literal)? : $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        #[allow(clippy::struct_field_names, reason = "a field is called as the language calls it")]
        pub(super) struct $name {
            $($(#[$field_doc])* pub(super) $field: Option<Located<$type>>,)*
            /// Keys of the sources of these facts.
            pub(super) source: Many<String>,
            /// The keys that the file gives, whether they could be read or not.
            pub(super) named: Vec<String>,
        }

        impl Record for $name {
            fn names(&self, key: &str) -> bool {
                self.named.iter().any(|named| named == key)
            }
        }

        impl $name {
            const KEYS: &[&str] = &[$(records!(@key $field $($key)?),)* "source", "assumed"];

            /// This record, with what it does not say taken from another.
            #[allow(dead_code, reason = "few records have overrides")]
            pub(super) fn over(&self, base: &Self) -> Self {
                Self {
                    $($field: self.$field.clone().or_else(|| base.$field.clone()),)*
                    source: if self.source.is_empty() { base.source.clone() } else { self.source.clone() },
                    named: self.named.iter().chain(&base.named).cloned().collect(),
                }
            }
        }

        impl Read for $name {
            fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
                let entries = context.entries(node)?;
                let named = entries.iter().map(|(key, _)| key.value.clone()).collect();
                let mut record = Self { named, ..Self::default() };
                for (key, value) in &entries {
                    match &*key.value {
                        $(records!(@key $field $($key)?) => record.$field = context.value(key, value),)*
                        "source" | "assumed" => record.source.extend(context.facts(&entries, key, value)),
                        _ => context.unknown("S001", "key", key, Self::KEYS),
                    }
                }
                Some(record)
            }
        }
    )*};
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
}
pub(super) use records;
