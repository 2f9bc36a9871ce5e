//! Calls as requests: what the HTTP library does with a call, without a network.

use polyreel_mock::Request;
use polyreel_runtime::wire::{Body, Call, Part, Target};

/// A call as the mock server's engine sees it. `base_url` is what a URL from a reply begins with.
pub(crate) fn to_request(call: &Call, base_url: &str) -> Request {
    let path = match &call.target {
        Target::Path(path) => path.clone(),
        Target::Url(url) => {
            url.strip_prefix(base_url).unwrap_or_else(|| panic!("{url} is not below {base_url}")).to_owned()
        }
    };
    let (content_type, body) = match &call.body {
        Body::Empty => (None, Vec::new()),
        Body::Json(document) => (Some("application/json".to_owned()), document.to_string().into_bytes()),
        Body::Form(parts) => (Some("multipart/form-data; boundary=edge".to_owned()), form(parts)),
    };
    let headers = content_type.into_iter().map(|value| ("content-type".to_owned(), value)).collect();
    Request { method: call.method.name().to_owned(), path, headers, body }
}

fn form(parts: &[(String, Part)]) -> Vec<u8> {
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
