//! From a file as written to a provider as meant: the only place where the language's defaults are filled in.

mod calls;
mod errors;
mod inputs;
mod prices;
mod services;

pub(super) use prices::CURRENCIES;

use std::ops::Deref;

use super::forms::{BaseUrl, Id};
use super::reading::{Context, Located};
use super::rules;
use super::written::Spec;
use crate::{Assumption, Credit, Limits, List, Provider, Region, Retention, Source, Text, id_problem};

/// What the file says. `None`, or problems in the context, mean that it says something impossible.
pub(super) fn mean(spec: &Spec, file: &str, context: &mut Context<'_>) -> Option<Provider> {
    let whole = 0..0;
    let id = spec.provider.insist(&whole, context);
    let auth = spec.auth.insist(&whole, context);
    let fields = spec.fields.insist(&whole, context);
    let models = spec.models.insist(&whole, context);
    let create = spec.create.insist(&whole, context);
    let errors = spec.errors.insist(&whole, context);
    let id = id?;
    check_id(id, file, context);
    let regions: Vec<_> = spec.regions.as_deref().into_iter().flatten().collect();
    for url in spec.base_url.iter().chain(regions.iter().map(|(_, url)| url)) {
        check_base_url(url, context);
    }
    let sources = sources(spec, context);
    let credits = credits(spec, context);

    let fields_at = create.and_then(|create| create.fields_at.as_deref());
    let written = inputs::Fields::new(fields?);
    let fields = inputs::fields(fields?, fields_at, context);
    let written_models = models?;
    let models = inputs::models(written_models, &fields, &written, fields_at, &spec.source, &credits, context);
    let ok = spec.ok.as_ref();
    let poll = spec.poll.as_ref().map(|poll| calls::later(poll, ok, context));
    let overrides = |key: &str| {
        written_models.iter().find(|(own, _)| own.value == key).and_then(|(_, model)| model.changes.as_ref())
    };
    let known: Vec<_> = models.iter().map(|model| (model.clone(), overrides(&model.key))).collect();
    let variants = create.map(|create| calls::variants(create, ok, poll.as_ref(), &written, &known, context));
    let units: Vec<&str> = prices::CURRENCIES.into_iter().chain(credits.iter().map(|credit| &*credit.unit)).collect();
    let provider = Provider {
        id: text(id),
        aliases: texts(spec.aliases.as_ref()),
        name: spec.name.as_ref().map_or_else(|| text(id), text),
        notes: spec.notes.as_ref().map(text),
        base_url: spec.base_url.as_ref().map(text),
        regions: regions.iter().map(|(name, url)| Region { name: text(name), base_url: text(url) }).collect(),
        key_page: spec.key_page.as_ref().map(text),
        headers: calls::parameters(spec.headers.as_ref(), context),
        sources,
        assumed: assumptions(context),
        limits: limits(spec, context),
        retention: retention(spec),
        create: calls::create(create?, ok, poll.as_ref(), context),
        variants: variants?,
        result: spec.result.as_ref().map(|result| calls::later(result, ok, context)),
        download: spec.download.as_ref().map(|download| services::download(download, context)),
        cancel: spec.cancel.as_ref().map(|cancel| services::cancel(cancel, ok, context)),
        find: spec.find.as_ref().map(|find| calls::later(find, ok, context)),
        balance: spec.balance.as_ref().and_then(|balance| services::balance(balance, ok, &units, context)),
        upload: spec.upload.as_ref().and_then(|upload| services::upload(upload, ok, context)),
        webhook: spec.webhook.as_ref().and_then(|webhook| services::webhook(webhook, id, context)),
        errors: errors::errors(errors?, context),
        poll,
        credits,
        fields,
        models,
        // The last, so that what is wrong elsewhere is seen too.
        auth: services::auth(auth?, id, context)?,
    };
    // Laws are checked on sound parts only; otherwise one mistyped name would be reported five times.
    if context.problems.is_empty() {
        rules::check(spec, &provider, context);
    }
    Some(provider)
}

fn limits(spec: &Spec, context: &mut Context<'_>) -> Limits {
    let Some(limits) = &spec.limits else { return Limits::default() };
    let mut number = |number: &Option<Located<u32>>| {
        if let Some(zero) = number.as_ref().filter(|number| number.value == 0) {
            context.problem("S002", &zero.span, "a limit of zero would allow nothing");
        }
        number.as_ref().map(|number| number.value)
    };
    Limits {
        requests_per_minute: number(&limits.requests_per_minute),
        concurrent: number(&limits.concurrent),
        excess: limits.excess.as_ref().map(|excess| excess.value),
    }
}

fn retention(spec: &Spec) -> Retention {
    let Some(retention) = &spec.retention else { return Retention::default() };
    Retention { job: retention.job.as_ref().map(|time| time.0), output: retention.output.as_ref().map(|time| time.0) }
}

fn text(written: &impl Deref<Target: AsRef<str>>) -> Text {
    (**written).as_ref().into()
}

fn texts(many: Option<&Located<Vec<Located<String>>>>) -> List<Text> {
    many.map(|many| many.iter().map(text).collect()).unwrap_or_default()
}

fn check_id(id: &Located<Id>, file: &str, context: &mut Context<'_>) {
    if let Some(problem) = id_problem(id) {
        context.problem("S010", &id.span, problem);
    }
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".yaml");
    if **id.value != *stem {
        context.problem("S010", &id.span, format!("the id is `{}`, but the file is called `{stem}.yaml`", *id.value));
    }
}

fn check_base_url(url: &Located<BaseUrl>, context: &mut Context<'_>) {
    let host = url.strip_prefix("https://").unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
    let steps = host.split('/').any(|segment| segment.chars().all(|c| c == '.'));
    if steps || url.ends_with('/') || !host.chars().all(plain) {
        let hint = "write it like `https://api.acme.com/v1`";
        context.problem_with_hint("S006", &url.span, "a base URL is https, and has no slash at the end", hint);
    }
}

fn sources(spec: &Spec, context: &mut Context<'_>) -> List<Source> {
    let written = spec.sources.as_deref().map(Vec::as_slice).unwrap_or_default();
    let known: Vec<_> = written.iter().map(|(key, _)| &*key.value).collect();
    for name in std::mem::take(&mut context.sources) {
        if !known.contains(&&*name.value) {
            context.unknown("S007", "source", &name, &known);
        }
    }
    let mut sources = Vec::new();
    for (key, source) in written {
        let url = source.url.insist(&key.span, context);
        let checked = source.checked.insist(&key.span, context);
        if let (Some(url), Some(checked)) = (url, checked) {
            if !url.starts_with("https://") || url.contains(char::is_whitespace) {
                context.problem("S008", &url.span, "a source is an https address");
            }
            if !is_date(checked) {
                context.problem("S008", &checked.span, "not a day of the calendar: a date is written 2026-11-20");
            }
            sources.push(Source { key: text(key), url: text(url), checked: text(checked) });
        }
    }
    sources.into()
}

fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(|part| (part.len(), part.parse::<u32>().ok())).collect();
    let [(4, Some(year)), (2, Some(month)), (2, Some(day))] = parts[..] else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn credits(spec: &Spec, context: &mut Context<'_>) -> List<Credit> {
    let mut credits = Vec::new();
    for (unit, credit) in spec.credits.as_deref().into_iter().flatten() {
        let worth = credit.worth.insist(&unit.span, context);
        let currency = credit.currency.insist(&unit.span, context);
        if let (Some(worth), Some(currency)) = (worth, currency) {
            match worth.0 {
                Some(amount) => credits.push(Credit { unit: text(unit), worth: amount, currency: text(currency) }),
                None => context.problem(
                    "M403",
                    &worth.span,
                    "a credit of unknown worth makes every price unknown; leave it out",
                ),
            }
        }
    }
    credits.into()
}

fn assumptions(context: &mut Context<'_>) -> List<Assumption> {
    let marks = std::mem::take(&mut context.assumed);
    marks.into_iter().map(|(place, reason)| Assumption { place: place.into(), reason: reason.into() }).collect()
}
