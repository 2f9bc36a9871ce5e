//! The wire as pure functions: what to send, and what an answer means. No IO.
//!
//! The simulator is the inverse of these functions, written without them; the law tests hold both against each other.

mod call;
mod document;
mod read;

pub use call::{Body, Call, Part, Target, create, poll};
pub use read::{Created, FilmUrl, Meaning, Refusal, Reply, Saved, read, read_create};
