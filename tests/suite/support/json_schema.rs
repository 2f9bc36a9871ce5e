//! JSON Schema, draft 7: the part of it that the schema of provider files uses. Anything else is refused, so that nothing
//! in the schema goes unchecked.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

/// A schema that is ready to use.
pub(crate) struct Schema {
    root: Value,
    patterns: BTreeMap<String, Regex>,
}

const ANNOTATIONS: &[&str] =
    &["$schema", "$comment", "title", "description", "examples", "patternErrorMessage", "enumDescriptions"];

impl Schema {
    pub(crate) fn parse(text: &str) -> Self {
        let root: Value = serde_json::from_str(text).unwrap();
        assert_eq!(root["$schema"], "http://json-schema.org/draft-07/schema#");
        let mut schema = Self { root: root.clone(), patterns: BTreeMap::new() };
        schema.prepare(&root);
        schema
    }

    /// What the schema says of one definition.
    pub(crate) fn definition(&self, name: &str) -> &Value {
        self.root["definitions"].get(name).unwrap_or_else(|| panic!("there is no definition {name}"))
    }

    /// Why a file breaks the schema, if it does.
    pub(crate) fn check(&self, file: &Value) -> Result<(), String> {
        self.holds(&self.root, file, "")
    }

    pub(crate) fn pattern(&self, name: &str) -> &Regex {
        &self.patterns[self.definition(name)["pattern"].as_str().unwrap()]
    }

    fn prepare(&mut self, schema: &Value) {
        let Value::Object(keywords) = schema else {
            assert!(schema.is_boolean(), "{schema} is no schema");
            return;
        };
        for (keyword, value) in keywords {
            match keyword.as_str() {
                "properties" | "definitions" => {
                    value.as_object().unwrap().values().for_each(|inner| self.prepare(inner));
                }
                "anyOf" | "oneOf" => value.as_array().unwrap().iter().for_each(|inner| self.prepare(inner)),
                "additionalProperties" | "items" => self.prepare(value),
                "pattern" => {
                    let pattern = value.as_str().unwrap();
                    self.patterns.insert(pattern.to_owned(), Regex::new(pattern).unwrap());
                }
                "$ref" => drop(self.referred(value)),
                "type" | "required" | "enum" | "const" | "minItems" | "minProperties" | "minimum" | "maximum"
                | "exclusiveMinimum" => {}
                annotation => assert!(ANNOTATIONS.contains(&annotation), "{annotation} is not checked here"),
            }
        }
    }

    fn referred(&self, reference: &Value) -> &Value {
        self.definition(reference.as_str().unwrap().strip_prefix("#/definitions/").unwrap())
    }

    fn holds(&self, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
        let Value::Object(keywords) = schema else {
            return if schema == &Value::Bool(true) { Ok(()) } else { Err(format!("{place}: nothing may be here")) };
        };
        // In draft 7 a reference stands for the whole schema, whatever is beside it.
        if let Some(reference) = keywords.get("$ref") {
            return self.holds(self.referred(reference), value, place);
        }
        for (keyword, wanted) in keywords {
            if !self.keyword(keywords, keyword, wanted, value, place)? {
                return Err(format!("{place}: {value} breaks {keyword} {wanted}"));
            }
        }
        Ok(())
    }

    fn keyword(
        &self,
        beside: &Map<String, Value>,
        keyword: &str,
        wanted: &Value,
        value: &Value,
        place: &str,
    ) -> Result<bool, String> {
        let compare = |holds: fn(&f64, &f64) -> bool| {
            value.as_f64().is_none_or(|number| holds(&number, &wanted.as_f64().unwrap()))
        };
        let at_least = |length: Option<usize>| length.is_none_or(|length| length as u64 >= wanted.as_u64().unwrap());
        let matching = |schemas: &Value| {
            let all = schemas.as_array().unwrap().iter();
            all.filter(|schema| self.holds(schema, value, place).is_ok()).count()
        };
        Ok(match keyword {
            "type" => {
                wanted.as_array().map_or(std::slice::from_ref(wanted), Vec::as_slice).iter().any(|name| is(name, value))
            }
            "enum" => wanted.as_array().unwrap().contains(value),
            "const" => wanted == value,
            "pattern" => value.as_str().is_none_or(|text| self.patterns[wanted.as_str().unwrap()].is_match(text)),
            "minimum" => compare(f64::ge),
            "maximum" => compare(f64::le),
            "exclusiveMinimum" => compare(f64::gt),
            "anyOf" => matching(wanted) > 0,
            "oneOf" => matching(wanted) == 1,
            "minItems" => at_least(value.as_array().map(Vec::len)),
            "minProperties" => at_least(value.as_object().map(Map::len)),
            "required" => {
                let mut names = wanted.as_array().unwrap().iter();
                value.as_object().is_none_or(|object| names.all(|name| object.contains_key(name.as_str().unwrap())))
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.holds(wanted, item, &format!("{place}[{at}]"))?;
                }
                true
            }
            "properties" | "additionalProperties" => {
                let named = beside.get("properties").unwrap_or(&Value::Null);
                for (key, inner) in value.as_object().into_iter().flatten() {
                    match (named.get(key), keyword) {
                        (Some(schema), "properties") => self.holds(schema, inner, &format!("{place}.{key}"))?,
                        (None, "additionalProperties") => self.holds(wanted, inner, &format!("{place}.{key}"))?,
                        _ => {}
                    }
                }
                true
            }
            _ => true,
        })
    }
}

fn is(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("{other} is no type"),
    }
}
