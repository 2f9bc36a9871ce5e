//! Values inside JSON documents, by path.

use std::borrow::Cow;

use polyreel_spec::{Path, Scalar, Segment, Tag};
use serde_json::{Map, Value};

/// All values at a path, in the order of the document.
pub(crate) fn find<'d>(document: &'d Value, path: &Path) -> Vec<Cow<'d, Value>> {
    let mut here = vec![Cow::Borrowed(document)];
    for segment in &path.segments {
        here = here.into_iter().flat_map(|value| children(value, segment)).collect();
    }
    here
}

/// A value where a request says it.
pub(crate) struct Taken<'d> {
    pub(crate) value: &'d Value,
    /// Where it stands, and where the tags stand by which its place was told.
    pub(crate) places: Vec<Path>,
}

/// Takes the value at a path of a request: members, elements, and the first element with the tags of a selector.
pub(crate) fn take<'d>(document: &'d Value, path: &Path) -> Option<Taken<'d>> {
    let (mut value, mut place, mut places) = (document, Vec::new(), Vec::new());
    for segment in &path.segments {
        match segment {
            Segment::Key(name) => {
                value = value.as_object()?.get(&**name)?;
                place.push(segment.clone());
            }
            Segment::Index(index) => {
                value = value.as_array()?.get(*index)?;
                place.push(segment.clone());
            }
            Segment::Select(tags) => {
                let index = value.as_array()?.iter().position(|element| has_tags(element, tags))?;
                value = &value[index];
                place.push(Segment::Index(index));
                let at_tag = |tag: &Tag| place.iter().cloned().chain([Segment::Key(tag.key.clone())]).collect();
                places.extend(tags.iter().map(|tag| Path { segments: at_tag(tag) }));
            }
            Segment::Each | Segment::Json | Segment::Header(_) => return None,
        }
    }
    places.push(Path { segments: place.into() });
    Some(Taken { value, places })
}

/// Writes values at a path and makes what is missing on the way. `[*]` and selectors take one value per element; without
/// them the first value is written. `false` if something of another shape stands in the way.
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

/// Every place that holds something and is none of the taken ones.
pub(crate) fn leftovers(document: &Value, taken: &[Path]) -> Vec<String> {
    let mut found = Vec::new();
    let is_empty_root = document.as_object().is_some_and(Map::is_empty);
    if !is_empty_root {
        collect_leftovers(document, &mut Vec::new(), taken, &mut found);
    }
    found
}

fn children<'d>(value: Cow<'d, Value>, segment: &Segment) -> Vec<Cow<'d, Value>> {
    match value {
        Cow::Borrowed(value) => below(value, segment),
        Cow::Owned(value) => below(&value, segment).into_iter().map(|child| Cow::Owned(child.into_owned())).collect(),
    }
}

fn below<'d>(value: &'d Value, segment: &Segment) -> Vec<Cow<'d, Value>> {
    let elements = || value.as_array().into_iter().flatten();
    match segment {
        Segment::Key(name) => value.get(&**name).map(Cow::Borrowed).into_iter().collect(),
        Segment::Index(index) => value.get(index).map(Cow::Borrowed).into_iter().collect(),
        Segment::Each => elements().map(Cow::Borrowed).collect(),
        Segment::Select(tags) => elements().filter(|element| has_tags(element, tags)).map(Cow::Borrowed).collect(),
        Segment::Json => {
            let inside = value.as_str().and_then(|text| serde_json::from_str(text).ok());
            inside.map(Cow::Owned).into_iter().collect()
        }
        Segment::Header(_) => Vec::new(),
    }
}

fn has_tags(element: &Value, tags: &[Tag]) -> bool {
    tags.iter().all(|tag| element.get(&*tag.key).and_then(Value::as_str) == Some(&*tag.value))
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
        Segment::Select(tags) => values.iter().enumerate().all(|(ordinal, value)| {
            // Where the path ends in a selector, the element itself is what is asked for.
            tagged(place, tags, ordinal)
                .is_some_and(|place| rest.is_empty() || lay(place, rest, std::slice::from_ref(value)))
        }),
        Segment::Json => {
            let inside = match place {
                Value::Null => Some(Value::Null),
                Value::String(text) => serde_json::from_str(text).ok(),
                _ => None,
            };
            let Some(mut inside) = inside else { return false };
            let is_written = lay(&mut inside, rest, values);
            *place = Value::from(inside.to_string());
            is_written
        }
        Segment::Header(_) => false,
    }
}

fn element(place: &mut Value, index: usize) -> Option<&mut Value> {
    let items = list(place)?;
    if items.len() <= index {
        items.resize(index + 1, Value::Null);
    }
    items.get_mut(index)
}

/// The element with these tags that has so many of its kind before it.
fn tagged<'d>(place: &'d mut Value, tags: &[Tag], ordinal: usize) -> Option<&'d mut Value> {
    let items = list(place)?;
    let matching = |items: &[Value]| {
        items.iter().enumerate().filter(|(_, item)| has_tags(item, tags)).map(|(at, _)| at).nth(ordinal)
    };
    let at = matching(items).unwrap_or_else(|| {
        let members = tags.iter().map(|tag| (tag.key.to_string(), Value::from(&*tag.value)));
        items.push(Value::Object(members.collect()));
        items.len() - 1
    });
    items.get_mut(at)
}

fn list(place: &mut Value) -> Option<&mut Vec<Value>> {
    if place.is_null() {
        *place = Value::Array(Vec::new());
    }
    place.as_array_mut()
}

fn collect_leftovers(value: &Value, place: &mut Vec<Segment>, taken: &[Path], found: &mut Vec<String>) {
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
            (
                "c[type=video,role=out].u",
                vec![json!("x"), json!("y")],
                json!({"c": [{"type": "video", "role": "out", "u": "x"}, {"type": "video", "role": "out", "u": "y"}]}),
            ),
            ("r.@json.u[*]", vec![json!("x"), json!("y")], json!({"r": r#"{"u":["x","y"]}"#})),
        ] {
            let mut written = Value::Null;
            assert!(put(&mut written, &path(at), &values), "{at}");
            assert_eq!(written, document, "{at}");
            let found: Vec<_> = find(&written, &path(at)).into_iter().map(Cow::into_owned).collect();
            assert_eq!(found, values, "{at}");
        }
    }

    #[test]
    fn several_places_share_elements_and_strings() {
        let mut document = Value::Null;
        for (at, value) in
            [("c[type=a].u", "1"), ("c[type=b].u", "2"), ("c[type=a].v", "3"), ("r.@json.a", "4"), ("r.@json.b", "5")]
        {
            assert!(put(&mut document, &path(at), &[json!(value)]), "{at}");
        }
        let expected =
            json!({"c": [{"type": "a", "u": "1", "v": "3"}, {"type": "b", "u": "2"}], "r": r#"{"a":"4","b":"5"}"#});
        assert_eq!(document, expected);
        assert!(put(&mut document, &path("c[type=c]"), &[json!(1)]));
        assert_eq!(document["c"][2], json!({"type": "c"}));
    }

    #[test]
    fn nothing_is_written_over_another_shape() {
        for (document, at) in [
            (json!({"a": 1}), "a.b"),
            (json!({"a": {"b": 1}}), "a"),
            (json!({"a": {}}), "a[0]"),
            (json!([1]), "a"),
            (json!({"a": {}}), "a[x=y].b"),
            (json!({"a": 1}), "a.@json.b"),
            (json!({"a": "no json"}), "a.@json.b"),
            (json!(null), "header:a"),
        ] {
            assert!(!put(&mut document.clone(), &path(at), &[json!(2)]), "{document} {at}");
        }
    }

    #[test]
    fn leftovers_are_named_by_their_place() {
        let document = json!({"a": {"b": 1, "c": [1, {"d": 2}]}, "e": {}, "f": [null, 3]});
        let taken = ["a.b", "a.c[1]", "f[1]"].map(path);
        assert_eq!(leftovers(&document, &taken), ["a.c[0]", "e", "f[0]"]);
        assert_eq!(leftovers(&json!({}), &[]), Vec::<String>::new());
        assert_eq!(leftovers(&json!({"a": {"b": 1}}), &taken), Vec::<String>::new());
    }

    #[test]
    fn a_selected_element_goes_when_only_its_tags_are_left() {
        let document = json!({"c": [{"type": "b", "u": 1}, {"type": "a", "u": 2, "w": 3}]});
        let first = take(&document, &path("c[type=b].u")).unwrap();
        let second = take(&document, &path("c[type=a].u")).unwrap();
        assert_eq!((first.value, second.value), (&json!(1), &json!(2)));
        let taken: Vec<_> = first.places.into_iter().chain(second.places).collect();
        assert_eq!(leftovers(&document, &taken), ["c[1].w"]);
        for missing in ["c[type=c].u", "c[type=a].x", "c[*].u", "d", "c.u", "c[0].@json"] {
            assert!(take(&document, &path(missing)).is_none(), "{missing}");
        }
    }
}
