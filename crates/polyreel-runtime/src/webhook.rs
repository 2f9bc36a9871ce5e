//! Callbacks: whether one is genuine, and which job it is about.
//!
//! A callback is a nudge to poll, nothing more: only the poll decides how a job is. So only the job's id is read.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::{Provider, SignatureEncoding, Signed, Verify};
use ring::hmac::{HMAC_SHA256, Key, sign, verify};
use serde_json::Value;

use crate::wire::{Reply, ReplyBody, first_text};

/// A callback as it came.
#[derive(Clone, Copy)]
pub struct Callback<'c> {
    /// Names and values, in whatever case.
    pub headers: &'c [(String, String)],
    /// The bytes of the body, untouched.
    pub body: &'c [u8],
}

/// Why a callback is not acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackError {
    /// The signature is missing or is not that of this callback.
    NotGenuine,
    /// The body is not JSON or names no job.
    NoJob,
    /// The provider's callbacks are not described, or are signed in a way that is not checked here.
    Unsupported,
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotGenuine => "the callback is not genuine: its signature is missing or wrong",
            Self::NoJob => "the callback names no job",
            Self::Unsupported => "callbacks of this provider cannot be checked; poll instead",
        })
    }
}

impl std::error::Error for CallbackError {}

/// Shows neither headers nor body: the one holds a signature, the other maybe a signed URL.
impl fmt::Debug for Callback<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Callback({} bytes)", self.body.len())
    }
}

/// The id of the job that a genuine callback is about: poll that job now.
///
/// `secret` is what the provider signs with; a provider that signs nothing needs none.
///
/// # Errors
///
/// When the callback is not genuine, names no job, or cannot be checked.
pub fn job_of(provider: &Provider, secret: &str, callback: &Callback<'_>) -> Result<String, CallbackError> {
    let webhook = provider.webhook.as_ref().ok_or(CallbackError::Unsupported)?;
    let headers = callback.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect();
    let document = serde_json::from_slice::<Value>(callback.body).map_or(ReplyBody::Other, ReplyBody::Json);
    let reply = Reply { http: 200, headers, body: document };
    if let Some(scheme) = &webhook.verify {
        check(scheme, secret, &reply, callback.body)?;
    }
    first_text(&reply, &webhook.id).ok_or(CallbackError::NoJob)
}

fn check(scheme: &Verify, secret: &str, reply: &Reply, body: &[u8]) -> Result<(), CallbackError> {
    let genuine = match scheme {
        Verify::HmacSha256 { signature, prefix, encoding, over, joined_by, .. } => {
            let part = |part: &Signed| match part {
                Signed::Body => Some(body.to_vec()),
                Signed::Value(path) => first_text(reply, std::slice::from_ref(path)).map(String::into_bytes),
            };
            let parts: Option<Vec<_>> = over.iter().map(part).collect();
            let signed = parts.map(|parts| parts.join(joined_by.as_bytes()));
            let given = reply.header(signature).and_then(|value| value.strip_prefix(&**prefix));
            let given = given.and_then(|text| match encoding {
                SignatureEncoding::Hex => unhex(text),
                SignatureEncoding::Base64 => STANDARD.decode(text).ok(),
            });
            matches!((signed, given), (Some(signed), Some(given)) if is_signed(secret.as_bytes(), &signed, &given))
        }
        Verify::StandardWebhooks { .. } => {
            let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).unwrap_or_default();
            let parts = ["webhook-id", "webhook-timestamp"].map(|name| reply.header(name));
            let [Some(id), Some(timestamp)] = parts else { return Err(CallbackError::NotGenuine) };
            let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
            let signatures = reply.header("webhook-signature").unwrap_or_default().split(' ');
            let mut given = signatures.filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
            given.any(|given| is_signed(&key, &signed, &given))
        }
        Verify::EchoSecret { header, .. } => {
            let given = reply.header(&header.to_ascii_lowercase()).unwrap_or_default();
            // Compared as signatures, so that the time it takes tells nothing.
            let key = Key::new(HMAC_SHA256, secret.as_bytes());
            verify(&key, secret.as_bytes(), sign(&key, given.as_bytes()).as_ref()).is_ok()
        }
        Verify::Ed25519Jwks { .. } => return Err(CallbackError::Unsupported),
    };
    // An empty secret signs everything for everybody.
    if genuine && !secret.is_empty() { Ok(()) } else { Err(CallbackError::NotGenuine) }
}

fn is_signed(key: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    verify(&Key::new(HMAC_SHA256, key), signed, signature).is_ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(headers: &[(&str, &str)]) -> Reply {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Reply { http: 200, headers, body: ReplyBody::Other }
    }

    /// The example of the Standard Webhooks specification.
    #[test]
    fn standard_webhooks() {
        let scheme = Verify::StandardWebhooks { secret_env: "X".into() };
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = br#"{"test": 2432232314}"#;
        let headers = |signature| {
            reply(&[
                ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                ("webhook-timestamp", "1614265330"),
                ("webhook-signature", signature),
            ])
        };
        let good = headers("v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(check(&scheme, secret, &good, body), Ok(()));
        assert_eq!(check(&scheme, secret, &good, b"{}"), Err(CallbackError::NotGenuine));
        assert_eq!(check(&scheme, secret, &headers("v1,AAAA"), body), Err(CallbackError::NotGenuine));
        assert_eq!(check(&scheme, secret, &reply(&[]), body), Err(CallbackError::NotGenuine));
    }

    #[test]
    fn an_echoed_secret() {
        let scheme = Verify::EchoSecret { header: "X-Secret".into(), env: "X".into() };
        assert_eq!(check(&scheme, "abc", &reply(&[("x-secret", "abc")]), b""), Ok(()));
        for wrong in ["abd", "", "abcd"] {
            assert_eq!(check(&scheme, "abc", &reply(&[("x-secret", wrong)]), b""), Err(CallbackError::NotGenuine));
        }
        assert_eq!(check(&scheme, "", &reply(&[("x-secret", "")]), b""), Err(CallbackError::NotGenuine));
    }
}
