//! A film that is made: fetching, checking, saving.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use url::Url;

use crate::head::Head;
use crate::transport::Pieces;
use crate::wire::{Call, Film};
use crate::{Client, Error, ErrorKind, JobHandle, Result, mp4};

/// Redirects that are followed on the way to a film.
const MOST_REDIRECTS: usize = 3;
/// How often a film is asked for again when it does not come, or breaks off.
const MOST_TRIES: u32 = 4;
/// The pause before the first of those; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause that an answer may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The largest film, in bytes.
const LARGEST: u64 = crate::transport::LARGEST_FILM;

/// A film that is made and waits to be fetched. Providers delete films after a while, so save it soon.
#[derive(Clone)]
pub struct Video {
    client: Client,
    handle: JobHandle,
    /// At least one.
    sources: Vec<Source>,
    also: BTreeMap<String, Value>,
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

/// What to do when a file of that name is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfTaken {
    /// Save beside it: `cat-1.mp4`, `cat-2.mp4`, …
    SaveBeside,
    /// Replace it.
    Replace,
}

/// A film on the way. When its connection breaks, it is asked for the rest, up to four times.
#[derive(Debug)]
pub struct VideoStream {
    pieces: Arriving,
    video: Video,
    expected: Option<u64>,
    received: u64,
    /// What of the answer is here already.
    skipped: u64,
    tries: u32,
}

/// Why a film does not come, and whether it may come when it is asked for again.
struct Setback {
    error: Error,
    may_pass: bool,
}

/// Nothing else that goes wrong gets better by itself.
impl From<Error> for Setback {
    fn from(error: Error) -> Self {
        Self { error, may_pass: false }
    }
}

#[derive(Debug)]
enum Arriving {
    Http(Pieces),
    Bytes(Option<Bytes>),
    File { file: Arc<std::fs::File>, at: u64 },
}

impl Video {
    pub(crate) fn new(
        client: Client,
        handle: JobHandle,
        films: Vec<Film>,
        answer: Option<std::fs::File>,
        also: BTreeMap<String, Value>,
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
    pub(crate) fn at_endpoint(client: Client, handle: JobHandle, call: Call, also: BTreeMap<String, Value>) -> Self {
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

    /// Each film by itself. Most jobs make one; where there are several, this one stands for the first.
    pub fn each(&self) -> Vec<Self> {
        self.sources.iter().map(|source| Self { sources: vec![source.clone()], ..self.clone() }).collect()
    }

    /// Saves the film as a file and says under which name. It is fetched into a temporary file beside it, checked to be
    /// a whole film, and then renamed; a file that is already there is kept, and the film is saved beside it.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched, is no whole film, or cannot be written. The error keeps the handle, so it can be
    /// fetched again.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<PathBuf> {
        self.save_as(path, IfTaken::SaveBeside).await
    }

    /// Saves the film as a file, with a choice when the name is taken.
    ///
    /// # Errors
    ///
    /// As [`Video::save`].
    pub async fn save_as(&self, path: impl AsRef<Path>, if_taken: IfTaken) -> Result<PathBuf> {
        let path = path.as_ref();
        let write = |error: std::io::Error| self.lost(format!("cannot write {}: {error}", path.display()));
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = temporary(folder).map_err(write)?;
        let mut stream = self.stream().await?;
        while let Some(piece) = stream.next().await? {
            file.write_all(&piece).map_err(write)?;
        }
        file.as_file().sync_all().map_err(write)?;
        if let Some(flaw) = flaw(file.as_file_mut()).map_err(write)? {
            return Err(self.lost(format!("what the provider sent is no whole film: {flaw}")));
        }
        place(file, path, if_taken).map_err(write)
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

    /// The film as it arrives. Its length is checked at the end, its structure is not.
    ///
    /// # Errors
    ///
    /// When the provider does not give it out, or its URL leads where nothing may be fetched from.
    pub async fn stream(&self) -> Result<VideoStream> {
        let video = self.clone();
        let here = |pieces, expected| VideoStream { pieces, video, expected, received: 0, skipped: 0, tries: 0 };
        match self.sources.first() {
            Some(Source::Url(_) | Source::Endpoint(_)) => {
                let mut stream = here(Arriving::Bytes(None), None);
                stream.open().await?;
                Ok(stream)
            }
            Some(Source::Bytes(bytes)) => Ok(here(Arriving::Bytes(Some(bytes.clone())), Some(bytes.len() as u64))),
            Some(Source::File(file)) => {
                let length = file.metadata().map_err(|error| self.lost(error.to_string()))?.len();
                Ok(here(Arriving::File { file: file.clone(), at: 0 }, Some(length)))
            }
            None => Err(self.lost("there is no film".to_owned())),
        }
    }

    /// What comes after so many bytes of the film, from where it is or from where that leads: the pieces, how many bytes of
    /// them were asked for before, and how many the film has in all. The key goes to the base's own origin alone.
    async fn fetch(&self, from: Source, after: u64) -> Result<(Pieces, u64, Option<u64>), Setback> {
        let provider = self.client.provider();
        let (transport, base) = (self.client.transport(), self.client.transport().base());
        let with_key = provider.download.as_ref().is_some_and(|download| download.auth);
        let mut next = from;
        for _ in 0..=MOST_REDIRECTS {
            let (fetched, here) = match next {
                Source::Endpoint(call) => (transport.fetch_with_key(call, provider, after).await, None),
                Source::Url(url) if with_key && base.for_key(&url).is_ok() => {
                    (transport.fetch_with_key(Call::get(&url), provider, after).await, Some(url))
                }
                Source::Url(url) => {
                    let used =
                        base.for_film(&url).map_err(|why| self.lost(format!("the film's url is not used: {why}")))?;
                    (Ok(transport.fetch(used.clone(), after).await), Some(used.into()))
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
                    return Ok((pieces, after, head.length));
                }
                (206, _) if after > 0 => {
                    let (begins, length) = part(&head).filter(|(begins, _)| *begins <= after).ok_or_else(|| {
                        self.lost("the rest of the film was answered with another part".to_owned()).answered(&head)
                    })?;
                    self.check(&head, Some(length))?;
                    return Ok((pieces, after - begins, Some(length)));
                }
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    let joined = here.and_then(|here| Url::parse(&here).ok()?.join(location).ok());
                    next = Source::Url(joined.map_or_else(|| location.to_owned(), String::from));
                }
                (403 | 404 | 410, _) => {
                    let kept = provider.retention.output.map(|kept| Duration::from_millis(kept).as_secs() / 3600);
                    let kept =
                        kept.map(|hours| format!(", {} keeps films for {hours} h", provider.name)).unwrap_or_default();
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
        if length.is_some_and(|length| length > LARGEST) {
            return Err(self.lost(format!("the film is larger than {LARGEST} bytes")).answered(head));
        }
        Ok(())
    }

    fn lost(&self, message: String) -> Error {
        Error::new(ErrorKind::NotSaved, message).of_job(&self.handle)
    }
}

impl VideoStream {
    /// How many bytes there will be, if the provider says.
    pub fn expected(&self) -> Option<u64> {
        self.expected
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the connection breaks or ends early and the rest cannot be had either.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let piece = match self.piece().await {
                Ok(piece) => piece,
                Err(setback) => {
                    self.go_on(setback).await?;
                    continue;
                }
            };
            let Some(mut piece) = piece else { return Ok(None) };
            // An answer that begins earlier than it was asked to: with the first byte, most likely.
            let here = self.skipped.min(piece.len() as u64);
            self.skipped -= here;
            // No longer than the piece, so it fits.
            let piece = piece.split_off(usize::try_from(here).unwrap_or_default());
            self.received += piece.len() as u64;
            if self.received > LARGEST {
                return Err(self.video.lost(format!("the film is larger than {LARGEST} bytes")));
            }
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
    }

    /// The next piece as it comes.
    async fn piece(&mut self) -> Result<Option<Bytes>, Setback> {
        let after = self.received;
        let lost = |message: String| self.video.lost(message);
        let broke_off = || lost(format!("the film broke off after {after} bytes"));
        let piece = match &mut self.pieces {
            Arriving::Http(pieces) => {
                pieces.next().await.map_err(|error| Setback { error: broke_off().caused_by(error), may_pass: true })?
            }
            Arriving::Bytes(bytes) => bytes.take(),
            Arriving::File { file, at } => {
                let piece = read_at(file, *at).map_err(|error| broke_off().caused_by(error))?;
                *at += piece.len() as u64;
                Some(piece).filter(|piece| !piece.is_empty())
            }
        };
        match (&piece, self.expected) {
            (None, Some(expected)) if expected != self.received => {
                Err(lost(format!("the film has {} bytes instead of {expected}", self.received)).into())
            }
            _ => Ok(piece),
        }
    }

    /// Asks for the film from where it broke off, or from its beginning.
    async fn open(&mut self) -> Result<()> {
        loop {
            let Some(source) = self.video.sources.first().cloned() else { return Ok(()) };
            match self.video.fetch(source, self.received).await {
                Ok((pieces, skipped, expected)) => {
                    if self.received > 0 && self.expected.is_some() && expected != self.expected {
                        return Err(self.video.lost("the film is another one than before it broke off".to_owned()));
                    }
                    (self.pieces, self.skipped, self.expected) = (Arriving::Http(pieces), skipped, expected);
                    return Ok(());
                }
                Err(setback) => self.wait(setback).await?,
            }
        }
    }

    async fn go_on(&mut self, setback: Setback) -> Result<()> {
        self.wait(setback).await?;
        self.open().await
    }

    /// Waits before the next try, longer each time; when there were enough, or none can help, it is over.
    async fn wait(&mut self, setback: Setback) -> Result<()> {
        if !setback.may_pass || self.tries >= MOST_TRIES {
            return Err(setback.error);
        }
        let pause = setback.error.retry_after().unwrap_or_default().min(LONGEST_PAUSE);
        self.video.client.clock().sleep(pause.max(FIRST_PAUSE * (1 << self.tries))).await;
        self.tries += 1;
        Ok(())
    }
}

/// Where a part of a film begins, and how long the film is.
fn part(head: &Head) -> Option<(u64, u64)> {
    let (part, length) = head.header("content-range")?.strip_prefix("bytes ")?.split_once('/')?;
    let (begins, _) = part.split_once('-')?;
    begins.trim().parse().ok().zip(length.trim().parse().ok())
}

/// The next piece of a file that several streams may read.
fn read_at(mut file: &std::fs::File, at: u64) -> std::io::Result<Bytes> {
    file.seek(SeekFrom::Start(at))?;
    let mut piece = Vec::new();
    file.take(256 * 1024).read_to_end(&mut piece)?;
    Ok(piece.into())
}

/// A file beside the future film. Temporary files are private by default; a film is as open as the user's other files.
fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".polyreel-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// What is wrong with a film, if anything.
fn flaw(file: &mut (impl Read + Seek)) -> std::io::Result<Option<String>> {
    let length = file.seek(SeekFrom::End(0))?;
    mp4::flaw(length, |offset| {
        file.seek(SeekFrom::Start(offset))?;
        let mut head = Vec::with_capacity(16);
        file.take(16).read_to_end(&mut head)?;
        Ok(head)
    })
}

/// Gives a finished file its name, without ever replacing one that is not to be replaced.
fn place(mut file: tempfile::NamedTempFile, path: &Path, if_taken: IfTaken) -> std::io::Result<PathBuf> {
    if if_taken == IfTaken::Replace {
        file.persist(path)?;
        return Ok(path.to_owned());
    }
    for number in 0..10_000 {
        let name = match number {
            0 => path.to_owned(),
            _ => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                let extension = path.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
                path.with_file_name(format!("{stem}-{number}{extension}"))
            }
        };
        match file.persist_noclobber(&name) {
            Ok(_) => return Ok(name),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(error.error),
        }
    }
    Err(std::io::Error::other("every name is taken"))
}

/// Shows the job; the URL stays hidden, since it may be signed.
impl fmt::Debug for Video {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Video").field("handle", &self.handle).finish_non_exhaustive()
    }
}
