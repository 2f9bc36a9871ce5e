//! `cargo xtask codegen`: from `providers/*.yaml`, and the language they are written in, to files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use polyreel_codegen::{CLIENTS, MARK, language, regions, render};
use polyreel_spec::Provider;

use crate::{Result, diff, tools};

/// What should be on disk: paths relative to the workspace root, and texts.
pub(crate) type Plan = BTreeMap<String, String>;

/// Writes the files that have changed and removes the crates of providers that are gone.
pub(crate) fn write(root: &Path) -> Result {
    let plan = plan(root)?;
    let mut changed = 0;
    for (path, text) in &plan {
        if read(&root.join(path))?.as_deref() != Some(text) {
            put(&root.join(path), text)?;
            println!("wrote {path}");
            changed += 1;
        }
    }
    for folder in Clients::look(root, &plan)?.stale {
        remove_generated(&root.join(&folder)).map_err(|error| format!("cannot remove {folder}: {error}"))?;
        if root.join(&folder).exists() {
            return Err(format!("{folder}: its provider is gone, but it holds files that nobody generated; move them"));
        }
        println!("removed {folder}");
        changed += 1;
    }
    println!("{} files are generated, {changed} changed", plan.len());
    Ok(())
}

/// Removes what carries the generator's mark, and folders that are empty then. Anything else is somebody's work.
fn remove_generated(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_generated(&path)?;
        } else if fs::read_to_string(&path)
            .is_ok_and(|text| text.lines().next().is_some_and(|line| line.contains(MARK)))
        {
            fs::remove_file(&path)?;
        }
    }
    if fs::read_dir(folder)?.next().is_none() { fs::remove_dir(folder) } else { Ok(()) }
}

/// Compares what is on disk with what would be written.
pub(crate) fn check(root: &Path) -> Result {
    let plan = plan(root)?;
    let mut differences = 0;
    for (path, text) in &plan {
        match read(&root.join(path))? {
            Some(is) if is == *text => continue,
            Some(is) => print!("{path} differs:\n{}", diff::hint(&is, text)),
            None => println!("{path} is missing"),
        }
        differences += 1;
    }
    let clients = Clients::look(root, &plan)?;
    for folder in &clients.stale {
        println!("{folder} is left over: its provider file is gone");
    }
    for path in &clients.strays {
        println!("{path} is not generated; nothing else belongs below {CLIENTS}, so move or delete it by hand");
    }
    if differences + clients.stale.len() > 0 {
        return Err("generated files are not what they are generated from; run `cargo xtask codegen`".to_owned());
    }
    if !clients.strays.is_empty() {
        return Err(format!("there are foreign files below {CLIENTS}"));
    }
    println!("{} generated files are up to date", plan.len());
    Ok(())
}

/// Writes everything below another folder.
pub(crate) fn export(root: &Path, folder: &Path) -> Result {
    let plan = plan(root)?;
    for (path, text) in &plan {
        put(&folder.join(path), text)?;
    }
    println!("wrote {} files below {}", plan.len(), folder.display());
    Ok(())
}

fn plan(root: &Path) -> Result<Plan> {
    plan_of(root, &providers(&root.join("providers"))?)
}

/// What should be on disk for these providers.
pub(crate) fn plan_of(root: &Path, providers: &[Provider]) -> Result<Plan> {
    let mut plan = Plan::new();
    for file in render(providers).map_err(|error| error.to_string())? {
        let is_rust = Path::new(&file.path).extension().is_some_and(|extension| extension == "rs");
        let text = if is_rust { tools::format(root, &file.path, &file.text)? } else { file.text };
        plan.insert(file.path, text);
    }
    plan.extend(language().map_err(|error| error.to_string())?.map(|file| (file.path, file.text)));
    for region in regions(providers).map_err(|error| error.to_string())? {
        let text = match plan.remove(region.path) {
            Some(text) => text,
            None => read(&root.join(region.path))?.ok_or_else(|| format!("{} is missing", region.path))?,
        };
        plan.insert(region.path.to_owned(), region.apply(&text).map_err(|error| error.to_string())?);
    }
    Ok(plan)
}

/// Reads all provider files of a folder. Everything that is wrong with any of them is reported at once.
pub(crate) fn providers(folder: &Path) -> Result<Vec<Provider>> {
    let mut providers = Vec::new();
    let mut problems = Vec::new();
    for path in entries(folder)? {
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let name = format!("providers/{}", file_name(&path));
        let text = read(&path)?.unwrap_or_default();
        match polyreel_spec::source::read(&name, &text) {
            Ok(provider) if path.file_stem().is_some_and(|stem| stem == &*provider.id) => providers.push(provider),
            Ok(provider) => problems.push(format!("{name} must be named {}.yaml, after its provider", provider.id)),
            Err(diagnostics) => problems.push(diagnostics.to_string()),
        }
    }
    for (at, provider) in providers.iter().enumerate() {
        problems.extend(namesake(provider, &providers[..at]));
    }
    if problems.is_empty() { Ok(providers) } else { Err(format!("nothing was generated\n\n{}", problems.join("\n"))) }
}

/// Who of the others is called like this provider. Names that people type lead to one provider.
pub(crate) fn namesake(provider: &Provider, others: &[Provider]) -> Option<String> {
    let names = || std::iter::once(&provider.id).chain(&provider.aliases);
    others.iter().find_map(|other| {
        let name = names().find(|name| other.is_called(name))?;
        Some(format!(
            "providers/{}.yaml: `{name}` is {} already (providers/{}.yaml)",
            provider.id, other.name, other.id
        ))
    })
}

/// What lies below the folder of client crates and is not planned.
#[derive(Default)]
struct Clients {
    /// Generated crates without a provider file.
    stale: Vec<String>,
    /// Files that nobody generated.
    strays: Vec<String>,
}

impl Clients {
    fn look(root: &Path, plan: &Plan) -> Result<Self> {
        let mut found = Self::default();
        for path in entries(&root.join(CLIENTS))? {
            let folder = format!("{CLIENTS}/{}", file_name(&path));
            if is_generated(&path)? && !plan.contains_key(&format!("{folder}/Cargo.toml")) {
                found.stale.push(folder);
            } else {
                found.add_strays(&path, &folder, plan)?;
            }
        }
        Ok(found)
    }

    fn add_strays(&mut self, path: &Path, shown: &str, plan: &Plan) -> Result {
        if !path.is_dir() {
            if !plan.contains_key(shown) {
                self.strays.push(shown.to_owned());
            }
            return Ok(());
        }
        for inner in entries(path)? {
            self.add_strays(&inner, &format!("{shown}/{}", file_name(&inner)), plan)?;
        }
        Ok(())
    }
}

/// Whether the folder is a crate that this generator wrote.
fn is_generated(folder: &Path) -> Result<bool> {
    let manifest = if folder.is_dir() { read(&folder.join("Cargo.toml"))? } else { None };
    Ok(manifest.is_some_and(|text| text.lines().next().is_some_and(|line| line.contains(MARK))))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What a folder holds, sorted; nothing if there is no such folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let fail = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<_>>>(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
    .map_err(fail)?;
    entries.sort();
    Ok(entries)
}

pub(crate) fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot read {}: {error}", path.display())),
    }
}

fn put(path: &Path, text: &str) -> Result {
    let fail = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    path.parent().map(fs::create_dir_all).transpose().map_err(fail)?;
    fs::write(path, text).map_err(fail)
}
