//! Who makes the film.

use std::collections::BTreeSet;

use polyreel::spec::{Amount, Inputs, Model, Provider, Violation};
use polyreel::{Client, Offer, Quote, offers};

use crate::arguments::Generate;
use crate::exit::Failure;

/// Who makes the film, with what, for how much.
pub(crate) struct Choice<'p> {
    pub(crate) provider: &'p Provider,
    pub(crate) model: &'p Model,
    pub(crate) quote: Quote,
}

/// The user's own provider if there is one, or the named one, or the cheapest known price among those that can do it.
pub(crate) fn choose<'p>(
    arguments: &Generate,
    inputs: &Inputs,
    own: Option<&'p Provider>,
) -> Result<Choice<'p>, Failure> {
    let all = polyreel::all();
    let named = arguments.who.provider.as_deref().map(|name| find(name, all)).transpose()?;
    let candidates: Vec<&'p Provider> = own.or(named).map_or_else(|| all.to_vec(), |provider| vec![provider]);
    if let Some(model) = &arguments.who.model {
        let known: BTreeSet<&str> =
            candidates.iter().flat_map(|provider| &*provider.models).map(|model| &*model.key).collect();
        if !known.contains(model.as_str()) {
            return Err(unknown("model", model, &known.into_iter().collect::<Vec<_>>()));
        }
    }
    let wanted = |model: &Model| match &arguments.who.model {
        Some(key) => model.key == key.as_str(),
        None => !model.by_name_only,
    };
    let (able, unable) = offers(candidates, inputs, &polyreel::probe);
    let able: Vec<_> = able.into_iter().filter(|offer| wanted(offer.model)).collect();
    let unable: Vec<_> = unable.into_iter().filter(|refusal| wanted(refusal.model)).collect();
    if able.is_empty() {
        // Whoever has a file of their own wants no other provider.
        let others = all.iter().copied().filter(|_| own.is_none());
        let (elsewhere, _) = offers(others, inputs, &polyreel::probe);
        return Err(nobody(unable, &elsewhere));
    }
    let payable: Vec<_> = able.iter().filter(|offer| arguments.mock || has_key(offer.provider)).collect();
    let Some(offer) = payable.first() else { return Err(no_key(&able)) };
    let choice = Choice { provider: offer.provider, model: offer.model, quote: offer.quote.clone() };
    within(arguments.max_cost.as_deref(), &choice)?;
    Ok(choice)
}

fn find(name: &str, all: &[&'static Provider]) -> Result<&'static Provider, Failure> {
    let ids: Vec<&str> = all.iter().map(|provider| &*provider.id).collect();
    all.iter().find(|provider| provider.is_called(name)).copied().ok_or_else(|| unknown("provider", name, &ids))
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Failure {
    let likeness = |candidate: &&&str| (strsim::jaro_winkler(name, candidate) * 1000.0).round();
    let near =
        known.iter().filter(|candidate| likeness(candidate) > 700.0).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let failure = Failure::usage(format!("there is no {what} {}", polyreel::printable(name)));
    match near {
        Some(near) => failure.hint(format!("did you mean {near}?")),
        None => failure.hint(format!("there are {}", known.join(", "))),
    }
}

/// Why none of those that were asked can do it, and who else could.
fn nobody(mut unable: Vec<polyreel::Refusal<'_>>, elsewhere: &[Offer<'_>]) -> Failure {
    let reasons =
        |one: &polyreel::Refusal<'_>| one.violations.iter().map(Violation::to_string).collect::<Vec<_>>().join("; ");
    // The model that is nearest to being able says best what is wrong; farthest is one that lacks an input altogether.
    let foreign =
        |one: &polyreel::Refusal<'_>| one.violations.iter().filter(|violation| violation.rule == "unknown").count();
    unable.sort_by_key(|one| (foreign(one), one.violations.len()));
    let Some(nearest) = unable.first() else { return Failure::usage("no model can do this") };
    let line = |one: &polyreel::Refusal<'_>| format!("{} {}: {}", one.provider.id, one.model.key, reasons(one));
    let failure = Failure::usage(line(nearest));
    let mut seen = BTreeSet::new();
    let best = elsewhere.iter().filter(|offer| !offer.model.by_name_only && seen.insert(&*offer.provider.id));
    let best: Vec<_> = best.map(|offer| format!("{} ({})", offer.provider.id, offer.model.key)).collect();
    if !best.is_empty() {
        return failure.hint(format!("who can do it: {}", best.join(", ")));
    }
    let is_one = unable.iter().all(|one| one.provider.id == nearest.provider.id);
    let others = if is_one { "its other models cannot either" } else { "nobody else can do it either" };
    match &unable[1..] {
        [] => failure,
        rest => {
            let lines: Vec<_> = rest.iter().map(line).collect();
            failure.hint(format!("{others}:\n      {}", lines.join("\n      ")))
        }
    }
}

fn has_key(provider: &Provider) -> bool {
    Client::builder(provider).from_env().has_key()
}

fn no_key(able: &[Offer<'_>]) -> Failure {
    let mut seen = BTreeSet::new();
    let providers = able.iter().map(|offer| offer.provider).filter(|provider| seen.insert(&*provider.id));
    let line = |provider: &Provider| {
        let page = provider.key_page.as_ref().map(|page| format!(" (get one at {page})")).unwrap_or_default();
        format!("set {} for {}{page}", provider.auth.env().join(" and "), provider.name)
    };
    let lines: Vec<_> = providers.map(line).collect();
    Failure::usage("no key is set, so nothing was sent")
        .hint(format!("{}\n      or add --mock to simulate without a key", lines.join("\n      ")))
}

fn within(max_cost: Option<&str>, choice: &Choice<'_>) -> Result<(), Failure> {
    let Some(text) = max_cost else { return Ok(()) };
    let most: Amount =
        text.parse().map_err(|error| Failure::usage(format!("--max-cost {}: {error}", polyreel::printable(text))))?;
    let who = format!("{} {}", choice.provider.id, choice.model.key);
    match &choice.quote.price {
        Some(price) if price.currency == "USD" && price.amount <= most => Ok(()),
        Some(price) => {
            Err(Failure::usage(format!("{who} costs {price}, more than --max-cost {text}; nothing was sent")))
        }
        None => Err(Failure::usage(format!(
            "the price of {who} is unknown, so it may be more than --max-cost {text}; nothing was sent"
        ))),
    }
}
