//! Writes a typed client crate from a provider's model, the pages about the language of provider files, and the first text
//! of a new one.
//!
//! [`render`] and [`regions`] are pure: models in, texts out. Who calls them formats the Rust and writes the files. Three
//! kinds of writer keep the text of a provider file from ever becoming code:
//!
//! - the page of data (`src/provider.rs`) is printed from values, see `data.rs`;
//! - the typed face (`src/lib.rs`) and the read-me come from `templates/`, which can print typed values alone, see
//!   `template.rs`;
//! - manifests go through a TOML writer, see `manifest.rs`.

mod bounds;
mod data;
mod inputs;
mod json;
mod manifest;
mod names;
mod overview;
mod prose;
mod rates;
mod reference;
mod region;
mod schema;
mod start;
mod template;
mod view;

use std::collections::BTreeSet;
use std::fmt;

use minijinja::value::Value;
use minijinja::{Environment, context};
use polyreel_spec::{Provider, id_problem};

use crate::template::Piece;

pub use region::{Region, region};
pub use start::{NOT_LOOKED_UP, NewProvider};

/// The folder of the client crates, relative to the workspace root.
pub const CLIENTS: &str = "crates/clients";

/// What the first line of every generated file contains, and no other file.
pub const MARK: &str = "@generated from providers/";

/// Who writes the pages that come from the language alone.
const GENERATOR: &str = "`cargo xtask codegen` from crates/polyreel-spec";

/// The longest line, as in `rustfmt.toml`.
const WIDTH: usize = 120;

const TEMPLATES: &[(&str, &str)] = &[
    ("built_in.rs.jinja", include_str!("../templates/built_in.rs.jinja")),
    ("README.md.jinja", include_str!("../templates/README.md.jinja")),
    ("lib.rs.jinja", include_str!("../templates/lib.rs.jinja")),
    ("provider.rs.jinja", include_str!("../templates/provider.rs.jinja")),
    ("providers.rs.jinja", include_str!("../templates/providers.rs.jinja")),
];

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it goes, relative to the workspace root, with `/` between folders.
    pub path: String,
    /// What it says. Rust is not formatted yet.
    pub text: String,
}

/// Why nothing was generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    place: Option<String>,
    message: String,
}

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into() }
    }

    fn at(mut self, place: impl Into<String>) -> Self {
        self.place.get_or_insert(place.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}

impl From<minijinja::Error> for Error {
    fn from(error: minijinja::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// The client crates of these providers and the lists of them, in the order of their ids.
pub fn render(providers: &[Provider]) -> Result<Vec<File>, Error> {
    let providers = sorted(providers)?;
    let templates = template::environment(TEMPLATES)?;
    let mut files = Vec::new();
    for provider in &providers {
        files.extend(client(&templates, provider).map_err(|error| error.at(source(&provider.id)))?);
    }
    for (path, template, context) in [
        ("crates/polyreel/src/providers.rs", "providers.rs.jinja", facade(&providers)),
        ("crates/polyreel-spec/src/source/built_in.rs", "built_in.rs.jinja", built_in(&providers)),
    ] {
        let text = headed("//", &source("*"), &rust(&templates, template, context)?);
        files.push(File { path: path.to_owned(), text });
    }
    Ok(files)
}

/// The JSON Schema of provider files and the reference of their language.
pub fn language() -> Result<[File; 2], Error> {
    let language = polyreel_spec::source::describe();
    Ok([
        File { path: "providers/schema.json".to_owned(), text: schema::schema(&language)? },
        File { path: "docs/spec.md".to_owned(), text: reference::page(&language) },
    ])
}

/// The regions of the manifests that name the client crates, and the tables of providers in pages for people.
pub fn regions(providers: &[Provider]) -> Result<Vec<Region>, Error> {
    let providers = sorted(providers)?;
    let mut regions = manifest::regions(&providers);
    regions.push(overview::region(&providers));
    regions.push(overview::variables(&providers));
    Ok(regions)
}

fn client(templates: &Environment<'_>, provider: &Provider) -> Result<[File; 4], Error> {
    let view = view::client(provider)?;
    let readme = templates.get_template("README.md.jinja")?.render(view.clone())?;
    let lib = rust(templates, "lib.rs.jinja", view.clone())?;
    let data = rust(templates, "provider.rs.jinja", view)?;
    let from = source(&provider.id);
    let file = |name: &str, text| File { path: format!("{CLIENTS}/{}/{name}", manifest::package(&provider.id)), text };
    Ok([
        file("Cargo.toml", headed("#", &from, &manifest::client(provider)?)),
        file("README.md", headed("<!--", &from, &readme)),
        file("src/lib.rs", headed("//", &from, &lib)),
        file("src/provider.rs", headed("//", &from, &data)),
    ])
}

fn rust(templates: &Environment<'_>, name: &str, context: Value) -> Result<String, Error> {
    Ok(prose::wrap_comments(&templates.get_template(name)?.render(context)?, WIDTH))
}

fn facade(providers: &[&Provider]) -> Value {
    let entries = providers.iter().map(|provider| {
        context! {
            name => Piece::Prose(provider.name.to_string()),
            feature => Piece::Literal(provider.id.to_string()),
            module => Piece::Ident(names::module_name(&provider.id)),
            crate_name => Piece::Ident(names::crate_name(&provider.id)),
        }
    });
    context! { providers => entries.collect::<Vec<_>>() }
}

/// What no provider of a user may be called.
fn built_in(providers: &[&Provider]) -> Value {
    let names = providers.iter().flat_map(|provider| std::iter::once(&provider.id).chain(&provider.aliases));
    context! { names => names.map(|name| Piece::Literal(name.to_string())).collect::<Vec<_>>() }
}

fn source(id: &str) -> String {
    format!("providers/{id}.yaml")
}

/// The text below a line that says where it is from.
fn headed(comment: &str, from: &str, text: &str) -> String {
    let end = if comment == "<!--" { " -->" } else { "" };
    format!("{comment} @generated from {from} by `cargo xtask codegen`; do not edit.{end}\n{text}")
}

/// The providers in the order of their ids, which are fit to be the names of folders, crates and features.
fn sorted(providers: &[Provider]) -> Result<Vec<&Provider>, Error> {
    let mut sorted: Vec<&Provider> = providers.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let mut seen = BTreeSet::new();
    for provider in &sorted {
        let id = &*provider.id;
        if let Some(problem) = id_problem(id) {
            return Err(Error::new(format!("{id:?} cannot be the id of a provider: {problem}")));
        }
        if !seen.insert(id) {
            return Err(Error::new(format!("two providers have the id `{id}`")));
        }
        if provider.models.is_empty() {
            return Err(Error::new("has no models").at(source(id)));
        }
    }
    Ok(sorted)
}
