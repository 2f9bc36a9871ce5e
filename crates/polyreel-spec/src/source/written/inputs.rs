//! Fields and models.

use super::super::closed::Disguise;
use super::super::containers::Nested;
use super::super::reading::{Many, Map};
use super::super::records::records;
use super::super::values::{Bytes, Lines, Millis, Name, Price as Leaf};
use crate::{FieldType, ImageForm, Path, Per, Scalar};

records! {
    /// One input.
    Field {
        /// The type; for the provider's own fields alone.
        kind = "type": FieldType,
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
        form = "as": Disguise,
        /// What stands before a number in a text.
        prefix: String,
        /// What stands behind a number in a text.
        suffix: String,
        /// Image forms, in order of preference.
        accepts: Many<ImageForm>,
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
        about: Lines,
    }

    /// One thing that can be made.
    Model {
        /// The name on the wire, when it differs from the key.
        id: String,
        /// One line for the docs.
        about: Lines,
        /// Equal for the same work at other resellers.
        family: Name,
        /// The inputs it cannot do without.
        required: Many<String> = required,
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
        per: Per,
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
}
