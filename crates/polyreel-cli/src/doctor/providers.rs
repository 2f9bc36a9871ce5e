//! Keys, base URLs, and whether the providers accept them.

use std::borrow::Cow;

use polyreel::spec::Kind;
use polyreel::{ErrorKind, Provider};

use super::Check;
use crate::arguments::Connection;
use crate::balance::{self, Left};
use crate::config::Config;
use crate::connect;
use crate::exit::Failure;

/// Of each provider: where its key is from, and where it would go. Asks nobody.
pub(crate) fn keys_and_base_urls(config: &Config) -> Vec<Check> {
    polyreel::all()
        .iter()
        .flat_map(|provider| [Some(key(provider, config)), base_url(provider, config)])
        .flatten()
        .collect()
}

fn key(provider: &Provider, config: &Config) -> Check {
    let what = format!("key of {}", provider.name);
    let variables = provider.auth.env();
    let all = variables.join(" and ");
    if let Some(source) = connect::key_source(provider, config) {
        return Check::fine(what, format!("{all} is set in the {}", source.name()));
    }
    let missing: Vec<_> = variables.iter().copied().filter(|name| !is_set(name)).collect();
    if missing.len() < variables.len() {
        return Check::wrong(what, "only a part of it is set", format!("set {} as well", missing.join(" and ")));
    }
    let page = provider.key_page.as_ref().map(|page| format!(" (get one at {page})")).unwrap_or_default();
    Check::note(what, "not set", format!("to use it, set {all}{page}"))
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.to_string_lossy().trim().is_empty())
}

/// Whether a client can be set up: the base URL is one, and https works here.
fn base_url(provider: &Provider, config: &Config) -> Option<Check> {
    let what = format!("base URL of {}", provider.name);
    let builder = connect::builder(provider, config);
    // No call is made with it.
    let builder =
        if builder.has_key() { builder } else { builder.api_keys(provider.auth.env().iter().map(|_| "none")) };
    match builder.build() {
        Ok(client) if Some(client.base_url()) == provider.base_url.as_deref() => None,
        Ok(client) => {
            Some(Check::note(what, format!("the key goes to {}", client.base_url()), "make sure that it should"))
        }
        Err(error) => {
            let set = provider.access().base_url();
            Some(Check::wrong(
                what,
                error.to_string(),
                format!("mend {set}, or base_urls.{} in the config file", provider.id),
            ))
        }
    }
}

/// Of each provider whose key is set: whether it accepts the key. Asks for the balance, which is free.
///
/// # Errors
///
/// When the arguments for the connection make no sense.
pub(crate) async fn accepted_keys(config: &Config, connection: &Connection) -> Result<Vec<Check>, Failure> {
    let all: Vec<_> = polyreel::all().iter().copied().map(Cow::Borrowed).collect();
    let asked = balance::ask(&all, config, connection).await?;
    Ok(all.iter().zip(asked).filter_map(|(provider, left)| accepted(provider, left, config)).collect())
}

fn accepted(provider: &Provider, left: Left, config: &Config) -> Option<Check> {
    let what = format!("account at {}", provider.name);
    let error = match left {
        Left::NoKey => return None,
        Left::NoCall => {
            connect::key_source(provider, config)?;
            return Some(Check::note(what, "it cannot be asked", "the first request will tell"));
        }
        Left::Told(Ok(money)) => return Some(Check::fine(what, format!("the key is accepted; {money} left"))),
        Left::Told(Err(error)) => error,
    };
    let why = polyreel::printable(&error.to_string());
    Some(match error.kind() {
        ErrorKind::NotTold(Kind::Auth) => Check::wrong(what, why, "the key is not accepted: get another"),
        _ => Check::wrong(what, why, "try again later"),
    })
}
