//! Who can do a request, for how much, and how soon.

use std::time::Duration;

use polyreel_runtime::Quote;
use polyreel_runtime::spec::{Amount, Assumption, Inputs, Model, Provider, Violation, Warning};

use crate::VideoRequest;

/// Everything that can be said of a request before money is spent.
#[derive(Clone, Debug)]
pub struct Quotes<'p> {
    /// Who can do it; the cheapest known price first, see [`Quotes::sort`].
    pub able: Vec<Offer<'p>>,
    /// Who cannot, and why.
    pub unable: Vec<Refusal<'p>>,
}

/// A model that can do a request.
#[derive(Clone, Debug)]
pub struct Offer<'p> {
    /// Who.
    pub provider: &'p Provider,
    /// With what.
    pub model: &'p Model,
    /// For how much.
    pub quote: Quote,
    /// Usual shortest and longest time, if the provider states it.
    pub latency: Option<(Duration, Duration)>,
    /// The length of the film in seconds, also when the request leaves it to the provider; `None` where nobody says.
    pub seconds: Option<i64>,
    /// The request as this model takes it.
    pub inputs: Inputs,
    /// What the request asks for and this model lacks, as the caller allowed.
    pub left_out: Vec<String>,
    /// What is sent without effect.
    pub warnings: Vec<Warning>,
}

/// A model that cannot do a request, and why.
#[derive(Clone, Debug)]
pub struct Refusal<'p> {
    /// Who.
    pub provider: &'p Provider,
    /// With what.
    pub model: &'p Model,
    /// Everything that stands in the way.
    pub violations: Vec<Violation>,
}

/// What comes first. What nobody states comes last: it is never the cheapest, and never the fastest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The lowest price in US dollars. Prices in other currencies are not compared.
    #[default]
    Price,
    /// The shortest usual time: the longest that the provider states.
    Time,
    /// Offers than which none is both cheaper and faster come first, then those than which only such ones are, and so on.
    Both,
}

impl Offer<'_> {
    /// The price in US dollars, if it is stated and in that currency.
    pub fn dollars(&self) -> Option<Amount> {
        self.quote.price.as_ref().filter(|price| price.currency == "USD").map(|price| price.amount)
    }

    /// The longest usual time, if it is stated.
    pub fn longest(&self) -> Option<Duration> {
        self.latency.map(|(_, longest)| longest)
    }

    /// The facts of this model, and of the provider as a whole, that nobody states.
    pub fn assumptions(&self) -> impl Iterator<Item = &Assumption> {
        let own = format!("models.{}", self.model.key);
        self.provider.assumed.iter().filter(move |mark| {
            let place = &*mark.place;
            place.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                || !place.starts_with("models.")
        })
    }

    /// Whether this one is at least as good in price and time, and better in one of them.
    fn beats(&self, other: &Self) -> bool {
        let worth = |offer: &Self| (Unstated(offer.dollars()), Unstated(offer.longest()));
        let ((own_price, own_time), (price, time)) = (worth(self), worth(other));
        own_price <= price && own_time <= time && (own_price < price || own_time < time)
    }
}

/// A value that comes after every other when nobody states it.
#[derive(PartialEq, Eq)]
pub(crate) struct Unstated<T>(pub(crate) Option<T>);

impl<T: Ord> PartialOrd for Unstated<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> Ord for Unstated<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.is_none(), &self.0).cmp(&(other.0.is_none(), &other.0))
    }
}

impl Quotes<'_> {
    /// Puts the offers in this order. Equal ones keep the order of the providers and their models.
    pub fn sort(&mut self, order: Order) {
        let by_price = |offer: &Offer<'_>| (Unstated(offer.dollars()), Unstated(offer.longest()));
        match order {
            Order::Price => self.able.sort_by_key(by_price),
            Order::Time => self.able.sort_by_key(|offer| (Unstated(offer.longest()), Unstated(offer.dollars()))),
            Order::Both => {
                let mut left = std::mem::take(&mut self.able);
                while !left.is_empty() {
                    let is_beaten: Vec<_> = left.iter().map(|one| left.iter().any(|other| other.beats(one))).collect();
                    let mut beaten = is_beaten.into_iter();
                    let (rest, mut best): (Vec<_>, Vec<_>) =
                        left.into_iter().partition(|_| beaten.next().unwrap_or_default());
                    best.sort_by_key(by_price);
                    self.able.append(&mut best);
                    left = rest;
                }
            }
        }
    }
}

impl VideoRequest {
    /// What each of these providers would take for it: every model that the request is about, those that can do it by
    /// price, and those that cannot. Sends nothing.
    ///
    /// A model that only its name selects, and one of another family than is asked for, are in neither list.
    pub fn quotes<'p>(&self, providers: impl IntoIterator<Item = &'p Provider>) -> Quotes<'p> {
        let mut quotes = Quotes { able: Vec::new(), unable: Vec::new() };
        for provider in providers {
            for model in provider.models.iter().filter(|model| self.is_about(model)) {
                match self.offer(provider, model) {
                    Ok(offer) => quotes.able.push(offer),
                    Err(refusal) => quotes.unable.push(refusal),
                }
            }
        }
        quotes.sort(Order::Price);
        quotes
    }

    /// What one model would take for it.
    ///
    /// # Errors
    ///
    /// Everything that stands in the way.
    pub fn offer<'p>(&self, provider: &'p Provider, model: &'p Model) -> Result<Offer<'p>, Refusal<'p>> {
        let translated =
            self.translate(provider, model).map_err(|violations| Refusal { provider, model, violations })?;
        let inputs = translated.inputs;
        let times = provider.latency(model, &inputs);
        Ok(Offer {
            provider,
            model,
            quote: provider.quote(model, &inputs),
            latency: times.map(|(short, long)| (Duration::from_millis(short), Duration::from_millis(long))),
            seconds: provider.plan(model, &inputs).effective(&inputs, "duration").and_then(|value| value.as_int()),
            left_out: translated.left_out,
            warnings: provider.warnings(model, &inputs),
            inputs,
        })
    }
}
