//! Reading and writing JSON documents by path.

use polyreel_spec::{Path, Scalar, Segment};
use serde_json::{Map, Value};

/// All values at a path, in order.
pub(super) fn find<'v>(document: &'v Value, path: &Path) -> Vec<&'v Value> {
    let mut here = vec![document];
    for segment in &path.segments {
        here = here
            .into_iter()
            .flat_map(|value| -> Vec<&Value> {
                match segment {
                    Segment::Key(name) => value.get(&**name).into_iter().collect(),
                    Segment::Index(index) => value.get(index).into_iter().collect(),
                    Segment::Each => value.as_array().into_iter().flatten().collect(),
                }
            })
            .collect();
    }
    here
}

/// Puts a value at a path, making the objects and lists on the way. Paths of one request never collide: the provider
/// file was checked for that.
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
            if !document.is_array() {
                *document = Value::Array(Vec::new());
            }
            if let Some(list) = document.as_array_mut() {
                while list.len() <= *index {
                    list.push(Value::Null);
                }
                put(&mut list[*index], rest, value);
            }
        }
        Segment::Each => {}
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
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a value is the one that a provider file lists. Numbers and texts are compared as text, since providers mix
/// `5` and `"5"`; a boolean is only ever a boolean.
pub(super) fn is_word(value: &Value, word: &Scalar) -> bool {
    value.is_boolean() == matches!(word, Scalar::Bool(_)) && as_text(value).is_some_and(|text| text == word.to_string())
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
