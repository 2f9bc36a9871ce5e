//! Settings of a client, from the arguments of every command that has one.

use std::time::Duration;

use polyreel::ClientBuilder;

use crate::arguments::{Connection, GivingUp};
use crate::exit::Failure;

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
