//! How each kind of value is read, and how it is written.

use super::forms::{ADDRESS, PATH, SIZE, TIME};
use super::language::{Form, Language, Shape};
use super::node::{Node, Tree};
use super::reading::{Context, Read};
use crate::{Address, Amount, Path, Scalar};

/// A number of milliseconds, written `10s`, `30m`, `24h`, `7d`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Millis(pub(super) u64);

/// A number of bytes, written `10MB`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes(pub(super) u64);

/// An amount above zero, or `unknown`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price(pub(super) Option<Amount>);

impl Read for String {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match &node.tree {
            Tree::Text(text) => {
                context.visible(text, &node.span);
                Some(text.clone())
            }
            _ => {
                context.expected("text", node);
                None
            }
        }
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Text
    }
}

/// A text of a form; what is none is answered with an example.
fn text_of_form(node: &Node, context: &mut Context<'_>, form: &Form) -> Option<String> {
    let text = String::read(node, context);
    if text.is_none()
        && let Some(problem) = context.problems.last_mut()
    {
        problem.hint = Some(format!("write it like `{}`", form.example));
    }
    text
}

/// A name for people: one line with something in it.
#[derive(Clone, Debug)]
pub(super) struct Name(String);

impl Read for Name {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        /// More would be wrapped, and look like several lines.
        const LONGEST: usize = 200;
        let text = String::read(node, context)?;
        if text.trim().is_empty() {
            context.problem("S002", &node.span, "a name that is blank says nothing");
        }
        if text.chars().count() > LONGEST {
            context.problem("S002", &node.span, format!("a name has at most {LONGEST} characters"));
        }
        Some(Self(text))
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Text
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// A text that may hold line breaks.
#[derive(Clone, Debug)]
pub(super) struct Lines(pub(super) String);

impl Read for Lines {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let Tree::Text(text) = &node.tree else { return String::read(node, context).map(Self) };
        text.split('\n').for_each(|line| context.visible(line, &node.span));
        Some(Self(text.clone()))
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Text
    }
}

impl AsRef<str> for Lines {
    fn as_ref(&self) -> &str {
        &self.0
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

    fn shape(_: &mut Language) -> Shape {
        Shape::Bool
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

    fn shape(_: &mut Language) -> Shape {
        Shape::Whole(0, u32::MAX)
    }
}

impl Read for Scalar {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        match &node.tree {
            Tree::Bool(value) => Some(Self::Bool(*value)),
            Tree::Int(value) => Some(Self::Int(*value)),
            Tree::Number(value) if value.is_finite() => Some(Self::Number(*value)),
            Tree::Text(value) => {
                context.visible(value, &node.span);
                Some(Self::Text(value.as_str().into()))
            }
            _ => {
                context.expected("text, a number, or true or false", node);
                None
            }
        }
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Scalar
    }
}

impl Read for Path {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let text = text_of_form(node, context, &PATH)?;
        let path = Self::parse(&text);
        if path.is_none() {
            let hint = "a path looks like `data.works[0].url` or `data[*].url`";
            context.problem_with_hint("S005", &node.span, format!("`{text}` is not a path"), hint);
        }
        path
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Form(&PATH)
    }
}

impl Read for Address {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let text = text_of_form(node, context, &ADDRESS)?;
        let address = Self::parse(&text);
        if address.is_none() {
            let hint = "an address begins with a slash, like `/videos/{id}`";
            context.problem_with_hint("S005", &node.span, format!("`{text}` is not an address"), hint);
        }
        address
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Form(&ADDRESS)
    }
}

impl Read for Millis {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let text = text_of_form(node, context, &TIME)?;
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

    fn shape(_: &mut Language) -> Shape {
        Shape::Form(&TIME)
    }
}

impl Read for Bytes {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        let text = text_of_form(node, context, &SIZE)?;
        let units = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];
        let number = quantity(&text, &units).filter(|number| *number > 0);
        if number.is_none() {
            context.problem_with_hint("S002", &node.span, format!("`{text}` is not a size"), "write 500KB or 10MB");
        }
        number.map(Self)
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Form(&SIZE)
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
            "a price is an amount above zero in decimal digits, 12 before and 12 behind the point at most, or `unknown`",
            "write it like 0.315; a price that nobody states is `unknown`, never 0",
        );
        None
    }

    fn shape(_: &mut Language) -> Shape {
        Shape::Price
    }
}
