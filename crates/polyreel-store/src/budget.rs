//! What is reserved and spent, and how much of it there may be.

use std::collections::BTreeMap;
use std::fmt;

use polyreel_spec::{Amount, Money};

use crate::{Day, Record};

/// The currency that caps are in.
const CURRENCY: &str = "USD";

/// Whose money is added up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All jobs of the store.
    All,
    /// The jobs of one batch.
    Batch(String),
    /// What was reserved on one day.
    Day(Day),
}

/// What is reserved and what counts as spent.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Spending {
    /// By currency.
    pub sums: BTreeMap<String, Sum>,
    /// How many creates are reserved or spent of which nobody knows the price.
    pub unpriced: u64,
}

/// Money of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Sum {
    /// Reserved for what was not sent yet.
    pub reserved: Amount,
    /// Spent, or counted so because nobody can tell.
    pub spent: Amount,
}

impl Spending {
    /// What is committed in this currency: reserved and spent together.
    pub fn committed(&self, currency: &str) -> Amount {
        let sum = self.sums.get(currency).copied().unwrap_or_default();
        Amount { trillionths: sum.reserved.trillionths.saturating_add(sum.spent.trillionths) }
    }
}

/// How much may be committed, in US dollars. What is unlimited is `None`.
///
/// Under any cap a price has to be known, and in US dollars. What is committed already without a known price, or in
/// another currency, is not compared; [`Spending`] shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Caps {
    /// One create.
    pub per_request: Option<Amount>,
    /// All jobs of the job's batch. A job without a batch is alone.
    pub per_batch: Option<Amount>,
    /// All that is reserved on one day (UTC).
    pub per_day: Option<Amount>,
}

/// What a cap is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapScope {
    /// One create.
    Request,
    /// A batch.
    Batch,
    /// A day.
    Day,
}

impl fmt::Display for CapScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Batch => "batch",
            Self::Day => "day",
        })
    }
}

/// Why a price is not reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverCap {
    /// It would be too much.
    TooMuch {
        /// Which cap.
        scope: CapScope,
        /// The cap, in US dollars.
        cap: Amount,
        /// What is reserved or spent already.
        committed: Amount,
        /// What it would cost.
        price: Amount,
    },
    /// There is a cap, and nobody knows what it would cost in US dollars.
    Unpriced {
        /// The price in another currency, if one is known.
        price: Option<Money>,
    },
}

impl fmt::Display for OverCap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dollars = |amount: &Amount| Money { amount: *amount, currency: CURRENCY.into() };
        match self {
            Self::TooMuch { scope: CapScope::Request, cap, price, .. } => {
                write!(
                    f,
                    "{} is over the cap of {} per request; raise the cap or choose something cheaper",
                    dollars(price),
                    dollars(cap)
                )
            }
            Self::TooMuch { scope, cap, committed, price } => {
                let (cap, committed, price) = (dollars(cap), dollars(committed), dollars(price));
                write!(
                    f,
                    "{price} more would be over the cap of {cap} per {scope}, of which {committed} is reserved or spent; \
                     raise the cap or choose something cheaper"
                )
            }
            Self::Unpriced { price: Some(price) } => {
                write!(f, "{price} cannot be held against a cap in {CURRENCY}; do without caps or choose another model")
            }
            Self::Unpriced { price: None } => {
                f.write_str("an unknown price cannot be held against a cap; do without caps or choose another model")
            }
        }
    }
}

impl Caps {
    /// Whether this price may be reserved, where `committed` says what is committed in a batch and on a day.
    ///
    /// # Errors
    ///
    /// When a cap is in the way.
    pub fn check(&self, price: Option<&Money>, batch: &Spending, day: &Spending) -> Result<(), OverCap> {
        let caps = [
            (CapScope::Request, self.per_request, Amount::default()),
            (CapScope::Batch, self.per_batch, batch.committed(CURRENCY)),
            (CapScope::Day, self.per_day, day.committed(CURRENCY)),
        ];
        for (scope, cap, committed) in caps {
            let Some(cap) = cap else { continue };
            let Some(price) = price.filter(|price| price.currency == CURRENCY) else {
                return Err(OverCap::Unpriced { price: price.cloned() });
            };
            let total = committed.trillionths.saturating_add(price.amount.trillionths);
            if total > cap.trillionths {
                return Err(OverCap::TooMuch { scope, cap, committed, price: price.amount });
            }
        }
        Ok(())
    }
}

/// What a change of a job changes in the budgets: by scope and currency, what is added to reserved and spent. A price that
/// nobody knows counts 1 under no currency.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Difference(pub BTreeMap<(Scope, Option<String>), Entry>);

/// What is added to one row of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Entry {
    /// To what is reserved, in trillionths or, without a currency, in creates.
    pub reserved: i128,
    /// To what is spent, likewise.
    pub spent: i128,
}

impl Difference {
    /// From one record of a job to its next one; from nothing to its first.
    pub fn between(before: Option<&Record>, after: &Record) -> Self {
        let before = before.map(Self::of).unwrap_or_default().0;
        let mut difference = Self::of(after).0;
        for (row, entry) in &before {
            difference.entry(row.clone()).or_default().add(*entry, -1);
        }
        // A row of nothing is one as well: it says that its day has come.
        difference.retain(|row, entry| *entry != Entry::default() || !before.contains_key(row));
        Self(difference)
    }

    fn of(record: &Record) -> Self {
        let mut all = Self::default();
        for commitment in record.commitments() {
            let batch = record.batch.clone().map(Scope::Batch);
            let scopes = [Some(Scope::All), batch, Some(Scope::Day(commitment.day))];
            let currency = commitment.price.as_ref().map(|price| price.currency.to_string());
            let units = commitment.price.as_ref().map_or(1, |price| price.amount.trillionths);
            let (reserved, spent) = if commitment.spent { (0, units) } else { (units, 0) };
            for scope in scopes.into_iter().flatten() {
                all.0.entry((scope, currency.clone())).or_default().add(Entry { reserved, spent }, 1);
            }
        }
        all
    }
}

impl Entry {
    fn add(&mut self, other: Self, times: i128) {
        self.reserved = self.reserved.saturating_add(other.reserved.saturating_mul(times));
        self.spent = self.spent.saturating_add(other.spent.saturating_mul(times));
    }
}
