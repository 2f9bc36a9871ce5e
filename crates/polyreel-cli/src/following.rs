//! Following one job to its film.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use polyreel::{Clock, Job, Progress};
use polyreel_store::{JobId, Record, State, Watch, Worker};

use crate::exit::{Exit, Failure};
use crate::kept::Kept;
use crate::outcome;
use crate::show::{self, Bar, Made};
use crate::signals::Signals;

/// Shows one job on stderr: that it was accepted, then how far it is.
pub(crate) struct OneJob {
    bar: OnceLock<Bar>,
    clock: Arc<dyn Clock>,
}

impl OneJob {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { bar: OnceLock::new(), clock }
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish();
        }
    }
}

impl Watch for OneJob {
    fn changed(&self, record: &Record) {
        // Refused there, so somebody else is asked now.
        if let (State::Queued, Some(why), Some(next)) = (record.state, &record.note, record.candidate()) {
            show::progress(&format!("{why}; now {} {} is asked", next.provider, next.model));
        }
    }

    fn progressed(&self, _: JobId, progress: &Progress) {
        self.bar.get_or_init(|| Bar::start(progress, self.clock.clone())).update(progress);
    }
}

/// Says that a job was accepted, and how to go on with it should this program end.
pub(crate) fn announce(job: &Job, kept: &Kept, provider_name: &str) {
    let id = polyreel::printable(job.id());
    if kept.is_simulated {
        show::progress(&format!("job {id} accepted"));
    } else if job.is_resumable() {
        show::progress(&format!("job {id} accepted; if this is interrupted: {}", kept.command("wait")));
    } else {
        show::progress(&format!("job {id} accepted; its film came with the answer and cannot be asked for again"));
    }
    show::retention(job.kept_for(), provider_name);
}

/// Who follows a job, and what is said at the end.
pub(crate) struct Task<'a> {
    pub(crate) worker: &'a Worker,
    pub(crate) watch: &'a OneJob,
    pub(crate) clock: &'a Arc<dyn Clock>,
    pub(crate) kept: &'a Kept,
    pub(crate) provider_name: &'a str,
    pub(crate) json: bool,
}

/// Waits for the film, has it saved, and says so.
pub(crate) async fn finish(
    task: Task<'_>,
    record: Record,
    job: Option<Job>,
    signals: &mut Signals,
) -> Result<(), Failure> {
    let resumable = job.as_ref().is_none_or(Job::is_resumable);
    let id = record.id;
    let outcome = tokio::select! {
        outcome = Box::pin(task.worker.follow(record.clone(), job)) => Some(outcome),
        () = signals.next() => None,
    };
    task.watch.finish();
    let failure = match outcome {
        Some(Ok(record)) => match outcome::failure(&record, task.kept) {
            None => return made(&task, &record),
            Some(failure) => failure,
        },
        Some(Err(error)) => outcome::stopped(error, &latest(task.worker, id, record).await, task.kept),
        None => interrupted(&latest(task.worker, id, record).await, resumable, task.kept),
    };
    Err(Failure { resumable, ..failure })
}

/// The job as the store has it; as it was if the store does not tell.
async fn latest(worker: &Worker, id: JobId, record: Record) -> Record {
    worker.driver().get(id).await.ok().flatten().unwrap_or(record)
}

/// The job goes on without us, or is done already.
pub(crate) fn interrupted(record: &Record, resumable: bool, kept: &Kept) -> Failure {
    let is_made = matches!(record.state, State::Succeeded | State::Fetching);
    let message = if kept.is_simulated {
        "interrupted; the simulated job ended with its simulator, and nothing was paid"
    } else if resumable && is_made {
        "interrupted; the film is made and not saved yet"
    } else if resumable {
        "interrupted; the job goes on"
    } else {
        "interrupted; the film came with the answer and cannot be asked for again, though it may be paid"
    };
    Failure { resumable, exit: Exit::Interrupted, ..Failure::usage(message) }.of(record, kept)
}

fn made(task: &Task<'_>, record: &Record) -> Result<(), Failure> {
    let Some(handle) = outcome::handle(record) else {
        return Err(Failure::usage("the job is done, but its handle cannot be read").of(record, task.kept));
    };
    let files: Vec<PathBuf> = record.files.iter().map(|file| show::from_here(&file.path)).collect();
    let output = record.order.output.as_deref().map(show::from_here);
    if let Some(output) = output.filter(|output| !files.contains(output)) {
        show::progress(&format!("{} was taken while waiting; the film is saved beside it", output.display()));
    }
    let took = task.clock.wall().duration_since(handle.submitted_at()).unwrap_or(Duration::ZERO);
    show::made(&Made { files: &files, record, handle: &handle, provider_name: task.provider_name, took }, task.json);
    Ok(())
}

/// A moment of the store as the system tells it.
pub(crate) fn moment(at: polyreel_store::Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(at.0)
}
