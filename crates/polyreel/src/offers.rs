//! Who can do a request, and for how much.

use polyreel_runtime::Quote;
use polyreel_runtime::spec::{ImageFacts, Inputs, Model, Provider, Violation};

/// A model that can do a request.
#[derive(Clone, Debug)]
pub struct Offer<'p> {
    /// Who.
    pub provider: &'p Provider,
    /// With what.
    pub model: &'p Model,
    /// For how much.
    pub quote: Quote,
}

/// A model that cannot do a request, and why.
#[derive(Clone, Debug)]
pub struct Refusal<'p> {
    /// Who.
    pub provider: &'p Provider,
    /// With what.
    pub model: &'p Model,
    /// Everything that stands in the way.
    pub violations: Vec<Violation>,
}

/// Every model of these providers: those that can do the request, cheapest known price first, and those that cannot.
///
/// A price in another currency than US dollars is not compared and stands with the unknown ones, which come last: what
/// nobody states is never the cheapest. Equal prices keep the order of the providers.
pub fn offers<'p>(
    providers: impl IntoIterator<Item = &'p Provider>,
    inputs: &Inputs,
    probe: &dyn Fn(&[u8]) -> Option<ImageFacts>,
) -> (Vec<Offer<'p>>, Vec<Refusal<'p>>) {
    let (mut able, mut unable) = (Vec::new(), Vec::new());
    for provider in providers {
        for model in &provider.models {
            let violations = provider.check(model, inputs, probe);
            if violations.is_empty() {
                able.push(Offer { provider, model, quote: provider.quote(model, inputs) });
            } else {
                unable.push(Refusal { provider, model, violations });
            }
        }
    }
    let dollars = |offer: &Offer<'_>| {
        offer.quote.price.as_ref().filter(|price| price.currency == "USD").map(|price| price.amount)
    };
    able.sort_by_key(|offer| (dollars(offer).is_none(), dollars(offer)));
    (able, unable)
}
