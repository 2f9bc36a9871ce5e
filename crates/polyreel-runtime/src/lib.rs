//! How any provider is *driven*: one engine that reads a [`spec::Provider`] and sends, waits and fetches accordingly.
//!
//! Most programs use a generated crate such as `polyreel-hyprlab`, or the facade `polyreel`, which wrap this one in
//! types. What they all share:
//!
//! - [`Request::submit`] is the only call that spends money, and it sends **once**. What cannot be told is
//!   [`ErrorKind::OutcomeUnknown`], never a second attempt.
//! - [`Job`] is what was accepted. Await it for the [`Video`]; keep its [`JobHandle`] and it cannot be lost.
//! - Every [`Error`] after that point carries the handle.
//!
//! Inside, [`wire`] is pure: what to send and what answers mean. Only one module names the HTTP library.

mod account;
mod builder;
mod client;
mod clock;
mod error;
mod evidence;
mod handle;
mod head;
mod image;
mod job;
mod key;
mod mp4;
mod observer;
mod origin;
pub mod outcome;
pub mod pace;
mod request;
mod services;
mod trace;
mod transport;
mod video;
mod vocabulary;
pub mod webhook;
pub mod wire;

pub use builder::ClientBuilder;
pub use client::Client;
pub use clock::{Clock, Sleep, SystemClock};
pub use error::{Error, ErrorKind, Result, printable, printable_json};
pub use evidence::{Evidence, Reconciled};
pub use handle::JobHandle;
pub use image::{Image, probe};
pub use job::{Cancelled, Job, Progress, Stage};
pub use observer::Observer;
pub use polyreel_spec as spec;
pub use polyreel_spec::Quote;
pub use request::{LOOK_FIRST, Request};
pub use serde_json::Value as JsonValue;
pub use video::{IfTaken, Video, VideoStream};
