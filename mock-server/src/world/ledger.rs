//! What every job costs: reserved when it is created, then charged or given back.

use std::time::Duration;

use polyreel_spec::{Amount, Money};

use crate::Spending;

/// What happens to the price of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booking {
    /// The job was created; its price is taken from the account.
    Reserved,
    /// The job is done, or failed at a provider that bills failures.
    Charged,
    /// The job failed or was stopped, and its price is given back.
    Refunded,
}

impl Booking {
    /// In one word: `reserved`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Charged => "charged",
            Self::Refunded => "refunded",
        }
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// When, on the server's clock.
    pub at: Duration,
    /// The provider, by its id.
    pub provider: String,
    /// The job.
    pub job: String,
    /// What happened.
    pub booking: Booking,
    /// How much. `None` is *unknown*, never free.
    pub price: Option<Money>,
}

/// All lines in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger(Vec<Entry>);

impl Ledger {
    pub(crate) fn book(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// What is reserved or charged at every provider, in the order of their first jobs.
    pub(crate) fn spending(&self) -> Vec<Spending> {
        let mut bills: Vec<Spending> = Vec::new();
        for entry in self.0.iter().filter(|entry| entry.booking != Booking::Charged) {
            let known = bills.iter().position(|bill| bill.provider == entry.provider);
            let position = known.unwrap_or_else(|| {
                bills.push(Spending { provider: entry.provider.clone(), totals: Vec::new(), unpriced: 0 });
                bills.len() - 1
            });
            let is_taken = entry.booking == Booking::Reserved;
            match &entry.price {
                Some(price) => add(&mut bills[position].totals, price, is_taken),
                None if is_taken => bills[position].unpriced += 1,
                None => bills[position].unpriced = bills[position].unpriced.saturating_sub(1),
            }
        }
        bills
    }
}

/// Adds an amount to the total of its currency, or takes it away.
fn add(totals: &mut Vec<Money>, price: &Money, is_taken: bool) {
    let sign = if is_taken { 1 } else { -1 };
    let trillionths = price.amount.trillionths.saturating_mul(sign);
    match totals.iter_mut().find(|total| total.currency == price.currency) {
        Some(total) => {
            total.amount = Amount { trillionths: total.amount.trillionths.saturating_add(trillionths) };
        }
        None => totals.push(Money { amount: Amount { trillionths }, currency: price.currency.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_is_what_was_taken_and_not_given_back() {
        let money = |text: &str| Money { amount: text.parse().unwrap(), currency: "USD".into() };
        let mut ledger = Ledger::default();
        for (job, booking, price) in [
            ("a", Booking::Reserved, Some("1.10")),
            ("b", Booking::Reserved, Some("0.40")),
            ("c", Booking::Reserved, None),
            ("a", Booking::Charged, Some("1.10")),
            ("b", Booking::Refunded, Some("0.40")),
        ] {
            let (provider, job, price) = ("acme".to_owned(), job.to_owned(), price.map(money));
            ledger.book(Entry { at: Duration::ZERO, provider, job, booking, price });
        }
        let bill = Spending { provider: "acme".to_owned(), totals: vec![money("1.10")], unpriced: 1 };
        assert_eq!(ledger.spending(), [bill]);
        assert_eq!(ledger.entries().len(), 5);
    }
}
