//! What a model can do.

use polyreel_runtime::spec::{self, Model, Provider, Scalar};
use serde::Serialize;

use super::{Assumption, Latencies, Limits, Prices, Retention, Source, TakenInput};

/// What a model takes, what it costs, and how long it takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelCapabilities<'p> {
    /// The provider's id.
    pub provider: &'p str,
    /// The model's key.
    pub model: &'p str,
    /// Equal for the same work at other resellers.
    pub family: Option<&'p str>,
    /// One line for people.
    pub about: Option<&'p str>,
    /// Never chosen by itself: the caller names it.
    pub by_name_only: bool,
    /// What it takes, required inputs first.
    pub inputs: Vec<TakenInput<'p>>,
    /// The lengths of a film that are listed, in seconds.
    pub durations: Vec<&'p Scalar>,
    /// The shapes of the picture that are listed: `16:9`.
    pub aspect_ratios: Vec<&'p Scalar>,
    /// What it costs. `None` is *unknown*, never free.
    pub price: Option<Prices<'p>>,
    /// How long it takes. `None` where the provider does not say.
    pub latency: Option<Latencies<'p>>,
    /// How much the provider takes at once, of all its models together.
    pub limits: Limits,
    /// How long the provider keeps jobs and films.
    pub retention: Retention,
    /// Where its facts are from.
    pub sources: Vec<Source<'p>>,
    /// Facts about it that nobody states.
    pub assumed: Vec<Assumption<'p>>,
}

impl<'p> ModelCapabilities<'p> {
    /// What this model of this provider can do.
    pub fn of(provider: &'p Provider, model: &'p Model) -> Self {
        let inputs = TakenInput::of_all(provider, model);
        Self {
            provider: &provider.id,
            model: &model.key,
            family: model.family.as_deref(),
            about: model.about.as_deref(),
            by_name_only: model.by_name_only,
            durations: listed(&inputs, "duration"),
            aspect_ratios: listed(&inputs, "aspect_ratio"),
            inputs,
            price: model.price.as_ref().map(|price| Prices::of(provider, model, price)),
            latency: model.latency.as_ref().map(Into::into),
            limits: (&provider.limits).into(),
            retention: (&provider.retention).into(),
            sources: provider.sources.iter().filter(|one| model.source.contains(&one.key)).map(Into::into).collect(),
            assumed: provider.assumed.iter().filter(|mark| is_about(provider, model, mark)).map(Into::into).collect(),
        }
    }

    /// What each model of this provider can do, in the order of its file.
    pub fn of_all(provider: &'p Provider) -> Vec<Self> {
        provider.models.iter().map(|model| Self::of(provider, model)).collect()
    }
}

/// The listed values of an input, whatever it is given with.
fn listed<'p>(inputs: &[TakenInput<'p>], name: &str) -> Vec<&'p Scalar> {
    let mut values = Vec::new();
    for value in inputs.iter().filter(|input| input.name == name).filter_map(|input| input.values.as_ref()).flatten() {
        if !values.contains(value) {
            values.push(*value);
        }
    }
    values
}

/// Whether an assumption is about this model. Keys hold dots, and one may begin like another.
fn is_about(provider: &Provider, model: &Model, mark: &spec::Assumption) -> bool {
    let Some(place) = mark.place.strip_prefix("models.") else { return false };
    let leads_to =
        |one: &&Model| place.strip_prefix(&*one.key).is_some_and(|rest| rest.starts_with('.') || rest.is_empty());
    let owner = provider.models.iter().filter(leads_to).max_by_key(|one| one.key.len());
    owner.is_some_and(|owner| owner.key == model.key)
}
