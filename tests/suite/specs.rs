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
            let code = if text.len() > source::LARGEST_FILE { "S013" } else { "Y001" };
            assert_eq!(codes, [code], "{}", &text[..20]);
        }
    });
    refused.unwrap().join().unwrap();
}

/// A valid file in which something is put into one of its places.
fn with(place: &str, more: &str) -> String {
    let file = include_str!("../../mock-server/src/tests/acme.yaml");
    assert!(file.contains(place));
    file.replacen(place, &format!("{place}{more}"), 1)
}

fn listed(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// Whatever is shown of a file is one line, also where it may be written in several.
#[test]
fn reasons_are_read_as_one_line() {
    let text = with("price: { per: second, amount: 0.1", ", assumed: { amount: \"nobody\\n  says\\n\" }");
    assert_eq!(&*source::read("acme.yaml", &text).unwrap().assumed[0].reason, "nobody says");
    let text = with("name: Acme", "\nnotes: |\n  One.\n  Two.\n");
    assert_eq!(source::read("acme.yaml", &text).unwrap().notes.as_deref(), Some("One.\nTwo.\n"));
}

/// What would be compared with itself too often is not compared at all, and one problem says so.
#[test]
fn more_than_can_be_checked_is_refused() {
    let codes = listed(300, |n| format!(", {}", n + 200));
    let words = listed(400, |n| format!(", w{n}"));
    let fields = listed(450, |n| format!("  t{n}: {{ type: text }}\n"));
    let inputs = listed(450, |n| format!(", t{n}"));
    let models = listed(400, |n| format!("  m{n}: {{ required: [prompt], optional: [seed, duration{inputs}] }}\n"));
    let variants = listed(400, |n| format!("    - {{ with: [t{n}], path: /v{n} }}\n"));
    let many = [
        with("cost: data.cost", &listed(490, |n| format!(", a{n}: v.a{n}"))),
        with("cost: data.cost", &listed(490, |n| format!(", a{n}: {{ at: v.a{n}, as: text }}"))),
        with("failed: [broken", &words),
        with("rules:\n", &format!("      - {{ state: done, http: [200{codes}], at: x, is: [y{words}] }}\n")),
        with("cost: data.cost", &format!(", z: \"l[9999].z\"{}", listed(50, |n| format!(", a{n}: \"l[*].a{n}\"")))),
        with("fields:\n", &fields).replacen(
            "models:\n",
            &format!("models:\n  m: {{ required: [prompt{inputs}] }}\n"),
            1,
        ),
        with("fields:\n", &fields).replacen("models:\n", &format!("models:\n{models}"), 1).replacen(
            "create:\n",
            &format!("create:\n  variants:\n{variants}"),
            1,
        ),
        with("cost: data.cost", &listed(501, |n| format!(", a{n}: v.a{n}"))),
        with("name: Acme", &"x".repeat(4_000)),
        format!("# {}\n{}", "x".repeat(source::LARGEST_FILE), with("provider: acme", "")),
    ];
    for text in many {
        let problems = source::read("acme.yaml", &text).unwrap_err();
        let codes: Vec<_> = problems.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["S013"], "{problems}");
    }
}

/// Several times what any known provider has is no trouble.
#[test]
fn large_files_are_read() {
    let fields = listed(40, |n| format!("  t{n}: {{ type: text }}\n"));
    let inputs = listed(15, |n| format!(", t{n}"));
    let models = listed(200, |n| format!("  m{n}: {{ required: [prompt], optional: [duration{inputs}] }}\n"));
    for text in [
        with("cost: data.cost", &listed(40, |n| format!(", a{n}: v.a{n}"))),
        with("failed: [broken", &listed(40, |n| format!(", w{n}"))),
        with("save: { id: data.job", &listed(100, |n| format!(", s{n}: s.s{n}"))),
        with("fields:\n", &fields).replacen("models:\n", &format!("models:\n{models}"), 1),
    ] {
        source::read("acme.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    }
}

/// However many problems there are and however long the lines are, what is shown can be read.
#[test]
fn many_problems_on_long_lines_are_shown_in_part() {
    let keys = listed(490, |n| format!(", unknown{n}: {}", "x".repeat(100)));
    let text = with("name: Acme", &format!("\nlimits: {{ concurrent: 1{keys} }}"));
    let problems = source::read("acme.yaml", &text).unwrap_err();
    assert_eq!((problems.problems.len(), problems.count()), (50, 490));
    let shown = problems.to_string();
    assert!(shown.ends_with("\n\nand 440 more problems"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() < 200), "{shown}");
    let last = problems.problems.last().unwrap();
    let (line, column) = problems.position(last);
    assert!(shown.contains(&format!("acme.yaml:{line}:{column}\n")), "{shown}");
    assert!(column > 4_000);
}
