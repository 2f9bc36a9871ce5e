//! What is to be done with each row, before anything is done.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use polyreel::{Provider, Quotes, Route, Schedule, Terms, VideoRequest};
use polyreel_store::{Candidate, Record, State};

use super::fields::{self, Asked};
use super::keys::{id_of, keys};
use super::names::names;
use super::rows::Row;
use crate::arguments::Batch;
use crate::choice::{self, Candidates};
use crate::config::Config;
use crate::exit::Failure;
use crate::{connect, ordering};

/// As many problems as somebody mends before trying again.
const MOST_SHOWN: usize = 20;

/// A row, and what there is of it.
pub(super) struct Planned {
    pub(super) row: Row,
    pub(super) key: String,
    pub(super) request: VideoRequest,
    pub(super) output: PathBuf,
    pub(super) step: Step,
}

/// What is to be done with a row.
pub(super) enum Step {
    /// Nothing: it is made, or a person has to decide, or it failed and is not tried again.
    Leave(Box<Record>),
    /// It exists at its provider.
    Follow(Box<Record>),
    /// It is sent to these, best first: a new row, or one that was not sent yet or is tried again.
    Send(Vec<Candidate>, Option<Box<Record>>),
}

/// What is said of the rows of a batch as a whole.
pub(super) struct Plan {
    pub(super) rows: Vec<Planned>,
    /// Ids of rows that were asked for otherwise before.
    pub(super) edited: Vec<String>,
    /// Jobs of the batch whose rows are not in the file any more.
    pub(super) gone: usize,
}

/// Decides for every row.
///
/// # Errors
///
/// Everything that is wrong with rows that are to be sent, twenty at most: then nothing is sent at all.
pub(super) fn plan(
    rows: Vec<Row>,
    arguments: &Batch,
    config: &Config,
    own: Option<&Provider>,
    batch: &str,
    known: Vec<Record>,
) -> Result<Plan, Failure> {
    let providers: Vec<&Provider> = polyreel::all().iter().copied().chain(own).collect();
    let file_folder = arguments.file.parent().unwrap_or(Path::new(""));
    let mut problems = Problems::default();
    let all_keys = keys(batch, &rows);
    let here: HashSet<String> = all_keys.iter().cloned().collect();
    let ids: HashSet<String> = known.iter().filter_map(|record| id_of(record.key.as_deref()?)).collect();
    let is_gone = |record: &&Record| record.key.as_ref().is_none_or(|key| !here.contains(key));
    let gone = known.iter().filter(is_gone).filter(|record| !record.forgotten).count();
    let mut jobs: HashMap<String, Record> =
        known.into_iter().filter_map(|record| Some((record.key.clone()?, record))).collect();

    let asked: Vec<_> = rows.iter().map(|row| fields::asked(row, &providers)).collect();
    let outputs = rows.iter().zip(&asked).map(|(row, asked)| {
        let said = asked.as_ref().ok().and_then(|one| one.output.as_deref());
        (row, said)
    });
    let outputs = names(&ordering::absolute(&folder(arguments)), &outputs.collect::<Vec<_>>());
    let terms = Terms {
        max_price: ordering::caps(&arguments.spending, config)?.per_request,
        assume_price: choice::ceiling(&arguments.who)?,
    };
    let usual = Candidates::of(&arguments.who, own, config)?;
    let mut choosing = Choosing { usual, terms, arguments, config, own, schedule: Schedule::default() };
    let (mut planned, mut edited) = (Vec::new(), Vec::new());
    for (((row, key), asked), output) in rows.into_iter().zip(all_keys).zip(asked).zip(outputs) {
        let asked = problems.of(&row, asked);
        let output = problems.of(&row, output);
        let Some(Asked { request, route, .. }) = asked else { continue };
        let request = request.name_pictures_from(&ordering::absolute(file_folder), providers.iter().copied());
        let job = jobs.remove(&key);
        if let (None, Some(id)) = (&job, &row.id)
            && ids.contains(id)
        {
            edited.push(id.clone());
        }
        let step = match job {
            Some(job) if !is_to_be_sent(&job, arguments.retry_failed) => Some(match job.state {
                State::Running | State::Cancelling | State::Succeeded | State::Fetching => Step::Follow(Box::new(job)),
                _ => Step::Leave(Box::new(job)),
            }),
            job => {
                let chosen = choosing.choose(&request, route);
                problems.of(&row, chosen).map(|candidates| Step::Send(candidates, job.map(Box::new)))
            }
        };
        if let (Some(step), Some(output)) = (step, output) {
            planned.push(Planned { row, key, request, output, step });
        }
    }
    problems.none(&arguments.file)?;
    Ok(Plan { rows: planned, edited, gone })
}

/// Where the films go.
pub(super) fn folder(arguments: &Batch) -> PathBuf {
    arguments.output_dir.clone().unwrap_or_else(|| {
        let name = arguments.file.file_stem().unwrap_or_default();
        arguments.file.with_file_name(format!("{}-films", name.to_string_lossy()))
    })
}

fn is_to_be_sent(job: &Record, retry_failed: bool) -> bool {
    match job.state {
        _ if job.forgotten => false,
        State::Queued | State::Ready => true,
        // It reached nobody.
        State::Failed if job.handle.is_none() && job.kind.is_none() => true,
        State::Failed | State::Cancelled => retry_failed,
        _ => false,
    }
}

/// What is chosen by, for every row.
struct Choosing<'a> {
    usual: Candidates<'a>,
    terms: Terms,
    arguments: &'a Batch,
    config: &'a Config,
    own: Option<&'a Provider>,
    schedule: Schedule,
}

impl Choosing<'_> {
    /// Who makes a row, best first.
    ///
    /// # Errors
    ///
    /// Why nobody does, in one line.
    fn choose(&mut self, request: &VideoRequest, route: Option<Route>) -> Result<Vec<Candidate>, String> {
        let Self { usual, terms, arguments, config, own, schedule } = self;
        let own = *own;
        let its_own = route.map(|route| Candidates::along(route, own)).transpose().map_err(in_one_line)?;
        let candidates = its_own.as_ref().unwrap_or(&*usual);
        let providers = polyreel::all().iter().copied().chain(own);
        let loaded = request.clone().load_pictures(Path::new(""), providers).map_err(|error| error.to_string())?;
        let request = match (&arguments.who.model, &arguments.who.family) {
            (Some(model), _) if loaded.model_key().is_none() => loaded.model(model),
            (_, Some(family)) if loaded.family_name().is_none() => loaded.family(family),
            _ => loaded,
        };
        let quotes: Quotes<'_> = candidates.quotes(&request).map_err(in_one_line)?;
        let has_key = |provider: &Provider| arguments.site.mock || connect::has_key(provider, config);
        let quotes = choice::payable(quotes, &has_key).map_err(in_one_line)?;
        let mut way = candidates.route.plan(&quotes, terms).map_err(|none| none.to_string())?;
        if !candidates.goes_on {
            way.truncate(1);
        }
        if candidates.route == Route::Soonest
            && let Some(first) = schedule.place(&way)
        {
            // The others stay in their order, for the case that nothing is created there.
            way[..=first].rotate_right(1);
        }
        Ok(way.iter().map(Candidate::from).collect())
    }
}

/// Why not, and how its hint begins, unless that goes on for lines.
fn in_one_line(failure: Failure) -> String {
    let hint = failure.hint.as_deref().and_then(|hint| hint.lines().next()).filter(|hint| !hint.ends_with(':'));
    match hint {
        Some(hint) => format!("{}; {hint}", failure.message),
        None => failure.message,
    }
}

/// What is wrong with rows.
#[derive(Default)]
struct Problems {
    shown: Vec<String>,
    count: usize,
}

impl Problems {
    fn of<T>(&mut self, row: &Row, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(why) => {
                self.count += 1;
                if self.shown.len() < MOST_SHOWN {
                    let id = row.id.as_ref().map(|id| format!(" ({})", polyreel::printable(id))).unwrap_or_default();
                    self.shown.push(format!("line {}{id}: {why}", row.line));
                }
                None
            }
        }
    }

    fn none(self, file: &Path) -> Result<(), Failure> {
        let more = match self.count - self.shown.len() {
            0 => String::new(),
            more => format!("\n      and {more} more"),
        };
        match self.count {
            0 => Ok(()),
            count => {
                let what = crate::provider_file::plural(count, "problem");
                let failure = Failure::usage(format!("the rows of {} have {what}; nothing was sent", file.display()));
                Err(failure.hint(format!("{}{more}", self.shown.join("\n      "))))
            }
        }
    }
}
