//! Queries and headers: each is set once, and headers hold what headers can.

use std::ops::Range;

use super::super::reading::{Context, Located, Map};
use super::super::written::Spec;
use super::span;
use crate::{Auth, FieldType, Operation, Parameter, Plan, Provider, Scalar, Step, Term};

/// Headers that the transport sets.
const OF_THE_TRANSPORT: [&str; 8] =
    ["accept-encoding", "connection", "content-length", "content-type", "expect", "host", "te", "transfer-encoding"];

/// Those of a create.
pub(super) fn check(spec: &Spec, plan: &Plan<'_>, context: &mut Context<'_>) {
    let written = Written::of_create(spec, plan);
    of_call(plan.provider, plan.operation(), &written, context);
    for parameter in &plan.operation().headers {
        let Term::Reference(name) = &parameter.value else { continue };
        let Some(field) = plan.field(name) else { continue };
        let values = field.values();
        let is_plain = values.as_ref().is_none_or(|values| values.iter().all(fits_header));
        if !is_plain || field.kind == FieldType::Text && values.is_none() {
            let message = format!("`{name}` goes into a header, which holds plain characters only");
            let hint = "list its values, or send it in the query or the body";
            context.problem_with_hint("R105", &written.header(&parameter.name), message, hint);
        }
    }
}

/// Those of a later call, and of calls around the making of a film.
pub(super) fn later(spec: &Spec, provider: &Provider, step: Step, context: &mut Context<'_>) {
    if let Some(operation) = provider.operation(step) {
        of_call(provider, operation, &Written::of(spec, step), context);
    }
}

type Entries<'s> = Option<&'s Located<Map<Scalar>>>;

/// Where the names of queries and headers are written.
struct Written<'s> {
    path: Range<usize>,
    query: Vec<Entries<'s>>,
    headers: Vec<Entries<'s>>,
}

impl<'s> Written<'s> {
    fn of_create(spec: &'s Spec, plan: &Plan<'_>) -> Self {
        let (create, variant) = (spec.create.as_ref(), super::variant(spec, plan));
        Self {
            path: span(create.and_then(|create| create.path.as_ref())),
            query: vec![
                variant.and_then(|variant| variant.query.as_ref()),
                create.and_then(|create| create.query.as_ref()),
            ],
            headers: vec![
                variant.and_then(|variant| variant.headers.as_ref()),
                create.and_then(|create| create.headers.as_ref()),
                spec.headers.as_ref(),
            ],
        }
    }

    fn of(spec: &'s Spec, step: Step) -> Self {
        let call = match step {
            Step::Poll => spec.poll.as_ref(),
            Step::Result => spec.result.as_ref(),
            Step::Find => spec.find.as_ref(),
            _ => None,
        };
        let query = match step {
            Step::Download => spec.download.as_ref().and_then(|download| download.query.as_ref()),
            Step::Cancel => spec.cancel.as_ref().and_then(|cancel| cancel.query.as_ref()),
            Step::Balance => spec.balance.as_ref().and_then(|balance| balance.query.as_ref()),
            _ => call.and_then(|call| call.query.as_ref()),
        };
        let headers = call.and_then(|call| call.headers.as_ref());
        Self {
            path: super::later::place_of(spec, step),
            query: vec![query],
            headers: vec![headers, spec.headers.as_ref()],
        }
    }

    fn find(&self, entries: &[Entries<'s>], name: &str) -> Range<usize> {
        let mut keys = entries.iter().flatten().flat_map(|map| &map.value).map(|(key, _)| key);
        let key = keys.find(|key| key.value.eq_ignore_ascii_case(name));
        key.map_or_else(|| self.path.clone(), |key| key.span.clone())
    }

    fn query(&self, name: &str) -> Range<usize> {
        self.find(&self.query, name)
    }

    fn header(&self, name: &str) -> Range<usize> {
        self.find(&self.headers, name)
    }
}

fn of_call(provider: &Provider, operation: &Operation, written: &Written<'_>, context: &mut Context<'_>) {
    let headers: Vec<&Parameter> = provider.headers.iter().chain(&operation.headers).collect();
    let fold = |name: &str| name.to_ascii_lowercase();
    let mut in_query: Vec<String> = operation.query.iter().map(|parameter| fold(&parameter.name)).collect();
    let mut in_headers: Vec<String> = headers.iter().map(|parameter| fold(&parameter.name)).collect();
    // Wherever the key is: nobody looks into this one for anything else.
    in_headers.push("authorization".to_owned());
    match &provider.auth {
        Auth::Header { name, .. } if fold(name) != "authorization" => in_headers.push(fold(name)),
        Auth::Query { name, .. } => in_query.push(fold(name)),
        Auth::Bearer { .. } | Auth::JwtHs256 { .. } | Auth::Header { .. } => {}
    }
    in_headers.extend(OF_THE_TRANSPORT.map(str::to_owned));
    for name in twice(&mut in_query) {
        context.problem("R104", &written.query(&name), format!("`{name}` is set twice in the query"));
    }
    for name in twice(&mut in_headers) {
        context.problem("R104", &written.header(&name), format!("the header `{name}` is set twice"));
    }
    for parameter in headers {
        if parameter.name.contains(['[', ']']) {
            let message = format!("`{}` is no name of a header", parameter.name);
            context.problem("S002", &written.header(&parameter.name), message);
        }
        if matches!(&parameter.value, Term::Constant(value) if !fits_header(value)) {
            let message = format!("the header `{}` holds plain characters only", parameter.name);
            context.problem("S002", &written.header(&parameter.name), message);
        }
    }
}

fn twice(names: &mut [String]) -> Vec<String> {
    names.sort_unstable();
    names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect()
}

/// Printable ASCII without spaces around it.
fn fits_header(value: &Scalar) -> bool {
    let text = value.to_string();
    text.trim() == text && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
