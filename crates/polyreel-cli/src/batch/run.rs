//! A batch from its file to its films.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use polyreel::Provider;
use polyreel::spec::{Amount, Money};
use polyreel_store::machine::Event;
use polyreel_store::{
    Caps, Driver, Ended, Filter, JobId, NewJob, Order, Owner, Record, State, StoreError, Timestamp, WorkError, Worker,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::page::{self, Row};
use super::plan::{self, Plan, Step};
use super::{fields, quote, rows};
use crate::arguments::Batch;
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::many::{self, Crowd, Toll};
use crate::report::{self, Outcome, Report};
use crate::signals::Signals;
use crate::site::{Site, Terms};
use crate::{choice, ordering, outcome, output, provider_file, show, store};

/// How long a row is sent again that was refused as one of too many, when nobody says otherwise.
const SUBMIT_WITHIN: Duration = Duration::from_secs(600);

pub(crate) async fn run(arguments: Batch, config: &Config) -> Result<(), Failure> {
    arguments.site.check(arguments.who.provider.is_some() || arguments.who.spec.is_some())?;
    let own = arguments.who.spec.as_deref().map(provider_file::read).transpose()?;
    let providers: Vec<&Provider> = polyreel::all().iter().copied().chain(own.as_ref()).collect();
    let rows = rows::read(&arguments.file, &fields::known(&providers)).map_err(|problems| {
        let what = provider_file::plural(problems.count(), "problem");
        let failure = Failure::usage(format!("the batch file has {what}; nothing was sent"));
        failure.hint(problems.to_string().replace('\n', "\n      "))
    })?;
    let batch = name(&arguments);
    let caps = Caps {
        per_batch: choice::amount("--max-spend", arguments.max_spend.as_deref())?,
        ..ordering::caps(&arguments.spending, config)?
    };
    let driver = store::open(&arguments.store, config, arguments.site.mock)?;
    if arguments.dry_run {
        let known = driver.list(of(&batch)).await?;
        let plan = plan::plan(rows, &arguments, config, own.as_ref(), &batch, known)?;
        quote::announce(&plan);
        let show = if arguments.json { quote::lines } else { quote::table };
        show(&plan);
        return Ok(());
    }
    let owner: Arc<dyn Owner> = store::own(&driver).await?.owner.into();
    let known = driver.list(of(&batch)).await?;
    let plan = plan::plan(rows, &arguments, config, own.as_ref(), &batch, known)?;
    quote::announce(&plan);
    warn_of(caps.per_batch, &plan);
    let folder = ordering::absolute(&plan::folder(&arguments));
    make_folders(&folder, &plan)?;
    let page = arguments.report.as_deref().map_or_else(|| folder.join("report.html"), ordering::absolute);
    output::check_page(&page, "html")?;
    let asked = asked(&plan, &providers);
    let terms = Terms {
        giving_up: Some(&arguments.giving_up),
        submit_within: arguments.spending.submit_within.map_or(SUBMIT_WITHIN, Duration::from_secs),
        longest: longest(&plan),
    };
    let site = Site::open(&asked, &arguments.site, config, &terms).await?;
    site.announce();
    let began = site.clock.wall().into();
    let shelf = Shelf { driver: &driver, owner: &owner, site: &site, batch: &batch };
    let rows = shelf.place(plan).await?;
    let worker = Worker::new(driver.clone(), site.studio.clone(), site.clock.clone()).caps(caps);
    let work = Work { worker, owner: owner.clone(), at_once: arguments.concurrency, json: arguments.json };
    let rows = work.off(rows, &site).await;
    let report = page::report(&batch, page.parent().unwrap_or(Path::new("")), began, site.clock.wall().into(), &rows);
    write(&page, &report::html(&report))?;
    for row in rows.iter().filter(|row| row.outcome != Outcome::Saved) {
        tell_beside(row);
    }
    finish(&arguments, &page, &report, &rows, work.worker.is_stopped())
}

/// The jobs of a batch. The row of one that is forgotten is not sent again either.
fn of(batch: &str) -> Filter {
    Filter { batch: Some(batch.to_owned()), forgotten_too: true, ..Filter::default() }
}

fn name(arguments: &Batch) -> String {
    arguments.name.clone().unwrap_or_else(|| {
        let full = std::fs::canonicalize(&arguments.file).unwrap_or_else(|_| ordering::absolute(&arguments.file));
        full.to_string_lossy().into_owned()
    })
}

fn warn_of(cap: Option<Amount>, plan: &Plan) {
    if let Some(amount) = cap {
        let cap = Money { amount, currency: "USD".into() };
        show::progress(&format!(
            "note: rows are sent as long as all of them together cost no more than {cap}: their sum is {}",
            quote::total(plan)
        ));
    }
}

/// Makes the folders of all films that are to be sent. What cannot be written is not paid for.
fn make_folders(folder: &Path, plan: &Plan) -> Result<(), Failure> {
    let films = plan.rows.iter().filter(|planned| matches!(planned.step, Step::Send(..)));
    let of_films = films.filter_map(|planned| planned.output.parent());
    for folder in std::iter::once(folder).chain(of_films).collect::<BTreeSet<_>>() {
        let made = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
        made.map_err(|error| {
            Failure::usage(format!("cannot write in the folder {}: {error}; nothing was sent", folder.display()))
        })?;
    }
    Ok(())
}

/// Everybody who may be asked.
fn asked<'p>(plan: &Plan, providers: &[&'p Provider]) -> Vec<&'p Provider> {
    let is_asked = |provider: &&&Provider| {
        plan.rows.iter().any(|planned| match &planned.step {
            Step::Leave(record) if record.state != State::Unknown => false,
            Step::Leave(record) | Step::Follow(record) => {
                record.candidate().is_some_and(|one| one.provider == *provider.id)
            }
            Step::Send(candidates, _) => candidates.iter().any(|one| one.provider == *provider.id),
        })
    };
    providers.iter().filter(is_asked).copied().collect()
}

fn longest(plan: &Plan) -> Option<Duration> {
    let times = plan.rows.iter().filter_map(|planned| match &planned.step {
        Step::Send(candidates, _) => candidates.first()?.latency_ms,
        _ => None,
    });
    times.map(|(_, longest)| Duration::from_millis(longest)).max()
}

/// Where the rows are put.
struct Shelf<'a> {
    driver: &'a Arc<dyn Driver>,
    owner: &'a Arc<dyn Owner>,
    site: &'a Site,
    batch: &'a str,
}

impl Shelf<'_> {
    /// Puts every row into the store that is not there yet, and gives what is to be sent again a new attempt.
    async fn place(&self, plan: Plan) -> Result<Vec<(String, Record)>, Failure> {
        let now = || Timestamp::from(self.site.clock.wall());
        let (mut placed, mut new, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for planned in plan.rows {
            let shown = planned.row.id.clone().unwrap_or_else(|| file_name(&planned.output));
            match planned.step {
                Step::Leave(record) | Step::Follow(record) => placed.push((shown, *record)),
                Step::Send(candidates, Some(record)) => {
                    let candidates = candidates.into_iter().map(|one| ordering::at(one, self.site)).collect();
                    placed.push((shown, self.again(*record, candidates, now()).await?));
                }
                Step::Send(candidates, None) => {
                    let candidates = candidates.into_iter().map(|one| ordering::at(one, self.site)).collect();
                    let request = planned.request.to_json();
                    let order = Order { request, output: Some(planned.output), candidates };
                    let id = store::new_id(&*self.site.clock)?;
                    new.push(NewJob { id, batch: Some(self.batch.to_owned()), key: Some(planned.key), order });
                    names.push(shown);
                }
            }
        }
        let added = self.driver.add(new, now()).await?;
        placed.extend(names.into_iter().zip(added.into_iter().map(|added| added.record)));
        Ok(placed)
    }

    async fn again(
        &self,
        record: Record,
        candidates: Vec<polyreel_store::Candidate>,
        now: Timestamp,
    ) -> Result<Record, Failure> {
        let mut record = record;
        if record.state == State::Ready {
            return Ok(record);
        }
        if record.state != State::Queued {
            record = self.owner.apply(record.id, record.fence, Event::Resubmitted, now).await?;
        }
        // A row that waits for a higher cap is not written anew by every run.
        if record.candidate == 0 && record.order.candidates == candidates {
            return Ok(record);
        }
        Ok(self.owner.apply(record.id, record.fence, Event::Amended { candidates }, now).await?)
    }
}

/// How rows are worked on.
struct Work {
    worker: Worker,
    owner: Arc<dyn Owner>,
    at_once: u32,
    json: bool,
}

impl Work {
    async fn off(&self, rows: Vec<(String, Record)>, site: &Site) -> Vec<Row> {
        let mut signals = Signals::listen();
        let mut ended: HashMap<JobId, Ended> = HashMap::new();
        let to_do = rows.iter().map(|(_, record)| record.clone()).filter(is_open).collect();
        self.on(to_do, site, &mut signals, &mut ended).await;
        let mut latest = Vec::new();
        for (_, record) in &rows {
            match ended.get(&record.id) {
                Some(ended) => latest.push(ended.record.clone()),
                // Not begun, or left where it was.
                None => latest.push(self.worker.driver().get(record.id).await.ok().flatten().unwrap_or(record.clone())),
            }
        }
        let found = tokio::select! {
            found = self.reconciled(&mut latest) => found,
            () = signals.next() => {
                self.worker.stop();
                Vec::new()
            }
        };
        self.on(found, site, &mut signals, &mut ended).await;
        let mut done = Vec::new();
        for ((id, _), record) in rows.into_iter().zip(latest) {
            let row = match ended.remove(&record.id) {
                Some(ended) if ended.record.fence >= record.fence => row(id, ended.record, ended.error.as_ref()),
                _ => row(id, record, None),
            };
            if self.json {
                show::data(&told(&row).to_string());
            }
            done.push(row);
        }
        done
    }

    async fn on(&self, to_do: Vec<Record>, site: &Site, signals: &mut Signals, ended: &mut HashMap<JobId, Ended>) {
        if to_do.is_empty() {
            return;
        }
        let crowd = Arc::new(Crowd::new(&to_do, site.clock.clone()));
        let worker = self.worker.clone().watch(crowd.clone());
        let at_once = usize::try_from(self.at_once).unwrap_or(usize::MAX);
        many::work_off(&worker, Some(self.owner.clone()), to_do, at_once, signals, |end| {
            crowd.ended(&end);
            ended.insert(end.record.id, end);
        })
        .await;
        crowd.finish();
    }

    /// Asks once what became of rows that are unknown, all at the same time. Gives those that exist, which are followed, and
    /// those that surely do not, which are sent. What cannot be told stays as it is.
    async fn reconciled(&self, latest: &mut [Record]) -> Vec<Record> {
        if self.worker.is_stopped() {
            return Vec::new();
        }
        let mut asking = JoinSet::new();
        for (at, record) in latest.iter().enumerate().filter(|(_, record)| record.state == State::Unknown) {
            let (worker, owner, record) = (self.worker.clone(), self.owner.clone(), record.clone());
            asking.spawn(async move { (at, Box::pin(worker.reconcile(&*owner, record)).await) });
        }
        let mut found = Vec::new();
        while let Some(asked) = asking.join_next().await {
            let Ok((at, Ok(settled))) = asked else { continue };
            found.extend(Some(settled.clone()).filter(is_open));
            latest[at] = settled;
        }
        found
    }
}

/// Whether it goes on without a person.
fn is_open(record: &Record) -> bool {
    !matches!(record.state, State::Unknown | State::Held | State::Gone) && !record.state.is_terminal()
}

fn row(id: String, record: Record, error: Option<&WorkError>) -> Row {
    // Nothing was created, and nothing will be in this run: a cap is in the way, or its provider refuses everything.
    // A store that cannot be written is in the way of this run alone.
    let has_failed = matches!(error, Some(WorkError::Store(StoreError::Failed { .. })));
    let is_kept_back = error.is_some() && !has_failed && matches!(record.state, State::Queued | State::Ready);
    let outcome = if is_kept_back { Outcome::Refused } else { many::outcome(&record) };
    Row { id, outcome, why: error.map(ToString::to_string), record }
}

fn file_name(output: &Path) -> String {
    output.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn write(page: &Path, html: &str) -> Result<(), Failure> {
    let folder = page.parent().unwrap_or(Path::new("."));
    let fail = |error: std::io::Error| {
        let failure = Failure::usage(format!("the report cannot be written to {}: {error}", page.display()));
        Failure { exit: Exit::NotSaved, ..failure }
            .hint("films and jobs are kept; run the batch again for the report alone")
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    std::io::Write::write_all(&mut file, html.as_bytes()).map_err(fail)?;
    file.persist(page).map_err(|error| fail(error.error))?;
    Ok(())
}

/// A row as programs read it.
fn told(row: &Row) -> Value {
    let mut told = outcome::to_json(&row.record);
    told["id"] = json!(row.id);
    told["outcome"] = json!(row.outcome);
    told["why"] = json!(row.why.as_ref().or(row.record.note.as_ref()));
    told
}

/// The result of a row without a film, where the story of its film would stand.
fn tell_beside(row: &Row) {
    let Some(output) = &row.record.order.output else { return };
    // There the story of another film stands, for example of what the row was before it was edited.
    if output.symlink_metadata().is_ok() {
        return;
    }
    let mut name = output.as_os_str().to_owned();
    name.push(".json");
    // The store has it anyway.
    let _ = std::fs::write(PathBuf::from(name), format!("{:#}\n", told(row)));
}

fn finish(arguments: &Batch, page: &Path, report: &Report, rows: &[Row], is_stopped: bool) -> Result<(), Failure> {
    let (costs, unpriced) = (&report.costs, report.unpriced);
    let mut toll = Toll::default();
    for row in rows {
        toll.count(row.outcome);
    }
    let unpriced = if unpriced > 0 { format!(" and {unpriced} of unknown price") } else { String::new() };
    let costs = if costs.is_empty() { "nothing".to_owned() } else { costs.join(" and ") };
    let would = if arguments.site.mock { "would have cost" } else { "spent, counting what is unknown:" };
    if !arguments.json {
        show::data(&format!("{toll}; {would} {costs}{unpriced}"));
        show::data(&format!("report: {}", show::from_here(page).display()));
    }
    let exit = toll.exit(is_stopped);
    if exit == Exit::Done {
        return Ok(());
    }
    let failure =
        Failure { exit, is_told: arguments.json, ..Failure::usage(format!("not every row was made: {toll}")) };
    let mut capped = rows.iter().filter(|row| row.outcome == Outcome::Refused && row.record.state == State::Queued);
    let has_price = capped.next().map(|row| row.record.candidate().is_some_and(|candidate| candidate.price.is_some()));
    Err(match (toll.unknown, toll.open) {
        (1.., 1..) => {
            failure.hint("run the batch again to go on; what became of the unknown ones: polyreel jobs reconcile")
        }
        (1.., 0) => failure.hint("ask what became of the unknown ones: polyreel jobs reconcile"),
        (0, 1..) => failure.hint("run the batch again to go on"),
        _ if has_price == Some(true) => failure.hint("with a higher cap it goes on with the rows that were not sent"),
        _ if has_price == Some(false) => failure.hint("state a ceiling for unknown prices with --assume-price USD"),
        _ => failure.hint("--retry-failed sends failed and refused rows again"),
    })
}
