//! Later calls on jobs that a create began.

use std::collections::BTreeMap;

use polyreel_spec::{Model, Operation, Provider, Step};

use super::Request;
use super::accept::{candidates, holds_constants};
use super::address::{Segments, Spelling, readings, resembles, spell};

/// The calls that come after a create.
const LATER: [Step; 1] = [Step::Poll];

/// What ties later calls to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The job.
    pub job: String,
    /// Its model, by our name for it.
    pub model: String,
    /// What the create reply gave the client for later calls, by name.
    pub saved: BTreeMap<String, String>,
}

/// The values that a create reply hands out for a new job.
///
/// `job` becomes the saved value `id`. A value that a later call takes its URL from becomes the URL of that call below
/// `base_url` (without a slash at the end); any other one is told apart by its name.
pub fn mint(provider: &Provider, base_url: &str, model: &Model, job: &str) -> BTreeMap<String, String> {
    let names = || provider.create.reply.save.iter().map(|saved| &*saved.name);
    let plain = |name: &str| if name == "id" { job.to_owned() } else { format!("{job}-{name}") };
    let mut saved: BTreeMap<_, _> = names().map(|name| (name.to_owned(), plain(name))).collect();
    for step in LATER {
        let operation = provider.operation(step);
        let Some(name) = operation.url_from.as_deref().filter(|name| names().any(|own| own == *name)) else { continue };
        let value = |name: &str| reference(name, model, &saved).map(str::to_owned);
        if let Some(path) = spell(&operation.address, &value) {
            saved.insert(name.to_owned(), format!("{base_url}{path}"));
        }
    }
    saved
}

/// Which later call on which of these jobs a request is. The key is not looked at.
pub fn route<'t>(
    provider: &Provider,
    request: &Request,
    tickets: impl IntoIterator<Item = &'t Ticket>,
) -> Option<(Step, &'t Ticket)> {
    let (path, query) = request.split_query();
    if query.is_some_and(|query| !query.is_empty()) {
        return None;
    }
    let path = Segments::read(path)?;
    tickets.into_iter().find_map(|ticket| {
        let model = provider.model(&ticket.model)?;
        let is_meant = |step: &Step| is_call(provider.operation(*step), request, &path, model, ticket);
        LATER.into_iter().find(is_meant).map(|step| (step, ticket))
    })
}

/// What a request looks like that may be none that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resemblance {
    /// A call of this step.
    Call(Step),
    /// A call of this step but for its method.
    OtherMethod(Step),
    /// No call of the provider.
    Nothing,
}

/// What a request looks like by its method and its path alone.
pub(crate) fn resemblance(provider: &Provider, request: &Request) -> Resemblance {
    let (path, _) = request.split_query();
    let create = (!candidates(provider, path).is_empty()).then_some(Step::Create);
    let segments = Segments::read(path);
    let looks_like =
        |step: &Step| segments.as_ref().is_some_and(|path| resembles(&provider.operation(*step).address, path));
    let later = LATER.into_iter().filter(looks_like);
    let looks: Vec<_> = create.into_iter().chain(later).collect();
    let fits = |step: &&Step| provider.operation(**step).method.name() == request.method;
    match (looks.iter().find(fits), looks.first()) {
        (Some(step), _) => Resemblance::Call(*step),
        (None, Some(step)) => Resemblance::OtherMethod(*step),
        (None, None) => Resemblance::Nothing,
    }
}

fn is_call(operation: &Operation, request: &Request, path: &Segments, model: &Model, ticket: &Ticket) -> bool {
    let spellings = |name: &str| {
        let value = reference(name, model, &ticket.saved);
        value.map(|value| Spelling { wire: value.to_owned(), ours: None }).into_iter().collect()
    };
    operation.method.name() == request.method
        && !readings(&operation.address, path, &spellings).is_empty()
        && holds_constants(operation, model, request)
}

fn reference<'v>(name: &str, model: &'v Model, saved: &'v BTreeMap<String, String>) -> Option<&'v str> {
    if name == "model" { Some(&model.id) } else { saved.get(name).map(String::as_str) }
}
