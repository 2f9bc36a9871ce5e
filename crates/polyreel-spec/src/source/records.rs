//! Records: mappings of fixed keys, each defined once.

use super::language::{self, Key, Language, Shape};
use super::reading::{Many, Map, Read};
use super::values::Lines;

/// Defines records: structs that are read from a mapping and that can say what they are.
///
/// ```text
/// /// What it is.
/// Name {
///     /// What the key says.
///     mandatory: Type = required,
///     /// A key that is not called like its field.
///     field = "key": Type,
/// }
/// ```
///
/// A key that is not `required` becomes an `Option`, one that is becomes a [`Required`](super::reading::Required), which
/// gives its value to those who insist on it. A record that is defined as `Name: choice { … }` holds exactly one of its
/// keys. Unknown keys are reported with the nearest known one. Every record may also hold `source` and `assumed`.
macro_rules! records {
    ($(
        $(#[doc = $about:literal])*
        $name:ident $(: $choice:ident)? {
            $($(#[doc = $key_about:literal])* $field:ident $(= $key:literal)? : $type:ty $(= $required:ident)?),* $(,)?
        }
    )*) => {$(
        $(#[doc = $about])*
        #[derive(Clone, Debug)]
        #[allow(clippy::struct_field_names, reason = "keys are called as provider files call them")]
        pub(in crate::source) struct $name {
            $($(#[doc = $key_about])* pub(in crate::source) $field: records!(@slot $type $(, $required)?),)*
            /// Keys of the sources of these facts.
            pub(in crate::source) source: $crate::source::reading::Many<String>,
            /// The keys that the file gives, whether they could be read or not.
            pub(in crate::source) named: Vec<String>,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($field: $crate::source::reading::Slot::empty(records!(@key $field $(, $key)?)),)*
                    source: Vec::new(),
                    named: Vec::new(),
                }
            }
        }

        impl $name {
            const KEYS: &[&str] = &[
                $(records!(@key $field $(, $key)?),)*
                $crate::source::language::Record::SOURCE,
                $crate::source::language::Record::ASSUMED,
            ];

            /// Whether the file gives this key.
            #[allow(dead_code, reason = "few records need to know")]
            pub(in crate::source) fn names(&self, key: &str) -> bool {
                self.named.iter().any(|named| named == key)
            }

            /// This record, with what it does not say taken from another.
            #[allow(dead_code, reason = "few records have overrides")]
            pub(in crate::source) fn over(&self, base: &Self) -> Self {
                Self {
                    $($field: $crate::source::reading::Slot::or(&self.$field, &base.$field),)*
                    source: if self.source.is_empty() { base.source.clone() } else { self.source.clone() },
                    named: self.named.iter().chain(&base.named).cloned().collect(),
                }
            }
        }

        impl $crate::source::reading::Read for $name {
            fn read(
                node: &$crate::source::node::Node,
                context: &mut $crate::source::reading::Context<'_>,
            ) -> Option<Self> {
                let entries = context.entries(node)?;
                let named = entries.iter().map(|(key, _)| key.value.clone()).collect();
                let mut record = Self { named, ..Self::default() };
                for (key, value) in &entries {
                    match &*key.value {
                        $(records!(@key $field $(, $key)?) => {
                            let value = context.value(key, value);
                            record.$field =
                                $crate::source::reading::Slot::filled(records!(@key $field $(, $key)?), value);
                        })*
                        $crate::source::language::Record::SOURCE | $crate::source::language::Record::ASSUMED => {
                            record.source.extend(context.facts(&entries, key, value));
                        }
                        _ => context.unknown("S001", "key", key, Self::KEYS),
                    }
                }
                Some(record)
            }

            fn shape(language: &mut $crate::source::language::Language) -> $crate::source::language::Shape {
                $crate::source::records::describe(
                    stringify!($name),
                    concat!($($about),*),
                    [$(stringify!($choice)),*].contains(&"choice"),
                    &[$($crate::source::records::Definition {
                        name: records!(@key $field $(, $key)?),
                        about: concat!($($key_about),*),
                        shape: <$type as $crate::source::reading::Read>::shape,
                        is_mandatory: [$(stringify!($required)),*].contains(&"required"),
                    }),*],
                    language,
                )
            }
        }
    )*};
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident, $key:literal) => { $key };
    (@slot $type:ty) => { Option<$crate::source::reading::Located<$type>> };
    (@slot $type:ty, required) => { $crate::source::reading::Required<$type> };
}
pub(super) use records;

/// A key, as [`records!`] hands it over.
pub(super) struct Definition {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) shape: fn(&mut Language) -> Shape,
    pub(super) is_mandatory: bool,
}

/// Adds a record, and those that it is made of, to the language.
pub(super) fn describe(
    name: &'static str,
    about: &str,
    is_choice: bool,
    definitions: &[Definition],
    language: &mut Language,
) -> Shape {
    if language.record(name).is_some() {
        return Shape::Record(name);
    }
    let position = language.records.len();
    let about = about.trim().to_owned();
    language.records.push(language::Record { name, about, is_choice, keys: Vec::new() });
    let of_its_own = definitions.iter().map(|definition| Key {
        name: definition.name,
        about: definition.about.trim().to_owned(),
        shape: (definition.shape)(language),
        is_mandatory: definition.is_mandatory,
    });
    let mut keys: Vec<_> = of_its_own.collect();
    let mut fact = |name, about: &str, shape| {
        keys.push(Key { name, about: about.to_owned(), shape, is_mandatory: false });
    };
    fact(language::Record::SOURCE, "Where these facts are from: names of `sources`.", Many::<String>::shape(language));
    let assumed = "Facts of this record that nobody states: each key with the reason for what is said here.";
    fact(language::Record::ASSUMED, assumed, Map::<Lines>::shape(language));
    language.records[position].keys = keys;
    Shape::Record(name)
}
