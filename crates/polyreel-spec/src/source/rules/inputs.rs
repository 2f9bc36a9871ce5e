//! Inputs: each can be met, and each of its values has one spelling.

use std::ops::Range;

use super::super::reading::Context;
use super::super::written::{self, Spec};
use super::span_of;
use crate::{Allowed, Field, FieldType, ImageForm, Plan, Scalar};

/// Whole numbers beyond this are not exact in JSON.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// No picture is larger: what JPEG can say.
const LARGEST_SIDE: u32 = 65_535;

/// No picture is smaller, in bytes.
const SMALLEST_FILE: u64 = 100;

/// The media types that can be told from a file's head.
const TOLD: [&str; 2] = ["image/png", "image/jpeg"];

type Part = fn(&written::Field) -> Option<Range<usize>>;

pub(super) fn check(spec: &Spec, plan: &Plan<'_>, context: &mut Context<'_>) {
    for field in plan.fields() {
        let at = |part: Part| written(spec, plan, &field.name, part);
        spellings(field, plan, &at, context);
        values(field, plan, &at, context);
        limits(field, &at, context);
        company(field, plan, &at, context);
        picture(field, plan, &at, context);
    }
}

/// Where a part of an input is written: for the variant, for the model, or once for all. Where it is written nowhere, the
/// input's name.
pub(super) fn written(spec: &Spec, plan: &Plan<'_>, name: &str, part: Part) -> Range<usize> {
    let of_variant = super::variant(spec, plan).and_then(|variant| variant.changes.as_ref());
    let mut models = spec.models.as_ref().into_iter().flat_map(|models| &models.value);
    let of_model = models.find(|(key, _)| key.value == *plan.model.key).and_then(|(_, model)| model.changes.as_ref());
    let lists = of_variant.into_iter().chain(of_model).chain(spec.fields.as_ref());
    let mut fields = lists.flat_map(|list| &list.value).filter(|(key, _)| key.value == name);
    let found = fields.find_map(|(_, field)| part(field)).filter(|span| !span.is_empty());
    found.unwrap_or_else(|| span_of(spec.fields.as_ref(), name))
}

fn listed(field: &written::Field) -> Option<Range<usize>> {
    let values = field.values.as_ref().map(|values| values.span.clone());
    values.or_else(|| field.words.as_ref().map(|words| words.span.clone())).filter(|span| !span.is_empty())
}

/// Each value has one spelling, and each spelling means one value.
fn spellings(field: &Field, plan: &Plan<'_>, at: &dyn Fn(Part) -> Range<usize>, context: &mut Context<'_>) {
    let name = &field.name;
    let (ours, theirs): (Vec<_>, Vec<_>) = match &field.allowed {
        Allowed::Values(values) => (values.to_vec(), values.to_vec()),
        Allowed::Words(words) => words.iter().map(|word| (word.ours.clone(), word.theirs.clone())).unzip(),
        Allowed::Any | Allowed::Range(..) => return,
    };
    let in_address = plan.operation().address.references().any(|held| held == &**name);
    for (what, list) in [("values", &ours), ("words", &theirs)] {
        if !in_address && list.iter().any(|word| word.to_string().is_empty()) {
            context.problem("R103", &at(listed), format!("`{name}` has an empty word outside an address"));
        }
        let mut spelled: Vec<_> = list.iter().map(Scalar::to_string).collect();
        spelled.sort_unstable();
        if spelled.windows(2).any(|pair| pair[0] == pair[1]) {
            context.problem("R103", &at(listed), format!("`{name}` has two equal {what}"));
        }
    }
    if ours.iter().chain(&theirs).any(|value| value.as_number().is_some_and(|number| number.abs() >= EXACT)) {
        context.problem("R103", &at(listed), format!("`{name}` has a number that is not exact in JSON"));
    }
    let is_blank = |value: &Scalar| value.as_text().is_some_and(|text| text.trim().is_empty());
    if *name == "prompt" && ours.iter().any(is_blank) {
        context.problem("R103", &at(listed), "a prompt that is blank says nothing");
    }
    let is_step = |word: &Scalar| matches!(&*word.to_string(), "." | "..");
    if in_address && theirs.iter().any(is_step) {
        context.problem("R105", &at(listed), format!("a value of `{name}` would be a step up in the address"));
    }
    if field.text_form.is_some() && matches!(field.allowed, Allowed::Words(_)) {
        context.problem("R103", &at(listed), format!("the words of `{name}` already are what is sent"));
    }
}

/// Ranges and defaults.
fn values(field: &Field, plan: &Plan<'_>, at: &dyn Fn(Part) -> Range<usize>, context: &mut Context<'_>) {
    let name = &field.name;
    if let Allowed::Range(low, high) = field.allowed {
        let range = || at(|field| Some(field.range.as_ref()?.span.clone()));
        if low.abs() > EXACT || high.abs() > EXACT {
            context.problem("R107", &range(), format!("the range of `{name}` goes beyond what is exact in JSON"));
        } else if field.kind == FieldType::Int && low.ceil() > high.floor() {
            context.problem("R107", &range(), format!("there is no whole number in the range of `{name}`"));
        }
    }
    let Some(default) = &field.default else { return };
    let written = || at(|field| Some(field.default.as_ref()?.span.clone()));
    if !admits(field, default) {
        context.problem("R107", &written(), format!("the default `{default}` of `{name}` is not an allowed value"));
    }
    let in_address = plan.operation().address.references().any(|held| held == &**name);
    let conditional = plan.provider.variants.iter().any(|variant| variant.with.contains(name));
    if conditional && in_address {
        let message = format!("`{name}` chooses a variant, so an address cannot fill it in");
        context.problem("R105", &written(), message);
    }
}

fn admits(field: &Field, value: &Scalar) -> bool {
    let in_range = match (&field.allowed, value.as_number()) {
        (Allowed::Range(low, high), Some(number)) => (*low..=*high).contains(&number),
        _ => true,
    };
    let is_short = |text: &str| field.max_length.is_none_or(|most| text.chars().count() <= most as usize);
    let is_said = |text: &str| field.name != "prompt" || !text.trim().is_empty();
    field.kind.admits(value)
        && in_range
        && field.values().is_none_or(|values| values.contains(value))
        && value.as_text().is_none_or(|text| is_short(text) && is_said(text))
}

/// Lengths: some text must be short enough.
fn limits(field: &Field, at: &dyn Fn(Part) -> Range<usize>, context: &mut Context<'_>) {
    let Some(most) = field.max_length else { return };
    let written = at(|field| Some(field.max_length.as_ref()?.span.clone()));
    if field.kind != FieldType::Text {
        context.problem("R107", &written, format!("`{}` is no text, so it has no length", field.name));
    }
    if most == 0 {
        context.problem("R107", &written, format!("no text of `{}` is short enough", field.name));
    }
    let values = field.values().unwrap_or_default();
    let mut texts = values.iter().filter_map(Scalar::as_text);
    if let Some(long) = texts.find(|text| text.chars().count() > most as usize) {
        context.problem("R107", &written, format!("the value `{long}` of `{}` is longer", field.name));
    }
}

fn company(field: &Field, plan: &Plan<'_>, at: &dyn Fn(Part) -> Range<usize>, context: &mut Context<'_>) {
    let (provider, model) = (plan.provider, plan.model);
    let not_with = || at(|field| Some(field.not_with.as_ref()?.span.clone()));
    let needs = || at(|field| Some(field.needs.as_ref()?.span.clone()));
    let ignored_with = || at(|field| Some(field.ignored_with.as_ref()?.span.clone()));
    let lists: [(_, &dyn Fn() -> Range<usize>); 3] =
        [(&field.not_with, &not_with), (&field.needs, &needs), (&field.ignored_with, &ignored_with)];
    for (list, at) in lists {
        for other in list.iter().filter(|other| !provider.fields.iter().any(|field| field.name == ***other)) {
            context.problem("S007", &at(), format!("`{}` names `{other}`, which is no field", field.name));
        }
    }
    for other in field.needs.iter().filter(|other| !model.takes(other)) {
        let message = format!("`{}` needs `{other}`, which {} does not take", field.name, model.key);
        context.problem("R108", &needs(), message);
    }
    // What is sent by itself brings along nothing that may be left out.
    let by_default = plan.operation().address.references().any(|held| field.name == held) && field.default.is_some();
    if model.requires(&field.name) || by_default {
        for other in field.needs.iter().filter(|other| model.takes(other) && !model.requires(other)) {
            let message = format!("`{}` is always sent to {} and needs `{other}`", field.name, model.key);
            context.problem_with_hint("R108", &needs(), message, format!("list `{other}` under `required`"));
        }
    }
    // What is sent whenever this is, by itself or by default.
    let mut with: Vec<&str> = vec![&field.name];
    with.extend(model.required.iter().map(|name| &**name));
    let by_default = plan.operation().address.references();
    with.extend(by_default.filter(|name| plan.field(name).is_some_and(|field| field.default.is_some())));
    let mut done = 0;
    while let Some(name) = with.get(done).copied() {
        done += 1;
        let needed = plan.field(name).into_iter().flat_map(|field| &field.needs).map(|name| &**name);
        let new: Vec<_> = needed.filter(|name| !with.contains(name)).collect();
        with.extend(new);
    }
    for name in &with {
        let other = plan.field(name).into_iter().flat_map(|field| &field.not_with);
        if let Some(other) = other.map(|other| &**other).find(|other| with.contains(other)) {
            let message = format!(
                "`{}` cannot be sent to {}: `{name}` and `{other}` would go with it, which exclude each other",
                field.name, model.key
            );
            context.problem("R108", &not_with(), message);
        }
    }
    for name in with.iter().filter(|name| !model.takes(name) && ***name != *field.name) {
        let message = format!("`{}` needs `{name}` in turn, which {} does not take", field.name, model.key);
        context.problem("R108", &needs(), message);
    }
}

fn picture(field: &Field, plan: &Plan<'_>, at: &dyn Fn(Part) -> Range<usize>, context: &mut Context<'_>) {
    let Some(image) = &field.image else { return };
    let name = &field.name;
    let accepts = || at(|field| Some(field.accepts.as_ref()?.span.clone()));
    for (form, what) in [(ImageForm::File, "file"), (ImageForm::Upload, "upload")] {
        if image.accepts.contains(&form) && image.accepts.len() > 1 {
            context.problem("R110", &accepts(), format!("`{what}` goes alone"));
        }
    }
    if image.accepts.contains(&ImageForm::File) && !plan.operation().encoding.takes_files() {
        context.problem("R110", &accepts(), "a file part needs `encoding: multipart`");
    }
    if image.accepts.contains(&ImageForm::Upload) && plan.provider.upload.is_none() {
        context.problem("R110", &accepts(), "`upload` needs a call: `upload` at the top of the file");
    }
    if image.int && !image.accepts.contains(&ImageForm::Upload) {
        let form = at(|field| Some(field.form.as_ref()?.span.clone()));
        context.problem("R110", &form, "only an uploaded image is named by a number");
    }
    if plan.is_outside_the_body(name) {
        context.problem("R110", &accepts(), "an image travels in the body");
    }
    if image.min_side.is_some_and(|side| side > LARGEST_SIDE) {
        let side = at(|field| Some(field.min_side.as_ref()?.span.clone()));
        context.problem("R110", &side, format!("no picture has sides of more than {LARGEST_SIDE} pixels"));
    }
    if image.max_bytes.is_some_and(|most| most < SMALLEST_FILE) {
        let most = at(|field| Some(field.max_bytes.as_ref()?.span.clone()));
        context.problem("R110", &most, format!("no picture has less than {SMALLEST_FILE} bytes"));
    }
    let types = || at(|field| Some(field.media_types.as_ref()?.span.clone()));
    if !image.media_types.is_empty() && !image.media_types.iter().any(|own| TOLD.contains(&&**own)) {
        let message = format!("of no file can it be told that it is one of these: {}", TOLD.join(" and "));
        context.problem("R110", &types(), format!("{message} can"));
    }
}
