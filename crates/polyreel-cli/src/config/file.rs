//! Reading the config file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use polyreel::Provider;
use secrecy::SecretString;
use toml_edit::{DocumentMut, Item, TableLike};

use super::settings::{SETTINGS, Settings};
use crate::names::did_you_mean;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;
/// The tables of the file.
pub(super) const TABLES: [(&str, &str); 3] = [
    ("defaults", "Settings, unless an argument or a variable says otherwise."),
    ("keys", "API keys by the provider's id; where several are needed, a list of them."),
    ("base_urls", "Base URLs by the provider's id, in place of the provider's own. The key goes there."),
];

/// What a config file says.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) settings: Settings,
    pub(super) keys: BTreeMap<String, Vec<SecretString>>,
    pub(super) base_urls: BTreeMap<String, String>,
}

/// The text of the file, if nobody else can read or change it.
pub(super) fn private_text(path: &Path) -> Result<String, String> {
    let cannot = |why: String| format!("it cannot be read: {why}");
    // Opening a pipe would wait for whoever writes to it.
    if !path.metadata().map_err(|error| cannot(error.to_string()))?.is_file() {
        return Err("it is no file".to_owned());
    }
    let mut file = File::open(path).map_err(|error| cannot(error.to_string()))?;
    #[cfg(unix)]
    refuse_if_shared(&file.metadata().map_err(|error| cannot(error.to_string()))?, path)?;
    let mut text = String::new();
    file.by_ref().take(LARGEST + 1).read_to_string(&mut text).map_err(|error| cannot(error.to_string()))?;
    if text.len() as u64 > LARGEST { Err("it is larger than 1 MiB".to_owned()) } else { Ok(text) }
}

/// What was opened is looked at, and not what stands under its name a moment later.
#[cfg(unix)]
fn refuse_if_shared(metadata: &std::fs::Metadata, path: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;

    let shown = crate::shell::quoted(&path.to_string_lossy());
    let owner = metadata.uid();
    if owner != rustix::process::geteuid().as_raw() {
        return Err(format!(
            "it belongs to another user, who could read and change it; take it over: chown \"$(id -u)\" {shown}"
        ));
    }
    match metadata.mode() & 0o777 {
        mode if mode & 0o077 != 0 => {
            Err(format!("others can read or change it (mode {mode:03o}); make it yours alone: chmod 600 {shown}"))
        }
        _ => Ok(()),
    }
}

/// Reads the text of a config file that stands in this folder. No error shows a value: it may be a key.
pub(super) fn read(text: &str, folder: &Path) -> Result<Written, String> {
    let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count()) + 1;
        let why = error.message().lines().collect::<Vec<_>>().join(", ");
        format!("line {line}: it is not toml: {why}")
    })?;
    let mut written = Written::default();
    for (name, item) in document.iter() {
        let Some(table) = item.as_table_like() else {
            return Err(format!(
                "{name} stands outside of a table; there are {}",
                TABLES.map(|(name, _)| name).join(", ")
            ));
        };
        match name {
            "defaults" => defaults(table, folder, &mut written.settings)?,
            "keys" => keys(table, &mut written.keys)?,
            "base_urls" => {
                for (id, item) in table.iter() {
                    known_provider("base_urls", id)?;
                    let url = item.as_str().ok_or_else(|| format!("base_urls.{id} must be a text"))?;
                    written.base_urls.insert(id.to_owned(), url.to_owned());
                }
            }
            other => return Err(unknown(&format!("[{other}]"), other, &TABLES.map(|(name, _)| name))),
        }
    }
    Ok(written)
}

fn defaults(table: &dyn TableLike, folder: &Path, settings: &mut Settings) -> Result<(), String> {
    for (name, item) in table.iter() {
        let known: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
        if !known.contains(&name) {
            return Err(unknown(&format!("defaults.{name}"), name, &known));
        }
        let text = scalar(item).ok_or_else(|| format!("defaults.{name} must be a text or a number"))?;
        settings.choose(name, &text, folder).map_err(|why| format!("defaults.{name}: {why}"))?;
    }
    Ok(())
}

/// A text, or a number as it is written: an amount is never made a float.
fn scalar(item: &Item) -> Option<String> {
    match item.as_value()? {
        toml_edit::Value::String(text) => Some(text.value().clone()),
        toml_edit::Value::Integer(number) => Some(number.display_repr().into_owned()),
        toml_edit::Value::Float(number) => Some(number.display_repr().into_owned()),
        _ => None,
    }
}

fn keys(table: &dyn TableLike, keys: &mut BTreeMap<String, Vec<SecretString>>) -> Result<(), String> {
    for (id, item) in table.iter() {
        let needed = known_provider("keys", id)?.auth.env().len();
        let listed: Option<Vec<&str>> = match item.as_array() {
            Some(list) => list.iter().map(|key| key.as_str()).collect(),
            None => item.as_str().map(|key| vec![key]),
        };
        let given: Vec<_> = listed.into_iter().flatten().map(str::trim).filter(|key| !key.is_empty()).collect();
        if given.len() != needed {
            let form = if needed == 1 { "one text".to_owned() } else { format!("a list of {needed} texts") };
            return Err(format!("keys.{id} must be {form}"));
        }
        keys.insert(id.to_owned(), given.into_iter().map(SecretString::from).collect());
    }
    Ok(())
}

fn known_provider(table: &str, id: &str) -> Result<&'static Provider, String> {
    let all = polyreel::all();
    all.iter().find(|provider| provider.id == *id).copied().ok_or_else(|| {
        let place = format!("{table}.{id}");
        if let Some(called) = all.iter().find(|provider| provider.is_called(id)) {
            return format!("{place} is not known; write {table}.{}", called.id);
        }
        let ids: Vec<_> = all.iter().map(|provider| &*provider.id).collect();
        format!("{}; a provider file of your own has its variables alone", unknown(&place, id, &ids))
    })
}

fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    format!("{what} is not known; {}", did_you_mean(name, known))
}
