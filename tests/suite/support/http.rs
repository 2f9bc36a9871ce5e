//! Calls as requests: what the HTTP library does with a call, without a network.

use polyreel_mock::Request;
use polyreel_runtime::wire::{Body, Call, Part, Reply, ReplyBody, Target};

/// A call as the mock server's engine sees it. `base_url` is what a URL from a reply begins with.
pub(crate) fn to_request(call: &Call, base_url: &str) -> Request {
    let mut path = match &call.target {
        Target::Path(path) => path.clone(),
        Target::Url(url) => {
            url.strip_prefix(base_url).unwrap_or_else(|| panic!("{url} is not below {base_url}")).to_owned()
        }
    };
    if !call.query.is_empty() {
        let pair = |(name, value): &(String, String)| format!("{}={}", escape(name), escape(value));
        path = format!("{path}?{}", call.query.iter().map(pair).collect::<Vec<_>>().join("&"));
    }
    let (content_type, body) = match &call.body {
        Body::Empty => (None, Vec::new()),
        Body::Json(document) => (Some("application/json"), document.to_string().into_bytes()),
        Body::Multipart(parts) => (Some("multipart/form-data; boundary=edge"), multipart(parts)),
        Body::Form(pairs) => {
            let pair = |(name, value): &(String, String)| format!("{}={}", escape(name), escape(value));
            let body = pairs.iter().map(pair).collect::<Vec<_>>().join("&");
            (Some("application/x-www-form-urlencoded"), body.into_bytes())
        }
    };
    let mut headers = call.headers.clone();
    headers.extend(content_type.map(|value| ("content-type".to_owned(), value.to_owned())));
    Request { method: call.method.name().to_owned(), path, headers, body }
}

fn escape(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn multipart(parts: &[(String, Part)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, part) in parts {
        let (head, content) = match part {
            Part::Text(text) => (format!("name=\"{name}\""), text.as_bytes().to_vec()),
            Part::File { bytes, media_type, file_name } => {
                (format!("name=\"{name}\"; filename=\"{file_name}\"\r\ncontent-type: {media_type}"), bytes.to_vec())
            }
        };
        body.extend(format!("--edge\r\ncontent-disposition: form-data; {head}\r\n\r\n").into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    body
}

/// An answer of the mock server's engine as the client sees it.
pub(crate) fn to_reply(answer: &polyreel_mock::engine::Answer) -> Reply {
    let body = match &answer.body {
        polyreel_mock::engine::Body::Json(document) => ReplyBody::Json(document.clone()),
        polyreel_mock::engine::Body::Bytes(bytes) => ReplyBody::Media(bytes.len() as u64),
    };
    let headers = answer.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect();
    Reply { http: answer.http, headers, body }
}
