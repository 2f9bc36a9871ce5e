//! `providers/schema.json` refuses nothing that the reader accepts, and little less than it: both come from the same
//! definitions.

use std::collections::BTreeSet;

use polyreel_spec::source::{self, describe};
use polyreel_spec::{Address, Path};
use serde_json::{Map, Value};

use crate::support::asked;
use crate::support::json_schema::Schema;
use crate::support::tree::Tree;
use crate::support::written::{File, Spot, complaints, files, spots, write};

fn schema() -> Schema {
    let files = polyreel_codegen::language().unwrap();
    Schema::parse(&files.iter().find(|file| file.path == "providers/schema.json").unwrap().text)
}

/// As a JSON Schema sees a YAML file: all keys are text.
fn json(tree: &Tree) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Bool(flag) => (*flag).into(),
        Tree::Int(number) => (*number).into(),
        Tree::Number(number) => (*number).into(),
        Tree::Text(text) => text.as_str().into(),
        Tree::List(items) => items.iter().map(json).collect(),
        Tree::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (name(key), json(value))).collect::<Map<_, _>>())
        }
    }
}

fn name(key: &Tree) -> String {
    match key {
        Tree::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Both are asked about a file. A complaint says in what they differ.
fn compare(schema: &Schema, name: &str, tree: &Tree, what: &str) -> Option<String> {
    let by_schema = schema.check(&json(tree));
    let by_reader = source::read(name, &write(tree).text);
    match (by_schema, by_reader) {
        (Err(why), Ok(_)) => Some(format!("{name}, {what}: the reader accepts what the schema refuses: {why}")),
        (Ok(()), Err(problems)) => {
            let of_shape = problems.problems.iter().find(|problem| {
                let is_type = problem.message.starts_with("expected") && problem.message.contains(", found ");
                let is_key = problem.message.starts_with("unknown key");
                let is_missing = problem.code == "S003" && problem.message.ends_with("` is missing");
                is_type || is_key || is_missing
            });
            of_shape.map(|problem| format!("{name}, {what}: the schema does not see that {}", problem.message))
        }
        _ => None,
    }
}

fn surprise(value: Tree) -> Tree {
    Tree::Map(vec![(Tree::text("surprise"), value)])
}

/// The file with another value in one place, in as many ways as there are.
fn edits(file: &File, spot: &Spot) -> Vec<(String, Tree)> {
    let values = [
        ("nothing", Tree::Null),
        ("a mapping", surprise(surprise(Tree::Map(Vec::new())))),
        ("text", Tree::text("?!")),
        ("a negative number", Tree::Int(-1)),
        ("a list of lists", Tree::List(vec![Tree::List(vec![Tree::text("?!")])])),
        ("a fraction", Tree::Number(1.5)),
        ("an empty list", Tree::List(Vec::new())),
        ("true", Tree::Bool(true)),
        ("an empty mapping", Tree::Map(Vec::new())),
        ("zero", Tree::Int(0)),
        ("no text", Tree::text("")),
        ("a list of nothing", Tree::List(vec![Tree::Null])),
    ];
    let mut edits = Vec::new();
    for (called, value) in values {
        let mut edited = file.tree.clone();
        *edited.at_mut(&spot.trail).unwrap() = value;
        edits.push((format!("{} is {called}", spot.what), edited));
    }
    let mut removed = file.tree.clone();
    let (last, above) = spot.trail.split_last().unwrap();
    match removed.at_mut(above) {
        Some(Tree::Map(entries)) => drop(entries.remove(*last)),
        Some(Tree::List(items)) => drop(items.remove(*last)),
        _ => {}
    }
    edits.push((format!("{} is removed", spot.what), removed));
    if matches!(file.tree.at(&spot.trail), Some(Tree::Map(_))) {
        let mut added = file.tree.clone();
        added.at_mut(&spot.trail).unwrap().set(&Tree::text("surprise"), surprise(Tree::Map(Vec::new())));
        edits.push((format!("{} holds another key", spot.what), added));
    }
    edits
}

/// What differs, over so many places of each kind and so many edits of each place.
fn differences(places: usize, ways: usize) -> Vec<String> {
    let (schema, files) = (schema(), files());
    complaints(&spots(&files, &describe(), places), |number, spot| {
        let file = &files[spot.file];
        let edits = edits(file, spot);
        // Removing and adding a key is always tried; which of the values are is different from place to place.
        let values = 12;
        let tried = edits.iter().enumerate().filter(|(at, _)| *at >= values || (at + number * ways) % values < ways);
        let found =
            tried.filter_map(|(_, (what, edited))| compare(&schema, &file.name, edited, what)).collect::<Vec<_>>();
        (!found.is_empty()).then(|| found.join("\n"))
    })
}

#[test]
fn every_file_that_the_reader_accepts_satisfies_the_schema() {
    let schema = schema();
    for file in files() {
        assert_eq!(schema.check(&json(&file.tree)), Ok(()), "{}", file.name);
        if let Err(problems) = source::read(&file.name, &write(&file.tree).text) {
            panic!("{problems}");
        }
    }
}

/// Otherwise nothing here would be said about it.
#[test]
fn every_key_is_in_some_valid_file() {
    let language = describe();
    let used: BTreeSet<_> = spots(&files(), &language, 1).into_iter().map(|spot| spot.what).collect();
    for record in &language.records {
        let keys = record.own_keys().map(|key| format!("{}.{}", record.name, key.name));
        let unused: Vec<_> = keys.filter(|key| !used.contains(key)).collect();
        assert!(unused.is_empty(), "add {unused:?} to tests/suite/support/rest.yaml");
    }
}

/// `cargo xtask soak places` breaks every place in every way.
#[test]
fn every_file_that_breaks_the_schema_is_refused_by_the_reader() {
    let (places, ways) = asked("POLYREEL_PLACES").map_or((2, 1), |places| (places, 12));
    let found = differences(places, ways);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// All texts of up to so many of these parts.
fn texts(parts: &[&str], length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut longest = all.clone();
    for _ in 0..length {
        longest = longest.iter().flat_map(|text| parts.iter().map(move |part| format!("{text}{part}"))).collect();
        all.extend(longest.iter().cloned());
    }
    all
}

#[test]
fn places_are_what_their_patterns_say() {
    let schema = schema();
    let parts =
        ["a", "0", ".", "[", "]", "[0]", "[*]", "[a=b]", "[a=b,c=d]", "@json", "header:", ":", " ", "é", "\u{1}"];
    for text in texts(&parts, 3) {
        assert_eq!(schema.pattern("path").is_match(&text), Path::parse(&text).is_some(), "{text:?}");
    }
    let parts = ["/", "a", ".", "..", "{a}", "{+a}", "{", "}", "%", ":", "é"];
    for text in texts(&parts, 4) {
        assert_eq!(schema.pattern("address").is_match(&text), Address::parse(&text).is_some(), "{text:?}");
    }
}

/// A file in which each form of text has a place.
const FORMS: &str = "
provider: acme
base_url: https://api.acme.test/v1
auth: { bearer: { env: ACME_API_KEY } }
sources: { page: { url: https://acme.test/docs, checked: 2026-11-20 } }
fields: { prompt: {}, start_image: { accepts: [url], max_bytes: 10MB } }
models: { one: { required: [prompt], optional: [start_image], price: { amount: 1 } } }
create: { path: /videos, save: { id: id } }
poll:
  path: /videos/{id}
  every: 10s
  status: { at: status, done: [done], rules: [{ state: expired, http: 5xx, content_type: video/* }] }
  output: { url: video.url }
errors: { reply: { message: message } }
";

#[test]
fn forms_are_what_their_patterns_say() {
    let schema = schema();
    let cases: &[(&str, &str, &[&str])] = &[
        ("id", "acme", &["", "acme", "Acme", "7acme", "ac-me", "acmé"]),
        (
            "base-url",
            "https://api.acme.test/v1",
            &[
                "",
                "https://a",
                "https://a/",
                "https://a//b",
                "https://a/..",
                "https://a/..b/c",
                "http://a",
                "https://",
                "https://a:1/b",
                "https://a?b",
                "https://a b",
                "https://.",
                "HTTPS://a",
            ],
        ),
        ("variable", "ACME_API_KEY", &["", "ACME_", "ACME_X", "ACME_x", "ACMEX", "acme_X", "ACME__", "ACME_1-2"]),
        ("https-url", "https://acme.test/docs", &["", "https://x", "http://x", "x"]),
        (
            "date",
            "2026-11-20",
            &[
                "",
                "2026-1-20",
                "2026-13-20",
                "2026-00-20",
                "2026-11-32",
                "2026-11-00",
                "26-11-20",
                "2026-11-20x",
                "2026-+5-20",
                "2026-+0-20",
                "+026-11-+5",
                "2026/11/20",
                "2026-11",
                "2026-12-31",
            ],
        ),
        (
            "size",
            "10MB",
            &["", "10", "10MB", "0MB", "1KB", "100B", "1GB", "1.5MB", "MB", "-1MB", "10 MB", "01MB", "10mb"],
        ),
        (
            "time",
            "10s",
            &["", "10", "0s", "5ms", "5m", "5h", "5d", "5w", "1.5s", "-5s", "s", "005s", "5 s", "5ss", "5dms"],
        ),
        (
            "hundred-http-codes",
            "5xx",
            &["", "3xx", "2xx", "6xx", "12xx", "xx", "05xx", "+5xx", "-5xx", "5x", "404", "5xxx"],
        ),
        (
            "media-type",
            "video/*",
            &["", "video/mp4", "video/", "/mp4", "*/*", "video", "a/b/c", "a+b/c.d-e", "video/m p", "vidéo/*"],
        ),
    ];
    for (form, usual, texts) in cases {
        for text in *texts {
            let file = FORMS.replace(&format!(" {usual}"), &format!(" {}", Tree::text(text)));
            assert_ne!((file.as_str(), *text != *usual), (FORMS, true), "{form} has no place in the file");
            let problems = source::read("acme.yaml", &file).err().map(|problems| problems.to_string());
            assert_eq!(schema.pattern(form).is_match(text), problems.is_none(), "{form} {text:?}: {problems:?}");
        }
    }
}
