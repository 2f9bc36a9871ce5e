//! Where a value is: paths inside JSON documents, and addresses of calls.

use std::fmt;

use crate::{List, Text};

/// A place in a JSON document, written as providers' pages write it: `data.works[0].url`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Path {
    /// The steps from the root; never empty.
    pub segments: List<Segment>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Segment {
    /// `.name`: that member of an object.
    Key(Text),
    /// `[2]`: that element of a list.
    Index(usize),
    /// `[*]`: all elements of a list, in order.
    Each,
}

impl Path {
    /// Reads the written form. `None` if the text is not a path.
    ///
    /// ```
    /// # use polyreel_spec::Path;
    /// assert_eq!(Path::parse("data[0].url").unwrap().to_string(), "data[0].url");
    /// assert_eq!(Path::parse("data[x]"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let mut segments = Vec::new();
        for (position, dotted) in text.split('.').enumerate() {
            let (name, mut brackets) = match dotted.find('[') {
                Some(at) => dotted.split_at(at),
                None => (dotted, ""),
            };
            let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"[]{}\"'`:@,=*".contains(c);
            // A document may be a list itself, so only the first name may be missing.
            if name.is_empty() && (position > 0 || brackets.is_empty()) || !name.chars().all(plain) {
                return None;
            }
            if !name.is_empty() {
                segments.push(Segment::Key(name.into()));
            }
            while let Some(rest) = brackets.strip_prefix('[') {
                let (inner, rest) = rest.split_once(']')?;
                segments.push(match inner {
                    "*" => Segment::Each,
                    digits if digits.bytes().all(|b| b.is_ascii_digit()) && digits.len() < 5 => {
                        Segment::Index(digits.parse().ok()?)
                    }
                    _ => return None,
                });
                brackets = rest;
            }
            if !brackets.is_empty() {
                return None;
            }
        }
        Some(Self { segments: segments.into() })
    }

    /// The path that begins here and goes on with `then`.
    #[must_use]
    pub fn join(&self, then: &Self) -> Self {
        Self { segments: self.segments.iter().chain(&then.segments).cloned().collect() }
    }

    /// The only name, when the path is a single name: what a form can carry.
    pub fn single_name(&self) -> Option<&str> {
        match &*self.segments {
            [Segment::Key(name)] => Some(name),
            _ => None,
        }
    }

    /// Whether one document cannot hold a value at both places: they are equal, one is inside the other, or one list is
    /// addressed both by position and as a whole.
    pub fn collides(&self, other: &Self) -> bool {
        for pair in self.segments.iter().zip(&other.segments) {
            match pair {
                (a, b) if a == b => {}
                (Segment::Key(_), Segment::Key(_)) | (Segment::Index(_), Segment::Index(_)) => return false,
                // A reply may fill `list[0]` beside `list[*]`.
                (Segment::Index(_), Segment::Each) | (Segment::Each, Segment::Index(_)) => {}
                _ => return true,
            }
        }
        true
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Key(name) if position == 0 => write!(f, "{name}")?,
                Segment::Key(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Each => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// The path of a call's URL below the base URL, in pieces: `/i2v/{model}{duration}`.
///
/// It is an address, not a template: a reference is one escaped path segment (or part of one), nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Address {
    /// The pieces, in order.
    pub pieces: List<Piece>,
}

/// One piece of an [`Address`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Piece {
    /// Sent as it stands.
    Literal(Text),
    /// `{name}`: the model's wire name, a field, or a saved value; escaped.
    Reference(Text),
}

impl Address {
    /// Reads the written form. `None` if a brace is left open or a name is empty.
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            if !before.is_empty() {
                pieces.push(Piece::Literal(before.into()));
            }
            let (name, after) = after.split_once('}')?;
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return None;
            }
            pieces.push(Piece::Reference(name.into()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.into()));
        }
        let literal_ok = |c: char| c.is_ascii_alphanumeric() || "/-_.~:".contains(c);
        let sound = pieces.iter().all(|piece| match piece {
            Piece::Literal(text) => text.chars().all(literal_ok),
            Piece::Reference(_) => true,
        });
        // A step up would leave the place that the address names.
        let steps = text.split('/').any(|segment| segment == "." || segment == "..");
        (sound && !steps && text.starts_with('/')).then(|| Self { pieces: pieces.into() })
    }

    /// The names that are referred to, in order.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Reference(name) => Some(&**name),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Literal(text) => write!(f, "{text}"),
            Piece::Reference(name) => write!(f, "{{{name}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_back() {
        for text in ["id", "data[0].url", "data.works[*].resource.resource", "[0].id", "a[1][2]", "x-y"] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        for text in ["", ".", "a..b", "a[", "a[]", "a[x]", "a]b", "a[0]b", "a b", "a[99999]", "{a}", "a.", "a.[0]"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }

    #[test]
    fn places_collide_when_one_document_cannot_hold_both() {
        let collide = |a, b| Path::parse(a).unwrap().collides(&Path::parse(b).unwrap());
        assert!(collide("data[0].url", "data[0].url"));
        assert!(collide("data", "data.id"));
        assert!(collide("data[*].url", "data[0].url"));
        assert!(collide("data.x", "data[0]"));
        assert!(!collide("data.id", "data.url"));
        assert!(!collide("works[*].a", "works[0].b"));
    }

    #[test]
    fn addresses_read_back() {
        for text in ["/a/{id}/b", "/klingai/{model}{duration}", "/x"] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "a", "/{", "/{}", "/{a b}", "/a?b", "/a b", "/{a}}", "/%2e", "/a/../b", "/.", "/a/."] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
