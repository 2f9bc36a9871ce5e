//! What a world does about calls around the making of a film.

use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Amount, Kind, Money, Provider, State, Step};

use crate::engine::{
    Rejection, Request, SaidState, answer, file, misfit, names_uploads_by_number, number, refusal, refusal_with,
};
use crate::report::{forgotten, unsayable};
use crate::world::{Plan, World};

/// How long it takes until a job stops that was asked to, where it does not stop at once.
const STOPPING: Duration = Duration::from_secs(5);

/// 10⁻¹² units make an [`Amount`].
const UNIT: i128 = 1_000_000_000_000;

impl World {
    /// A cancel of a job that is there.
    pub(crate) fn cancel(&mut self, now: Duration, provider: &Provider, job: &str) -> Plan {
        let job = self.jobs.iter_mut().find(|own| own.ticket.job == job);
        let (Some(job), Some(cancel)) = (job, &provider.cancel) else { return unsayable(provider, Step::Cancel) };
        let state = job.state(now);
        let stopped = || answer(provider, Step::Cancel, &SaidState::Cancelled { billed: None }.into(), 0);
        let stopping = || answer(provider, Step::Cancel, &SaidState::Accepted.into(), 0);
        match state {
            State::Expired => return forgotten(provider, Step::Cancel),
            State::Queued | State::Running if cancel.during.is_empty() || cancel.during.contains(&state) => {
                // What has not begun is stopped at once where the provider knows both.
                let at_once = if state == State::Queued { stopped() } else { None };
                if let Some(answer) = at_once.or_else(|| stopping().is_none().then(stopped).flatten()) {
                    job.stop(now, Duration::ZERO);
                    return answer.into();
                }
                job.stop(now, STOPPING);
                return stopping().map_or_else(|| unsayable(provider, Step::Cancel), Plan::from);
            }
            State::Done | State::Failed | State::Cancelled if cancel.deletes_finished => {
                job.is_deleted = true;
                return stopped().map_or_else(|| unsayable(provider, Step::Cancel), Plan::from);
            }
            _ => {}
        }
        let rejection = Rejection::new("id", "state", format!("a job that is {} cannot be stopped", state.name()));
        match cancel.refused.first() {
            Some(pattern) => refusal_with(provider, pattern.example(), &rejection).into(),
            None => refusal(provider, Step::Cancel, Kind::BadInput, &rejection).into(),
        }
    }

    /// The question how much is left.
    pub(crate) fn tell_balance(&self, provider: &Provider, request: &Request) -> Plan {
        if let Some(rejection) = provider.balance.as_ref().and_then(|own| misfit(provider, &own.operation, request)) {
            return refusal(provider, Step::Balance, Kind::BadInput, &rejection).into();
        }
        let amount = self.account(provider).balance;
        let answer = answer(provider, Step::Balance, &SaidState::Balance { amount }.into(), 0);
        answer.map_or_else(|| unsayable(provider, Step::Balance), Plan::from)
    }

    /// A file for a later create.
    pub(crate) fn upload(&mut self, provider: &Provider, request: &Request) -> Plan {
        let bytes = match file(provider, request) {
            Ok(bytes) => bytes,
            Err(rejection) => return refusal(provider, Step::Upload, Kind::BadInput, &rejection).into(),
        };
        let uploads = &mut self.accounts.entry(provider.id.to_string()).or_default().uploads;
        let name = format!("mock-file-{:06}", uploads.len() + 1);
        let id = if names_uploads_by_number(provider) { number(&name).to_string() } else { name };
        uploads.insert(id.clone(), Arc::from(bytes));
        let answer = answer(provider, Step::Upload, &SaidState::Uploaded { id }.into(), 0);
        answer.map_or_else(|| unsayable(provider, Step::Upload), Plan::from)
    }

    /// Takes the price of a job from the account.
    pub(crate) fn charge(&mut self, provider: &Provider, price: Option<&Money>) {
        let (Some(balance), Some(price)) = (&provider.balance, price) else { return };
        let Some(amount) = in_unit(provider, price, &balance.unit) else { return };
        let account = self.accounts.entry(provider.id.to_string()).or_default();
        let left = account.balance.trillionths.saturating_sub(amount.trillionths).max(0);
        account.balance = Amount { trillionths: left };
    }
}

/// Money as an amount of a currency or of one of the provider's own units. `None` when it is none of it.
fn in_unit(provider: &Provider, price: &Money, unit: &str) -> Option<Amount> {
    if price.currency == *unit {
        return Some(price.amount);
    }
    let credit = provider.credits.iter().find(|credit| credit.unit == *unit && credit.currency == price.currency)?;
    let trillionths = price.amount.trillionths.checked_mul(UNIT)?.checked_div(credit.worth.trillionths)?;
    Some(Amount { trillionths })
}
