//! Any text is read as a provider file, or refused with problems that point into it. What is read is read the same again,
//! and becomes Rust.

#![no_main]

use libfuzzer_sys::fuzz_target;
use polyreel_fuzz::{VALID, dictionary, files, plant};
use polyreel_spec::source::{self, Shape, describe};

fuzz_target!(init: seeds(), |text: &str| check(text));

fn seeds() {
    let all = files(&[VALID, &["tests/invalid", "tests/suite/support"]].concat(), ".yaml");
    plant("specs", all.iter().map(|file| std::fs::read(file).expect("a file of the workspace")));
    let signs =
        ["{", "}", "[", "]", ": ", "\n  ", "- ", "&a ", "*a", "<<: *a", "!!", "|\n", "\"", "\\u", "@json", "header:"];
    let mut words: Vec<String> = signs.map(str::to_owned).into();
    for key in describe().records.iter().flat_map(|record| &record.keys) {
        words.push(format!("{}: ", key.name));
        add_words(&key.shape, &mut words);
    }
    dictionary("specs", words.into_iter());
}

fn add_words(shape: &Shape, words: &mut Vec<String>) {
    match shape {
        Shape::Words(own) => words.extend(own.all.iter().map(|(word, _)| (*word).to_owned())),
        Shape::Form(form) => words.push(form.example.to_owned()),
        Shape::Either(_, shapes) => shapes.iter().for_each(|shape| add_words(shape, words)),
        Shape::Many(one) | Shape::Map(one) | Shape::Nested(one) | Shape::Short(_, one) => add_words(one, words),
        Shape::Text | Shape::Bool | Shape::Whole(..) | Shape::Price | Shape::Scalar | Shape::Record(_) => {}
    }
}

fn check(text: &str) {
    // The file is named after its provider, whatever that is.
    let id = text.lines().find_map(|line| line.strip_prefix("provider: ")).unwrap_or("acme");
    let name = format!("{}.yaml", id.trim());
    let read = source::read(&name, text);
    assert_eq!(read, source::read(&name, text), "read otherwise the second time");
    match read {
        Err(problems) => {
            assert!(!problems.problems.is_empty(), "refused without a problem");
            for problem in &problems.problems {
                assert!(text.get(problem.span.clone()).is_some(), "{problem:?} points out of the text");
                assert!(!problem.message.contains('\n'), "{problem:?} is more than a line");
            }
            let _ = problems.to_string();
        }
        Ok(provider) => {
            let files = polyreel_codegen::render(&[provider]).unwrap_or_else(|error| panic!("no code: {error}"));
            for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
                syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
            }
        }
    }
}
