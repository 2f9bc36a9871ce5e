//! docs/spec-coverage.md names keys that exist, and records where they are defined.

use std::collections::BTreeSet;

use polyreel_spec::source::{Record, describe};
use regex::Regex;

use crate::support::root;

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// `CreateVariant` → `create_variant`.
fn snake(record: &Record) -> String {
    let capital = Regex::new("(.)([A-Z])").unwrap();
    capital.replace_all(record.name, "${1}_$2").to_lowercase()
}

#[test]
fn every_key_of_the_coverage_page_exists() {
    let language = describe();
    let keys = |record: &Record| record.keys.iter().map(|key| format!("{}.{}", snake(record), key.name)).collect();
    let known: BTreeSet<String> = language.records.iter().flat_map(|record| -> Vec<_> { keys(record) }).collect();
    let page = read("docs/spec-coverage.md");
    let key = Regex::new("`([a-z_]+\\.[a-z_0-9]+)`").unwrap();
    let named: BTreeSet<_> = key.captures_iter(&page).map(|found| found[1].to_owned()).collect();
    let is_file = |name: &str| name.split_once('.').is_some_and(|(_, end)| end == "rs");
    let unknown: Vec<_> = named.iter().filter(|name| !is_file(name) && !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "the language has no {unknown:?}");
    assert!(named.len() > 100);
}

#[test]
fn every_place_for_a_new_key_exists() {
    let page = read("docs/spec-coverage.md");
    let place = Regex::new(r"\*([A-Z][A-Za-z]*)\*[^*|`]*`?[^*|`]*`?[^*|`]*in `([a-z]+\.rs)`").unwrap();
    let mut places = 0;
    for found in place.captures_iter(&page) {
        let file = read(&format!("crates/polyreel-spec/src/source/written/{}", &found[2]));
        let definition = Regex::new(&format!(r"(?m)^    {}(: choice)? \{{$", &found[1])).unwrap();
        assert!(definition.is_match(&file), "{} defines no {}", &found[2], &found[1]);
        places += 1;
    }
    assert!(places > 15, "{places}");
}

/// What is in the language and differs between providers is on the page.
#[test]
fn every_record_is_on_the_coverage_page() {
    let page = read("docs/spec-coverage.md");
    // How facts are kept is nobody's way to differ.
    let missing: Vec<_> = describe()
        .records
        .iter()
        .map(snake)
        .filter(|record| record != "source" && !page.contains(&format!("`{record}.")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
