//! What a model takes.

use polyreel_runtime::spec::{Allowed, Field, FieldType, ImageForm, ImageLimits, Model, Provider, Scalar};
use serde::Serialize;

/// An input of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TakenInput<'p> {
    /// Its name: `start_image`.
    pub name: &'p str,
    /// One line for people.
    pub about: Option<&'p str>,
    /// Whether the model insists on it.
    pub required: bool,
    /// This entry holds when one of these inputs is given, and another of the same name when none is. Empty where it holds
    /// always, or otherwise.
    pub when_given: Vec<&'p str>,
    /// What kind of value it is.
    pub kind: FieldType,
    /// The values that are allowed. `None` where they are not listed.
    pub values: Option<Vec<&'p Scalar>>,
    /// The least and the greatest number that is allowed.
    pub range: Option<(f64, f64)>,
    /// What the provider assumes when it is left out.
    pub default: Option<&'p Scalar>,
    /// The longest text, in characters.
    pub max_length: Option<u32>,
    /// What a picture may be; `Some` for pictures alone.
    pub image: Option<TakenImage<'p>>,
    /// Inputs that may not be sent together with this one.
    pub not_with: Vec<&'p str>,
    /// Inputs without which this one may not be sent.
    pub needs: Vec<&'p str>,
    /// Inputs in whose company this one has no effect.
    pub ignored_with: Vec<&'p str>,
}

/// What a picture may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakenImage<'p> {
    /// The forms that are taken, best first.
    pub accepts: Vec<ImageForm>,
    /// The media types that are taken. `None` where the provider does not say.
    pub media_types: Option<Vec<&'p str>>,
    /// The largest file, in bytes.
    pub max_bytes: Option<u64>,
    /// The shortest side, in pixels.
    pub min_side: Option<u32>,
}

impl<'p> TakenInput<'p> {
    /// What a model takes, required inputs first: as the plain create has it, and after each what variants of the create have
    /// otherwise.
    pub(super) fn of_all(provider: &'p Provider, model: &'p Model) -> Vec<Self> {
        let mut plans = provider.plans(model);
        let Some(plain) = plans.pop() else { return Vec::new() };
        let mut all = Vec::new();
        for name in model.inputs() {
            let own = plain.field(name);
            all.extend(own.map(|field| Self::of(model, field, Vec::new())));
            for plan in &plans {
                let other = plan.field(name).filter(|field| Some(*field) != own);
                let with = plan.variant.map(|variant| variant.with.iter().map(|name| &**name).collect());
                all.extend(other.map(|field| Self::of(model, field, with.unwrap_or_default())));
            }
        }
        all
    }

    fn of(model: &Model, field: &'p Field, when_given: Vec<&'p str>) -> Self {
        let (values, range) = match &field.allowed {
            Allowed::Any => (None, None),
            Allowed::Values(values) => (Some(values.iter().collect()), None),
            Allowed::Words(words) => (Some(words.iter().map(|word| &word.ours).collect()), None),
            Allowed::Range(least, greatest) => (None, Some((*least, *greatest))),
        };
        Self {
            name: &field.name,
            about: field.about.as_deref(),
            required: model.requires(&field.name),
            when_given,
            kind: field.kind,
            values,
            range,
            default: field.default.as_ref(),
            max_length: field.max_length,
            image: field.image.as_ref().map(Into::into),
            not_with: field.not_with.iter().map(|name| &**name).collect(),
            needs: field.needs.iter().map(|name| &**name).collect(),
            ignored_with: field.ignored_with.iter().map(|name| &**name).collect(),
        }
    }
}

impl<'p> From<&'p ImageLimits> for TakenImage<'p> {
    fn from(limits: &'p ImageLimits) -> Self {
        let media_types: Vec<_> = limits.media_types.iter().map(|name| &**name).collect();
        Self {
            accepts: limits.accepts.to_vec(),
            media_types: Some(media_types).filter(|listed| !listed.is_empty()),
            max_bytes: limits.max_bytes,
            min_side: limits.min_side,
        }
    }
}
