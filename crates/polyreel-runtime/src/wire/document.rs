//! Reading and writing JSON documents by path.

use std::borrow::Cow;

use polyreel_spec::{List, Path, Scalar, Segment, Tag, TextForm};
use serde_json::{Map, Value};

/// All values at a path of a document, in order. A header is in no document.
pub(super) fn find<'v>(document: &'v Value, path: &Path) -> Vec<Cow<'v, Value>> {
    let mut here = vec![Cow::Borrowed(document)];
    for segment in &path.segments {
        here = here.into_iter().flat_map(|value| step(value, segment)).collect();
    }
    here
}

fn step<'v>(value: Cow<'v, Value>, segment: &Segment) -> Vec<Cow<'v, Value>> {
    match value {
        Cow::Borrowed(value) => step_into(value, segment),
        // Inside a string that held JSON nothing can be borrowed from the document.
        Cow::Owned(value) => {
            step_into(&value, segment).into_iter().map(|found| Cow::Owned(found.into_owned())).collect()
        }
    }
}

fn step_into<'v>(value: &'v Value, segment: &Segment) -> Vec<Cow<'v, Value>> {
    let borrowed = |values: Vec<&'v Value>| values.into_iter().map(Cow::Borrowed).collect();
    match segment {
        Segment::Key(name) => borrowed(value.get(&**name).into_iter().collect()),
        Segment::Index(index) => borrowed(value.get(index).into_iter().collect()),
        Segment::Each => borrowed(value.as_array().into_iter().flatten().collect()),
        Segment::Select(tags) => {
            borrowed(value.as_array().into_iter().flatten().filter(|element| has_tags(element, tags)).collect())
        }
        Segment::Json => {
            let inner = value.as_str().and_then(|text| serde_json::from_str(text).ok());
            inner.map(Cow::Owned).into_iter().collect()
        }
        Segment::Header(_) => Vec::new(),
    }
}

fn has_tags(element: &Value, tags: &List<Tag>) -> bool {
    tags.iter().all(|tag| element.get(&*tag.key).and_then(Value::as_str) == Some(&*tag.value))
}

/// Puts a value at a path, making the objects, lists and tagged elements on the way. Paths of one request never collide:
/// the provider file was checked for that.
pub(super) fn put(document: &mut Value, path: &[Segment], value: Value) {
    let Some((segment, rest)) = path.split_first() else {
        *document = value;
        return;
    };
    match segment {
        Segment::Key(name) => {
            if !document.is_object() {
                *document = Value::Object(Map::new());
            }
            if let Some(object) = document.as_object_mut() {
                put(object.entry(name.to_string()).or_insert(Value::Null), rest, value);
            }
        }
        Segment::Index(index) => {
            let list = as_list(document);
            while list.len() <= *index {
                list.push(Value::Null);
            }
            put(&mut list[*index], rest, value);
        }
        Segment::Select(tags) => {
            let list = as_list(document);
            let at = list.iter().position(|element| has_tags(element, tags)).unwrap_or_else(|| {
                let tags = tags.iter().map(|tag| (tag.key.to_string(), Value::from(&*tag.value)));
                list.push(Value::Object(tags.collect()));
                list.len() - 1
            });
            put(&mut list[at], rest, value);
        }
        Segment::Each | Segment::Json | Segment::Header(_) => {}
    }
}

fn as_list(document: &mut Value) -> &mut Vec<Value> {
    if !document.is_array() {
        *document = Value::Array(Vec::new());
    }
    match document {
        Value::Array(list) => list,
        _ => unreachable!("it was made a list on the line before"),
    }
}

/// Whether something is said: not `null`, `""`, `0`, `false`, `[]` or `{}`.
pub(super) fn is_there(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
    }
}

/// A text, number or boolean as text; lists and objects have none.
pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(match number.as_f64() {
            // 5.0 is the identifier and the word 5.
            Some(float) if number.is_f64() => float.to_string(),
            _ => number.to_string(),
        }),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a value is the one that a provider file lists. Numbers and texts are compared as text, since providers mix
/// `5` and `"5"`; a boolean is only ever a boolean.
pub(super) fn is_word(value: &Value, word: &Scalar, ignore_case: bool) -> bool {
    if value.is_boolean() != matches!(word, Scalar::Bool(_)) {
        return false;
    }
    let (Some(text), word) = (as_text(value), word.to_string()) else { return false };
    if ignore_case { text.to_lowercase() == word.to_lowercase() } else { text == word }
}

/// The most characters of a number in a text.
const LONGEST_NUMBER: usize = 40;

/// The number that a value is, or that stands last in a text between prefix and suffix.
pub(super) fn number(value: &Value, form: Option<&TextForm>) -> Option<f64> {
    let Some(form) = form else { return value.as_f64() };
    let Value::String(text) = value else { return value.as_f64() };
    let part = |b: u8| b.is_ascii_digit() || b == b'.' || b == b'-';
    let bytes = text.as_bytes();
    for end in (1..=bytes.len()).rev().filter(|&end| bytes[end - 1].is_ascii_digit()) {
        if !text[end..].starts_with(&*form.suffix) {
            continue;
        }
        let start = (0..end).rev().take(LONGEST_NUMBER + 1).find(|&at| !part(bytes[at])).map_or(0, |at| at + 1);
        // More digits are no number, and trying all parts of them would take long.
        if end - start > LONGEST_NUMBER {
            return None;
        }
        let mut found =
            (start..end).filter(|&from| text.is_char_boundary(from) && text[..from].ends_with(&*form.prefix));
        if let Some(number) = found.find_map(|from| plain_number(&text[from..end])) {
            return Some(number);
        }
    }
    None
}

/// Digits with at most one point inside and a minus in front.
fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (all(whole) && all(fraction)).then(|| text.parse().ok()).flatten()
}

/// A scalar as JSON.
pub(super) fn to_json(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text(text) => Value::from(&**text),
        Scalar::Int(number) => Value::from(*number),
        Scalar::Number(number) => Value::from(*number),
        Scalar::Bool(flag) => Value::from(*flag),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> Path {
        Path::parse(text).unwrap()
    }

    #[test]
    fn paths_find_what_they_name() {
        let document = json!({
            "a": [{ "type": "x", "u": 1 }, { "type": "y", "u": 2 }, { "type": "y", "u": 3 }],
            "s": "{\"k\":[4]}",
            "bad": "{"
        });
        for (place, found) in [
            ("a[1].u", json!([2])),
            ("a[*].u", json!([1, 2, 3])),
            ("a[type=y].u", json!([2, 3])),
            ("s.@json.k[0]", json!([4])),
            ("bad.@json.k", json!([])),
            ("a.u", json!([])),
            ("header:x", json!([])),
        ] {
            assert_eq!(json!(find(&document, &path(place))), found, "{place}");
        }
    }

    #[test]
    fn paths_write_what_they_find() {
        let mut document = Value::Null;
        for (place, value) in [("a.b", 1), ("l[1]", 2), ("l[0]", 3), ("c[role=first].u", 4), ("c[role=last].u", 5)] {
            put(&mut document, &path(place).segments, json!(value));
        }
        let whole =
            json!({ "a": { "b": 1 }, "l": [3, 2], "c": [{ "role": "first", "u": 4 }, { "role": "last", "u": 5 }] });
        assert_eq!(document, whole);
    }

    #[test]
    fn numbers_stand_in_texts() {
        let form = |prefix: &str, suffix: &str| TextForm { prefix: prefix.into(), suffix: suffix.into() };
        for (text, prefix, suffix, expected) in [
            ("5", "", "", Some(5.0)),
            ("50%", "", "%", Some(50.0)),
            ("10% then 35% of it", "", "%", Some(35.0)),
            ("wait 12.5 s", "wait ", " s", Some(12.5)),
            ("-3", "", "", Some(-3.0)),
            ("12", "", "%", None),
            ("v1.2.3", "v", "", Some(1.2)),
            ("none", "", "", None),
            (&"7".repeat(40), "", "", Some(7.777_777_777_777_778e39)),
            (&"7".repeat(41), "", "", None),
            (&"7".repeat(4_000_000), "", "%", None),
            ("é7é", "é", "é", Some(7.0)),
        ] {
            assert_eq!(number(&json!(text), Some(&form(prefix, suffix))), expected, "{text}");
        }
        assert_eq!(number(&json!(7), Some(&form("", "%"))), Some(7.0));
        assert_eq!(number(&json!("7"), None), None);
    }
}
