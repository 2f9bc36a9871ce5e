//! A provider file as it is written: every value with its place, what is missing left empty.

mod calls;
mod errors;
mod inputs;
mod services;

pub(super) use calls::{Call, Condition, Create, CreateVariant, Output, PlaceEntry, SaveEntry, Status, StatusRule};
pub(super) use errors::{ErrorRule, Errors, Plane};
pub(super) use inputs::{Field, Latency, Model, Price};
pub(super) use services::{Auth, Balance, Cancel, Download, Upload, Verify, Webhook};

pub(super) use super::containers::Short;
use super::forms::{BaseUrl, Date, HttpsUrl, Id};
use super::reading::{Many, Map};
use super::records::records;
use super::values::{Lines, Millis, Name, Price as Leaf};
use crate::{Excess, Scalar};

records! {
    /// The whole file.
    Spec {
        /// The identifier; equals the file's stem.
        provider: Id = required,
        /// Other names that people use for it.
        aliases: Many<String>,
        /// The name for people.
        name: Name,
        /// Anything people should know.
        notes: Lines,
        /// https, without a slash at the end. Absent for a dialect: the caller gives it.
        base_url: BaseUrl,
        /// Other hosts of the same API, by name.
        regions: Map<BaseUrl>,
        /// How a call shows who pays.
        auth: Auth = required,
        /// The page where people get a key.
        key_page: Name,
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
        fields: Map<Field> = required,
        /// What can be made.
        models: Map<Model> = required,
        /// The call that spends money.
        create: Create = required,
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
        errors: Errors = required,
    }

    /// Where a fact is from.
    Source {
        /// The page.
        url: HttpsUrl = required,
        /// The day it was read.
        checked: Date = required,
    }

    /// What a unit is worth.
    Credit {
        /// How much one unit is worth.
        worth: Leaf = required,
        /// In which currency.
        currency: String = required,
    }

    /// How much may be asked at once.
    Limits {
        /// Calls in a minute, polls included.
        requests_per_minute: u32,
        /// Jobs at the same time.
        concurrent: u32,
        /// What happens to a job above `concurrent`: `queued` or `refused`.
        excess: Excess,
    }

    /// How long things are kept.
    Retention {
        /// How long after its create a job can be asked for.
        job: Millis,
        /// How long after it is made a film can be fetched.
        output: Millis,
    }
}
