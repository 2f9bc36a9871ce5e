//! Calls: what is sent, and what the answer means.

use std::fmt;

use crate::{Address, HttpPattern, Kind, List, Path, Scalar, Text};

/// Which call of a job's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Starts the work and spends the money.
    Create,
    /// Asks how the job is.
    Poll,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Poll => "poll",
        })
    }
}

/// One call of a provider.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Operation {
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL.
    pub address: Address,
    /// The saved value that holds the URL to use instead of [`Self::address`], which then only says what it looks like.
    pub url_from: Option<Text>,
    /// What is always sent.
    pub body: List<Constant>,
    /// How the body is written.
    pub encoding: Encoding,
    /// The pause that the provider advises between two of these calls, in milliseconds.
    pub every: Option<u64>,
    /// What the answer means.
    pub reply: ReplyShape,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
}

impl Method {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A value that is always sent.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Constant {
    /// Where in the body.
    pub at: Path,
    /// What.
    pub value: Term,
}

/// A value that is known when the call is made.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Term {
    /// This very value.
    Constant(Scalar),
    /// The model's name on the wire.
    Model,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Encoding {
    /// `application/json`.
    Json,
    /// `multipart/form-data`; numbers and booleans travel as text.
    Multipart,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct ReplyShape {
    /// The envelope's own test: an answer that fails it is a refusal, whatever its HTTP code.
    pub ok: Option<Condition>,
    /// Where the state of the job is said. A create without one says *accepted* by its saved values alone.
    pub status: Option<Status>,
    /// What is kept for later calls.
    pub save: List<Saved>,
    /// Where the film is.
    pub output: Option<Output>,
    /// What else is worth reading.
    pub also: List<Side>,
}

/// A value that is kept from a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Saved {
    /// The name by which later calls refer to it. `id` is what people see.
    pub name: Text,
    /// The first of these that is there.
    pub at: List<Path>,
}

/// Where a film is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Output {
    /// At the first of these paths that holds text: one URL, or several.
    Url(List<Path>),
}

/// Something worth reading beside the film.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Side {
    /// Its name: `cover`, `cost`, …
    pub name: Text,
    /// Where it is.
    pub at: Path,
}

/// How a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum State {
    /// Accepted, not begun.
    Queued,
    /// In the making.
    Running,
    /// The film is there.
    Done,
    /// There will be no film.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// The provider does not know the job, or not any more.
    Expired,
}

impl State {
    /// All states, in the order of a job's life.
    pub const ALL: [Self; 6] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled, Self::Expired];

    /// The name in provider files and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// How a reply says the state.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Status {
    /// Looked at before the words; the first that holds decides.
    pub rules: List<StatusRule>,
    /// Where the word is.
    pub at: Option<Path>,
    /// The words of each state.
    pub words: List<Words>,
}

/// The words that mean one state.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Words {
    /// The state.
    pub state: State,
    /// The words; the simulator writes the first.
    pub words: List<Scalar>,
}

/// A state that is said otherwise than by a word.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct StatusRule {
    /// The state.
    pub state: State,
    /// When. Applies to answers of 300 and above only if it names their HTTP code.
    pub when: Condition,
    /// What kind of failure, when the rule itself says so.
    pub kind: Option<Kind>,
}

/// A test of a reply; all parts must hold.
#[derive(Clone, Debug, PartialEq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Condition {
    /// One of these HTTP codes; empty means any.
    pub http: List<HttpPattern>,
    /// Where to look for [`Self::is`].
    pub at: Option<Path>,
    /// The value there is one of these, compared as text; empty means any.
    pub is: List<Scalar>,
    /// Something is there: not missing, `null`, `""`, `0`, `false`, `[]` or `{}`.
    pub has: Option<Path>,
    /// Nothing is there.
    pub lacks: Option<Path>,
}
