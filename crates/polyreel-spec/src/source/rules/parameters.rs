//! Queries and headers: each is set once, and headers hold what headers can.

use std::ops::Range;

use super::super::reading::Context;
use super::super::written::Spec;
use super::span;
use crate::{Auth, FieldType, Operation, Plan, Provider, Scalar, Term};

/// Headers that the transport sets.
const OF_THE_TRANSPORT: [&str; 8] =
    ["accept-encoding", "connection", "content-length", "content-type", "expect", "host", "te", "transfer-encoding"];

/// Those of a create.
pub(super) fn check(spec: &Spec, plan: &Plan<'_>, context: &mut Context<'_>) {
    let at = span(spec.create.as_ref().and_then(|create| create.path.as_ref()));
    of_call(plan.provider, plan.operation(), &at, context);
    for parameter in &plan.operation().headers {
        let Term::Reference(name) = &parameter.value else { continue };
        let Some(field) = plan.field(name) else { continue };
        let values = field.values();
        let is_plain = values.as_ref().is_none_or(|values| values.iter().all(fits_header));
        if !is_plain || field.kind == FieldType::Text && values.is_none() {
            let message =
                format!("`{name}` goes into the header `{}`, which holds plain characters only", parameter.name);
            context.problem_with_hint("R105", &at, message, "list its values, or send it in the query or the body");
        }
    }
}

/// Those of any call.
pub(super) fn of_call(provider: &Provider, operation: &Operation, at: &Range<usize>, context: &mut Context<'_>) {
    let headers = || provider.headers.iter().chain(&operation.headers);
    let mut names: Vec<(&str, String)> =
        operation.query.iter().map(|parameter| ("query", parameter.name.to_ascii_lowercase())).collect();
    names.extend(headers().map(|parameter| ("header", parameter.name.to_ascii_lowercase())));
    match &provider.auth {
        Auth::Bearer { .. } | Auth::JwtHs256 { .. } => names.push(("header", "authorization".to_owned())),
        Auth::Header { name, .. } => names.push(("header", name.to_ascii_lowercase())),
        Auth::Query { name, .. } => names.push(("query", name.to_ascii_lowercase())),
    }
    names.extend(OF_THE_TRANSPORT.map(|name| ("header", name.to_owned())));
    names.sort_unstable();
    for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
        context.problem("R104", at, format!("the {} `{}` is set twice", pair[0].0, pair[0].1));
    }
    for parameter in headers() {
        if parameter.name.contains(['[', ']']) {
            context.problem("S002", at, format!("`{}` is no name of a header", parameter.name));
        }
        if matches!(&parameter.value, Term::Constant(value) if !fits_header(value)) {
            let message = format!("the header `{}` holds plain characters only", parameter.name);
            context.problem("S002", at, message);
        }
    }
}

/// Printable ASCII without spaces around it.
fn fits_header(value: &Scalar) -> bool {
    let text = value.to_string();
    text.trim() == text && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
