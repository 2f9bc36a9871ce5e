//! A provider file read backwards: pure functions without server, clock or memory.
//!
//! What the client writes by walking a [`Provider`](polyreel_spec::Provider) forwards is read here by walking the same
//! facts the other way, with code of its own. Whoever doubts one of the two puts them together:
//!
//! - [`accept`] reads a create request back into the inputs that it was made from, and [`file()`] an upload into its file;
//! - [`route`] says which later call on which job a request is, for jobs that [`mint`] made tickets for;
//! - [`answer`] writes a reply that means a given [`Said`];
//! - [`refusal`] writes a no in the provider's own shape;
//! - [`callback()`] writes what a provider sends to whoever waits for the end of a job.

mod accept;
mod address;
mod body;
mod callback;
mod decode;
mod document;
mod draft;
mod output;
mod parameters;
mod reading;
mod refusal;
mod reply;
mod route;
mod said;
mod services;
mod ticket;

use std::fmt;

use serde_json::Value;

pub(crate) use accept::creates;
pub use accept::{Accepted, accept};
pub use callback::{Notice, callback, webhook_secret};
pub use decode::{Uploads, probe};
pub(crate) use draft::{error_inside, example_code, hollow, unknown_status};
pub(crate) use parameters::query;
pub use refusal::refusal;
pub(crate) use refusal::{WHY, refusal_after, refusal_by, refusal_with};
pub(crate) use reply::is_synchronous;
pub use reply::{answer, answer_to};
pub use route::route;
pub(crate) use route::{Resemblance, misfit, resemblance};
pub use said::{Film, Said, SaidState};
pub use services::file;
pub(crate) use services::names_uploads_by_number;
pub(crate) use ticket::{FIRST_NUMBER, number};
pub use ticket::{Ticket, mint};

/// An HTTP request as the engine sees it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The method, in capitals: `POST`.
    pub method: String,
    /// The path below the provider's base URL, escaped as it was sent, with the query if there is one.
    pub path: String,
    /// Names and values, in whatever case and order.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of the first header with this name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Path and query, still escaped.
    pub(crate) fn split_query(&self) -> (&str, Option<&str>) {
        self.path.split_once('?').map_or((self.path.as_str(), None), |(path, query)| (path, Some(query)))
    }
}

/// Shows neither header values nor the body: the one holds a key, the other somebody's pictures.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.split_query().0)
            .field("headers", &names)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// A reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP code.
    pub http: u16,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

impl Answer {
    /// The value of the header with this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// The body of a reply.
#[derive(Clone, PartialEq)]
pub enum Body {
    /// A document.
    Json(Value),
    /// A film.
    Bytes(Vec<u8>),
}

impl Body {
    /// The document, if it is one.
    pub fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(document) => Some(document),
            Self::Bytes(_) => None,
        }
    }

    /// As it is sent.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Json(document) => document.to_string().into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// Shows how long a film is, not what it holds.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(document) => write!(f, "{document}"),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
        }
    }
}

/// Why a request is not one that the provider takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Our name of the input at fault, or the part of the request: `body`, `content-type`, `method`, `path`, `query`.
    /// Something that nobody asked for is named by its place in the body.
    pub field: String,
    /// The rule that it breaks, a short stable word: `json`, `required`, `values`, `unknown`, …
    pub rule: &'static str,
    /// What is wrong; one lower-case line without the field's name.
    pub message: String,
    /// What to do instead.
    pub hint: Option<String>,
}

impl Rejection {
    pub(crate) fn new(field: impl Into<String>, rule: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), rule, message: message.into(), hint: None }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for Rejection {}
