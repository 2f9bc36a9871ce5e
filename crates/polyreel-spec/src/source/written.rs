//! A provider file as it is written: every key optional, every value with its place.

use super::node::Node;
use super::reading::{Bytes, Context, Located, Many, Map, Millis, Nested, Price as Leaf, Read, Record, records};
use crate::{Address, Path, Scalar};

records! {
    /// The whole file.
    Spec {
        /// The identifier; equals the file's stem.
        provider: String,
        /// The name for people.
        name: String,
        /// Anything people should know.
        notes: String,
        /// https, without a slash at the end.
        base_url: String,
        /// How a call shows who pays.
        auth: Auth,
        /// The page where people get a key.
        key_page: String,
        /// Where facts are from.
        sources: Map<Source>,
        /// What the provider's own units are worth.
        credits: Map<Credit>,
        /// The envelope test of every call that has none of its own.
        ok: Condition,
        /// Each input once.
        fields: Map<Field>,
        /// What can be made.
        models: Map<Model>,
        /// The call that spends money.
        create: Create,
        /// The call that asks how a job is.
        poll: Poll,
        /// What refusals and failures mean.
        errors: Errors,
    }

    /// How a call shows who pays: exactly one key.
    Auth {
        /// `Authorization: Bearer <key>`.
        bearer: Bearer,
    }

    /// Where the key is.
    Bearer {
        /// The environment variable; begins with the provider's id in capitals.
        env: String,
    }

    /// Where a fact is from.
    Source {
        /// The page.
        url: String,
        /// The day it was read.
        checked: String,
    }

    /// What a unit is worth.
    Credit {
        /// How much one unit is worth.
        worth: Leaf,
        /// In which currency.
        currency: String,
    }

    /// One input.
    Field {
        /// The type; for the provider's own fields alone.
        kind = "type": String,
        /// Place in the body; the name by default.
        at: Path,
        /// The allowed values, sent as they are.
        values: Many<Scalar>,
        /// The allowed values, and how each is spelled.
        words: Nested<Scalar>,
        /// Allowed numbers, lowest and highest.
        range: Many<Scalar>,
        /// What the provider assumes when the field is left out.
        default: Scalar,
        /// Image forms, in order of preference.
        accepts: Many<String>,
        /// Allowed media types of an image.
        media_types: Many<String>,
        /// The largest image file.
        max_bytes: Bytes,
        /// The shortest side of an image, in pixels.
        min_side: u32,
        /// The longest text, in characters.
        max_length: u32,
        /// Fields in whose company this one has no effect.
        ignored_with: Many<String>,
        /// One line for the docs.
        about: String,
    }

    /// One thing that can be made.
    Model {
        /// The name on the wire, when it differs from the key.
        id: String,
        /// One line for the docs.
        about: String,
        /// Equal for the same work at other resellers.
        family: String,
        /// The inputs it cannot do without.
        required: Many<String>,
        /// The inputs it takes besides.
        optional: Many<String>,
        /// What it costs.
        price: Price,
        /// How long it takes.
        latency: Latency,
    }

    /// What a model costs: `amount`, or `by` and `table`.
    Price {
        /// One amount for all.
        amount: Leaf,
        /// `video` or `second`.
        per: String,
        /// A currency, or one of `credits`.
        unit: String,
        /// The fields that the amount depends on.
        by: Many<String>,
        /// The amounts, nested in the order of `by`.
        table: Nested<Leaf>,
    }

    /// How long the work takes: `between`, or `by` and `table`.
    Latency {
        /// Usual shortest and longest time.
        between: Many<Millis>,
        /// The fields that it depends on.
        by: Many<String>,
        /// The times, nested in the order of `by`.
        table: Nested<Many<Millis>>,
    }

    /// The call that spends money.
    Create {
        /// `POST` by default.
        method: String,
        /// The path below the base URL.
        path: Address,
        /// What is always sent.
        body: Map<Scalar>,
        /// `json` by default.
        encoding: String,
        /// The object that holds the fields.
        fields_at: Path,
        /// What is kept for later calls.
        save: Map<Many<Path>>,
        /// `poll`: the reply is a job object too.
        reply_as: String,
        /// This call's own envelope test.
        ok: Condition,
    }

    /// The call that asks how a job is.
    Poll {
        /// `GET` by default.
        method: String,
        /// The path below the base URL.
        path: Address,
        /// The saved value that holds the URL to use instead.
        url_from: String,
        /// The pause that the provider advises.
        every: Millis,
        /// This call's own envelope test.
        ok: Condition,
        /// Where the state is said.
        status: Status,
        /// Where the film is.
        output: Output,
        /// What else is worth reading.
        also: Map<Path>,
    }

    /// Where the state of a job is said.
    Status {
        /// Where the word is.
        at: Path,
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
        state: String,
        /// HTTP codes.
        http: Many<Scalar>,
        /// Where to look for `is`; the status path by default.
        at: Path,
        /// The value there is one of these.
        is: Many<Scalar>,
        /// Something is there.
        has: Path,
        /// Nothing is there.
        lacks: Path,
        /// The kind of failure.
        kind: String,
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

    /// Where the film is: exactly one key.
    Output {
        /// The first of these paths that holds text.
        url: Many<Path>,
    }

    /// How the provider says no.
    Errors {
        /// Adds the usual meaning of HTTP codes after the rules.
        standard_http: bool,
        /// Where a refused call says why.
        reply: Plane,
        /// Where a failed job says why; `reply` by default.
        job: Plane,
        /// What it means; the first that matches.
        rules: Many<ErrorRule>,
    }

    /// Where code and message are.
    Plane {
        /// The first of these that is there.
        code: Many<Path>,
        /// The first of these that holds text.
        message: Many<Path>,
    }

    /// One meaning.
    ErrorRule {
        /// HTTP codes: `404`, `5xx`.
        http: Many<Scalar>,
        /// Codes; `X_*` for all that begin so.
        code: Many<Scalar>,
        /// The message contains this.
        message_has: String,
        /// What it means.
        kind: String,
    }
}
