//! From the arguments to an order that a store keeps and a worker can send.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use polyreel::{Choice, IfTaken, Provider, Terms};
use polyreel_store::{Candidate, Caps, Filter, NewJob, Order, Owner, Record, State, Worker};

use crate::arguments::{GivingUp, OrderArguments, SpendingArguments};
use crate::choice::{self, Candidates};
use crate::config::Config;
use crate::exit::Failure;
use crate::following::OneJob;
use crate::kept::Kept;
use crate::site::{self, Site};
use crate::{connect, output, provider_file, request, show, store};

/// An order that is in the store and can be sent.
pub(crate) struct Placed {
    pub(crate) site: Site,
    pub(crate) worker: Worker,
    pub(crate) watch: Arc<OneJob>,
    pub(crate) owner: Arc<dyn Owner>,
    pub(crate) record: Record,
    pub(crate) kept: Kept,
}

/// What may be spent, on a request and in a day.
pub(crate) fn caps(spending: &SpendingArguments, config: &Config) -> Result<Caps, Failure> {
    Ok(Caps {
        per_request: choice::amount("--max-cost", spending.max_cost.as_deref())?.or(config.settings.max_cost),
        per_batch: None,
        per_day: choice::amount("--max-per-day", spending.max_per_day.as_deref())?.or(config.settings.max_per_day),
    })
}

/// Chooses who is asked, says so, and puts the order into the store. Sends nothing.
pub(crate) async fn place(
    arguments: &OrderArguments,
    config: &Config,
    giving_up: Option<&GivingUp>,
    overwrite: bool,
) -> Result<Placed, Failure> {
    let folder = config.settings.output_folder.as_deref().unwrap_or(Path::new(""));
    let expected = arguments.output.clone().unwrap_or_else(|| folder.join("film.mp4"));
    output::check(&expected, overwrite || arguments.output.is_none())?;
    arguments.site.check(arguments.who.provider.is_some() || arguments.who.spec.is_some())?;
    let own = arguments.who.spec.as_deref().map(provider_file::read).transpose()?;
    let said = request::said(&arguments.inputs, &arguments.who)?;
    let wished = request::loaded(&said, own.as_ref())?;
    let candidates = Candidates::of(&arguments.who, own.as_ref(), config)?;
    let quotes = candidates.quotes(&wished)?;
    let quotes = choice::payable(quotes, &|provider| arguments.site.mock || connect::has_key(provider, config))?;
    let caps = caps(&arguments.spending, config)?;
    let ceiling = choice::ceiling(&arguments.who)?;
    let terms = Terms { max_price: caps.per_request.into_iter().chain(caps.per_day).min(), assume_price: ceiling };
    let mut way = choice::plan(&candidates.route, &quotes, &terms)?;
    if !candidates.goes_on {
        // Whoever has not said so does not want somebody dearer to be asked.
        way.truncate(1);
    }

    let providers: Vec<&Provider> = way.iter().map(|choice| choice.offer.provider).collect();
    let terms = site::Terms {
        giving_up,
        submit_within: arguments.spending.submit_within.map(Duration::from_secs).unwrap_or_default(),
        longest: way.first().and_then(|choice| choice.offer.longest()),
    };
    let site = Site::open(&providers, &arguments.site, config, &terms).await?;
    for choice in &way {
        if let Some(client) = site.studio.client(&choice.offer.provider.id) {
            wished.request(client, &choice.offer.model.key)?;
        }
    }
    announce(&way, arguments.site.mock);
    site.announce();

    let driver = store::open(&arguments.store, config, arguments.site.mock)?;
    let owned = store::own(&driver).await?;
    let open = driver.list(Filter { open_only: true, ..Filter::default() }).await?;
    let output = unclaimed(arguments.output.as_deref(), config, &open)?;
    let order = Order {
        request: request::anywhere(said, own.as_ref()).to_json(),
        output: Some(output),
        candidates: way.iter().map(|choice| at(choice.into(), &site)).collect(),
    };
    let job = NewJob { id: store::new_id(&*site.clock)?, batch: None, key: None, order };
    let added = driver.add(vec![job], site.clock.wall().into()).await?;
    let Some(record) = added.into_iter().next().map(|added| added.record) else {
        return Err(Failure::usage("the job was not added to the store; nothing was sent"));
    };
    let kept = Kept::new(&record, arguments.who.spec.as_deref(), &arguments.site, &arguments.store);
    let if_taken = if overwrite { IfTaken::Replace } else { IfTaken::SaveBeside };
    let worker = Worker::new(driver, site.studio.clone(), site.clock.clone());
    let watch = Arc::new(OneJob::new(site.clock.clone()));
    let worker = worker.caps(caps).if_taken(if_taken).watch(watch.clone());
    Ok(Placed { site, worker, watch, owner: owned.owner.into(), record, kept })
}

/// The output, if no open job has the same. Whoever repeats a command whose outcome is unknown would pay twice.
fn unclaimed(output: Option<&Path>, config: &Config, open: &[Record]) -> Result<PathBuf, Failure> {
    let claims = |file: &Path| open.iter().find(|record| record.order.output.as_deref() == Some(file));
    // Another film of the same name may be on its way, and one that may be on its way is in question.
    let may_be_repeated = |record: &Record| matches!(record.state, State::Running | State::Succeeded | State::Fetching);
    let folder = config.settings.output_folder.as_deref().unwrap_or(Path::new(""));
    let output = match output {
        Some(output) => absolute(output),
        None => {
            absolute(&output::free(&folder.join("film"), |file| claims(&absolute(file)).is_some_and(may_be_repeated)))
        }
    };
    let Some(record) = claims(&output) else { return Ok(output) };
    let (id, state, shown) = (store::short(record.id), record.state, show::from_here(&output));
    let failure = Failure::usage(format!("job {id} for {} is {state}; nothing was sent", shown.display()));
    let how = if may_be_repeated(record) { format!("wait {id}") } else { format!("reconcile {id}") };
    Err(failure.hint(format!("go on with it: polyreel jobs {how}\n      or choose another name with -o")))
}

/// The candidate as it is reached, if that is not at the provider's own base URL.
pub(crate) fn at(candidate: Candidate, site: &Site) -> Candidate {
    let client = site.studio.client(&candidate.provider).filter(|_| !site.is_simulated);
    let other = client.filter(|client| client.provider().base_url.as_deref() != Some(client.base_url()));
    Candidate { base_url: other.map(|client| client.base_url().to_owned()), ..candidate }
}

fn announce(way: &[Choice<'_, '_>], is_simulated: bool) {
    let Some((first, rest)) = way.split_first() else { return };
    show::about_to_send(first, is_simulated);
    if !rest.is_empty() {
        let name = |choice: &Choice<'_, '_>| {
            format!("{} {} for {}", choice.offer.provider.id, choice.offer.model.key, show::chosen_price(choice))
        };
        let names: Vec<_> = rest.iter().map(name).collect();
        show::progress(&format!("if nothing is created there: {}", names.join(", then ")));
    }
}

/// The same file from any folder.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
