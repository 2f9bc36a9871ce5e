//! What the generated files look like.

use std::path::Path;
use std::str::FromStr;

use polyreel_codegen::{File, regions, render};
use polyreel_spec::{List, Model, Provider};
use proc_macro2::{TokenStream, TokenTree};

use crate::acme::{self, Acme};

fn file(files: &[File], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path} is not generated"));
    file.text.clone()
}

#[test]
fn every_provider_has_its_crate_and_its_place_in_the_facade() {
    let other = Provider { id: "zebra2".into(), aliases: List::default(), ..acme::harmless() };
    let files = render(&[other.clone(), acme::harmless()]).unwrap();
    let paths: Vec<&str> = files.iter().map(|file| &*file.path).collect();
    assert_eq!(
        paths,
        [
            "crates/clients/polyreel-acme/Cargo.toml",
            "crates/clients/polyreel-acme/README.md",
            "crates/clients/polyreel-acme/src/lib.rs",
            "crates/clients/polyreel-acme/src/provider.rs",
            "crates/clients/polyreel-zebra2/Cargo.toml",
            "crates/clients/polyreel-zebra2/README.md",
            "crates/clients/polyreel-zebra2/src/lib.rs",
            "crates/clients/polyreel-zebra2/src/provider.rs",
            "crates/polyreel/src/providers.rs",
            "crates/polyreel-spec/src/source/built_in.rs",
        ]
    );
    assert_eq!(render(&[acme::harmless(), other.clone()]).unwrap(), files, "the order of the files says nothing");
    let facade = file(&files, "crates/polyreel/src/providers.rs");
    assert!(facade.contains("#[cfg(feature = \"zebra2\")]\npub use polyreel_zebra2 as zebra2;"), "{facade}");
    let names = file(&files, "crates/polyreel-spec/src/source/built_in.rs");
    for name in ["acme", "a.c.me", "acme!", "zebra2"] {
        assert!(names.contains(&format!("    {name:?},\n")), "{names}");
    }
    let texts: Vec<String> = regions(&[other, acme::harmless()]).unwrap().into_iter().map(|own| own.text).collect();
    assert_eq!(
        texts,
        [
            "polyreel-acme = { path = \"crates/clients/polyreel-acme\" }\n\
             polyreel-zebra2 = { path = \"crates/clients/polyreel-zebra2\" }\n",
            "acme = [\"dep:polyreel-acme\"]\nzebra2 = [\"dep:polyreel-zebra2\"]\nall = [\"acme\", \"zebra2\"]\n",
            "polyreel-acme = { workspace = true, optional = true }\n\
             polyreel-zebra2 = { workspace = true, optional = true }\n",
            "\n| Provider | `--provider` | Models | Key |\n|---|---|---|---|\n\
             | [Acme Films](crates/clients/polyreel-acme/README.md) | `acme`, `a.c.me`, `acme!` | `kling-v2`, `kling-2.1-i2v-hd` | `ACME_API_KEY` |\n\
             | [Acme Films](crates/clients/polyreel-zebra2/README.md) | `zebra2` | `kling-v2`, `kling-2.1-i2v-hd` | `ACME_API_KEY` |\n\n",
            "\n| Provider | Key | Base URL | Secret of callbacks |\n|---|---|---|---|\n\
             | Acme Films | `ACME_API_KEY` | `ACME_BASE_URL` | `ACME_WEBHOOK_SECRET` |\n\
             | Acme Films | `ACME_API_KEY` | `ZEBRA2_BASE_URL` | `ACME_WEBHOOK_SECRET` |\n\n",
        ]
    );
}

#[test]
fn the_face_shows_what_is_known() {
    let files = render(&[acme::harmless()]).unwrap();
    let lib = file(&files, "crates/clients/polyreel-acme/src/lib.rs");
    for part in [
        "pub struct Acme {",
        "/// Where a provider is named, it is also known as `a.c.me`, `acme!`.",
        "/// - 60 calls a minute, polls included. Assumed: the free plan.",
        "/// - 10 jobs at the same time; one more is refused. Assumed: the free plan.",
        "/// - The job is forgotten 1 hour after it was submitted.\n",
        "/// - The film can be fetched for 7 days after it is made.\n",
        "/// - A job that fails is not billed.\n",
        "Other hosts of the same API: <https://api.acme.example.cn/v1> (China).",
        "pub fn kling_v2(",
        "start_image: impl Into<Image>,",
        "aspect_ratio: AspectRatio,",
        ".set(\"aspect_ratio\", aspect_ratio)",
        "pub fn r#type(self, r#type: impl Into<String>) -> Self",
        "pub fn duration(self, duration: i64) -> Self",
        "From `0` to `1`; default `0.5`.",
        "The `default` is assumed: the usual one.",
        "Takes a URL or a file; `image/png`; at most 10 MB;",
        "Not together with `type`. No effect together with `prompt`.",
        "/// | `aspect_ratio` | price per second of film |",
        "/// | `16:9` | $0.00315 (0.315 credits) |",
        "/// | `square` | *unknown* |",
        "The price is *unknown*.",
        "The price is assumed: nobody says otherwise.",
        "The price per second of film is assumed: nobody says otherwise.",
        "The price per second of film is assumed: the sum of its parts.",
        "The price per second of film is assumed: as in the terms.",
        "The usual time is 90 to 120 s.",
        "The usual time is assumed: nobody says otherwise.",
        "The `id` is assumed: the name of a sister.",
        "It is never chosen by itself: ask for it by name.",
        "From <https://acme.example/docs> (read on 2026-11-20).",
        "WIDE_16_9 = \"16:9\",",
        "SQUARE_1_1 = \"1:1\",",
    ] {
        assert!(unwrapped(&lib).contains(part), "{part} is missing in\n{lib}");
    }
    assert!(lib.lines().all(|line| line.chars().count() <= 120), "{lib}");
}

#[test]
fn each_model_shows_its_own_definition_of_an_input() {
    let provider = acme::harmless();
    let without = |model: &Model| Model { fields: List::default(), ..model.clone() };
    let models = [provider.models[0].clone(), without(&provider.models[1])];
    let files = render(&[Provider { models: models.to_vec().into(), ..provider }]).unwrap();
    let lib = unwrapped(&file(&files, "crates/clients/polyreel-acme/src/lib.rs"));
    for part in [
        "Allowed: `6`, `8`. With `type` or `audio`: any value. At most",
        "Assumed: as at a sister.",
        "Allowed: `5`, `10`; default `5`. At most",
        "Allowed: `16:9`, `square`, `high_definition`. With `type` or `audio`: `1:1`, `16:9`. At most",
    ] {
        assert!(lib.contains(part), "{part} is missing in\n{lib}");
    }
}

/// The comments of setters on one line each.
fn unwrapped(lib: &str) -> String {
    lib.lines().fold(String::new(), |text, line| match line.strip_prefix("    /// ") {
        Some(said) if !said.starts_with('|') => text + " " + said.trim_start(),
        _ => text + "\n" + line,
    })
}

#[test]
fn keys_and_addresses_are_asked_for_as_the_provider_needs_them() {
    let files = render(&Acme { text: &str::to_owned, name: &str::to_owned }.providers()).unwrap();
    for (id, parts) in [
        (
            "acme",
            ["with the key from the environment variable `ACME_API_KEY`.", "Client::with_key(&PROVIDER, api_key)"],
        ),
        ("header", ["`HEADER_BASE_URL`, if set, replaces the address", "pub fn new(api_key: impl Into<String>)"]),
        ("query", ["`QUERY_BASE_URL` must hold the base URL", ".base_url(base_url).api_key(api_key).build()"]),
        (
            "pair",
            ["with key and secret from the environment variables `ACME_KEY`, `ACME_SECRET`.", "Client::with_keys("],
        ),
        ("pairdialect", ["`PAIRDIALECT_BASE_URL` must hold", ".base_url(base_url).api_keys(keys).build()"]),
    ] {
        let lib = file(&files, &format!("crates/clients/polyreel-{id}/src/lib.rs"));
        for part in parts {
            assert!(lib.contains(part), "{part} is missing in\n{lib}");
        }
    }
}

#[test]
fn nothing_is_decided_in_generated_code() {
    for file in render(&Acme { text: &str::to_owned, name: &str::to_owned }.providers()).unwrap() {
        if Path::new(&file.path).extension().is_some_and(|extension| extension == "rs") {
            assert_straight(TokenStream::from_str(&file.text).unwrap(), &file.path);
        }
    }
}

fn assert_straight(tokens: TokenStream, path: &str) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => assert_straight(group.stream(), path),
            TokenTree::Ident(word) => {
                assert!(!["if", "match", "loop", "while"].iter().any(|own| word == own), "{word} in {path}");
            }
            TokenTree::Punct(sign) => assert_ne!(sign.as_char(), '?', "in {path}"),
            TokenTree::Literal(_) => {}
        }
    }
}

#[test]
fn clashing_names_are_refused_with_the_file() {
    let mut provider = acme::harmless();
    let twin = polyreel_spec::Model { key: "kling-V2".into(), ..provider.models[0].clone() };
    provider.models = provider.models.iter().cloned().chain([twin]).collect();
    let error = render(&[provider]).unwrap_err().to_string();
    assert_eq!(error, r#"providers/acme.yaml: "kling-v2" and "kling-V2" would both be named `kling_v2` in Rust"#);
}
