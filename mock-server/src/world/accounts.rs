//! The account of every provider: what a job costs is taken from it when the job is created.

use std::time::Duration;

use polyreel_spec::{Amount, Money, Provider, State};

use super::{Booking, Entry, Job, World};

/// 10⁻¹² units make an [`Amount`].
const UNIT: i128 = 1_000_000_000_000;

impl World {
    /// Whether an account has room for a price. What is unknown, or in another unit, cannot be compared.
    pub(crate) fn can_pay(&mut self, provider: &Provider, price: Option<&Money>) -> bool {
        let left = self.account(provider).balance;
        price.and_then(|price| in_unit(provider, price)).is_none_or(|amount| amount <= left)
    }

    /// Takes the price of a new job from the account.
    pub(crate) fn reserve(&mut self, now: Duration, provider: &Provider, job: &Job) {
        self.pay(provider, job.price.as_ref(), 1);
        self.book(now, job, Booking::Reserved);
        self.expect_end(job.stops_at.unwrap_or_else(|| job.ends_at()), &job.ticket.job);
    }

    /// Books the end of a job, once.
    pub(super) fn settle(&mut self, at: Duration, id: &str) {
        let Some(job) = self.jobs.get(id).filter(|job| !job.is_settled).cloned() else { return };
        let Some(provider) = self.provider(&job.provider) else { return };
        let is_billed = match job.state(at) {
            State::Queued | State::Running => return,
            State::Done | State::Expired => true,
            State::Failed => provider.errors.failed_jobs_billed == Some(true),
            State::Cancelled => false,
        };
        if !is_billed {
            self.pay(&provider, job.price.as_ref(), -1);
        }
        self.book(at, &job, if is_billed { Booking::Charged } else { Booking::Refunded });
        if let Some(job) = self.jobs.get_mut(id) {
            job.is_settled = true;
        }
        self.expect_callback(at, &provider, &job);
    }

    fn pay(&mut self, provider: &Provider, price: Option<&Money>, sign: i128) {
        let Some(amount) = price.and_then(|price| in_unit(provider, price)) else { return };
        let balance = &mut self.account(provider).balance;
        let left = balance.trillionths.saturating_sub(amount.trillionths.saturating_mul(sign));
        *balance = Amount { trillionths: left };
    }

    fn book(&mut self, at: Duration, job: &Job, booking: Booking) {
        let (provider, id, price) = (job.provider.clone(), job.ticket.job.clone(), job.price.clone());
        self.ledger.book(Entry { at, provider, job: id, booking, price });
    }
}

/// Money in the unit of the provider's balance. `None` when it is none of it.
fn in_unit(provider: &Provider, price: &Money) -> Option<Amount> {
    let unit = provider.balance.as_ref().map_or(&*price.currency, |balance| &balance.unit);
    if price.currency == *unit {
        return Some(price.amount);
    }
    let credit = provider.credits.iter().find(|credit| credit.unit == *unit && credit.currency == price.currency)?;
    let trillionths = price.amount.trillionths.checked_mul(UNIT)?.checked_div(credit.worth.trillionths)?;
    Some(Amount { trillionths })
}
