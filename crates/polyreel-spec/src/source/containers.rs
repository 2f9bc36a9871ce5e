//! Values that are made of values: lists, mappings, tables, short forms.

use std::ops::Deref;

use super::language::{Language, Shape};
use super::node::{Node, Tree};
use super::reading::{Context, Located, Read, located};
use crate::Scalar;

/// Nested tables: a leaf, or one table for each value of an input.
#[derive(Clone, Debug)]
pub(super) enum Nested<T> {
    Leaf(T),
    By(Vec<Row<T>>),
}

impl<T> Nested<T> {
    /// How many rows it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Leaf(_) => 0,
            Self::By(rows) => rows.len(),
        }
    }
}

/// A row; one that could not be read is there all the same, so that it is not missed as well.
type Row<T> = (Located<Scalar>, Option<Located<Nested<T>>>);

impl<T: Read> Read for Nested<T> {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let Tree::Map(entries) = &node.tree else { return T::read(node, context).map(Self::Leaf) };
        let mut rows = Vec::new();
        for (key, value) in entries {
            let key: Option<Located<Scalar>> = located(key, context);
            // 5 and 5.0 are two keys to YAML and one value to us.
            if let Some(twice) = key.as_ref().filter(|key| rows.iter().any(|(own, _): &Row<T>| own.value == key.value))
            {
                context.problem("S002", &twice.span, format!("`{}` is listed twice", twice.value));
            }
            let value = located(value, context);
            rows.extend(key.map(|key| (key, value)));
        }
        Some(Self::By(rows))
    }

    fn shape(language: &mut Language) -> Shape {
        Shape::Nested(Box::new(T::shape(language)))
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

    fn shape(language: &mut Language) -> Shape {
        Shape::Many(Box::new(T::shape(language)))
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
            match located(value, context) {
                Some(value) => read.push((key, value)),
                None => context.unread.push(key.value),
            }
            context.place.pop();
        }
        Some(read)
    }

    fn shape(language: &mut Language) -> Shape {
        Shape::Map(Box::new(T::shape(language)))
    }
}

/// A record that may be written as its only mandatory value.
#[derive(Clone, Debug, Default)]
pub(super) struct Short<T>(pub(super) T);

impl<T> Deref for Short<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A record with one mandatory value.
pub(super) trait Abbreviated: Read {
    /// Its mandatory value.
    type Value: Read;
    /// The record that says nothing else.
    fn only(value: Located<Self::Value>) -> Self;
}

impl<T: Abbreviated> Read for Short<T> {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match &node.tree {
            Tree::Map(_) => T::read(node, context).map(Self),
            _ => located(node, context).map(|value| Self(T::only(value))),
        }
    }

    fn shape(language: &mut Language) -> Shape {
        let value = T::Value::shape(language);
        match T::shape(language) {
            Shape::Record(name) => Shape::Short(name, Box::new(value)),
            other => other,
        }
    }
}
