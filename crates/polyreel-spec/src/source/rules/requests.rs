//! Requests: every input of every model has one spelling, and no two requests look alike.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::super::reading::Context;
use super::super::written::Spec;
use super::{inputs, parameters, places, span, span_of};
use crate::{Allowed, Field, Model, Piece, Plan, Provider, Scalar, Term};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let mut sent: Vec<Sent<'_>> = Vec::new();
    for model in &provider.models {
        let at = span_of(spec.models.as_ref(), &model.key);
        if model.required.is_empty() {
            context.problem("S003", &at, "a model without required inputs would take an empty request");
        }
        for plan in provider.plans(model) {
            references(spec, &plan, context);
            parameters::check(spec, &plan, context);
            inputs::check(spec, &plan, context);
            places::check(spec, &plan, &at, context);
            alike(spec, &plan, &at, &mut sent, context);
        }
    }
}

fn references(spec: &Spec, plan: &Plan<'_>, context: &mut Context<'_>) {
    let at = span(spec.create.as_ref().and_then(|create| create.path.as_ref()));
    let operation = plan.operation();
    let terms = operation.query.iter().chain(&operation.headers).filter_map(|parameter| match &parameter.value {
        Term::Reference(name) => Some(&**name),
        Term::Constant(_) => None,
    });
    let mut seen: Vec<&str> = Vec::new();
    for name in operation.address.references().chain(terms).filter(|name| *name != "model") {
        if seen.contains(&name) {
            context.problem("R105", &at, format!("`{name}` is referred to twice"));
        }
        seen.push(name);
        if !plan.provider.fields.iter().any(|field| field.name == name) {
            context.problem("R105", &at, format!("`{{{name}}}` is neither `model` nor a field"));
        }
    }
    for parameter in &plan.provider.headers {
        if matches!(parameter.value, Term::Reference(_)) {
            let message = format!("the header `{}` is the same on every call: a constant", parameter.name);
            let hint =
                "a value that has to be new on every call cannot be said; a constant in its place would be wrong";
            context.problem_with_hint("R105", &at, message, hint);
        }
    }
    for name in operation.address.references().filter(|name| *name != "model") {
        let Some(field) = plan.field(name) else {
            context.problem(
                "R105",
                &at,
                format!("`{name}` is in the address, but {} does not take it", plan.model.key),
            );
            continue;
        };
        if field.values().is_none() {
            context.problem("R105", &at, format!("`{name}` is in the address, so its values must be listed"));
        }
        if !plan.model.requires(name) && field.default.is_none() {
            context.problem("R105", &at, format!("`{name}` is in the address, so it needs a default"));
        }
    }
    if operation.address.pieces.windows(2).any(|pair| matches!(pair, [Piece::Reserved(_), Piece::Reserved(_)])) {
        context.problem("R105", &at, "two `{+…}` that touch cannot be told apart");
    }
}

/// What every request of a plan has in common, as far as it tells models apart.
struct Sent<'p> {
    model: &'p Model,
    is_variant: bool,
    method: crate::Method,
    addresses: BTreeSet<String>,
    constants: BTreeMap<String, String>,
}

fn alike<'p>(spec: &Spec, plan: &Plan<'p>, at: &Range<usize>, sent: &mut Vec<Sent<'p>>, context: &mut Context<'_>) {
    let operation = plan.operation();
    let mut addresses = BTreeMap::new();
    for (address, inputs) in spellings(plan) {
        if let Some(other) = addresses.insert(address.clone(), inputs.clone()) {
            let message = format!("of {}, {other} and {inputs} spell one address: `{address}`", plan.model.key);
            context.problem("R112", &path_of(spec, plan), message);
            break;
        }
    }
    let addresses: BTreeSet<_> = addresses.into_keys().collect();
    let value = |term: &Term| match term {
        Term::Constant(scalar) => Some(scalar.to_string()),
        Term::Reference(name) if *name == "model" => Some(plan.model.id.to_string()),
        Term::Reference(_) => None,
    };
    let body = operation
        .body
        .iter()
        .chain(&plan.model.body)
        .map(|constant| (format!("body {}", constant.at), &constant.value));
    let query = operation.query.iter().map(|parameter| (format!("query {}", parameter.name), &parameter.value));
    let headers = operation.headers.iter().map(|parameter| (format!("header {}", parameter.name), &parameter.value));
    let constants = body.chain(query).chain(headers).filter_map(|(place, term)| Some((place, value(term)?))).collect();
    let this =
        Sent { model: plan.model, is_variant: plan.variant.is_some(), method: operation.method, addresses, constants };
    for other in sent.iter().filter(|other| other.model.key != this.model.key && other.method == this.method) {
        let shared = !other.addresses.is_disjoint(&this.addresses);
        let told = this
            .constants
            .iter()
            .any(|(place, value)| other.constants.get(place).is_some_and(|theirs| theirs != value));
        if shared && !told {
            let message = format!(
                "{} cannot be told from {}: no address and no constant differs",
                this.model.key, other.model.key
            );
            let hint = if this.model.id == other.model.id {
                "they have one name on the wire: let a constant in the `body` of one of them differ"
            } else if this.is_variant || other.is_variant {
                "a variant's `body` and `query` replace the plain ones: `model: \"{model}\"` is said there again"
            } else {
                "most creates have `body: { model: \"{model}\" }`, or `{model}` in the address"
            };
            context.problem_with_hint("R113", at, message, hint);
        }
    }
    sent.push(this);
}

/// Where the address of a plan's create is written.
fn path_of(spec: &Spec, plan: &Plan<'_>) -> Range<usize> {
    let of_create = || spec.create.as_ref().and_then(|create| create.path.as_ref());
    span(super::variant(spec, plan).and_then(|variant| variant.path.as_ref()).or_else(of_create))
}

/// Every way to write the address of a create of this plan, with the inputs that are written so.
fn spellings(plan: &Plan<'_>) -> Vec<(String, String)> {
    /// More are not told apart.
    const MOST: usize = 10_000;
    let mut spelled = vec![(String::new(), String::new())];
    for piece in &plan.operation().address.pieces {
        let (name, words) = match piece {
            Piece::Literal(text) => (None, vec![text.to_string()]),
            Piece::Reference(name) | Piece::Reserved(name) if *name == "model" => {
                (None, vec![plan.model.id.to_string()])
            }
            Piece::Reference(name) | Piece::Reserved(name) => {
                let words = match plan.field(name).map(|field| &field.allowed) {
                    Some(Allowed::Words(words)) => words.iter().map(|word| word.theirs.to_string()).collect(),
                    _ => match plan.field(name).and_then(Field::values) {
                        Some(values) => values.iter().map(Scalar::to_string).collect(),
                        None => vec![format!("{{{name}}}")],
                    },
                };
                (Some(name), words)
            }
        };
        if spelled.len() * words.len() > MOST {
            break;
        }
        let with = |(head, inputs): &(String, String)| {
            let with = |word: &String| {
                let comma = if inputs.is_empty() { "" } else { ", " };
                let inputs = name.map_or_else(|| inputs.clone(), |name| format!("{inputs}{comma}`{name}` as `{word}`"));
                (format!("{head}{word}"), inputs)
            };
            words.iter().map(with).collect::<Vec<_>>()
        };
        spelled = spelled.iter().flat_map(with).collect();
    }
    spelled
}
