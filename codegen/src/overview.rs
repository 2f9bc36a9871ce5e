//! The tables of providers in pages for people: the project's read-me, and the page about variables.

use polyreel_spec::{Provider, Verify};

use crate::prose::{self, Place};
use crate::{CLIENTS, Region, manifest};

/// The page, relative to the workspace root.
const README: &str = "README.md";

/// One row a provider: who it is, what it is called, what it makes, where its key is read from.
pub(crate) fn region(providers: &[&Provider]) -> Region {
    let row = |provider: &&Provider| {
        let page = format!("{CLIENTS}/{}/README.md", manifest::package(&provider.id));
        let name = prose::prose(&provider.name, Place::Page);
        let names = codes(std::iter::once(&*provider.id).chain(provider.aliases.iter().map(|alias| &**alias)));
        let models = codes(provider.models.iter().map(|model| &*model.key));
        let keys = codes(provider.auth.env().iter().map(|variable| &**variable));
        format!("| [{name}]({page}) | {names} | {models} | {keys} |\n")
    };
    let rows: String = providers.iter().map(row).collect();
    let text = format!("\n| Provider | `--provider` | Models | Key |\n|---|---|---|---|\n{rows}\n");
    Region { path: README, section: "the list of providers", name: "polyreel:providers", text }
}

/// One row a provider: the variables that it reads.
pub(crate) fn variables(providers: &[&Provider]) -> Region {
    let row = |provider: &&Provider| {
        let name = prose::prose(&provider.name, Place::Page);
        let secret = provider.webhook.as_ref().and_then(|webhook| webhook.verify.as_ref()).and_then(Verify::env);
        let base_url = provider.access().base_url();
        let (keys, base_url, secret) =
            (codes(provider.auth.env().into_iter()), codes([&*base_url].into_iter()), codes(secret.into_iter()));
        format!("| {name} | {keys} | {base_url} | {secret} |\n")
    };
    let rows: String = providers.iter().map(row).collect();
    let text = format!("\n| Provider | Key | Base URL | Secret of callbacks |\n|---|---|---|---|\n{rows}\n");
    Region { path: "docs/configuration.md", section: "the variables of providers", name: "polyreel:variables", text }
}

fn codes<'a>(values: impl Iterator<Item = &'a str>) -> String {
    // A bar would end the cell, even inside code.
    values.map(|value| prose::code(value).replace('|', "\\|")).collect::<Vec<_>>().join(", ")
}
