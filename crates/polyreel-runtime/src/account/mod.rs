//! What all clients of one key share, because the provider counts it by key: how many calls and jobs there may be. Besides:
//! how long jobs took, who waits for a callback, and what was last known of the balance.

mod calls;
mod nudges;
mod places;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use polyreel_spec::{Excess, Limits, Money};

use self::calls::Calls;
pub(crate) use self::calls::{TooLate, Urgency};
pub(crate) use self::nudges::Nudge;
use self::nudges::Nudges;
pub(crate) use self::places::Place;
use self::places::Places;
use crate::Clock;
use crate::pace::{History, Window};

/// How many calls a job needs, from its create to its film, if it is asked for no later than is good.
const CALLS_OF_A_JOB: usize = 6;
/// How long a job lasts of which nobody states it.
const UNSTATED: Duration = Duration::from_secs(240);

/// The accounts that some client of this process uses, or used a short while ago.
static ACCOUNTS: Mutex<Vec<(Whose, Arc<Account>)>> = Mutex::new(Vec::new());
/// How many of them are kept although nobody uses them and the provider still counts their calls and jobs.
const MOST_UNUSED: usize = 64;

/// Whose account it is, without the key itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Whose {
    pub(crate) provider: String,
    pub(crate) base_url: String,
    /// SHA-256.
    pub(crate) key: [u8; 32],
}

/// How much a caller allows instead of what the provider file says, since plans differ.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allowance {
    pub(crate) calls_per_minute: Option<Limit>,
    pub(crate) jobs_at_once: Option<Limit>,
}

/// At most so many; `None` is no limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit(pub(crate) Option<u32>);

/// One key at one base URL, by one clock.
pub(crate) struct Account {
    clock: Arc<dyn Clock>,
    calls: Calls,
    places: Arc<Places>,
    histories: Mutex<HashMap<Work, History>>,
    pub(crate) nudges: Arc<Nudges>,
    balance: Mutex<Option<Money>>,
}

/// What takes about the same time whenever it is done: a model, and what the provider states for the inputs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Work {
    pub(crate) model: String,
    pub(crate) stated: Option<(Duration, Duration)>,
}

impl Account {
    /// The account of this key that other clients use already, or a new one. Whoever states an allowance states it for all.
    pub(crate) fn of(whose: Whose, clock: &Arc<dyn Clock>, limits: &Limits, allowance: Allowance) -> Arc<Self> {
        let mut accounts = lock(&ACCOUNTS);
        // Times of different clocks cannot be compared.
        let is_it = |own: &Whose, account: &Self| *own == whose && Arc::ptr_eq(&account.clock, clock);
        if let Some((_, account)) = accounts.iter().find(|(own, account)| is_it(own, account)) {
            account.allow(allowance);
            return account.clone();
        }
        let mut unused = 0;
        accounts.reverse();
        accounts.retain(|(_, account)| {
            unused += usize::from(Arc::strong_count(account) == 1);
            Arc::strong_count(account) > 1 || unused <= MOST_UNUSED && !account.is_idle()
        });
        accounts.reverse();
        let account = Arc::new(Self {
            clock: clock.clone(),
            calls: Calls::new(clock.clone()),
            places: Places::new(clock.clone()),
            histories: Mutex::default(),
            nudges: Arc::default(),
            balance: Mutex::default(),
        });
        // What waits its turn at the provider need not wait here.
        let jobs = limits.concurrent.filter(|_| limits.excess != Some(Excess::Queued));
        account.allow(Allowance {
            calls_per_minute: Some(Limit(limits.requests_per_minute)),
            jobs_at_once: Some(Limit(jobs)),
        });
        account.allow(allowance);
        accounts.push((whose, account.clone()));
        account
    }

    /// Whether a new account would be as good.
    fn is_idle(&self) -> bool {
        self.calls.is_idle() && self.places.is_empty()
    }

    fn allow(&self, allowance: Allowance) {
        if let Some(Limit(limit)) = allowance.calls_per_minute {
            self.calls.allow(limit);
        }
        if let Some(Limit(limit)) = allowance.jobs_at_once {
            self.places.allow(limit);
        }
    }

    /// Waits until one more call may be made; creates go before all others. `until` is a time of the clock after which it
    /// need not be made any more.
    pub(crate) async fn call(&self, urgency: Urgency, until: Option<Duration>) -> Result<(), TooLate> {
        self.calls.admit(urgency, until).await
    }

    /// How many jobs that last so long can be followed at once with the calls that there may be; `None` if they are not
    /// limited.
    pub(crate) fn jobs_in_time(&self, longest: Option<Duration>) -> Option<usize> {
        let calls = self.calls.within(longest.unwrap_or(UNSTATED))?;
        Some((calls / CALLS_OF_A_JOB).max(1))
    }

    /// The provider wants no call at all for some time.
    pub(crate) fn hold(&self, pause: Duration) {
        self.calls.hold(pause);
    }

    /// Waits until there may be one more job, which takes so long at most, as far as anybody knows.
    pub(crate) async fn place(&self, at_most: Option<Duration>) -> Place {
        self.places.take(at_most).await
    }

    /// A place for a job that is there already, whether or not there is room.
    pub(crate) fn place_of_old(&self, job: &str, at_most: Option<Duration>) -> Place {
        self.places.occupy(job, at_most)
    }

    /// When jobs of this work end, as they did until now, or else as the provider states it.
    pub(crate) fn expected(&self, work: &Work) -> Option<Window> {
        let stated = work.stated.map(|(begins, ends)| Window::stated(begins, ends));
        match lock(&self.histories).get(work) {
            Some(history) => history.expected(stated),
            None => stated,
        }
    }

    /// Takes down that a job of this work ended after it was asked for at one time (`None`: never) and before another.
    pub(crate) fn took(&self, work: &Work, after: Option<Duration>, at_most: Duration) {
        lock(&self.histories).entry(work.clone()).or_default().learn(after, at_most);
    }

    /// What the account held when it was last asked for.
    pub(crate) fn known_balance(&self) -> Option<Money> {
        lock(&self.balance).clone()
    }

    pub(crate) fn balance_is(&self, money: &Money) {
        *lock(&self.balance) = Some(money.clone());
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account")
    }
}

/// What one task left behind when it panicked is as good as ever: every change is made in one go.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
