//! A no in the provider's own shape.

use std::time::Duration;

use polyreel_spec::{ErrorRule, Errors, Kind, Operation, Provider, Step, Verdict};

use super::draft::{Draft, Why, example_code};
use super::said::{Said, SaidState};
use super::services::is_stop;
use super::{Answer, Rejection};

/// The longest name that goes into a header, in characters.
const LONGEST_NAME: usize = 80;

/// The longest reason that goes into a header, in characters.
const LONGEST_REASON: usize = 500;

/// How long a client is asked to wait that was too fast, where the provider file has a place for that.
const USUAL_PAUSE: Duration = Duration::from_secs(30);

/// Refuses a call in the provider's own shape, so that it is read as this kind of refusal wherever the provider file has
/// a way to say it.
///
/// The header `x-polyreel-mock: field=…; rule=…` names field and rule for machines. Without any fitting rule in the
/// provider file the kind's usual HTTP code is sent; such an answer is read as [`Kind::Other`].
pub fn refusal(provider: &Provider, step: Step, kind: Kind, rejection: &Rejection) -> Answer {
    refusal_after(provider, step, kind, rejection, USUAL_PAUSE)
}

/// As [`refusal`], with a pause for a client that was too fast, in whole seconds.
pub(crate) fn refusal_after(
    provider: &Provider,
    step: Step,
    kind: Kind,
    rejection: &Rejection,
    pause: Duration,
) -> Answer {
    let pause = Duration::from_secs(pause.as_secs() + u64::from(pause.subsec_nanos() > 0));
    let of_kind = || provider.errors.rules.iter().filter(|rule| rule.kind == kind);
    let by_http = of_kind().filter(|rule| !rule.http.is_empty());
    let by_other_signs = of_kind().filter(|rule| rule.http.is_empty());
    let pause = provider.errors.retry_after.as_ref().filter(|_| kind == Kind::RateLimit).map(|_| pause);
    let said = by_http.chain(by_other_signs).find_map(|rule| {
        let http = rule.http.first().map_or_else(|| usual_http(kind), |pattern| pattern.example());
        let (said, verdict) = said_by(provider, rule, http, pause, rejection);
        (verdict.kind == kind).then(|| refuse(provider, step, provider.operation(step)?, &said)).flatten()
    });
    let answer = said.map_or_else(|| plain(provider, usual_http(kind), rejection), Draft::answer);
    labelled(answer, rejection)
}

/// Refuses a call by this very rule of the provider file: without the rule the answer would be read otherwise. `None` if
/// there is no way.
pub(crate) fn refusal_by(provider: &Provider, step: Step, rule: &ErrorRule, rejection: &Rejection) -> Option<Answer> {
    let rules: Vec<_> = provider.errors.rules.iter().filter(|own| *own != rule).cloned().collect();
    let others = Errors { rules: rules.into(), ..provider.errors.clone() };
    let own = rule.http.first().map(|pattern| pattern.example());
    let codes = own.into_iter().chain([200, usual_http(rule.kind), 400, 500, 403]);
    let said = codes.filter(|http| rule.http.is_empty() || Some(*http) == own).find_map(|http| {
        let (said, verdict) = said_by(provider, rule, http, None, rejection);
        let SaidState::Refused { code, message, .. } = &said.state else { return None };
        let without = others.classify(http, code.as_deref(), message.as_deref());
        (verdict != without).then(|| refuse(provider, step, provider.operation(step)?, &said)).flatten()
    });
    said.map(|draft| labelled(draft.answer(), rejection))
}

/// What a refusal by a rule says, and how it is read.
fn said_by(
    provider: &Provider,
    rule: &ErrorRule,
    http: u16,
    pause: Option<Duration>,
    rejection: &Rejection,
) -> (Said, Verdict) {
    let code = example_code(rule);
    let mut message = rejection.to_string();
    if let Some(text) = &rule.message_has
        && !message.to_lowercase().contains(&text.to_lowercase())
    {
        message = format!("{message}: {text}");
    }
    let message = (!provider.errors.reply.message.is_empty()).then_some(message);
    let verdict = provider.errors.classify(http, code.as_deref(), message.as_deref());
    (Said { pause, ..SaidState::Refused { http, code, message }.into() }, verdict)
}

/// Refuses a call with this very HTTP code, whatever the provider's rules make of it.
pub(crate) fn refusal_with(provider: &Provider, http: u16, rejection: &Rejection) -> Answer {
    labelled(plain(provider, http, rejection), rejection)
}

/// Writes a refusal that is read as one.
pub(super) fn refuse(provider: &Provider, step: Step, operation: &Operation, said: &Said) -> Option<Draft> {
    let SaidState::Refused { http, code, message } = &said.state else { return None };
    let shape = &operation.reply;
    let plane = &provider.errors.reply;
    let why = Why { code: code.as_deref(), message: message.as_deref(), message_at: plane.message.first() };
    let mut draft = Draft::new(*http);
    draft.explain(&provider.errors.rules, plane, &why)?;
    match (said.pause, &provider.errors.retry_after) {
        (None, _) => {}
        (Some(pause), Some(delay)) => draft.put_delay(delay, pause)?,
        (Some(pause), None) if pause.subsec_nanos() == 0 => {
            draft.put_header("retry-after", &pause.as_secs().to_string())?;
        }
        (Some(_), None) => return None,
    }
    let is_state = shape.status.as_ref().is_some_and(|status| draft.deciding_rule(status).is_some());
    let is_stop = step == Step::Cancel && is_stop(provider, *http);
    let breaks_envelope = shape.ok.as_ref().is_some_and(|ok| !draft.meets(ok, None));
    let is_refusal = !is_state && !is_stop && (*http >= 300 || breaks_envelope);
    (is_refusal && draft.explains(plane, &why, shape.ok.as_ref())).then_some(draft)
}

fn plain(provider: &Provider, http: u16, rejection: &Rejection) -> Answer {
    let plane = &provider.errors.reply;
    let message = rejection.to_string();
    let why = Why { code: None, message: Some(&message), message_at: plane.message.first() };
    let mut draft = Draft::new(http);
    // Where the provider file has no place for a message, the header alone says why.
    let _ = draft.explain(&provider.errors.rules, plane, &why);
    draft.answer()
}

fn labelled(mut answer: Answer, rejection: &Rejection) -> Answer {
    let label = format!("field={}; rule={}", plain_ascii(&rejection.field), plain_ascii(rejection.rule));
    answer.headers.push(("x-polyreel-mock".to_owned(), label));
    answer.headers.push((WHY.to_owned(), printable_ascii(&rejection.to_string())));
    answer
}

/// The header that says in full what is wrong, and what to do.
pub(crate) const WHY: &str = "x-polyreel-mock-why";

fn printable_ascii(text: &str) -> String {
    let is_printable = |c: char| (' '..='~').contains(&c);
    text.chars()
        .take(LONGEST_REASON)
        .map(|c| if is_printable(c) { c } else { '_' })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Names of fields may come from the request, and a header takes no line breaks.
fn plain_ascii(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.[]".contains(c);
    name.chars().take(LONGEST_NAME).map(|c| if is_plain(c) { c } else { '_' }).collect()
}

fn usual_http(kind: Kind) -> u16 {
    match kind {
        Kind::Auth => 401,
        Kind::Balance => 402,
        Kind::NotFound => 404,
        Kind::RateLimit | Kind::Concurrency => 429,
        Kind::Provider => 500,
        Kind::Timeout => 504,
        _ => 400,
    }
}
