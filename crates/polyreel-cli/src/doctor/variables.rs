//! The variables in the environment: which are read, and which only look as if.

use std::collections::BTreeSet;

use polyreel::spec::Verify;

use super::Check;
use crate::config::{CONFIG_VARIABLE, SETTINGS};
use crate::names::did_you_mean;

/// What our own variables begin with.
const OWN: &str = "POLYREEL_";

/// Which variables are read, and which have nearly the name of one. No value is shown.
pub(crate) fn variables() -> Vec<Check> {
    let known = known();
    let prefixes: Vec<_> = polyreel::all().iter().map(|provider| format!("{}_", provider.access().prefix())).collect();
    let is_ours = |name: &String| name.starts_with(OWN) || prefixes.iter().any(|prefix| name.starts_with(prefix));
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let (read, strange): (BTreeSet<_>, BTreeSet<_>) =
        set.filter(|name| known.contains(name) || is_ours(name)).partition(|name| known.contains(name));
    let read: Vec<_> = read.into_iter().collect();
    let how = if read.is_empty() { "none is set".to_owned() } else { format!("{} read", read.join(", ")) };
    let mut checks = vec![Check::fine("variables", how)];
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    checks.extend(strange.iter().map(|name| {
        let (what, to_do) = (format!("variable {}", polyreel::printable(name)), near(name, &known));
        // One of ours may be a limit that is believed to hold.
        let check = if name.starts_with(OWN) { Check::wrong } else { Check::note };
        check(what, "it is set, and nothing reads it".to_owned(), to_do)
    }));
    checks
}

fn near(name: &str, known: &[&str]) -> String {
    let alike: Vec<_> = known.iter().copied().filter(|own| own.split('_').next() == name.split('_').next()).collect();
    did_you_mean(name, &alike)
}

/// Every variable that the program reads.
fn known() -> BTreeSet<String> {
    let providers = polyreel::all().iter().flat_map(|provider| {
        let secret = provider.webhook.as_ref().and_then(|webhook| webhook.verify.as_ref()).and_then(Verify::env);
        let keys = provider.auth.env().into_iter().chain(secret).map(str::to_owned);
        keys.chain([provider.access().base_url()]).collect::<Vec<_>>()
    });
    let settings = SETTINGS.iter().map(crate::config::Setting::variable);
    providers.chain(settings).chain([CONFIG_VARIABLE.to_owned(), "NO_COLOR".to_owned()]).collect()
}
