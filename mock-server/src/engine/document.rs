//! Values inside JSON documents, by path.

use polyreel_spec::{Path, Scalar, Segment};
use serde_json::{Map, Value};

/// All values at a path, in the order of the document.
pub(crate) fn find<'d>(document: &'d Value, path: &Path) -> Vec<&'d Value> {
    let mut here = vec![document];
    for segment in &path.segments {
        here = here.into_iter().flat_map(|value| children(value, segment)).collect();
    }
    here
}

/// Writes values at a path and makes what is missing on the way. `[*]` takes one value per element; without it the first
/// value is written. `false` if something of another shape stands in the way.
pub(crate) fn put(document: &mut Value, path: &Path, values: &[Value]) -> bool {
    lay(document, &path.segments, values)
}

/// Whether a value counts as there: not `null`, `""`, `0`, `false`, `[]` or `{}`.
pub(crate) fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// A single value as text without quotes; `None` for `null`, lists and objects.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    scalar_of(value).map(|scalar| scalar.to_string())
}

/// A single value as a scalar; `None` for `null`, lists and objects.
pub(crate) fn scalar_of(value: &Value) -> Option<Scalar> {
    match value {
        Value::Bool(yes) => Some(Scalar::Bool(*yes)),
        Value::Number(number) => number.as_i64().map(Scalar::Int).or_else(|| number.as_f64().map(Scalar::Number)),
        Value::String(text) => Some(text.as_str().into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A scalar as JSON.
pub(crate) fn json_of(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text(text) => Value::from(&**text),
        Scalar::Int(number) => Value::from(*number),
        Scalar::Number(number) => Value::from(*number),
        Scalar::Bool(yes) => Value::from(*yes),
    }
}

/// Every place that holds something and lies at or below none of the taken paths.
pub(crate) fn leftovers(document: &Value, taken: &[&Path]) -> Vec<String> {
    let mut found = Vec::new();
    let is_empty_root = document.as_object().is_some_and(Map::is_empty);
    if !is_empty_root {
        collect_leftovers(document, &mut Vec::new(), taken, &mut found);
    }
    found
}

fn children<'d>(value: &'d Value, segment: &Segment) -> Vec<&'d Value> {
    match segment {
        Segment::Key(name) => value.get(&**name).into_iter().collect(),
        Segment::Index(index) => value.get(index).into_iter().collect(),
        Segment::Each => value.as_array().into_iter().flatten().collect(),
    }
}

fn lay(place: &mut Value, segments: &[Segment], values: &[Value]) -> bool {
    let Some((segment, rest)) = segments.split_first() else {
        let holds_others = matches!(place, Value::Object(_) | Value::Array(_)) && is_something(place);
        return match values.first() {
            Some(value) if !holds_others => {
                *place = value.clone();
                true
            }
            _ => false,
        };
    };
    match segment {
        Segment::Key(name) => {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(members) = place else { return false };
            lay(members.entry(&**name).or_insert(Value::Null), rest, values)
        }
        Segment::Index(index) => element(place, *index).is_some_and(|place| lay(place, rest, values)),
        Segment::Each => values.iter().enumerate().all(|(index, value)| {
            element(place, index).is_some_and(|place| lay(place, rest, std::slice::from_ref(value)))
        }),
    }
}

fn element(place: &mut Value, index: usize) -> Option<&mut Value> {
    if place.is_null() {
        *place = Value::Array(Vec::new());
    }
    let items = place.as_array_mut()?;
    if items.len() <= index {
        items.resize(index + 1, Value::Null);
    }
    items.get_mut(index)
}

fn collect_leftovers(value: &Value, place: &mut Vec<Segment>, taken: &[&Path], found: &mut Vec<String>) {
    if taken.iter().any(|path| *path.segments == **place) {
        return;
    }
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                place.push(Segment::Key(name.as_str().into()));
                collect_leftovers(member, place, taken, found);
                place.pop();
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                place.push(Segment::Index(index));
                collect_leftovers(item, place, taken, found);
                place.pop();
            }
        }
        _ => found.push(Path { segments: place.clone().into() }.to_string()),
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
    fn what_is_put_is_found() {
        for (at, values, document) in [
            ("id", vec![json!("a")], json!({"id": "a"})),
            ("data[0].url", vec![json!("u")], json!({"data": [{"url": "u"}]})),
            ("a[1]", vec![json!(7)], json!({"a": [null, 7]})),
            ("w[*].r.u", vec![json!("x"), json!("y")], json!({"w": [{"r": {"u": "x"}}, {"r": {"u": "y"}}]})),
            ("[0].id", vec![json!(true)], json!([{"id": true}])),
        ] {
            let mut written = Value::Null;
            assert!(put(&mut written, &path(at), &values), "{at}");
            assert_eq!(written, document, "{at}");
            assert_eq!(find(&written, &path(at)), values.iter().collect::<Vec<_>>(), "{at}");
        }
    }

    #[test]
    fn nothing_is_written_over_another_shape() {
        for (document, at) in
            [(json!({"a": 1}), "a.b"), (json!({"a": {"b": 1}}), "a"), (json!({"a": {}}), "a[0]"), (json!([1]), "a")]
        {
            assert!(!put(&mut document.clone(), &path(at), &[json!(2)]), "{document} {at}");
        }
    }

    #[test]
    fn leftovers_are_named_by_their_place() {
        let document = json!({"a": {"b": 1, "c": [1, {"d": 2}]}, "e": {}, "f": [null, 3]});
        let (b, c, f) = (path("a.b"), path("a.c[1]"), path("f[1]"));
        assert_eq!(leftovers(&document, &[&b, &c, &f]), ["a.c[0]", "e", "f[0]"]);
        assert_eq!(leftovers(&json!({}), &[]), Vec::<String>::new());
        assert_eq!(leftovers(&json!({"a": {"b": 1}}), &[&b]), Vec::<String>::new());
    }
}
