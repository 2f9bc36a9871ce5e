//! Looking at jobs.

use polyreel::spec::Money;
use polyreel_store::{Filter, Record, State};
use serde_json::json;

use crate::arguments::{JobsList, JobsShow};
use crate::config::Config;
use crate::exit::Failure;
use crate::{outcome, show, store};

/// `polyreel jobs list`.
pub(super) async fn list(arguments: &JobsList, config: &Config) -> Result<(), Failure> {
    let states = arguments.state.iter().map(|name| state(name)).collect::<Result<Vec<_>, _>>()?;
    let driver = store::open(&arguments.store, config, false)?;
    let filter = Filter { states, batch: arguments.batch.clone(), open_only: arguments.open, ..Filter::default() };
    let records = driver.list(filter).await?;
    let earlier = records.len().saturating_sub(arguments.limit);
    let latest = &records[earlier..];
    if arguments.json {
        for record in latest {
            show::data(&outcome::to_json(record).to_string());
        }
        return Ok(());
    }
    if latest.is_empty() {
        show::progress("there are no such jobs");
        return Ok(());
    }
    let rows: Vec<_> = latest.iter().map(row).collect();
    show::table(["job", "state", "provider", "cost", "film", "prompt"], &rows);
    if earlier > 0 {
        show::progress(&format!("{earlier} earlier ones are not shown; --limit shows more"));
    }
    Ok(())
}

fn state(name: &str) -> Result<State, Failure> {
    State::ALL.into_iter().find(|state| state.name() == name).ok_or_else(|| {
        let known = State::ALL.map(State::name).join(", ");
        Failure::usage(format!("there is no state {}", polyreel::printable(name))).hint(format!("there are {known}"))
    })
}

fn row(record: &Record) -> [String; 6] {
    const PROMPT: usize = 40;
    let candidate = record.candidate();
    let who = candidate.map_or_else(String::new, |candidate| format!("{} {}", candidate.provider, candidate.model));
    let film = record.files.first().map(|file| &file.path).or(record.order.output.as_ref());
    let film = film.map(|file| polyreel::printable(&show::from_here(file).to_string_lossy())).unwrap_or_default();
    let prompt = polyreel::printable(record.order.request.get("prompt").and_then(|text| text.as_str()).unwrap_or(""));
    let short: String = prompt.chars().take(PROMPT).collect();
    let prompt = if short.len() < prompt.len() { format!("{short}…") } else { short };
    [store::short(record.id), record.state.to_string(), who, cost(record), film, prompt]
}

/// `$1.00`, `$1.00 + $1.00` after it was sent again, `unknown`, `$1.00 (assumed)` where neither the price nor the charge was
/// stated, or nothing when nothing was spent.
fn cost(record: &Record) -> String {
    let amounts = record.commitments().map(|one| one.price.as_ref().map_or("unknown".to_owned(), Money::to_string));
    let is_assumed = record.commitment.as_ref().is_some_and(|one| !one.stated)
        && record.candidate().is_some_and(|candidate| candidate.assumed.is_some());
    let note = if is_assumed { " (assumed)" } else { "" };
    amounts.collect::<Vec<_>>().join(" + ") + note
}

/// `polyreel jobs show`.
pub(super) async fn show(arguments: &JobsShow, config: &Config) -> Result<(), Failure> {
    let driver = store::open(&arguments.store, config, false)?;
    let record = store::find(&*driver, &arguments.job).await?;
    let events = driver.events(record.id).await?;
    if arguments.json {
        let mut whole = outcome::to_json(&record);
        whole["events"] = events
            .iter()
            .map(|event| json!({ "at_ms": event.at, "event": event.name, "fence": event.fence, "ignored": event.ignored }))
            .collect();
        show::data(&whole.to_string());
        return Ok(());
    }
    show::data(&format!("job {}", record.id));
    let [_, state, who, cost, film, _] = row(&record);
    let prompt = record.order.request.get("prompt").and_then(|text| text.as_str()).unwrap_or_default();
    let handle = outcome::handle(&record);
    let stated = record.commitment.as_ref().is_some_and(|commitment| commitment.stated);
    let lines = [
        ("prompt", polyreel::printable(prompt)),
        ("state", state),
        ("why", polyreel::printable(record.note.as_deref().unwrap_or_default())),
        ("provider", who),
        ("its job", handle.as_ref().map(|handle| polyreel::printable(handle.id())).unwrap_or_default()),
        (
            "request",
            handle.as_ref().and_then(|handle| handle.request_id()).map(polyreel::printable).unwrap_or_default(),
        ),
        ("cost", if stated { format!("{cost} (as the provider says)") } else { cost }),
        ("film", film),
        ("batch", polyreel::printable(record.batch.as_deref().unwrap_or_default())),
    ];
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        show::data(&format!("  {name:9}{value}"));
    }
    for event in &events {
        let late = if event.ignored { ", too late, and ignored" } else { "" };
        show::data(&format!("  {}  {}{late}", show::at(event.at), event.name));
    }
    Ok(())
}
