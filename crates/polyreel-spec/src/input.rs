//! What a caller asks for, and whether a model can do it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{Allowed, Field, FieldType, ImageForm, Model, Provider, Scalar};

/// The inputs of one request, by the names of their fields.
pub type Inputs = BTreeMap<String, Input>;

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A text, number or boolean.
    Value(Scalar),
    /// A picture.
    Image(Image),
}

impl<T: Into<Scalar>> From<T> for Input {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

impl From<Image> for Input {
    fn from(image: Image) -> Self {
        Self::Image(image)
    }
}

/// A picture that goes into a film.
#[derive(Clone, PartialEq, Eq)]
pub enum Image {
    /// A URL that the provider fetches.
    Url(String),
    /// The bytes of a picture file.
    Bytes(Arc<[u8]>),
}

/// Shows how many bytes there are, not which.
impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(_) => f.write_str("Image::Url(…)"),
            Self::Bytes(bytes) => write!(f, "Image::Bytes({} bytes)", bytes.len()),
        }
    }
}

/// What the head of a picture file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageFacts {
    /// For example `image/png`.
    pub media_type: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// An input that a model does not take, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field.
    pub field: String,
    /// The rule that it breaks, a short stable word: `required`, `values`, `range`, `type`, …
    pub rule: &'static str,
    /// What is wrong and what is allowed; one lower-case line without the field's name.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// An input that is sent but has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The field without effect.
    pub field: String,
    /// The field because of which.
    pub with: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no effect when {} is given", self.field, self.with)
    }
}

/// Reads the head of a picture file; `None` if it is none that can be told.
pub type Probe<'a> = &'a dyn Fn(&[u8]) -> Option<ImageFacts>;

impl Provider {
    /// Everything in a request that the model does not take. Empty means that it may be sent.
    ///
    /// `probe` looks into pictures, so that this crate needs no picture library.
    pub fn check(&self, model: &Model, inputs: &Inputs, probe: Probe<'_>) -> Vec<Violation> {
        let plan = self.plan(model, inputs);
        let mut found = Vec::new();
        for name in &model.required {
            if !inputs.contains_key(&**name) {
                found.push(violation(name, "required", format!("is required by {}", model.key)));
            }
        }
        for (name, input) in inputs {
            match plan.field(name) {
                Some(field) => {
                    found.extend(field.check(input, probe));
                    found.extend(field.company(inputs));
                }
                None => {
                    let known = model.inputs().collect::<Vec<_>>().join(", ");
                    found.push(violation(
                        name,
                        "unknown",
                        format!("is not taken by {}, which takes {known}", model.key),
                    ));
                }
            }
        }
        found
    }

    /// Inputs that are allowed but have no effect.
    pub fn warnings(&self, model: &Model, inputs: &Inputs) -> Vec<Warning> {
        let plan = self.plan(model, inputs);
        let given = inputs.keys().filter_map(|name| plan.field(name));
        given
            .flat_map(|field| field.ignored_with.iter().map(move |with| (field, with)))
            .filter(|(_, with)| inputs.contains_key(&***with))
            .map(|(field, with)| Warning { field: field.name.to_string(), with: with.to_string() })
            .collect()
    }

    /// What a request says once everything that is always on the wire is written out: inputs that the address carries
    /// get the provider's default. Applying it twice changes nothing.
    #[must_use]
    pub fn canonical(&self, model: &Model, inputs: &Inputs) -> Inputs {
        let plan = self.plan(model, inputs);
        let mut inputs = inputs.clone();
        for name in plan.operation().address.references() {
            let default = plan.field(name).and_then(|field| field.default.clone());
            if let (false, Some(default)) = (inputs.contains_key(name), default) {
                inputs.insert(name.to_owned(), default.into());
            }
        }
        inputs
    }
}

fn violation(field: &str, rule: &'static str, message: String) -> Violation {
    Violation { field: field.to_owned(), rule, message }
}

impl Field {
    fn company(&self, inputs: &Inputs) -> Option<Violation> {
        if let Some(other) = self.not_with.iter().find(|other| inputs.contains_key(&***other)) {
            return Some(violation(&self.name, "not_with", format!("cannot be sent together with {other}")));
        }
        let missing = self.needs.iter().find(|other| !inputs.contains_key(&***other))?;
        Some(violation(&self.name, "needs", format!("is sent only together with {missing}")))
    }

    fn check(&self, input: &Input, probe: Probe<'_>) -> Option<Violation> {
        let broken = |rule, message| Some(violation(&self.name, rule, message));
        let value = match (self.kind, input) {
            (FieldType::Image, Input::Image(image)) => return self.check_image(image, probe),
            (_, Input::Value(value)) if self.kind.admits(value) => value,
            _ => return broken("type", format!("must be {}", self.kind.with_article())),
        };
        if let Some(values) = self.values()
            && !values.contains(value)
        {
            let listed = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return broken("values", format!("{value} is not one of {listed}"));
        }
        if let (Allowed::Range(low, high), Some(number)) = (&self.allowed, value.as_number())
            && !(*low..=*high).contains(&number)
        {
            return broken("range", format!("{value} is not between {low} and {high}"));
        }
        if let Some(text) = value.as_text() {
            let length = text.chars().count();
            if self.name == "prompt" && text.trim().is_empty() {
                return broken("empty", "is empty; say what the film should show".to_owned());
            }
            if let Some(most) = self.max_length
                && length > most as usize
            {
                return broken("max_length", format!("has {length} characters, at most {most} are allowed"));
            }
        }
        None
    }

    fn check_image(&self, image: &Image, probe: Probe<'_>) -> Option<Violation> {
        let broken = |rule, message| Some(violation(&self.name, rule, message));
        let limits = self.image.as_ref()?;
        let bytes = match image {
            Image::Url(_) if !limits.accepts.contains(&ImageForm::Url) => {
                return broken("accepts", "a URL is not taken; give the file itself".to_owned());
            }
            Image::Url(url) if !(url.starts_with("https://") || url.starts_with("http://")) => {
                return broken("accepts", "is not an http or https URL".to_owned());
            }
            Image::Url(_) => return None,
            Image::Bytes(_) if limits.accepts.iter().all(|form| *form == ImageForm::Url) => {
                return broken("accepts", "a file is not taken; give a URL that the provider can fetch".to_owned());
            }
            Image::Bytes(bytes) => bytes,
        };
        let Some(facts) = probe(bytes) else {
            return broken("media_types", "is not a picture that can be read; PNG and JPEG can".to_owned());
        };
        if !limits.media_types.is_empty() && !limits.media_types.iter().any(|own| own == facts.media_type) {
            let listed = limits.media_types.iter().map(|own| &**own).collect::<Vec<_>>().join(", ");
            return broken("media_types", format!("{} is not one of {listed}", facts.media_type));
        }
        if let Some(most) = limits.max_bytes
            && bytes.len() as u64 > most
        {
            return broken("max_bytes", format!("has {} bytes, at most {most} are allowed", bytes.len()));
        }
        if let Some(least) = limits.min_side
            && facts.width.min(facts.height) < least
        {
            let (width, height) = (facts.width, facts.height);
            return broken("min_side", format!("is {width}x{height} pixels, each side must have at least {least}"));
        }
        None
    }
}

impl FieldType {
    fn with_article(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Int => "a whole number",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Image => "an image",
        }
    }
}
