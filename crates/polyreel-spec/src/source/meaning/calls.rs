//! Create, poll and errors.

use super::super::reading::{Context, Located, Many};
use super::super::written;
use super::{required, text};
use crate::{
    Address, CodePattern, Condition, Constant, Encoding, ErrorRule, Errors, HttpPattern, Kind, List, Method, Operation,
    Output, Path, Plane, ReplyShape, Saved, Scalar, Side, State, Status, StatusRule, Term, Words,
};

pub(in super::super) fn poll(
    poll: &Located<written::Poll>,
    inherited: Option<&Located<written::Condition>>,
    context: &mut Context<'_>,
) -> Operation {
    let address = required(&poll.value, poll.path.as_ref(), "path", &poll.span, context);
    let status = required(&poll.value, poll.status.as_ref(), "status", &poll.span, context);
    if poll.output.is_none() {
        context.problem("A304", &poll.span, "a finished poll needs an `output`");
    }
    let output = poll.output.as_ref().and_then(|output| match &output.url {
        Some(paths) => Some(Output::Url(values(paths))),
        None => {
            context.problem("S002", &output.span, "`output` needs a form: `url`");
            None
        }
    });
    let also = poll.also.as_deref().into_iter().flatten();
    Operation {
        method: method(poll.method.as_ref(), Method::Get, context),
        address: address.map_or_else(nowhere, |address| address.value.clone()),
        url_from: poll.url_from.as_ref().map(text),
        body: List::default(),
        encoding: Encoding::Json,
        every: poll.every.as_ref().map(|every| every.0),
        reply: ReplyShape {
            ok: poll.ok.as_ref().or(inherited).map(|ok| condition(ok, context)),
            status: status.map(|status| self::status(status, context)),
            save: List::default(),
            output,
            also: also.map(|(name, at)| Side { name: text(name), at: at.value.clone() }).collect(),
        },
    }
}

pub(in super::super) fn create(
    create: &Located<written::Create>,
    inherited: Option<&Located<written::Condition>>,
    poll: &Operation,
    context: &mut Context<'_>,
) -> Operation {
    let address = required(&create.value, create.path.as_ref(), "path", &create.span, context);
    let save = required(&create.value, create.save.as_ref(), "save", &create.span, context);
    let encoding = match create.encoding.as_ref().map(|encoding| (encoding, encoding.as_str())) {
        None | Some((_, "json")) => Encoding::Json,
        Some((_, "multipart")) => Encoding::Multipart,
        Some((encoding, _)) => {
            context.unknown("S008", "encoding", encoding, &["json", "multipart"]);
            Encoding::Json
        }
    };
    let like_poll = match create.reply_as.as_ref().map(|like| (like, like.as_str())) {
        None => false,
        Some((_, "poll")) => true,
        Some((like, _)) => {
            context.unknown("S008", "reply", like, &["poll"]);
            false
        }
    };
    let shared = if like_poll { poll.reply.clone() } else { ReplyShape::default() };
    let save = save.map(|save| save.value.as_slice()).unwrap_or_default();
    for (name, _) in save.iter().filter(|(name, _)| name.value == "model") {
        context.problem("S010", &name.span, "`model` has a meaning of its own in references");
    }
    Operation {
        method: method(create.method.as_ref(), Method::Post, context),
        address: address.map_or_else(nowhere, |address| address.value.clone()),
        url_from: None,
        body: constants(create, context),
        encoding,
        every: None,
        reply: ReplyShape {
            ok: create.ok.as_ref().or(inherited).map(|ok| condition(ok, context)),
            save: save.iter().map(|(name, at)| Saved { name: text(name), at: values(at) }).collect(),
            ..shared
        },
    }
}

fn constants(create: &written::Create, context: &mut Context<'_>) -> List<Constant> {
    let mut constants = Vec::new();
    for (place, value) in create.body.as_deref().into_iter().flatten() {
        let Some(at) = Path::parse(place) else {
            context.problem("S005", &place.span, format!("`{}` is not a path", place.value));
            continue;
        };
        let value = match &value.value {
            Scalar::Text(reference) if *reference == "{model}" => Term::Model,
            Scalar::Text(other) if other.contains('{') => {
                context.problem(
                    "R105",
                    &value.span,
                    "a constant may refer to `{model}` only, and to nothing else beside it",
                );
                continue;
            }
            Scalar::Text(empty) if empty.is_empty() => {
                context.problem("R106", &value.span, "an empty constant says nothing");
                continue;
            }
            constant => Term::Constant(constant.clone()),
        };
        constants.push(Constant { at, value });
    }
    constants.into()
}

fn method(written: Option<&Located<String>>, default: Method, context: &mut Context<'_>) -> Method {
    match written.map(|method| (method, method.as_str())) {
        None => default,
        Some((_, "GET")) => Method::Get,
        Some((_, "POST")) => Method::Post,
        Some((method, _)) => {
            context.unknown("S008", "method", method, &["GET", "POST"]);
            default
        }
    }
}

fn nowhere() -> Address {
    Address { pieces: List::default() }
}

fn values<T: Clone>(many: &[Located<T>]) -> List<T> {
    many.iter().map(|one| one.value.clone()).collect()
}

fn scalars(many: Option<&Located<Many<Scalar>>>) -> List<Scalar> {
    many.map(|many| values(many)).unwrap_or_default()
}

fn path(written: Option<&Located<Path>>) -> Option<Path> {
    written.map(|path| path.value.clone())
}

fn condition(written: &Located<written::Condition>, context: &mut Context<'_>) -> Condition {
    if written.at.is_some() != written.is.is_some() {
        context.problem("A302", &written.span, "`at` and `is` go together");
    }
    let condition = Condition {
        http: List::default(),
        at: path(written.at.as_ref()),
        is: scalars(written.is.as_ref()),
        has: path(written.has.as_ref()),
        lacks: path(written.lacks.as_ref()),
    };
    if condition == Condition::default() {
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
        if status.at.is_none() {
            context.problem("A302", &words.span, "words need `at`, the place of the word");
        }
        list.push(Words { state, words: values(words) });
    }
    let rules = status.rules.as_deref().into_iter().flatten();
    let rules = rules.filter_map(|rule| status_rule(rule, status.at.as_ref(), context)).collect();
    Status { rules, at: path(status.at.as_ref()), words: list.into() }
}

fn status_rule(
    rule: &Located<written::StatusRule>,
    word: Option<&Located<Path>>,
    context: &mut Context<'_>,
) -> Option<StatusRule> {
    let span = rule.state.as_ref().map_or_else(|| rule.span.clone(), |state| state.span.clone());
    let state = required(&rule.value, rule.state.as_ref(), "state", &span, context)?;
    let Some(meant) = State::ALL.into_iter().find(|known| known.name() == state.value) else {
        context.unknown("S008", "state", state, &State::ALL.map(State::name));
        return None;
    };
    if rule.at.is_some() && rule.is.is_none() {
        context.problem("A302", &span, "`at` needs `is`");
    }
    if rule.is.is_some() && rule.at.is_none() && word.is_none() {
        context.problem("A302", &span, "`is` needs `at`");
    }
    let http = rule.http.as_deref().into_iter().flatten().filter_map(|http| http_pattern(http, context)).collect();
    let at = rule.is.as_ref().and(path(rule.at.as_ref()).or_else(|| path(word)));
    let when = Condition {
        http,
        at,
        is: scalars(rule.is.as_ref()),
        has: path(rule.has.as_ref()),
        lacks: path(rule.lacks.as_ref()),
    };
    if when == Condition::default() {
        context.problem("A302", &span, "a rule needs a condition: `has`, `lacks`, `is` or `http`");
    }
    let kind = rule.kind.as_ref().and_then(|kind| self::kind(kind, context));
    if kind.is_some() && meant != State::Failed {
        context.problem("A302", &span, "only a failure has a kind");
    }
    Some(StatusRule { state: meant, when, kind })
}

fn http_pattern(written: &Located<Scalar>, context: &mut Context<'_>) -> Option<HttpPattern> {
    let pattern = match &written.value {
        Scalar::Int(code @ 100..=599) => u16::try_from(*code).ok().map(HttpPattern::Code),
        Scalar::Text(text) => {
            let digit = text.strip_suffix("xx").and_then(|digit| digit.parse().ok());
            digit.filter(|digit| (3..=5).contains(digit)).map(HttpPattern::Hundred)
        }
        _ => None,
    };
    if pattern.is_none() {
        context.problem("A308", &written.span, format!("`{}` is not an HTTP code like 404 or 5xx", written.value));
    }
    pattern
}

fn kind(written: &Located<String>, context: &mut Context<'_>) -> Option<Kind> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == written.value);
    if kind.is_none() {
        context.unknown("S008", "kind", written, &Kind::ALL.map(Kind::name));
    }
    kind
}

pub(in super::super) fn errors(errors: &Located<written::Errors>, context: &mut Context<'_>) -> Errors {
    let plane = |plane: &written::Plane| Plane {
        code: plane.code.as_deref().map(Vec::as_slice).map(values).unwrap_or_default(),
        message: plane.message.as_deref().map(Vec::as_slice).map(values).unwrap_or_default(),
    };
    let reply = errors.reply.as_ref().map(|reply| plane(reply)).unwrap_or_default();
    let job = errors.job.as_ref().map_or_else(|| reply.clone(), |job| plane(job));
    let written = errors.rules.as_deref().into_iter().flatten();
    let mut rules: Vec<_> = written.filter_map(|rule| error_rule(rule, &reply, &job, context)).collect();
    if errors.standard_http.as_ref().is_some_and(|standard| standard.value) {
        rules.extend(standard_http(&rules));
    }
    Errors { reply, job, rules: rules.into() }
}

fn error_rule(
    rule: &Located<written::ErrorRule>,
    reply: &Plane,
    job: &Plane,
    context: &mut Context<'_>,
) -> Option<ErrorRule> {
    let span = rule.kind.as_ref().map_or_else(|| rule.span.clone(), |kind| kind.span.clone());
    let kind = self::kind(required(&rule.value, rule.kind.as_ref(), "kind", &span, context)?, context)?;
    if rule.http.is_none() && rule.code.is_none() && rule.message_has.is_none() {
        context.problem("A308", &span, "a rule without `http`, `code` or `message_has` matches everything");
    }
    if let Some(code) = &rule.code
        && reply.code.is_empty()
        && job.code.is_empty()
    {
        context.problem("A308", &code.span, "no place of a code is given in `reply` or `job`");
    }
    if let Some(text) = &rule.message_has
        && (text.trim().is_empty() || reply.message.is_empty() && job.message.is_empty())
    {
        context.problem("A308", &text.span, "needs a text, and a place of messages in `reply` or `job`");
    }
    let code = |code: &Located<Scalar>| match code.as_text().and_then(|text| text.strip_suffix('*')) {
        Some(prefix) => CodePattern::Prefix(prefix.into()),
        None => CodePattern::Code(code.value.clone()),
    };
    Some(ErrorRule {
        http: rule.http.as_deref().into_iter().flatten().filter_map(|http| http_pattern(http, context)).collect(),
        code: rule.code.as_deref().into_iter().flatten().map(code).collect(),
        message_has: rule.message_has.as_ref().map(text),
        kind,
    })
}

/// The usual meaning of HTTP codes, without those that a rule takes as a whole.
fn standard_http(rules: &[ErrorRule]) -> Vec<ErrorRule> {
    let code = HttpPattern::Code;
    let usual: [(Kind, Vec<HttpPattern>); 7] = [
        (Kind::BadInput, vec![code(400), code(413), code(415), code(422)]),
        (Kind::Auth, vec![code(401), code(403)]),
        (Kind::Balance, vec![code(402)]),
        (Kind::NotFound, vec![code(404)]),
        (Kind::Timeout, vec![code(408), code(504)]),
        (Kind::RateLimit, vec![code(429)]),
        (Kind::Provider, vec![HttpPattern::Hundred(5)]),
    ];
    let taken = |pattern: &HttpPattern| {
        let whole = |rule: &&ErrorRule| rule.code.is_empty() && rule.message_has.is_none();
        rules.iter().filter(whole).any(|rule| rule.http.contains(pattern))
    };
    let rest = usual.into_iter().map(|(kind, http)| ErrorRule {
        http: http.into_iter().filter(|pattern| !taken(pattern)).collect(),
        code: List::default(),
        message_has: None,
        kind,
    });
    rest.filter(|rule| !rule.http.is_empty()).collect()
}
