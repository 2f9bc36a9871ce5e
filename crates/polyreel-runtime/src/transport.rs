//! HTTP: the only place that names the HTTP library.

use std::io::{Seek as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use polyreel_spec::{Method, Provider, Step};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::Url;

use crate::head::Head;
use crate::key::Keys;
use crate::origin::{Base, is_private_address};
use crate::outcome::{Sent, retry_after};
use crate::wire::{Body, Call, Part, Reply, ReplyBody, Target};
use crate::{Error, ErrorKind, Observer, Result};

/// The longest answer that is read, in bytes; films are streamed and not counted here.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
/// The largest film, in bytes.
pub(crate) const LARGEST_FILM: u64 = 4 * 1024 * 1024 * 1024;
/// How long a film may be on its way, however slowly it comes.
const LONGEST_FETCH: Duration = Duration::from_secs(3600);
const USER_AGENT: &str = concat!("polyreel/", env!("CARGO_PKG_VERSION"));

/// Three HTTP clients: one that sends creates and never repeats anything, one that follows jobs, and one that fetches
/// films, knows no key, and finds no private host.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    create: reqwest::Client,
    follow: reqwest::Client,
    films: reqwest::Client,
    base: Base,
    keys: Keys,
    observer: Option<Arc<dyn Observer>>,
}

/// How sending a create ended.
pub(crate) struct Exchange {
    pub(crate) sent: Sent,
    pub(crate) head: Head,
    /// The film, when the answer is one.
    pub(crate) film: Option<std::fs::File>,
}

/// The answer to a call that may be repeated.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    pub(crate) head: Head,
    /// The film, when the answer is one.
    pub(crate) film: Option<std::fs::File>,
}

/// The pieces of a body as they arrive.
pub(crate) struct Pieces(reqwest::Response);

impl Transport {
    pub(crate) fn new(
        base: Base,
        keys: Keys,
        observer: Option<Arc<dyn Observer>>,
        silent_for: Duration,
    ) -> Result<Self> {
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
        let create = builder()?.pool_max_idle_per_host(0).build().map_err(fail)?;
        let follow = builder()?.read_timeout(silent_for).build().map_err(fail)?;
        // A loopback base's own origin may be a name, `localhost`; anything else that leads to this machine is refused.
        let films = builder()?.read_timeout(silent_for).dns_resolver(PublicHosts { also: base.local_name() });
        let films = films.build().map_err(fail)?;
        Ok(Self { create, follow, films, base, keys, observer })
    }

    pub(crate) fn base(&self) -> &Base {
        &self.base
    }

    /// Sends a create, once, and waits so long for the whole answer. `is_media` tells from the head of the answer whether
    /// it is the film itself, which goes to the disk.
    pub(crate) async fn create(
        &self,
        call: Call,
        provider: &Provider,
        within: Duration,
        is_media: impl Fn(u16, &str) -> bool,
    ) -> Result<Exchange> {
        let request = self.request(&self.create, call, provider)?.timeout(within);
        let ended = |sent| Exchange { sent, head: Head::default(), film: None };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Ok(ended(Sent::NotConnected)),
            Err(error) if error.is_builder() => return Err(unusable(error)),
            Err(_) => return Ok(ended(Sent::Lost)),
        };
        let head = head(&response);
        Ok(match self.receive(Step::Create, &mut response, &head, is_media).await {
            Some((reply, film)) => Exchange { sent: Sent::Answered(reply), head, film },
            None => Exchange { sent: Sent::Cut { http: head.http }, head, film: None },
        })
    }

    /// Sends a call that may be repeated at will. `Ok(None)` when no whole answer came in time.
    pub(crate) async fn follow(
        &self,
        step: Step,
        call: Call,
        provider: &Provider,
        within: Duration,
    ) -> Result<Option<(Reply, Head)>> {
        let answer = self.ask(step, call, provider, within, |_, _| false).await?;
        Ok(answer.map(|answer| (answer.reply, answer.head)))
    }

    /// As [`Self::follow`], where the answer may be the film itself, as `is_media` tells from its head.
    pub(crate) async fn ask(
        &self,
        step: Step,
        call: Call,
        provider: &Provider,
        within: Duration,
        is_media: impl Fn(u16, &str) -> bool,
    ) -> Result<Option<Answer>> {
        let request = self.request(&self.follow, call, provider)?.timeout(within);
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_builder() => return Err(unusable(error)),
            Err(_) => return Ok(None),
        };
        let head = head(&response);
        let received = self.receive(step, &mut response, &head, is_media).await;
        Ok(received.map(|(reply, film)| Answer { reply, head, film }))
    }

    /// The rest of an answer, the film on the disk if it is one; `None` when it was cut.
    async fn receive(
        &self,
        step: Step,
        response: &mut reqwest::Response,
        head: &Head,
        is_media: impl Fn(u16, &str) -> bool,
    ) -> Option<(Reply, Option<std::fs::File>)> {
        if is_media(head.http, head.header("content-type").unwrap_or_default()) {
            let (film, length) = to_disk(response).await?;
            let body = ReplyBody::Media(length);
            let reply = Reply { http: head.http, headers: self.headers(head), body };
            self.observe(step, &reply);
            return Some((reply, Some(film)));
        }
        let body = whole(response).await?;
        Some((self.reply(step, head, &body), None))
    }

    /// Asks for a film at a URL, without a key: for what comes after so many bytes.
    pub(crate) async fn fetch(&self, url: Url, after: u64) -> Result<(Head, Pieces), reqwest::Error> {
        let request = self.films.get(url).timeout(LONGEST_FETCH);
        let response = from(request, after).send().await.map_err(reqwest::Error::without_url)?;
        Ok((head(&response), Pieces(response)))
    }

    /// Asks for a film at an endpoint of the provider, with the key: for what comes after so many bytes.
    pub(crate) async fn fetch_with_key(
        &self,
        call: Call,
        provider: &Provider,
        after: u64,
    ) -> Result<Result<(Head, Pieces), reqwest::Error>> {
        let request = self.request(&self.follow, call, provider)?.timeout(LONGEST_FETCH);
        let response = from(request, after).send().await.map_err(reqwest::Error::without_url);
        Ok(response.map(|response| (head(&response), Pieces(response))))
    }

    fn request(&self, client: &reqwest::Client, call: Call, provider: &Provider) -> Result<reqwest::RequestBuilder> {
        let url = match &call.target {
            Target::Path(path) => self.base.below(path),
            Target::Url(url) => self.base.for_key(url),
        };
        let untrusted =
            |why| Error::new(ErrorKind::UntrustedUrl, format!("a url from the provider is not used: {why}"));
        let mut url = url.map_err(untrusted)?;
        let credentials = self.keys.sign(&provider.auth)?;
        let query = call.query.iter().chain(&credentials.query);
        if query.clone().next().is_some() {
            url.query_pairs_mut().extend_pairs(query);
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
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
                request.header("content-type", "application/x-www-form-urlencoded").body(body)
            }
        })
    }

    /// The answer, without the key if it gives that back: it must not get into messages or files.
    fn reply(&self, step: Step, head: &Head, body: &[u8]) -> Reply {
        let text = String::from_utf8_lossy(body);
        let json = match self.keys.cut_out_of(&text) {
            Some(clean) => serde_json::from_str(&clean),
            None => serde_json::from_slice(body),
        };
        let body = json.map_or(ReplyBody::Other, ReplyBody::Json);
        let reply = Reply { http: head.http, headers: self.headers(head), body };
        self.observe(step, &reply);
        reply
    }

    fn headers(&self, head: &Head) -> Vec<(String, String)> {
        let clean = |value: &str| self.keys.cut_out_of(value).unwrap_or_else(|| value.to_owned());
        head.headers.iter().map(|(name, value)| (name.clone(), clean(value))).collect()
    }

    fn observe(&self, step: Step, reply: &Reply) {
        if let Some(observer) = &self.observer {
            observer.answered(step, reply);
        }
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

/// Asks for what comes after so many bytes.
fn from(request: reqwest::RequestBuilder, after: u64) -> reqwest::RequestBuilder {
    if after == 0 { request } else { request.header("range", format!("bytes={after}-")) }
}

fn head(response: &reqwest::Response) -> Head {
    let headers = response.headers().iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let mut head = Head {
        http: response.status().as_u16(),
        headers: headers.collect(),
        length: response.content_length(),
        ..Head::default()
    };
    let request_id = ["x-request-id", "request-id", "x-inference-id"].into_iter().find_map(|name| head.header(name));
    head.request_id = request_id.map(crate::error::printable);
    head.retry_after = retry_after(head.header("retry-after"), head.header("date"));
    head
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

/// The whole body as a file without a name, and its length; `None` when it was cut, is too long, or cannot be written.
async fn to_disk(response: &mut reqwest::Response) -> Option<(std::fs::File, u64)> {
    let mut file = tempfile::tempfile().ok()?;
    let mut length = 0;
    while let Some(piece) = response.chunk().await.ok()? {
        length += piece.len() as u64;
        if length > LARGEST_FILM {
            return None;
        }
        file.write_all(&piece).ok()?;
    }
    file.rewind().ok()?;
    Some((file, length))
}
