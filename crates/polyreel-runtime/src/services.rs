//! What an account can be asked beside its jobs.

use std::time::Duration;

use polyreel_spec::{Amount, Kind, Money, Step};

use crate::webhook::{self, Callback, CallbackError};
use crate::wire::Saved;
use crate::{Client, Error, ErrorKind, Job, JobHandle, Result, wire};

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(30);

impl Client {
    /// What is left on the account, as far as the provider tells. Spends nothing.
    ///
    /// # Errors
    ///
    /// When the provider has no such call, or refuses it, or cannot be reached.
    pub async fn balance(&self) -> Result<Money> {
        let provider = self.provider();
        let about = |error: Error| error.provider_is(&provider.id).during(Step::Balance);
        let call = wire::balance(provider).map_err(|why| about(Error::configuration(why)))?;
        let Some((reply, head)) = self.follow(Step::Balance, call, WITHIN).await.map_err(about)? else {
            return Err(about(Error::new(ErrorKind::NotTold(Kind::Timeout), "the provider could not be reached")));
        };
        let amount = wire::read_balance(provider, &reply).map_err(|refusal| about(Error::not_told(&refusal, &head)))?;
        // Providers write dollars and cents; what is below a 10⁻¹² unit is noise of the number's own form.
        let digits = format!("{:.12}", amount.abs());
        let whole: Option<Amount> = digits.parse().ok();
        let unit = provider.balance.as_ref().map(|balance| balance.unit.clone()).unwrap_or_default();
        let money =
            whole.and_then(|whole| provider.in_money(whole, &unit).or(Some(Money { amount: whole, currency: unit })));
        let Some(mut money) = money else {
            return Err(about(Error::configuration("the balance is no amount that can be read")));
        };
        if amount < 0.0 {
            money.amount.trillionths = -money.amount.trillionths;
        }
        self.account().balance_is(&money);
        Ok(money)
    }

    /// Looks for a job by the reference that the caller gave its request. `Ok(None)` when the provider does not know it. After
    /// an unknown outcome, [`Client::reconcile`] knows more. Spends nothing.
    ///
    /// # Errors
    ///
    /// When the provider has no such call, or cannot be reached.
    pub async fn find(&self, model: &str, reference: &str) -> Result<Option<Job>> {
        let Some(saved) = self.find_saved(reference).await? else { return Ok(None) };
        let base = self.base_url();
        let handle = JobHandle::new(&self.provider().id, model, base, self.clock().wall(), None, saved);
        self.resume(if self.is_simulated() { handle.simulated() } else { handle }).map(Some)
    }

    /// What a lookup gives of the job with this reference.
    pub(crate) async fn find_saved(&self, reference: &str) -> Result<Option<Saved>> {
        let provider = self.provider();
        let about = |error: Error| error.provider_is(&provider.id).during(Step::Find);
        let call = wire::find(provider, reference).map_err(|why| about(Error::configuration(why)))?;
        let Some((reply, head)) = self.follow(Step::Find, call, WITHIN).await.map_err(about)? else {
            return Err(about(Error::new(ErrorKind::NotTold(Kind::Timeout), "the provider could not be reached")));
        };
        let shape = provider.operation(Step::Find).map(|operation| operation.reply.clone()).unwrap_or_default();
        match wire::read_saved(&shape, &reply) {
            Some(saved) => Ok(Some(saved)),
            None if reply.http == 404 || reply.http < 300 && wire::is_empty_answer(&shape, &reply) => Ok(None),
            None => Err(about(Error::not_told(&wire::read_refusal(provider, Step::Find, &reply), &head))),
        }
    }

    /// Takes a callback as a nudge: if it is genuine, whoever follows its job in this process asks for it now, and only the
    /// answer to that decides how the job is. The id of the job, also if nobody follows it here.
    ///
    /// `secret` is what the provider signs with; a provider that signs nothing needs none.
    ///
    /// # Errors
    ///
    /// When the callback is not genuine, names no job, or cannot be checked.
    pub fn nudge(&self, secret: &str, callback: &Callback<'_>) -> Result<String, CallbackError> {
        let job = webhook::job_of(self.provider(), secret, callback)?;
        self.account().nudges.nudge(&job);
        Ok(job)
    }
}
