//! Where a film comes from, step by step, and what may be one.

use std::time::Duration;

use url::Url;

use super::{Source, Video};
use crate::account::Urgency;
use crate::error::printable;
use crate::head::Head;
use crate::transport::{Fetching, LARGEST_FILM, Pieces};
use crate::wire::Call;
use crate::{Error, Result};

/// Redirects that are followed on the way to a film.
const MOST_REDIRECTS: usize = 3;

/// What of a film is not here yet.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    /// What comes after so many bytes.
    pub(crate) after: u64,
    /// The name of the film that they are of, if the server gives it one.
    pub(crate) tag: Option<String>,
}

/// A film that begins to arrive.
pub(super) struct Fetched {
    pub(super) pieces: Pieces,
    /// How many bytes of it are here already.
    pub(super) skipped: u64,
    /// How many bytes the film has in all.
    pub(super) expected: Option<u64>,
    pub(super) tag: Option<String>,
}

/// Why a film does not come, and whether it may come when it is asked for again.
pub(super) struct Setback {
    pub(super) error: Error,
    pub(super) may_pass: bool,
}

/// Nothing else that goes wrong gets better by itself.
impl From<Error> for Setback {
    fn from(error: Error) -> Self {
        Self { error, may_pass: false }
    }
}

impl Video {
    /// What of the film is not here yet, from where it is or from where that leads. The key goes to the base's own origin
    /// alone.
    pub(super) async fn fetch(&self, from: Source, rest: &Rest) -> Result<Fetched, Setback> {
        let provider = self.client.provider();
        let (transport, base) = (self.client.transport(), self.client.transport().base());
        let with_key = provider.download.as_ref().is_some_and(|download| download.auth);
        let mut next = from;
        for _ in 0..=MOST_REDIRECTS {
            let (fetched, here) = match next {
                Source::Endpoint(call) => (self.fetch_with_key(call, rest).await, None),
                Source::Url(url) if with_key && base.for_key(&url).is_ok() => {
                    (self.fetch_with_key(Call::get(&url), rest).await, Some(url))
                }
                Source::Url(url) => {
                    let used =
                        base.for_film(&url).map_err(|why| self.lost(format!("the film's url is not used: {why}")))?;
                    (Ok(transport.fetch(used.clone(), rest).await), Some(used.into()))
                }
                Source::Bytes(_) | Source::File(_) => {
                    return Err(self.lost("there is nothing to fetch".to_owned()).into());
                }
            };
            let (head, pieces) = fetched.map_err(|error| error.of_job(&self.handle))?.map_err(|error| Setback {
                error: self.lost("the film could not be reached".to_owned()).caused_by(error),
                may_pass: true,
            })?;
            match (head.http, head.header("location")) {
                (200, _) => {
                    self.check(&head, head.length)?;
                    return Ok(Fetched { pieces, skipped: rest.after, expected: head.length, tag: tag(&head) });
                }
                (206, _) if rest.after > 0 => {
                    let (begins, length) =
                        part(&head).filter(|(begins, _)| *begins <= rest.after).ok_or_else(|| {
                            self.lost("the rest of the film was answered with another part".to_owned()).answered(&head)
                        })?;
                    self.check(&head, Some(length))?;
                    let skipped = rest.after - begins;
                    return Ok(Fetched { pieces, skipped, expected: Some(length), tag: tag(&head) });
                }
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    let joined = here.and_then(|here| Url::parse(&here).ok()?.join(location).ok());
                    next = Source::Url(joined.map_or_else(|| location.to_owned(), String::from));
                }
                (403 | 404 | 410, _) => {
                    let minutes = provider.retention.output.map(|kept| Duration::from_millis(kept).as_secs() / 60);
                    let kept = match minutes {
                        Some(minutes) if minutes < 120 => format!(", {} keeps films for {minutes} min", provider.name),
                        Some(minutes) => format!(", {} keeps films for {} h", provider.name, minutes / 60),
                        None => String::new(),
                    };
                    let message =
                        format!("the film is not given out (http {}); its link may have expired{kept}", head.http);
                    return Err(self.lost(message).answered(&head).into());
                }
                (http, _) => {
                    let error = self.lost(format!("the film was answered with http {http}")).answered(&head);
                    return Err(Setback { error, may_pass: matches!(http, 408 | 425 | 429 | 500..) });
                }
            }
        }
        Err(self.lost(format!("the film's url redirects more than {MOST_REDIRECTS} times")).into())
    }

    /// Whether what is to come can be a film of this length.
    fn check(&self, head: &Head, length: Option<u64>) -> Result<()> {
        let page = ["text/html", "application/json", "application/xml", "text/plain"];
        let media_type = head
            .header("content-type")
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if page.contains(&media_type.as_str()) {
            return Err(self.lost(format!("what the provider sent is no film but {media_type}")).answered(head));
        }
        if let Some(coding) = head.header("content-encoding").filter(|coding| !coding.eq_ignore_ascii_case("identity"))
        {
            let message = format!("the film is compressed ({}), which was not asked for", printable(coding));
            return Err(self.lost(message).answered(head));
        }
        if length.is_some_and(|length| length > LARGEST_FILM) {
            return Err(self.lost(format!("the film is larger than {LARGEST_FILM} bytes")).answered(head));
        }
        Ok(())
    }

    async fn fetch_with_key(&self, call: Call, rest: &Rest) -> Result<Fetching> {
        // Without a time until which it is wanted, its turn comes.
        let _ = self.client.account().call(Urgency::Other, None).await;
        self.client.transport().fetch_with_key(call, self.client.provider(), rest).await
    }
}

/// The name by which a server tells films apart byte for byte.
fn tag(head: &Head) -> Option<String> {
    head.header("etag").filter(|tag| tag.starts_with('"')).map(str::to_owned)
}

/// Where a part of a film begins, and how long the film is.
fn part(head: &Head) -> Option<(u64, u64)> {
    let (part, length) = head.header("content-range")?.strip_prefix("bytes ")?.split_once('/')?;
    let (begins, _) = part.split_once('-')?;
    begins.trim().parse().ok().zip(length.trim().parse().ok())
}
