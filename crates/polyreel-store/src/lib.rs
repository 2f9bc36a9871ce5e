//! Durable jobs: what is wanted, what was sent, what may have been paid, kept on disk before anything relies on it.
//!
//! - [`machine`] is the life of a job as a pure function, and says in a table what a crash means in each state.
//! - [`Driver`] is what keeps jobs, and [`Owner`] the exclusive right to send them. Nothing above them may assume more.
//! - [`SqliteDriver`] keeps them in one file, for one machine.
//! - [`Worker`] takes jobs through their lives with the clients of a [`Studio`](polyreel::Studio).
//! - [`Caps`] say how much may be committed; they are checked in the transaction that reserves.
//!
//! `examples/durable.rs` shows all of them at work.
//!
//! A create is sent after the commit of [`Event::Sending`] and by nobody else than who made
//! that commit. From then on the job counts as spent until somebody who knows says otherwise.
//!
//! It reads no clock and draws no chance: both are given.

mod budget;
mod driver;
mod error;
mod job_id;
mod location;
pub mod machine;
mod record;
mod sqlite;
mod time;
mod worker;

pub use budget::{CapScope, Caps, Difference, Entry, OverCap, Scope, Spending, Sum};
pub use driver::{Added, Answer, Driver, Filter, Happened, Owned, Owner};
pub use error::{Result, StoreError, Unusable};
pub use job_id::{JobId, JobIdError};
pub use location::default_location;
pub use machine::{Action, Event, FoundBy, Illegal, State};
pub use polyreel_spec::{Amount, Money};
pub use record::{Candidate, Charge, Commitment, NewJob, Order, Record, SavedFile};
pub use sqlite::{SqliteDriver, Witness};
pub use time::{Day, Timestamp};
pub use worker::{Ended, Submitted, Watch, WorkError, Worker};
