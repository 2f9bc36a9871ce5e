//! `polyreel mock`: a simulation of every provider, as a server of its own.

use std::path::Path;

use polyreel::Provider;
use polyreel::mock::{FaultProfile, MockServer, MockServerBuilder, ask};
use polyreel::spec::Verify;
use serde_json::Value;

use crate::arguments::{Mock, MockVerdict, Speed};
use crate::exit::{Exit, Failure};
use crate::signals::Signals;
use crate::{provider_file, show, site};

pub(crate) async fn run(arguments: Mock) -> Result<(), Failure> {
    let own = arguments.spec.iter().map(|file| provider_file::read(file)).collect::<Result<Vec<_>, _>>()?;
    let providers: Vec<&Provider> = polyreel::all().iter().copied().chain(&own).collect();
    let settings = MockServer::builder().port(arguments.port).seed(arguments.seed).rate_limit(arguments.rate_limit);
    let settings = arguments.allow_webhook_host.into_iter().fold(settings, MockServerBuilder::allow_webhook_host);
    let settings = match &arguments.faults {
        Some(file) => settings.faults(profile(file, &providers)?),
        None => settings,
    };
    let settings = if arguments.quiet { settings } else { settings.log(show::progress) };
    let speed = if arguments.frozen { Speed::Max } else { Speed::Times(arguments.speed) };
    let server = site::simulator(settings, speed, &providers).await?;
    show::progress("simulating every provider; nothing is paid. Set these variables where your program runs:");
    for (name, value) in providers.iter().flat_map(|provider| variables(&server, provider, server.key())) {
        show::data(&format!("export {name}={value}"));
    }
    let mut signals = Signals::listen();
    show::progress("ctrl-c ends it");
    signals.next().await;
    Ok(())
}

/// The variables that lead a client of this provider to the server, as the customer with this key.
pub(crate) fn variables(server: &MockServer, provider: &Provider, key: &str) -> Vec<(String, String)> {
    let keys = provider.auth.env().into_iter().zip([key, server.secret()]);
    let mut variables: Vec<_> = keys.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let scheme = provider.webhook.as_ref().and_then(|webhook| webhook.verify.as_ref());
    if let (Some(env), Some(secret)) = (scheme.and_then(Verify::env), server.webhook_secret(&provider.id)) {
        variables.push((env.to_owned(), secret));
    }
    variables.push((provider.access().base_url(), server.base_url(&provider.id).unwrap_or_default()));
    variables
}

fn profile(file: &Path, providers: &[&Provider]) -> Result<FaultProfile, Failure> {
    let no = |why: String| Failure::usage(format!("{}: {why}", polyreel::printable(&file.to_string_lossy())));
    let text = std::fs::read_to_string(file).map_err(|error| no(error.to_string()))?;
    let profile: FaultProfile = text.parse().map_err(no)?;
    profile.check(&providers.iter().copied()).map_err(no)?;
    Ok(profile)
}

/// `polyreel mock verdict`.
pub(crate) async fn verdict(arguments: &MockVerdict) -> Result<(), Failure> {
    let is_name = arguments.world.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let path = format!("verdict?world={}", arguments.world);
    if !is_name {
        return Err(Failure::usage("the name of a world is letters, digits and dashes"));
    }
    let verdict = ask(&arguments.server, &path).await.map_err(Failure::usage)?;
    let lines = |name: &str| {
        let rows = verdict[name].as_array().into_iter().flatten();
        rows.map(|row| {
            let job = row["job"].as_str().map(|job| format!("{job}: ")).unwrap_or_default();
            let [fault, message] = ["fault", "message"].map(|part| row[part].as_str().unwrap_or_default());
            polyreel::printable(&format!("{fault}: {job}{message}"))
        })
        .collect::<Vec<_>>()
    };
    if arguments.json {
        show::data(&verdict.to_string());
    } else {
        for spent in verdict["spent"].as_array().into_iter().flatten() {
            show::data(&format!("spent at {}", bill(spent)));
        }
        let unlucky = lines("unlucky").into_iter().map(|line| format!("unlucky, {line}"));
        for line in unlucky.chain(lines("findings")) {
            show::data(&line);
        }
    }
    match (verdict["is_blameless"].as_bool(), lines("findings").len()) {
        (None, _) => Err(Failure::usage(format!("{} does not answer as a mock server does", arguments.server))),
        (Some(true), _) => {
            show::progress("the client is blameless");
            Ok(())
        }
        (_, found) => {
            let message = format!("the client is not blameless: {}", provider_file::plural(found, "finding"));
            Err(Failure { exit: Exit::Invalid, is_told: arguments.json, ..Failure::usage(message) })
        }
    }
}

/// `hyprlab: 2.00 USD, and 1 of unknown price`
fn bill(spent: &Value) -> String {
    let totals = spent["totals"].as_array().into_iter().flatten();
    let totals = totals.map(|total| {
        let [amount, currency] = ["amount", "currency"].map(|part| total[part].as_str().unwrap_or_default());
        format!("{amount} {currency}")
    });
    let unpriced = spent["unpriced"].as_u64().filter(|jobs| *jobs > 0).map(|jobs| format!("{jobs} of unknown price"));
    let parts: Vec<_> = totals.chain(unpriced).collect();
    polyreel::printable(&format!("{}: {}", spent["provider"].as_str().unwrap_or_default(), parts.join(", and ")))
}
