//! A JSON object a line.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::{Kind, Reading, quoted, short};

impl Reading<'_> {
    pub(super) fn json_lines(&mut self, text: &str) {
        let lines = text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty());
        for (index, text) in lines {
            let line = index + 1;
            if !self.begin(line) {
                return;
            }
            let members = match serde_json::from_str::<Members<Given>>(text) {
                Ok(Members(members)) => members,
                Err(error) => {
                    self.problem(line, no_object(&error));
                    continue;
                }
            };
            let before = self.problems.count;
            let mut fields = Map::new();
            for (name, given) in members {
                let Some(kind) = self.kind(line, &name) else { continue };
                match taken(&name, kind, given) {
                    Ok(value) => {
                        if fields.insert(name.clone(), value).is_some() {
                            self.problem(line, format_args!("{name} is given twice; leave one out"));
                        }
                    }
                    Err(what) => self.problem(line, what),
                }
            }
            if self.problems.count == before {
                fields.retain(|_, value| !value.is_null());
                self.row(line, fields);
            }
        }
    }
}

/// The members of an object in their order. A map would keep only the last of those that are given twice.
struct Members<V>(Vec<(String, V)>);

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Given {
    Object(Members<Value>),
    Other(Value),
}

/// The value, if it is what the field holds. Null stands for what is not given.
fn taken(name: &str, kind: Kind, given: Given) -> Result<Value, String> {
    match (kind, given) {
        (_, Given::Other(Value::Null)) => Ok(Value::Null),
        // Numbers make good ids.
        (Kind::Text, Given::Other(Value::Number(number))) if name == "id" => Ok(number.to_string().into()),
        (Kind::Text, Given::Other(Value::String(id))) if name == "id" && id.is_empty() => {
            Err("the id is empty; leave it out, or give one".to_owned())
        }
        (Kind::Text, Given::Other(value @ Value::String(_)))
        | (Kind::Number, Given::Other(value @ Value::Number(_)))
        | (Kind::Boolean, Given::Other(value @ Value::Bool(_))) => Ok(value),
        (Kind::Options, Given::Object(members)) => options(name, members),
        (_, Given::Other(value)) => Err(format!("{name}: {} is not {}", short(&value.to_string()), kind.expected())),
        (_, Given::Object(_)) => Err(format!("{name}: an object is not {}", kind.expected())),
    }
}

fn options(name: &str, members: Members<Value>) -> Result<Value, String> {
    let mut options = Map::new();
    for (option, value) in members.0 {
        if value.is_array() || value.is_object() {
            return Err(format!("{name}: the option {} is no text, no number, and not true or false", quoted(&option)));
        }
        if options.contains_key(&option) {
            return Err(format!("{name}: the option {} is given twice; leave one out", quoted(&option)));
        }
        options.insert(option, value);
    }
    options.retain(|_, value| !value.is_null());
    Ok(if options.is_empty() { Value::Null } else { options.into() })
}

fn no_object(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(&*text, |(what, _)| what);
    format!("no JSON object in one line: {} at column {}", polyreel::printable(what), error.column())
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
            type Value = Members<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members<V>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = object.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object(PhantomData))
    }
}
