//! What the user chose once for all: the config file, and the variables that go before it.

mod file;
mod page;
mod settings;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use polyreel::Provider;
use secrecy::{ExposeSecret, SecretString};

use crate::exit::Failure;

pub use page::configuration_page;
pub(crate) use settings::{SETTINGS, Setting, Settings};

/// The variable that names another config file.
pub(crate) const CONFIG_VARIABLE: &str = "POLYREEL_CONFIG";

/// What the user chose. Its `Debug` shows no key.
#[derive(Debug, Default)]
pub(crate) struct Config {
    file: Option<PathBuf>,
    /// The settings: variables first, then the file.
    pub(crate) settings: Settings,
    keys: BTreeMap<String, Vec<SecretString>>,
    base_urls: BTreeMap<String, String>,
}

/// Where the config file is, if there is to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) path: PathBuf,
    /// Somebody named it, so it has to be there.
    pub(crate) is_named: bool,
}

impl Config {
    /// Reads the variables, and the config file: the named one, or that of `POLYREEL_CONFIG`, or the user's own if there is
    /// one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not the user's alone, or says what is not known; or when a variable does. Nothing was
    /// sent then.
    pub(crate) fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let mut config = Self { settings: from_variables().map_err(Failure::usage)?, ..Self::default() };
        let Some(location) = location(named) else { return Ok(config) };
        // A link that leads nowhere was meant to lead somewhere.
        if !location.is_named && location.path.symlink_metadata().is_err() {
            return Ok(config);
        }
        let path = location.path;
        let folder = path.parent().unwrap_or(Path::new(""));
        let written = file::private_text(&path).and_then(|text| file::read(&text, folder)).map_err(|why| {
            let shown = polyreel::printable(&path.to_string_lossy());
            Failure::usage(format!("the config file {shown} is not used: {}", polyreel::printable(&why)))
        })?;
        config.settings.or(written.settings);
        Ok(Self { file: Some(path), keys: written.keys, base_urls: written.base_urls, ..config })
    }

    /// The file that was read, if there is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The keys of a provider in the file, in the order in which its file names them.
    pub(crate) fn keys(&self, provider: &Provider) -> Option<Vec<&str>> {
        let keys = self.keys.get(&*provider.id)?;
        Some(keys.iter().map(ExposeSecret::expose_secret).collect())
    }

    /// The base URL of a provider in the file.
    pub(crate) fn base_url(&self, provider: &Provider) -> Option<&str> {
        self.base_urls.get(&*provider.id).map(String::as_str)
    }
}

/// Where the config file is, or would be.
pub(crate) fn location(named: Option<&Path>) -> Option<Location> {
    let named = named.map(Path::to_owned).or_else(|| variable(CONFIG_VARIABLE).map(PathBuf::from));
    match named {
        Some(path) => Some(Location { path, is_named: true }),
        None => folder().map(|folder| Location { path: folder.join("polyreel").join("config.toml"), is_named: false }),
    }
}

/// The settings that stand in variables.
fn from_variables() -> Result<Settings, String> {
    let mut settings = Settings::default();
    for setting in SETTINGS {
        let name = setting.variable();
        let Some(value) = variable(&name) else { continue };
        let text = value.into_string().map_err(|_| format!("{name}: it is not UTF-8; nothing was sent"))?;
        settings
            .choose(setting.name, text.trim(), Path::new(""))
            .map_err(|why| format!("{name}: {why}; nothing was sent"))?;
    }
    Ok(settings)
}

/// The folder of the user's config files. The XDG specification has relative ones ignored.
fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    if cfg!(windows) {
        return absolute("APPDATA");
    }
    let usual = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".config" };
    absolute("XDG_CONFIG_HOME").or_else(|| home().map(|home| home.join(usual)))
}

/// The user's home, the same as that of the store: who has no `HOME`, as a timer's program, has limits all the same.
fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute())
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
