//! Where a value is: paths inside JSON documents, and addresses of calls.

use std::fmt;

use crate::{List, Text};

/// The most steps of a path, tags of one step, and references of an address: twice what any known one has.
const MOST_STEPS: usize = 16;

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
    /// `[type=video,role=output]`: the elements of a list that have these texts.
    Select(List<Tag>),
    /// `@json`: inside a string that holds JSON.
    Json,
    /// `header:x-cost`: a reply header. Stands alone.
    Header(Text),
}

/// One text that an element of a list must have to be selected.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Tag {
    /// The member.
    pub key: Text,
    /// Its text.
    pub value: Text,
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
        if let Some(name) = text.strip_prefix("header:") {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            let sound = !name.is_empty() && name.bytes().all(plain);
            return sound.then(|| Self { segments: vec![Segment::Header(name.to_ascii_lowercase().into())].into() });
        }
        let mut segments = Vec::new();
        for (position, dotted) in split_dots(text).into_iter().enumerate() {
            let (name, mut brackets) = match dotted.find('[') {
                Some(at) => dotted.split_at(at),
                None => (dotted, ""),
            };
            let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"[]{}\"'`:@,=*".contains(c);
            let inside_json = name == "@json" && position > 0;
            // A document may be a list itself, so only the first name may be missing.
            if name.is_empty() && (position > 0 || brackets.is_empty()) || !(inside_json || name.chars().all(plain)) {
                return None;
            }
            if inside_json {
                segments.push(Segment::Json);
            } else if !name.is_empty() {
                segments.push(Segment::Key(name.into()));
            }
            while let Some(rest) = brackets.strip_prefix('[') {
                let (inner, rest) = rest.split_once(']')?;
                segments.push(match inner {
                    "*" => Segment::Each,
                    tags if tags.contains('=') => Segment::Select(parse_tags(tags)?),
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
        (segments.len() <= MOST_STEPS).then(|| Self { segments: segments.into() })
    }

    /// The path that begins here and goes on with `then`.
    #[must_use]
    pub fn join(&self, then: &Self) -> Self {
        Self { segments: self.segments.iter().chain(&then.segments).cloned().collect() }
    }

    /// The header's name in lower case, when the place is a reply header.
    pub fn header(&self) -> Option<&str> {
        match &*self.segments {
            [Segment::Header(name)] => Some(name),
            _ => None,
        }
    }

    /// Whether one path can hold several values.
    pub fn is_plural(&self) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Each | Segment::Select(_)))
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
                (Segment::Header(a), Segment::Header(b)) => return a == b,
                (Segment::Key(_), Segment::Key(_))
                | (Segment::Index(_), Segment::Index(_))
                | (Segment::Header(_), _)
                | (_, Segment::Header(_)) => return false,
                // A reply may fill `list[0]` beside `list[*]`.
                (Segment::Index(_), Segment::Each) | (Segment::Each, Segment::Index(_)) => {}
                (Segment::Select(a), Segment::Select(b)) => {
                    return !a.iter().any(|tag| b.iter().any(|other| tag.key == other.key && tag.value != other.value));
                }
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
                Segment::Select(tags) => {
                    let tags: Vec<_> = tags.iter().map(|tag| format!("{}={}", tag.key, tag.value)).collect();
                    write!(f, "[{}]", tags.join(","))?;
                }
                Segment::Json => f.write_str(".@json")?,
                Segment::Header(name) => write!(f, "header:{name}")?,
            }
        }
        Ok(())
    }
}

/// The parts between dots that are not inside brackets.
fn split_dots(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'.' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn parse_tags(text: &str) -> Option<List<Tag>> {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let tag = |pair: &str| {
        let (key, value) = pair.split_once('=')?;
        (plain(key) && plain(value)).then(|| Tag { key: key.into(), value: value.into() })
    };
    let tags = text.split(',').map(tag).collect::<Option<Vec<_>>>()?;
    (tags.len() <= MOST_STEPS).then(|| tags.into())
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
    /// `{name}`: the model's wire name, a field, or a saved value, as one escaped segment or a part of one.
    Reference(Text),
    /// `{+name}`: the same, but `/` and `:` stay as they are.
    Reserved(Text),
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
            let reserved = name.strip_prefix('+');
            let name = reserved.unwrap_or(name);
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return None;
            }
            pieces.push(if reserved.is_some() { Piece::Reserved(name.into()) } else { Piece::Reference(name.into()) });
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.into()));
        }
        let literal_ok = |c: char| c.is_ascii_alphanumeric() || "/-_.~:".contains(c);
        let sound = pieces.iter().all(|piece| match piece {
            Piece::Literal(text) => text.chars().all(literal_ok),
            Piece::Reference(_) | Piece::Reserved(_) => true,
        });
        // A step up would leave the place that the address names.
        let steps = text.split('/').any(|segment| segment == "." || segment == "..");
        let begins = text.starts_with('/') || text.starts_with("{+");
        (sound && !steps && begins && pieces.len() <= 2 * MOST_STEPS).then(|| Self { pieces: pieces.into() })
    }

    /// The names that are referred to, in order.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Reference(name) | Piece::Reserved(name) => Some(&**name),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Literal(text) => write!(f, "{text}"),
            Piece::Reference(name) => write!(f, "{{{name}}}"),
            Piece::Reserved(name) => write!(f, "{{+{name}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_back() {
        for text in [
            "id",
            "data[0].url",
            "data.works[*].resource.resource",
            "[0].id",
            "a[1][2]",
            "x-y",
            "header:x-cost",
            "content[type=video].url",
            "a[type=x,role=y.z].b",
            "data.@json.url",
            "r.@json[0]",
        ] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            ".",
            "a..b",
            "a[",
            "a[]",
            "a[x]",
            "a]b",
            "a[0]b",
            "a b",
            "a[99999]",
            "{a}",
            "a.",
            "a.[0]",
            "header:",
            "header:a b",
            "a[=x]",
            "a[x=]",
            "a[x=y",
            "@json.a",
            "a@json",
            "a.header:x",
        ] {
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
        assert!(!collide("c[type=a].u", "c[type=b].u"));
        assert!(collide("c[type=a].u", "c[role=b].u"));
        assert!(collide("c[type=a].u", "c[0].u"));
        assert!(!collide("header:a", "a"));
        assert!(collide("header:A", "header:a"));
    }

    #[test]
    fn addresses_read_back() {
        for text in
            ["/a/{id}/b", "/klingai/{model}{duration}", "/x", "/{+model}", "{+create_path}/{id}", "/m/{model}:run"]
        {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "a", "/{", "/{}", "/{a b}", "/a?b", "/a b", "/{a}}", "/%2e", "/a/../b", "/.", "/a/."] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
