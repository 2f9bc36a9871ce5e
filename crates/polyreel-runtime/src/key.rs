//! What shows who pays.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polyreel_spec::Auth;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::wire::{self, Credentials};
use crate::{Error, ErrorKind, Result};

/// The secrets of one account, in the order of [`Auth::env`]. They never show.
#[derive(Clone, Debug)]
pub(crate) struct Keys(Vec<SecretString>);

impl Keys {
    pub(crate) fn new(keys: Vec<SecretString>) -> Self {
        Self(keys)
    }

    /// What a call carries, made anew for each: a token may be good for minutes only.
    pub(crate) fn sign(&self, auth: &Auth) -> Result<Credentials> {
        let keys: Vec<&str> = self.0.iter().map(ExposeSecret::expose_secret).collect();
        if let Auth::JwtHs256 { lifetime, not_before, .. } = auth {
            let key = |at: usize| keys.get(at).copied().unwrap_or_default();
            return Ok(Credentials::bearer(&jwt(key(0), key(1), now()?, *lifetime, *not_before)));
        }
        let none = || Error::new(ErrorKind::Configuration, "the provider's way to show who pays is not known");
        wire::credentials(auth, &keys).ok_or_else(none)
    }

    /// Equal for equal keys, and says nothing about them: SHA-256.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
        for key in &self.0 {
            digest.update(&key.expose_secret().len().to_be_bytes());
            digest.update(key.expose_secret().as_bytes());
        }
        digest.finish().as_ref().try_into().unwrap_or_default()
    }

    /// The document without the secrets, however they were escaped in it.
    pub(crate) fn cut_out_of_all(&self, value: &mut serde_json::Value) {
        use serde_json::Value;
        match value {
            Value::String(text) => {
                if let Some(clean) = self.cut_out_of(text) {
                    *text = clean;
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|value| self.cut_out_of_all(value)),
            Value::Object(object) => object.values_mut().for_each(|value| self.cut_out_of_all(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The text without the secrets, if it holds one. Very short ones stand in many words, so they are left.
    pub(crate) fn cut_out_of(&self, text: &str) -> Option<String> {
        let held = |key: &&SecretString| key.expose_secret().len() >= 8 && text.contains(key.expose_secret());
        let mut clean: Option<String> = None;
        for key in self.0.iter().filter(held) {
            clean = Some(clean.as_deref().unwrap_or(text).replace(key.expose_secret(), "…"));
        }
        clean
    }
}

/// Tokens are good at certain dates, whatever clock the waiting is done by.
#[expect(clippy::disallowed_methods, reason = "a provider checks a token against the real date")]
fn now() -> Result<Duration> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_err(|_| Error::new(ErrorKind::Configuration, "the machine's clock stands before 1970"))
}

/// A JSON web token: `iss`, `exp` and `nbf`, signed with HMAC-SHA256 (RFC 7519).
fn jwt(key: &str, secret: &str, now: Duration, lifetime: u64, not_before: u64) -> String {
    let encode = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let seconds = now.as_secs();
    let head = encode(json!({ "alg": "HS256", "typ": "JWT" }));
    let claims =
        json!({ "iss": key, "exp": seconds + lifetime / 1000, "nbf": seconds.saturating_sub(not_before / 1000) });
    let signed = format!("{head}.{}", encode(claims));
    let hmac = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(ring::hmac::sign(&hmac, signed.as_bytes()));
    format!("{signed}.{signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_what_others_can_check() {
        let token = jwt("ak", "sk", Duration::from_secs(1_000), 1_800_000, 5_000);
        let parts: Vec<_> = token.split('.').collect();
        let decode = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(decode(parts[0]), r#"{"alg":"HS256","typ":"JWT"}"#);
        assert_eq!(decode(parts[1]), r#"{"exp":2800,"iss":"ak","nbf":995}"#);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"sk");
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        assert!(ring::hmac::verify(&key, format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature).is_ok());
    }

    #[test]
    fn secrets_do_not_show() {
        let keys = Keys::new(vec![SecretString::from("canary-key"), SecretString::from("ab")]);
        assert!(!format!("{keys:?}").contains("canary"));
        assert_eq!(keys.cut_out_of("bad key canary-key, ab").as_deref(), Some("bad key …, ab"));
        assert_eq!(keys.cut_out_of("nothing"), None);
    }
}
