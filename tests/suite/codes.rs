//! The table of codes is the reader's: nothing in it is made up, and nothing is missing from it.

use std::collections::BTreeSet;

use polyreel_spec::source::{CODES, explain};
use regex::Regex;

use crate::support::{each_file, root};

/// The codes that the reader's source names, its table aside.
fn used() -> BTreeSet<String> {
    let code = Regex::new(r#""([A-Z][0-9]{3})""#).unwrap();
    let mut folders = vec![root().join("crates/polyreel-spec/src/source")];
    let mut used = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("codes.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                used.extend(code.captures_iter(&text).map(|found| found[1].to_owned()));
            }
        }
    }
    used
}

#[test]
fn every_code_is_explained_and_no_other() {
    let explained: Vec<_> = CODES.iter().map(|code| code.code.to_owned()).collect();
    let set: BTreeSet<_> = explained.iter().cloned().collect();
    assert_eq!(explained.len(), set.len(), "a code is listed twice");
    assert_eq!(set, used());
    for code in CODES {
        assert_eq!(explain(&code.code.to_lowercase()), Some(code));
        assert!(!code.title.ends_with('.') && code.about.ends_with('.'), "{}", code.code);
        assert!(
            (2..=3).contains(&code.about.matches(". ").count().saturating_add(1)),
            "{}: two or three sentences",
            code.code
        );
        for text in [code.title, code.about] {
            assert!(!text.contains("  ") && !text.contains('\n') && !text.contains('|'), "{}", code.code);
        }
    }
    assert_eq!(explain("S000"), None);
}

/// Whoever meets a code finds a file that has it.
#[test]
fn every_code_has_an_invalid_file() {
    let shown = std::sync::Mutex::new(BTreeSet::new());
    each_file("invalid", ".yaml", |file| {
        let name = file.file_name().unwrap().to_string_lossy();
        shown.lock().unwrap().insert(name.split(['-', '.']).next().unwrap().to_uppercase());
    });
    let shown = shown.into_inner().unwrap();
    let missing: Vec<_> = CODES.iter().map(|code| code.code).filter(|code| !shown.contains(*code)).collect();
    assert!(missing.is_empty(), "tests/invalid has no file for {missing:?}");
}
