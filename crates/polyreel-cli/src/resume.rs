//! `polyreel resume`: follow a job that was submitted earlier.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use polyreel::{Client, Clock, JobHandle, SystemClock};

use crate::arguments::Resume;
use crate::exit::Failure;
use crate::signals::Signals;
use crate::{job_file, show, wait};

/// The largest handle that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

pub(crate) async fn run(arguments: Resume) -> Result<(), Failure> {
    let handle = read(&arguments.job_file)?;
    let Some(output) = arguments.output.clone().or_else(|| job_file::output_of(&arguments.job_file)) else {
        return Err(Failure::usage(
            "say where to save the film with -o: the job file's name does not end in .job.json",
        ));
    };
    if output.exists() && !arguments.overwrite {
        let failure = Failure::usage(format!("{} exists already", output.display()));
        return Err(failure.hint("choose another name with -o, or replace it with --overwrite"));
    }
    let name = polyreel::printable(handle.provider());
    let Some(provider) = polyreel::all().iter().find(|provider| *provider.id == *handle.provider()) else {
        return Err(Failure::usage(format!("this is a job of {name}, which this program does not know")));
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let mut builder = Client::builder(provider).clock(clock.clone());
    if let Some(deadline) = arguments.deadline {
        builder = builder.deadline(Duration::from_secs(deadline));
    }
    let kept = Some(arguments.job_file.clone());
    let job = match builder.from_env().build().and_then(|client| client.resume(handle.clone())) {
        Ok(job) => job,
        Err(error) => {
            let failure = Failure::from(error).job_file(kept);
            let simulated = handle.base_url().starts_with("http://");
            return Err(if simulated {
                let hint = "this job was simulated on this machine; if that mock server has ended, nothing was paid and the file can be deleted";
                failure.hint(hint)
            } else {
                failure
            });
        }
    };
    let mut signals = Signals::listen();
    let result = wait::to_film(job, clock, &output, arguments.overwrite, &mut signals).await;
    let (_, file, waited) = result.map_err(|failure| failure.job_file(kept))?;
    let _ = std::fs::remove_file(&arguments.job_file);
    let made = show::Made {
        file: &file,
        handle: &handle,
        provider_name: &provider.name,
        quote: None,
        simulated: false,
        waited,
    };
    show::made(&made, arguments.json);
    Ok(())
}

fn read(path: &Path) -> Result<JobHandle, Failure> {
    let fail = |error: std::io::Error| Failure::usage(format!("cannot read {}: {error}", path.display()));
    if std::fs::metadata(path).map_err(fail)?.len() > LARGEST {
        return Err(Failure::usage(format!("{} is too large for a job file", path.display())));
    }
    let text = std::fs::read_to_string(path).map_err(fail)?;
    JobHandle::from_json(&text).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}
