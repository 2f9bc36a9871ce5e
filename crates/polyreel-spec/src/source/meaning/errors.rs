//! What refusals and failures mean.

use super::super::reading::{Context, Located};
use super::super::written;
use super::calls::{delay, http_pattern};
use super::text;
use crate::{CodePattern, ErrorRule, Errors, HttpPattern, Kind, List, Plane, Scalar};

pub(super) fn errors(errors: &Located<written::Errors>, context: &mut Context<'_>) -> Errors {
    let paths = |paths: &Option<Located<Vec<Located<crate::Path>>>>| -> List<crate::Path> {
        paths.as_deref().into_iter().flatten().map(|path| path.value.clone()).collect()
    };
    let plane = |plane: &written::Plane| Plane { code: paths(&plane.code), message: paths(&plane.message) };
    let reply = errors.reply.as_ref().map(|reply| plane(reply)).unwrap_or_default();
    let job = errors.job.as_ref().map_or_else(|| reply.clone(), |job| plane(job));
    // Places that are given and could not be read were reported already.
    let is_given = |key: &str| {
        let planes = [("reply", errors.reply.as_ref()), ("job", errors.job.as_ref())];
        planes.into_iter().any(|(name, plane)| plane.map_or(errors.names(name), |plane| plane.names(key)))
    };
    let (code, message) = (is_given("code"), is_given("message"));
    let written = errors.rules.as_deref().into_iter().flatten();
    let mut rules: Vec<_> = written.filter_map(|rule| error_rule(rule, code, message, context)).collect();
    if errors.standard_http.as_ref().is_some_and(|standard| standard.value) {
        rules.extend(standard_http(&rules));
    }
    Errors {
        reply,
        job,
        rules: rules.into(),
        retry_after: errors.retry_after.as_ref().and_then(|entry| delay(entry, context)),
        failed_jobs_billed: errors.failed_jobs_billed.as_ref().map(|billed| billed.value),
    }
}

fn error_rule(
    rule: &Located<written::ErrorRule>,
    has_code: bool,
    has_message: bool,
    context: &mut Context<'_>,
) -> Option<ErrorRule> {
    let kind = rule.kind.insist(&rule.span, context)?;
    let span = kind.span.clone();
    if !["http", "code", "message_has"].into_iter().any(|key| rule.names(key)) {
        context.problem("A308", &span, "a rule without `http`, `code` or `message_has` matches everything");
    }
    if let Some(code) = &rule.code
        && !has_code
    {
        context.problem("A308", &code.span, "no place of a code is given in `reply` or `job`");
    }
    if let Some(text) = &rule.message_has
        && (text.trim().is_empty() || !has_message)
    {
        context.problem("A308", &text.span, "needs a text, and a place of messages in `reply` or `job`");
    }
    let http: Vec<_> =
        rule.http.as_deref().into_iter().flatten().filter_map(|http| http_pattern(http, context)).collect();
    let claims = rule.nothing_created.as_ref().map_or(kind.value.nothing_created(), |flag| flag.value);
    let is_open = !kind.value.nothing_created() || http.iter().any(|http| leaves_open(*http));
    if claims && is_open && rule.source.is_empty() {
        let at = rule.nothing_created.as_ref().map_or(&span, |flag| &flag.span);
        let message = "after this nobody knows whether the job exists, unless a `source` of the rule says so";
        context.problem("A311", at, message);
    }
    let code = |code: &Located<Scalar>| match code.as_text().and_then(|text| text.strip_suffix('*')) {
        Some(prefix) => CodePattern::Prefix(prefix.into()),
        None => CodePattern::Code(code.value.clone()),
    };
    let flag = |flag: &Option<Located<bool>>| flag.as_ref().map(|flag| flag.value);
    Some(ErrorRule {
        http: http.into(),
        code: rule.code.as_deref().into_iter().flatten().map(code).collect(),
        message_has: rule.message_has.as_ref().map(text),
        kind: kind.value,
        retriable: flag(&rule.retriable),
        nothing_created: flag(&rule.nothing_created),
        billed: flag(&rule.billed),
    })
}

/// Codes after which nobody knows whether the job exists: redirects, and what stands for an outage or a conflict.
fn leaves_open(http: HttpPattern) -> bool {
    match http {
        HttpPattern::Code(code) => matches!(code, 300..=399 | 408 | 409 | 500..),
        HttpPattern::Hundred(digit) => matches!(digit, 3 | 5..),
    }
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
        let takes = |own: &HttpPattern| {
            own == pattern || own.matches(pattern.example()) && matches!(pattern, HttpPattern::Code(_))
        };
        rules.iter().filter(whole).any(|rule| rule.http.iter().any(takes))
    };
    let rest = usual.into_iter().map(|(kind, http)| ErrorRule {
        http: http.into_iter().filter(|pattern| !taken(pattern)).collect(),
        code: List::default(),
        message_has: None,
        kind,
        retriable: None,
        nothing_created: None,
        billed: None,
    });
    rest.filter(|rule| !rule.http.is_empty()).collect()
}
