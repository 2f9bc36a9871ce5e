//! A film that is made: fetching, checking, saving.

mod fetching;
mod saving;
mod stream;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use polyreel_spec::{Money, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::fetching::Rest;
pub use self::saving::IfTaken;
use self::saving::flaw;
pub use self::stream::VideoStream;
use crate::wire::{Also, Call, Film};
use crate::{Client, Error, ErrorKind, JobHandle, Result};

/// A film that is made and waits to be fetched. Providers delete films after a while, so save it soon.
#[derive(Clone)]
pub struct Video {
    client: Client,
    handle: JobHandle,
    /// At least one.
    sources: Vec<Source>,
    also: Also,
}

/// Where a film comes from.
#[derive(Clone)]
enum Source {
    Url(String),
    Endpoint(Call),
    Bytes(Bytes),
    /// The answer to the create, which is here already.
    File(Arc<std::fs::File>),
}

impl Video {
    pub(crate) fn new(
        client: Client,
        handle: JobHandle,
        films: Vec<Film>,
        answer: Option<std::fs::File>,
        also: Also,
    ) -> Self {
        let answer = answer.map(Arc::new);
        let source = |film| match film {
            Film::Url(url) => Some(Source::Url(url)),
            Film::Bytes(bytes) => Some(Source::Bytes(bytes.into())),
            Film::Body => answer.clone().map(Source::File),
        };
        Self { client, handle, sources: films.into_iter().filter_map(source).collect(), also }
    }

    /// A film that an endpoint of the provider gives.
    pub(crate) fn at_endpoint(client: Client, handle: JobHandle, call: Call, also: Also) -> Self {
        Self { client, handle, sources: vec![Source::Endpoint(call)], also }
    }

    /// The job that made it.
    pub fn handle(&self) -> &JobHandle {
        &self.handle
    }

    /// What else the provider told: `cover`, `cost`, …, as it stood in the reply.
    pub fn also(&self) -> &BTreeMap<String, Value> {
        &self.also
    }

    /// Where the film is, if it has a URL. Such URLs are often signed: whoever has it can fetch the film, so keep it out
    /// of logs.
    pub fn url(&self) -> Option<&str> {
        match self.sources.first()? {
            Source::Url(url) => Some(url),
            Source::Endpoint(_) | Source::Bytes(_) | Source::File(_) => None,
        }
    }

    /// What the provider says that the job cost, as `cost` among [`Video::also`]: an amount of the currency in which the model's
    /// price is stated, of US dollars if none is. `None` where it does not say.
    pub fn charge(&self) -> Option<Money> {
        let digits = match self.also.get("cost")? {
            Value::String(text) => text.trim().trim_start_matches('$').to_owned(),
            // Providers write dollars and cents; what is below a 10⁻¹² unit is noise of the number's own form.
            Value::Number(number) => format!("{:.12}", number.as_f64()?),
            _ => return None,
        };
        let amount = digits.parse().ok()?;
        let provider = self.client.provider();
        let unit = provider.model(self.handle.model()).and_then(|model| model.price.as_ref()).map(|price| &price.unit);
        let credit = |unit: &&Text| provider.credits.iter().find(|credit| credit.unit == ***unit);
        let currency =
            unit.map_or_else(|| "USD".into(), |unit| credit(&unit).map_or(unit, |own| &own.currency).clone());
        Some(Money { amount, currency })
    }

    /// The written form: where the films are. With it a film can be fetched in another process as long as the provider keeps
    /// the film, also when it has forgotten the job; see [`Client::film`]. `None` when a film came with the answer, or is
    /// handed out by a call that the handle makes again anyway.
    ///
    /// Such URLs are often signed, so treat it like a private file.
    pub fn to_json(&self) -> Option<String> {
        let url = |source: &Source| if let Source::Url(url) = source { Some(url.clone()) } else { None };
        let urls = self.sources.iter().map(url).collect::<Option<Vec<_>>>()?;
        serde_json::to_string(&Written { handle: self.handle.clone(), urls, also: self.also.clone() }).ok()
    }

    /// Each film by itself. Most jobs make one; where there are several, this one stands for the first.
    pub fn each(&self) -> Vec<Self> {
        self.sources.iter().map(|source| Self { sources: vec![source.clone()], ..self.clone() }).collect()
    }

    /// The film's bytes, checked to be a whole film.
    ///
    /// # Errors
    ///
    /// As [`Video::save`].
    pub async fn bytes(&self) -> Result<Bytes> {
        let mut stream = self.stream().await?;
        let mut film = Vec::new();
        while let Some(piece) = stream.next().await? {
            film.extend_from_slice(&piece);
        }
        match flaw(&mut std::io::Cursor::new(&film)) {
            Ok(None) => Ok(film.into()),
            Ok(Some(flaw)) => Err(self.lost(format!("what the provider sent is no whole film: {flaw}"))),
            Err(error) => Err(self.lost(error.to_string())),
        }
    }

    fn lost(&self, message: String) -> Error {
        Error::new(ErrorKind::NotSaved, message).of_job(&self.handle)
    }
}

/// A film as it can be written down.
#[derive(Serialize, Deserialize)]
struct Written {
    handle: JobHandle,
    urls: Vec<String>,
    also: Also,
}

impl Client {
    /// A film that was written down with [`Video::to_json`].
    ///
    /// # Errors
    ///
    /// When the text is no such form, or is of another provider or base URL.
    pub fn film(&self, json: &str) -> Result<Video> {
        let written: Written = serde_json::from_str(json)
            .map_err(|error| Error::configuration(format!("this is no film that was written down: {error}")))?;
        self.check_handle(&written.handle)?;
        let sources = written.urls.into_iter().map(Source::Url).collect();
        Ok(Video { client: self.clone(), handle: written.handle, sources, also: written.also })
    }
}

/// Shows the job; the URL stays hidden, since it may be signed.
impl fmt::Debug for Video {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Video").field("handle", &self.handle).finish_non_exhaustive()
    }
}
