//! What a server has seen and done, for those who look at it from outside.

use std::time::Duration;

use polyreel_spec::{Money, State, Step};

/// One request as it was received. Keys, bodies and queries are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// When, on the server's clock.
    pub at: Duration,
    /// The method.
    pub method: String,
    /// The path below the origin, without the query.
    pub path: String,
    /// The provider that was called, by its id.
    pub provider: Option<String>,
    /// Which call it was.
    pub step: Option<Step>,
    /// The job that it was about or that it began.
    pub job: Option<String>,
    /// The HTTP code of the answer; `None` when the connection was closed without one.
    pub http: Option<u16>,
    /// A key was sent to where films are, and should not have been.
    pub key_leaked: bool,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobReport {
    /// The id that the server minted: `mock-000001`.
    pub id: String,
    /// The provider, by its id.
    pub provider: String,
    /// The model, by our name for it.
    pub model: String,
    /// How it is now.
    pub state: State,
    /// What was charged when it was created. `None` is *unknown*, never free.
    pub price: Option<Money>,
}

/// What was spent at one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spending {
    /// The provider, by its id.
    pub provider: String,
    /// The sum of all known prices, one for each currency.
    pub totals: Vec<Money>,
    /// How many jobs have no known price and are in no sum.
    pub unpriced: usize,
}
