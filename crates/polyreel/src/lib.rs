//! AI video from any reseller: typed, offline-testable, never paying twice.
//!
//! Name the providers that you use as features; each brings its typed crate as a module. `mock` brings the simulator.
//!
//! ```no_run
//! # #[cfg(feature = "hyprlab")]
//! # async fn example() -> polyreel::Result<()> {
//! let hyprlab = polyreel::hyprlab::Hyprlab::from_env()?; // HYPRLAB_API_KEY
//! let job = hyprlab.kling_v2("A cute cat playing outside.").duration(5).submit().await?;
//! std::fs::write("job.json", job.handle().to_json()).ok(); // with this, the film cannot be lost
//! job.await?.save("cat.mp4").await?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`Request::submit`] and its typed wrappers are the only calls that spend money.
//! - [`Job`] is awaited for the [`Video`]; every [`Error`] after a submit carries the [`JobHandle`].
//! - `Provider::from_yaml` (feature `yaml`) reads a provider file of your own at run time, for [`Client::builder`].
//! - [`VideoRequest`] is one request for every provider: [`VideoRequest::quotes`] says who can do it, for how much and how soon,
//!   and why the others cannot; a [`Route`] says whom to ask first and whom next, and [`Studio::submit`] does.
//! - [`capabilities`] says what each model takes, costs and lasts, as data.

pub mod capabilities;
#[cfg(feature = "mock")]
pub mod mock;
mod providers;
mod quotes;
mod routes;
mod schedule;
mod studio;
mod video_request;

pub use capabilities::{ModelCapabilities, ProviderCapabilities};
pub use polyreel_runtime::spec::Provider;
pub use polyreel_runtime::*;
pub use providers::*;
pub use quotes::{Offer, Order, Quotes, Refusal};
pub use routes::{Choice, NoRoute, Route, Stop, Terms};
pub use schedule::Schedule;
pub use studio::Studio;
pub use video_request::VideoRequest;

/// README's examples, compiled and run.
#[cfg(all(doctest, feature = "hyprlab", feature = "mock"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
