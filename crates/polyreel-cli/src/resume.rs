//! `polyreel resume`: follow a job that was submitted earlier.

use std::path::Path;
use std::sync::Arc;

use polyreel::{Client, Clock, Evidence, Job, Reconciled, SystemClock};

use crate::arguments::Resume;
use crate::exit::{Exit, Failure};
use crate::job_file::{Kept, Left};
use crate::signals::Signals;
use crate::{connect, job_file, output, provider_file, show, wait};

pub(crate) async fn run(arguments: Resume) -> Result<(), Failure> {
    let left = job_file::read(&arguments.job_file)?;
    let Some(output) = arguments.output.clone().or_else(|| job_file::output_of(&arguments.job_file)) else {
        return Err(Failure::usage(
            "say where to save the film with -o: the job file's name does not end in .job.json",
        ));
    };
    if is_same(&output, &arguments.job_file) {
        return Err(Failure::usage("the film cannot be saved over its own job file; choose another name with -o"));
    }
    output::check(&output, arguments.overwrite)?;
    let (provider_id, is_simulated) = match &left {
        Left::Job(handle) => (handle.provider(), handle.is_simulated()),
        Left::Unknown(evidence) => (evidence.provider(), evidence.is_simulated()),
    };
    if is_simulated {
        let message =
            "this job was simulated and ended with its simulator; nothing was paid, and the file can be deleted";
        return Err(Failure::usage(message));
    }
    let name = polyreel::printable(provider_id);
    let own = arguments.spec.as_deref().map(provider_file::read).transpose()?;
    if let Some(own) = own.as_ref().filter(|own| *own.id != *provider_id) {
        return Err(Failure::usage(format!("the provider file is about {}, but this is a job of {name}", own.id)));
    }
    let mut known = own.iter().chain(polyreel::all().iter().copied());
    let Some(provider) = known.find(|provider| *provider.id == *provider_id) else {
        let failure = Failure::usage(format!("this is a job of {name}, which this program does not know"));
        return Err(failure.hint("name the provider file that it was made with: --spec FILE"));
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let mut builder = Client::builder(provider).clock(clock.clone());
    if let Some(url) = &arguments.base_url {
        builder = builder.base_url(url);
    }
    builder = connect::giving_up(&arguments.giving_up, builder);
    let (spec, base_url) = (arguments.spec.as_deref(), arguments.base_url.as_deref());
    let kept = Kept::new(arguments.job_file.clone(), false, spec, base_url, &arguments.connection);
    let job_file = Some(kept.clone());
    let fail = |error: polyreel::Error| Failure::from(error).job_file(job_file.clone());
    let builder =
        connect::through(&arguments.connection, builder).map_err(|failure| failure.job_file(job_file.clone()))?;
    let client = builder.from_env().build().map_err(fail)?;
    let job = match left {
        Left::Job(handle) => {
            let job = client.resume(handle).map_err(fail)?;
            show::key_goes_to(&client);
            job
        }
        Left::Unknown(evidence) => {
            show::key_goes_to(&client);
            found(&client, &evidence, &kept).await?
        }
    };
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

/// The job of a create of unknown outcome, if the provider knows it; from then on the file keeps it.
async fn found(client: &Client, evidence: &Evidence, kept: &Kept) -> Result<Job, Failure> {
    let fail = |exit, message: String| Failure { exit, message, ..Failure::usage("") }.job_file(Some(kept.clone()));
    let reconciled =
        client.reconcile(evidence).await.map_err(|error| Failure::from(error).job_file(Some(kept.clone())))?;
    match reconciled {
        Reconciled::Found(job) => {
            if let Err(error) = kept.found(job.handle()) {
                show::progress(&format!("warning: the job that was found cannot be written to its file: {error}"));
            }
            show::progress(&format!("the job exists: {}", polyreel::printable(job.id())));
            Ok(job)
        }
        Reconciled::NotFound => {
            let message = "the provider finds no such job, and has had time to: delete the job file to send it again";
            Err(fail(Exit::Refused, message.to_owned()))
        }
        Reconciled::CannotTell { why, balance } => {
            let balance = match balance {
                (Some(then), Some(now)) => format!("; the account held {then} before and holds {now}"),
                (None, Some(now)) => format!("; the account holds {now}"),
                _ => String::new(),
            };
            let message =
                format!("it is unknown whether the job was created: {why}{balance}; {}", polyreel::LOOK_FIRST);
            Err(fail(Exit::Unknown, polyreel::printable(&message)))
        }
        _ => Err(fail(Exit::Unknown, "it is unknown whether the job was created".to_owned())),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
