//! Asking for a job, and what the answers mean.

use std::time::Duration;

use polyreel_spec::{Kind, Step};

use super::{Job, Progress, Stage};
use crate::error::{printable, reason};
use crate::head::Head;
use crate::transport::Answer;
use crate::wire::{self, Course, Meaning, Reply, Saved};
use crate::{Error, ErrorKind, Result, Video};

/// How often in a row a job has to be unknown until that is believed: of one that was seen, and of one that never was, since
/// it may not have got about yet.
const UNKNOWN_AFTER_SEEN: u32 = 2;
const UNKNOWN_AND_UNSEEN: u32 = 3;
/// The same where the provider file does not say that this means an end, and for how long.
const NOT_FOUND: u32 = 5;
const NOT_FOUND_FOR: Duration = Duration::from_secs(300);

/// Where the answers have led.
#[derive(Default)]
pub(super) struct Asking {
    pub(super) course: Course,
    /// The head of the answer that did.
    head: Head,
    /// The film, when that answer was one.
    answer: Option<std::fs::File>,
    /// Whether some answer knew the job.
    is_seen: bool,
    /// How many answers in a row did not know it, and its age at the first of them.
    missing: u32,
    missing_since: Duration,
}

impl Job {
    /// Whether its handle holds all that a poll needs.
    pub(crate) fn can_be_asked(&self) -> bool {
        self.later(Step::Poll, self.handle.saved()).is_ok()
    }

    /// Whether the provider knows the job, however it is; `Err` says why that is not told. It stops no job.
    pub(crate) async fn ask_whether_known(mut self) -> Result<bool, String> {
        self.waiting.never_cancel();
        for _ in 0..=UNKNOWN_AND_UNSEEN {
            match self.progress().await {
                Ok(None) => return Ok(true),
                Ok(Some(_)) if self.asking.is_seen => return Ok(true),
                Ok(Some(_)) => {}
                Err(error) => match error.kind() {
                    ErrorKind::Expired => return Ok(false),
                    ErrorKind::JobFailed(_) | ErrorKind::Cancelled => return Ok(true),
                    _ => return Err(error.message().to_owned()),
                },
            }
        }
        // A last answer that did not know it is one; silence is none.
        if self.asking.missing > 0 { Ok(false) } else { Err(self.last.note.unwrap_or_default()) }
    }

    /// Asks once, and for the film as soon as it is ready; whether the film is there.
    pub(super) async fn poll(&mut self) -> Result<bool> {
        if self.asking.course == Course::Open {
            let (before, was_running) = (self.waiting.looked(), self.waiting.was_running());
            self.ask(Step::Poll, self.known(&Saved::new())).await?;
            let is_done = matches!(self.asking.course, Course::Ready { .. } | Course::Ended(Meaning::Done { .. }));
            if is_done && was_running {
                self.waiting.learn(&self.client, before);
            }
        }
        if let Course::Ready { next, saved, also } = &self.asking.course {
            let (next, saved) = (*next, self.known(saved));
            if next == Step::Download {
                let (call, also) = (self.later(next, &saved)?, also.clone());
                self.film = Some(Video::at_endpoint(self.client.clone(), self.handle.clone(), call, also));
            } else {
                self.ask(next, saved).await?;
            }
        }
        if let Course::Ended(Meaning::Done { films, also }) = &mut self.asking.course {
            let (films, also) = (std::mem::take(films), std::mem::take(also));
            let answer = self.asking.answer.take();
            self.film = Some(Video::new(self.client.clone(), self.handle.clone(), films, answer, also));
        }
        if let Course::Ended(end) = &self.asking.course { self.ended(end) } else { Ok(self.film.is_some()) }
    }

    async fn ask(&mut self, step: Step, saved: Saved) -> Result<()> {
        let call = self.later(step, &saved)?;
        self.turn().await?;
        let provider = self.client.provider();
        let operation = provider.operation(step);
        let may_be_film = operation.and_then(|operation| operation.reply.output.as_ref()?.body.as_ref()).is_some();
        // Network time is real time, whatever clock the waiting is done by.
        let longest = Duration::from_secs(if may_be_film { 900 } else { 60 });
        let left = self.waiting.left(&self.client).clamp(Duration::from_secs(5), longest);
        let is_media = |http: u16, content_type: &str| {
            operation.is_some_and(|operation| wire::is_media(operation, http, content_type))
        };
        let answer = self.client.transport().ask(step, call, provider, left, is_media).await?;
        let Some(Answer { reply, head, film }) = answer else {
            self.troubled("the provider could not be reached", None);
            return Ok(());
        };
        let every_from = provider.poll.as_ref().and_then(|poll| poll.pace.every_from.as_ref());
        let asked_for = head.retry_after.or_else(|| wire::pause(every_from, &reply));
        let meaning = wire::read(provider, step, &reply, &saved);
        let Some(meaning) = self.believed(meaning, &reply) else {
            self.troubled(&format!("http {}: the job is not known there", head.http), asked_for);
            return Ok(());
        };
        match self.asking.course.take(meaning) {
            Some(undecided) => self.take(undecided, &head, asked_for),
            None => {
                self.asking.head = head;
                self.asking.answer = film;
                if matches!(self.asking.course, Course::Ready { .. }) {
                    self.moved(Stage::Running, None, Some(100), None, None);
                }
                Ok(())
            }
        }
    }

    /// What an answer means, unless it is that there is no such job and this may be a mistake.
    fn believed(&mut self, meaning: Meaning, reply: &Reply) -> Option<Meaning> {
        let is_end = match &meaning {
            Meaning::Expired { .. } if reply.http >= 400 => true,
            Meaning::Refused(refusal) if refusal.verdict.kind == Kind::NotFound => false,
            Meaning::Unreadable(_) | Meaning::Refused(_) => return Some(meaning),
            _ => {
                self.asking.is_seen = true;
                self.asking.missing = 0;
                return Some(meaning);
            }
        };
        let age = self.waiting.age(&self.client);
        if self.asking.missing == 0 {
            self.asking.missing_since = age;
        }
        self.asking.missing += 1;
        // An old job has had time to get about.
        let is_old = age > NOT_FOUND_FOR * 2 || self.kept_for() == Some(Duration::ZERO);
        let needed = match (is_end, self.asking.is_seen || is_old) {
            (_, true) if is_end || is_old => UNKNOWN_AFTER_SEEN,
            (true, _) => UNKNOWN_AND_UNSEEN,
            (false, _) => NOT_FOUND,
        };
        let for_so_long = is_end || is_old || age.saturating_sub(self.asking.missing_since) >= NOT_FOUND_FOR;
        if self.asking.missing < needed || !for_so_long {
            return None;
        }
        Some(if is_end { meaning } else { Meaning::Expired { billed: None } })
    }

    /// What the end of the job means for whoever waits for it.
    fn ended(&self, end: &Meaning) -> Result<bool> {
        let id = self.id();
        let error =
            |kind, message, billed| Err(Error::new(kind, message).answered(&self.asking.head).billed_is(billed));
        match end {
            Meaning::Failed { verdict, code, message } => {
                let (kind, why) = (verdict.kind, reason(message.as_deref(), code.as_deref()));
                let bill = match verdict.billed {
                    Some(true) => "; it is billed all the same",
                    Some(false) => "; it is not billed",
                    None => "",
                };
                let failed =
                    Error::new(ErrorKind::JobFailed(kind), format!("the job {id} failed ({kind}): {why}{bill}"));
                Err(failed.answered(&self.asking.head).code_is(code.clone()).billed_is(verdict.billed))
            }
            Meaning::Cancelled { billed } => {
                error(ErrorKind::Cancelled, format!("the job {id} was cancelled"), *billed)
            }
            Meaning::Expired { billed } => {
                let kept = self.client.provider().retention.job.map(Duration::from_millis);
                let kept =
                    kept.map(|kept| format!(", which keeps jobs for {} min", kept.as_secs() / 60)).unwrap_or_default();
                error(ErrorKind::Expired, format!("the job {id} is not known to the provider{kept}"), *billed)
            }
            _ => Ok(self.film.is_some()),
        }
    }

    /// Takes an answer that decides nothing.
    fn take(&mut self, meaning: Meaning, head: &Head, asked_for: Option<Duration>) -> Result<()> {
        match meaning {
            Meaning::Queued { position } => self.moved(Stage::Queued, position, None, None, asked_for),
            Meaning::Running { progress, unknown_word } => {
                let note = unknown_word.map(|word| printable(&format!("it says `{word}`, which is not known")));
                self.moved(Stage::Running, None, progress, note, asked_for);
            }
            // Another key may open the door, so waiting does not help and giving up would lose nothing.
            Meaning::Refused(refusal) if refusal.verdict.kind == Kind::Auth => {
                let why = reason(refusal.message.as_deref(), refusal.code.as_deref());
                let message = format!(
                    "it will not answer for the job {} (auth, http {}): {why}; check the key and resume",
                    self.id(),
                    head.http
                );
                let error = Error::new(ErrorKind::PollRefused(Kind::Auth), message);
                return Err(error.answered(head).code_is(refusal.code));
            }
            Meaning::Refused(refusal) => {
                let why = refusal.message.unwrap_or_else(|| refusal.verdict.kind.to_string());
                let asked_for = asked_for.or(refusal.retry_after);
                if let (Kind::RateLimit, Some(pause)) = (refusal.verdict.kind, asked_for) {
                    self.client.account().hold(crate::pace::bounded(pause));
                }
                self.troubled(&format!("http {}: {why}", head.http), asked_for);
            }
            Meaning::Unreadable(why) => self.troubled(&format!("http {}: {why}", head.http), asked_for),
            // These decide something, so the course has kept them.
            _ => {}
        }
        Ok(())
    }

    fn moved(
        &mut self,
        stage: Stage,
        queue_position: Option<u64>,
        percent: Option<u8>,
        note: Option<String>,
        asked_for: Option<Duration>,
    ) {
        self.waiting.told(&self.client, stage, asked_for);
        tracing::debug!(%stage, percent, note, "a poll told something");
        self.last = Progress {
            stage,
            queue_position,
            percent,
            queued: self.waiting.queued(),
            unreachable: Duration::ZERO,
            note,
            ..self.last.clone()
        };
    }

    /// The last poll told nothing about the job; the job itself is as it was.
    fn troubled(&mut self, why: &str, retry_after: Option<Duration>) {
        self.waiting.troubled(retry_after);
        tracing::warn!(why = printable(why), "a poll told nothing");
        self.last.note = Some(printable(why));
        self.last.unreachable = self.waiting.unreachable(&self.client);
    }
}
