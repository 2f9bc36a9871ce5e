//! Whom to ask, and whom next.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use polyreel_runtime::spec::{Amount, Money};

use crate::quotes::Unstated;
use crate::{Offer, Quotes};

/// Whom a request goes to.
///
/// A route is a list of offers, best first. The next one is tried only after a refusal in which nothing was created, and
/// never after an outcome that is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// This provider's offer of the lowest price; one whose price nobody states if it has no other. Nobody else is asked.
    Provider(String),
    /// The lowest price, then the next provider's lowest, and so on.
    Cheapest,
    /// The shortest stated time, then the next provider's.
    Fastest,
    /// As [`Route::Fastest`], for one request. Of many, each goes where it is done soonest, given what providers take at once and
    /// what goes there already: see [`Schedule`](crate::Schedule).
    Soonest,
    /// The lowest price among those that state to take no longer than this.
    CheapestWithin(Duration),
    /// These providers, in this order, each with this model or with its offer of the lowest price.
    Ordered(Vec<Stop>),
}

/// A provider on the way, and perhaps its model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The provider's id or alias.
    pub provider: String,
    /// The model's key; without it, the offer of the lowest price.
    pub model: Option<String>,
}

/// What may be spent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The most that one film may cost, in US dollars.
    pub max_price: Option<Amount>,
    /// What a film of unknown price is taken to cost, in US dollars: with it such an offer can be compared, and stays below a
    /// cap.
    pub assume_price: Option<Amount>,
}

/// An offer on a route.
#[derive(Clone, Debug)]
pub struct Choice<'q, 'p> {
    /// The offer.
    pub offer: &'q Offer<'p>,
    /// What is to be reserved for it: the stated price, or the assumed one. `None` is unknown.
    pub price: Option<Money>,
    /// Why the price is believed, when the provider does not state it.
    pub assumed: Option<String>,
}

/// Why a route leads nowhere; its display is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRoute {
    /// Every offer that was passed over: provider, model, and why.
    pub passed_over: Vec<(String, String, String)>,
}

impl fmt::Display for NoRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        let on_it = self.passed_over.iter().filter(|(_, _, why)| why != ELSEWHERE);
        let all: Vec<_> = on_it.map(|(provider, model, why)| format!("{provider} {model} {why}")).collect();
        match &all[..] {
            [] => f.write_str("nobody on this route can do it"),
            all if all.len() <= SHOWN => f.write_str(&all.join("; ")),
            all => write!(f, "{}; and {} more are passed over", all[..SHOWN].join("; "), all.len() - SHOWN),
        }
    }
}

impl std::error::Error for NoRoute {}

const ELSEWHERE: &str = "is not on this route";

impl Route {
    /// The offers to try, in this order. Pure: it asks nobody, and the same quotes give the same way.
    ///
    /// # Errors
    ///
    /// When no offer is left, with what is wrong with each.
    pub fn plan<'q, 'p>(&self, quotes: &'q Quotes<'p>, terms: &Terms) -> Result<Vec<Choice<'q, 'p>>, NoRoute> {
        let mut passed_over = Vec::new();
        let mut open = Vec::new();
        for offer in &quotes.able {
            let choice = Choice::of(offer, terms);
            match self.objection(&choice, terms) {
                None => open.push(choice),
                Some(why) => passed_over.push((offer.provider.id.to_string(), offer.model.key.to_string(), why)),
            }
        }
        // A stated price is better than an assumed one that is equal to it. Names come last, so that the way does not depend
        // on the order in which the offers are shown.
        let price = |one: &Choice<'q, 'p>| Unstated(one.dollars());
        let time = |one: &Choice<'q, 'p>| Unstated(one.offer.longest());
        let rest =
            |one: &Choice<'q, 'p>| (one.offer.quote.price.is_none(), &*one.offer.provider.id, &*one.offer.model.key);
        match self {
            Self::Fastest | Self::Soonest => {
                open.sort_by(|a, b| (time(a), price(a), rest(a)).cmp(&(time(b), price(b), rest(b))));
            }
            _ => open.sort_by(|a, b| (price(a), time(a), rest(a)).cmp(&(price(b), time(b), rest(b)))),
        }
        let way: Vec<_> = match self {
            Self::Provider(_) => open.into_iter().take(1).collect(),
            Self::Ordered(stops) => {
                let at = |stop: &Stop| open.iter().find(|one| stop.is_at(one.offer)).cloned();
                stops.iter().filter_map(at).collect()
            }
            // A second model of the same provider would be refused for the same reason, or is another work.
            _ => {
                let mut seen = BTreeSet::new();
                open.into_iter().filter(|one| seen.insert(&*one.offer.provider.id)).collect()
            }
        };
        if way.is_empty() { Err(NoRoute { passed_over }) } else { Ok(way) }
    }

    /// Why an offer is not on this route.
    fn objection(&self, choice: &Choice<'_, '_>, terms: &Terms) -> Option<String> {
        let offer = choice.offer;
        let is_on_it = match self {
            Self::Provider(name) => offer.provider.is_called(name),
            Self::Ordered(stops) => stops.iter().any(|stop| stop.is_at(offer)),
            Self::Cheapest | Self::Fastest | Self::Soonest | Self::CheapestWithin(_) => true,
        };
        if !is_on_it {
            return Some(ELSEWHERE.to_owned());
        }
        match (terms.max_price, choice.dollars(), &choice.price) {
            (Some(most), Some(price), _) if price > most => {
                return Some(format!("costs {}, more than {}", dollars(price), dollars(most)));
            }
            (Some(most), None, Some(price)) => {
                return Some(format!("costs {price}, which cannot be compared with {}", dollars(most)));
            }
            (Some(most), None, None) => {
                return Some(format!(
                    "has an unknown price, so it may cost more than {}; state a ceiling for it",
                    dollars(most)
                ));
            }
            _ => {}
        }
        match self {
            Self::Cheapest | Self::CheapestWithin(_) if choice.dollars().is_none() => {
                let what =
                    if choice.price.is_some() { "has a price in another currency" } else { "has an unknown price" };
                Some(format!(
                    "{what}, so nobody can tell whether it is the cheapest; state a ceiling for it, or name it"
                ))
            }
            Self::Fastest | Self::Soonest if offer.longest().is_none() => {
                Some("does not say how long it takes".to_owned())
            }
            Self::CheapestWithin(time) => match offer.longest() {
                Some(longest) if longest <= *time => None,
                Some(longest) => Some(format!("may take {} s, longer than {} s", longest.as_secs(), time.as_secs())),
                None => Some("does not say how long it takes".to_owned()),
            },
            _ => None,
        }
    }
}

/// `cheapest`, `fastest`, `soonest`, `cheapest-within=600` (seconds), or providers in order: `hyprlab,eachlabs:kling-v2-text-to-video`.
impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some(("cheapest-within", seconds)) => {
                let seconds = seconds.parse().map_err(|_| "cheapest-within=SECONDS takes a whole number".to_owned())?;
                return Ok(Self::CheapestWithin(Duration::from_secs(seconds)));
            }
            Some(_) => return Err(FORMS.to_owned()),
            None => {}
        }
        match text {
            "cheapest" => return Ok(Self::Cheapest),
            "fastest" => return Ok(Self::Fastest),
            "soonest" => return Ok(Self::Soonest),
            _ => {}
        }
        let stop = |word: &str| {
            let (provider, model) =
                word.split_once(':').map_or((word, None), |(provider, model)| (provider, Some(model)));
            let is_empty = provider.is_empty() || model.is_some_and(str::is_empty);
            let stop = Stop { provider: provider.to_owned(), model: model.map(str::to_owned) };
            if is_empty { Err(FORMS.to_owned()) } else { Ok(stop) }
        };
        text.split(',').map(str::trim).map(stop).collect::<Result<_, _>>().map(Self::Ordered)
    }
}

const FORMS: &str =
    "a route is cheapest, fastest, soonest, cheapest-within=SECONDS, or PROVIDER[:MODEL],PROVIDER[:MODEL],…";

/// As it is read.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(provider) => f.write_str(provider),
            Self::Cheapest => f.write_str("cheapest"),
            Self::Fastest => f.write_str("fastest"),
            Self::Soonest => f.write_str("soonest"),
            Self::CheapestWithin(time) => write!(f, "cheapest-within={}", time.as_secs()),
            Self::Ordered(stops) => {
                let stop = |stop: &Stop| match &stop.model {
                    Some(model) => format!("{}:{model}", stop.provider),
                    None => stop.provider.clone(),
                };
                f.write_str(&stops.iter().map(stop).collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl Stop {
    fn is_at(&self, offer: &Offer<'_>) -> bool {
        offer.provider.is_called(&self.provider) && self.model.as_ref().is_none_or(|key| offer.model.key == **key)
    }
}

impl<'q, 'p> Choice<'q, 'p> {
    fn of(offer: &'q Offer<'p>, terms: &Terms) -> Self {
        let stated = offer.quote.price.clone();
        match (stated, terms.assume_price) {
            (None, Some(ceiling)) => Self {
                offer,
                price: Some(Money { amount: ceiling, currency: "USD".into() }),
                assumed: Some("nobody states it; it is the ceiling that was given".to_owned()),
            },
            (stated, _) => {
                Self { offer, price: stated, assumed: offer.quote.assumed.as_ref().map(ToString::to_string) }
            }
        }
    }

    /// What is reserved for it, in US dollars.
    pub fn dollars(&self) -> Option<Amount> {
        self.price.as_ref().filter(|price| price.currency == "USD").map(|price| price.amount)
    }
}

fn dollars(amount: Amount) -> Money {
    Money { amount, currency: "USD".into() }
}
