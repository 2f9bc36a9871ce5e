//! What refusals and failures mean.

use super::super::containers::Short;
use super::super::forms::HttpCode;
use super::super::reading::Many;
use super::super::records::records;
use super::PlaceEntry;
use crate::{Kind, Path, Scalar};

records! {
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
        http: Many<HttpCode>,
        /// Codes; `X_*` for all that begin so.
        code: Many<Scalar>,
        /// The message contains this.
        message_has: String,
        /// What it means.
        kind: Kind = required,
        /// The same request may succeed later.
        retriable: bool,
        /// As the answer to a create: nothing was created.
        nothing_created: bool,
        /// As the end of a job: it is billed.
        billed: bool,
    }
}
