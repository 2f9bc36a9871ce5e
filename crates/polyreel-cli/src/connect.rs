//! Clients as the user's choices make them.

use std::time::Duration;

use polyreel::{Client, ClientBuilder, Provider};

use crate::arguments::{Connection, GivingUp};
use crate::config::Config;
use crate::exit::Failure;

/// A client's builder with key and base URL, as far as there are any: from the environment, or else from the config file.
pub(crate) fn builder(provider: &Provider, config: &Config) -> ClientBuilder {
    let mut builder = Client::builder(provider).from_env();
    if let (false, Some(keys)) = (builder.has_key(), config.keys(provider)) {
        builder = builder.api_keys(keys);
    }
    match config.base_url(provider) {
        Some(url) if builder.chosen_base_url().is_none() => builder.base_url(url),
        _ => builder,
    }
}

/// Where a key is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// The provider's variables.
    Environment,
    /// The config file.
    ConfigFile,
}

impl KeySource {
    /// For people and programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::ConfigFile => "config file",
        }
    }
}

/// Where the key of a provider is from; `None` where none is set.
pub(crate) fn key_source(provider: &Provider, config: &Config) -> Option<KeySource> {
    let in_environment = Client::builder(provider).from_env().has_key();
    let in_file = config.keys(provider).is_some();
    in_environment.then_some(KeySource::Environment).or(in_file.then_some(KeySource::ConfigFile))
}

/// Whether there is a key for the provider.
pub(crate) fn has_key(provider: &Provider, config: &Config) -> bool {
    key_source(provider, config).is_some()
}

/// The builder with how the provider is reached.
pub(crate) fn through(connection: &Connection, mut builder: ClientBuilder) -> Result<ClientBuilder, Failure> {
    if let Some(proxy) = &connection.proxy {
        builder = builder.proxy(proxy.clone());
    }
    if let Some(file) = &connection.ca_file {
        let pem = std::fs::read(file)
            .map_err(|error| Failure::usage(format!("--ca-file: cannot read {}: {error}", file.display())))?;
        builder = builder.certificate_authority(&pem)?;
    }
    Ok(builder)
}

/// The builder with when to give up, and what then.
pub(crate) fn giving_up(choice: &GivingUp, mut builder: ClientBuilder) -> ClientBuilder {
    if let Some(deadline) = choice.deadline {
        builder = builder.deadline(Duration::from_secs(deadline));
    }
    if choice.cancel_late { builder.cancel_late_jobs() } else { builder }
}
