//! Closed sets of words: a value is one of them.

use super::language::{Language, Shape, Words};
use super::node::Node;
use super::reading::{Context, Located, Read};
use crate::words::words;
use crate::{Encoding, Excess, FieldType, ImageForm, Kind, Method, Per, SignatureEncoding, State};

words! {
    /// How a number stands in a reply.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum InText {
        /// A number that stands in a text.
        Text = "text",
    }
}

words! {
    /// How a saved identifier is written.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum Number {
        /// A whole number.
        Int = "int",
    }
}

words! {
    /// How an input travels otherwise than its type says.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum Disguise {
        /// A number as text.
        Text = "text",
        /// The identifier of an uploaded file as a whole number.
        Int = "int",
    }
}

words! {
    /// What else a create's reply is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum ReplyAs {
        /// The reply of a poll.
        Poll = "poll",
    }
}

/// Reads each set: what its words are called, the code of a problem, and the set.
macro_rules! closed {
    ($($what:literal, $code:literal, $name:ty;)*) => {$(
        impl Read for $name {
            fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
                let value = String::read(node, context)?;
                let found = Self::ALL.into_iter().find(|word| word.name() == value);
                if found.is_none() {
                    let written = Located { span: node.span.clone(), value };
                    context.unknown($code, $what, &written, &Self::ALL.map(Self::name));
                }
                found
            }

            fn shape(_: &mut Language) -> Shape {
                let all = Self::ALL.map(|word| (word.name(), word.about())).into();
                Shape::Words(Words { what: $what, all })
            }
        }
    )*};
}

closed! {
    "encoding", "S008", Encoding;
    "encoding", "S008", SignatureEncoding;
    "excess", "S008", Excess;
    "form", "S008", Disguise;
    "form", "S008", InText;
    "form", "S008", Number;
    "image form", "S008", ImageForm;
    "kind", "S008", Kind;
    "method", "S008", Method;
    "reply", "S008", ReplyAs;
    "state", "S008", State;
    "type", "S008", FieldType;
    "unit of work", "M405", Per;
}
