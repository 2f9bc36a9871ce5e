//! Calls and what their answers mean.

use super::super::closed::ReplyAs;
use super::super::forms::{HttpCode, MediaType};
use super::super::reading::{Context, Located, Many, Map};
use super::super::written::{self, PlaceEntry, SaveEntry, Short};
use super::inputs::{Fields, affixes};
use super::text;
use crate::{
    Address, Condition, Constant, Delay, Encoding, Field, HttpPattern, List, Method, Model, ModelField, Operation,
    Output, Pace, Parameter, Path, Place, Progress, ReplyShape, Saved, Scalar, Side, State, Status, StatusRule, Term,
    Text, TextForm, Variant, Words,
};

type Entry<'s, T> = Option<&'s Located<T>>;

/// What a call can say, wherever it is written.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts<'s> {
    pub(super) method: Entry<'s, Method>,
    pub(super) path: Entry<'s, Address>,
    pub(super) url_from: Entry<'s, String>,
    pub(super) query: Entry<'s, Map<Scalar>>,
    pub(super) headers: Entry<'s, Map<Scalar>>,
    pub(super) body: Entry<'s, Map<Scalar>>,
    pub(super) encoding: Entry<'s, Encoding>,
    pub(super) ok: Entry<'s, written::Condition>,
    pub(super) status: Entry<'s, written::Status>,
    pub(super) save: Entry<'s, Map<Short<SaveEntry>>>,
    pub(super) output: Entry<'s, written::Output>,
    pub(super) also: Entry<'s, Map<Short<PlaceEntry>>>,
}

/// The call that these parts mean.
pub(super) fn operation(parts: &Parts<'_>, usual: (Method, Encoding), context: &mut Context<'_>) -> Operation {
    let also = parts.also.map(|also| also.value.as_slice()).unwrap_or_default();
    let also = also.iter().filter_map(|(name, entry)| Some(Side { name: text(name), place: place(entry, context)? }));
    let also = also.collect();
    Operation {
        method: parts.method.map_or(usual.0, |method| method.value),
        address: parts.path.map_or_else(|| Address { pieces: List::default() }, |path| path.value.clone()),
        url_from: parts.url_from.map(text),
        query: parameters(parts.query, context),
        headers: parameters(parts.headers, context),
        body: constants(parts.body, context),
        encoding: parts.encoding.map_or(usual.1, |encoding| encoding.value),
        pace: Pace::default(),
        reply: ReplyShape {
            ok: parts.ok.map(|ok| condition(ok, context)),
            status: parts.status.map(|status| self::status(status, context)),
            save: parts.save.map(|save| saved(save, context)).unwrap_or_default(),
            output: parts.output.map(|output| self::output(output, context)),
            also,
            queue_position: None,
            progress: None,
        },
    }
}

/// A poll, a result or a find.
pub(super) fn later(
    call: &Located<written::Call>,
    inherited: Entry<'_, written::Condition>,
    context: &mut Context<'_>,
) -> Operation {
    let parts = Parts {
        method: call.method.as_ref(),
        path: call.path.insist(&call.span, context),
        url_from: call.url_from.as_ref(),
        query: call.query.as_ref(),
        headers: call.headers.as_ref(),
        body: call.body.as_ref(),
        encoding: None,
        ok: call.ok.as_ref().or(inherited),
        status: call.status.as_ref(),
        save: call.save.as_ref(),
        output: call.output.as_ref(),
        also: call.also.as_ref(),
    };
    let mut operation = operation(&parts, (Method::Get, Encoding::Json), context);
    operation.pace = Pace {
        every: call.every.as_ref().map(|every| every.0),
        at_least: call.at_least.as_ref().map(|least| least.0),
        every_from: call.every_from.as_ref().and_then(|entry| delay(entry, context)),
    };
    operation.reply.queue_position = call.queue_position.as_ref().and_then(|entry| place(entry, context));
    operation.reply.progress = call.progress.as_ref().and_then(|entry| progress(entry, context));
    operation
}

/// The plain create.
pub(super) fn create(
    create: &Located<written::Create>,
    inherited: Entry<'_, written::Condition>,
    poll: Option<&Operation>,
    context: &mut Context<'_>,
) -> Operation {
    let parts = create_parts(create, inherited, context);
    let operation = operation(&parts, (Method::Post, Encoding::Json), context);
    like_poll(operation, create.reply_as.as_ref(), create.status.is_some(), create.output.is_some(), poll, context)
}

fn create_parts<'s>(
    create: &'s Located<written::Create>,
    inherited: Entry<'s, written::Condition>,
    context: &mut Context<'_>,
) -> Parts<'s> {
    Parts {
        method: create.method.as_ref(),
        path: create.path.insist(&create.span, context),
        url_from: None,
        query: create.query.as_ref(),
        headers: create.headers.as_ref(),
        body: create.body.as_ref(),
        encoding: create.encoding.as_ref(),
        ok: create.ok.as_ref().or(inherited),
        status: create.status.as_ref(),
        save: create.save.as_ref(),
        output: create.output.as_ref(),
        also: create.also.as_ref(),
    }
}

/// A reply that is a job object too is read as the poll's, but for what the create says itself.
fn like_poll(
    mut operation: Operation,
    reply_as: Entry<'_, ReplyAs>,
    own_status: bool,
    own_output: bool,
    poll: Option<&Operation>,
    context: &mut Context<'_>,
) -> Operation {
    let Some(like) = reply_as else { return operation };
    let Some(poll) = poll else {
        context.problem("S007", &like.span, "there is no `poll` to be read as");
        return operation;
    };
    let own = operation.reply;
    let shared = poll.reply.clone();
    operation.reply = ReplyShape {
        ok: own.ok.or(shared.ok),
        status: if own_status { own.status } else { shared.status },
        save: own.save,
        output: if own_output { own.output } else { shared.output },
        also: if own.also.is_empty() { shared.also } else { own.also },
        queue_position: shared.queue_position,
        progress: shared.progress,
    };
    operation
}

/// Creates that differ for some inputs or models.
pub(super) fn variants(
    create: &Located<written::Create>,
    inherited: Entry<'_, written::Condition>,
    poll: Option<&Operation>,
    fields: &Fields<'_>,
    models: &[(Model, Option<&Located<Map<written::Field>>>)],
    context: &mut Context<'_>,
) -> List<Variant> {
    let mut variants = Vec::new();
    for variant in create.variants.as_deref().into_iter().flatten() {
        let base = create_parts(create, inherited, context);
        let parts = Parts {
            method: variant.method.as_ref().or(base.method),
            path: variant.path.as_ref().or(base.path),
            url_from: None,
            query: variant.query.as_ref().or(base.query),
            headers: variant.headers.as_ref().or(base.headers),
            body: variant.body.as_ref().or(base.body),
            encoding: variant.encoding.as_ref().or(base.encoding),
            ok: variant.ok.as_ref().or(base.ok),
            status: variant.status.as_ref().or(base.status),
            save: variant.save.as_ref().or(base.save),
            output: variant.output.as_ref().or(base.output),
            also: variant.also.as_ref().or(base.also),
        };
        // A variant that answers with the work itself is no job object, whatever the plain create is.
        let own_reply = variant.status.is_some() || variant.output.is_some();
        let reply_as = variant.reply_as.as_ref().or(if own_reply { None } else { create.reply_as.as_ref() });
        let operation = operation(&parts, (Method::Post, Encoding::Json), context);
        let operation = like_poll(operation, reply_as, parts.status.is_some(), parts.output.is_some(), poll, context);
        let fields_at = variant.fields_at.as_deref().or(create.fields_at.as_deref());
        let list = |names: Option<&Located<Many<String>>>,
                    known: &[&str],
                    what: &str,
                    context: &mut Context<'_>|
         -> List<Text> {
            let names = names.map(|names| names.value.as_slice()).unwrap_or_default();
            for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
                context.unknown("S007", what, name, known);
            }
            names.iter().map(text).collect()
        };
        let field_names: Vec<_> = fields.names().collect();
        let model_names: Vec<_> = models.iter().map(|(model, _)| &*model.key).collect();
        let with = list(variant.with.as_ref(), &field_names, "field", context);
        let of_models = list(variant.models.as_ref(), &model_names, "model", context);
        let mut changed = Vec::new();
        for (model, changes) in
            models.iter().filter(|(model, _)| of_models.is_empty() || of_models.contains(&model.key))
        {
            let theirs = fields.changed(*changes, context).changed(variant.changes.as_ref(), context);
            let differs = |name: &str, field: &Field| {
                let usual = model.fields.iter().find(|own| own.name == name);
                usual.is_none_or(|usual| usual != field)
            };
            for name in model.inputs() {
                if let Some(field) = theirs.mean(name, fields_at, context)
                    && differs(name, &field)
                {
                    changed.push(ModelField { model: model.key.clone(), field });
                }
            }
        }
        variants.push(Variant { with, models: of_models, operation, fields: changed.into() });
    }
    variants.into()
}

/// Named values; `{name}` refers to something that is known when the call is made.
pub(super) fn parameters(written: Entry<'_, Map<Scalar>>, context: &mut Context<'_>) -> List<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for (name, value) in written.into_iter().flat_map(|map| &map.value) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.[]".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            context.problem("S002", &name.span, format!("`{}` is no name of a header or parameter", name.value));
        }
        let value = term(value, context);
        parameters.extend(value.map(|value| Parameter { name: text(name), value }));
    }
    parameters.into()
}

/// Values that are always in a body.
pub(super) fn constants(written: Entry<'_, Map<Scalar>>, context: &mut Context<'_>) -> List<Constant> {
    let mut constants = Vec::new();
    for (at, value) in written.into_iter().flat_map(|map| &map.value) {
        match Path::parse(at) {
            Some(path) => constants.extend(term(value, context).map(|value| Constant { at: path, value })),
            None => context.problem("S005", &at.span, format!("`{}` is not a path", at.value)),
        }
    }
    constants.into()
}

fn term(value: &Located<Scalar>, context: &mut Context<'_>) -> Option<Term> {
    let Scalar::Text(written) = &value.value else { return Some(Term::Constant(value.value.clone())) };
    if written.is_empty() {
        context.problem("R106", &value.span, "an empty constant says nothing");
        return None;
    }
    if !written.contains(['{', '}']) {
        return Some(Term::Constant(value.value.clone()));
    }
    let name = written.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let plain = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let name = name.filter(plain);
    if name.is_none() {
        let message = "a reference is a whole value: `{name}`, with nothing beside it";
        context.problem("R105", &value.span, message);
    }
    name.map(|name| Term::Reference(name.into()))
}

fn values<T: Clone>(many: &[Located<T>]) -> List<T> {
    many.iter().map(|one| one.value.clone()).collect()
}

fn scalars(many: Entry<'_, Many<Scalar>>) -> List<Scalar> {
    many.map(|many| values(many)).unwrap_or_default()
}

fn path(written: Entry<'_, Path>) -> Option<Path> {
    written.map(|path| path.value.clone())
}

fn saved(save: &Map<Short<SaveEntry>>, context: &mut Context<'_>) -> List<Saved> {
    let mut list = Vec::new();
    for (name, entry) in save {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(plain) || name.value == "model" || name.value == "create_path" {
            context.problem("S010", &name.span, format!("`{}` cannot be the name of a saved value", name.value));
        }
        let Some(at) = entry.at.insist(&entry.span, context) else { continue };
        let int = entry.form.is_some();
        list.push(Saved { name: text(name), at: values(at), int });
    }
    list.into()
}

fn output(written: &Located<written::Output>, context: &mut Context<'_>) -> Output {
    let body = written.body.as_ref();
    if let Some(body) = body.filter(|body| !is_media_type(body)) {
        context.problem("S008", &body.span, "a media type looks like `video/*` or `video/mp4`");
    }
    if let (Some(base64), true) = (&written.base64, written.url.is_some()) {
        context.problem("S002", &base64.span, "`url` and `base64` cannot both be the film");
    }
    let output = Output {
        url: written.url.as_ref().map(|paths| values(paths)).unwrap_or_default(),
        base64: path(written.base64.as_ref()),
        body: body.map(text),
    };
    if output == Output::default() && written.named.iter().all(|key| key == "source" || key == "assumed") {
        context.problem("S002", &written.span, "`output` needs a form: `url`, `base64` or `body`");
    }
    output
}

fn is_media_type(text: &MediaType) -> bool {
    let own = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-+.".contains(&b);
    let plain = |part: &str| !part.is_empty() && part.bytes().all(own);
    text.split_once('/').is_some_and(|(kind, sub)| plain(kind) && (sub == "*" || plain(sub)))
}

/// A place, with the text that a number stands in.
pub(super) fn place(entry: &Located<Short<PlaceEntry>>, context: &mut Context<'_>) -> Option<Place> {
    let at = entry.at.insist(&entry.span, context)?.value.clone();
    let (prefix, suffix) = (entry.prefix.as_ref(), entry.suffix.as_ref());
    let disguised = entry.form.is_some() || prefix.is_some() || suffix.is_some();
    let text: Option<TextForm> = disguised.then(|| affixes(prefix, suffix, context));
    Some(Place { at, text })
}

fn progress(entry: &Located<Short<PlaceEntry>>, context: &mut Context<'_>) -> Option<Progress> {
    let max = match &entry.max {
        None => 100.0,
        Some(max) => max.as_number().filter(|max| (0.01..=1e9).contains(max)).unwrap_or_else(|| {
            context.problem("A310", &max.span, "`max` is a number from 0.01 to 1000000000");
            100.0
        }),
    };
    Some(Progress { place: place(entry, context)?, max })
}

/// A time in a reply; seconds unless it says otherwise.
pub(super) fn delay(entry: &Located<Short<PlaceEntry>>, context: &mut Context<'_>) -> Option<Delay> {
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000)];
    let unit = entry.unit.as_ref().and_then(|unit| {
        let known = units.into_iter().find(|(name, _)| *name == unit.value);
        if known.is_none() {
            context.unknown("S008", "unit", unit, &units.map(|(name, _)| name));
        }
        known
    });
    let unit = unit.map_or(1_000, |(_, worth)| worth);
    Some(Delay { place: place(entry, context)?, unit })
}

/// An envelope test.
pub(super) fn condition(written: &Located<written::Condition>, context: &mut Context<'_>) -> Condition {
    if written.names("at") != written.names("is") {
        context.problem("A302", &written.span, "`at` and `is` go together");
    }
    let condition = Condition {
        at: path(written.at.as_ref()),
        is: scalars(written.is.as_ref()),
        has: path(written.has.as_ref()),
        lacks: path(written.lacks.as_ref()),
        ..Condition::default()
    };
    if !["at", "is", "has", "lacks"].into_iter().any(|key| written.names(key)) {
        context.problem("A302", &written.span, "a condition needs `at` and `is`, or `has`, or `lacks`");
    }
    condition
}

fn status(status: &written::Status, context: &mut Context<'_>) -> Status {
    let words = [
        (State::Queued, &status.queued),
        (State::Running, &status.running),
        (State::Done, &status.done),
        (State::Failed, &status.failed),
        (State::Cancelled, &status.cancelled),
        (State::Expired, &status.expired),
    ];
    let mut list = Vec::new();
    for (state, words) in words {
        let Some(words) = words else { continue };
        if !status.names("at") {
            context.problem("A302", &words.span, "words need `at`, the place of the word");
        }
        list.push(Words { state, words: values(words) });
    }
    let rules = status.rules.as_deref().into_iter().flatten();
    let rules = rules.filter_map(|rule| status_rule(rule, status, context)).collect();
    let ignore_case = status.ignore_case.as_ref().is_some_and(|ignore| ignore.value);
    Status { rules, at: path(status.at.as_ref()), words: list.into(), ignore_case }
}

fn status_rule(
    rule: &Located<written::StatusRule>,
    status: &written::Status,
    context: &mut Context<'_>,
) -> Option<StatusRule> {
    let written = rule.state.insist(&rule.span, context)?;
    let (state, span) = (written.value, written.span.clone());
    if rule.names("at") && !rule.names("is") {
        context.problem("A302", &span, "`at` needs `is`");
    }
    if rule.names("is") && !rule.names("at") && !status.names("at") {
        context.problem("A302", &span, "`is` needs `at`");
    }
    if let Some(media) = rule.content_type.as_ref().filter(|media| !is_media_type(media)) {
        context.problem("S008", &media.span, "a media type looks like `video/*` or `video/mp4`");
    }
    let http = rule.http.as_deref().into_iter().flatten().filter_map(|http| http_pattern(http, context)).collect();
    let when = Condition {
        http,
        content_type: rule.content_type.as_ref().map(text),
        at: rule.is.as_ref().and(path(rule.at.as_ref()).or_else(|| path(status.at.as_ref()))),
        is: scalars(rule.is.as_ref()),
        has: path(rule.has.as_ref()),
        lacks: path(rule.lacks.as_ref()),
    };
    if !["http", "content_type", "is", "has", "lacks", "at"].into_iter().any(|key| rule.names(key)) {
        context.problem("A302", &span, "a rule needs a condition: `has`, `lacks`, `is`, `http` or `content_type`");
    }
    let kind = rule.kind.as_ref().map(|kind| kind.value);
    if kind.is_some() && state != State::Failed {
        context.problem("A302", &span, "only a failure has a kind");
    }
    let billed = rule.billed.as_ref().map(|billed| billed.value);
    if billed.is_some() && !matches!(state, State::Cancelled | State::Expired) {
        context.problem("A302", &span, "`billed` is for cancelled and expired jobs");
    }
    Some(StatusRule { state, when, kind, billed })
}

/// `404`, `5xx`.
pub(super) fn http_pattern(written: &Located<HttpCode>, context: &mut Context<'_>) -> Option<HttpPattern> {
    let pattern = match &written.value.0 {
        Scalar::Int(code @ 200..=599) => u16::try_from(*code).ok().map(HttpPattern::Code),
        Scalar::Text(text) => {
            let digit = text.strip_suffix("xx").and_then(|digit| digit.parse().ok());
            digit.filter(|digit| (3..=5).contains(digit)).map(HttpPattern::Hundred)
        }
        _ => None,
    };
    if pattern.is_none() {
        context.problem("A308", &written.span, format!("`{}` is not an HTTP code like 404 or 5xx", written.value.0));
    }
    pattern
}
