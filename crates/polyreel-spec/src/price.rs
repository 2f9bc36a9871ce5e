//! Prices, durations of the work, and quotes.

use crate::words::words;
use crate::{Amount, Inputs, List, Model, Money, Plan, Provider, Scalar, Text};

/// What a model costs.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Price {
    /// A currency, or one of the provider's credits.
    pub unit: Text,
    /// What one amount pays for.
    pub per: Per,
    /// The fields that the amount depends on.
    pub by: List<Text>,
    /// The amounts, one for each combination of values.
    pub table: List<PriceRow>,
}

words! {
    /// What one amount pays for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    pub enum Per {
        /// A film.
        Video = "video",
        /// A second of film.
        Second = "second",
    }
}

/// How long the work takes.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Latency {
    /// The fields that it depends on.
    pub by: List<Text>,
    /// The times, one for each combination of values.
    pub table: List<LatencyRow>,
}

/// The amount for one combination of input values.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct PriceRow {
    /// One value for each field of [`Price::by`].
    pub when: List<Scalar>,
    /// The amount. `None` is *unknown*.
    pub amount: Option<Amount>,
}

/// The usual time for one combination of input values.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct LatencyRow {
    /// One value for each field of [`Latency::by`].
    pub when: List<Scalar>,
    /// Usual shortest and longest time, in milliseconds.
    pub between: (u64, u64),
}

/// What a request costs, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The exact price. `None` is *unknown*, never free.
    pub price: Option<Money>,
    /// Why the price is believed, when the provider does not state it.
    pub assumed: Option<Text>,
}

impl Provider {
    /// What a request to a model costs. Inputs that are left out count with the provider's default.
    pub fn quote(&self, model: &Model, inputs: &Inputs) -> Quote {
        let assumed = self.assumed(&format!("models.{}.price", model.key)).map(Text::from);
        Quote {
            price: model.price.as_ref().and_then(|price| self.amount(price, &self.plan(model, inputs), inputs)),
            assumed,
        }
    }

    /// Usual shortest and longest time of the work in milliseconds, if the provider says.
    pub fn latency(&self, model: &Model, inputs: &Inputs) -> Option<(u64, u64)> {
        let latency = model.latency.as_ref()?;
        let keys = keys(&latency.by, &self.plan(model, inputs), inputs)?;
        latency.table.iter().find(|row| *row.when == *keys).map(|row| row.between)
    }

    fn amount(&self, price: &Price, plan: &Plan<'_>, inputs: &Inputs) -> Option<Money> {
        let keys = keys(&price.by, plan, inputs)?;
        let mut amount = price.table.iter().find(|row| *row.when == *keys)?.amount?;
        if price.per == Per::Second {
            amount = amount * plan.effective(inputs, "duration")?.as_int()?;
        }
        self.in_money(amount, &price.unit)
    }

    /// An amount of a currency, or of one of the provider's own units, as money. `None` when a unit's worth is not exact.
    pub fn in_money(&self, amount: Amount, unit: &Text) -> Option<Money> {
        match self.credits.iter().find(|credit| credit.unit == **unit) {
            Some(credit) => Some(Money { amount: amount.at_rate(credit.worth)?, currency: credit.currency.clone() }),
            None => Some(Money { amount, currency: unit.clone() }),
        }
    }
}

fn keys(by: &[Text], plan: &Plan<'_>, inputs: &Inputs) -> Option<Vec<Scalar>> {
    by.iter().map(|name| plan.effective(inputs, name)).collect()
}
