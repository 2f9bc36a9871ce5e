//! A provider file as it is written: every key optional, every value with its place.

use super::node::{Node, Tree};
use super::reading::{
    Bytes, Context, Located, Many, Map, Millis, Nested, Price as Leaf, Read, Record, located, records,
};
use crate::{Address, Path, Scalar};

records! {
    /// The whole file.
    Spec {
        /// The identifier; equals the file's stem.
        provider: String,
        /// Other names that people use for it.
        aliases: Many<String>,
        /// The name for people.
        name: String,
        /// Anything people should know.
        notes: String,
        /// https, without a slash at the end. Absent for a dialect: the caller gives it.
        base_url: String,
        /// Other hosts of the same API, by name.
        regions: Map<String>,
        /// How a call shows who pays.
        auth: Auth,
        /// The page where people get a key.
        key_page: String,
        /// Headers of every call to the base origin.
        headers: Map<Scalar>,
        /// Where facts are from.
        sources: Map<Source>,
        /// What the provider's own units are worth.
        credits: Map<Credit>,
        /// How much may be asked at once.
        limits: Limits,
        /// How long things are kept.
        retention: Retention,
        /// The envelope test of every call that has none of its own.
        ok: Condition,
        /// Each input once.
        fields: Map<Field>,
        /// What can be made.
        models: Map<Model>,
        /// The call that spends money.
        create: Create,
        /// The call that asks how a job is.
        poll: Call,
        /// The call that asks for the film of a finished job.
        result: Call,
        /// How the film is fetched, when its URL alone is not enough.
        download: Download,
        /// How a job is stopped.
        cancel: Cancel,
        /// How a job is looked up by the caller's own reference.
        find: Call,
        /// How the account is asked.
        balance: Balance,
        /// How a file is handed over.
        upload: Upload,
        /// How the provider calls back.
        webhook: Webhook,
        /// What refusals and failures mean.
        errors: Errors,
    }

    /// How a call shows who pays: exactly one key.
    Auth {
        /// `Authorization: Bearer <key>`.
        bearer: OneSecret,
        /// A header of its own.
        header: NamedSecret,
        /// A parameter in the query.
        query: NamedSecret,
        /// A JSON web token that the client signs.
        jwt_hs256: Jwt,
    }

    /// Where the key is.
    OneSecret {
        /// The environment variable; begins with the provider's id in capitals.
        env: String,
    }

    /// Where the key is, and where it goes.
    NamedSecret {
        /// The header's or parameter's name.
        name: String,
        /// What stands before the key in a header.
        prefix: String,
        /// The environment variable; begins with the provider's id in capitals.
        env: String,
    }

    /// Two secrets that sign a token.
    Jwt {
        /// The environment variable of the key's identifier.
        key_env: String,
        /// The environment variable of the secret.
        secret_env: String,
        /// How long a token is good for.
        lifetime: Millis,
        /// How long before now it begins to be good.
        not_before: Millis,
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

    /// How much may be asked at once.
    Limits {
        /// Calls in a minute, polls included.
        requests_per_minute: u32,
        /// Jobs at the same time.
        concurrent: u32,
        /// What happens to a job above `concurrent`: `queued` or `refused`.
        excess: String,
    }

    /// How long things are kept.
    Retention {
        /// How long after its create a job can be asked for.
        job: Millis,
        /// How long after it is made a film can be fetched.
        output: Millis,
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
        /// `text` for a number that travels as text; `int` for the identifier of an uploaded file that is a number.
        form = "as": String,
        /// What stands before a number in a text.
        prefix: String,
        /// What stands behind a number in a text.
        suffix: String,
        /// Image forms, in order of preference.
        accepts: Many<String>,
        /// Where the media type of bare base64 goes.
        media_type_at: Path,
        /// Allowed media types of an image.
        media_types: Many<String>,
        /// The largest image file.
        max_bytes: Bytes,
        /// The shortest side of an image, in pixels.
        min_side: u32,
        /// The longest text, in characters.
        max_length: u32,
        /// Fields that may not be sent together with this one.
        not_with: Many<String>,
        /// Fields without which this one may not be sent.
        needs: Many<String>,
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
        /// Keys of fields that differ for this model. New `values`, `words` or `range` drop the old ones and the default.
        changes = "override": Map<Field>,
        /// Constants that select this model when its name is not enough.
        body: Map<Scalar>,
        /// Never chosen by itself: the caller names it.
        by_name_only: bool,
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
        /// Constants, and references to `model` and fields.
        query: Map<Scalar>,
        /// Constants, and references to `model` and fields.
        headers: Map<Scalar>,
        /// What is always sent.
        body: Map<Scalar>,
        /// `json` by default.
        encoding: String,
        /// The object that holds the fields.
        fields_at: Path,
        /// Creates that differ for some inputs or models; the first that applies.
        variants: Many<CreateVariant>,
        /// What is kept for later calls.
        save: Map<Short<SaveEntry>>,
        /// `poll`: the reply is a job object too.
        reply_as: String,
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
        method: String,
        /// Replaces the path.
        path: Address,
        /// Replaces the query.
        query: Map<Scalar>,
        /// Replaces the headers.
        headers: Map<Scalar>,
        /// Replaces what is always sent.
        body: Map<Scalar>,
        /// Replaces the encoding.
        encoding: String,
        /// Replaces the object that holds the fields.
        fields_at: Path,
        /// Keys of fields that differ.
        changes = "override": Map<Field>,
        /// Replaces what is kept.
        save: Map<Short<SaveEntry>>,
        /// Replaces how the reply is read.
        reply_as: String,
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
        method: String,
        /// The path below the base URL.
        path: Address,
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

    /// How the film is fetched.
    Download {
        /// The film's URL needs the key.
        auth: bool,
        /// `GET` by default.
        method: String,
        /// The endpoint that gives the film, when no reply names a URL.
        path: Address,
        /// Constants, and references to saved values.
        query: Map<Scalar>,
    }

    /// How a job is stopped.
    Cancel {
        /// `POST` by default.
        method: String,
        /// The path below the base URL.
        path: Address,
        /// The saved value that holds the URL to use instead.
        url_from: String,
        /// Constants, and references to saved values.
        query: Map<Scalar>,
        /// Constants, and references to saved values.
        body: Map<Scalar>,
        /// This call's own envelope test.
        ok: Condition,
        /// HTTP codes that mean: it is stopped.
        done: Many<Scalar>,
        /// HTTP codes that mean: it will be stopped.
        requested: Many<Scalar>,
        /// HTTP codes that mean: it cannot be stopped any more.
        refused: Many<Scalar>,
        /// States in which it can be stopped.
        during = "while": Many<String>,
        /// The same call deletes a job that is finished.
        deletes_finished: bool,
    }

    /// How the account is asked.
    Balance {
        /// `GET` by default.
        method: String,
        /// The path below the base URL.
        path: Address,
        /// Constants.
        query: Map<Scalar>,
        /// This call's own envelope test.
        ok: Condition,
        /// Where the amount is.
        amount: Short<PlaceEntry>,
        /// A currency, or one of `credits`.
        unit: String,
    }

    /// How a file is handed over.
    Upload {
        /// `POST` by default.
        method: String,
        /// The path below the base URL.
        path: Address,
        /// `multipart` by default.
        encoding: String,
        /// The part that holds the file.
        file_at: Path,
        /// Where the reply says what the create then names.
        id: Many<Path>,
        /// This call's own envelope test.
        ok: Condition,
    }

    /// How the provider calls back.
    Webhook {
        /// Where the job's id is; the first that is there.
        id: Many<Path>,
        /// What a registration call must be answered with.
        challenge: Path,
        /// How a callback shows that it is genuine.
        verify: Verify,
    }

    /// How a callback shows that it is genuine: exactly one key.
    Verify {
        /// HMAC-SHA256 over parts of the callback.
        hmac_sha256: Hmac,
        /// The Standard Webhooks scheme.
        standard_webhooks: StandardWebhooks,
        /// Ed25519 with keys from a JSON web key set.
        ed25519_jwks: Jwks,
        /// The secret itself, given back.
        echo_secret: EchoSecret,
    }

    /// HMAC-SHA256 over parts of the callback.
    Hmac {
        /// The header that holds the signature: `header:X-Signature`.
        signature: Path,
        /// What stands before it.
        prefix: String,
        /// `hex` or `base64`.
        encoding: String,
        /// What is signed, in order: headers, paths, `body`.
        over: Many<String>,
        /// What stands between the parts.
        joined_by: String,
        /// The environment variable that holds the secret.
        env: String,
    }

    /// The Standard Webhooks scheme.
    StandardWebhooks {
        /// The environment variable that holds the secret.
        secret_env: String,
    }

    /// Ed25519 with keys from a JSON web key set.
    Jwks {
        /// Where the keys are.
        jwks: String,
    }

    /// The secret itself, given back.
    EchoSecret {
        /// The header that holds it.
        header: String,
        /// The environment variable that holds the secret.
        env: String,
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
        state: String,
        /// HTTP codes.
        http: Many<Scalar>,
        /// A media type: `video/*`.
        content_type: String,
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
        body: String,
    }

    /// Where a value is, and how it is disguised.
    PlaceEntry {
        /// Where.
        at: Path,
        /// `text` for a number that stands in a text.
        form = "as": String,
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
        at: Many<Path>,
        /// `int` for an identifier that is a number on the wire.
        form = "as": String,
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
        /// Where a refusal says how long to wait, when it is not in `Retry-After`.
        retry_after: Short<PlaceEntry>,
        /// Whether a job that failed is billed.
        failed_jobs_billed: bool,
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
        /// The same request may succeed later.
        retriable: bool,
        /// As the answer to a create: nothing was created.
        nothing_created: bool,
        /// As the end of a job: it is billed.
        billed: bool,
    }
}

/// Entries that may also be written as their path alone.
impl Read for Short<PlaceEntry> {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        if matches!(node.tree, Tree::Map(_)) {
            return PlaceEntry::read(node, context).map(Self);
        }
        let at = located(node, context)?;
        Some(Self(PlaceEntry { at: Some(at), named: vec!["at".to_owned()], ..PlaceEntry::default() }))
    }
}

impl Read for Short<SaveEntry> {
    fn read(node: &Node, context: &mut Context<'_>) -> Option<Self> {
        if matches!(node.tree, Tree::Map(_)) {
            return SaveEntry::read(node, context).map(Self);
        }
        let at = located(node, context)?;
        Some(Self(SaveEntry { at: Some(at), named: vec!["at".to_owned()], ..SaveEntry::default() }))
    }
}

/// A record that may be written as its only mandatory value.
#[derive(Clone, Debug, Default)]
pub(super) struct Short<T>(pub(super) T);

impl<T> std::ops::Deref for Short<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
