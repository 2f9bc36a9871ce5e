//! Manifests: those of client crates, and the marked regions of those that people write.

use polyreel_spec::Provider;
use toml_edit::{Array, DocumentMut, InlineTable, value};

use crate::{Error, Region, prose};

/// The part of a client's manifest that is the same everywhere.
const CLIENT: &str = r#"[package]
name = ""
description = ""
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true
authors.workspace = true
publish.workspace = true

[lib]
path = "src/lib.rs"
doctest = false

[dependencies]
polyreel-runtime.workspace = true

[lints]
workspace = true
"#;

/// The manifest of a client crate.
pub(crate) fn client(provider: &Provider) -> Result<String, Error> {
    let mut manifest: DocumentMut = CLIENT.parse().map_err(|error| Error::new(format!("client manifest: {error}")))?;
    manifest["package"]["name"] = value(package(&provider.id));
    manifest["package"]["description"] = value(format!("Typed client for {}.", prose::one_line(&provider.name)));
    Ok(manifest.to_string())
}

/// The regions that name every client crate.
pub(crate) fn regions(providers: &[&Provider]) -> Vec<Region> {
    let mut members = DocumentMut::new();
    let mut clients = DocumentMut::new();
    let mut features = DocumentMut::new();
    for provider in providers {
        let package = package(&provider.id);
        members[&package] = inline([("path", format!("crates/clients/{package}").into())]);
        clients[&package] = inline([("workspace", true.into()), ("optional", true.into())]);
        features[&*provider.id] = value(Array::from_iter([format!("dep:{package}")]));
    }
    features["all"] = value(providers.iter().map(|provider| &*provider.id).collect::<Array>());
    let region = |path, section, name, text: DocumentMut| Region { path, section, name, text: text.to_string() };
    vec![
        region("Cargo.toml", "[workspace.dependencies]", "polyreel:clients", members),
        region("crates/polyreel/Cargo.toml", "[features]", "polyreel:features", features),
        region("crates/polyreel/Cargo.toml", "[dependencies]", "polyreel:clients", clients),
    ]
}

/// The name of a client's package.
pub(crate) fn package(id: &str) -> String {
    format!("polyreel-{id}")
}

fn inline<const N: usize>(entries: [(&str, toml_edit::Value); N]) -> toml_edit::Item {
    value(InlineTable::from_iter(entries))
}
