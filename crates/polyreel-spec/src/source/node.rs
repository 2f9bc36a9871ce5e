//! YAML text as a tree in which every key and value knows its place.

use std::fmt;
use std::ops::Range;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

use super::Diagnostic;

/// A value and where it stands, in bytes of the text.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) tree: Tree,
}

/// What a value is. Numbers keep no digits: those are read from the text at their span.
#[derive(Debug)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Tree {
    /// For "expected …, found …".
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Reads YAML 1.2: `on` and `16:9` are text. The reader's own budgets refuse bombs and deep nesting; duplicate keys,
/// anchors and merge keys are refused because they would make places ambiguous.
pub(super) fn parse(text: &str) -> Result<Node, Diagnostic> {
    let options = serde_yaml::options! {
        strict_booleans: true,
        with_snippet: false,
        merge_keys: serde_yaml::options::MergeKeyPolicy::Error,
        reject_unsupported_tags: true,
        // A level takes some 40 KB of stack without optimization, and the deepest files have half as many.
        budget: serde_yaml::budget! { max_depth: 16, max_nodes: 50_000, max_aliases: 0, max_anchors: 0 },
    };
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => Ok(locate(raw)),
        Err(error) => {
            let start = error.location().map_or(0, |location| offset(text, &location));
            let length = error.location().and_then(|location| location.span().byte_len()).unwrap_or(0);
            let end = floor(text, start.saturating_add(usize::try_from(length).unwrap_or(0))).max(start);
            let (message, hint) = said(error.without_snippet());
            Err(Diagnostic { code: "Y001", message, hint: hint.map(str::to_owned), span: start..end })
        }
    }
}

/// What is wrong, and what to do about it. What only YAML knows, its parser says.
fn said(error: &serde_yaml::Error) -> (String, Option<&'static str>) {
    use serde_yaml::Error;
    use serde_yaml::budget::BudgetBreach;
    let written_out = "write each value out where it belongs; a text that begins with `&`, `*` or `<<` is quoted";
    let (message, hint) = match error {
        Error::MultipleDocuments { .. } => {
            ("a second document begins here", "a file is one document: leave out `---`, and give each provider a file")
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => {
            ("lists and mappings are nested too deeply", "at most 16 levels are read; no provider needs half as many")
        }
        Error::Budget { breach: BudgetBreach::Anchors { .. } | BudgetBreach::Aliases { .. }, .. }
        | Error::UnknownAnchor { .. }
        | Error::AliasError { .. } => ("anchors and aliases are not read", written_out),
        Error::MergeKeyNotAllowed { .. } => ("merge keys are not read", written_out),
        Error::Budget { .. } => (
            "there is more in it than in any provider file",
            "at most 50000 values are read; leave out what nobody needs",
        ),
        Error::NonFiniteFloat { .. } => {
            ("not a finite number", "a number has an end and a value; a text such as `.nan` is quoted")
        }
        Error::UnsupportedTag { .. } => ("tags are not read", "leave it out; a text that begins with `!` is quoted"),
        Error::DuplicateMappingKey { key, .. } => {
            let what = key.as_ref().map_or_else(|| "the key".to_owned(), |key| format!("`{key}`"));
            return (format!("{what} is given twice"), Some("leave one of them out; they cannot both hold"));
        }
        _ => {
            // The place is shown by the caret, so the library's own " at line 2, column 1" would say it twice.
            let message = error.to_string().to_lowercase();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            let hint = "inside braces and brackets, quote what holds one of them, a comma or a colon: \"/videos/{id}\"";
            let hint = message.contains("flow").then_some(hint);
            return (message, hint);
        }
    };
    (message.to_owned(), Some(hint))
}

/// Some problems come with line and column only.
fn offset(text: &str, location: &serde_yaml::Location) -> usize {
    if let Some(offset) = location.span().byte_offset() {
        return floor(text, usize::try_from(offset).unwrap_or(0));
    }
    let number = |n: u64| usize::try_from(n.saturating_sub(1)).unwrap_or(0);
    let line_start: usize = text.split_inclusive('\n').take(number(location.line())).map(str::len).sum();
    let line = text.get(line_start..).unwrap_or_default();
    floor(text, line_start + line.chars().take(number(location.column())).map(char::len_utf8).sum::<usize>())
}

/// The nearest character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

enum Raw {
    Leaf(Tree),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

fn locate(raw: Spanned<Raw>) -> Node {
    let span = raw.referenced.span();
    let number = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let start = number(span.byte_offset());
    let end = start + number(span.byte_len());
    let tree = match raw.value {
        Raw::Leaf(tree) => tree,
        Raw::List(items) => Tree::List(items.into_iter().map(locate).collect()),
        Raw::Map(entries) => Tree::Map(entries.into_iter().map(|(key, value)| (locate(key), locate(value))).collect()),
    };
    Node { span: start..end, tree }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Leaf(Tree::Bool(value)))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Leaf(Tree::Int(value)))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "no fact of a provider has twenty digits; it is refused as a number"
        )]
        let tree = i64::try_from(value).map_or(Tree::Number(value as f64), Tree::Int);
        Ok(Raw::Leaf(tree))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Leaf(Tree::Number(value)))
    }
    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Leaf(Tree::Text(value.to_owned())))
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Leaf(Tree::Null))
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Leaf(Tree::Null))
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key()? {
            entries.push((key, access.next_value()?));
        }
        Ok(Raw::Map(entries))
    }
}
