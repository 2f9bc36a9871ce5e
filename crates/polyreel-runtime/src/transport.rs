//! HTTP: the only place that names the HTTP library.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use polyreel_spec::{Auth, Method, Provider};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::head::Head;
use crate::origin::{Base, is_private_address};
use crate::outcome::{Sent, retry_after};
use crate::wire::{Body, Call, Part, Reply, Target};
use crate::{Error, ErrorKind, Result};

/// The longest answer that is read, in bytes; films are streamed and not counted here.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
const USER_AGENT: &str = concat!("polyreel/", env!("CARGO_PKG_VERSION"));

/// Three HTTP clients: one that sends creates and never repeats anything, one that follows jobs, and one that fetches
/// films, knows no key, and finds no private host.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    create: reqwest::Client,
    follow: reqwest::Client,
    films: reqwest::Client,
    base: Base,
    auth: Auth,
    key: SecretString,
}

/// The pieces of a body as they arrive.
pub(crate) struct Pieces(reqwest::Response);

impl Transport {
    pub(crate) fn new(provider: &Provider, base: Base, key: SecretString, answer_within: Duration) -> Result<Self> {
        let builder = || -> Result<reqwest::ClientBuilder> {
            Ok(reqwest::Client::builder()
                .tls_backend_preconfigured(tls(&base)?)
                .http1_only()
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .https_only(!base.is_loopback())
                .no_proxy()
                .referer(false)
                .user_agent(USER_AGENT)
                // Below the time for the whole call, so that a handshake that hangs is "not sent" and not "unknown".
                .connect_timeout(Duration::from_secs(10)))
        };
        let fail = |error: reqwest::Error| {
            Error::new(ErrorKind::Configuration, "cannot set up http").caused_by(error.without_url())
        };
        // An idle connection that the server has closed would turn a create into an unknown outcome.
        let create = builder()?.pool_max_idle_per_host(0).timeout(answer_within).build().map_err(fail)?;
        let follow = builder()?.read_timeout(Duration::from_secs(60)).build().map_err(fail)?;
        // A loopback base's own origin may be a name, `localhost`; anything else that leads to this machine is refused.
        let films =
            builder()?.read_timeout(Duration::from_secs(60)).dns_resolver(PublicHosts { also: base.local_name() });
        let films = films.build().map_err(fail)?;
        Ok(Self { create, follow, films, base, auth: provider.auth.clone(), key })
    }

    pub(crate) fn base(&self) -> &Base {
        &self.base
    }

    /// Sends a create, once.
    pub(crate) async fn create(&self, call: Call) -> Result<(Sent, Head)> {
        let request = self.request(&self.create, call)?;
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Ok((Sent::NotConnected, Head::default())),
            Err(error) if error.is_builder() => return Err(unusable(error)),
            Err(_) => return Ok((Sent::Lost, Head::default())),
        };
        let head = head(&response);
        match whole(&mut response).await {
            Some(body) => Ok((Sent::Answered(self.reply(&head, &body)), head)),
            None => Ok((Sent::Cut { http: head.http }, head)),
        }
    }

    /// Sends a call that may be repeated at will. `Ok(None)` when no whole answer came.
    pub(crate) async fn follow(&self, call: Call, within: Duration) -> Result<Option<(Reply, Head)>> {
        let request = self.request(&self.follow, call)?.timeout(within);
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_builder() => return Err(unusable(error)),
            Err(_) => return Ok(None),
        };
        let head = head(&response);
        Ok(whole(&mut response).await.map(|body| (self.reply(&head, &body), head)))
    }

    /// Asks for a film, without a key.
    pub(crate) async fn fetch(&self, url: Url) -> Result<(Head, Pieces), reqwest::Error> {
        let response = self.films.get(url).send().await.map_err(reqwest::Error::without_url)?;
        Ok((head(&response), Pieces(response)))
    }

    fn request(&self, client: &reqwest::Client, call: Call) -> Result<reqwest::RequestBuilder> {
        let url = match &call.target {
            Target::Path(path) => self.base.below(path),
            Target::Url(url) => self.base.for_key(url),
        };
        let untrusted =
            |why| Error::new(ErrorKind::UntrustedUrl, format!("a url from the provider is not used: {why}"));
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let request = client.request(method, url.map_err(untrusted)?).headers(self.credentials()?);
        Ok(match call.body {
            Body::Empty => request,
            Body::Json(document) => request.json(&document),
            Body::Form(parts) => request.multipart(form(parts)?),
        })
    }

    /// The answer, without the key if it gives that back: it must not get into messages or files.
    fn reply(&self, head: &Head, body: &[u8]) -> Reply {
        let key = self.key.expose_secret();
        let text = String::from_utf8_lossy(body);
        let json = if key.len() >= 8 && text.contains(key) {
            serde_json::from_str(&text.replace(key, "…"))
        } else {
            serde_json::from_slice(body)
        };
        Reply { http: head.http, json: json.ok() }
    }

    fn credentials(&self) -> Result<HeaderMap> {
        let Auth::Bearer { env } = &self.auth;
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.key.expose_secret())).map_err(|_| {
            Error::new(ErrorKind::Configuration, format!("the key in {env} has characters that no header can carry"))
        })?;
        value.set_sensitive(true);
        Ok(HeaderMap::from_iter([(AUTHORIZATION, value)]))
    }
}

impl Pieces {
    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, reqwest::Error> {
        self.0.chunk().await.map_err(reqwest::Error::without_url)
    }
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pieces")
    }
}

/// Finds hosts, but none with a private address: a public name may lead anywhere.
#[derive(Debug)]
struct PublicHosts {
    also: Option<String>,
}

impl Resolve for PublicHosts {
    fn resolve(&self, name: Name) -> Resolving {
        let local = self.also.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<_> = found.filter(|address| local || !is_private_address(address.ip())).collect();
            if public.is_empty() {
                return Err("the host has no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn unusable(error: reqwest::Error) -> Error {
    Error::new(ErrorKind::Configuration, "the request cannot be written as http").caused_by(error.without_url())
}

/// rustls with ring, set for this client only. Against this machine certificates may be missing, so that tests and
/// simulations run where there are none.
fn tls(base: &Base) -> Result<rustls::ClientConfig> {
    use rustls_platform_verifier::BuilderVerifierExt as _;
    let fail = |error: rustls::Error| {
        let hint = "cannot set up https; are the system's ca certificates installed?";
        Error::new(ErrorKind::Configuration, hint).caused_by(error)
    };
    let builder = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(fail)?;
    let mut config = match builder.clone().with_platform_verifier() {
        Ok(builder) => builder.with_no_client_auth(),
        Err(_) if base.is_loopback() => {
            builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
        }
        Err(error) => return Err(fail(error)),
    };
    // HTTP/2 can refuse a stream after it was read, which HTTP libraries take as leave to send it again.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
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

fn head(response: &reqwest::Response) -> Head {
    let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let request_id = ["x-request-id", "request-id", "x-inference-id"].into_iter().find_map(header);
    Head {
        http: response.status().as_u16(),
        content_type: header("content-type").unwrap_or_default(),
        length: response.content_length(),
        request_id: request_id.map(|id| crate::error::printable(&id)),
        retry_after: retry_after(header("retry-after").as_deref()),
        location: header("location"),
    }
}

/// The whole body, or `None` when it was cut or is too long.
async fn whole(response: &mut reqwest::Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.ok()? {
        if body.len() + piece.len() > LONGEST_ANSWER {
            return None;
        }
        body.extend_from_slice(&piece);
    }
    Some(body)
}
