//! A request for one film.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use polyreel_spec::{
    Image, ImageForm, Input, Inputs, Kind, Model, Path, Plan, Quote, Segment, Step, Violation, Warning,
};
use serde_json::Value;
use tracing::Instrument as _;

use crate::image::probe;
use crate::outcome::{Outcome, decide};
use crate::wire::{self, Meaning, Saved};
use crate::{Client, Clock, Error, ErrorKind, Evidence, Job, JobHandle, Result, Video, pace, printable, trace};

/// What to do when nobody can tell whether a job exists.
pub const LOOK_FIRST: &str = "it may have been paid, so look at the provider's dashboard before sending it again";

const STOPPED: &str = "it was stopped before anything was sent";

/// A request for one film: a model and its inputs. The generated crates wrap it in types.
#[derive(Clone)]
pub struct Request {
    client: Client,
    model: String,
    inputs: Inputs,
    extra: Vec<(String, Value)>,
    stop: Arc<AtomicBool>,
    before: Option<BeforeSending>,
}

type Kept = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type BeforeSending = Arc<dyn Fn(Evidence) -> Kept + Send + Sync>;

impl Request {
    pub(crate) fn new(client: Client, model: &str) -> Self {
        Self {
            client,
            model: model.to_owned(),
            inputs: Inputs::new(),
            extra: Vec::new(),
            stop: Arc::default(),
            before: None,
        }
    }

    /// Sets an input. Whether the model takes it is checked by [`Request::submit`], before anything is sent.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Input>) -> Self {
        self.inputs.insert(name.to_owned(), value.into());
        self
    }

    /// Sends a field that is newer than the provider file, at a path in the body. It may not touch a field that the
    /// file knows.
    #[must_use]
    pub fn extra(mut self, path: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.push((path.into(), value.into()));
        self
    }

    /// Sends nothing any more once this is true: not while it waits for its turn, and not again. What was sent by then is
    /// waited for.
    #[must_use]
    pub fn stop_when(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = stop;
        self
    }

    /// Does this when it is the request's turn, right before anything is sent, each time it is sent: for example, writes down
    /// that the outcome is unknown from now on. If that fails nothing is sent, and the error is [`ErrorKind::NotSent`].
    #[must_use]
    pub fn before_sending<F, R>(mut self, keep: F) -> Self
    where
        F: Fn(Evidence) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.before = Some(Arc::new(move |evidence| Box::pin(keep(evidence))));
        self
    }

    /// What it costs, as far as it is known. Sends nothing.
    pub fn quote(&self) -> Quote {
        match self.client.model(&self.model) {
            Some(model) => self.client.provider().quote(model, &self.inputs),
            None => Quote { price: None, assumed: None },
        }
    }

    /// Inputs that would be sent without effect. Sends nothing.
    pub fn warnings(&self) -> Vec<Warning> {
        let model = self.client.model(&self.model);
        model.map(|model| self.client.provider().warnings(model, &self.inputs)).unwrap_or_default()
    }

    /// Checks the request without sending it.
    ///
    /// # Errors
    ///
    /// Every input that the model does not take, in one error.
    pub fn check(&self) -> Result<()> {
        self.checked().map(|_| ())
    }

    /// The create as it would be sent, without the key. Sends nothing.
    ///
    /// # Errors
    ///
    /// Every input that the model does not take, and a picture that has to be uploaded first.
    pub fn create_call(&self) -> Result<wire::Call> {
        let (model, extra) = self.checked()?;
        let provider = self.client.provider();
        let plan = provider.plan(model, &self.inputs);
        let mut files = self.inputs.iter().filter(|(_, input)| matches!(input, Input::Image(Image::Bytes(_))));
        if let Some((name, _)) = files.find(|(name, _)| is_uploaded_first(&plan, name)) {
            let message = format!("{name}: {} takes files by an upload of their own, before the create", provider.name);
            return Err(Error::invalid_input(message).provider_is(&provider.id).during(Step::Create));
        }
        Ok(wire::create(provider, model, &self.inputs, &extra))
    }

    /// Sends the request, **once**, or until it is taken, see [`ClientBuilder::submit_within`](crate::ClientBuilder::submit_within):
    /// no answer that leaves open whether the job exists is ever followed by a second one. This is the only call that
    /// spends money.
    ///
    /// Where the provider limits calls or jobs, this waits until there may be one more, for as long as that takes. Until
    /// then nothing is sent, and whoever drops the future has spent nothing; whoever drops it later does not know whether
    /// the job exists.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] and [`ErrorKind::NotSent`]: nothing was sent. [`ErrorKind::Refused`]: nothing was
    /// created. [`ErrorKind::OutcomeUnknown`]: the job may exist and may have been paid; look before sending again, or
    /// let [`Client::reconcile`] ask with the error's [`Error::evidence`].
    pub async fn submit(self) -> Result<Job> {
        let span = trace::submit(self.client.provider(), &self.model);
        let submitted = self.send().instrument(span.clone()).await;
        match &submitted {
            Ok(job) => span.record("polyreel.job.id", printable(job.id())),
            Err(error) => span.record("error.type", error.kind().name()),
        };
        submitted
    }

    async fn send(self) -> Result<Job> {
        let (model, extra) = self.checked()?;
        let provider = self.client.provider();
        let about = |error: Error| error.provider_is(&provider.id).during(Step::Create);
        let inputs = self.uploaded(model).await?;
        let plan = provider.plan(model, &inputs);
        let call = wire::create(provider, model, &inputs, &extra);
        let path = match &call.target {
            wire::Target::Path(path) | wire::Target::Url(path) => path.clone(),
        };
        let latency = provider.latency(model, &inputs);
        let usual = if wire::is_synchronous(&plan) {
            let times = latency.map(|(short, long)| (Duration::from_millis(short), Duration::from_millis(long)));
            // Longer than making a connection may take.
            self.client.deadline().unwrap_or_else(|| pace::deadline(times)).max(Duration::from_secs(20))
        } else {
            Duration::from_secs(120)
        };
        let within = self.client.answer_within().unwrap_or(usual);
        let is_media = |http: u16, content_type: &str| wire::is_media(plan.operation(), http, content_type);
        let longest = latency.map(|(_, longest)| Duration::from_millis(longest));
        let (clock, account) = (self.client.clock(), self.client.account());
        let (mut tries, mut place, mut until) = (0, None, None::<Duration>);
        let mut refused: Option<Error> = None;
        let handle = |sent_at: SystemTime, saved: Saved| {
            let base = self.client.base_url();
            let handle = JobHandle::new(&provider.id, &model.key, base, sent_at, latency, saved).created_at(&path);
            if self.client.is_simulated() { handle.simulated() } else { handle }
        };
        let evidence = |sent_at: SystemTime, named: Saved| {
            Evidence::new(handle(sent_at, named), fingerprint(&call))
                .reference_is(reference(&inputs))
                .balance_was(account.known_balance())
        };
        let (sent_at, exchange, outcome, place) = loop {
            let mut taken = self.client.turn_to_create(place.take(), longest).await;
            // Waiting for the first turn is not sending again.
            let until = *until.get_or_insert_with(|| clock.now().saturating_add(self.client.submit_within()));
            if self.stop.load(Ordering::SeqCst) || tries > 0 && clock.now() > until {
                return Err(refused.unwrap_or_else(|| about(Error::new(ErrorKind::NotSent, STOPPED))));
            }
            let sent_at = clock.wall();
            if let Some(before) = &self.before
                && let Err(why) = self.written_down(before, evidence(sent_at, Saved::new())).await
            {
                return Err(about(Error::new(ErrorKind::NotSent, why)));
            }
            taken.may_hold_a_job();
            let exchange = match self.client.transport().create(call.clone(), provider, within, is_media).await {
                Ok(exchange) => exchange,
                Err(error) => {
                    taken.free();
                    return Err(about(error));
                }
            };
            let outcome = decide(&plan, &exchange.sent);
            let Outcome::NotProcessed(refusal) = &outcome else { break (sent_at, exchange, outcome, taken) };
            let asked_for = exchange.head.retry_after.or(refusal.retry_after);
            if let (Kind::RateLimit, Some(pause)) = (refusal.verdict.kind, asked_for) {
                account.hold(pace::bounded(pause));
            }
            let pause = pace::again(tries, asked_for);
            if clock.now().saturating_add(pause) > until {
                break (sent_at, exchange, outcome, taken);
            }
            refused = Some(about(Error::refused(refusal, &exchange.head)));
            taken.holds_no_job();
            if self.is_stopped_within(clock, pause).await {
                break (sent_at, exchange, outcome, taken);
            }
            place = Some(taken);
            tries += 1;
        };
        let head = exchange.head;
        let unknown = |why: &str, named: Saved| {
            tracing::warn!("the outcome is unknown");
            let message = format!("it is unknown whether the job was created: {why}; {LOOK_FIRST}");
            let evidence = evidence(sent_at, named).request_id_is(head.request_id.clone());
            Err(about(Error::new(ErrorKind::OutcomeUnknown, message).answered(&head).evidence_is(evidence)))
        };
        if !matches!(outcome, Outcome::Accepted(_) | Outcome::Unknown { .. }) {
            place.free();
        }
        match outcome {
            Outcome::Accepted(saved) => {
                let handle = handle(sent_at, saved).request_id_is(head.request_id.clone());
                place.is_of(handle.id());
                Ok(Job::new(self.client.clone(), handle, Some(place)))
            }
            Outcome::Done { meaning: Meaning::Done { films, also }, saved } => {
                let handle = handle(sent_at, saved).request_id_is(head.request_id.clone());
                let video = Video::new(self.client.clone(), handle.clone(), films, exchange.film, also);
                Ok(Job::done(self.client.clone(), handle, video))
            }
            Outcome::NotSent => {
                Err(about(Error::new(ErrorKind::NotSent, "no connection could be made; nothing was sent")))
            }
            Outcome::Rejected(refusal) | Outcome::NotProcessed(refusal) => Err(about(Error::refused(&refusal, &head))),
            Outcome::Done { saved: named, .. } => unknown("the answer makes no sense", named),
            Outcome::Unknown { why, named } => unknown(&why, named),
        }
    }

    /// Has it written down that it is about to be sent, which may take so long that it is stopped meanwhile.
    async fn written_down(&self, before: &BeforeSending, evidence: Evidence) -> Result<(), String> {
        before(evidence).await.map_err(|why| format!("{why}; nothing was sent"))?;
        if self.stop.load(Ordering::SeqCst) { Err(STOPPED.to_owned()) } else { Ok(()) }
    }

    /// Waits so long before it is sent again, or until it is stopped.
    async fn is_stopped_within(&self, clock: &dyn Clock, pause: Duration) -> bool {
        tracing::info!(pause_s = pause.as_secs(), "refused as one of too many; it is sent again");
        let until = clock.now().saturating_add(pause);
        while !self.stop.load(Ordering::SeqCst) {
            match until.saturating_sub(clock.now()) {
                Duration::ZERO => return false,
                // Somebody who wants it stopped waits no longer than this.
                left => clock.sleep(left.min(Duration::from_secs(1))).await,
            }
        }
        true
    }

    /// The inputs after every file that is uploaded first was uploaded. An upload spends nothing and may be repeated.
    async fn uploaded(&self, model: &Model) -> Result<Inputs> {
        let provider = self.client.provider();
        let about = |error: Error| error.provider_is(&provider.id).during(Step::Upload);
        let mut inputs = self.inputs.clone();
        let plan = provider.plan(model, &self.inputs);
        for (name, input) in inputs.iter_mut().filter(|(name, _)| is_uploaded_first(&plan, name)) {
            let Input::Image(Image::Bytes(bytes)) = &*input else { continue };
            let call = wire::upload(provider, name, bytes).map_err(|why| about(Error::configuration(why)))?;
            let answer = self.client.follow(Step::Upload, call, Duration::from_secs(120)).await.map_err(about)?;
            let paths = provider.upload.as_ref().map(|upload| &*upload.id).unwrap_or_default();
            match answer {
                Some((reply, _)) if reply.http < 300 && wire::first_text(&reply, paths).is_some() => {
                    let id = wire::first_text(&reply, paths).unwrap_or_default();
                    *input = Input::Image(Image::Url(id));
                }
                Some((reply, head)) => {
                    let refusal = wire::read_refusal(provider, Step::Upload, &reply);
                    return Err(about(Error::refused(&refusal, &head)));
                }
                None => {
                    let message = format!("the upload of {name} was not answered; nothing was created");
                    return Err(about(Error::new(ErrorKind::NotSent, message)));
                }
            }
        }
        Ok(inputs)
    }

    fn checked(&self) -> Result<(&Model, Vec<(Path, Value)>)> {
        let provider = self.client.provider();
        let Some(model) = self.client.model(&self.model) else {
            let known: Vec<_> = provider.models.iter().map(|model| &*model.key).collect();
            let message = format!("there is no model {}; there are {}", self.model, known.join(", "));
            return Err(Error::invalid_input(message).provider_is(&provider.id));
        };
        let mut violations = provider.check(model, &self.inputs, &probe);
        let mut extra = Vec::new();
        for (place, value) in &self.extra {
            match self.extra_path(place) {
                Ok(path) => extra.push((path, value.clone())),
                Err(message) => violations.push(Violation { field: place.clone(), rule: "extra", message }),
            }
        }
        if violations.is_empty() {
            return Ok((model, extra));
        }
        let all: Vec<_> = violations.iter().map(Violation::to_string).collect();
        Err(Error::invalid_input(all.join("; "))
            .provider_is(&provider.id)
            .during(Step::Create)
            .violations_are(violations))
    }

    fn extra_path(&self, place: &str) -> Result<Path, String> {
        let provider = self.client.provider();
        let read_only = |segment: &Segment| matches!(segment, Segment::Each | Segment::Json | Segment::Header(_));
        let writable = |path: &Path| !path.segments.iter().any(read_only);
        let path =
            Path::parse(place).filter(writable).ok_or_else(|| "is not a path like `a.b` or `a[0].b`".to_owned())?;
        let Some(model) = self.client.model(&self.model) else { return Ok(path) };
        let plan = provider.plan(model, &self.inputs);
        let fields = plan.fields().map(|field| (&*field.name, &field.at));
        let constants = plan.operation().body.iter().chain(&model.body).map(|constant| ("a constant", &constant.at));
        let clash = fields.chain(constants).find(|(_, at)| path.collides(at));
        match clash {
            Some((name, _)) => Err(format!("would overwrite {name}, which the provider file knows; set that instead")),
            None => Ok(path),
        }
    }
}

/// Shows the model and the inputs; pictures as their size.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("model", &self.model).field("inputs", &self.inputs).finish_non_exhaustive()
    }
}

/// Whether a file for this input is handed over by a call of its own.
fn is_uploaded_first(plan: &Plan<'_>, name: &str) -> bool {
    let image = plan.field(name).and_then(|field| field.image.as_ref());
    image.is_some_and(|image| image.accepts.contains(&ImageForm::Upload))
}

/// The caller's own word for the request, where the provider takes one.
fn reference(inputs: &Inputs) -> Option<String> {
    match inputs.get("reference")? {
        Input::Value(value) => Some(value.to_string()),
        Input::Image(_) => None,
    }
}

/// Equal for equal requests, and says nothing about what is in them: the beginning of a SHA-256.
fn fingerprint(call: &wire::Call) -> String {
    use ring::digest::{Context, SHA256};
    let mut digest = Context::new(&SHA256);
    let mut part = |bytes: &[u8]| {
        digest.update(&bytes.len().to_be_bytes());
        digest.update(bytes);
    };
    part(call.method.name().as_bytes());
    match &call.target {
        wire::Target::Path(path) => part(path.as_bytes()),
        wire::Target::Url(url) => part(url.as_bytes()),
    }
    for (name, value) in call.query.iter().chain(&call.headers) {
        part(name.as_bytes());
        part(value.as_bytes());
    }
    match &call.body {
        wire::Body::Empty => {}
        wire::Body::Json(document) => part(document.to_string().as_bytes()),
        wire::Body::Form(pairs) => {
            for (name, value) in pairs {
                part(name.as_bytes());
                part(value.as_bytes());
            }
        }
        wire::Body::Multipart(parts) => {
            for (name, content) in parts {
                part(name.as_bytes());
                match content {
                    wire::Part::Text(text) => part(text.as_bytes()),
                    wire::Part::File { bytes, .. } => part(bytes),
                }
            }
        }
    }
    let digest = digest.finish();
    let head = digest.as_ref().first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(head))
}
