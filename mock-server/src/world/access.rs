//! Who may call: keys, in every way in which providers take them.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polyreel_spec::{Auth, Kind, Provider, Step};
use ring::hmac;
use serde_json::Value;

use super::Plan;
use crate::engine::{Rejection, Request, query, refusal};

/// The key that every provider of a mock server takes; with a dash and a name behind it, it is that of another customer.
pub(crate) const KEY: &str = "mock-key";

/// What tokens are signed with, where a provider takes a pair of secrets.
pub(crate) const SECRET: &str = "mock-secret";

/// How far the clock of a client may be ahead, as providers allow it.
const LEEWAY: Duration = Duration::from_secs(5);

/// Whether a request shows this key. `wall` is date and time of day.
pub(crate) fn is_authorized(auth: &Auth, request: &Request, wall: SystemTime, key: &str) -> bool {
    if let Auth::JwtHs256 { lifetime, .. } = auth {
        let now = wall.duration_since(UNIX_EPOCH).unwrap_or_default();
        return bearer(request).is_some_and(|token| is_good(token, now, Duration::from_millis(*lifetime), key));
    }
    claimed_key(auth, request).as_deref() == Some(key)
}

/// The key that a request shows, good or not.
pub(crate) fn claimed_key<'r>(auth: &Auth, request: &'r Request) -> Option<Cow<'r, str>> {
    match auth {
        Auth::Bearer { .. } => bearer(request).map(Cow::from),
        Auth::Header { name, prefix, .. } => {
            request.header(name).and_then(|value| value.strip_prefix(&**prefix)).map(Cow::from)
        }
        Auth::Query { name, .. } => {
            let mut keys = query(request).into_iter().filter(|(own, _)| *name == **own);
            let first = keys.next().map(|(_, key)| key);
            first.filter(|_| keys.next().is_none()).map(Cow::from)
        }
        Auth::JwtHs256 { .. } => {
            let claims = bearer(request)?.split('.').nth(1)?;
            let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
            claims["iss"].as_str().map(|issuer| Cow::from(issuer.to_owned()))
        }
    }
}

/// Whether a request that needs no key shows one all the same.
pub(crate) fn carries_key(request: &Request) -> bool {
    request.header("authorization").is_some()
        || request.path.contains(KEY)
        || request.headers.iter().any(|(_, value)| value.contains(KEY))
}

pub(crate) fn no_key(provider: &Provider, step: Step, key: &str) -> Plan {
    let place = match &provider.auth {
        Auth::Bearer { .. } | Auth::JwtHs256 { .. } => "authorization",
        Auth::Header { name, .. } | Auth::Query { name, .. } => name,
    };
    let (what, takes) = match provider.auth {
        Auth::JwtHs256 { .. } => ("token", format!("tokens of the key {key}, signed with {SECRET}")),
        _ => ("key", format!("the key {key}")),
    };
    let rejection = Rejection::new(place, "auth", format!("the {what} is missing or wrong"));
    let variables = provider.auth.env().join(" and ");
    let hint = format!("the mock server takes {takes}, for example through {variables}");
    refusal(provider, step, Kind::Auth, &rejection.hint(hint)).into()
}

fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// Whether a JSON web token is ours and good now: signed with the secret, issued by the key, neither too early nor too
/// late, and not good for longer than the provider allows.
fn is_good(token: &str, now: Duration, lifetime: Duration, issuer: &str) -> bool {
    let Some((signed, signature)) = token.rsplit_once('.') else { return false };
    let Some((head, claims)) = signed.split_once('.') else { return false };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let json = |part: &str| decoded(part).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let is_signed =
        decoded(signature).is_some_and(|signature| hmac::verify(&key, signed.as_bytes(), &signature).is_ok());
    let is_ours = json(head).is_some_and(|head| head["alg"] == "HS256");
    let Some(claims) = json(claims) else { return false };
    let time = |name: &str| claims[name].as_u64().map(Duration::from_secs);
    let (Some(begins), Some(ends)) = (time("nbf"), time("exp")) else { return false };
    let latest_end = now.saturating_add(lifetime).saturating_add(LEEWAY);
    is_signed
        && is_ours
        && claims["iss"] == *issuer
        && begins <= now.saturating_add(LEEWAY)
        && (now..=latest_end).contains(&ends)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: u64 = 1_767_225_600;

    fn token(head: &Value, claims: &Value, secret: &str) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(head), part(claims));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    fn shows(auth: &Auth, path: &str, headers: &[(&str, &str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let request = Request { path: path.to_owned(), headers, ..Request::default() };
        is_authorized(auth, &request, UNIX_EPOCH + Duration::from_secs(NOW), KEY)
    }

    #[test]
    fn a_key_is_shown_as_the_provider_takes_it() {
        let bearer = Auth::Bearer { env: "A".into() };
        let header = Auth::Header { name: "X-Key".into(), prefix: "Key ".into(), env: "A".into() };
        let query = Auth::Query { name: "key".into(), env: "A".into() };
        for (auth, path, headers, expected) in [
            (&bearer, "/", vec![("Authorization", "bearer mock-key")], true),
            (&bearer, "/", vec![("Authorization", "Bearer mock-key2")], false),
            (&bearer, "/", vec![("X-Key", "Bearer mock-key")], false),
            (&bearer, "/", vec![], false),
            (&header, "/", vec![("x-key", "Key mock-key")], true),
            (&header, "/", vec![("x-key", "mock-key")], false),
            (&query, "/a?x=1&key=mock%2Dkey", vec![], true),
            (&query, "/a?key=mock-key&key=other", vec![], false),
            (&query, "/a?keys=mock-key", vec![], false),
        ] {
            assert_eq!(shows(auth, path, &headers), expected, "{auth:?} {path} {headers:?}");
        }
    }

    #[test]
    fn a_token_must_be_signed_and_good_now() {
        let auth =
            Auth::JwtHs256 { key_env: "A".into(), secret_env: "B".into(), lifetime: 1_800_000, not_before: 5000 };
        let head = json!({"alg": "HS256", "typ": "JWT"});
        let claims = |iss: &str, nbf: u64, exp: u64| json!({"iss": iss, "nbf": nbf, "exp": exp});
        let good = claims(KEY, NOW - 5, NOW + 1800);
        for (token, expected) in [
            (token(&head, &good, SECRET), true),
            (token(&head, &good, "other"), false),
            (token(&json!({"alg": "none"}), &good, SECRET), false),
            (token(&head, &claims("other", NOW - 5, NOW + 1800), SECRET), false),
            (token(&head, &claims(KEY, NOW + 60, NOW + 1800), SECRET), false),
            (token(&head, &claims(KEY, NOW - 1800, NOW - 1), SECRET), false),
            (token(&head, &claims(KEY, NOW - 5, NOW + 86_400), SECRET), false),
            (token(&head, &json!({"iss": KEY, "exp": NOW + 1800}), SECRET), false),
            (token(&head, &json!([]), SECRET), false),
            ("a.b.c".to_owned(), false),
            ("..".to_owned(), false),
            (KEY.to_owned(), false),
        ] {
            assert_eq!(shows(&auth, "/", &[("authorization", &format!("Bearer {token}"))]), expected, "{token}");
        }
    }
}
