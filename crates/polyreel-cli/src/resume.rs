//! `polyreel resume`: follow a job that was submitted earlier.

use std::path::Path;
use std::sync::Arc;

use polyreel::{Client, Clock, SystemClock};

use crate::arguments::Resume;
use crate::exit::Failure;
use crate::job_file::Kept;
use crate::signals::Signals;
use crate::{connect, job_file, output, provider_file, show, wait};

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
    let own = arguments.spec.as_deref().map(provider_file::read).transpose()?;
    if let Some(own) = own.as_ref().filter(|own| *own.id != *handle.provider()) {
        return Err(Failure::usage(format!("the provider file is about {}, but this is a job of {name}", own.id)));
    }
    let mut known = own.iter().chain(polyreel::all().iter().copied());
    let Some(provider) = known.find(|provider| *provider.id == *handle.provider()) else {
        let failure = Failure::usage(format!("this is a job of {name}, which this program does not know"));
        return Err(failure.hint("name the provider file that it was made with: --spec FILE"));
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let mut builder = Client::builder(provider).clock(clock.clone());
    if let Some(url) = &arguments.base_url {
        builder = builder.base_url(url);
    }
    builder = connect::giving_up(&arguments.giving_up, builder);
    let kept = Kept::new(arguments.job_file.clone(), &handle, arguments.spec.as_deref(), arguments.base_url.as_deref());
    let job_file = Some(kept);
    let fail = |error: polyreel::Error| Failure::from(error).job_file(job_file.clone());
    let builder =
        connect::through(&arguments.connection, builder).map_err(|failure| failure.job_file(job_file.clone()))?;
    let client = builder.from_env().build().map_err(fail)?;
    let job = client.resume(handle).map_err(fail)?;
    show::key_goes_to(&client);
    show::retention(&job, &provider.name);
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
