//! Text of a provider file can never become code, whatever it says.

use std::path::{Component, Path};

use polyreel_codegen::{File, regions, render};
use polyreel_spec::Provider;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use toml_edit::{DocumentMut, Item};

use crate::acme::{self, Acme};

/// Ways out of comments, literals, Markdown, TOML, paths and lines that were found in other generators.
const HOSTILE: &[&str] = &[
    "\"; panic!(); \"",
    "\"#; panic!(); r#\"",
    "\\\"",
    "\\",
    "'",
    "'x'",
    "b\"",
    "*/ panic!(); /*",
    "\npub fn evil() {}\n",
    "\r\npub fn evil() {}",
    "\u{2028}pub fn evil() {}",
    "\n    pub fn evil() {}\n",
    "\n```rust\npanic!()\n```\n",
    "\n~~~\npanic!()\n~~~\n",
    "\n\n    panic!()\n\n",
    "`",
    "``` ",
    "]",
    "](javascript:alert(1))",
    "[`std::process::exit`]",
    "[x]: https://evil.example",
    "<script>alert(1)</script>",
    "<!--",
    "-->",
    "<https://evil.example>",
    "| a | b |",
    "\n# Heading\n- list\n1. list",
    "\n\"\"\"\n[dependencies]\nevil = \"1\"\n",
    "'''\n[dependencies]\nevil = '1'\n",
    "# polyreel:clients end",
    "\u{202e}\u{2066}evil\u{2069}",
    "\u{200b}\u{feff}",
    "\0\u{1b}[31m",
    "{{ x }}{% if y %}{# z #}",
    "{}{0}{x:?}",
    "$crate $($x)*",
    "#[cfg(any())]",
    "#![feature(x)]",
    "${{ secrets.KEY }}",
    "../../../etc/passwd",
    "é 猫 🎬",
];

type Spelling<'a> = dyn Fn(&str) -> String + 'a;

fn files(text: &Spelling<'_>, name: &Spelling<'_>) -> Vec<File> {
    render(&Acme { text, name }.providers()).expect("hostile text can be rendered")
}

fn harmless() -> Vec<File> {
    files(&str::to_owned, &str::to_owned)
}

#[test]
fn texts_change_nothing_but_literals_and_comments() {
    let harmless = harmless();
    let expected = shapes(&harmless, true);
    for evil in HOSTILE {
        let spellings: [&Spelling<'_>; 2] = [&|plain| format!("{plain}{evil}"), &|_| (*evil).to_owned()];
        for text in spellings {
            assert_same_shape(&files(text, &str::to_owned), &expected, true, evil);
        }
    }
}

#[test]
fn names_stay_names() {
    let harmless = harmless();
    let expected = shapes(&harmless, false);
    for evil in HOSTILE {
        let hostile = files(&str::to_owned, &|plain| format!("{plain}{evil}"));
        assert_same_shape(&hostile, &expected, false, evil);
    }
}

#[test]
fn ids_are_plain() {
    for id in ["", "-", "a-b", "A", "1a", "a/b", "../a", "a\\b", "a.b", "a_b", "a b", "a\n", "ä", "all", "runtime"] {
        let provider = Provider { id: id.into(), ..acme::harmless() };
        let error = render(std::slice::from_ref(&provider)).unwrap_err().to_string();
        assert!(error.contains("cannot be the id of a provider"), "{id:?}: {error}");
        assert!(regions(&[provider]).is_err(), "{id:?}");
    }
    let twice = [acme::harmless(), acme::harmless()];
    assert_eq!(render(&twice).unwrap_err().to_string(), "two providers have the id `acme`");
}

/// What a file is apart from its texts.
fn shape(file: &File, keep_names: bool) -> String {
    match file.path.rsplit('.').next().unwrap_or_default() {
        "rs" => skeleton(&file.text, keep_names),
        "toml" => keys(&file.text).join("\n"),
        "md" => blocks(&file.text).join("\n"),
        other => panic!("nobody checks .{other} files"),
    }
}

fn shapes(files: &[File], keep_names: bool) -> Vec<(&str, String)> {
    files.iter().map(|file| (&*file.path, shape(file, keep_names))).collect()
}

fn assert_same_shape(hostile: &[File], harmless: &[(&str, String)], keep_names: bool, evil: &str) {
    assert_eq!(hostile.len(), harmless.len());
    for (own, (path, expected)) in hostile.iter().zip(harmless) {
        let place = format!("{evil:?} in {}", own.path);
        assert_eq!(own.path, *path);
        let inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
        assert!(own.path.starts_with("crates/") && inside(Path::new(&own.path)), "{place}");
        let sound =
            |c: char| c == '\n' || !(c.is_control() || "\u{202e}\u{2066}\u{2069}\u{200b}\u{feff}\u{2028}".contains(c));
        assert!(own.text.chars().all(sound), "{place}");
        assert!(own.text.lines().next().is_some_and(|line| line.contains("@generated from providers/")), "{place}");
        if own.path.ends_with("rs") {
            assert_no_doctest(&own.text);
        }
        assert_eq!(shape(own, keep_names), *expected, "{place}:\n{}", own.text);
    }
}

/// The items of a Rust file without what its literals and comments say.
fn skeleton(text: &str, keep_names: bool) -> String {
    let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let mut shape = String::new();
    add_skeleton(file.into_token_stream(), keep_names, &mut shape);
    shape
}

fn add_skeleton(tokens: TokenStream, keep_names: bool, shape: &mut String) {
    for token in tokens {
        match token {
            // How many lines a comment is broken into depends on its text.
            TokenTree::Group(group) if is_doc(&group) => shape.truncate(shape.trim_end_matches(['#', '!']).len()),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket | Delimiter::None => ('[', ']'),
                };
                shape.push(open);
                add_skeleton(group.stream(), keep_names, shape);
                shape.extend([close, '\n']);
            }
            TokenTree::Literal(_) => shape.push_str("literal "),
            TokenTree::Ident(_) if !keep_names => shape.push_str("name "),
            TokenTree::Ident(name) => shape.extend([&*name.to_string(), " "]),
            TokenTree::Punct(sign) => shape.push(sign.as_char()),
        }
    }
}

fn is_doc(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket && matches!(first, Some(TokenTree::Ident(word)) if word == "doc")
}

/// All keys of a TOML file.
fn keys(text: &str) -> Vec<String> {
    fn collect(item: &Item, path: &str, keys: &mut Vec<String>) {
        keys.push(path.to_owned());
        if let Some(table) = item.as_table_like() {
            table.iter().for_each(|(key, item)| collect(item, &format!("{path}.{key}"), keys));
        }
    }
    let document: DocumentMut = text.parse().expect("valid TOML");
    let mut keys = Vec::new();
    collect(document.as_item(), "", &mut keys);
    keys
}

/// How the lines of a Markdown file begin, as far as that means anything.
fn blocks(text: &str) -> Vec<&str> {
    let beginnings =
        ["<!-- @generated", "```", "#", "- ", "| ", "|-", "    ", "<", "~", "\t", ">", "[", "=", "+", "1."];
    let mut blocks = Vec::new();
    for line in text.lines() {
        blocks.push(beginnings.into_iter().find(|begin| line.starts_with(begin)).unwrap_or("text"));
        if !["```rust", "```"].contains(&line) {
            assert_plain(&line.replace("[Polyreel](../../../README.md)", "").replace("<!-- @generated", ""));
        }
    }
    blocks
}

/// A line of Markdown closes its code spans, and opens nothing else but links that show where they go.
fn assert_plain(line: &str) {
    let mut shielded = line.to_owned();
    while let Some(at) = shielded.find('\\') {
        let escaped = shielded[at + 1..].chars().next().map_or(0, char::len_utf8);
        shielded.replace_range(at..=at + escaped, "");
    }
    let parts: Vec<&str> = shielded.split('`').collect();
    assert_eq!(parts.len() % 2, 1, "an open code span: {line}");
    let mut plain: String = parts.into_iter().step_by(2).collect();
    while let Some(at) = plain.find("<http") {
        let end = plain[at..].find('>').expect("an open link");
        assert!(!plain[at + 1..at + end].contains(['<', ' ']), "{line}");
        plain.replace_range(at..=at + end, "");
    }
    assert!(!plain.contains(['[', ']', '<']), "{line}");
}

/// No line of a comment is a code block, which `cargo test` would run.
fn assert_no_doctest(text: &str) {
    for line in text.lines().map(str::trim_start) {
        if let Some(said) = line.strip_prefix("///").or(line.strip_prefix("//!")) {
            assert!(!["    ", "\t", " ```", " ~~~"].iter().any(|begin| said.starts_with(begin)), "{line}");
        }
    }
}
