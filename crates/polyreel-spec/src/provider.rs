//! The provider as a whole.

use crate::words::words;
use crate::{
    Access, Amount, Auth, Balance, Cancel, Constant, Download, Errors, Field, Latency, List, Operation, Parameter,
    Price, Step, Text, Upload, Variant, Webhook,
};

/// Everything that is known about a provider.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Provider {
    /// The identifier, equal to the file's name: `hyprlab`.
    pub id: Text,
    /// Other names that people use for it.
    pub aliases: List<Text>,
    /// The name for people: `HyprLab`.
    pub name: Text,
    /// Anything people should know.
    pub notes: Option<Text>,
    /// Where calls go, without a slash at the end: `https://api.hyprlab.io/v1`. `None` for a dialect that many servers
    /// speak: the caller says where.
    pub base_url: Option<Text>,
    /// Other hosts of the same API.
    pub regions: List<Region>,
    /// How a call shows who pays.
    pub auth: Auth,
    /// The page where people get a key, or the one that says how.
    pub key_page: Option<Text>,
    /// Headers of every call to the base origin.
    pub headers: List<Parameter>,
    /// Where facts are from.
    pub sources: List<Source>,
    /// Facts that nobody states, each with the reason to believe it.
    pub assumed: List<Assumption>,
    /// What the provider's own units are worth.
    pub credits: List<Credit>,
    /// How much may be asked at once.
    pub limits: Limits,
    /// How long things are kept.
    pub retention: Retention,
    /// Every input that some model takes.
    pub fields: List<Field>,
    /// What can be made.
    pub models: List<Model>,
    /// The call that spends money.
    pub create: Operation,
    /// How it differs for some inputs or models.
    pub variants: List<Variant>,
    /// The call that asks how a job is. `None` where every create answers with the film.
    pub poll: Option<Operation>,
    /// The call that asks for the film of a finished job.
    pub result: Option<Operation>,
    /// How the film is fetched, when its URL alone is not enough.
    pub download: Option<Download>,
    /// How a job is stopped.
    pub cancel: Option<Cancel>,
    /// How a job is looked up by the caller's own reference.
    pub find: Option<Operation>,
    /// How the account is asked.
    pub balance: Option<Balance>,
    /// How a file is handed over.
    pub upload: Option<Upload>,
    /// How the provider calls back.
    pub webhook: Option<Webhook>,
    /// What refusals and failures mean.
    pub errors: Errors,
}

/// Another host of the same API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Region {
    /// Its name.
    pub name: Text,
    /// Its base URL.
    pub base_url: Text,
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

/// How much may be asked at once.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Limits {
    /// Calls in a minute, polls included.
    pub requests_per_minute: Option<u32>,
    /// Jobs at the same time.
    pub concurrent: Option<u32>,
    /// What happens to a job above [`Self::concurrent`].
    pub excess: Option<Excess>,
}

words! {
    /// What happens to a job above the limit.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    pub enum Excess {
        /// It waits its turn.
        Queued = "queued",
        /// Its create is refused.
        Refused = "refused",
    }
}

/// How long things are kept, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Retention {
    /// How long after its create a job can be asked for.
    pub job: Option<u64>,
    /// How long after it is made a film can be fetched.
    pub output: Option<u64>,
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
    /// Inputs that differ from the provider's, whole.
    pub fields: List<Field>,
    /// Constants that select this model when its name is not enough.
    pub body: List<Constant>,
    /// Never chosen by itself: the caller names it.
    pub by_name_only: bool,
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

    /// Whether people call it so: its id or an alias, in whatever case.
    pub fn is_called(&self, name: &str) -> bool {
        std::iter::once(&self.id).chain(&self.aliases).any(|own| own.eq_ignore_ascii_case(name))
    }

    /// The call of a step, if the provider has it. Of a create, the one that no variant replaces.
    pub fn operation(&self, step: Step) -> Option<&Operation> {
        match step {
            Step::Create => Some(&self.create),
            Step::Poll => self.poll.as_ref(),
            Step::Result => self.result.as_ref(),
            Step::Download => self.download.as_ref()?.operation.as_ref(),
            Step::Cancel => self.cancel.as_ref().map(|cancel| &cancel.operation),
            Step::Find => self.find.as_ref(),
            Step::Balance => self.balance.as_ref().map(|balance| &balance.operation),
            Step::Upload => self.upload.as_ref().map(|upload| &upload.operation),
        }
    }

    /// Every access of this provider: its variables in the environment.
    pub fn access(&self) -> Access<'_> {
        Access { provider: self }
    }

    /// Why the fact at this place of the file is believed, when nobody states it. A mark on a mapping covers all of it.
    pub fn assumed(&self, place: &str) -> Option<&str> {
        let covers = |mark: &str| place.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.assumed.iter().find(|mark| covers(&mark.place)).map(|mark| &*mark.reason)
    }
}

/// Ids that would be the names of Polyreel's own crates, modules and features.
const RESERVED: [&str; 12] =
    ["all", "bake", "cli", "codegen", "default", "mock", "providers", "runtime", "spec", "store", "tests", "yaml"];

/// Why no provider can have this id; `None` if one can. Ids become names of files, crates, features and variables.
///
/// ```
/// # use polyreel_spec::id_problem;
/// assert_eq!(id_problem("acme"), None);
/// assert_eq!(id_problem("mock").unwrap(), "Polyreel itself uses the name `mock`");
/// ```
pub fn id_problem(id: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if id.len() > 40 || !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.bytes().all(plain) {
        return Some("an id is at most 40 lower-case letters and digits, and begins with a letter".to_owned());
    }
    RESERVED.contains(&id).then(|| format!("Polyreel itself uses the name `{id}`"))
}
