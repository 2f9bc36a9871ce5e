//! What a program that walks is watched for at every step: what it is told is true, or what a fault made the provider say.

use std::time::Duration;

use bytes::Bytes;
use polyreel::mock::{Fault, FaultPlan, How, Received, What};
use polyreel::{Error, ErrorKind, Job, JobHandle, Video};
use polyreel_spec::State;

use super::program::Program;

/// The films of so many seconds, as the server makes them.
const FILMS: [(i64, &[u8]); 2] = [
    (5, include_bytes!("../../../mock-server/films/5s-16x9.mp4")),
    (10, include_bytes!("../../../mock-server/films/10s-16x9.mp4")),
];

/// What is in hand of a film, beside its handle.
pub(super) enum Hand {
    Nothing,
    Job(Box<Job>),
    Video(Box<Video>),
}

/// What an error said, how often in a row, and since when.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) kind: ErrorKind,
    pub(super) times: u32,
    pub(super) since: Duration,
}

/// A film that was accepted.
pub(crate) struct Film {
    /// What is kept of it, whatever happens.
    pub(super) handle: JobHandle,
    /// The server's name for the job.
    pub(crate) job: String,
    pub(crate) plan: FaultPlan,
    pub(super) seconds: i64,
    pub(super) hand: Hand,
    pub(crate) bytes: Option<Bytes>,
    pub(super) told: Option<Told>,
    pub(super) is_resumable: bool,
    /// What accepted it was not what it should have been, so the handle may lead elsewhere.
    pub(crate) is_astray: bool,
}

impl Film {
    /// A film of which nothing is in hand, and whose handle may lead anywhere.
    pub(super) fn new(
        handle: &JobHandle,
        is_resumable: bool,
        job: Option<String>,
        plan: FaultPlan,
        seconds: i64,
    ) -> Self {
        Self {
            handle: handle.clone(),
            job: job.unwrap_or_default(),
            plan,
            seconds,
            hand: Hand::Nothing,
            bytes: None,
            told: None,
            is_resumable,
            is_astray: true,
        }
    }
}

impl Program<'_> {
    /// A film is here: all of it, the one that was asked for, and the same as whenever it was fetched before.
    pub(super) fn arrived(&mut self, at: usize, bytes: Bytes) -> Result<(), String> {
        self.count("films");
        let film = &self.films[at];
        let is_same = film.bytes.as_ref().is_none_or(|before| *before == bytes);
        self.expect(is_same, || format!("a film of {} bytes was another before", bytes.len()))?;
        let is_whole =
            FILMS.iter().any(|(seconds, whole)| *whole == bytes && (film.is_astray || *seconds == film.seconds));
        self.expect(is_whole, || format!("{} bytes are not the film that was asked for", bytes.len()))?;
        // What is in hand already is not lost when the provider forgets it.
        let is_made = film.is_astray || matches!(self.state(at), Some(State::Done | State::Expired));
        self.expect(is_made, || format!("a film of a job that is {:?}", self.state(at)))?;
        if film.told.is_some_and(|told| told.kind == ErrorKind::NotSaved) {
            self.count("fetched again");
        }
        let film = &mut self.films[at];
        (film.bytes, film.told) = (Some(bytes), None);
        Ok(())
    }

    /// An error about a job that was accepted: it keeps the handle, and it is true, or there was a fault.
    pub(super) fn told(&mut self, at: usize, error: &Error) -> Result<(), String> {
        let kind = error.kind();
        if kind == ErrorKind::WaitTimeout {
            self.count("given time");
        }
        let film = &self.films[at];
        self.expect(error.job() == Some(&film.handle), || format!("the job is not kept: {error:?}"))?;
        self.expect(!error.is_ambiguous(), || format!("a job that was accepted is ambiguous: {error:?}"))?;
        let (state, fault) = (self.state(at), self.last(at).and_then(|last| last.fault));
        let is_end =
            |ends: &[State]| state.is_some_and(|state| ends.contains(&state)) || fault.is_some_and(tells_an_end);
        let is_true = match kind {
            // It is not lost.
            ErrorKind::WaitTimeout => true,
            // Where no word says that somebody stopped it, it failed; so does one that is gone, when a fault garbles the word.
            ErrorKind::JobFailed(_) => {
                is_end(&[State::Failed, State::Cancelled]) || state == Some(State::Expired) && fault.is_some()
            }
            ErrorKind::Cancelled => is_end(&[State::Cancelled]),
            ErrorKind::Expired => is_end(&[State::Expired]),
            ErrorKind::NotSaved => state == Some(State::Expired) || fault.is_some_and(|fault| fault.what == What::Film),
            _ => fault.is_some(),
        };
        let is_excused = self.is_hasty || film.is_astray;
        self.expect(is_true || is_excused, || format!("a job that is {state:?}: {error:?}"))?;
        let since = self.studio.server.clock().now();
        let film = &mut self.films[at];
        let before = film.told.filter(|before| before.kind == kind).unwrap_or(Told { kind, times: 0, since });
        (film.hand, film.told) = (Hand::Nothing, Some(Told { times: before.times + 1, ..before }));
        Ok(())
    }

    /// The latest request about a film's job.
    pub(super) fn last(&self, at: usize) -> Option<Received> {
        let job = Some(&*self.films[at].job);
        self.studio.look(|world| world.requests().into_iter().rfind(|one| one.job.as_deref() == job).cloned())
    }

    /// How a film's job is in truth.
    pub(super) fn state(&self, at: usize) -> Option<State> {
        let (now, job) = (self.studio.server.clock().now(), &self.films[at].job);
        self.studio.look(|world| world.jobs(now).into_iter().find(|own| own.id == *job).map(|own| own.state))
    }
}

/// Whether this fault makes a provider say that a job is over; all others say nothing about it.
fn tells_an_end(fault: Fault) -> bool {
    match fault.how {
        How::Http(code) => (400..500).contains(&code),
        How::Refused(kind) => !kind.is_retryable(),
        How::Failed | How::Forgotten | How::ErrorInside => true,
        _ => false,
    }
}
