//! HTTP: the only folder that names the HTTP library.

mod answer;
mod connections;
mod sending;

use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Provider, Step};
use tracing::Instrument as _;
use url::Url;

use self::answer::{head, to_disk, whole};
use self::connections::Connections;
use self::sending::{only, unusable};
use crate::head::Head;
use crate::key::Keys;
use crate::origin::Base;
use crate::outcome::Sent;
use crate::video::Rest;
use crate::wire::{Call, Reply, ReplyBody};
use crate::{Observer, Result, trace};

pub(crate) use self::answer::{LARGEST_FILM, Pieces};
pub(crate) use self::connections::Connecting;

/// What sends calls and takes answers, for one key at one base URL.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    connections: Connections,
    base: Base,
    keys: Keys,
    observer: Option<Arc<dyn Observer>>,
    fetch_within: Duration,
}

/// A film that begins to arrive, or why it does not.
pub(crate) type Fetching = Result<(Head, Pieces), reqwest::Error>;

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

impl Transport {
    pub(crate) fn new(
        base: Base,
        keys: Keys,
        observer: Option<Arc<dyn Observer>>,
        connecting: &Connecting,
    ) -> Result<Self> {
        let (connections, fetch_within) = (Connections::new(&base, connecting)?, connecting.fetch_within);
        Ok(Self { connections, base, keys, observer, fetch_within })
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
        let span = trace::call(Step::Create, call.method, provider, &self.base);
        let request = self.request(&self.connections.create, call, provider)?.timeout(within);
        let ended = |sent, trouble| {
            trace::answered(None, Some(trouble));
            Ok(Exchange { sent, head: Head::default(), film: None })
        };
        let exchange = async {
            let mut response = match request.send().await {
                Ok(response) => response,
                Err(error) if error.is_connect() => return ended(Sent::NotConnected, "not connected"),
                Err(error) if error.is_builder() => return Err(unusable(error)),
                Err(_) => return ended(Sent::Lost, "lost"),
            };
            let mut head = self.head(&response);
            let received = self.receive(Step::Create, &mut response, &mut head, is_media).await;
            trace::answered(Some(&head), received.is_none().then_some("cut"));
            Ok(match received {
                Some((reply, film)) => Exchange { sent: Sent::Answered(reply), head, film },
                None => Exchange { sent: Sent::Cut { http: head.http }, head, film: None },
            })
        };
        exchange.instrument(span).await
    }

    /// Sends a call that may be repeated at will; `is_media` tells from the head of the answer whether it is the film
    /// itself. `Ok(None)` when no whole answer came in time.
    pub(crate) async fn ask(
        &self,
        step: Step,
        call: Call,
        provider: &Provider,
        within: Duration,
        is_media: impl Fn(u16, &str) -> bool,
    ) -> Result<Option<Answer>> {
        let span = trace::call(step, call.method, provider, &self.base);
        let request = self.request(&self.connections.follow, call, provider)?.timeout(within);
        let answer = async {
            let mut response = match request.send().await {
                Ok(response) => response,
                Err(error) if error.is_builder() => return Err(unusable(error)),
                Err(_) => {
                    trace::answered(None, Some("lost"));
                    return Ok(None);
                }
            };
            let mut head = self.head(&response);
            let received = self.receive(step, &mut response, &mut head, is_media).await;
            trace::answered(Some(&head), received.is_none().then_some("cut"));
            Ok(received.map(|(reply, film)| Answer { reply, head, film }))
        };
        answer.instrument(span).await
    }

    /// The rest of an answer, to which its headers go, the film on the disk if it is one; `None` when it was cut.
    async fn receive(
        &self,
        step: Step,
        response: &mut reqwest::Response,
        head: &mut Head,
        is_media: impl Fn(u16, &str) -> bool,
    ) -> Option<(Reply, Option<std::fs::File>)> {
        if is_media(head.http, head.header("content-type").unwrap_or_default()) {
            let (film, length) = to_disk(response).await?;
            let body = ReplyBody::Media(length);
            let reply = Reply { http: head.http, headers: std::mem::take(&mut head.headers), body };
            self.observe(step, &reply);
            return Some((reply, Some(film)));
        }
        let body = whole(response).await?;
        Some((self.reply(step, head, &body), None))
    }

    /// Asks for the rest of a film at a URL, without a key.
    pub(crate) async fn fetch(&self, url: Url, rest: &Rest) -> Fetching {
        let request = self.connections.films.get(url).timeout(self.fetch_within);
        let response = only(request, rest).send().await.map_err(reqwest::Error::without_url)?;
        Ok((self.head(&response), Pieces(response)))
    }

    /// Asks for the rest of a film at an endpoint of the provider, with the key.
    pub(crate) async fn fetch_with_key(&self, call: Call, provider: &Provider, rest: &Rest) -> Result<Fetching> {
        let request = self.request(&self.connections.follow, call, provider)?.timeout(self.fetch_within);
        let response = only(request, rest).send().await.map_err(reqwest::Error::without_url);
        Ok(response.map(|response| (self.head(&response), Pieces(response))))
    }

    /// The answer, without the key if it gives that back: it must not get into messages or files.
    fn reply(&self, step: Step, head: &mut Head, body: &[u8]) -> Reply {
        // After reading: JSON may write a character in several ways.
        let body = serde_json::from_slice(body).map_or(ReplyBody::Other, |mut document| {
            self.keys.cut_out_of_all(&mut document);
            ReplyBody::Json(document)
        });
        let reply = Reply { http: head.http, headers: std::mem::take(&mut head.headers), body };
        self.observe(step, &reply);
        reply
    }

    /// The head of an answer, without the key if it gives that back.
    fn head(&self, response: &reqwest::Response) -> Head {
        let mut head = head(response);
        let values = head.headers.iter_mut().map(|(_, value)| value).chain(&mut head.request_id);
        for value in values {
            if let Some(clean) = self.keys.cut_out_of(value) {
                *value = clean;
            }
        }
        head
    }

    fn observe(&self, step: Step, reply: &Reply) {
        if let Some(observer) = &self.observer {
            observer.answered(step, reply);
        }
    }
}
