//! Create requests, read back into the inputs that they were made from.

use polyreel_spec::{Inputs, Operation, Plan, Provider};

use super::address::{Segments, Spelled};
use super::decode::Uploads;
use super::reading::{Bodies, Misfit, read, spelled};
use super::{Rejection, Request};

/// What a create request asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The model, by our name for it.
    pub model: String,
    /// The inputs, by our names and in our spelling.
    pub inputs: Inputs,
}

/// Reads a create request back into the model and the inputs that it was made from, and checks them.
///
/// Every create of every model is tried. Nothing in the request may be left over, what was read must lead to the very
/// create that it was read as, and exactly one reading may be left. A picture that was uploaded before is found in
/// `uploads`. The key is not looked at.
///
/// # Errors
///
/// The first thing in the request that the provider does not take.
pub fn accept(provider: &Provider, request: &Request, uploads: &Uploads) -> Result<Accepted, Rejection> {
    let (path, _) = request.split_query();
    let candidates = candidates(provider, path);
    if candidates.is_empty() {
        return Err(nowhere(provider));
    }
    let mut bodies = Bodies::new(request);
    let (mut found, mut misfits) = (Vec::new(), Vec::new());
    for (plan, spelled) in candidates {
        match read(&plan, spelled, request, &mut bodies, uploads) {
            Ok(inputs) => found.push(Accepted { model: plan.model.key.to_string(), inputs }),
            Err(misfit) => misfits.push(misfit),
        }
    }
    match (found.pop(), found.len()) {
        (Some(accepted), 0) => Ok(accepted),
        (Some(accepted), others) => {
            let Accepted { model, .. } = accepted;
            let message =
                format!("{model} is meant, or one of {others} more; the provider file does not tell them apart");
            Err(Rejection::new("model", "ambiguous", message))
        }
        (None, _) => Err(farthest(misfits).unwrap_or_else(|| nowhere(provider))),
    }
}

/// The creates that a path may be the address of, each with the inputs that the address carries.
pub(super) fn candidates<'p>(provider: &'p Provider, path: &str) -> Vec<(Plan<'p>, Spelled)> {
    // Pages' own samples end in a slash where their texts do not.
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    let Some(path) = Segments::read(path) else { return Vec::new() };
    let plans = provider.models.iter().flat_map(|model| provider.plans(model));
    plans.flat_map(|plan| spelled(&plan, &path).into_iter().map(move |spelled| (plan, spelled))).collect()
}

/// Every create: the plain one, and those that differ.
pub(crate) fn creates(provider: &Provider) -> impl Iterator<Item = &Operation> {
    std::iter::once(&provider.create).chain(provider.variants.iter().map(|variant| &variant.operation))
}

/// The first of those that went farthest.
fn farthest(misfits: Vec<Misfit>) -> Option<Rejection> {
    let farther = |one: Misfit, other: Misfit| if other.stage > one.stage { other } else { one };
    misfits.into_iter().reduce(farther).map(|misfit| misfit.rejection)
}

fn nowhere(provider: &Provider) -> Rejection {
    let mut addresses: Vec<String> = Vec::new();
    for operation in creates(provider) {
        let address = operation.address.to_string();
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let hint = format!("a create goes to {}", addresses.join(" or "));
    Rejection::new("path", "address", "leads to no model").hint(hint)
}
