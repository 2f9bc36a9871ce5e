//! What the generated files look like.

use std::path::Path;
use std::str::FromStr;

use polyreel_codegen::{File, regions, render};
use polyreel_spec::Provider;
use proc_macro2::{TokenStream, TokenTree};

use crate::acme;

fn file(files: &[File], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path} is not generated"));
    file.text.clone()
}

#[test]
fn every_provider_has_its_crate_and_its_place_in_the_facade() {
    let other = Provider { id: "zebra2".into(), ..acme::harmless() };
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
        ]
    );
    assert_eq!(render(&[acme::harmless(), other.clone()]).unwrap(), files, "the order of the files says nothing");
    let facade = file(&files, "crates/polyreel/src/providers.rs");
    assert!(facade.contains("#[cfg(feature = \"zebra2\")]\npub use polyreel_zebra2 as zebra2;"), "{facade}");
    let texts: Vec<String> = regions(&[other, acme::harmless()]).unwrap().into_iter().map(|own| own.text).collect();
    assert_eq!(
        texts,
        [
            "polyreel-acme = { path = \"crates/clients/polyreel-acme\" }\n\
             polyreel-zebra2 = { path = \"crates/clients/polyreel-zebra2\" }\n",
            "acme = [\"dep:polyreel-acme\"]\nzebra2 = [\"dep:polyreel-zebra2\"]\nall = [\"acme\", \"zebra2\"]\n",
            "polyreel-acme = { workspace = true, optional = true }\n\
             polyreel-zebra2 = { workspace = true, optional = true }\n",
        ]
    );
}

#[test]
fn the_face_shows_what_is_known() {
    let files = render(&[acme::harmless()]).unwrap();
    let lib = file(&files, "crates/clients/polyreel-acme/src/lib.rs");
    for part in [
        "pub struct Acme {",
        "pub fn kling_v2(",
        "start_image: impl Into<Image>,",
        "aspect_ratio: AspectRatio,",
        ".set(\"aspect_ratio\", aspect_ratio)",
        "pub fn r#type(self, r#type: impl Into<String>) -> Self",
        "pub fn duration(self, duration: i64) -> Self",
        "Allowed: `5`, `10`; default `5`.",
        "From `0` to `1`; default `0.5`.",
        "Takes a URL or a file; `image/png`; at most 10 MB;",
        "/// | `aspect_ratio` | price per second of film |",
        "/// | `16:9` | $0.00315 (0.315 credits) |",
        "/// | `square` | *unknown* |",
        "/// The price is *unknown*.",
        "/// The price is assumed: nobody says otherwise.",
        "/// The usual time is 90 to 120 s.",
        "/// From <https://acme.example/docs> (read on 2026-11-20).",
        "WIDE_16_9 = \"16:9\",",
    ] {
        assert!(lib.contains(part), "{part} is missing in\n{lib}");
    }
    assert!(lib.lines().all(|line| line.chars().count() <= 120), "{lib}");
}

#[test]
fn nothing_is_decided_in_generated_code() {
    for file in render(&[acme::harmless()]).unwrap() {
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
