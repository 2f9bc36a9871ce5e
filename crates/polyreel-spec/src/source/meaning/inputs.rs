//! Fields and models.

use super::super::reading::{Context, Located, Many, Map};
use super::super::written;
use super::{prices, text, texts};
use crate::{
    Allowed, Credit, Field, FieldType, ImageForm, ImageLimits, List, Model, Path, Scalar, Segment, Text, Word,
};

pub(super) fn fields(
    written: &Located<Map<written::Field>>,
    fields_at: Option<&Path>,
    context: &mut Context<'_>,
) -> List<Field> {
    written.iter().filter_map(|(name, field)| one(name, field, fields_at, context)).collect()
}

fn one(
    name: &Located<String>,
    field: &Located<written::Field>,
    fields_at: Option<&Path>,
    context: &mut Context<'_>,
) -> Option<Field> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
        context.problem("S010", &name.span, "a field's name is lower-case letters, digits and underscores");
    }
    if name.value == "model" {
        context.problem("S010", &name.span, "`model` has a meaning of its own in references");
    }
    let kind = kind(name, field, context)?;
    let image = image(field, kind, name, context);
    let allowed = allowed(name, field, kind, context);
    let own = Path { segments: vec![Segment::Key(name.value.as_str().into())].into() };
    let at = match (&field.at, fields_at) {
        (Some(at), _) => at.value.clone(),
        (None, Some(object)) => object.join(&own),
        (None, None) => own,
    };
    Some(Field {
        name: text(name),
        kind,
        at,
        allowed,
        default: field.default.as_ref().map(|default| default.value.clone()),
        ignored_with: texts(field.ignored_with.as_ref()),
        max_length: field.max_length.as_ref().map(|most| most.value),
        image,
        about: field.about.as_ref().map(text),
    })
}

fn kind(name: &Located<String>, field: &written::Field, context: &mut Context<'_>) -> Option<FieldType> {
    let standard = FieldType::of_standard_input(name);
    let Some(written) = &field.kind else {
        if standard.is_none() {
            let hint = "give its `type`: text, int, number, bool or image";
            context.problem_with_hint("S004", &name.span, format!("`{}` is no standard input", name.value), hint);
        }
        return standard;
    };
    let all = [FieldType::Text, FieldType::Int, FieldType::Number, FieldType::Bool, FieldType::Image];
    let Some(kind) = all.into_iter().find(|kind| kind.name() == written.value) else {
        context.unknown("S008", "type", written, &all.map(FieldType::name));
        return None;
    };
    if let Some(standard) = standard
        && standard != kind
    {
        let fixed = format!("`{}` is a standard input and always has the type {}", name.value, standard.name());
        context.problem("S004", &written.span, fixed);
    }
    Some(kind)
}

fn allowed(name: &Located<String>, field: &written::Field, kind: FieldType, context: &mut Context<'_>) -> Allowed {
    let given = [field.values.is_some(), field.words.is_some(), field.range.is_some()];
    if given.into_iter().filter(|given| *given).count() > 1 {
        context.problem("R103", &name.span, "of `values`, `words` and `range` at most one");
    }
    let admit = |value: &Located<Scalar>, context: &mut Context<'_>| {
        if !kind.admits(value) {
            let message = format!("`{}` is not of the type {}", value.value, kind.name());
            context.problem("R103", &value.span, message);
        }
    };
    if let Some(values) = &field.values {
        values.iter().for_each(|value| admit(value, context));
        return Allowed::Values(values.iter().map(|value| value.value.clone()).collect());
    }
    if let Some(words) = &field.words {
        let super::super::reading::Nested::By(rows) = &words.value else {
            context.problem("S002", &words.span, "`words` is a mapping from our values to the provider's");
            return Allowed::Any;
        };
        let mut list = Vec::new();
        for (ours, theirs) in rows {
            admit(ours, context);
            match &theirs.value {
                super::super::reading::Nested::Leaf(word) => {
                    list.push(Word { ours: ours.value.clone(), theirs: word.clone() });
                }
                super::super::reading::Nested::By(_) => context.problem("S002", &theirs.span, "expected one word"),
            }
        }
        return Allowed::Words(list.into());
    }
    let Some(range) = &field.range else { return Allowed::Any };
    let numbers: Vec<_> = range.iter().filter_map(|bound| bound.as_number()).collect();
    match numbers[..] {
        [low, high] if low < high && matches!(kind, FieldType::Int | FieldType::Number) => Allowed::Range(low, high),
        _ => {
            context.problem("R107", &range.span, "a range is the lowest and the highest number");
            Allowed::Any
        }
    }
}

fn image(
    field: &written::Field,
    kind: FieldType,
    name: &Located<String>,
    context: &mut Context<'_>,
) -> Option<ImageLimits> {
    if kind != FieldType::Image {
        let limits = [field.accepts.as_ref().map(|a| &a.span), field.media_types.as_ref().map(|m| &m.span)];
        for span in limits.into_iter().flatten() {
            context.problem("R110", span, "only an image has forms and media types");
        }
        return None;
    }
    let all = [ImageForm::Url, ImageForm::DataUri, ImageForm::Base64, ImageForm::File];
    let mut accepts: Vec<ImageForm> = Vec::new();
    for form in field.accepts.as_deref().into_iter().flatten() {
        match all.into_iter().find(|known| known.name() == form.value) {
            Some(known) if accepts.contains(&known) => context.problem("R110", &form.span, "listed twice"),
            Some(known) => accepts.push(known),
            None => context.unknown("S008", "image form", form, &all.map(ImageForm::name)),
        }
    }
    if field.accepts.is_none() {
        let hint = "say how images travel: `accepts: [url, data_uri, base64]` or `[file]`";
        context.problem_with_hint("R110", &name.span, format!("`{}` says no form that it accepts", name.value), hint);
    }
    Some(ImageLimits {
        accepts: accepts.into(),
        media_types: texts(field.media_types.as_ref()),
        max_bytes: field.max_bytes.as_ref().map(|bytes| bytes.0),
        min_side: field.min_side.as_ref().map(|side| side.value),
    })
}

pub(super) fn models(
    written: &Located<Map<written::Model>>,
    fields: &[Field],
    inherited: &Many<String>,
    credits: &[Credit],
    context: &mut Context<'_>,
) -> List<Model> {
    let mut models = Vec::new();
    for (key, model) in written.iter() {
        let own = |c: char| c.is_ascii_alphanumeric() || "._-:/".contains(c);
        for name in [Some(key), model.id.as_ref()].into_iter().flatten() {
            if name.chars().all(|c| c == '.') || !name.chars().all(own) {
                let message = "a model's name is letters, digits and the characters . _ - : /";
                context.problem("S009", &name.span, message);
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        for name in model.required.as_deref().into_iter().chain(model.optional.as_deref()).flatten() {
            if seen.contains(&&*name.value) {
                context.problem("R102", &name.span, format!("`{}` is listed twice", name.value));
            }
            seen.push(&name.value);
            if !fields.iter().any(|field| field.name == name.value.as_str()) {
                let known: Vec<_> = fields.iter().map(|field| &*field.name).collect();
                context.unknown("R101", "field", name, &known);
            }
        }
        let source = if model.source.is_empty() { inherited } else { &model.source };
        let taken: Vec<&Field> = fields.iter().filter(|field| seen.contains(&&*field.name)).collect();
        models.push(Model {
            key: text(key),
            id: model.id.as_ref().map_or_else(|| text(key), text),
            family: model.family.as_ref().map(text),
            about: model.about.as_ref().map(text),
            required: texts(model.required.as_ref()),
            optional: texts(model.optional.as_ref()),
            price: model.price.as_ref().and_then(|price| prices::price(price, &taken, credits, context)),
            latency: model.latency.as_ref().and_then(|latency| prices::latency(latency, &taken, context)),
            source: source.iter().map(text).collect::<List<Text>>(),
        });
    }
    models.into()
}
