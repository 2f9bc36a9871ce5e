//! Calls, and what their answers mean.

use super::super::closed::{InText, Number, ReplyAs};
use super::super::containers::{Abbreviated, Short};
use super::super::forms::{HttpCode, MediaType};
use super::super::reading::{Located, Many, Map, Slot};
use super::super::records::records;
use super::super::values::Millis;
use super::Field;
use crate::{Address, Encoding, Kind, Method, Path, Scalar, State};

records! {
    /// The call that spends money.
    Create {
        /// `POST` by default.
        method: Method,
        /// The path below the base URL.
        path: Address = required,
        /// Constants, and references to `model` and fields.
        query: Map<Scalar>,
        /// Constants, and references to `model` and fields.
        headers: Map<Scalar>,
        /// What is always sent.
        body: Map<Scalar>,
        /// `json` by default.
        encoding: Encoding,
        /// The object that holds the fields.
        fields_at: Path,
        /// Creates that differ for some inputs or models; the first that applies.
        variants: Many<CreateVariant>,
        /// What is kept for later calls.
        save: Map<Short<SaveEntry>>,
        /// `poll`: the reply is a job object too.
        reply_as: ReplyAs,
        /// This call's own envelope test.
        ok: Condition,
        /// Where the state is said, in a create that answers with the work itself.
        status: Status,
        /// Where the film is, in a create that answers with the work itself.
        output: Output,
        /// What else is worth reading.
        also: Map<Short<PlaceEntry>>,
    }

    /// A create that differs. What it does not say is as in the plain one.
    CreateVariant {
        /// Applies when any of these fields is given.
        with: Many<String>,
        /// Applies to these models alone.
        models: Many<String>,
        /// Replaces the method.
        method: Method,
        /// Replaces the path.
        path: Address,
        /// Replaces the query.
        query: Map<Scalar>,
        /// Replaces the headers.
        headers: Map<Scalar>,
        /// Replaces what is always sent.
        body: Map<Scalar>,
        /// Replaces the encoding.
        encoding: Encoding,
        /// Replaces the object that holds the fields.
        fields_at: Path,
        /// Keys of fields that differ.
        changes = "override": Map<Field>,
        /// Replaces what is kept.
        save: Map<Short<SaveEntry>>,
        /// Replaces how the reply is read.
        reply_as: ReplyAs,
        /// Replaces the envelope test.
        ok: Condition,
        /// Replaces where the state is said.
        status: Status,
        /// Replaces where the film is.
        output: Output,
        /// Replaces what else is read.
        also: Map<Short<PlaceEntry>>,
    }

    /// A later call: poll, result, find.
    Call {
        /// `GET` by default.
        method: Method,
        /// The path below the base URL.
        path: Address = required,
        /// The saved value that holds the URL to use instead.
        url_from: String,
        /// Constants, and references to saved values.
        query: Map<Scalar>,
        /// Constants, and references to saved values.
        headers: Map<Scalar>,
        /// Constants, and references to saved values.
        body: Map<Scalar>,
        /// The pause that the provider advises.
        every: Millis,
        /// The shortest pause that it allows.
        at_least: Millis,
        /// Where the reply says the next pause.
        every_from: Short<PlaceEntry>,
        /// This call's own envelope test.
        ok: Condition,
        /// Where the state is said.
        status: Status,
        /// What is kept for later calls.
        save: Map<Short<SaveEntry>>,
        /// Where the film is.
        output: Output,
        /// What else is worth reading.
        also: Map<Short<PlaceEntry>>,
        /// Where the position in the queue is.
        queue_position: Short<PlaceEntry>,
        /// Where the progress is.
        progress: Short<PlaceEntry>,
    }

    /// Where the state of a job is said.
    Status {
        /// Where the word is.
        at: Path,
        /// Words are compared without regard to case.
        ignore_case: bool,
        /// Looked at before the words.
        rules: Many<StatusRule>,
        /// Words for: accepted, not begun.
        queued: Many<Scalar>,
        /// Words for: in the making.
        running: Many<Scalar>,
        /// Words for: the film is there.
        done: Many<Scalar>,
        /// Words for: there will be no film.
        failed: Many<Scalar>,
        /// Words for: somebody stopped it.
        cancelled: Many<Scalar>,
        /// Words for: not known, or not any more.
        expired: Many<Scalar>,
    }

    /// A state that is said otherwise than by a word.
    StatusRule {
        /// The state.
        state: State = required,
        /// HTTP codes.
        http: Many<HttpCode>,
        /// A media type: `video/*`.
        content_type: MediaType,
        /// Where to look for `is`; the status path by default.
        at: Path,
        /// The value there is one of these.
        is: Many<Scalar>,
        /// Something is there.
        has: Path,
        /// Nothing is there.
        lacks: Path,
        /// The kind of failure.
        kind: Kind,
        /// Whether a cancelled or expired job is billed.
        billed: bool,
    }

    /// An envelope test.
    Condition {
        /// Where to look for `is`.
        at: Path,
        /// The value there is one of these.
        is: Many<Scalar>,
        /// Something is there.
        has: Path,
        /// Nothing is there.
        lacks: Path,
    }

    /// Where the film is, in one form or several.
    Output {
        /// The first of these paths that holds text.
        url: Many<Path>,
        /// In the document, as base64.
        base64: Path,
        /// The reply itself, when it has this media type.
        body: MediaType,
    }

    /// Where a value is, and how it is disguised.
    PlaceEntry {
        /// Where.
        at: Path = required,
        /// `text` for a number that stands in a text.
        form = "as": InText,
        /// What stands before the number.
        prefix: String,
        /// What stands behind the number.
        suffix: String,
        /// What the number is at the end.
        max: Scalar,
        /// The unit of a time: `ms`, `s`, `m`.
        unit: String,
    }

    /// A value that is kept.
    SaveEntry {
        /// The first of these paths that is there.
        at: Many<Path> = required,
        /// `int` for an identifier that is a number on the wire.
        form = "as": Number,
    }
}

impl Abbreviated for PlaceEntry {
    type Value = Path;
    fn only(at: Located<Path>) -> Self {
        Self { at: Slot::filled("at", Some(at)), ..Self::default() }
    }
}

impl Abbreviated for SaveEntry {
    type Value = Many<Path>;
    fn only(at: Located<Many<Path>>) -> Self {
        Self { at: Slot::filled("at", Some(at)), ..Self::default() }
    }
}
