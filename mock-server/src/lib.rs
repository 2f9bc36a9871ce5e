//! A mock server that behaves as a provider file says: the file read backwards.
//!
//! It needs no key, spends no money and waits for nobody: jobs run on a [`Clock`] that a test moves. Requests are checked
//! against the provider file as strictly as they can be, replies are written in the provider's own shape, films are real
//! MP4 files, and prices add up to a bill.
//!
//! ```no_run
//! use std::time::Duration;
//! use polyreel_mock::MockServer;
//!
//! # async fn run(provider: polyreel_spec::Provider) {
//! let server = MockServer::start([&provider]).await;
//! let base_url = server.base_url("hyprlab");    // http://127.0.0.1:…/hyprlab/v1, with the key server.key()
//! // … a client creates a job there …
//! server.clock().advance(Duration::from_secs(300));
//! // … and finds it done.
//! assert_eq!(server.creates("hyprlab"), 1);
//! # }
//! ```
//!
//! What goes wrong is chosen in the prompt, in a header, or by chance: see [`Outcome`], [`FaultPlan`] and [`FaultProfile`].
//!
//! The crate is an independent inverse of the client: it depends on `polyreel-spec` alone, knows no provider by name, and
//! shares no code with the one that it judges. Its parts, from the inside out:
//!
//! - [`engine`]: pure functions from request to inputs and from state to reply;
//! - [`World`]: jobs, journal, accounts and bill of one customer, told the time and asked for [`Plan`]s and [`Effect`]s;
//! - [`Worlds`]: a world for each key;
//! - [`MockServer`]: worlds behind a loopback socket.

mod admin;
mod clock;
mod conformance;
mod deliver;
pub mod engine;
mod fault;
mod films;
mod front;
mod remote;
mod server;
#[cfg(test)]
mod tests;
mod world;
mod worlds;

pub use clock::Clock;
pub use conformance::{End, Ended, Scenario};
pub use engine::Request;
pub use fault::{Break, Fault, FaultPlan, FaultProfile, How, NoFault, Outcome, RetryAfter, Risk, What};
pub use remote::ask;
pub use server::{MockServer, MockServerBuilder};
pub use world::{
    Booking, Callback, CallbackReport, ClientFault, Effect, Entry, Finding, JobReport, Plan, RateLimit, Received,
    Spending, UNSTATED_LATENCY, Verdict, World,
};
pub use worlds::Worlds;
