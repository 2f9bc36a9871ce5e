//! Provider files as trees that can be edited and written again.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value of a YAML file. Unlike JSON, keys have types: `5` and `"5"` differ.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(Tree, Tree)>),
}

/// Where a value stands: the position of its entry or element, from the root down.
pub(crate) type Trail = Vec<usize>;

impl Tree {
    pub(crate) fn parse(yaml: &str) -> Self {
        serde_yaml::from_str(yaml).unwrap()
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(crate) fn is_leaf(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Map(_))
    }

    /// As YAML: one line for each entry of the root, the rest in flow style.
    pub(crate) fn to_yaml(&self) -> String {
        match self {
            Self::Map(entries) => {
                entries.iter().map(|(key, value)| format!("{key}: {value}\n")).collect::<Vec<_>>().concat()
            }
            other => other.to_string(),
        }
    }

    pub(crate) fn children(&self) -> Vec<&Self> {
        match self {
            Self::List(items) => items.iter().collect(),
            Self::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn at(&self, trail: &[usize]) -> Option<&Self> {
        let Some((first, rest)) = trail.split_first() else { return Some(self) };
        self.children().get(*first)?.at(rest)
    }

    pub(crate) fn at_mut(&mut self, trail: &[usize]) -> Option<&mut Self> {
        let Some((first, rest)) = trail.split_first() else { return Some(self) };
        match self {
            Self::List(items) => items.get_mut(*first)?.at_mut(rest),
            Self::Map(entries) => entries.get_mut(*first)?.1.at_mut(rest),
            _ => None,
        }
    }

    /// The entry of a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(own, _)| *own == Self::text(key)).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter_mut().find(|(own, _)| *own == Self::text(key)).map(|(_, value)| value)
    }

    /// Sets an entry of a mapping.
    pub(crate) fn set(&mut self, key: &Self, value: Self) {
        let Self::Map(entries) = self else { return };
        match entries.iter_mut().find(|(own, _)| own == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.clone(), value)),
        }
    }

    /// Every value below this one, with where it stands and the keys that lead to it.
    pub(crate) fn walk(&self) -> Vec<(Trail, Vec<String>)> {
        let mut found = Vec::new();
        self.collect(&mut Vec::new(), &mut Vec::new(), &mut found);
        found
    }

    fn collect(&self, trail: &mut Trail, keys: &mut Vec<String>, found: &mut Vec<(Trail, Vec<String>)>) {
        for (position, child) in self.children().into_iter().enumerate() {
            trail.push(position);
            keys.push(self.name_of(position));
            found.push((trail.clone(), keys.clone()));
            child.collect(trail, keys, found);
            trail.pop();
            keys.pop();
        }
    }

    fn name_of(&self, position: usize) -> String {
        match self {
            Self::Map(entries) => match &entries[position].0 {
                Self::Text(key) => key.clone(),
                key => key.to_string(),
            },
            _ => format!("[{position}]"),
        }
    }

    /// This tree with some of the differences of another: those of which `is_taken` says so. It is told where each
    /// difference is, and what stands there before and after.
    pub(crate) fn with_changes(&self, other: &Self, place: &str, is_taken: &mut TakesChange<'_>) -> Self {
        match (self, other) {
            (Self::List(a), Self::List(b)) if a.len() == b.len() => {
                let pairs = a.iter().zip(b).enumerate();
                Self::List(pairs.map(|(at, (a, b))| a.with_changes(b, &format!("{place}[{at}]"), is_taken)).collect())
            }
            (Self::Map(a), Self::Map(b)) => {
                let below = |key: &Self| if place.is_empty() { key.to_string() } else { format!("{place}.{key}") };
                let mut entries = Vec::new();
                for (key, before) in a {
                    match b.iter().find(|(own, _)| own == key) {
                        Some((_, after)) => {
                            entries.push((key.clone(), before.with_changes(after, &below(key), is_taken)));
                        }
                        None if is_taken(&below(key), Some(before), None) => {}
                        None => entries.push((key.clone(), before.clone())),
                    }
                }
                for (key, after) in b.iter().filter(|(key, _)| !a.iter().any(|(own, _)| own == key)) {
                    if is_taken(&below(key), None, Some(after)) {
                        entries.push((key.clone(), after.clone()));
                    }
                }
                Self::Map(entries)
            }
            (before, after) if before == after => before.clone(),
            (before, after) => if is_taken(place, Some(before), Some(after)) { after } else { before }.clone(),
        }
    }
}

/// Where a difference is, and what stands there before and after.
pub(crate) type TakesChange<'f> = dyn FnMut(&str, Option<&Tree>, Option<&Tree>) -> bool + 'f;

/// Flow style: JSON, but for keys that are no texts.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separated = |f: &mut fmt::Formatter<'_>, at: usize| if at > 0 { f.write_str(", ") } else { Ok(()) };
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number:?}"),
            Self::Text(text) => {
                // JSON leaves some characters alone that YAML wants escaped.
                let json = serde_json::to_string(text).unwrap();
                for c in json.chars() {
                    match c {
                        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                            write!(f, "\\u{:04x}", u32::from(c))?;
                        }
                        _ => write!(f, "{c}")?,
                    }
                }
                Ok(())
            }
            Self::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    separated(f, at)?;
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{ ")?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    separated(f, at)?;
                    write!(f, "{key}: {value}")?;
                }
                f.write_str(" }")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Int(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(i64::try_from(value).map_or(Tree::Null, Tree::Int))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Number(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::text(value))
    }
    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }
    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key()? {
            entries.push((key, access.next_value()?));
        }
        Ok(Tree::Map(entries))
    }
}
