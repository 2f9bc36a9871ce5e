//! What a provider can do.

use polyreel_runtime::spec::{self, Provider};
use serde::Serialize;

use super::{Assumption, Limits, Retention, Source};

/// Who a provider is, and what it can do beside making films.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProviderCapabilities<'p> {
    /// Its id.
    pub id: &'p str,
    /// Its name for people.
    pub name: &'p str,
    /// Other names that people use for it.
    pub aliases: Vec<&'p str>,
    /// Anything people should know.
    pub notes: Option<&'p str>,
    /// The keys of its models.
    pub models: Vec<&'p str>,
    /// Where calls go. `None` for a dialect that many servers speak.
    pub base_url: Option<&'p str>,
    /// The environment variable that replaces the base URL.
    pub base_url_variable: String,
    /// Other hosts of the same API.
    pub regions: Vec<Region<'p>>,
    /// The environment variables that hold its key; all of them are needed.
    pub key_variables: Vec<&'p str>,
    /// The page where people get a key.
    pub key_page: Option<&'p str>,
    /// How much it takes at once.
    pub limits: Limits,
    /// How long it keeps things.
    pub retention: Retention,
    /// What it can do besides.
    pub services: Services,
    /// Where facts are from.
    pub sources: Vec<Source<'p>>,
    /// Facts that nobody states.
    pub assumed: Vec<Assumption<'p>>,
}

/// What a provider can do beside making films.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a service of its own")]
pub struct Services {
    /// It stops a job on request.
    pub cancel: bool,
    /// It finds a job by the caller's own reference.
    pub find: bool,
    /// It says what is left on the account.
    pub balance: bool,
    /// It takes files before a create.
    pub upload: bool,
    /// It calls back.
    pub webhook: bool,
}

impl Services {
    /// Those that there are, by name.
    pub fn names(self) -> Vec<&'static str> {
        let all = [
            ("cancel", self.cancel),
            ("find", self.find),
            ("balance", self.balance),
            ("upload", self.upload),
            ("webhook", self.webhook),
        ];
        all.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect()
    }
}

/// Another host of the same API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Region<'p> {
    /// Its name.
    pub name: &'p str,
    /// Its base URL.
    pub base_url: &'p str,
}

impl<'p> From<&'p spec::Region> for Region<'p> {
    fn from(region: &'p spec::Region) -> Self {
        Self { name: &region.name, base_url: &region.base_url }
    }
}

impl<'p> From<&'p Provider> for ProviderCapabilities<'p> {
    fn from(provider: &'p Provider) -> Self {
        Self {
            id: &provider.id,
            name: &provider.name,
            aliases: provider.aliases.iter().map(|name| &**name).collect(),
            notes: provider.notes.as_deref(),
            models: provider.models.iter().map(|model| &*model.key).collect(),
            base_url: provider.base_url.as_deref(),
            base_url_variable: provider.access().base_url(),
            regions: provider.regions.iter().map(Into::into).collect(),
            key_variables: provider.auth.env(),
            key_page: provider.key_page.as_deref(),
            limits: (&provider.limits).into(),
            retention: (&provider.retention).into(),
            services: Services {
                cancel: provider.cancel.is_some(),
                find: provider.find.is_some(),
                balance: provider.balance.is_some(),
                upload: provider.upload.is_some(),
                webhook: provider.webhook.is_some(),
            },
            sources: provider.sources.iter().map(Into::into).collect(),
            assumed: provider.assumed.iter().map(Into::into).collect(),
        }
    }
}
