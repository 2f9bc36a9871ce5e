//! Where everything lies, in pixels.

use polyreel::spec::Text;
use serde::Serialize;

use super::Offer;
use super::areas::{Areas, MARGIN, MARK, WIDTH};
use super::labels::{self, Area, LINE, Wish};
use super::scale::Scale;

/// What the template draws.
#[derive(Serialize)]
pub(super) struct Picture<'o> {
    width: f64,
    height: f64,
    legend: Vec<Key>,
    axes: Area,
    price_unknown: Option<Area>,
    time_unknown: Option<Area>,
    /// From the left; and so on.
    time_ticks: Vec<(f64, String)>,
    price_ticks: Vec<(f64, String)>,
    is_logarithmic: bool,
    has_assumed: bool,
    has_other_currency: bool,
    /// Where those lie that nobody beats, from the left.
    front: Vec<(f64, f64)>,
    marks: Vec<Mark<'o>>,
    /// How many marks have no label.
    unlabeled: usize,
}

/// What a provider looks like: told apart without colors, too.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Style {
    color: usize,
    shape: usize,
}

impl Style {
    /// The style of the provider with this number; the first 24 differ.
    pub(super) fn of(number: usize) -> Self {
        Self { color: number % 6, shape: number % 8 }
    }
}

#[derive(Serialize)]
struct Key {
    x: f64,
    y: f64,
    name: String,
    style: Style,
}

#[derive(Serialize)]
struct Mark<'o> {
    x: f64,
    y: f64,
    style: Style,
    assumed: bool,
    /// Where its range of time begins and ends.
    range: Option<(f64, f64)>,
    text: &'o str,
    label: Option<Label>,
}

#[derive(Serialize)]
struct Label {
    x: f64,
    y: f64,
    anchor: &'static str,
    /// Where a line to it ends, if it lies so far from its mark that it needs one.
    line: Option<(f64, f64)>,
    provider: String,
    model: String,
}

/// Lays out these offers. Each has the style of the same index; `front` has the indices of those that nobody beats, the
/// fastest first.
pub(super) fn picture<'o>(
    offers: &'o [Offer],
    styles: &[Style],
    front: &[usize],
    providers: &[(&str, Style)],
    currency: &Text,
) -> Picture<'o> {
    let legend = legend(providers);
    let widths: Vec<_> = offers.iter().map(width).collect();
    let areas = Areas::of(offers, &widths, legend.last().map_or(60.0, |key| key.y) + 22.0);
    let prices: Vec<_> = offers.iter().filter_map(|offer| offer.price).collect();
    let times: Vec<_> = offers.iter().filter_map(|offer| offer.time).flat_map(|(a, b)| [a, b]).collect();
    let (prices, times) = (Scale::of_prices(&prices, currency), Scale::of_times(&times));
    let axes = areas.axes;
    let x = |time: f64| axes.left + times.place(time) * (axes.right - axes.left);
    let y = |price: f64| axes.bottom - prices.place(price) * (axes.bottom - axes.top);

    let spots = areas.spots(offers, x, y);
    let ranges: Vec<_> =
        offers.iter().map(|offer| offer.time.map(|(a, b)| (x(a), x(b))).filter(|(a, b)| a < b)).collect();
    let mut taken = areas.headings().to_vec();
    for ((spot, _), range) in spots.iter().zip(&ranges) {
        taken.push(Area::around(*spot, MARK, MARK));
        taken.extend(range.map(|(left, right)| Area { left, top: spot.1 - 3.0, right, bottom: spot.1 + 3.0 }));
    }
    // Who matters most gets a label first.
    let mut order = front.to_vec();
    order.extend((0..offers.len()).filter(|index| !front.contains(index)));
    let wish = |index: &usize| {
        let (mark, within) = spots[*index];
        Wish { mark, range: ranges[*index].unwrap_or((mark.0, mark.0)), width: widths[*index], within }
    };
    let places = labels::place(&order.iter().map(wish).collect::<Vec<_>>(), taken);
    let mut marks: Vec<_> = (0..offers.len())
        .map(|index| Mark {
            x: round(spots[index].0.0),
            y: round(spots[index].0.1),
            style: styles[index],
            assumed: offers[index].assumed,
            range: ranges[index].map(|(left, right)| (round(left), round(right))),
            text: &offers[index].text,
            label: None,
        })
        .collect();
    for (index, place) in order.iter().zip(&places) {
        marks[*index].label = place.map(|place| label(&offers[*index], spots[*index].0, place));
    }

    let ticks = |scale: &Scale, place: &dyn Fn(f64) -> f64| {
        scale.ticks.iter().map(|(value, label)| (round(place(*value)), label.clone())).collect()
    };
    Picture {
        width: WIDTH,
        height: round(axes.bottom + 84.0),
        legend,
        axes,
        price_unknown: offers.iter().any(|offer| offer.price.is_none()).then_some(areas.price_unknown),
        time_unknown: offers.iter().any(|offer| offer.time.is_none()).then_some(areas.time_unknown),
        time_ticks: ticks(&times, &x),
        price_ticks: ticks(&prices, &y),
        is_logarithmic: times.is_logarithmic || prices.is_logarithmic,
        has_assumed: offers.iter().any(|offer| offer.assumed),
        has_other_currency: offers.iter().any(|offer| offer.is_in_other_currency),
        front: front
            .iter()
            .filter_map(|index| Some((offers[*index].middle()?, offers[*index].price?)))
            .map(|(time, price)| (round(x(time)), round(y(price))))
            .collect(),
        unlabeled: places.iter().filter(|place| place.is_none()).count(),
        marks,
    }
}

/// The providers below the heading, in as many lines as they need.
fn legend(providers: &[(&str, Style)]) -> Vec<Key> {
    let (mut x, mut y) = (MARGIN, 60.0);
    let key = |(name, style): &(&str, Style)| {
        let name = short(name);
        let width = 40.0 + text_width(&name, 7.4);
        if x + width > WIDTH - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + 22.0);
        }
        let key = Key { x: round(x), y, name, style: *style };
        x += width;
        key
    };
    providers.iter().map(key).collect()
}

fn label(offer: &Offer, (x, y): (f64, f64), place: Area) -> Label {
    let (center, _) = place.center();
    let (at, anchor) = match center - x {
        aside if aside > 20.0 => (place.left, "start"),
        aside if aside < -20.0 => (place.right, "end"),
        _ => (center, "middle"),
    };
    let near = (x.clamp(place.left, place.right), y.clamp(place.top, place.bottom));
    // At the end of a range it is plain to which mark it belongs.
    let is_far = (near.0 - x).hypot(near.1 - y) > 1.2 * LINE && (near.1 - y).abs() > 1.0;
    let (provider, model) = (short(&offer.provider), short(&offer.model));
    let line = is_far.then_some((round(near.0), round(near.1)));
    Label { x: round(at), y: round(place.bottom - 4.0), anchor, line, provider, model }
}

/// What of a name fits beside a mark.
fn short(name: &str) -> String {
    shortened(name, 28)
}

/// The text, or as many characters of it and a sign that there are more.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The width of a label: rather too much than too little, since fonts differ.
fn width(offer: &Offer) -> f64 {
    text_width(&short(&offer.provider), 7.4) + 5.0 + text_width(&short(&offer.model), 6.7)
}

fn text_width(text: &str, each: f64) -> f64 {
    text.chars().map(|c| if c < '\u{2e80}' { each } else { 2.0 * each }).sum()
}

/// A tenth of a pixel is more than anybody sees.
fn round(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}
