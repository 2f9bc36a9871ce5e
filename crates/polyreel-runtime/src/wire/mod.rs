//! The wire as pure functions: what to send, and what an answer means. No IO.
//!
//! The simulator is the inverse of these functions, written without them; the law tests hold both against each other.

mod call;
mod course;
mod document;
mod http;
mod named;
mod read;

pub(crate) use self::read::is_empty_answer;
pub(crate) use call::is_synchronous;
pub use call::{Body, Call, Part, Target, balance, create, find, later, upload};
pub use course::Course;
pub use http::{Credentials, credentials, form_text, url};
pub use named::Named;
pub use read::{
    Also, Created, Film, Meaning, Refusal, Reply, ReplyBody, Saved, first_text, is_media, pause, read, read_balance,
    read_create, read_refusal, read_saved,
};
