//! What must hold so that client and simulator are each other's inverse.

use std::ops::Range;

use super::reading::{Context, Located, Map};
use super::written::Spec;
use crate::{Allowed, Encoding, Field, ImageForm, Model, Output, Path, Provider, Scalar, State, Term};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    fields(spec, provider, context);
    models(spec, provider, context);
    handles(spec, provider, context);
    replies(spec, provider, context);
}

/// Where the entry of a map stands.
fn span_of<T>(map: Option<&Located<Map<T>>>, name: &str) -> Range<usize> {
    let entry = map.and_then(|map| map.iter().find(|(key, _)| key.value == name));
    entry.map_or(0..0, |(key, _)| key.span.clone())
}

fn span<T>(located: Option<&Located<T>>) -> Range<usize> {
    located.map_or(0..0, |located| located.span.clone())
}

fn fields(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    for field in &provider.fields {
        let at = span_of(spec.fields.as_ref(), &field.name);
        let addressed = Provider::in_address(&provider.create.address, &field.name);
        listed_values(field, addressed, &at, context);
        if let Some(default) = &field.default
            && !admits(field, default)
        {
            context.problem(
                "R107",
                &at,
                format!("the default `{default}` of `{}` is not an allowed value", field.name),
            );
        }
        for other in &field.ignored_with {
            if !provider.fields.iter().any(|field| field.name == *other) {
                context.problem("S007", &at, format!("`{}` is ignored with `{other}`, which is no field", field.name));
            }
        }
        if let Some(image) = &field.image {
            let file = image.accepts.contains(&ImageForm::File);
            if file && provider.create.encoding != Encoding::Multipart {
                context.problem("R110", &at, "a file part needs `encoding: multipart`");
            }
            if file && image.accepts.len() > 1 {
                context.problem("R110", &at, "`file` goes alone");
            }
            if addressed {
                context.problem("R110", &at, "an image cannot be in an address");
            }
        }
        if provider.create.encoding == Encoding::Multipart && !addressed && field.at.single_name().is_none() {
            context.problem("R111", &at, format!("a form has plain names, `{}` is none", field.at));
        }
        not_all(&field.at, &at, context);
    }
}

fn not_all(path: &Path, span: &Range<usize>, context: &mut Context<'_>) {
    if path.segments.contains(&crate::Segment::Each) {
        context.problem("S005", span, "`[*]` cannot be written in a request");
    }
}

fn listed_values(field: &Field, addressed: bool, at: &Range<usize>, context: &mut Context<'_>) {
    let (ours, theirs): (Vec<_>, Vec<_>) = match &field.allowed {
        Allowed::Values(values) => (values.to_vec(), values.to_vec()),
        Allowed::Words(words) => words.iter().map(|word| (word.ours.clone(), word.theirs.clone())).unzip(),
        Allowed::Any | Allowed::Range(..) => return,
    };
    for (what, list) in [("values", ours), ("words", theirs)] {
        let mut spelled: Vec<_> = list.iter().map(Scalar::to_string).collect();
        if !addressed && spelled.iter().any(String::is_empty) {
            context.problem("R103", at, format!("`{}` has an empty word outside an address", field.name));
        }
        spelled.sort_unstable();
        if spelled.windows(2).any(|pair| pair[0] == pair[1]) {
            context.problem("R103", at, format!("`{}` has two equal {what}", field.name));
        }
    }
}

fn admits(field: &Field, value: &Scalar) -> bool {
    let in_range = match (&field.allowed, value.as_number()) {
        (Allowed::Range(low, high), Some(number)) => (*low..=*high).contains(&number),
        _ => true,
    };
    field.kind.admits(value) && in_range && field.values().is_none_or(|values| values.contains(value))
}

fn models(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let mut addresses: Vec<(String, &Model)> = Vec::new();
    for model in &provider.models {
        let at = span_of(spec.models.as_ref(), &model.key);
        places(provider, model, &at, context);
        references(spec, provider, model, context);
        let by_name = provider.create.body.iter().any(|constant| constant.value == Term::Model);
        for address in spellings(provider, model) {
            let clash = addresses.iter().find(|(other, owner)| {
                *other == address && (owner.key == model.key || !by_name || owner.id == model.id)
            });
            if let Some((_, other)) = clash {
                let code = if other.key == model.key { "R112" } else { "R113" };
                context.problem(code, &at, format!("cannot be told from `{}`: both are sent to {address}", other.key));
                break;
            }
            addresses.push((address, model));
        }
        if model.required.is_empty() {
            context.problem("S003", &at, "a model without required inputs would take an empty request");
        }
    }
}

fn places(provider: &Provider, model: &Model, at: &Range<usize>, context: &mut Context<'_>) {
    let constants =
        provider.create.body.iter().map(|constant| (constant.at.clone(), format!("the constant {}", constant.at)));
    let fields = model.inputs().filter(|name| !Provider::in_address(&provider.create.address, name));
    let fields = fields
        .filter_map(|name| provider.field(model, name))
        .map(|field| (field.at.clone(), format!("`{}`", field.name)));
    let all: Vec<_> = constants.chain(fields).collect();
    for (position, (path, who)) in all.iter().enumerate() {
        for (other_path, other) in &all[..position] {
            if path.collides(other_path) {
                context.problem("R104", at, format!("{who} at {path} and {other} at {other_path} cannot both be sent"));
            }
        }
    }
}

fn references(spec: &Spec, provider: &Provider, model: &Model, context: &mut Context<'_>) {
    let at = span(spec.create.as_ref().and_then(|create| create.path.as_ref()));
    let mut seen: Vec<&str> = Vec::new();
    for name in provider.create.address.references().filter(|name| *name != "model") {
        if seen.contains(&name) {
            context.problem("R105", &at, format!("`{name}` is referred to twice"));
        }
        seen.push(name);
        match provider.field(model, name) {
            None => {
                context.problem("R105", &at, format!("`{{{name}}}` is neither `model` nor a field of {}", model.key));
            }
            Some(field) => {
                if field.values().is_none() {
                    context.problem("R105", &at, format!("`{name}` is in the address, so its values must be listed"));
                }
                if !model.requires(name) && field.default.is_none() {
                    context.problem("R105", &at, format!("`{name}` is in the address, so it needs a default"));
                }
            }
        }
    }
}

/// Every way to write the address of a create of this model.
fn spellings(provider: &Provider, model: &Model) -> Vec<String> {
    let mut spelled = vec![String::new()];
    for piece in &provider.create.address.pieces {
        let choices: Vec<String> = match piece {
            crate::Piece::Literal(text) => vec![text.to_string()],
            crate::Piece::Reference(name) if *name == "model" => vec![model.id.to_string()],
            crate::Piece::Reference(name) => match provider.field(model, name).map(|field| &field.allowed) {
                Some(Allowed::Words(words)) => words.iter().map(|word| word.theirs.to_string()).collect(),
                Some(Allowed::Values(values)) => values.iter().map(Scalar::to_string).collect(),
                _ => vec![format!("{{{name}}}")],
            },
        };
        spelled = spelled.iter().flat_map(|head| choices.iter().map(move |tail| format!("{head}{tail}"))).collect();
        if spelled.len() > 10_000 {
            break;
        }
    }
    spelled
}

/// What later calls need from the create's reply.
fn handles(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let save = &provider.create.reply.save;
    let create = spec.create.as_ref();
    if !save.iter().any(|saved| saved.name == "id") {
        let at = span(create.and_then(|create| create.save.as_ref()));
        context.problem("Q201", &at, "nothing is saved as `id`, the name that people see in handles and logs");
    }
    let poll = spec.poll.as_ref();
    let known = |name: &str| save.iter().any(|saved| saved.name == name);
    if let Some(from) = &provider.poll.url_from
        && !known(from)
    {
        let at = span(poll.and_then(|poll| poll.url_from.as_ref()));
        context.problem("Q203", &at, format!("`{from}` is not saved by the create"));
    }
    let at = span(poll.and_then(|poll| poll.path.as_ref()));
    let mut own = 0;
    for name in provider.poll.address.references() {
        if !known(name) && name != "model" {
            context.problem("Q202", &at, format!("`{{{name}}}` is not saved by the create"));
        }
        if provider.poll.url_from.as_deref() == Some(name) {
            context.problem("Q204", &at, "the path of a URL cannot hold that URL");
        }
        own += usize::from(known(name));
    }
    if own == 0 {
        context.problem("Q204", &at, "nothing ties this call to one job");
    }
}

fn replies(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let Some(status) = &provider.poll.reply.status else { return };
    let at = span(spec.poll.as_ref().and_then(|poll| poll.status.as_ref()));
    let mut words: Vec<_> = status.words.iter().flat_map(|words| &words.words).map(Scalar::to_string).collect();
    words.sort_unstable();
    for pair in words.windows(2).filter(|pair| pair[0] == pair[1]) {
        context.problem("A303", &at, format!("the word `{}` is listed twice", pair[0]));
    }
    if words.iter().any(String::is_empty) {
        context.problem("A303", &at, "an empty word");
    }
    let says = |state| {
        status.words.iter().any(|words| words.state == state) || status.rules.iter().any(|rule| rule.state == state)
    };
    if !says(State::Done) {
        context.problem("A301", &at, "nothing means `done`");
    }
    for operation in [&provider.create, &provider.poll] {
        side_by_side(provider, operation, &at, context);
    }
    let codes = &provider.errors.job.code;
    if status.at.as_ref().is_some_and(|word| codes.contains(word)) {
        context.problem("A306", &at, "the word of the status is also the failure's code; give the rule a `kind`");
    }
}

/// What one reply must carry has to fit side by side.
fn side_by_side(provider: &Provider, operation: &crate::Operation, at: &Range<usize>, context: &mut Context<'_>) {
    let reply = &operation.reply;
    let mut base: Vec<&Path> = reply.save.iter().filter_map(|saved| saved.at.first()).collect();
    base.extend(reply.ok.iter().filter_map(|ok| ok.at.as_ref()));
    base.extend(reply.status.iter().filter_map(|status| status.at.as_ref()));
    let mut done = base.clone();
    if let Some(Output::Url(paths)) = &reply.output {
        done.extend(paths.first());
    }
    done.extend(reply.also.iter().map(|side| &side.at));
    let mut failed = base;
    if reply.status.is_some() {
        failed.extend(provider.errors.job.code.first());
        failed.extend(provider.errors.job.message.first());
    }
    let refused = provider.errors.reply.code.first().into_iter().chain(provider.errors.reply.message.first()).collect();
    for together in [done, failed, refused] {
        for (position, path) in together.iter().enumerate() {
            for other in &together[..position] {
                if path.collides(other) {
                    context.problem("A305", at, format!("{path} and {other} cannot stand in one reply"));
                }
            }
        }
    }
}
