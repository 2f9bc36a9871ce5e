//! `polyreel jobs`: what was sent, and what becomes of it.

mod list;
mod settle;
mod wait;

use std::collections::BTreeSet;
use std::time::Duration;

use polyreel::Provider;
use polyreel_store::{Driver, Record, Timestamp};

use crate::arguments::{GivingUp, Jobs, JobsCommand, Reach};
use crate::config::Config;
use crate::exit::Failure;
use crate::kept::Kept;
use crate::site::{Site, Terms};
use crate::{provider_file, show, store};

pub(crate) async fn run(jobs: Jobs, config: &Config) -> Result<(), Failure> {
    match jobs.command {
        None => list::list(&jobs.list, config).await,
        Some(JobsCommand::List(arguments)) => list::list(&arguments, config).await,
        Some(JobsCommand::Show(arguments)) => list::show(&arguments, config).await,
        Some(JobsCommand::Wait(arguments)) => wait::wait(*arguments, config).await,
        Some(JobsCommand::Resubmit(arguments)) => wait::resubmit(*arguments, config).await,
        Some(JobsCommand::Cancel(arguments)) => settle::cancel(&arguments, config).await,
        Some(JobsCommand::Reconcile(arguments)) => settle::reconcile(&arguments, config).await,
        Some(JobsCommand::Adopt(arguments)) => settle::adopt(&arguments, config).await,
        Some(JobsCommand::Abandon(arguments)) => settle::abandon(&arguments, config).await,
        Some(JobsCommand::Forget(arguments)) => settle::forget(&arguments, config).await,
    }
}

/// A user's own provider file, if one is named.
fn own(reach: &Reach) -> Result<Option<Provider>, Failure> {
    if reach.site.mock {
        return Err(Failure::usage(
            "simulated jobs end with their simulator and are kept nowhere, so --mock has no jobs",
        ));
    }
    reach.spec.as_deref().map(provider_file::read).transpose()
}

/// Clients for the providers of these jobs; for all who may be asked in turn, if they are to be sent.
async fn open(
    records: &[Record],
    reach: &Reach,
    config: &Config,
    own: Option<&Provider>,
    giving_up: Option<&GivingUp>,
    submit_within: Option<Duration>,
) -> Result<Site, Failure> {
    let of = |record: &'_ Record| match submit_within {
        Some(_) => record.order.candidates.clone(),
        None => record.candidate().cloned().into_iter().collect(),
    };
    let named: BTreeSet<String> = records.iter().flat_map(of).map(|candidate| candidate.provider).collect();
    let known: Vec<&Provider> = polyreel::all().iter().copied().chain(own).collect();
    let find = |id: &String| {
        let provider = known.iter().copied().find(|provider| *provider.id == **id);
        provider.ok_or_else(|| {
            let failure = Failure::usage(format!(
                "there are jobs of {}, which this program does not know",
                polyreel::printable(id)
            ));
            failure.hint("name the provider file that they were made with: --spec FILE")
        })
    };
    let providers = named.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let site = Site::open(
        &providers,
        &reach.site,
        config,
        &Terms { giving_up, submit_within: submit_within.unwrap_or_default(), longest: None },
    )
    .await?;
    let without = providers.iter().find(|provider| site.studio.client(&provider.id).is_none());
    if let Some(provider) = without {
        let keys = provider.auth.env().join(" and ");
        return Err(Failure::usage(format!("no key is set for {}, so its jobs cannot be asked for", provider.name))
            .hint(format!("set {keys}")));
    }
    site.announce();
    Ok(site)
}

/// The jobs of these names.
async fn named(driver: &dyn Driver, names: &[String]) -> Result<Vec<Record>, Failure> {
    let mut records = Vec::new();
    for name in names {
        let record = store::find(driver, name).await?;
        if records.iter().all(|other: &Record| other.id != record.id) {
            records.push(record);
        }
    }
    Ok(records)
}

/// Settles what programs that have ended left open, unless another one is sending: then it has done so.
async fn recover(driver: &dyn Driver, now: Timestamp) -> Result<(), Failure> {
    match driver.own(now).await {
        Ok(owned) => {
            store::report(&owned.recovered);
            Ok(())
        }
        Err(polyreel_store::StoreError::Owned { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn kept(record: &Record, reach: &Reach) -> Kept {
    Kept::new(record, reach.spec.as_deref(), &reach.site, &reach.store)
}

/// How a job stands, on stdout.
fn tell(record: &Record, json: bool) {
    if json {
        show::data(&crate::outcome::to_json(record).to_string());
    } else {
        let note = record.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
        show::data(&format!("{} {}{}", store::short(record.id), record.state, polyreel::printable(&note)));
    }
}
