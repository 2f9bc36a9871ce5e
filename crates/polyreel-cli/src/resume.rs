//! `polyreel resume`: follow a job that was submitted earlier.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use polyreel::{Client, Clock, SystemClock};

use crate::arguments::Resume;
use crate::exit::Failure;
use crate::signals::Signals;
use crate::{job_file, output, wait};

pub(crate) async fn run(arguments: Resume) -> Result<(), Failure> {
    let handle = job_file::read(&arguments.job_file)?;
    let Some(output) = arguments.output.clone().or_else(|| job_file::output_of(&arguments.job_file)) else {
        return Err(Failure::usage(
            "say where to save the film with -o: the job file's name does not end in .job.json",
        ));
    };
    if is_same(&output, &arguments.job_file) {
        return Err(Failure::usage("the film cannot be saved over its own job file; choose another name with -o"));
    }
    output::check(&output, arguments.overwrite)?;
    if handle.is_simulated() {
        let message =
            "this job was simulated and ended with its simulator; nothing was paid, and the file can be deleted";
        return Err(Failure::usage(message));
    }
    let name = polyreel::printable(handle.provider());
    let Some(provider) = polyreel::all().iter().find(|provider| *provider.id == *handle.provider()) else {
        return Err(Failure::usage(format!("this is a job of {name}, which this program does not know")));
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let mut builder = Client::builder(provider).clock(clock.clone());
    if let Some(url) = &arguments.base_url {
        builder = builder.base_url(url);
    }
    if let Some(deadline) = arguments.deadline {
        builder = builder.deadline(Duration::from_secs(deadline));
    }
    let job_file = Some(arguments.job_file.clone());
    let job = builder.from_env().build().and_then(|client| client.resume(handle));
    let job = job.map_err(|error| Failure::from(error).job_file(job_file.clone()))?;
    let task = wait::Task {
        job,
        clock,
        output: &output,
        overwrite: arguments.overwrite,
        job_file,
        provider_name: &provider.name,
        quote: None,
        json: arguments.json,
    };
    wait::finish(task, &mut Signals::listen()).await
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
