//! `polyreel quote`: who can make a film, for how much and how soon.

use std::time::Duration;

use polyreel::spec::Money;
use polyreel::{Choice, Offer, Order, Quotes, Refusal, Terms};
use serde_json::{Value, json};

use crate::arguments::{QuoteArguments, Sort};
use crate::choice::{self, Candidates};
use crate::config::Config;
use crate::exit::Failure;
use crate::plot::{self, Plot, Point};
use crate::{connect, output, provider_file, request, show};

pub(crate) fn run(arguments: &QuoteArguments, config: &Config) -> Result<(), Failure> {
    let own = arguments.who.spec.as_deref().map(provider_file::read).transpose()?;
    let wished = request::loaded(&request::said(&arguments.inputs, &arguments.who)?, own.as_ref())?;
    let candidates = Candidates::of(&arguments.who, own.as_ref(), config)?;
    let mut quotes = candidates.quotes(&wished)?;
    quotes.sort(match arguments.sort {
        Sort::Price => Order::Price,
        Sort::Time => Order::Time,
        Sort::Both => Order::Both,
    });
    let ceiling = choice::ceiling(&arguments.who)?;
    let settings = &config.settings;
    let terms =
        Terms { max_price: settings.max_cost.into_iter().chain(settings.max_per_day).min(), assume_price: ceiling };
    // Where the route leads among those whose key is set: what `generate` would do.
    let payable = Quotes {
        able: quotes.able.iter().filter(|offer| connect::has_key(offer.provider, config)).cloned().collect(),
        unable: Vec::new(),
    };
    let way = candidates.route.plan(&payable, &terms);
    if let Some(file) = &arguments.plot {
        output::check_page(file, "svg")?;
        std::fs::write(file, plot::svg(&drawn(&quotes, wished.prompt())))
            .map_err(|error| Failure::usage(format!("the picture cannot be written to {}: {error}", file.display())))?;
        show::progress(&format!("{} shows price against time", file.display()));
    }
    if arguments.json {
        show::data(&to_json(&quotes, &terms, &way.unwrap_or_default(), config).to_string());
    } else {
        table(&quotes, &terms, arguments.all);
        show::progress(&match way.as_deref() {
            Ok([first, ..]) => format!(
                "generate would ask {} for {} ({})",
                first.offer.provider.id, first.offer.model.key, candidates.route
            ),
            Err(none) if !payable.able.is_empty() => format!("generate would ask nobody: {none}"),
            _ => "generate would ask nobody: no key is set for any of them".to_owned(),
        });
    }
    Ok(())
}

fn table(quotes: &Quotes<'_>, terms: &Terms, all: bool) {
    let notes = notes(quotes);
    let rows: Vec<[String; 5]> = quotes.able.iter().map(|offer| row(offer, terms, &notes)).collect();
    show::table(["provider", "model", "price", "time", "film"], &rows);
    for (number, note) in notes.iter().enumerate() {
        show::data(&format!("[{}] {note}", number + 1));
    }
    if all {
        for refusal in &quotes.unable {
            show::data(&format!("not {} {}: {}", refusal.provider.id, refusal.model.key, choice::reasons(refusal)));
        }
    } else if !quotes.unable.is_empty() {
        show::progress(&format!(
            "{} cannot do it; --all says why",
            provider_file::plural(quotes.unable.len(), "model")
        ));
    }
}

/// The offers as a picture shows them.
fn drawn(quotes: &Quotes<'_>, prompt: Option<&str>) -> Plot {
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let point = |offer: &Offer<'_>| Point {
        provider: offer.provider.name.to_string(),
        model: offer.model.key.to_string(),
        price: offer.quote.price.clone(),
        price_assumed: offer.quote.assumed.is_some(),
        time_ms: offer.latency.map(|(short, long)| (milliseconds(short), milliseconds(long))),
    };
    let title = prompt.map_or_else(|| "Offers".to_owned(), |prompt| format!("Offers for “{prompt}”"));
    Plot { title, points: quotes.able.iter().map(point).collect() }
}

/// Everything that is odd about an offer.
fn remarks(offer: &Offer<'_>) -> Vec<String> {
    let assumed = offer.quote.assumed.iter().map(|why| format!("the price is assumed: {why}"));
    let left_out = offer.left_out.iter().map(|name| format!("without {name}, which it does not take"));
    assumed.chain(left_out).chain(offer.warnings.iter().map(ToString::to_string)).collect()
}

/// Each remark once, in the order of the offers.
fn notes(quotes: &Quotes<'_>) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for note in quotes.able.iter().flat_map(remarks) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

fn row(offer: &Offer<'_>, terms: &Terms, notes: &[String]) -> [String; 5] {
    let numbers = remarks(offer).into_iter().filter_map(|note| notes.iter().position(|other| *other == note));
    let numbers = numbers.map(|number| format!(" [{}]", number + 1)).collect::<Vec<_>>().concat();
    let price = match (&offer.quote.price, terms.assume_price) {
        (Some(price), _) => price.to_string(),
        (None, Some(ceiling)) => {
            format!("unknown, taken as {}", Money { amount: ceiling, currency: "USD".into() })
        }
        (None, None) => "unknown".to_owned(),
    };
    let time = offer.latency.map_or_else(|| "unknown".to_owned(), show::between);
    let seconds = offer.seconds.map_or_else(|| "?".to_owned(), |seconds| format!("{seconds} s"));
    [offer.provider.id.to_string(), offer.model.key.to_string(), price + &numbers, time, seconds]
}

fn to_json(quotes: &Quotes<'_>, terms: &Terms, way: &[Choice<'_, '_>], config: &Config) -> Value {
    let able = quotes.able.iter().map(|offer| offer_json(offer, terms, config));
    let unable = quotes.unable.iter().map(refusal_json);
    let way = way.iter().map(|one| json!({ "provider": &*one.offer.provider.id, "model": &*one.offer.model.key }));
    json!({
        "offers": able.collect::<Vec<_>>(),
        "unable": unable.collect::<Vec<_>>(),
        "route": way.collect::<Vec<_>>(),
    })
}

fn offer_json(offer: &Offer<'_>, terms: &Terms, config: &Config) -> Value {
    let ceiling = terms.assume_price.filter(|_| offer.quote.price.is_none());
    let assumptions: Vec<_> =
        offer.assumptions().map(|mark| json!({ "fact": &*mark.place, "why": &*mark.reason })).collect();
    json!({
        "provider": &*offer.provider.id,
        "model": &*offer.model.key,
        "family": offer.model.family.as_deref(),
        "price": offer.quote.price.as_ref().map(show::money),
        "price_assumed": offer.quote.assumed.as_deref(),
        "ceiling": ceiling.map(|amount| amount.to_string()),
        "latency_seconds": offer.latency.map(|(short, long)| [short.as_secs(), long.as_secs()]),
        "seconds": offer.seconds,
        "left_out": offer.left_out,
        "warnings": offer.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "assumptions": assumptions,
        "key_is_set": connect::has_key(offer.provider, config),
    })
}

fn refusal_json(refusal: &Refusal<'_>) -> Value {
    let violations = refusal
        .violations
        .iter()
        .map(|violation| json!({ "field": violation.field, "rule": violation.rule, "message": violation.message }));
    json!({
        "provider": &*refusal.provider.id,
        "model": &*refusal.model.key,
        "violations": violations.collect::<Vec<_>>(),
    })
}
