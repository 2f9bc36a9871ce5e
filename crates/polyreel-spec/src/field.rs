//! Inputs of a request.

use crate::words::words;
use crate::{List, Path, Scalar, Text, TextForm};

/// One input: its type, its allowed values, its spelling on the wire.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Field {
    /// Our name for it: `start_image`.
    pub name: Text,
    /// What kind of value it is.
    pub kind: FieldType,
    /// Where it goes in the body.
    pub at: Path,
    /// Which values are allowed.
    pub allowed: Allowed,
    /// What the provider assumes when it is left out. Not sent, except in an address.
    pub default: Option<Scalar>,
    /// A number that travels as text.
    pub text_form: Option<TextForm>,
    /// Fields that may not be sent together with this one.
    pub not_with: List<Text>,
    /// Fields without which this one may not be sent.
    pub needs: List<Text>,
    /// Fields in whose company this one has no effect.
    pub ignored_with: List<Text>,
    /// The longest text, in characters.
    pub max_length: Option<u32>,
    /// What an image may be; `Some` for images alone.
    pub image: Option<ImageLimits>,
    /// One line for people.
    pub about: Option<Text>,
}

words! {
    /// What kind of value a field holds.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    pub enum FieldType {
        /// Text.
        Text = "text",
        /// A whole number.
        Int = "int",
        /// A number.
        Number = "number",
        /// `true` or `false`.
        Bool = "bool",
        /// A picture.
        Image = "image",
    }
}

impl FieldType {
    /// The type of a standard input, for example `prompt` or `duration`.
    pub fn of_standard_input(name: &str) -> Option<Self> {
        Some(match name {
            "prompt" | "negative_prompt" | "aspect_ratio" | "resolution" | "size" | "quality" | "webhook"
            | "reference" => Self::Text,
            "duration" | "seed" => Self::Int,
            "cfg_scale" => Self::Number,
            "audio" => Self::Bool,
            "start_image" | "end_image" => Self::Image,
            _ => return None,
        })
    }

    /// Whether a value is of this type. An image is never a scalar.
    pub fn admits(self, value: &Scalar) -> bool {
        matches!(
            (self, value),
            (Self::Text, Scalar::Text(_))
                | (Self::Int, Scalar::Int(_))
                | (Self::Number, Scalar::Int(_) | Scalar::Number(_))
                | (Self::Bool, Scalar::Bool(_))
        )
    }
}

/// Which values a field may have.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Allowed {
    /// Any value of the type.
    Any,
    /// These, sent as they are.
    Values(List<Scalar>),
    /// These, each with its own spelling on the wire.
    Words(List<Word>),
    /// Numbers between these two, both included.
    Range(f64, f64),
}

/// One allowed value and how it is spelled.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Word {
    /// The value as we say it.
    pub ours: Scalar,
    /// The value as the provider spells it.
    pub theirs: Scalar,
}

impl Field {
    /// The allowed values, if they are listed; for a boolean both.
    pub fn values(&self) -> Option<Vec<Scalar>> {
        match &self.allowed {
            Allowed::Values(values) => Some(values.to_vec()),
            Allowed::Words(words) => Some(words.iter().map(|word| word.ours.clone()).collect()),
            Allowed::Any if self.kind == FieldType::Bool => Some(vec![true.into(), false.into()]),
            Allowed::Any | Allowed::Range(..) => None,
        }
    }
}

/// What an image may be, checked before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct ImageLimits {
    /// The forms that are taken, best first.
    pub accepts: List<ImageForm>,
    /// The media types that are taken; empty means any.
    pub media_types: List<Text>,
    /// The largest file, in bytes.
    pub max_bytes: Option<u64>,
    /// The shortest side, in pixels.
    pub min_side: Option<u32>,
    /// Where the media type of bare base64 goes.
    pub media_type_at: Option<Path>,
    /// The identifier of an uploaded file is a whole number on the wire.
    pub int: bool,
}

words! {
    /// How an image travels.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    pub enum ImageForm {
        /// A URL that the provider fetches.
        Url = "url",
        /// `data:image/png;base64,…`.
        DataUri = "data_uri",
        /// Bare base64.
        Base64 = "base64",
        /// A part of a multipart body.
        File = "file",
        /// Uploaded by a call of its own first; the create then names it.
        Upload = "upload",
    }
}
