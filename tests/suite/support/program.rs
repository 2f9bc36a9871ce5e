//! A program that walks as a careful user would have it walk.

use std::collections::BTreeMap;
use std::time::Duration;

use polyreel::mock::{Break, FaultPlan, How};
use polyreel::{Client, ErrorKind, Job, JobHandle};
use polyreel_spec::{Model, State, Step as Call};

use super::film_request_to;
use super::studio::Studio;
use super::walk::{Step, bearable};
use super::watch::{Film, Hand, Told};

/// Who is told the same so often in a row, by one process after the other, believes it: no fault that passes lasts so long.
const BELIEVED: u32 = 8;

/// More rounds than any film needs.
const MOST_ROUNDS: u32 = 100;

/// And whoever is told for so long that it goes on: no job that ends takes so long.
const LONGEST_JOB: Duration = Duration::from_secs(3 * 3600);

/// How long one waits at most, and at least, until one asks for a job again.
const PAUSES: [Duration; 2] = [Duration::from_secs(1200), Duration::from_secs(30)];

/// The longest that anybody waits to send again what was refused.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// A create that came to nothing, and may be sent again.
struct Refused {
    number: usize,
    plan: FaultPlan,
    wait: Duration,
}

/// What was done, by name.
pub(crate) type Tally = BTreeMap<&'static str, u64>;

/// One walk as it goes.
pub(crate) struct Program<'s> {
    pub(super) studio: &'s Studio,
    model: &'s Model,
    /// It does not wait long, so on a busy machine it may miss a good answer as well; that costs no money.
    pub(crate) is_hasty: bool,
    /// The process that is used now.
    process: usize,
    /// How many films were asked for.
    asked: usize,
    pub(crate) submits: usize,
    refused: Option<Refused>,
    pub(crate) films: Vec<Film>,
    /// The jobs of creates that were refused: of a call that is the work itself, when the work failed.
    pub(crate) refused_jobs: Vec<String>,
    pub(crate) tally: Tally,
}

impl<'s> Program<'s> {
    pub(crate) fn new(studio: &'s Studio, model: usize, steps: &[Step]) -> Self {
        let is_silent = |step: &Step| match step {
            Step::Submit(plan) => {
                let mut faults = bearable(plan, &studio.provider).faults.into_iter();
                faults.any(|fault| matches!(fault.how, How::Break(Break::Stall | Break::Drip)))
            }
            _ => false,
        };
        Self {
            studio,
            model: &studio.provider.models[model],
            is_hasty: steps.iter().any(is_silent),
            process: 0,
            asked: 0,
            submits: 0,
            refused: None,
            films: Vec::new(),
            refused_jobs: Vec::new(),
            tally: Tally::new(),
        }
    }

    pub(crate) fn expect(&self, holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
        if holds { Ok(()) } else { Err(format!("{} {}: {}", self.studio.provider.id, self.model.key, what())) }
    }

    pub(crate) fn provider_id(&self) -> &str {
        &self.studio.provider.id
    }

    pub(super) fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    fn client(&self) -> &'s Client {
        let processes = if self.is_hasty { &self.studio.hasty } else { &self.studio.patient };
        &processes[self.process]
    }

    /// Which film a step is about, if there is any.
    fn film(&self, number: usize) -> Option<usize> {
        number.checked_rem(self.films.len())
    }

    pub(crate) async fn take(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Submit(plan) => {
                self.asked += 1;
                return self.submit(self.asked, bearable(plan, &self.studio.provider)).await;
            }
            Step::SubmitAgain => {
                let Some(Refused { number, plan, wait }) = self.refused.take() else { return Ok(()) };
                self.studio.server.clock().advance(wait);
                self.count("sent again");
                return self.submit(number, plan).await;
            }
            Step::Pass(time) => self.studio.server.clock().advance(*time),
            Step::Poll(number, _)
            | Step::Drop(number)
            | Step::Resume(number)
            | Step::Cancel(number)
            | Step::Follow(number, _)
            | Step::Await(number)
            | Step::Fetch(number) => {
                if let Some(at) = self.film(*number) {
                    return self.take_about(step, at).await;
                }
            }
        }
        Ok(())
    }

    async fn take_about(&mut self, step: &Step, at: usize) -> Result<(), String> {
        match step {
            Step::Poll(_, times) => self.poll(at, *times).await,
            Step::Drop(_) => {
                // What nobody can resume is not let go.
                if self.films[at].is_resumable {
                    self.films[at].hand = Hand::Nothing;
                }
                Ok(())
            }
            Step::Resume(_) => self.resume(at),
            Step::Cancel(_) => self.cancel(at).await,
            Step::Follow(_, times) => self.follow(at, *times).await,
            Step::Await(_) => self.wait(at).await,
            _ => self.fetch(at).await,
        }
    }

    /// Sends one create; films of every other number are twice as long, so that one is not taken for the other.
    async fn submit(&mut self, number: usize, plan: FaultPlan) -> Result<(), String> {
        let (studio, seconds) = (self.studio, if number.is_multiple_of(2) { 10 } else { 5 });
        let prompt = format!("Cat {number}. {}", plan.token());
        let request = film_request_to(self.client(), &studio.provider, self.model, &prompt);
        self.count("submits");
        self.submits += 1;
        self.refused = None;
        let submitted = request.set("duration", seconds).submit().await;
        let create =
            studio.look(|world| world.requests().pop().cloned()).filter(|last| last.step == Some(Call::Create));
        let (job, fault) = create.map_or((None, None), |create| (create.job, create.fault));
        match submitted {
            Ok(own) => {
                self.count("accepted");
                let is_twin = plan.faults.iter().any(|fault| fault.how == How::Twin);
                let film = Film::new(own.handle(), own.is_resumable(), job, plan, seconds);
                self.films.push(Film { is_astray: fault.is_some() || is_twin, hand: Hand::Job(Box::new(own)), ..film });
                Ok(())
            }
            Err(error) => {
                self.expect(!error.is_retryable() || !error.is_ambiguous(), || {
                    format!("send it again or not? {error}")
                })?;
                // Whoever names a job all the same is asked about it.
                self.films
                    .extend(error.job().map(|handle| Film::new(handle, true, job.clone(), plan.clone(), seconds)));
                match error.kind() {
                    ErrorKind::OutcomeUnknown => self.count("unknown"),
                    ErrorKind::Refused(_) => {
                        self.count("refused");
                        self.refused_jobs.extend(job);
                        let wait = error.retry_after().unwrap_or(Duration::from_secs(60));
                        let may_help = error.is_retryable() && wait <= LONGEST_WAIT;
                        self.refused = may_help.then_some(Refused { number, plan, wait });
                    }
                    kind => self.expect(false, || format!("a create that was sent is {kind:?}: {error}"))?,
                }
                Ok(())
            }
        }
    }

    /// Another process reads the handle. `None` where nobody can ask for the job, which the error says.
    fn resumed(&mut self, at: usize) -> Result<Option<Job>, String> {
        self.process = 1 - self.process;
        let Film { handle, is_resumable, .. } = &self.films[at];
        let read = JobHandle::from_json(&handle.to_json()).unwrap();
        self.expect(read == *handle, || format!("{handle:?} is read as {read:?}"))?;
        match self.client().resume(read) {
            Ok(job) => {
                self.count("resumed");
                Ok(Some(job))
            }
            Err(error) => {
                let is_honest = !is_resumable && error.job() == Some(handle);
                self.expect(is_honest, || format!("{handle:?} is not resumed: {error}"))?;
                Ok(None)
            }
        }
    }

    fn resume(&mut self, at: usize) -> Result<(), String> {
        if let Some(job) = self.resumed(at)? {
            self.films[at].hand = Hand::Job(Box::new(job));
        }
        Ok(())
    }

    async fn poll(&mut self, at: usize, times: usize) -> Result<(), String> {
        for _ in 0..times {
            let Hand::Job(job) = &mut self.films[at].hand else { return Ok(()) };
            match job.progress().await {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(()),
                Err(error) => return self.told(at, &error),
            }
        }
        Ok(())
    }

    async fn cancel(&mut self, at: usize) -> Result<(), String> {
        let Hand::Job(job) = &self.films[at].hand else { return Ok(()) };
        match job.cancel().await {
            Ok(_) => {
                self.count("cancelled");
                let last = self.last(at);
                let is_excused = self.films[at].is_astray || last.is_some_and(|last| last.fault.is_some());
                let is_so = self.state(at) == Some(State::Cancelled);
                self.expect(is_so || is_excused, || "a job that is said to be stopped goes on".to_owned())
            }
            Err(error) => {
                let is_about_it = matches!(error.kind(), ErrorKind::NotCancelled(_) | ErrorKind::Configuration);
                let is_kept = error.job() == Some(&self.films[at].handle);
                self.expect(is_about_it && is_kept, || format!("it cannot be stopped: {error:?}"))
            }
        }
    }

    async fn follow(&mut self, at: usize, times: usize) -> Result<(), String> {
        let mut followers = Vec::new();
        for _ in 0..2 {
            followers.extend(self.resumed(at)?);
        }
        for _ in 0..times {
            let mut going = Vec::new();
            for mut job in followers {
                match job.progress().await {
                    Ok(Some(_)) => going.push(job),
                    Ok(None) => match job.await.unwrap().bytes().await {
                        Ok(bytes) => self.arrived(at, bytes)?,
                        Err(error) => self.told(at, &error)?,
                    },
                    Err(error) => self.told(at, &error)?,
                }
            }
            followers = going;
        }
        self.count("followed");
        Ok(())
    }

    async fn wait(&mut self, at: usize) -> Result<(), String> {
        if matches!(self.films[at].hand, Hand::Nothing) {
            self.resume(at)?;
        }
        match std::mem::replace(&mut self.films[at].hand, Hand::Nothing) {
            Hand::Job(job) => match (*job).await {
                Ok(video) => {
                    let is_same = *video.handle() == self.films[at].handle;
                    self.films[at].hand = Hand::Video(Box::new(video));
                    self.expect(is_same, || "a video is of another job".to_owned())
                }
                Err(error) => self.told(at, &error),
            },
            other => {
                self.films[at].hand = other;
                Ok(())
            }
        }
    }

    async fn fetch(&mut self, at: usize) -> Result<(), String> {
        self.wait(at).await?;
        let Hand::Video(video) = &self.films[at].hand else { return Ok(()) };
        match video.bytes().await {
            Ok(bytes) => self.arrived(at, bytes),
            Err(error) => self.told(at, &error),
        }
    }

    /// Whether a user would give up now.
    fn believes(&self, told: Told) -> bool {
        let waited = self.studio.server.clock().now().saturating_sub(told.since);
        told.times >= BELIEVED && (told.kind != ErrorKind::WaitTimeout || waited > LONGEST_JOB)
    }

    /// Whether a film is not here and may still be had.
    fn is_open(&self, film: &Film) -> bool {
        let is_in_reach = film.is_resumable || !matches!(film.hand, Hand::Nothing);
        film.bytes.is_none() && is_in_reach && !film.told.is_some_and(|told| self.believes(told))
    }

    /// Resumes every film once, and on until it is here, or until the provider has said often enough that it will not be.
    pub(crate) async fn finish(&mut self) -> Result<(), String> {
        let [longest, shortest] = PAUSES;
        self.films.iter_mut().for_each(|film| film.told = None);
        for round in 0..MOST_ROUNDS {
            // Also those that are here already, once more.
            let is_asked = |at: &usize| round == 0 || self.is_open(&self.films[*at]);
            let open: Vec<_> = (0..self.films.len()).filter(is_asked).collect();
            if open.is_empty() {
                return Ok(());
            }
            let mut pause = longest;
            for at in open {
                if self.films[at].is_resumable {
                    self.resume(at)?;
                }
                if let Hand::Job(job) = &self.films[at].hand {
                    // Some times before the provider forgets it.
                    let kept = job.kept_for().filter(|kept| !kept.is_zero());
                    pause = kept.map_or(pause, |kept| pause.min(kept / 4)).max(shortest);
                }
                self.fetch(at).await?;
            }
            self.studio.server.clock().advance(pause);
        }
        self.expect(false, || "there is no end".to_owned())
    }
}
