//! A film as it arrives.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::fetching::{Fetched, Rest, Setback};
use super::{Source, Video};
use crate::Result;
use crate::transport::{LARGEST_FILM, Pieces};

/// How often a film is asked for again when it does not come, or breaks off.
const MOST_TRIES: u32 = 4;
/// The pause before the first of those; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause that an answer may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A film on the way. When its connection breaks, it is asked for the rest, up to four times.
#[derive(Debug)]
pub struct VideoStream {
    pieces: Arriving,
    video: Video,
    expected: Option<u64>,
    /// The name of the film, if its server gives it one.
    tag: Option<String>,
    received: u64,
    /// What of the answer is here already.
    skipped: u64,
    tries: u32,
}

#[derive(Debug)]
enum Arriving {
    Http(Pieces),
    Bytes(Option<Bytes>),
    File {
        file: Arc<std::fs::File>,
        at: u64,
    },
    /// Broken off: an answer that has failed once would seem to end.
    Broken,
}

impl Video {
    /// The film as it arrives. Its length is checked at the end, its structure is not.
    ///
    /// # Errors
    ///
    /// When the provider does not give it out, or its URL leads where nothing may be fetched from.
    pub async fn stream(&self) -> Result<VideoStream> {
        let video = self.clone();
        let here =
            |pieces, expected| VideoStream { pieces, video, expected, tag: None, received: 0, skipped: 0, tries: 0 };
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
                    if setback.may_pass {
                        self.pieces = Arriving::Broken;
                    }
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
            if self.received > LARGEST_FILM {
                return Err(self.video.lost(format!("the film is larger than {LARGEST_FILM} bytes")));
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
            Arriving::Broken => return Err(Setback { error: broke_off(), may_pass: true }),
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
            let rest = Rest { after: self.received, tag: self.tag.clone() };
            match self.video.fetch(source, &rest).await {
                Ok(Fetched { pieces, skipped, expected, tag }) => {
                    let differs = self.expected.is_some() && expected != self.expected
                        || self.tag.is_some() && tag.is_some() && tag != self.tag;
                    if self.received > 0 && differs {
                        return Err(self.video.lost("the film is another one than before it broke off".to_owned()));
                    }
                    (self.pieces, self.skipped, self.expected) = (Arriving::Http(pieces), skipped, expected);
                    self.tag = tag.or(self.tag.take());
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

/// The next piece of a file that several streams may read.
fn read_at(mut file: &std::fs::File, at: u64) -> std::io::Result<Bytes> {
    file.seek(SeekFrom::Start(at))?;
    let mut piece = Vec::new();
    file.take(256 * 1024).read_to_end(&mut piece)?;
    Ok(piece.into())
}
