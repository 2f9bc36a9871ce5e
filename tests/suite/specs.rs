//! Provider files: the good ones are read, and every bad one in `invalid/` says what is wrong where.

use std::collections::BTreeMap;

use polyreel_spec::{Provider, source};

use crate::support::{each_file, providers, root};

#[test]
fn every_provider_file_is_valid() {
    assert!(providers().len() >= 2);
}

/// Whoever asks for a provider by name asks for one.
#[test]
fn no_two_providers_share_a_name() {
    let mut seen = BTreeMap::new();
    for provider in providers() {
        for name in std::iter::once(&provider.id).chain(&provider.aliases) {
            if let Some(other) = seen.insert(name.to_ascii_lowercase(), provider.id.clone()) {
                panic!("{other} and {} are both called {name}", provider.id);
            }
        }
    }
}

#[test]
fn invalid() {
    each_file("invalid", ".yaml", |file| {
        let text = std::fs::read_to_string(file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy();
        // A file is named after what is wrong with it; the id inside is always `acme`.
        let Err(problems) = Provider::from_yaml("acme.yaml", &text) else { panic!("{name} is accepted") };
        assert!(problems.problems.iter().all(|problem| text.is_char_boundary(problem.span.start)));
        let code = name.split(['-', '.']).next().unwrap().to_uppercase();
        let found = problems.problems.iter().any(|problem| problem.code == code);
        assert!(found || code == "MANY", "{name} has no problem {code}:\n{problems}");
        insta::assert_snapshot!(problems.to_string());
    });
}

/// No text makes the reader panic, and every problem points into the text.
#[test]
fn cut_and_torn_files_are_refused_without_a_panic() {
    for file in ["hyprlab", "ai302"] {
        let text = std::fs::read_to_string(root().join(format!("providers/{file}.yaml"))).unwrap();
        for at in (0..text.len()).filter(|&at| text.is_char_boundary(at)).step_by(7) {
            for torn in [text[..at].to_owned(), format!("{}]{}", &text[..at], &text[at..]), text[at..].to_owned()] {
                if let Err(problems) = source::read(&format!("{file}.yaml"), &torn) {
                    assert!(!problems.problems.is_empty());
                    for problem in &problems.problems {
                        assert!(torn.get(problem.span.clone()).is_some(), "{problem:?}");
                    }
                    assert!(!problems.to_string().is_empty());
                }
            }
        }
    }
}

/// A YAML bomb, 100,000 open brackets and a million values are refused at once: on a stack that holds no deep recursion,
/// and with a single problem, since no value is looked at.
#[test]
fn bombs_are_refused() {
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n";
    let stairs = (0..1_000).map(|depth| " ".repeat(depth) + "a:\n").collect::<String>();
    let nested =
        ["[", "{a: ", "- ", "? ", "!!map {a: ", "&a [", "{[", "a: {b: [", "[\n"].map(|one| one.repeat(100_000));
    let wide = ["a: [".to_owned() + &"1,".repeat(1_000_000) + "]", "- {a: b}\n".repeat(100_000)];
    let merged = format!("a: &a {{ b: 1 }}\n{}", "c: { <<: *a }\n".repeat(1_000));
    let texts = [vec![bomb.to_owned(), stairs, merged], nested.into(), wide.into()].concat();
    // The stack of the first thread on Windows, the smallest of those that read files.
    let small = std::thread::Builder::new().stack_size(1024 * 1024);
    let refused = small.spawn(move || {
        for text in texts {
            let problems = source::read("acme.yaml", &text).unwrap_err().problems;
            let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
            assert_eq!(codes, ["Y001"], "{}", &text[..20]);
        }
    });
    refused.unwrap().join().unwrap();
}
