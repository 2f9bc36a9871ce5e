//! Who makes the film.

use std::collections::BTreeSet;

use polyreel::spec::{Amount, Provider, Violation};
use polyreel::{Offer, Quotes, Refusal, Route, Stop, Terms, VideoRequest};

use crate::arguments::Who;
use crate::config::Config;
use crate::exit::Failure;
use crate::names;

/// An amount of US dollars that an argument names.
pub(crate) fn amount(flag: &str, text: Option<&str>) -> Result<Option<Amount>, Failure> {
    let read = |text: &str| {
        text.parse().map_err(|error| Failure::usage(format!("{flag} {}: {error}", polyreel::printable(text))))
    };
    text.map(read).transpose()
}

/// The ceiling for unknown prices. At 0 an unknown price would be the cheapest, and below every cap.
pub(crate) fn ceiling(who: &Who) -> Result<Option<Amount>, Failure> {
    match amount("--assume-price", who.assume_price.as_deref())? {
        Some(ceiling) if ceiling == Amount::default() => {
            Err(Failure::usage("--assume-price 0: nobody makes a film for nothing; state the most that it may cost"))
        }
        ceiling => Ok(ceiling),
    }
}

/// Whom the arguments allow to be asked.
pub(crate) struct Candidates<'p> {
    pub(crate) providers: Vec<&'p Provider>,
    pub(crate) route: Route,
    /// Whether the next one on the route is asked when nothing was created: only if somebody has chosen a route.
    pub(crate) goes_on: bool,
    /// A provider that is not built in.
    own: Option<&'p Provider>,
}

impl<'p> Candidates<'p> {
    /// Those on a route that a row of a batch names.
    pub(crate) fn along(route: Route, own: Option<&'p Provider>) -> Result<Self, Failure> {
        let known: Vec<&'p Provider> = polyreel::all().iter().copied().chain(own).collect();
        let providers = match &route {
            Route::Provider(name) => vec![names::provider_among(&known, name)?],
            Route::Ordered(stops) => stops.iter().map(|stop| at(stop, &known)).collect::<Result<_, _>>()?,
            _ => known,
        };
        let goes_on = !matches!(route, Route::Provider(_));
        Ok(Self { providers, route, goes_on, own: None })
    }

    /// The user's own provider if there is one, or the named one, or all of them along a route.
    pub(crate) fn of(who: &Who, own: Option<&'p Provider>, config: &Config) -> Result<Self, Failure> {
        let all = polyreel::all();
        if let Some(own) = own {
            return Ok(Self {
                providers: vec![own],
                route: Route::Provider(own.id.to_string()),
                goes_on: false,
                own: Some(own),
            });
        }
        if let Some(name) = &who.provider {
            let named = names::provider(name)?;
            return Ok(Self {
                providers: vec![named],
                route: Route::Provider(named.id.to_string()),
                goes_on: false,
                own: None,
            });
        }
        let chosen = who.route.as_ref().or(config.settings.route.as_ref()).cloned();
        let goes_on = chosen.is_some();
        let route = chosen.unwrap_or(Route::Cheapest);
        let providers = match &route {
            Route::Ordered(stops) => stops.iter().map(|stop| at(stop, all)).collect::<Result<_, _>>()?,
            _ => all.to_vec(),
        };
        Ok(Self { providers, route, goes_on, own: None })
    }

    /// What each of them would take for the request.
    ///
    /// # Errors
    ///
    /// When none of them can do it, with who else could.
    pub(crate) fn quotes(&self, request: &VideoRequest) -> Result<Quotes<'p>, Failure> {
        let mut seen = BTreeSet::new();
        let providers: Vec<_> = self.providers.iter().copied().filter(|provider| seen.insert(&*provider.id)).collect();
        let models = || providers.iter().flat_map(|provider| &*provider.models);
        if let Some(key) = request.model_key() {
            known("model", key, models().map(|model| &*model.key))?;
        }
        if let Some(family) = request.family_name() {
            known("family", family, models().filter_map(|model| model.family.as_deref()))?;
        }
        let quotes = request.quotes(providers);
        if quotes.able.is_empty() {
            // Whoever has a file of their own wants no other provider.
            let others = polyreel::all().iter().copied().filter(|_| self.own.is_none());
            return Err(nobody(quotes.unable, &request.quotes(others).able));
        }
        Ok(quotes)
    }
}

/// The same quotes without those who cannot be paid.
///
/// # Errors
///
/// When nobody is left, with which keys could be set.
pub(crate) fn payable<'p>(mut quotes: Quotes<'p>, has_key: &dyn Fn(&Provider) -> bool) -> Result<Quotes<'p>, Failure> {
    let (able, without): (Vec<_>, Vec<_>) = quotes.able.into_iter().partition(|offer| has_key(offer.provider));
    if able.is_empty() {
        return Err(no_key(&without));
    }
    quotes.able = able;
    Ok(quotes)
}

/// The offers to try, in this order.
pub(crate) fn plan<'q, 'p>(
    route: &Route,
    quotes: &'q Quotes<'p>,
    terms: &Terms,
) -> Result<Vec<polyreel::Choice<'q, 'p>>, Failure> {
    route.plan(quotes, terms).map_err(|none| {
        let failure = Failure::usage(format!("{none}; nothing was sent"));
        let unpriced = quotes.able.iter().any(|offer| offer.dollars().is_none());
        if unpriced && terms.assume_price.is_none() {
            failure
                .hint("state a ceiling for unknown prices with --assume-price USD, or name a provider with --provider")
        } else {
            failure
        }
    })
}

fn at<'p>(stop: &Stop, all: &[&'p Provider]) -> Result<&'p Provider, Failure> {
    let provider = names::provider_among(all, &stop.provider)?;
    if let Some(key) = &stop.model {
        known("model", key, provider.models.iter().map(|model| &*model.key))?;
    }
    Ok(provider)
}

fn known<'n>(what: &str, name: &str, all: impl Iterator<Item = &'n str>) -> Result<(), Failure> {
    let all: BTreeSet<&str> = all.collect();
    if all.contains(name) { Ok(()) } else { Err(names::unknown(what, name, &all.into_iter().collect::<Vec<_>>())) }
}

/// How many of those that cannot do a request are shown beside the one that is nearest to it.
const SHOWN: usize = 6;

/// Why none of those that were asked can do it, and who else could.
fn nobody(mut unable: Vec<Refusal<'_>>, elsewhere: &[Offer<'_>]) -> Failure {
    // The model that is nearest to being able says best what is wrong; farthest is one that lacks an input altogether.
    let foreign = |one: &Refusal<'_>| one.violations.iter().filter(|violation| violation.rule == "unknown").count();
    unable.sort_by_key(|one| (foreign(one), one.violations.len()));
    let Some(nearest) = unable.first() else { return Failure::usage("no model can do this") };
    let line = |one: &Refusal<'_>| format!("{} {}: {}", one.provider.id, one.model.key, reasons(one));
    let failure = Failure::usage(line(nearest));
    let mut seen = BTreeSet::new();
    let best = elsewhere.iter().filter(|offer| seen.insert(&*offer.provider.id));
    let best: Vec<_> = best.map(|offer| format!("{} ({})", offer.provider.id, offer.model.key)).collect();
    if !best.is_empty() {
        return failure.hint(format!("who can do it: {}", best.join(", ")));
    }
    let is_one = unable.iter().all(|one| one.provider.id == nearest.provider.id);
    let others = if is_one { "its other models cannot either" } else { "nobody else can do it either" };
    match &unable[1..] {
        [] => failure,
        rest => {
            let mut lines: Vec<_> = rest.iter().take(SHOWN).map(line).collect();
            if rest.len() > SHOWN {
                lines.push(format!("and {} more; `polyreel models` shows what each takes", rest.len() - SHOWN));
            }
            failure.hint(format!("{others}:\n      {}", lines.join("\n      ")))
        }
    }
}

/// Everything that stands in the way, in one line.
pub(crate) fn reasons(refusal: &Refusal<'_>) -> String {
    refusal.violations.iter().map(Violation::to_string).collect::<Vec<_>>().join("; ")
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
