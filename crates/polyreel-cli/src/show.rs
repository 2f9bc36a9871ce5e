//! What people and programs see.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use polyreel::spec::Money;
use polyreel::{Choice, Client, Clock, JobHandle, Progress, Quote, Stage};
use polyreel_store::{Candidate, Record, Timestamp};
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::table::columns;

/// A line for people, on stderr, with its colours if that is a terminal that wants them. A closed stderr is no reason to lose a job.
pub(crate) fn progress(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// A line of data, on stdout. No terminal obeys what is in it.
pub(crate) fn data(line: &str) {
    let written = writeln!(std::io::stdout(), "{}", polyreel::printable_json(line));
    // Whoever closes the pipe has read enough.
    if written.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe) {
        IS_DATA_LOST.store(true, Ordering::Relaxed);
    }
}

/// Whether a line of data could not be written, for example because the disk is full.
pub(crate) fn is_data_lost() -> bool {
    IS_DATA_LOST.load(Ordering::Relaxed)
}

static IS_DATA_LOST: AtomicBool = AtomicBool::new(false);

/// `$1.00`, `$0.30 (assumed)`, `an unknown price`.
pub(crate) fn price(quote: &Quote) -> String {
    let price = quote.price.as_ref().map_or_else(|| "an unknown price".to_owned(), ToString::to_string);
    if quote.assumed.is_some() { format!("{price} (assumed)") } else { price }
}

/// The same of what a route chose.
pub(crate) fn chosen_price(choice: &Choice<'_, '_>) -> String {
    price(&Quote { price: choice.price.clone(), assumed: choice.assumed.clone().map(Into::into) })
}

/// The same of a job's candidate.
pub(crate) fn candidate_price(candidate: &Candidate) -> String {
    price(&Quote { price: candidate.price.clone(), assumed: candidate.assumed.clone().map(Into::into) })
}

/// A file as it is named from the folder that this program runs in.
pub(crate) fn from_here(file: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    here.and_then(|here| file.strip_prefix(here).ok()).unwrap_or(file).to_owned()
}

/// An exact amount, as scripts read it.
pub(crate) fn money(money: &Money) -> Value {
    json!({ "amount": money.amount.to_string(), "currency": &*money.currency })
}

/// Columns of data, on stdout.
pub(crate) fn table<const COLUMNS: usize>(heading: [&str; COLUMNS], rows: &[[String; COLUMNS]]) {
    data(&columns(heading, rows));
}

/// A moment as people write it, in UTC: `2026-11-27 14:05:09`.
pub(crate) fn at(moment: Timestamp) -> String {
    let seconds = moment.0 / 1000 % 86_400;
    format!("{} {:02}:{:02}:{:02}", moment.day(), seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// `3:20`
fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `3 min 20 s`
pub(crate) fn span(time: Duration) -> String {
    match (time.as_secs() / 60, time.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// `3 min to 4 min`
pub(crate) fn between((short, long): (Duration, Duration)) -> String {
    if short == long { span(short) } else { format!("{} to {}", span(short), span(long)) }
}

/// What was made.
pub(crate) struct Made<'a> {
    /// At least one; the first is what was asked for.
    pub(crate) files: &'a [PathBuf],
    pub(crate) record: &'a Record,
    pub(crate) handle: &'a JobHandle,
    pub(crate) provider_name: &'a str,
    /// From submitting to saving.
    pub(crate) took: Duration,
}

/// Says what was made, by whom, for how much, and how long it took.
pub(crate) fn made(made: &Made<'_>, as_json: bool) {
    let latency = made.handle.latency();
    let simulated = made.handle.is_simulated();
    let candidate = made.record.candidate();
    let quote = candidate
        .map(|candidate| Quote { price: candidate.price.clone(), assumed: candidate.assumed.clone().map(Into::into) });
    let stated = made.record.commitment.as_ref().filter(|commitment| commitment.stated);
    let charged = stated.and_then(|commitment| commitment.price.as_ref());
    if as_json {
        let price = quote.as_ref().and_then(|quote| quote.price.as_ref());
        let files: Vec<_> = made.files.iter().map(|file| file.to_string_lossy()).collect();
        data(
            &json!({
                "file": files.first(),
                "files": files,
                "provider": made.handle.provider(),
                "model": made.handle.model(),
                "job": made.record.id,
                "provider_job": made.handle.id(),
                "request_id": made.handle.request_id(),
                "simulated": simulated,
                "price": price.map(money),
                "price_assumed": quote.as_ref().and_then(|quote| quote.assumed.as_deref()),
                "charged": charged.map(money),
                "also": made.record.also,
                "latency_seconds": latency.map(|(short, long)| [short.as_secs(), long.as_secs()]),
                "took_seconds": made.took.as_secs(),
            })
            .to_string(),
        );
        return;
    }
    let by = format!("{} {}", made.provider_name, made.handle.model());
    let note = if simulated { ", simulated" } else { "" };
    let id = polyreel::printable(made.handle.id());
    for file in made.files {
        data(&format!("{}: made by {by} (job {id}{note})", file.display()));
    }
    let would = if simulated { "would have cost" } else { "cost" };
    if let Some(quote) = &quote {
        data(&format!("  {would} {}", price(quote)));
    }
    if let Some(charged) = charged {
        let quoted = quote.as_ref().and_then(|quote| quote.price.as_ref());
        let note = if quoted.is_some_and(|quoted| quoted != charged) { ", which is not what was quoted" } else { "" };
        data(&format!("  the provider says that it cost {charged}{note}"));
    }
    match latency {
        Some(latency) if simulated => data(&format!("  would have taken about {}", between(latency))),
        None if simulated => {
            data(&format!("  how long it would have taken is unknown: {} does not say", made.provider_name));
        }
        _ => data(&format!("  took {}", span(made.took))),
    }
}

/// Where a key is about to go, before the first call.
pub(crate) fn key_goes_to(client: &Client) {
    progress(&format!("{} goes to {}", client.provider().auth.env().join(" and "), client.base_url()));
}

/// How long a job can still be asked for, if the provider forgets it soon.
pub(crate) fn retention(kept_for: Option<Duration>, provider_name: &str) {
    let Some(left) = kept_for.filter(|left| *left < Duration::from_secs(24 * 3600)) else { return };
    if left.is_zero() {
        progress(&format!("warning: {provider_name} may have forgotten this job already"));
    } else {
        progress(&format!("note: {provider_name} forgets this job in {}", span(left)));
    }
}

/// What is about to be made, before anything is sent.
pub(crate) fn about_to_send(choice: &Choice<'_, '_>, simulated: bool) {
    let offer = choice.offer;
    let note = if simulated { "; simulated, nothing is paid" } else { "" };
    progress(&format!("{} {}: {}{note}", offer.provider.name, offer.model.key, chosen_price(choice)));
    if let Some(why) = &choice.assumed {
        progress(&format!("note: the price is assumed: {why}"));
    }
    if !offer.left_out.is_empty() {
        progress(&format!("note: without {}, which it does not take", offer.left_out.join(", ")));
    }
    for warning in &offer.warnings {
        progress(&format!("warning: {warning}"));
    }
}

/// Why it did not work, and what to do next.
pub(crate) fn failure(failure: &Failure, as_json: bool) {
    progress(&format!("error: {}", failure.message));
    if let Some(hint) = &failure.hint {
        progress(&format!("hint: {hint}"));
    }
    match &failure.kept {
        None => {}
        Some(kept) if kept.is_simulated => match failure.exit {
            Exit::Running | Exit::NotSaved if failure.resumable => {
                progress("a real job would be kept, to go on with: polyreel jobs wait JOB");
            }
            _ => {}
        },
        Some(kept) => match failure.exit {
            Exit::Running | Exit::NotSaved | Exit::Interrupted if failure.resumable => {
                progress(&format!("the job is kept; go on with: {}", kept.command("wait")));
            }
            Exit::Unknown => {
                progress(&format!(
                    "it is kept, counts as spent, and is not sent again; to ask: {}",
                    kept.command("reconcile")
                ));
            }
            _ => progress(&format!("what is known of the job: {}", kept.command("show"))),
        },
    }
    if as_json && !failure.is_told {
        let error = json!({
            "message": failure.message,
            "exit_code": failure.exit as u8,
            "job": failure.job,
            "evidence": failure.evidence,
        });
        data(&json!({ "error": error }).to_string());
    }
}

/// The state of a job on stderr: a bar on a terminal, otherwise a line whenever something changes.
pub(crate) struct Bar {
    bar: ProgressBar,
    last: Mutex<Option<(Stage, Option<String>)>>,
}

impl Bar {
    pub(crate) fn start(first: &Progress, clock: Arc<dyn Clock>) -> Self {
        let last = Mutex::new(None);
        if !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden(), last };
        }
        let estimate = first.estimate;
        let begun = clock.now();
        let elapsed = move || clock.now().saturating_sub(begun);
        let bar = ProgressBar::new(1000);
        // Time is the job's own time, so that a simulation shows what the real thing would.
        let time = elapsed.clone();
        let of = estimate.map(|estimate| format!(" of about {}", between(estimate))).unwrap_or_default();
        let filled = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let longest = estimate.map_or(Duration::from_secs(240), |(_, longest)| longest).as_secs_f64().max(1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 24")]
            let full = (elapsed().as_secs_f64() / longest * 24.0).clamp(0.0, 24.0) as usize;
            let _ = write!(out, "{}{}", "█".repeat(full), "░".repeat(24 - full));
        };
        let style = ProgressStyle::with_template("{spinner} {filled} {msg}  {time}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner())
            .with_key("filled", filled)
            .with_key("time", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{}{of}", minutes(time()));
            });
        bar.set_style(style);
        bar.set_message(first.stage.to_string());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, last }
    }

    pub(crate) fn update(&self, progress: &Progress) {
        let note = progress.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        let line = format!("{}{note}", progress.stage);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Some((progress.stage, progress.note.clone()));
        if self.bar.is_hidden() && *last != now {
            self::progress(&format!("{line}, {}", minutes(progress.elapsed)));
        }
        *last = now;
        self.bar.set_message(line);
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
