//! `polyreel generate`: submit, wait, save. And `polyreel submit`, which only does the first.

use std::time::Duration;

use polyreel::Provider;

use polyreel_store::State;

use crate::arguments::{Generate, Submit};
use crate::config::Config;
use crate::exit::Failure;
use crate::following::{self, Task};
use crate::ordering::{self, Placed};
use crate::signals::Signals;
use crate::{outcome, show, submitting};

/// `polyreel generate`.
pub(crate) async fn run(arguments: Generate, config: &Config) -> Result<(), Failure> {
    let order = ordering::place(&arguments.order, config, Some(&arguments.giving_up), arguments.overwrite);
    let placed = Box::pin(order).await?;
    let mut signals = Signals::listen();
    let (submitted, is_heard) = submitting::submit(&placed, &mut signals).await?;
    // Whoever waits to send is let in.
    let Placed { site, worker, watch, owner, kept, .. } = placed;
    drop(owner);
    let provider = submitted.record.candidate().and_then(|candidate| site.studio.client(&candidate.provider));
    let provider_name = provider.map_or("", |client| &client.provider().name);
    if let Some(job) = &submitted.job {
        following::announce(job, &kept, provider_name);
        // What came with the answer is nowhere else, so it is saved all the same.
        if is_heard && job.is_resumable() {
            return Err(following::interrupted(&submitted.record, true, &kept));
        }
    }
    let task =
        Task { worker: &worker, watch: &watch, clock: &site.clock, kept: &kept, provider_name, json: arguments.json };
    following::finish(task, submitted.record, submitted.job, &mut signals).await
}

/// `polyreel submit`: prints the name of the job on stdout, and ends.
pub(crate) async fn submit(arguments: Submit, config: &Config) -> Result<(), Failure> {
    if arguments.order.site.mock {
        let failure = Failure::usage("a simulated job ends with its simulator, so submit cannot simulate");
        return Err(failure.hint("use `generate --mock`, or submit to a server: polyreel mock"));
    }
    let placed = Box::pin(ordering::place(&arguments.order, config, None, false)).await?;
    let mut signals = Signals::listen();
    let (submitted, _) = submitting::submit(&placed, &mut signals).await?;
    let record = submitted.record;
    if record.state != State::Running {
        let failure = outcome::failure(&record, &placed.kept);
        return failure.map_or(Ok(()), Err);
    }
    if let Some(job) = &submitted.job {
        let client = placed.site.studio.client(job.handle().provider());
        following::announce(job, &placed.kept, client.map_or("", |client| &client.provider().name));
        if let Some(client) = client {
            show::progress(&kept_for(client.provider()));
        }
        if !job.is_resumable() {
            show::progress("waiting for the film, since it cannot be asked for later");
            let clock = &placed.site.clock;
            let (kept, worker, watch) = (&placed.kept, &placed.worker, &*placed.watch);
            let name = client.map_or("", |client| &client.provider().name);
            let task = Task { worker, watch, clock, kept, provider_name: name, json: arguments.json };
            return following::finish(task, record, submitted.job, &mut signals).await;
        }
    }
    if arguments.json {
        show::data(&outcome::to_json(&record).to_string());
    } else {
        show::data(&record.id.to_string());
    }
    Ok(())
}

/// How long what was submitted can be asked for.
fn kept_for(provider: &Provider) -> String {
    let (name, retention) = (&provider.name, &provider.retention);
    let time = |kept: Option<u64>| kept.map(|kept| show::span(Duration::from_millis(kept)));
    match (time(retention.job), time(retention.output)) {
        (Some(job), Some(film)) => format!("{name} keeps the job for {job}, and its film for {film}"),
        (Some(job), None) => format!("{name} keeps the job for {job}, and does not say how long its film"),
        (None, Some(film)) => format!("{name} keeps the film for {film}, and does not say how long the job"),
        (None, None) => format!("{name} does not say how long it keeps the job and its film, so fetch it soon"),
    }
}
