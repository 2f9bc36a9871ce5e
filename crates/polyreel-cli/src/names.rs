//! Names that people give, and what they may have meant.

use polyreel::Provider;

use crate::exit::Failure;

/// The built-in provider that is called so.
pub(crate) fn provider(name: &str) -> Result<&'static Provider, Failure> {
    provider_among(polyreel::all(), name)
}

/// The provider among these that is called so.
pub(crate) fn provider_among<'p>(all: &[&'p Provider], name: &str) -> Result<&'p Provider, Failure> {
    let ids: Vec<&str> = all.iter().map(|provider| &*provider.id).collect();
    let found = all.iter().find(|provider| provider.is_called(name)).copied();
    found.ok_or_else(|| unknown("provider", name, &ids))
}

/// There is nothing of this name.
pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> Failure {
    Failure::usage(format!("there is no {what} {}", polyreel::printable(name))).hint(did_you_mean(name, known))
}

/// The known name that is like this one, or else all of them.
pub(crate) fn did_you_mean(name: &str, known: &[&str]) -> String {
    let likeness = |candidate: &&&str| (strsim::jaro_winkler(name, candidate) * 1000.0).round();
    let near =
        known.iter().filter(|candidate| likeness(candidate) > 700.0).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match near {
        Some(near) => format!("did you mean {near}?"),
        None => format!("there are {}", known.join(", ")),
    }
}
