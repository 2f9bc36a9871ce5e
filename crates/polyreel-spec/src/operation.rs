//! Calls: what is sent, and what the answer means.

use std::fmt;

use crate::words::words;
use crate::{Address, Field, HttpPattern, Kind, List, Path, Scalar, Text};

/// Which call of a job's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Starts the work and spends the money.
    Create,
    /// Asks how the job is.
    Poll,
    /// Asks for the film of a finished job, where the poll does not give it.
    Result,
    /// Fetches the film from an endpoint of the provider.
    Download,
    /// Stops the job.
    Cancel,
    /// Looks a job up by the caller's own reference.
    Find,
    /// Asks how much money is left.
    Balance,
    /// Hands over a file that a create then names.
    Upload,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 8] =
        [Self::Create, Self::Poll, Self::Result, Self::Download, Self::Cancel, Self::Find, Self::Balance, Self::Upload];

    /// The name in provider files and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Poll => "poll",
            Self::Result => "result",
            Self::Download => "download",
            Self::Cancel => "cancel",
            Self::Find => "find",
            Self::Balance => "balance",
            Self::Upload => "upload",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
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
    /// The query. A reference to an input that is not given sends nothing.
    pub query: List<Parameter>,
    /// Headers beside the provider's own. A reference to an input that is not given sends nothing.
    pub headers: List<Parameter>,
    /// What is always in the body.
    pub body: List<Constant>,
    /// How the body is written.
    pub encoding: Encoding,
    /// How often the call may be made.
    pub pace: Pace,
    /// What the answer means.
    pub reply: ReplyShape,
}

words! {
    /// An HTTP method.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    pub enum Method {
        /// Asks, and changes nothing.
        Get = "GET",
        /// Hands something over.
        Post = "POST",
        /// Puts something in a place.
        Put = "PUT",
        /// Takes something away.
        Delete = "DELETE",
    }
}

/// A named value in a query or in headers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Parameter {
    /// Its name on the wire.
    pub name: Text,
    /// Its value.
    pub value: Term,
}

/// A value that is always in a body.
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
    /// `{name}`: `model`, the model's name on the wire; in a create a field; later a saved value or `create_path`.
    Reference(Text),
}

impl Term {
    /// Whether it is the model's name on the wire.
    pub fn is_model(&self) -> bool {
        matches!(self, Self::Reference(name) if *name == "model")
    }
}

words! {
    /// How a body is written. All but JSON send numbers and booleans as text.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    pub enum Encoding {
        /// `application/json`.
        Json = "json",
        /// `multipart/form-data`.
        Multipart = "multipart",
        /// `multipart/form-data` when a part is a file, otherwise `application/json`.
        MultipartIfFile = "multipart_if_file",
        /// `application/x-www-form-urlencoded`.
        Form = "form",
    }
}

impl Encoding {
    /// Whether a part may be a file.
    pub fn takes_files(self) -> bool {
        matches!(self, Self::Multipart | Self::MultipartIfFile)
    }
}

/// How often a call may be made.
#[derive(Clone, Debug, PartialEq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Pace {
    /// The pause that the provider advises, in milliseconds.
    pub every: Option<u64>,
    /// The shortest pause that it allows, in milliseconds.
    pub at_least: Option<u64>,
    /// Where a reply says the next pause.
    pub every_from: Option<Delay>,
}

/// A time in a reply.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Delay {
    /// Where.
    pub place: Place,
    /// What one unit is, in milliseconds.
    pub unit: u64,
}

/// Where a value is, and how it is disguised.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Place {
    /// Where.
    pub at: Path,
    /// The number stands in a text.
    pub text: Option<TextForm>,
}

/// A number that is written as text: `"5"`, `"5s"`.
///
/// In a reply it is the last number between these two, anywhere in the text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct TextForm {
    /// What stands before it; never ends in a digit, a dot or a minus.
    pub prefix: Text,
    /// What stands behind it; never begins with a digit or a dot.
    pub suffix: Text,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct ReplyShape {
    /// The envelope's own test: an answer that fails it is a refusal, whatever its HTTP code.
    pub ok: Option<Condition>,
    /// Where the state of the job is said. A create without one says *accepted* by its saved values alone, a result
    /// says *done* by its film alone.
    pub status: Option<Status>,
    /// What is kept for later calls.
    pub save: List<Saved>,
    /// Where the film is.
    pub output: Option<Output>,
    /// What else is worth reading.
    pub also: List<Side>,
    /// Where the position in the queue is.
    pub queue_position: Option<Place>,
    /// Where the progress is.
    pub progress: Option<Progress>,
}

/// A value that is kept from a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Saved {
    /// The name by which later calls refer to it. `id` is what people see.
    pub name: Text,
    /// The first of these that is there.
    pub at: List<Path>,
    /// It is a whole number on the wire.
    pub int: bool,
}

/// Where a film is. A reply may give it in several forms; the media type decides between [`Self::body`] and the rest.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Output {
    /// At the first of these paths that holds text: one URL, or several.
    pub url: List<Path>,
    /// In the document, as base64.
    pub base64: Option<Path>,
    /// The reply itself is the film when it has this media type: `video/*`.
    pub body: Option<Text>,
}

/// Something worth reading beside the film.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Side {
    /// Its name: `cover`, `cost`, …
    pub name: Text,
    /// Where it is.
    pub place: Place,
}

/// How far the work is.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Progress {
    /// Where the number is.
    pub place: Place,
    /// What it is at the end: 100, or 1.
    pub max: f64,
}

words! {
    /// How a job is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    pub enum State {
        /// Accepted, not begun.
        Queued = "queued",
        /// In the making.
        Running = "running",
        /// The film is there.
        Done = "done",
        /// There will be no film.
        Failed = "failed",
        /// Somebody stopped it.
        Cancelled = "cancelled",
        /// The provider does not know the job, or not any more.
        Expired = "expired",
    }
}

/// How a reply says the state.
#[derive(Clone, Debug, PartialEq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Status {
    /// Looked at before the words; the first that holds decides.
    pub rules: List<StatusRule>,
    /// Where the word is.
    pub at: Option<Path>,
    /// The words of each state.
    pub words: List<Words>,
    /// Words are compared without regard to case.
    pub ignore_case: bool,
}

impl Status {
    /// Whether some word or rule says this state.
    pub fn says(&self, state: State) -> bool {
        self.words.iter().any(|words| words.state == state) || self.rules.iter().any(|rule| rule.state == state)
    }
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
    /// Whether a job that was cancelled or has expired is billed, when the rule itself says so.
    pub billed: Option<bool>,
}

/// A test of a reply; all parts must hold.
#[derive(Clone, Debug, PartialEq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Condition {
    /// One of these HTTP codes; empty means any.
    pub http: List<HttpPattern>,
    /// This media type: `video/*`, `application/json`.
    pub content_type: Option<Text>,
    /// Where to look for [`Self::is`].
    pub at: Option<Path>,
    /// The value there is one of these, compared as text; empty means any.
    pub is: List<Scalar>,
    /// Something is there: not missing, `null`, `""`, `0`, `false`, `[]` or `{}`.
    pub has: Option<Path>,
    /// Nothing is there.
    pub lacks: Option<Path>,
}

/// A create that differs for some inputs or models. The first that applies is used.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Variant {
    /// Applies when any of these inputs is given; empty means always.
    pub with: List<Text>,
    /// Applies to these models alone; empty means all.
    pub models: List<Text>,
    /// The whole call.
    pub operation: Operation,
    /// Inputs that differ from the model's, whole.
    pub fields: List<ModelField>,
}

/// An input of one model.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct ModelField {
    /// The model's key.
    pub model: Text,
    /// The input.
    pub field: Field,
}
