//! What generated files are apart from the texts in them.

use std::path::{Component, Path};

use polyreel_codegen::File;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use toml_edit::{DocumentMut, Item};

/// Ways out of comments, literals, Markdown, TOML, paths and lines that were found in other generators.
pub(crate) const HOSTILE: &[&str] = &[
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
    "&anchor *alias !!str <<",
    "= [1]\n[[bin]]",
    "\u{7f}\u{85}\u{e0041}",
    "self",
    "Self",
    "type",
    "r#type",
    "_",
    "super::super::evil()",
    "0x7f",
    "'\\''",
    "\u{301}\u{fe0f}",
];

/// How much of a file its texts may not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Everything but literals and comments.
    Names,
    /// Everything but literals, comments and names.
    Structure,
    /// As [`Keep::Structure`], but the page of data may hold other values, made of the same names.
    Face,
}

/// What a file is apart from its texts.
fn shape(file: &File, keep: Keep) -> String {
    match file.path.rsplit('.').next().unwrap_or_default() {
        "rs" if keep == Keep::Face && file.path.ends_with("/src/provider.rs") => items(&file.text),
        "rs" => skeleton(&file.text, keep == Keep::Names),
        "toml" => keys(&file.text).join("\n"),
        "md" => blocks(&file.text).join("\n"),
        other => panic!("nobody checks .{other} files"),
    }
}

pub(crate) fn shapes(files: &[File], keep: Keep) -> Vec<(&str, String)> {
    files.iter().map(|file| (&*file.path, shape(file, keep))).collect()
}

pub(crate) fn assert_same_shape(hostile: &[File], harmless: &[(&str, String)], keep: Keep, evil: &str) {
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
        assert_eq!(shape(own, keep), *expected, "{place}:\n{}", own.text);
    }
}

/// The items of a Rust file without what its literals and comments say.
fn skeleton(text: &str, keep_names: bool) -> String {
    let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let mut shape = String::new();
    add_skeleton(file.into_token_stream(), keep_names, &mut shape);
    shape
}

/// The items of a page of data: imports are as many as there are kinds of values, and a value is no code.
fn items(text: &str) -> String {
    let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let items = file.items.iter().map(|item| match item {
        syn::Item::Use(_) => "use".to_owned(),
        syn::Item::Static(item) => {
            let mut value = String::new();
            add_skeleton(item.expr.to_token_stream(), true, &mut value);
            assert_is_data(&value);
            format!("static {}: {}", item.ident, item.ty.to_token_stream())
        }
        other => panic!("a page of data holds {}", other.to_token_stream()),
    });
    items.collect::<Vec<_>>().join("\n")
}

/// Only types, their fields, and what makes lists and texts of literals.
fn assert_is_data(value: &str) {
    let is_call = |name: &str| ["text", "list", "literal", "true", "false", "None", "Some"].contains(&name);
    let names = value.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty());
    for name in names.filter(|name| !is_call(name)) {
        let (is_type, is_field) = (format!("{name} "), format!("{name} :"));
        let known = name.starts_with(char::is_uppercase) && value.contains(&is_type) || value.contains(&is_field);
        assert!(known, "{name} is no data");
    }
    assert!(!value.contains([';', '#', '$', '|', '=', '.']), "{value}");
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

/// How the lines of a Markdown file begin, as far as that means anything, and how many cells the rows of tables have.
fn blocks(text: &str) -> Vec<String> {
    let beginnings =
        ["<!-- @generated", "```", "#", "- ", "| ", "|-", "    ", "<", "~", "\t", ">", "[", "=", "+", "1."];
    let mut blocks = Vec::new();
    for line in text.lines() {
        let begin = beginnings.into_iter().find(|begin| line.starts_with(begin)).unwrap_or("text");
        let bars = line.replace("\\|", "").matches('|').count();
        blocks.push(if line.starts_with('|') { format!("{begin} {bars}") } else { begin.to_owned() });
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
