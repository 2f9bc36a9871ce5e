//! Requests: every input of every model has one spelling, and no two requests look alike.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::reading::Context;
use super::super::written::Spec;
use super::{side_by_side, span, span_of};
use crate::{Allowed, Encoding, Field, ImageForm, Model, Path, Piece, Plan, Provider, Scalar, Segment, Term};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let mut sent: Vec<Sent<'_>> = Vec::new();
    for model in &provider.models {
        let at = span_of(spec.models.as_ref(), &model.key);
        if model.required.is_empty() {
            context.problem("S003", &at, "a model without required inputs would take an empty request");
        }
        for plan in provider.plans(model) {
            references(spec, &plan, context);
            for field in plan.fields() {
                let at = span_of(spec.fields.as_ref(), &field.name);
                values(field, &plan, &at, context);
                company(field, model, provider, &at, context);
                picture(field, &plan, &at, context);
                place(field, &plan, &at, context);
            }
            places(&plan, &at, context);
            alike(&plan, &at, &mut sent, context);
        }
    }
}

fn values(field: &Field, plan: &Plan<'_>, at: &Range<usize>, context: &mut Context<'_>) {
    let (ours, theirs): (Vec<_>, Vec<_>) = match &field.allowed {
        Allowed::Values(values) => (values.to_vec(), values.to_vec()),
        Allowed::Words(words) => words.iter().map(|word| (word.ours.clone(), word.theirs.clone())).unzip(),
        Allowed::Any | Allowed::Range(..) => (Vec::new(), Vec::new()),
    };
    for (what, list) in [("values", ours), ("words", theirs)] {
        let mut spelled: Vec<_> = list.iter().map(Scalar::to_string).collect();
        if !in_address(plan, &field.name) && spelled.iter().any(String::is_empty) {
            context.problem("R103", at, format!("`{}` has an empty word outside an address", field.name));
        }
        spelled.sort_unstable();
        if spelled.windows(2).any(|pair| pair[0] == pair[1]) {
            context.problem("R103", at, format!("`{}` has two equal {what}", field.name));
        }
    }
    let step = |word: &Scalar| matches!(word.to_string().as_str(), "." | "..");
    if in_address(plan, &field.name) && matches!(&field.allowed, Allowed::Values(list) if list.iter().any(step)) {
        context.problem("R105", at, format!("a value of `{}` would be a step up in the address", field.name));
    }
    if field.text_form.is_some() && matches!(field.allowed, Allowed::Words(_)) {
        context.problem("R103", at, format!("the words of `{}` already are what is sent", field.name));
    }
    if let Some(default) = &field.default
        && !admits(field, default)
    {
        context.problem("R107", at, format!("the default `{default}` of `{}` is not an allowed value", field.name));
    }
    let conditional = plan.provider.variants.iter().any(|variant| variant.with.contains(&field.name));
    if conditional && field.default.is_some() && in_address(plan, &field.name) {
        context.problem("R105", at, format!("`{}` chooses a variant, so an address cannot fill it in", field.name));
    }
}

fn admits(field: &Field, value: &Scalar) -> bool {
    let in_range = match (&field.allowed, value.as_number()) {
        (Allowed::Range(low, high), Some(number)) => (*low..=*high).contains(&number),
        _ => true,
    };
    field.kind.admits(value) && in_range && field.values().is_none_or(|values| values.contains(value))
}

fn company(field: &Field, model: &Model, provider: &Provider, at: &Range<usize>, context: &mut Context<'_>) {
    let others = field.not_with.iter().chain(&field.needs).chain(&field.ignored_with);
    for other in others.filter(|other| !provider.fields.iter().any(|field| field.name == ***other)) {
        context.problem("S007", at, format!("`{}` names `{other}`, which is no field", field.name));
    }
    for other in field.not_with.iter().filter(|other| model.requires(other) && model.requires(&field.name)) {
        context.problem("R108", at, format!("`{}` and `{other}` are both required by {}", field.name, model.key));
    }
    for other in field.needs.iter().filter(|other| !model.takes(other)) {
        context.problem("R108", at, format!("`{}` needs `{other}`, which {} does not take", field.name, model.key));
    }
    if field.not_with.contains(&field.name) || field.needs.iter().any(|other| field.not_with.contains(other)) {
        context.problem("R108", at, format!("what `{}` asks for can never be met", field.name));
    }
}

fn picture(field: &Field, plan: &Plan<'_>, at: &Range<usize>, context: &mut Context<'_>) {
    let Some(image) = &field.image else { return };
    if image.accepts.contains(&ImageForm::File) {
        if !plan.operation().encoding.takes_files() {
            context.problem("R110", at, "a file part needs `encoding: multipart`");
        }
        if image.accepts.len() > 1 {
            context.problem("R110", at, "`file` goes alone");
        }
    }
    if image.accepts.contains(&ImageForm::Upload) {
        if image.accepts.len() > 1 {
            context.problem("R110", at, "`upload` goes alone");
        }
        if plan.provider.upload.is_none() {
            context.problem("R110", at, "`upload` needs a call: `upload` at the top of the file");
        }
    }
    if plan.is_outside_the_body(&field.name) {
        context.problem("R110", at, "an image travels in the body");
    }
}

fn place(field: &Field, plan: &Plan<'_>, at: &Range<usize>, context: &mut Context<'_>) {
    if plan.is_outside_the_body(&field.name) {
        return;
    }
    let media = field.image.as_ref().and_then(|image| image.media_type_at.as_ref());
    for path in std::iter::once(&field.at).chain(media) {
        writable(path, at, context);
        if plan.operation().encoding != Encoding::Json && path.single_name().is_none() {
            context.problem("R111", at, format!("a form has plain names, `{path}` is none"));
        }
    }
    if let [.., Segment::Select(tags), Segment::Key(name)] = &*field.at.segments
        && tags.iter().any(|tag| tag.key == *name)
    {
        context.problem("R104", at, format!("`{}` stands on a tag of its own selector", field.name));
    }
}

/// A place in a request: members, indices and selectors alone.
fn writable(path: &Path, at: &Range<usize>, context: &mut Context<'_>) {
    let wrong = |segment: &Segment| matches!(segment, Segment::Each | Segment::Json | Segment::Header(_));
    if path.segments.iter().any(wrong) {
        context.problem("S005", at, format!("`{path}` cannot be written in a request"));
    }
    if matches!(path.segments.first(), Some(Segment::Index(_) | Segment::Select(_))) {
        context.problem("S005", at, format!("`{path}`: a request is an object"));
    }
    if matches!(path.segments.last(), Some(Segment::Select(_))) {
        context.problem("S005", at, format!("`{path}` ends in a selector: there is nothing to write"));
    }
}

fn places(plan: &Plan<'_>, at: &Range<usize>, context: &mut Context<'_>) {
    let operation = plan.operation();
    let constants = operation.body.iter().chain(&plan.model.body);
    let mut all: Vec<(&Path, String)> = Vec::new();
    let mut always: Vec<&Path> = constants.clone().map(|constant| &constant.at).collect();
    for constant in constants {
        writable(&constant.at, at, context);
        if matches!(&constant.value, Term::Reference(name) if *name != "model") {
            context.problem("R105", at, format!("the constant at {} may refer to `{{model}}` only", constant.at));
        }
        if operation.encoding != Encoding::Json && constant.at.single_name().is_none() {
            context.problem("R111", at, format!("a form has plain names, `{}` is none", constant.at));
        }
        all.push((&constant.at, "a constant".to_owned()));
    }
    for field in plan.fields().filter(|field| !plan.is_outside_the_body(&field.name)) {
        all.push((&field.at, format!("`{}`", field.name)));
        if plan.model.requires(&field.name) {
            always.push(&field.at);
        }
        let media = field.image.as_ref().and_then(|image| image.media_type_at.as_ref());
        all.extend(media.map(|path| (path, format!("the media type of `{}`", field.name))));
    }
    side_by_side("R104", &all, at, "a request", context);
    gaps(plan, &always, at, context);
    let mut names: Vec<_> =
        operation.query.iter().map(|parameter| ("query", parameter.name.to_ascii_lowercase())).collect();
    let headers = operation.headers.iter().chain(&plan.provider.headers);
    names.extend(headers.map(|parameter| ("header", parameter.name.to_ascii_lowercase())));
    names.sort_unstable();
    for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
        context.problem("R104", at, format!("the {} `{}` is set twice", pair[0].0, pair[0].1));
    }
}

/// A list has no holes: what stands at `[1]` needs something at `[0]` that is sent with it: a constant, a required field,
/// or one without which it may not be sent.
fn gaps(plan: &Plan<'_>, always: &[&Path], at: &Range<usize>, context: &mut Context<'_>) {
    for field in plan.fields().filter(|field| !plan.is_outside_the_body(&field.name)) {
        let needed = field.needs.iter().filter_map(|name| plan.field(name)).map(|field| &field.at);
        let there: Vec<&Path> = always.iter().copied().chain(needed).collect();
        for (depth, segment) in field.at.segments.iter().enumerate() {
            let Segment::Index(index) = segment else { continue };
            let filled = |before: usize| {
                there.iter().any(|other| {
                    other.segments.get(..depth) == field.at.segments.get(..depth)
                        && other.segments.get(depth) == Some(&Segment::Index(before))
                })
            };
            if let Some(gap) = (0..*index).find(|before| !filled(*before)) {
                let message = format!(
                    "`{}` at {}: nothing that is always sent with it fills the place [{gap}]",
                    field.name, field.at
                );
                context.problem("R104", at, message);
            }
        }
    }
}

fn in_address(plan: &Plan<'_>, name: &str) -> bool {
    plan.operation().address.references().any(|held| held == name)
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
    let this = Sent { model: plan.model, method: operation.method, addresses, constants };
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
            context.problem("R113", at, message);
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
