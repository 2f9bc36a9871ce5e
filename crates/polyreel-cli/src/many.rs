//! Many jobs at once: how they stand, and what they come to.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use polyreel::Clock;
use polyreel::spec::{Amount, Money};
use polyreel_store::{Ended, JobId, Owner, Record, State, Watch, Worker};

use crate::exit::Exit;
use crate::report::Outcome;
use crate::signals::Signals;
use crate::{show, store};

/// Works off jobs. The first signal ends it in good order: nothing more is sent, and answers to creates are waited for. The
/// second one does not wait.
pub(crate) async fn work_off(
    worker: &Worker,
    owner: Option<Arc<dyn Owner>>,
    records: Vec<Record>,
    at_once: usize,
    signals: &mut Signals,
    each: impl FnMut(Ended),
) {
    let mut working = std::pin::pin!(worker.work_off(owner, records, at_once, each));
    let mut is_heard = false;
    loop {
        tokio::select! {
            () = &mut working => return,
            () = signals.next() => {
                if is_heard {
                    show::progress("interrupted while sending: what was on its way is unknown; `polyreel jobs reconcile` asks");
                    return;
                }
                is_heard = true;
                worker.stop();
                show::progress("nothing more is sent; waiting for answers to what is on its way (interrupt again to give up)");
            }
        }
    }
}

/// Shows many jobs on stderr: one bar on a terminal, otherwise a line for each that ends.
pub(crate) struct Crowd {
    bar: ProgressBar,
    clock: Arc<dyn Clock>,
    all: Mutex<All>,
}

/// How all jobs stand, and the sums of it: there may be a hundred thousand, and each changes several times.
#[derive(Default)]
struct All {
    standing: HashMap<JobId, Standing>,
    states: BTreeMap<State, usize>,
    dollars: i128,
    unpriced: usize,
    /// When those that are at their providers should be done.
    due: BTreeMap<Duration, usize>,
}

impl All {
    fn put(&mut self, id: JobId, now: Standing) {
        if let Some(before) = self.standing.insert(id, now) {
            self.dollars -= before.dollars.trillionths;
            self.unpriced -= usize::from(before.unpriced);
            less(&mut self.states, before.state);
            before.due.into_iter().for_each(|due| less(&mut self.due, due));
        }
        self.dollars += now.dollars.trillionths;
        self.unpriced += usize::from(now.unpriced);
        *self.states.entry(now.state).or_default() += 1;
        now.due.into_iter().for_each(|due| *self.due.entry(due).or_default() += 1);
    }
}

/// One less of these.
fn less<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K) {
    if let Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

#[derive(Clone, Copy)]
struct Standing {
    state: State,
    dollars: Amount,
    unpriced: bool,
    /// When it should be done.
    due: Option<Duration>,
}

impl Crowd {
    pub(crate) fn new(records: &[Record], clock: Arc<dyn Clock>) -> Self {
        let bar = if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(records.len() as u64);
            let style = ProgressStyle::with_template("{spinner} {bar:24} {pos}/{len} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        } else {
            ProgressBar::hidden()
        };
        let crowd = Self { bar, clock, all: Mutex::default() };
        for record in records {
            crowd.put(record);
        }
        crowd
    }

    /// Says how a job ended, above the bar or as a line.
    pub(crate) fn ended(&self, ended: &Ended) {
        let record = &ended.record;
        let why = match (&ended.error, &record.note) {
            (Some(error), _) => format!(": {error}"),
            (None, Some(note)) => format!(": {note}"),
            (None, None) => String::new(),
        };
        let line = polyreel::printable(&format!("{} {}{why}", name(record), record.state));
        self.changed(record);
        self.bar.inc(1);
        if self.bar.is_hidden() { show::progress(&line) } else { self.bar.suspend(|| show::progress(&line)) }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn put(&self, record: &Record) {
        let spent = record.commitments().filter(|one| one.spent);
        let prices: Vec<_> = spent.map(|one| one.price.as_ref()).collect();
        let dollars = prices.iter().flatten().filter(|price| price.currency == "USD");
        let longest = record.candidate().and_then(|candidate| candidate.latency_ms);
        let is_sent = matches!(record.state, State::Running | State::Cancelling);
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier =
            all.standing.get(&record.id).filter(|earlier| earlier.state == record.state).and_then(|one| one.due);
        let due = longest
            .filter(|_| is_sent)
            .map(|(_, longest)| self.clock.now().saturating_add(Duration::from_millis(longest)));
        let now = Standing {
            state: record.state,
            dollars: Amount { trillionths: dollars.map(|price| price.amount.trillionths).sum() },
            unpriced: prices.iter().any(Option::is_none),
            due: earlier.or(due),
        };
        all.put(record.id, now);
    }

    fn message(&self) -> String {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let mut parts: Vec<_> = all.states.iter().map(|(state, count)| format!("{count} {state}")).collect();
        let spent = Money { amount: Amount { trillionths: all.dollars }, currency: "USD".into() };
        let unpriced = if all.unpriced > 0 { format!(" and {} of unknown price", all.unpriced) } else { String::new() };
        parts.push(format!("{spent}{unpriced} so far"));
        let due = all.due.last_key_value().and_then(|(due, _)| due.checked_sub(self.clock.now()));
        parts.extend(due.map(|left| format!("the longest takes {} more", show::span(left))));
        parts.join(", ")
    }
}

impl Watch for Crowd {
    fn changed(&self, record: &Record) {
        self.put(record);
        if !self.bar.is_hidden() {
            self.bar.set_message(self.message());
        }
    }
}

/// What a job is called here: as its film will be, if it is one row of many.
fn name(record: &Record) -> String {
    let stem = record.order.output.as_deref().and_then(std::path::Path::file_stem).filter(|_| record.batch.is_some());
    stem.map_or_else(|| store::short(record.id), |stem| stem.to_string_lossy().into_owned())
}

/// How many jobs came to what. Each is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Toll {
    pub(crate) saved: usize,
    pub(crate) failed: usize,
    pub(crate) refused: usize,
    pub(crate) unknown: usize,
    pub(crate) open: usize,
}

/// What a job came to.
pub(crate) fn outcome(record: &Record) -> Outcome {
    match record.state {
        State::Done => Outcome::Saved,
        State::Failed | State::Cancelled if record.handle.is_none() => Outcome::Refused,
        State::Failed | State::Cancelled => Outcome::Failed,
        State::Sending | State::Unknown | State::Held | State::Gone | State::Abandoned => Outcome::Unknown,
        State::Queued | State::Ready | State::Running | State::Cancelling | State::Succeeded | State::Fetching => {
            Outcome::Open
        }
    }
}

impl Toll {
    pub(crate) fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Saved => &mut self.saved,
            Outcome::Failed => &mut self.failed,
            Outcome::Refused => &mut self.refused,
            Outcome::Unknown => &mut self.unknown,
            Outcome::Open => &mut self.open,
        } += 1;
    }

    /// The exit code of a run, which a signal may have stopped: what needs a person most comes first.
    pub(crate) fn exit(&self, is_stopped: bool) -> Exit {
        match self {
            Self { unknown: 1.., .. } => Exit::Unknown,
            Self { open: 1.., .. } if is_stopped => Exit::Interrupted,
            Self { open: 1.., .. } => Exit::Running,
            Self { failed: 1.., .. } => Exit::Failed,
            Self { refused: 1.., .. } => Exit::Refused,
            _ => Exit::Done,
        }
    }
}

impl fmt::Display for Toll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.saved, "saved"),
            (self.failed, "failed"),
            (self.refused, "refused"),
            (self.unknown, "unknown"),
            (self.open, "open"),
        ];
        let all: Vec<_> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("{n} {what}")).collect();
        f.write_str(if all.is_empty() { "nothing" } else { "" })?;
        f.write_str(&all.join(", "))
    }
}
