//! Answers of a provider as fixtures: without keys, and without URLs that let anybody in.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use polyreel::Observer;
use polyreel::spec::Step;
use polyreel::wire::{Reply, ReplyBody};
use serde_json::{Value, json};

/// Every answer in its order.
#[derive(Debug, Default)]
pub struct Recording(Mutex<Vec<(Step, Reply)>>);

impl Observer for Recording {
    fn answered(&self, step: Step, reply: &Reply) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((step, reply.clone()));
    }
}

impl Recording {
    /// The answers until now.
    pub fn answers(&self) -> Vec<(Step, Reply)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the answers as fixtures, `02-poll.reply.yaml`, those that only repeat the one before left out.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn save(&self, folder: &Path, base_url: &str) -> std::io::Result<()> {
        let mut last = Value::Null;
        for (number, (step, reply)) in self.answers().into_iter().enumerate() {
            let fixture = fixture(step, &reply, base_url);
            // Only the time differs between most polls.
            let unlike = |key: &str| fixture[key] != last[key];
            if ["step", "http", "body", "raw"].into_iter().any(unlike) {
                // JSON is YAML, and needs no writer of its own.
                let text = format!("{fixture:#}\n");
                std::fs::write(folder.join(format!("{:02}-{step}.reply.yaml", number + 1)), text)?;
                last = fixture;
            }
        }
        Ok(())
    }
}

fn fixture(step: Step, reply: &Reply, base_url: &str) -> Value {
    // Cookies and traces are nobody's business.
    let dull = ["set-cookie", "date", "server", "connection", "content-length", "transfer-encoding"];
    let headers = reply.headers.iter().filter(|(name, _)| !dull.contains(&&**name));
    let headers: serde_json::Map<String, Value> =
        headers.map(|(name, value)| (name.clone(), without_access(value, base_url).into())).collect();
    let mut fixture = json!({
        "source": "recorded", "checked": reply.header("date"), "step": step.name(), "http": reply.http, "headers": headers,
    });
    match &reply.body {
        ReplyBody::Json(document) => fixture["body"] = redacted(document, base_url),
        ReplyBody::Media(_) => fixture["raw"] = "<an MP4 file>".into(),
        ReplyBody::Other => fixture["raw"] = "<not JSON>".into(),
    }
    fixture
}

fn redacted(value: &Value, base_url: &str) -> Value {
    match value {
        Value::String(text) => without_access(text, base_url).into(),
        Value::Array(items) => items.iter().map(|item| redacted(item, base_url)).collect(),
        Value::Object(entries) => {
            Value::Object(entries.iter().map(|(key, item)| (key.clone(), redacted(item, base_url))).collect())
        }
        other => other.clone(),
    }
}

/// A URL below the base loses its query; of any other only the host and the kind of file stay, since a path may be a
/// secret as well. A film in base64 says nothing.
fn without_access(text: &str, base_url: &str) -> String {
    if text.len() > 4096 {
        return format!("<{} characters>", text.len());
    }
    let words = text.split(' ').map(|word| {
        let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
        let plain = word.split(['?', '#']).next().unwrap_or_default();
        if word.starts_with(base_url) {
            return plain.to_owned();
        }
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        let ending = Path::new(plain).extension().and_then(|ending| ending.to_str()).filter(|ending| ending.len() <= 4);
        let ending = ending.filter(|_| plain.matches('/').count() > 2).map(|ending| format!(".{ending}"));
        format!("{scheme}://{host}/removed{}", ending.unwrap_or_default())
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::without_access;

    #[test]
    fn nothing_that_lets_anybody_in_is_kept() {
        for (text, kept) in [
            ("done", "done"),
            ("https://api.acme.test/v1/jobs/7?token=x", "https://api.acme.test/v1/jobs/7"),
            ("https://cdn.test/secret/a.mp4?sig=x", "https://cdn.test/removed.mp4"),
            ("https://cdn.test", "https://cdn.test/removed"),
            ("https://user:pass@cdn.test/a#x", "https://cdn.test/removed"),
            ("see https://cdn.test/a.mp4 soon", "see https://cdn.test/removed.mp4 soon"),
        ] {
            assert_eq!(without_access(text, "https://api.acme.test/v1"), kept);
        }
        assert_eq!(without_access(&"A".repeat(5000), "https://api.acme.test"), "<5000 characters>");
    }
}
