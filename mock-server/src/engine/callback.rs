//! Callbacks: what a provider sends to whoever waits for the end of a job, signed as its file says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderName;
use polyreel_spec::{Path, Provider, SignatureEncoding, Signed, Verify, Webhook};
use ring::hmac::{HMAC_SHA256, Key, sign};
use serde_json::Value;

use super::draft::Draft;
use super::ticket::is_number;

/// What callbacks are signed with.
const SECRET: &str = "mock-webhook-secret";

/// A callback as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, a JSON document.
    pub body: Vec<u8>,
}

/// What callbacks of this scheme are signed with, as the client is to be given it. `None` for schemes that are not
/// simulated.
pub fn webhook_secret(scheme: &Verify) -> Option<String> {
    match scheme {
        Verify::HmacSha256 { .. } | Verify::EchoSecret { .. } => Some(SECRET.to_owned()),
        Verify::StandardWebhooks { .. } => Some(format!("whsec_{}", STANDARD.encode(SECRET))),
        Verify::Ed25519Jwks { .. } => None,
    }
}

/// Writes a callback about the job of this id.
///
/// Its body is the report, what a poll would be told, with the id where the provider file says that it is; the id alone
/// if the report leaves no room for it. `seconds` is the time since 1970. `None` if the provider file has no callbacks,
/// no place for the id, or a scheme that is not simulated. One that `is_forged` is signed with another secret.
pub fn callback(provider: &Provider, id: &str, report: &Value, seconds: u64, is_forged: bool) -> Option<Notice> {
    let webhook = provider.webhook.as_ref()?;
    let number = id.parse::<i64>().ok().filter(|_| is_number(provider, "id"));
    let id = number.map_or_else(|| Value::from(id), Value::from);
    let secret = if is_forged { "not-the-secret" } else { SECRET };
    let write = |document: &Value| write(webhook, &id, Draft::of(document.clone()), seconds, secret);
    write(report).or_else(|| write(&Value::Null))
}

fn write(webhook: &Webhook, id: &Value, mut draft: Draft, seconds: u64, secret: &str) -> Option<Notice> {
    let own_id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    let names_job = |draft: &Draft| draft.first_text(&webhook.id).as_ref() == Some(&own_id);
    if !names_job(&draft) {
        draft.put_one(webhook.id.first()?, id.clone())?;
    }
    let message = format!("msg_{own_id}");
    match &webhook.verify {
        None => {}
        Some(Verify::HmacSha256 { signature, prefix, encoding, over, joined_by, .. }) => {
            for part in over {
                complete(&mut draft, part, &message, seconds)?;
            }
            let parts: Option<Vec<_>> = over.iter().map(|part| bytes_of(&draft, part)).collect();
            let signed = signature_of(secret, &parts?.join(joined_by.as_bytes()));
            let written = match encoding {
                SignatureEncoding::Hex => hex(&signed),
                SignatureEncoding::Base64 => STANDARD.encode(signed),
            };
            draft.put_header(&signature.to_ascii_lowercase(), &format!("{prefix}{written}"))?;
        }
        Some(Verify::StandardWebhooks { .. }) => {
            let signed = [format!("{message}.{seconds}.").into_bytes(), body(&draft)].concat();
            draft.put_header("webhook-id", &message)?;
            draft.put_header("webhook-timestamp", &seconds.to_string())?;
            let written = STANDARD.encode(signature_of(secret, &signed));
            draft.put_header("webhook-signature", &format!("v1,{written}"))?;
        }
        Some(Verify::EchoSecret { header, .. }) => {
            let name: HeaderName = header.parse().ok()?;
            draft.put_header(name.as_str(), secret)?;
        }
        Some(Verify::Ed25519Jwks { .. }) => return None,
    }
    let body = body(&draft);
    names_job(&draft).then(|| Notice { headers: draft.answer().headers, body })
}

/// Makes up a part that is signed and that nothing has said yet: a time, or else the name of the message.
fn complete(draft: &mut Draft, part: &Signed, message: &str, seconds: u64) -> Option<()> {
    let Signed::Value(place) = part else { return Some(()) };
    if text_at(draft, place).is_some() {
        return Some(());
    }
    let is_time = place.to_string().to_lowercase().contains("time");
    draft.put_one(place, if is_time { Value::from(seconds) } else { Value::from(message) })
}

fn bytes_of(draft: &Draft, part: &Signed) -> Option<Vec<u8>> {
    match part {
        Signed::Body => Some(body(draft)),
        Signed::Value(place) => text_at(draft, place).map(String::into_bytes),
    }
}

fn text_at(draft: &Draft, place: &Path) -> Option<String> {
    draft.first_text(std::slice::from_ref(place))
}

fn body(draft: &Draft) -> Vec<u8> {
    draft.clone().answer().body.into_bytes()
}

fn signature_of(secret: &str, signed: &[u8]) -> Vec<u8> {
    sign(&Key::new(HMAC_SHA256, secret.as_bytes()), signed).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
