//! The language of provider files, as plain data: what the schema and the reference are written from.

use super::reading::Read as _;
use super::written::Spec;

/// Every record of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// The records, each before those that it is made of. The first is the whole file.
    pub records: Vec<Record>,
}

/// A mapping of fixed keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name: `CreateVariant`.
    pub name: &'static str,
    /// What it is.
    pub about: String,
    /// Exactly one of its own keys is given, [`Self::SOURCE`] and [`Self::ASSUMED`] aside.
    pub is_choice: bool,
    /// Its keys, in the order of their definition.
    pub keys: Vec<Key>,
}

impl Record {
    /// The key of every record that says where its facts are from.
    pub const SOURCE: &str = "source";
    /// The key of every record that says which of its facts nobody states.
    pub const ASSUMED: &str = "assumed";

    /// The keys that only this record has: all but [`Self::SOURCE`] and [`Self::ASSUMED`].
    pub fn own_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(|key| ![Self::SOURCE, Self::ASSUMED].contains(&key.name))
    }
}

/// A key of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it says.
    pub about: String,
    /// How its value is written.
    pub shape: Shape,
    /// It must be there.
    pub is_mandatory: bool,
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any text.
    Text,
    /// A text of a certain form.
    Form(&'static Form),
    /// `true` or `false`.
    Bool,
    /// A whole number between these two, both included.
    Whole(u32, u32),
    /// A price: an amount above zero, or `unknown`.
    Price,
    /// Text, a number, or `true` or `false`.
    Scalar,
    /// One of a closed set of words.
    Words(Words),
    /// One of several shapes, and what it is called: `HTTP code`.
    Either(&'static str, Vec<Shape>),
    /// One value, or a list of at least one.
    Many(Box<Shape>),
    /// A mapping of free names, with at least one.
    Map(Box<Shape>),
    /// A value, or a table that has a row for each value of an input; rows may be tables again.
    Nested(Box<Shape>),
    /// The record of this name.
    Record(&'static str),
    /// The record of this name, or its only mandatory value alone.
    Short(&'static str, Box<Shape>),
}

/// A form of text.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is called: `path`.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// A text of this form.
    pub example: &'static str,
    /// A regular expression, in what ECMA 262 and Rust have in common. The reader refuses every text that does not match.
    pub pattern: &'static str,
}

/// A closed set of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What each of them is: `state`.
    pub what: &'static str,
    /// Each word and what it means.
    pub all: Vec<(&'static str, &'static str)>,
}

impl Language {
    pub(super) fn record(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name)
    }
}

/// The language of provider files.
///
/// ```
/// let language = polyreel_spec::source::describe();
/// let path = language.records.iter().flat_map(|record| &record.keys).find(|key| key.name == "path").unwrap();
/// assert_eq!(path.about, "The path below the base URL.");
/// assert!(path.is_mandatory);
/// ```
pub fn describe() -> Language {
    let mut language = Language { records: Vec::new() };
    Spec::shape(&mut language);
    language
}
