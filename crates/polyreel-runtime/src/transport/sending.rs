//! Calls as requests of the HTTP library, with what shows who pays.

use bytes::Bytes;
use polyreel_spec::{Method, Provider};

use super::Transport;
use crate::video::Rest;
use crate::wire::{self, Body, Call, Part};
use crate::{Error, ErrorKind, Result};

impl Transport {
    pub(super) fn request(
        &self,
        client: &reqwest::Client,
        call: Call,
        provider: &Provider,
    ) -> Result<reqwest::RequestBuilder> {
        let untrusted =
            |why| Error::new(ErrorKind::UntrustedUrl, format!("a url from the provider is not used: {why}"));
        let mut url = self.base.url_of(&call).map_err(untrusted)?;
        let credentials = self.keys.sign(&provider.auth)?;
        if !credentials.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&credentials.query);
        }
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = client.request(method, url);
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        for (name, value) in credentials.headers {
            let mut value = reqwest::header::HeaderValue::try_from(value).map_err(|_| {
                let env = provider.auth.env().join(" and ");
                Error::new(
                    ErrorKind::Configuration,
                    format!("the key in {env} has characters that no header can carry"),
                )
            })?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        Ok(match call.body {
            Body::Empty => request,
            Body::Json(document) => request.json(&document),
            Body::Multipart(parts) => request.multipart(form(parts)?),
            Body::Form(pairs) => {
                request.header("content-type", "application/x-www-form-urlencoded").body(wire::form_text(&pairs))
            }
        })
    }
}

pub(super) fn unusable(error: reqwest::Error) -> Error {
    Error::new(ErrorKind::Configuration, "the request cannot be written as http").caused_by(error.without_url())
}

fn form(parts: Vec<(String, Part)>) -> Result<reqwest::multipart::Form> {
    let mut form = reqwest::multipart::Form::new();
    for (name, part) in parts {
        let part = match part {
            Part::Text(text) => reqwest::multipart::Part::text(text),
            Part::File { bytes, media_type, file_name } => {
                let length = bytes.len() as u64;
                let body = Bytes::from_owner(bytes);
                reqwest::multipart::Part::stream_with_length(body, length)
                    .file_name(file_name)
                    .mime_str(&media_type)
                    .map_err(unusable)?
            }
        };
        form = form.part(name, part);
    }
    Ok(form)
}

/// Asks for the rest of a film alone, if it is still the same film.
pub(super) fn only(request: reqwest::RequestBuilder, rest: &Rest) -> reqwest::RequestBuilder {
    if rest.after == 0 {
        return request;
    }
    let request = request.header("range", format!("bytes={}-", rest.after));
    match &rest.tag {
        Some(tag) => request.header("if-range", tag),
        None => request,
    }
}
