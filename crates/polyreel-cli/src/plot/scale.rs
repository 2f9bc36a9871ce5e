//! Axes with round ticks: from zero, or logarithmic where most offers would lie on top of each other otherwise.

use polyreel::spec::{Amount, Money, Text};

use crate::show;

/// More do not fit beside each other.
const MOST_TICKS: usize = 8;

/// With a larger ratio between the largest value and the smallest, an axis is logarithmic.
const LINEAR_UP_TO: f64 = 40.0;

/// Where values lie on an axis.
#[derive(Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    pub(super) is_logarithmic: bool,
    /// Values and what is written there.
    pub(super) ticks: Vec<(f64, String)>,
}

impl Scale {
    /// An axis for prices in this currency.
    pub(super) fn of_prices(values: &[f64], currency: &Text) -> Self {
        Self::new(values, &decades(-13..27, 1.0), |value| price(value, currency))
    }

    /// An axis for times in seconds.
    pub(super) fn of_times(values: &[f64]) -> Self {
        let minutes = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0];
        let steps: Vec<_> = decades(-3..0, 1.0).into_iter().chain(minutes).chain(decades(0..14, 3600.0)).collect();
        Self::new(values, &steps, time)
    }

    /// An axis with room for all these values, none of which is below zero, and ticks at multiples of one of the steps.
    fn new(values: &[f64], steps: &[f64], label: impl Fn(f64) -> String) -> Self {
        let most = values.iter().copied().fold(0.0, f64::max);
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let (below, above) = (steps.iter().rposition(|step| *step < least), steps.iter().position(|step| *step > most));
        if let (Some(below), Some(above)) = (below, above)
            && most / least > LINEAR_UP_TO
        {
            // Every third step is a power of ten, or 1, 10 seconds, minutes, hours.
            let count = above - below;
            let every = if count < MOST_TICKS { 1 } else { 3 * count.div_ceil(3 * MOST_TICKS) };
            let ticks = (below..=above).filter(|step| step % every == 0).map(|step| (steps[step], label(steps[step])));
            let ticks = ticks.collect();
            return Self { low: steps[below], high: steps[above], is_logarithmic: true, ticks };
        }
        let fits = |step: &&f64| most / **step <= 6.0 && (most > 0.0 || **step >= 1.0);
        let step = steps.iter().find(fits).copied().unwrap_or(most);
        let mut ticks = vec![(0.0, label(0.0))];
        // The last one lies above all values, whatever rounding says, so that no mark is at the edge.
        while ticks.last().is_some_and(|(last, _)| *last <= most * 1.01)
            && !values.is_empty()
            && ticks.len() < MOST_TICKS
        {
            #[expect(clippy::cast_precision_loss, reason = "less than ten")]
            let tick = step * ticks.len() as f64;
            ticks.push((tick, label(tick)));
        }
        let high = ticks.last().map_or(most, |(last, _)| *last);
        Self { low: 0.0, high, is_logarithmic: false, ticks }
    }

    /// Where a value lies, from 0 at the low end to 1 at the high one.
    pub(super) fn place(&self, value: f64) -> f64 {
        let share = if self.is_logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        // An axis without values has no length.
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// 1, 2 and 5 times each power of ten, and times the unit.
fn decades(powers: std::ops::Range<i32>, unit: f64) -> Vec<f64> {
    powers.flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * unit * 10_f64.powi(power))).collect()
}

fn price(value: f64, currency: &Text) -> String {
    match format!("{value:.12}").parse::<Amount>() {
        Ok(amount) if value == 0.0 || (1e-5..1e6).contains(&value) => {
            Money { amount, currency: currency.clone() }.to_string()
        }
        _ => format!("{} {currency}", power(value)),
    }
}

/// A tick, which has two digits at most, however the product of its factors was rounded.
fn power(value: f64) -> String {
    format!("{value:.1e}").replace(".0e", "e")
}

/// A time in seconds, for people.
pub(super) fn time(seconds: f64) -> String {
    if seconds > 0.0 && seconds < 1.0 {
        format!("{} ms", (seconds * 1000.0).round())
    } else if seconds >= 3.6e8 {
        format!("{} h", power(seconds / 3600.0))
    } else if seconds >= 3600.0 && seconds % 3600.0 == 0.0 {
        format!("{} h", seconds / 3600.0)
    } else {
        show::span(std::time::Duration::try_from_secs_f64(seconds).unwrap_or(std::time::Duration::MAX))
    }
}

#[cfg(test)]
mod tests {
    use polyreel::spec::text;

    use super::*;

    fn labels(scale: &Scale) -> String {
        scale.ticks.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn ticks_are_round() {
        let usd = text("USD");
        for (prices, expected) in [
            (vec![], "$0.00"),
            (vec![0.0], "$0.00, $1.00"),
            (vec![0.35, 1.4], "$0.00, $0.50, $1.00, $1.50"),
            (vec![0.3], "$0.00, $0.05, $0.10, $0.15, $0.20, $0.25, $0.30, $0.35"),
            (vec![1e-12], "$0.00, 2e-13 USD, 4e-13 USD, 6e-13 USD, 8e-13 USD, 1e-12 USD, 1.2e-12 USD"),
            (vec![0.07, 30.0], "$0.10, $1.00, $10.00"),
            (vec![1.0, 50.0], "$0.50, $1.00, $2.00, $5.00, $10.00, $20.00, $50.00, $100.00"),
            (vec![1e-12, 1e26], "1e-8 USD, $0.001, $100.00, 1e7 USD, 1e12 USD, 1e17 USD, 1e22 USD"),
            (vec![0.0, 1000.0], "$0.00, $200.00, $400.00, $600.00, $800.00, $1000.00, $1200.00"),
        ] {
            assert_eq!(labels(&Scale::of_prices(&prices, &usd)), expected, "{prices:?}");
        }
        assert_eq!(labels(&Scale::of_prices(&[2.0], &text("CNY"))), "0 CNY, 0.5 CNY, 1 CNY, 1.5 CNY, 2 CNY, 2.5 CNY");
        for (times, expected) in [
            (vec![], "0 s"),
            (vec![0.004], "0 s, 1 ms, 2 ms, 3 ms, 4 ms, 5 ms"),
            (vec![90.0, 150.0], "0 s, 30 s, 1 min, 1 min 30 s, 2 min, 2 min 30 s, 3 min"),
            (vec![240.0], "0 s, 1 min, 2 min, 3 min, 4 min, 5 min"),
            (vec![20000.0], "0 s, 1 h, 2 h, 3 h, 4 h, 5 h, 6 h"),
            (vec![5.0, 3600.0], "10 s, 1 min, 10 min, 1 h"),
            (vec![1.8e16], "0 s, 1e12 h, 2e12 h, 3e12 h, 4e12 h, 5e12 h, 6e12 h"),
        ] {
            assert_eq!(labels(&Scale::of_times(&times)), expected, "{times:?}");
        }
    }

    #[test]
    fn values_lie_in_their_order() {
        for values in [vec![0.0, 1.0, 3.0], vec![0.01, 0.5, 90.0], vec![1e-12, 1.0, 1e26], vec![5.0], vec![0.0], vec![]]
        {
            let scale = Scale::of_prices(&values, &text("USD"));
            let places: Vec<_> = values.iter().map(|value| scale.place(*value)).collect();
            assert!(places.is_sorted() && places.iter().all(|place| (0.0..=1.0).contains(place)), "{places:?}");
            assert!(scale.ticks.len() <= MOST_TICKS + 1);
            assert!(scale.ticks.iter().map(|(tick, _)| scale.place(*tick)).is_sorted());
        }
    }
}
