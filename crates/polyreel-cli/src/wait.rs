//! Following a job to its film.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use polyreel::{Clock, IfTaken, Job, Video};

use crate::exit::{Exit, Failure};
use crate::show::Bar;
use crate::signals::Signals;

/// Waits for the film and saves it. Every failure leaves the job's handle where it is.
pub(crate) async fn to_film(
    job: Job,
    clock: Arc<dyn Clock>,
    output: &Path,
    overwrite: bool,
    signals: &mut Signals,
) -> Result<(Video, PathBuf, Duration), Failure> {
    let begun = clock.now();
    let bar = Bar::start(&job, clock.clone());
    let waited = tokio::select! {
        result = follow(job, &bar) => result,
        () = signals.next() => Err(interrupted()),
    };
    bar.finish();
    let video = waited?;
    let took = clock.now().saturating_sub(begun);
    let if_taken = if overwrite { IfTaken::Replace } else { IfTaken::SaveBeside };
    let saved = tokio::select! {
        result = video.save_as(output, if_taken) => result.map_err(Failure::from),
        () = signals.next() => Err(interrupted()),
    };
    Ok((video, saved?, took))
}

async fn follow(mut job: Job, bar: &Bar) -> Result<Video, Failure> {
    while let Some(progress) = job.progress().await? {
        bar.update(&progress);
    }
    Ok(job.await?)
}

fn interrupted() -> Failure {
    Failure { exit: Exit::Interrupted, message: "interrupted; the job goes on".to_owned(), hint: None, job_file: None }
}
