//! A batch from its file to its films.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use polyreel::Provider;
use polyreel::spec::{Amount, Money};
use polyreel_store::{Caps, Filter, Owner, State, Worker};
use serde_json::{Value, json};

use super::page::{self, Row};
use super::plan::{self, Plan, Step};
use super::shelf::Shelf;
use super::work::Work;
use super::{fields, quote, rows};
use crate::arguments::Batch;
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::many::Toll;
use crate::report::{self, Outcome, Report};
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
pub(super) fn told(row: &Row) -> Value {
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
