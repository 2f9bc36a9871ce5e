//! Requests: every input of every model has one spelling, and no two requests look alike.

use std::collections::BTreeMap;
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
            alike(&plan, &at, &mut sent, context);
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
            context.problem(
                "R105",
                &at,
                format!("the header `{}` is the same on every call: a constant", parameter.name),
            );
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
    addresses: Vec<String>,
    constants: BTreeMap<String, String>,
}

fn alike<'p>(plan: &Plan<'p>, at: &Range<usize>, sent: &mut Vec<Sent<'p>>, context: &mut Context<'_>) {
    let operation = plan.operation();
    let addresses = spellings(plan);
    let mut sorted = addresses.clone();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        context.problem("R112", at, format!("two inputs of {} spell the same address", plan.model.key));
    }
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
        let shared = other.addresses.iter().any(|address| this.addresses.contains(address));
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

/// Every way to write the address of a create of this plan.
fn spellings(plan: &Plan<'_>) -> Vec<String> {
    let mut spelled = vec![String::new()];
    for piece in &plan.operation().address.pieces {
        let choices: Vec<String> = match piece {
            Piece::Literal(text) => vec![text.to_string()],
            Piece::Reference(name) | Piece::Reserved(name) if *name == "model" => vec![plan.model.id.to_string()],
            Piece::Reference(name) | Piece::Reserved(name) => match plan.field(name).map(|field| &field.allowed) {
                Some(Allowed::Words(words)) => words.iter().map(|word| word.theirs.to_string()).collect(),
                _ => match plan.field(name).and_then(Field::values) {
                    Some(values) => values.iter().map(Scalar::to_string).collect(),
                    None => vec![format!("{{{name}}}")],
                },
            },
        };
        spelled = spelled.iter().flat_map(|head| choices.iter().map(move |tail| format!("{head}{tail}"))).collect();
        if spelled.len() > 10_000 {
            break;
        }
    }
    spelled
}
