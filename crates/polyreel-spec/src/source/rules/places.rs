//! Places in requests: no two things stand at one, and lists have no holes.

use std::ops::Range;

use super::super::reading::Context;
use super::super::written::Spec;
use super::inputs::written;
use super::{Claim, side_by_side};
use crate::{Encoding, Path, Plan, Segment, Term};

pub(super) fn check(spec: &Spec, plan: &Plan<'_>, at: &Range<usize>, context: &mut Context<'_>) {
    let operation = plan.operation();
    let constants = operation.body.iter().chain(&plan.model.body);
    let mut all: Vec<Claim<'_>> = Vec::new();
    let mut always: Vec<&Path> = constants.clone().map(|constant| &constant.at).collect();
    for constant in constants {
        let at = constant_at(spec, plan, &constant.at).unwrap_or_else(|| at.clone());
        writable(&constant.at, plan.operation().encoding, &at, context);
        if matches!(&constant.value, Term::Reference(name) if *name != "model") {
            context.problem("R105", &at, format!("the constant at {} may refer to `{{model}}` only", constant.at));
        }
        all.push((&constant.at, "a constant".to_owned(), at));
    }
    for field in plan.fields().filter(|field| !plan.is_outside_the_body(&field.name)) {
        let at = written(spec, plan, &field.name, |field| Some(field.at.as_ref()?.span.clone()));
        writable(&field.at, operation.encoding, &at, context);
        if let [.., Segment::Select(tags), Segment::Key(name)] = &*field.at.segments
            && tags.iter().any(|tag| tag.key == *name)
        {
            context.problem("R104", &at, format!("`{}` stands on a tag of its own selector", field.name));
        }
        all.push((&field.at, format!("`{}`", field.name), at));
        if plan.model.requires(&field.name) {
            always.push(&field.at);
        }
        if let Some(path) = field.image.as_ref().and_then(|image| image.media_type_at.as_ref()) {
            let at = written(spec, plan, &field.name, |field| Some(field.media_type_at.as_ref()?.span.clone()));
            writable(path, operation.encoding, &at, context);
            all.push((path, format!("the media type of `{}`", field.name), at));
        }
    }
    side_by_side("R104", &all, "a request", context);
    gaps(&all, plan, &always, context);
}

/// Where a constant of a body is written.
fn constant_at(spec: &Spec, plan: &Plan<'_>, path: &Path) -> Option<Range<usize>> {
    let of_variant = super::variant(spec, plan).and_then(|variant| variant.body.as_ref());
    let of_create = spec.create.as_ref().and_then(|create| create.body.as_ref());
    let models = spec.models.as_ref().into_iter().flat_map(|models| &models.value);
    let of_model = models.filter(|(key, _)| key.value == *plan.model.key).filter_map(|(_, model)| model.body.as_ref());
    let all = of_variant.into_iter().chain(of_create).chain(of_model).flat_map(|body| &body.value);
    let mut keys = all.map(|(key, _)| key);
    keys.find(|key| key.value == path.to_string()).map(|key| key.span.clone())
}

/// A place in a request: members, indices and selectors alone; in a form a plain name.
fn writable(path: &Path, encoding: Encoding, at: &Range<usize>, context: &mut Context<'_>) {
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
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if encoding != Encoding::Json && !path.single_name().is_some_and(plain) {
        let hint = "a form has plain names: letters, digits, `-` and `_`";
        context.problem_with_hint("R111", at, format!("`{path}` is no name in a form"), hint);
    }
}

/// A list has no holes: what stands at `[1]` needs something at `[0]` that is sent with it: a constant, a required field,
/// or one without which it may not be sent.
fn gaps(all: &[Claim<'_>], plan: &Plan<'_>, always: &[&Path], context: &mut Context<'_>) {
    for (path, who, span) in all {
        let field = plan.fields().find(|field| field.at == **path);
        let needs = field.iter().flat_map(|field| &field.needs).filter(|name| !plan.is_outside_the_body(name));
        let needed = needs.filter_map(|name| plan.field(name)).map(|field| &field.at);
        let there: Vec<&Path> = always.iter().copied().chain(needed).collect();
        for (depth, segment) in path.segments.iter().enumerate() {
            let Segment::Index(index) = segment else { continue };
            let filled = |before: usize| {
                there.iter().any(|other| {
                    other.segments.get(..depth) == path.segments.get(..depth)
                        && other.segments.get(depth) == Some(&Segment::Index(before))
                })
            };
            if let Some(gap) = (0..*index).find(|before| !filled(*before)) {
                let message = format!("{who} at {path}: nothing that is always sent with it fills the place [{gap}]");
                context.problem("R104", span, message);
            }
        }
    }
}
