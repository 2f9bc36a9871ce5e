//! The provider as a whole.

use crate::{Address, Amount, Errors, Field, Latency, List, Operation, Piece, Price, Step, Text};

/// Everything that is known about a provider.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Provider {
    /// The identifier, equal to the file's name: `hyprlab`.
    pub id: Text,
    /// The name for people: `HyprLab`.
    pub name: Text,
    /// Anything people should know.
    pub notes: Option<Text>,
    /// Where calls go, without a slash at the end: `https://api.hyprlab.io/v1`.
    pub base_url: Text,
    /// How a call shows who pays.
    pub auth: Auth,
    /// The page where people get a key, or the one that says how.
    pub key_page: Option<Text>,
    /// Where facts are from.
    pub sources: List<Source>,
    /// Facts that nobody states, each with the reason to believe it.
    pub assumed: List<Assumption>,
    /// What the provider's own units are worth.
    pub credits: List<Credit>,
    /// Every input that some model takes.
    pub fields: List<Field>,
    /// What can be made.
    pub models: List<Model>,
    /// The call that spends money.
    pub create: Operation,
    /// The call that asks how a job is.
    pub poll: Operation,
    /// What refusals and failures mean.
    pub errors: Errors,
}

/// How a call shows who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Auth {
    /// `Authorization: Bearer <key>`.
    Bearer {
        /// The environment variable that holds the key. It begins with the provider's id in capitals.
        env: Text,
    },
}

impl Auth {
    /// The environment variable that holds the key.
    pub fn env(&self) -> &str {
        match self {
            Self::Bearer { env } => env,
        }
    }
}

/// Where a fact is from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Source {
    /// What the file calls it.
    pub key: Text,
    /// The page.
    pub url: Text,
    /// The day it was read, `2026-11-20`.
    pub checked: Text,
}

/// A fact that is not stated anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Assumption {
    /// Which fact, as its place in the file: `models.kling-v2.price`.
    pub place: Text,
    /// Why it is believed.
    pub reason: Text,
}

/// What a provider's own unit is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Credit {
    /// The unit: `PTC`.
    pub unit: Text,
    /// What one unit is worth.
    pub worth: Amount,
    /// In which currency: `USD`.
    pub currency: Text,
}

/// One thing that can be made.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Model {
    /// Our name for it, unique within the provider.
    pub key: Text,
    /// Its name on the wire.
    pub id: Text,
    /// Equal for the same work at other resellers.
    pub family: Option<Text>,
    /// One line for people.
    pub about: Option<Text>,
    /// The inputs it cannot do without.
    pub required: List<Text>,
    /// The inputs it takes besides.
    pub optional: List<Text>,
    /// What it costs. `None` is *unknown*, never free.
    pub price: Option<Price>,
    /// How long it takes, if the provider says.
    pub latency: Option<Latency>,
    /// Keys of the sources that its facts are from.
    pub source: List<Text>,
}

impl Model {
    /// All inputs, required ones first.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.required.iter().chain(&self.optional).map(|name| &**name)
    }

    /// Whether the model takes this input.
    pub fn takes(&self, name: &str) -> bool {
        self.inputs().any(|input| input == name)
    }

    /// Whether the model insists on this input.
    pub fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|input| input == name)
    }
}

impl Provider {
    /// The model with this key.
    pub fn model(&self, key: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.key == key)
    }

    /// The definition of an input of a model.
    pub fn field(&self, model: &Model, name: &str) -> Option<&Field> {
        model.takes(name).then(|| self.fields.iter().find(|field| field.name == name)).flatten()
    }

    /// The call of a step.
    pub fn operation(&self, step: Step) -> &Operation {
        match step {
            Step::Create => &self.create,
            Step::Poll => &self.poll,
        }
    }

    /// Why the fact at this place of the file is believed, when nobody states it. A mark on a mapping covers all of it.
    pub fn assumed(&self, place: &str) -> Option<&str> {
        let covers = |mark: &str| place.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.assumed.iter().find(|mark| covers(&mark.place)).map(|mark| &*mark.reason)
    }

    /// The environment variable that replaces the base URL: `HYPRLAB_BASE_URL`.
    pub fn base_url_env(&self) -> String {
        format!("{}_BASE_URL", self.env_prefix())
    }

    /// The id in capitals: what every environment variable of this provider begins with.
    pub fn env_prefix(&self) -> String {
        self.id.to_ascii_uppercase().replace('-', "_")
    }

    /// Whether a call's address carries this input, so that its body does not.
    pub fn in_address(address: &Address, name: &str) -> bool {
        address.pieces.iter().any(|piece| matches!(piece, Piece::Reference(held) if held == name))
    }
}
