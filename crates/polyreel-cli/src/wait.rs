//! Following a job to its film, and the film to its file.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polyreel::{Clock, IfTaken, Job, JobHandle, Quote, Video};

use crate::exit::{Exit, Failure};
use crate::job_file::Kept;
use crate::show::{self, Also, Bar, Made};
use crate::signals::Signals;

/// A job on its way into a file.
pub(crate) struct Task<'a> {
    pub(crate) job: Job,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) output: &'a Path,
    pub(crate) overwrite: bool,
    /// Where the job's handle is kept until the film is saved.
    pub(crate) job_file: Option<Kept>,
    pub(crate) provider_name: &'a str,
    /// What it cost; a resumed job does not know.
    pub(crate) quote: Option<&'a Quote>,
    pub(crate) json: bool,
}

/// Waits for the film, saves it, says so, and lets the job file go. Every failure leaves the job file where it is.
pub(crate) async fn finish(task: Task<'_>, signals: &mut Signals) -> Result<(), Failure> {
    let handle = task.job.handle().clone();
    let resumable = task.job.is_resumable();
    let (clock, output) = (task.clock.clone(), task.output);
    let if_taken = if task.overwrite { IfTaken::Replace } else { IfTaken::SaveBeside };
    let is_made = Cell::new(false);
    let result = tokio::select! {
        result = to_files(task.job, clock.clone(), output, if_taken, &is_made) => result,
        () = signals.next() => Err(interrupted(&handle, resumable, is_made.get())),
    };
    let (files, also) = result.map_err(|failure| Failure { resumable, ..failure.job_file(task.job_file.clone()) })?;
    let first = files.first().map_or(output, PathBuf::as_path);
    if let Some(kept) = task.job_file.filter(|kept| !files.contains(&kept.file)) {
        let _ = std::fs::remove_file(kept.file);
    }
    if first != output {
        show::progress(&format!("{} was taken while waiting; the film is saved beside it", output.display()));
    }
    let took = clock.wall().duration_since(handle.submitted_at()).unwrap_or_default();
    show::made(
        &Made {
            files: &files,
            also: &also,
            handle: &handle,
            provider_name: task.provider_name,
            quote: task.quote,
            took,
        },
        task.json,
    );
    Ok(())
}

async fn to_files(
    job: Job,
    clock: Arc<dyn Clock>,
    output: &Path,
    if_taken: IfTaken,
    is_made: &Cell<bool>,
) -> Result<(Vec<PathBuf>, Also), Failure> {
    let bar = Bar::start(&job, clock);
    let film = follow(job, &bar).await;
    bar.finish();
    let film = film?;
    is_made.set(true);
    let mut files = Vec::new();
    for (number, film) in film.each().iter().enumerate() {
        // Only the first film may replace the user's file, or the second would replace the first.
        let if_taken = if number == 0 { if_taken } else { IfTaken::SaveBeside };
        files.push(film.save_as(output, if_taken).await?);
    }
    Ok((files, film.also().clone()))
}

async fn follow(mut job: Job, bar: &Bar) -> Result<Video, Failure> {
    while let Some(progress) = job.progress().await? {
        bar.update(&progress);
    }
    Ok(job.await?)
}

/// The job goes on without us, or is done already.
pub(crate) fn interrupted(handle: &JobHandle, resumable: bool, is_made: bool) -> Failure {
    let message = if handle.is_simulated() {
        "interrupted; the simulated job ended with its simulator, and nothing was paid"
    } else if resumable && is_made {
        "interrupted; the film is made and not saved yet"
    } else if resumable {
        "interrupted; the job goes on"
    } else {
        "interrupted; the film came with the answer and cannot be asked for again, though it may be paid"
    };
    Failure { resumable, exit: Exit::Interrupted, message: message.to_owned(), ..Failure::usage("") }
}
