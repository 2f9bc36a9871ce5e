//! `polyreel providers` and `polyreel models`: what there is to choose from.

use std::borrow::Cow;
use std::time::Duration;

use polyreel::capabilities::{Limits, Prices, Services};
use polyreel::spec::{Per, Scalar};
use polyreel::{ModelCapabilities, Provider, ProviderCapabilities};
use serde_json::json;

use crate::arguments::{Models, Providers, Several};
use crate::config::Config;
use crate::connect::{self, KeySource};
use crate::exit::Failure;
use crate::table::columns;
use crate::{names, provider_file, show};

/// The providers that are meant: those that are named, or else all that are built in.
pub(crate) fn chosen(several: &Several) -> Result<Vec<Cow<'static, Provider>>, Failure> {
    let named = several.providers.iter().map(|name| names::provider(name).map(Cow::Borrowed));
    let own = several.spec.iter().map(|file| provider_file::read(file).map(Cow::Owned));
    let chosen = named.chain(own).collect::<Result<Vec<_>, _>>()?;
    if chosen.is_empty() { Ok(polyreel::all().iter().copied().map(Cow::Borrowed).collect()) } else { Ok(chosen) }
}

/// `polyreel providers`.
pub(crate) fn providers(arguments: &Providers, config: &Config) -> Result<(), Failure> {
    let chosen = chosen(&arguments.several)?;
    let mut rows = Vec::new();
    for provider in &chosen {
        let facts = ProviderCapabilities::from(&**provider);
        let source = connect::key_source(provider, config);
        let builder = connect::builder(provider, config);
        if arguments.json {
            let mut line = json!(facts);
            line["key_from"] = json!(source.map(KeySource::name));
            line["chosen_base_url"] = json!(builder.chosen_base_url());
            show::data(&line.to_string());
            continue;
        }
        let key = facts.key_variables.join(" and ");
        let names = [&[facts.id], &facts.aliases[..]].concat();
        rows.push([
            format!("{}\n{}", facts.name, names.join(", ")),
            facts.models.len().to_string(),
            source.map_or_else(|| format!("{key}\nnot set"), |source| format!("{key}\nset in the {}", source.name())),
            builder.chosen_base_url().or(facts.base_url).unwrap_or("none of its own").to_owned(),
            limits(&facts.limits),
            services(facts.services),
        ]);
    }
    if !arguments.json {
        show::table(["provider", "models", "key", "base url", "limits", "besides"], &rows);
    }
    Ok(())
}

fn limits(limits: &Limits) -> String {
    let calls = limits.requests_per_minute.map(|calls| format!("{calls} calls/min"));
    let jobs = limits.jobs_at_once.map(|jobs| format!("{jobs} jobs"));
    let known: Vec<_> = [calls, jobs].into_iter().flatten().collect();
    if known.is_empty() { "unknown".to_owned() } else { known.join(", ") }
}

fn services(services: Services) -> String {
    let names = services.names();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}

/// `polyreel models`.
pub(crate) fn models(arguments: &Models) -> Result<(), Failure> {
    let chosen = chosen(&arguments.several)?;
    let all: Vec<_> = chosen.iter().flat_map(|provider| ModelCapabilities::of_all(provider)).collect();
    let wanted = |model: &&ModelCapabilities<'_>| match &arguments.family {
        Some(family) => model.family.is_some_and(|own| own.eq_ignore_ascii_case(family)),
        None => true,
    };
    let models: Vec<_> = all.iter().filter(wanted).collect();
    if let (Some(family), true) = (&arguments.family, models.is_empty()) {
        let mut known: Vec<_> = all.iter().filter_map(|model| model.family).collect();
        known.sort_unstable();
        known.dedup();
        return Err(names::unknown("family", family, &known));
    }
    if arguments.json {
        for model in models {
            show::data(&json!(model).to_string());
        }
        return Ok(());
    }
    let row = |model: &&ModelCapabilities<'_>| {
        [
            if model.by_name_only { format!("{} (by name only)", model.model) } else { model.model.to_owned() },
            made_from(model),
            listed(model, "duration", &model.durations),
            listed(model, "aspect_ratio", &model.aspect_ratios),
            model.price.as_ref().map_or_else(|| "unknown".to_owned(), price),
            latency(model),
        ]
    };
    let mut parts = Vec::new();
    for provider in &chosen {
        let rows: Vec<_> = models.iter().filter(|model| *model.provider == *provider.id).map(row).collect();
        if !rows.is_empty() {
            let rows = columns(["model", "from", "seconds", "shapes", "price", "takes"], &rows);
            parts.push(format!("{} ({})\n{rows}", provider.name, provider.id));
        }
    }
    show::data(&parts.join("\n\n"));
    if models.iter().any(|model| model.price.as_ref().is_some_and(|price| price.assumed.is_some())) {
        show::progress("* assumed: nobody states this price; --json says why it is believed");
    }
    Ok(())
}

/// What a film is made from: `text [image]`, where brackets mean that it can be left out.
fn made_from(model: &ModelCapabilities<'_>) -> String {
    let names = [("prompt", "text"), ("start_image", "image"), ("end_image", "end image")];
    let required = |name: &str| model.inputs.iter().find(|input| input.name == name).map(|input| input.required);
    let all =
        |wanted: bool| names.iter().filter(move |(name, _)| required(name) == Some(wanted)).map(|(_, word)| *word);
    let (needed, besides) = (all(true).collect::<Vec<_>>().join(", "), all(false).collect::<Vec<_>>().join(", "));
    if besides.is_empty() { needed } else { format!("{needed} [{besides}]") }
}

/// The values of an input that can be chosen; a dash where it cannot.
fn listed(model: &ModelCapabilities<'_>, name: &str, values: &[&Scalar]) -> String {
    let Some(input) = model.inputs.iter().find(|input| input.name == name) else { return "-".to_owned() };
    match input.range {
        Some((least, greatest)) => format!("{least} to {greatest}"),
        None if values.is_empty() => "any".to_owned(),
        None => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// `$0.35 to $0.70`, with a star where it is assumed.
fn price(prices: &Prices<'_>) -> String {
    let known: Vec<_> = prices.rows.iter().filter_map(|row| row.price.as_ref()).collect();
    let (lowest, highest) =
        (known.iter().min_by_key(|price| price.amount), known.iter().max_by_key(|price| price.amount));
    let (Some(lowest), Some(highest)) = (lowest, highest) else { return "unknown".to_owned() };
    let span = if lowest == highest { lowest.to_string() } else { format!("{lowest} to {highest}") };
    let per = if prices.per == Per::Second { " a second" } else { "" };
    let gaps = if known.len() < prices.rows.len() { " or unknown" } else { "" };
    let star = if prices.assumed.is_some() { "*" } else { "" };
    format!("{span}{per}{gaps}{star}")
}

fn latency(model: &ModelCapabilities<'_>) -> String {
    let rows = model.latency.iter().flat_map(|latency| &latency.rows);
    let (shortest, longest) = (rows.clone().map(|row| row.shortest_ms).min(), rows.map(|row| row.longest_ms).max());
    match shortest.zip(longest) {
        Some((shortest, longest)) => show::between((Duration::from_millis(shortest), Duration::from_millis(longest))),
        None => "unknown".to_owned(),
    }
}
