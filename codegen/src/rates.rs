//! Prices and times for people.

use minijinja::context;
use minijinja::value::Value;
use polyreel_spec::{Amount, Latency, Model, Per, Provider, Scalar, Text};

use crate::template::Piece;

/// What a model costs, or that nobody knows.
pub(crate) fn price(provider: &Provider, model: &Model) -> Value {
    const UNKNOWN: Piece = Piece::Fixed("*unknown*");
    let mut reasons = reasons(provider, &format!("models.{}.price", model.key));
    let Some(price) = &model.price else {
        return table(Piece::Fixed("price"), &[], [(&[][..], UNKNOWN)], &reasons);
    };
    reasons.extend(provider.assumed(&format!("credits.{}.worth", price.unit)));
    let heading = match price.per {
        Per::Video => "price per film",
        Per::Second => "price per second of film",
    };
    let rows = price.table.iter().map(|row| {
        let amount = row.amount.map(|amount| Piece::Prose(money(provider, &price.unit, amount)));
        (&*row.when, amount.unwrap_or(UNKNOWN))
    });
    table(Piece::Fixed(heading), &price.by, rows, &reasons)
}

/// How long the work takes.
pub(crate) fn latency(provider: &Provider, model: &Model, latency: &Latency) -> Value {
    let reasons = reasons(provider, &format!("models.{}.latency", model.key));
    let rows = latency.table.iter().map(|row| (&*row.when, Piece::Prose(span(row.between))));
    table(Piece::Fixed("usual time"), &latency.by, rows, &reasons)
}

/// Columns for the inputs that a rate depends on, and one for the rate; why it is believed, if nobody states it.
fn table<'a>(
    heading: Piece,
    by: &[Text],
    rows: impl IntoIterator<Item = (&'a [Scalar], Piece)>,
    reasons: &[&str],
) -> Value {
    let rows = rows.into_iter().map(|(when, rate)| {
        let when = when.iter().map(|value| Piece::Code(value.to_string())).collect::<Vec<_>>();
        context! { when => when, rate => rate }
    });
    context! {
        heading => heading,
        by => by.iter().map(|name| Piece::Code(name.to_string())).collect::<Vec<_>>(),
        rows => rows.collect::<Vec<_>>(),
        assumed => reasons.iter().map(|why| Piece::reason(why)).collect::<Vec<_>>(),
    }
}

/// Why the facts at this place are believed, when nobody states them: all of them, or some inside.
fn reasons<'a>(provider: &'a Provider, place: &str) -> Vec<&'a str> {
    let inside = |mark: &str| mark.strip_prefix(place).is_some_and(|rest| rest.starts_with('.'));
    let all = provider.assumed(place).into_iter();
    all.chain(provider.assumed.iter().filter(|mark| inside(&mark.place)).map(|mark| &*mark.reason)).collect()
}

/// An amount in money, and in the provider's own unit if it has one.
fn money(provider: &Provider, unit: &Text, amount: Amount) -> String {
    match provider.in_money(amount, unit) {
        Some(money) if money.currency == *unit => money.to_string(),
        Some(money) => format!("{money} ({amount} {unit})"),
        None => format!("{amount} {unit}"),
    }
}

/// `3 to 4 min`, `90 to 100 s`.
fn span((least, most): (u64, u64)) -> String {
    const UNITS: [(u64, &str); 3] = [(60_000, "min"), (1_000, "s"), (1, "ms")];
    let exact = |(unit, _): &(u64, &str)| least.is_multiple_of(*unit) && most.is_multiple_of(*unit);
    let (unit, name) = UNITS.into_iter().find(exact).unwrap_or((1, "ms"));
    match (least / unit, most / unit) {
        (least, most) if least == most => format!("{least} {name}"),
        (least, most) => format!("{least} to {most} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_use_the_largest_unit_that_is_exact() {
        for (between, shown) in [
            ((180_000, 240_000), "3 to 4 min"),
            ((90_000, 120_000), "90 to 120 s"),
            ((60_000, 60_000), "1 min"),
            ((1_500, 2_000), "1500 to 2000 ms"),
        ] {
            assert_eq!(span(between), shown);
        }
    }
}
