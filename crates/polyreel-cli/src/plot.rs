//! What a request costs and how long it takes, at everybody who can do it, as one picture in SVG.
//!
//! Price is drawn against time, so whoever is left and low is fast and cheap. What is not known has a strip of its own at
//! the edge: an unknown price is not zero.

mod areas;
mod front;
mod labels;
mod layout;
mod scale;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use minijinja::context;
use minijinja::value::Serde;
use polyreel::spec::{Money, Text};

use crate::{markup, show};

/// Offers for one request.
#[derive(Clone, Debug, Default)]
pub struct Plot {
    /// The heading.
    pub title: String,
    /// In any order.
    pub points: Vec<Point>,
}

/// One offer.
#[derive(Clone, Debug)]
pub struct Point {
    /// Whose it is; each provider has a color and a shape.
    pub provider: String,
    /// With what the film is made.
    pub model: String,
    /// What it costs; `None` if that is unknown.
    pub price: Option<Money>,
    /// Whether nobody has confirmed the price.
    pub price_assumed: bool,
    /// The shortest and the longest time that it takes, in milliseconds; `None` if that is unknown.
    pub time_ms: Option<(u64, u64)>,
}

/// The picture.
pub fn svg(plot: &Plot) -> String {
    let currency = currency(&plot.points);
    let offers: Vec<_> = plot.points.iter().map(|point| Offer::of(point, &currency)).collect();
    let known: Vec<_> =
        (0..offers.len()).filter_map(|index| Some((index, (offers[index].price?, offers[index].middle()?)))).collect();
    let pairs: Vec<_> = known.iter().map(|(_, pair)| *pair).collect();
    let front: Vec<usize> = front::front(&pairs).into_iter().map(|index| known[index].0).collect();
    let providers: BTreeSet<&str> = plot.points.iter().map(|point| &*point.provider).collect();
    let numbers: BTreeMap<&str, usize> = providers.iter().enumerate().map(|(number, name)| (*name, number)).collect();
    let styles: Vec<_> = plot.points.iter().map(|point| layout::Style::of(numbers[&*point.provider])).collect();
    let legend: Vec<_> = numbers.iter().map(|(name, number)| (*name, layout::Style::of(*number))).collect();
    let picture = layout::picture(&offers, &styles, &front, &legend, &currency);
    let best: Vec<_> = front.iter().map(|index| offers[*index].text.as_str()).collect();
    let values = context! {
        title => &plot.title,
        heading => layout::shortened(&plot.title, 90),
        currency => &*currency,
        best => Serde(best),
        offers => plot.points.len(),
        providers => providers.len(),
        picture => Serde(picture),
    };
    markup::render(&markup::environment(), "picture.svg", include_str!("plot/picture.svg"), values)
}

/// The currency of the axis: that of most prices, and of equals the first by name.
fn currency(points: &[Point]) -> Text {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for price in points.iter().filter_map(|point| point.price.as_ref()) {
        *counts.entry(&price.currency).or_default() += 1;
    }
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map_or("USD", |(currency, _)| currency).into()
}

/// A point as it is drawn.
struct Offer {
    /// On the axis; `None` if it is unknown or in another currency.
    price: Option<f64>,
    /// In seconds, the shortest first.
    time: Option<(f64, f64)>,
    assumed: bool,
    is_in_other_currency: bool,
    provider: String,
    /// With the price, where no axis shows it.
    model: String,
    /// All there is to say, for people.
    text: String,
}

impl Offer {
    fn of(point: &Point, currency: &Text) -> Self {
        let on_axis = point.price.as_ref().filter(|price| price.currency == *currency);
        #[expect(clippy::cast_precision_loss, reason = "a place on a picture, no amount to pay")]
        let price = on_axis.map(|price| price.amount.trillionths.max(0) as f64 / 1e12);
        let time = point.time_ms.map(|(one, other)| (one.min(other), one.max(other)));
        let [shortest, longest] = [time.map(|time| time.0), time.map(|time| time.1)];
        #[expect(clippy::cast_precision_loss, reason = "a place on a picture")]
        let seconds = |time: u64| time as f64 / 1000.0;
        let said_price = point.price.as_ref().map_or_else(|| "price unknown".to_owned(), ToString::to_string);
        let assumed = if point.price.is_some() && point.price_assumed { " (assumed)" } else { "" };
        let said_time = match time {
            Some((shortest, longest)) => {
                show::between((Duration::from_millis(shortest), Duration::from_millis(longest)))
            }
            None => "time unknown".to_owned(),
        };
        Self {
            price,
            time: shortest.zip(longest).map(|(shortest, longest)| (seconds(shortest), seconds(longest))),
            assumed: !assumed.is_empty(),
            is_in_other_currency: point.price.is_some() && price.is_none(),
            provider: point.provider.clone(),
            model: match &point.price {
                Some(elsewhere) if price.is_none() => format!("{} {elsewhere}", point.model),
                _ => point.model.clone(),
            },
            text: format!("{} {}: {said_price}{assumed}, {said_time}", point.provider, point.model),
        }
    }

    /// The time by which offers are compared, in seconds.
    fn middle(&self) -> Option<f64> {
        self.time.map(|(shortest, longest)| f64::midpoint(shortest, longest))
    }
}

#[cfg(test)]
mod tests;
