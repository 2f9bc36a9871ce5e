//! What a provider offers around the making of a film.

use super::super::forms::{HttpCode, Variable};
use super::super::reading::{Context, Located, Many};
use super::super::written;
use super::calls::{Parts, http_pattern, operation, place};
use super::prices::unit_is_known;
use super::text;
use crate::{
    Auth, Balance, Cancel, Download, Encoding, HttpPattern, List, Method, Path, SignatureEncoding, Signed, Text,
    Upload, Verify, Webhook,
};

/// A variable that this file may read: it begins with the provider's id in capitals.
fn variable(written: Option<&Located<Variable>>, usual: &str, id: &str, context: &mut Context<'_>) -> Text {
    let prefix = format!("{}_", id.to_ascii_uppercase());
    let Some(env) = written else { return format!("{prefix}{usual}").into() };
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if !env.starts_with(&prefix) || env.len() == prefix.len() || !env.chars().all(plain) {
        let hint = format!("call it `{prefix}{usual}`: a provider file can read no other secret");
        context.problem_with_hint("S011", &env.span, format!("the variable must begin with `{prefix}`"), hint);
    }
    if **env.value == format!("{prefix}BASE_URL") {
        context.problem("S011", &env.span, "this variable replaces the base URL; a secret needs another");
    }
    text(env)
}

pub(super) fn auth(auth: &Located<written::Auth>, id: &str, context: &mut Context<'_>) -> Option<Auth> {
    if ["bearer", "header", "query", "jwt_hs256"].into_iter().filter(|scheme| auth.names(scheme)).count() != 1 {
        let known = "`auth` needs one scheme: bearer, header, query or jwt_hs256";
        context.problem("S003", &auth.span, known);
        return None;
    }
    if let Some(bearer) = &auth.bearer {
        return Some(Auth::Bearer { env: variable(bearer.env.as_ref(), "API_KEY", id, context) });
    }
    if let Some(header) = &auth.header {
        let name = header.name.insist(&header.span, context)?;
        let token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(token) {
            context.problem("S002", &name.span, format!("`{}` is no name of a header", name.value));
        }
        let printable = |prefix: &&Located<String>| prefix.chars().all(|c| (' '..='~').contains(&c));
        let prefix = header.prefix.as_ref();
        if let Some(prefix) = prefix.filter(|prefix| !printable(prefix)) {
            context.problem("S002", &prefix.span, "a header holds plain characters only");
        }
        let env = variable(header.env.as_ref(), "API_KEY", id, context);
        return Some(Auth::Header { name: text(name), prefix: prefix.map(text).unwrap_or_default(), env });
    }
    if let Some(query) = &auth.query {
        let name = query.name.insist(&query.span, context)?;
        if let Some(prefix) = &query.prefix {
            context.problem("S001", &prefix.span, "a query parameter has no prefix");
        }
        return Some(Auth::Query { name: text(name), env: variable(query.env.as_ref(), "API_KEY", id, context) });
    }
    let jwt = auth.jwt_hs256.as_ref()?;
    Some(Auth::JwtHs256 {
        key_env: variable(jwt.key_env.as_ref(), "ACCESS_KEY", id, context),
        secret_env: variable(jwt.secret_env.as_ref(), "SECRET_KEY", id, context),
        lifetime: jwt.lifetime.as_ref().map_or(1_800_000, |lifetime| lifetime.0),
        not_before: jwt.not_before.as_ref().map_or(5_000, |before| before.0),
    })
}

pub(super) fn download(download: &Located<written::Download>, context: &mut Context<'_>) -> Download {
    let parts = Parts {
        method: download.method.as_ref(),
        path: download.path.as_ref(),
        query: download.query.as_ref(),
        ..Parts::default()
    };
    let operation = download.path.is_some().then(|| operation(&parts, (Method::Get, Encoding::Json), context));
    let auth = download.auth.as_ref().map_or(operation.is_some(), |auth| auth.value);
    Download { auth, operation }
}

pub(super) fn cancel(
    cancel: &Located<written::Cancel>,
    inherited: Option<&Located<written::Condition>>,
    context: &mut Context<'_>,
) -> Cancel {
    let parts = Parts {
        method: cancel.method.as_ref(),
        path: cancel.path.insist(&cancel.span, context),
        url_from: cancel.url_from.as_ref(),
        query: cancel.query.as_ref(),
        body: cancel.body.as_ref(),
        ok: cancel.ok.as_ref().or(inherited),
        ..Parts::default()
    };
    let codes = |codes: &Option<Located<Many<HttpCode>>>, context: &mut Context<'_>| -> List<HttpPattern> {
        codes.as_deref().into_iter().flatten().filter_map(|code| http_pattern(code, context)).collect()
    };
    let during = cancel.during.as_deref().into_iter().flatten();
    let during = during.map(|state| state.value).collect();
    let done = codes(&cancel.done, context);
    let requested = codes(&cancel.requested, context);
    if done.is_empty() && requested.is_empty() {
        context.problem("S003", &cancel.span, "`done` or `requested` must say which HTTP codes mean success");
    }
    Cancel {
        operation: operation(&parts, (Method::Post, Encoding::Json), context),
        done,
        requested,
        refused: codes(&cancel.refused, context),
        during,
        deletes_finished: cancel.deletes_finished.as_ref().is_some_and(|deletes| deletes.value),
    }
}

pub(super) fn balance(
    balance: &Located<written::Balance>,
    inherited: Option<&Located<written::Condition>>,
    units: &[&str],
    context: &mut Context<'_>,
) -> Option<Balance> {
    let amount = balance.amount.insist(&balance.span, context);
    let parts = Parts {
        method: balance.method.as_ref(),
        path: balance.path.insist(&balance.span, context),
        query: balance.query.as_ref(),
        ok: balance.ok.as_ref().or(inherited),
        ..Parts::default()
    };
    let operation = operation(&parts, (Method::Get, Encoding::Json), context);
    if let Some(unit) = &balance.unit {
        unit_is_known(unit, units, context);
    }
    let unit = balance.unit.as_ref().map_or_else(|| "USD".into(), text);
    Some(Balance { operation, amount: place(amount?, context)?, unit })
}

pub(super) fn upload(
    upload: &Located<written::Upload>,
    inherited: Option<&Located<written::Condition>>,
    context: &mut Context<'_>,
) -> Option<Upload> {
    let file_at = upload.file_at.insist(&upload.span, context);
    let id = upload.id.insist(&upload.span, context);
    let parts = Parts {
        method: upload.method.as_ref(),
        path: upload.path.insist(&upload.span, context),
        encoding: upload.encoding.as_ref(),
        ok: upload.ok.as_ref().or(inherited),
        ..Parts::default()
    };
    let operation = operation(&parts, (Method::Post, Encoding::Multipart), context);
    if operation.encoding != Encoding::Multipart {
        context.problem("R110", &upload.span, "a file is uploaded as `multipart`");
    }
    let file_at = file_at?;
    if file_at.single_name().is_none() {
        context.problem("R111", &file_at.span, "a part has a plain name");
    }
    let id = id?.iter().map(|path| path.value.clone()).collect();
    Some(Upload { operation, file_at: file_at.value.clone(), id })
}

pub(super) fn webhook(webhook: &Located<written::Webhook>, id: &str, context: &mut Context<'_>) -> Option<Webhook> {
    let ids = webhook.id.insist(&webhook.span, context)?;
    Some(Webhook {
        id: ids.iter().map(|path| path.value.clone()).collect(),
        challenge: webhook.challenge.as_ref().map(|path| path.value.clone()),
        verify: webhook.verify.as_ref().and_then(|verify| self::verify(verify, id, context)),
    })
}

fn verify(verify: &Located<written::Verify>, id: &str, context: &mut Context<'_>) -> Option<Verify> {
    let schemes = ["hmac_sha256", "standard_webhooks", "ed25519_jwks", "echo_secret"];
    if schemes.into_iter().filter(|scheme| verify.names(scheme)).count() != 1 {
        let known = "`verify` needs one scheme: hmac_sha256, standard_webhooks, ed25519_jwks or echo_secret";
        context.problem("S003", &verify.span, known);
        return None;
    }
    if let Some(hmac) = &verify.hmac_sha256 {
        let signature = hmac.signature.insist(&hmac.span, context);
        let over = hmac.over.insist(&hmac.span, context);
        let encoding = hmac.encoding.as_ref().map_or(SignatureEncoding::Hex, |encoding| encoding.value);
        let signature = signature?;
        let Some(header) = signature.header() else {
            context.problem("S005", &signature.span, "a signature stands in a header: `header:X-Signature`");
            return None;
        };
        let mut signed = Vec::new();
        for part in over?.iter() {
            match (part.as_str(), Path::parse(part)) {
                ("body", _) => signed.push(Signed::Body),
                (_, Some(path)) => signed.push(Signed::Value(path)),
                _ => context.problem("S005", &part.span, format!("`{}` is not a path", part.value)),
            }
        }
        return Some(Verify::HmacSha256 {
            signature: header.into(),
            prefix: hmac.prefix.as_ref().map(text).unwrap_or_default(),
            encoding,
            over: signed.into(),
            joined_by: hmac.joined_by.as_ref().map(text).unwrap_or_default(),
            env: variable(hmac.env.as_ref(), "WEBHOOK_SECRET", id, context),
        });
    }
    if let Some(standard) = &verify.standard_webhooks {
        let secret_env = variable(standard.secret_env.as_ref(), "WEBHOOK_SECRET", id, context);
        return Some(Verify::StandardWebhooks { secret_env });
    }
    if let Some(jwks) = &verify.ed25519_jwks {
        let url = jwks.jwks.insist(&jwks.span, context)?;
        if !url.starts_with("https://") {
            context.problem("S006", &url.span, "keys are read over https");
        }
        return Some(Verify::Ed25519Jwks { jwks: text(url) });
    }
    let echo = verify.echo_secret.as_ref()?;
    let header = echo.header.insist(&echo.span, context)?;
    Some(Verify::EchoSecret { header: text(header), env: variable(echo.env.as_ref(), "WEBHOOK_SECRET", id, context) })
}
