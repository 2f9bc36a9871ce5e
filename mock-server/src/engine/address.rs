//! Addresses of calls, compared segment by segment after unescaping.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use polyreel_spec::{Address, Piece, Scalar};

/// Everything but the characters that RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// As [`ESCAPED`], but `/` and `:` stay as they are: `{+x}`.
const RESERVED: &AsciiSet = &ESCAPED.remove(b'/').remove(b':');

/// The reference to the path of the create, which is escaped already.
pub(super) const CREATE_PATH: &str = "create_path";

/// Longer paths are no provider's.
const LONGEST_PATH: usize = 2048;

/// One way to spell a reference.
#[derive(Clone, Debug)]
pub(super) struct Spelling<'s> {
    /// As it stands in the path, unescaped.
    pub(super) wire: Cow<'s, str>,
    /// What it says, when it is an input.
    pub(super) ours: Option<Scalar>,
}

/// The inputs that one reading of an address yields, by name.
pub(super) type Spelled = Vec<(String, Scalar)>;

/// How each reference may be written.
pub(super) type Spellings<'f, 's> = &'f dyn Fn(&str) -> Vec<Spelling<'s>>;

/// All ways to read a path as this address.
pub(super) fn readings(address: &Address, path: &Segments<'_>, spellings: Spellings<'_, '_>) -> Vec<Spelled> {
    let mut found = Vec::new();
    walk(&address.pieces, path.start(), spellings, &mut Vec::new(), &mut found);
    found
}

/// Whether a path looks like this address, whatever its references say.
pub(super) fn resembles(address: &Address, path: &Segments<'_>) -> bool {
    could_be(&address.pieces, path.start())
}

/// The path with its references spelled out and escaped. `None` if `value` does not know one of them.
pub(super) fn spell(address: &Address, value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut path = String::new();
    for piece in &address.pieces {
        match piece {
            Piece::Literal(text) => path.push_str(text),
            Piece::Reference(name) => path.extend(utf8_percent_encode(&value(name)?, ESCAPED)),
            Piece::Reserved(name) if *name == CREATE_PATH => path.push_str(&value(name)?),
            Piece::Reserved(name) => path.extend(utf8_percent_encode(&value(name)?, RESERVED)),
        }
    }
    Some(path)
}

/// A path, cut at its slashes and then unescaped: an escaped slash is no slash.
pub(super) struct Segments<'p> {
    first: Cow<'p, str>,
    rest: Vec<Cow<'p, str>>,
}

impl<'p> Segments<'p> {
    /// `None` if the path is absurdly long or not UTF-8: no address is spelled like that.
    pub(super) fn read(path: &'p str) -> Option<Self> {
        if path.len() > LONGEST_PATH {
            return None;
        }
        let mut unescaped = path.split('/').map(|segment| percent_decode_str(segment).decode_utf8().ok());
        let first = unescaped.next()??;
        let rest = unescaped.collect::<Option<_>>()?;
        Some(Self { first, rest })
    }

    fn start(&self) -> Cursor<'_> {
        Cursor { here: &self.first, rest: &self.rest }
    }
}

/// What is left of a path: the rest of the segment that is being read, and the segments after it.
#[derive(Clone, Copy)]
struct Cursor<'p> {
    here: &'p str,
    rest: &'p [Cow<'p, str>],
}

impl<'p> Cursor<'p> {
    fn after(self, literal: &str) -> Option<Self> {
        let mut parts = literal.split('/');
        let here = Self { here: self.here.strip_prefix(parts.next()?)?, ..self };
        parts.try_fold(here, |cursor, part| {
            let (here, rest) = cursor.rest.split_first().filter(|_| cursor.here.is_empty())?;
            Some(Self { here: here.strip_prefix(part)?, rest })
        })
    }

    fn after_value(self, value: &str) -> Option<Self> {
        Some(Self { here: self.here.strip_prefix(value)?, ..self })
    }

    /// As [`Cursor::after_value`], but a slash of the value may stand as it is or escaped.
    fn after_reserved(self, value: &str) -> Option<Self> {
        value.chars().try_fold(self, |cursor, expected| match (expected, cursor.rest.split_first()) {
            ('/', Some((here, rest))) if cursor.here.is_empty() => Some(Self { here, rest }),
            _ => Some(Self { here: cursor.here.strip_prefix(expected)?, ..cursor }),
        })
    }

    /// Every place behind at least one character: those of this segment, the farthest first, and with `beyond` those of
    /// the segments after it.
    fn ends(self, beyond: bool) -> impl Iterator<Item = Cursor<'p>> {
        let later = if beyond { self.rest.len() } else { 0 };
        let segments = (0..=later).map(move |ahead| match ahead.checked_sub(1) {
            None => self,
            Some(at) => Self { here: &self.rest[at], rest: &self.rest[at + 1..] },
        });
        segments.enumerate().flat_map(|(ahead, segment)| {
            let ends = segment.here.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            // A slash is a character, too.
            let start = (ahead > 0).then_some(0);
            ends.chain(start).map(move |end| Self { here: &segment.here[end..], ..segment })
        })
    }

    fn is_at_end(self) -> bool {
        self.here.is_empty() && self.rest.is_empty()
    }
}

fn walk(
    pieces: &[Piece],
    cursor: Cursor<'_>,
    spellings: Spellings<'_, '_>,
    spelled: &mut Spelled,
    found: &mut Vec<Spelled>,
) {
    match pieces.split_first() {
        None if cursor.is_at_end() => found.push(spelled.clone()),
        None => {}
        Some((Piece::Literal(text), rest)) => {
            if let Some(cursor) = cursor.after(text) {
                walk(rest, cursor, spellings, spelled, found);
            }
        }
        Some((piece @ (Piece::Reference(name) | Piece::Reserved(name)), rest)) => {
            for spelling in spellings(name) {
                let after = match piece {
                    Piece::Reserved(_) => cursor.after_reserved(&spelling.wire),
                    _ => cursor.after_value(&spelling.wire),
                };
                let Some(cursor) = after else { continue };
                let before = spelled.len();
                spelled.extend(spelling.ours.map(|value| (name.to_string(), value)));
                walk(rest, cursor, spellings, spelled, found);
                spelled.truncate(before);
            }
        }
    }
}

fn could_be(pieces: &[Piece], cursor: Cursor<'_>) -> bool {
    match pieces.split_first() {
        None => cursor.is_at_end(),
        Some((Piece::Literal(text), rest)) => cursor.after(text).is_some_and(|cursor| could_be(rest, cursor)),
        Some((Piece::Reference(_), rest)) => cursor.ends(false).any(|cursor| could_be(rest, cursor)),
        Some((Piece::Reserved(_), rest)) => cursor.ends(true).any(|cursor| could_be(rest, cursor)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spellings(name: &str) -> Vec<Spelling<'static>> {
        let words: &[(&str, i64)] = if name == "duration" { &[("", 5), ("_10s", 10)] } else { &[] };
        match name {
            "model" => vec![Spelling { wire: "kling/v2 x".into(), ours: None }],
            _ => words.iter().map(|(w, o)| Spelling { wire: (*w).into(), ours: Some((*o).into()) }).collect(),
        }
    }

    fn read(address: &Address, path: &str) -> Vec<Spelled> {
        Segments::read(path).map_or_else(Vec::new, |path| readings(address, &path, &spellings))
    }

    fn looks_like(address: &str, path: &str) -> bool {
        let address = Address::parse(address).unwrap();
        Segments::read(path).is_some_and(|path| resembles(&address, &path))
    }

    #[test]
    fn a_reference_is_one_escaped_segment_or_part_of_one() {
        let address = Address::parse("/a/{model}{duration}/b").unwrap();
        for (path, duration) in [
            ("/a/kling%2Fv2%20x/b", Some(5)),
            ("/a/kling%2fv2%20x_10s/b", Some(10)),
            ("/%61/kling%2Fv2%20x%5F10s/b", Some(10)),
            ("/a/kling/v2%20x/b", None),
            ("/a/kling%2Fv2%20x_15s/b", None),
            ("/a/kling%2Fv2%20x/b/", None),
            ("/a/kling%2Fv2%20x", None),
            ("a/kling%2Fv2%20x/b", None),
            ("/a/%FF/b", None),
            ("", None),
        ] {
            let expected: Vec<_> = duration.map(|n: i64| vec![("duration".to_owned(), n.into())]).into_iter().collect();
            assert_eq!(read(&address, path), expected, "{path}");
        }
    }

    #[test]
    fn an_address_is_known_by_its_shape() {
        for (path, expected) in [
            ("/task/x/fetch", true),
            ("/task/a%2Fb/fetch", true),
            ("/task//fetch", false),
            ("/task/x", false),
            ("/task/x/y/fetch", false),
        ] {
            assert_eq!(looks_like("/task/{id}/fetch", path), expected, "{path}");
        }
        assert!(looks_like("/t/v{id}.json", "/t/v1.2.json"));
        assert!(!looks_like("/task/{id}/fetch", &format!("/task/{}/fetch", "x".repeat(LONGEST_PATH))));
    }

    #[test]
    fn what_is_spelled_reads_back() {
        let address = Address::parse("/a/{model}").unwrap();
        let path = spell(&address, &|_| Some("kling/v2 x".to_owned())).unwrap();
        assert_eq!(path, "/a/kling%2Fv2%20x");
        assert_eq!(read(&address, &path).len(), 1);
        assert_eq!(spell(&address, &|_| None), None);
    }

    #[test]
    fn a_reserved_reference_keeps_its_slashes() {
        let address = Address::parse("/v1/{+model}/run").unwrap();
        let path = spell(&address, &|_| Some("kling/v2 x".to_owned())).unwrap();
        assert_eq!(path, "/v1/kling/v2%20x/run");
        for (path, found) in
            [(&*path, 1), ("/v1/kling%2Fv2%20x/run", 1), ("/v1/kling//v2%20x/run", 0), ("/v1/kling/v2%20x", 0)]
        {
            assert_eq!(read(&address, path).len(), found, "{path}");
        }
        let below = Address::parse("{+create_path}/{id}").unwrap();
        let value = |name: &str| Some(if name == CREATE_PATH { "/a%2Fb".to_owned() } else { "/".to_owned() });
        assert_eq!(spell(&below, &value).as_deref(), Some("/a%2Fb/%2F"));
        assert!(looks_like("{+create_path}/{id}", "/a/b/c"));
        assert!(looks_like("/{+id}/x", "/a/b/x"));
        assert!(looks_like("/{+id}", "/a//"));
        assert!(!looks_like("/{+id}/x", "/a/b/y"));
    }
}
