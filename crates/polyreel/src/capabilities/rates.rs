//! What a model costs, and how long it takes.

use std::collections::BTreeMap;

use polyreel_runtime::spec::{self, Amount, List, Model, Per, Provider, Scalar, Text};
use serde::Serialize;

/// What a model costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prices<'p> {
    /// What one amount pays for.
    pub per: Per,
    /// A currency, or one of the provider's own units.
    pub unit: &'p str,
    /// A row for each combination of the inputs that the price depends on.
    pub rows: Vec<PriceRow<'p>>,
    /// Why the prices are believed, when the provider does not state them.
    pub assumed: Option<&'p str>,
}

/// The price for one combination of inputs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PriceRow<'p> {
    /// The inputs, by name.
    pub when: BTreeMap<&'p str, &'p Scalar>,
    /// How many of [`Prices::unit`]. `None` is *unknown*, never free.
    pub amount: Option<Amount>,
    /// The same as money. `None` where the amount is unknown, or is not exact in a currency.
    pub price: Option<Price>,
}

/// An exact amount of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Price {
    /// How much.
    pub amount: Amount,
    /// Three letters: `USD`.
    pub currency: String,
}

impl<'p> Prices<'p> {
    pub(super) fn of(provider: &'p Provider, model: &Model, price: &'p spec::Price) -> Self {
        let row = |row: &'p spec::PriceRow| PriceRow {
            when: named(&price.by, &row.when),
            amount: row.amount,
            price: row.amount.and_then(|amount| provider.in_money(amount, &price.unit)).map(Into::into),
        };
        Self {
            per: price.per,
            unit: &price.unit,
            rows: price.table.iter().map(row).collect(),
            assumed: provider.assumed(&format!("models.{}.price", model.key)),
        }
    }
}

impl From<spec::Money> for Price {
    fn from(money: spec::Money) -> Self {
        Self { amount: money.amount, currency: money.currency.to_string() }
    }
}

/// For people, as [`spec::Money`].
impl std::fmt::Display for Price {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        spec::Money { amount: self.amount, currency: (&*self.currency).into() }.fmt(f)
    }
}

/// How long a model takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Latencies<'p> {
    /// A row for each combination of the inputs that the time depends on.
    pub rows: Vec<LatencyRow<'p>>,
}

/// The usual time for one combination of inputs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LatencyRow<'p> {
    /// The inputs, by name.
    pub when: BTreeMap<&'p str, &'p Scalar>,
    /// The usual shortest time, in milliseconds.
    pub shortest_ms: u64,
    /// The usual longest time, in milliseconds.
    pub longest_ms: u64,
}

impl<'p> From<&'p spec::Latency> for Latencies<'p> {
    fn from(latency: &'p spec::Latency) -> Self {
        let row = |row: &'p spec::LatencyRow| LatencyRow {
            when: named(&latency.by, &row.when),
            shortest_ms: row.between.0,
            longest_ms: row.between.1,
        };
        Self { rows: latency.table.iter().map(row).collect() }
    }
}

fn named<'p>(by: &'p List<Text>, when: &'p List<Scalar>) -> BTreeMap<&'p str, &'p Scalar> {
    by.iter().map(|name| &**name).zip(when.iter()).collect()
}
