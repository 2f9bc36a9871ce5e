//! From an order to a job at a provider. The only place that spends money.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use polyreel::spec::Kind;
use polyreel::{Client, Error, ErrorKind, Evidence, Job, VideoRequest, printable};
use serde_json::Value;

use super::{Result, WorkError, Worker};
use crate::machine::{Action, Event, next};
use crate::{Candidate, Owner, Record, State, StoreError};

/// What came of submitting a job.
#[derive(Debug)]
pub struct Submitted {
    /// The job as it stands: running, unknown, failed, or still queued because sending was stopped.
    pub record: Record,
    /// The job at its provider, if there is one. It holds what the provider allows at once, and the film if that came with
    /// the answer, so follow this very job.
    pub job: Option<Job>,
}

/// How often it is tried to write down what the provider said, when the store is busy. Each waits for half a minute.
const MOST_TRIES: u32 = 20;

impl Worker {
    /// Reserves the price of a queued job and sends it: to its first candidate, and to the next one only if nothing was
    /// created. **Spends money.** A job that does not wait to be sent is left as it is.
    ///
    /// That it may have been sent is on disk before anything is sent, and the job at the provider is before this returns.
    /// Whoever drops the future leaves the job unknown if it was on its way.
    ///
    /// # Errors
    ///
    /// When a cap is in the way, the store cannot be written, or there is no client: nothing was sent.
    pub async fn submit(&self, owner: &Arc<dyn Owner>, mut record: Record) -> Result<Submitted> {
        loop {
            if self.is_stopped() {
                return Ok(Submitted { record, job: None });
            }
            match next(&record) {
                Action::Reserve => {
                    record = self.past_closed(&**owner, record).await?;
                    // What cannot be sent is not reserved.
                    if let Err(why) = self.request(&record)? {
                        let why = why.to_string();
                        record = self.apply_as(&**owner, &record, Event::Withdrawn { why }).await?;
                        return Ok(Submitted { record, job: None });
                    }
                    record = owner.reserve(record.id, record.fence, self.0.caps, self.now()).await?;
                    self.0.watch.changed(&record);
                }
                Action::Send => {
                    let submitted = self.send(owner, record).await?;
                    if submitted.record.state != State::Queued {
                        return Ok(submitted);
                    }
                    record = submitted.record;
                }
                _ => return Ok(Submitted { record, job: None }),
            }
        }
    }

    /// Whether a job could be sent to its first candidate: there is a client for it, at the base URL that it is meant for,
    /// and the model takes the request. Sends nothing.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub fn can_send(&self, record: &Record) -> Result<()> {
        self.request(&Record { candidate: 0, ..record.clone() })??;
        Ok(())
    }

    /// The job without candidates that would refuse it as they refused others: for the key, or for want of money. Whoever sends
    /// a thousand rows does not want to be refused a thousand times.
    ///
    /// # Errors
    ///
    /// When nobody else is left. The job stays queued.
    async fn past_closed(&self, owner: &dyn Owner, record: Record) -> Result<Record> {
        let said = |candidate: &Candidate| self.closed().get(&candidate.provider).cloned();
        let Some(why) = record.candidate().and_then(said) else { return Ok(record) };
        let left = record.order.candidates.iter().skip(record.candidate);
        let candidates: Vec<_> = left.filter(|candidate| said(candidate).is_none()).cloned().collect();
        if candidates.is_empty() {
            let why = format!("not sent, since an earlier one was refused: {why}");
            return Err(Error::configuration(why).into());
        }
        self.apply_as(owner, &record, Event::Amended { candidates }).await
    }

    /// The client and the request of a job's candidate; the inner error is what is wrong with the request.
    fn request(&self, record: &Record) -> Result<std::result::Result<polyreel::Request, Error>> {
        let Some(candidate) = record.candidate() else {
            return Err(Error::configuration(format!("job {} has nobody to be sent to", record.id)).into());
        };
        let client = self.client(&candidate.provider)?;
        if let Some(base_url) = candidate.base_url.as_deref().filter(|url| *url != client.base_url()) {
            let here = client.base_url();
            let why = format!("the job was meant for {base_url}, but this client talks to {here}; nothing was sent");
            return Err(Error::configuration(why).into());
        }
        let read = || {
            let wished = VideoRequest::from_json(&record.order.request)?;
            let wished = wished.load_pictures(Path::new(""), [client.provider()])?;
            wished.request(client, &candidate.model)
        };
        Ok(read())
    }

    pub(super) fn client(&self, provider: &str) -> Result<&Client> {
        let unknown = || Error::configuration(format!("there is no client for {provider}; set its key"));
        self.0.studio.client(provider).ok_or_else(|| unknown().into())
    }

    async fn send(&self, owner: &Arc<dyn Owner>, ready: Record) -> Result<Submitted> {
        let request = match self.request(&ready)? {
            Ok(request) => request,
            Err(why) => {
                let record = self.apply_as(&**owner, &ready, Event::Withdrawn { why: why.to_string() }).await?;
                return Ok(Submitted { record, job: None });
            }
        };
        let intent = Arc::new(Intent::default());
        let before = {
            let (worker, owner, ready, intent) = (self.clone(), owner.clone(), ready.clone(), intent.clone());
            move |evidence: Evidence| {
                let (worker, owner, ready, intent) = (worker.clone(), owner.clone(), ready.clone(), intent.clone());
                async move { intent.write(&worker, &*owner, &ready, &evidence).await }
            }
        };
        let sending = request.before_sending(before).stop_when(self.0.stop.clone()).submit();
        let Some(answer) = self.unless_stopped_before(&intent, sending).await else {
            // It waited for its turn.
            return Ok(Submitted { record: ready, job: None });
        };
        let Some(sending) = intent.take()? else {
            // Nothing was sent, and nothing was written down but the reservation.
            return match answer {
                Ok(_) => Err(Error::configuration("a request was sent before it was written down").into()),
                Err(error) if error.kind() == ErrorKind::NotSent => Ok(Submitted { record: ready, job: None }),
                Err(error) => {
                    let record = self.apply_as(&**owner, &ready, Event::Withdrawn { why: error.to_string() }).await?;
                    Ok(Submitted { record, job: None })
                }
            };
        };
        if let Err(error) = &answer
            && let ErrorKind::Refused(Kind::Auth | Kind::Balance) = error.kind()
            && let Some(candidate) = sending.candidate()
        {
            self.closed().insert(candidate.provider.clone(), error.to_string());
        }
        let event = self.meaning(&answer);
        // What the provider said is not let go because another program holds the store for long.
        let mut tries = 1;
        let applied = loop {
            match self.apply_as(&**owner, &sending, event.clone()).await {
                Err(WorkError::Store(StoreError::Busy { .. })) if tries < MOST_TRIES => tries += 1,
                applied => break applied,
            }
        };
        match (applied, answer) {
            // Nobody will know the job's name but whoever reads this.
            (Err(WorkError::Store(error @ (StoreError::Failed { .. } | StoreError::Busy { .. }))), Ok(job)) => {
                let (name, id) = (&self.client_of(&sending)?.provider().name, printable(job.id()));
                let why = format!("{name} has accepted it as job {id}, which is to be adopted later: {error}");
                Err(Error::configuration(why).into())
            }
            (applied, answer) => Ok(Submitted { record: applied?, job: answer.ok() }),
        }
    }

    /// The answer, or `None` if nothing is to be sent any more and nobody has begun to write down that something may have been.
    async fn unless_stopped_before<T>(&self, intent: &Intent, answer: impl Future<Output = T>) -> Option<T> {
        let mut answer = std::pin::pin!(answer);
        loop {
            // Registered before the flag is read, so that no stop slips in between.
            let stopped = self.0.stopped.notified();
            let mut stopped = std::pin::pin!(stopped);
            stopped.as_mut().enable();
            if self.is_stopped() {
                // What waits for its turn is let go; it is not polled here, so it cannot begin meanwhile.
                return if intent.has_begun() { Some(answer.await) } else { None };
            }
            tokio::select! {
                answer = &mut answer => return Some(answer),
                () = stopped => {}
            }
        }
    }

    /// What the answer to a create means for its job. What is not surely something else is unclear.
    fn meaning(&self, answer: &polyreel::Result<Job>) -> Event {
        let error = match answer {
            Ok(job) => {
                let kept_until = self.until(job.kept_for());
                return Event::Accepted { handle: json(&job.handle().to_json()), kept_until };
            }
            Err(error) => error,
        };
        let why = error.to_string();
        match error.kind() {
            ErrorKind::Refused(kind) => Event::Refused { why, kind: kind.to_string() },
            ErrorKind::NotSent if self.is_stopped() => Event::NotSent { why },
            ErrorKind::NotSent => Event::Unreachable { why },
            _ => {
                let evidence = error.evidence().map(|evidence| json(&evidence.to_json()));
                Event::Unclear { why, evidence, ask_from: None }
            }
        }
    }
}

/// Opaque to the store, an object to whoever wrote it.
pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// That a job is about to be sent, once it is written down.
#[derive(Default)]
struct Intent {
    written: Mutex<Option<Result<Record, StoreError>>>,
    has_begun: AtomicBool,
}

impl Intent {
    async fn write(
        &self,
        worker: &Worker,
        owner: &dyn Owner,
        ready: &Record,
        evidence: &Evidence,
    ) -> std::result::Result<(), String> {
        // Sent again after it was refused as one of too many: it is on disk already that it may have been received.
        if self.written.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(());
        }
        self.has_begun.store(true, Ordering::SeqCst);
        let event = Event::Sending { evidence: Some(json(&evidence.to_json())) };
        let written = worker.apply_as(owner, ready, event).await;
        let told = written.as_ref().map(|_| ()).map_err(ToString::to_string);
        let kept = written.map_err(|error| match error {
            WorkError::Store(error) => error,
            WorkError::Provider(_) => StoreError::NotFound(ready.id),
        });
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        told
    }

    fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::SeqCst)
    }

    /// The job as it was written down, `None` if it was not, since it never came to that.
    fn take(&self) -> Result<Option<Record>, StoreError> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).take().transpose()
    }
}
