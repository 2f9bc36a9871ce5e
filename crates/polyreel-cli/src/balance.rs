//! `polyreel balance`: what is left on the accounts. Spends nothing.

use std::borrow::Cow;

use polyreel::spec::Money;
use polyreel::{Error, Provider};
use serde_json::json;

use crate::arguments::{Balance, Connection};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::provider_file::plural;
use crate::{catalog, connect, show};

/// What a provider says is left, or why that is not known.
pub(crate) enum Left {
    /// It was asked.
    Told(Result<Money, Error>),
    /// It cannot be asked: it has no such call.
    NoCall,
    /// It was not asked: no key is set.
    NoKey,
}

pub(crate) async fn run(arguments: Balance, config: &Config) -> Result<(), Failure> {
    let chosen = catalog::chosen(&arguments.several)?;
    let is_named = !arguments.several.providers.is_empty() || !arguments.several.spec.is_empty();
    let (mut rows, mut asked, mut untold) = (Vec::new(), 0, 0);
    for (provider, left) in chosen.iter().zip(ask(&chosen, config, &arguments.connection).await?) {
        let why = match &left {
            Left::Told(Ok(_)) => None,
            Left::Told(Err(error)) => Some(error.to_string()),
            Left::NoCall => Some(format!("{}: it cannot be asked for its balance", provider.id)),
            Left::NoKey => Some(format!("{}: no key: set {}", provider.id, provider.auth.env().join(" and "))),
        };
        // Whoever names nobody means those that can be asked.
        let is_meant = is_named || matches!(left, Left::Told(_));
        asked += usize::from(matches!(left, Left::Told(_)));
        untold += usize::from(why.is_some() && is_meant);
        let money = match left {
            Left::Told(Ok(money)) => Some(money),
            _ => None,
        };
        if arguments.json {
            let balance = money.map(|money| json!({ "amount": money.amount, "currency": &*money.currency }));
            let error = why.map(|why| polyreel::printable(&why));
            show::data(&json!({ "provider": &*provider.id, "balance": balance, "error": error }).to_string());
        } else if let Some(money) = money {
            rows.push([provider.name.to_string(), money.to_string()]);
        } else if let Some(why) = why {
            let word = if is_meant { "error" } else { "note" };
            show::progress(&format!("{word}: {}", polyreel::printable(&why)));
        }
    }
    if !rows.is_empty() {
        show::table(["provider", "left"], &rows);
    }
    let fail = |exit, message: String| Err(Failure { exit, is_told: arguments.json, ..Failure::usage(message) });
    match (asked, untold) {
        (0, _) => fail(Exit::Usage, "nobody was asked".to_owned()),
        (_, 0) => Ok(()),
        (_, untold) => fail(Exit::Invalid, format!("{} did not say what is left", plural(untold, "provider"))),
    }
}

/// Asks all of them at the same time.
pub(crate) async fn ask(
    providers: &[Cow<'static, Provider>],
    config: &Config,
    connection: &Connection,
) -> Result<Vec<Left>, Failure> {
    let mut asked = Vec::new();
    for provider in providers {
        let builder = connect::builder(provider, config);
        asked.push(match (&provider.balance, builder.has_key()) {
            (None, _) => Err(Left::NoCall),
            (Some(_), false) => Err(Left::NoKey),
            (Some(_), true) => match connect::through(connection, builder)?.build() {
                Ok(client) => Ok(tokio::spawn(async move { client.balance().await })),
                Err(error) => Err(Left::Told(Err(error))),
            },
        });
    }
    let mut left = Vec::new();
    for asked in asked {
        left.push(match asked {
            Ok(task) => Left::Told(task.await.unwrap_or_else(|_| Err(Error::configuration("asking broke off")))),
            Err(left) => left,
        });
    }
    Ok(left)
}
