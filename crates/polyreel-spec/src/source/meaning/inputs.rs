//! Fields and models.

use std::collections::BTreeMap;

use super::super::closed::Disguise;
use super::super::containers::Nested;
use super::super::reading::{Context, Located, Many, Map};
use super::super::written;
use super::{calls, prices, text, texts};
use crate::{
    Allowed, Credit, Field, FieldType, ImageForm, ImageLimits, List, Model, Path, Scalar, Segment, Text, TextForm, Word,
};

/// The fields as they are written, with what a model or a variant changes.
pub(super) struct Fields<'s> {
    written: BTreeMap<&'s str, (&'s Located<String>, written::Field)>,
}

impl<'s> Fields<'s> {
    pub(super) fn new(written: &'s Located<Map<written::Field>>) -> Self {
        let entries = written.iter().map(|(name, field)| (name.as_str(), (name, field.value.clone())));
        Self { written: entries.collect() }
    }

    /// The same fields after some changes.
    pub(super) fn changed(&self, changes: Option<&'s Located<Map<written::Field>>>, context: &mut Context<'_>) -> Self {
        let mut written = self.written.clone();
        for (name, change) in changes.into_iter().flat_map(|changes| &changes.value) {
            let Some((_, base)) = self.written.get(name.as_str()) else {
                let known: Vec<_> = self.written.keys().copied().collect();
                context.unknown("S007", "field", name, &known);
                continue;
            };
            let mut base = base.clone();
            if change.values.is_some() || change.words.is_some() || change.range.is_some() {
                // Which values there are and how they are spelled is one fact.
                (base.values, base.words, base.range, base.default) = (None, None, None, None);
            }
            written.insert(name.as_str(), (name, change.over(&base)));
        }
        Self { written }
    }

    /// Their names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.written.keys().copied()
    }

    /// What one of them means where the call's fields stand in `fields_at`.
    pub(super) fn mean(&self, name: &str, fields_at: Option<&Path>, context: &mut Context<'_>) -> Option<Field> {
        let (key, field) = self.written.get(name)?;
        one(key, field, fields_at, context)
    }
}

/// All fields, in the order of the file.
pub(super) fn fields(
    written: &Located<Map<written::Field>>,
    fields_at: Option<&Path>,
    context: &mut Context<'_>,
) -> List<Field> {
    written.iter().filter_map(|(name, field)| one(name, field, fields_at, context)).collect()
}

fn one(
    name: &Located<String>,
    field: &written::Field,
    fields_at: Option<&Path>,
    context: &mut Context<'_>,
) -> Option<Field> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
        context.problem("S010", &name.span, "a field's name is lower-case letters, digits and underscores");
    }
    if name.value == "model" || name.value == "create_path" {
        context.problem("S010", &name.span, format!("`{}` has a meaning of its own in references", name.value));
    }
    let kind = kind(name, field, context)?;
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
        allowed: allowed(name, field, kind, context),
        default: field.default.as_ref().map(|default| default.value.clone()),
        text_form: text_form(field, kind, context),
        not_with: texts(field.not_with.as_ref()),
        needs: texts(field.needs.as_ref()),
        ignored_with: texts(field.ignored_with.as_ref()),
        max_length: field.max_length.as_ref().map(|most| most.value),
        image: image(field, kind, name, context),
        about: field.about.as_ref().map(text),
    })
}

fn kind(name: &Located<String>, field: &written::Field, context: &mut Context<'_>) -> Option<FieldType> {
    let standard = FieldType::of_standard_input(name);
    let Some(written) = &field.kind else {
        // A type that is given and could not be read was reported already.
        if field.names("type") {
            return None;
        }
        if standard.is_none() {
            let hint = "give its `type`: text, int, number, bool or image";
            context.problem_with_hint("S004", &name.span, format!("`{}` is no standard input", name.value), hint);
        }
        return standard;
    };
    let kind = written.value;
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
        let Nested::By(rows) = &words.value else {
            context.problem("S002", &words.span, "`words` is a mapping from our values to the provider's");
            return Allowed::Any;
        };
        let mut list = Vec::new();
        for (ours, theirs) in rows {
            admit(ours, context);
            let Some(theirs) = theirs else { continue };
            match &theirs.value {
                Nested::Leaf(word) => list.push(Word { ours: ours.value.clone(), theirs: word.clone() }),
                Nested::By(_) => context.problem("S002", &theirs.span, "expected one word"),
            }
        }
        if rows.is_empty() {
            context.problem("S002", &words.span, "an empty table of words says nothing");
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

fn text_form(field: &written::Field, kind: FieldType, context: &mut Context<'_>) -> Option<TextForm> {
    let (form, prefix, suffix) = (field.form.as_ref(), field.prefix.as_ref(), field.suffix.as_ref());
    let span = form.map(|form| &form.span).or([prefix, suffix].into_iter().flatten().map(|affix| &affix.span).next());
    let span = span?.clone();
    let number = matches!(kind, FieldType::Int | FieldType::Number);
    if form.is_some_and(|form| form.value == Disguise::Int) {
        if kind != FieldType::Image || prefix.is_some() || suffix.is_some() {
            context.problem("R109", &span, "`as: int` is for the identifier of an uploaded image");
        }
        return None;
    }
    if !number {
        context.problem("R109", &span, "only a number can travel as text");
    }
    Some(affixes(prefix, suffix, context))
}

/// What stands around a number in a text.
pub(super) fn affixes(
    prefix: Option<&Located<String>>,
    suffix: Option<&Located<String>>,
    context: &mut Context<'_>,
) -> TextForm {
    let runs_on = |c: char| c.is_ascii_digit() || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
    if let Some(prefix) = prefix.filter(|prefix| prefix.ends_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-'))
    {
        context.problem("R109", &prefix.span, "a prefix may not end in a digit, a dot or a minus");
    }
    if let Some(suffix) = suffix.filter(|suffix| suffix.starts_with(|c: char| runs_on(c) && !c.is_alphabetic())) {
        context.problem("R109", &suffix.span, "a suffix may not begin with a digit, a dot or a sign");
    }
    let text = |affix: Option<&Located<String>>| affix.map(text).unwrap_or_default();
    TextForm { prefix: text(prefix), suffix: text(suffix) }
}

fn image(
    field: &written::Field,
    kind: FieldType,
    name: &Located<String>,
    context: &mut Context<'_>,
) -> Option<ImageLimits> {
    if kind != FieldType::Image {
        let limits = [
            field.accepts.as_ref().map(|a| &a.span),
            field.media_types.as_ref().map(|m| &m.span),
            field.media_type_at.as_ref().map(|m| &m.span),
            field.max_bytes.as_ref().map(|m| &m.span),
            field.min_side.as_ref().map(|m| &m.span),
        ];
        for span in limits.into_iter().flatten() {
            context.problem("R110", span, "only an image has forms, media types and sizes");
        }
        return None;
    }
    let mut accepts: Vec<ImageForm> = Vec::new();
    for form in field.accepts.as_deref().into_iter().flatten() {
        if accepts.contains(&form.value) {
            context.problem("R110", &form.span, "listed twice");
        }
        accepts.push(form.value);
    }
    if !field.names("accepts") {
        let hint = "say how images travel: `accepts: [url, data_uri, base64]` or `[file]`";
        context.problem_with_hint("R110", &name.span, format!("`{}` says no form that it accepts", name.value), hint);
    }
    if let Some(at) = &field.media_type_at
        && (accepts != [ImageForm::Base64] && (field.accepts.is_some() || !field.names("accepts")))
    {
        context.problem("R110", &at.span, "`media_type_at` goes with bare base64 alone");
    }
    Some(ImageLimits {
        accepts: accepts.into(),
        media_types: texts(field.media_types.as_ref()),
        max_bytes: field.max_bytes.as_ref().map(|bytes| bytes.0),
        min_side: field.min_side.as_ref().map(|side| side.value),
        media_type_at: field.media_type_at.as_ref().map(|at| at.value.clone()),
        int: field.form.as_ref().is_some_and(|form| form.value == Disguise::Int),
    })
}

pub(super) fn models(
    written: &Located<Map<written::Model>>,
    fields: &[Field],
    all: &Fields<'_>,
    fields_at: Option<&Path>,
    inherited: &Many<String>,
    credits: &[Credit],
    context: &mut Context<'_>,
) -> List<Model> {
    let mut models = Vec::new();
    for (key, model) in written.iter() {
        check_names(key, model, all, context);
        let theirs = all.changed(model.changes.as_ref(), context);
        let named = model.changes.iter().flat_map(|changes| &changes.value).map(|(name, _)| name);
        let own: List<Field> = named.filter_map(|name| theirs.mean(name, fields_at, context)).collect();
        model.required.insist(&key.span, context);
        let listed = listed(model);
        let taken: Vec<&Field> = listed
            .filter_map(|name| own.iter().chain(fields).find(|field| field.name == name.value.as_str()))
            .collect();
        let source = if model.source.is_empty() { inherited } else { &model.source };
        models.push(Model {
            key: text(key),
            id: model.id.as_ref().map_or_else(|| text(key), text),
            family: model.family.as_ref().map(text),
            about: model.about.as_ref().map(text),
            required: texts(model.required.as_ref()),
            optional: texts(model.optional.as_ref()),
            price: model.price.as_ref().and_then(|price| prices::price(price, &taken, credits, context)),
            latency: model.latency.as_ref().and_then(|latency| prices::latency(latency, &taken, context)),
            fields: own,
            body: calls::constants(model.body.as_ref(), context),
            by_name_only: model.by_name_only.as_ref().is_some_and(|only| only.value),
            source: source.iter().map(text).collect::<List<Text>>(),
        });
    }
    models.into()
}

/// The inputs that a model takes.
fn listed(model: &written::Model) -> impl Iterator<Item = &Located<String>> {
    model.required.as_ref().into_iter().chain(&model.optional).flat_map(|names| &names.value)
}

fn check_names(key: &Located<String>, model: &written::Model, all: &Fields<'_>, context: &mut Context<'_>) {
    let own = |c: char| c.is_ascii_alphanumeric() || "._-:/".contains(c);
    for name in [Some(key), model.id.as_ref()].into_iter().flatten() {
        if name.chars().all(|c| c == '.') || !name.chars().all(own) {
            let message = "a model's name is letters, digits and the characters . _ - : /";
            context.problem("S009", &name.span, message);
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    for name in listed(model) {
        if seen.contains(&&*name.value) {
            context.problem("R102", &name.span, format!("`{}` is listed twice", name.value));
        }
        seen.push(&name.value);
        if !all.names().any(|known| known == name.value) {
            let known: Vec<_> = all.names().collect();
            context.unknown("R101", "field", name, &known);
        }
    }
}
