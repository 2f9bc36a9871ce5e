//! The table of providers in the project's read-me.

use polyreel_spec::Provider;

use crate::prose::{self, Place};
use crate::{CLIENTS, Region, manifest};

/// The page, relative to the workspace root.
pub(crate) const README: &str = "README.md";

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

fn codes<'a>(values: impl Iterator<Item = &'a str>) -> String {
    // A bar would end the cell, even inside code.
    values.map(|value| prose::code(value).replace('|', "\\|")).collect::<Vec<_>>().join(", ")
}
