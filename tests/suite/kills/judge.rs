//! What is true of a batch in the end, by the store and by the books of the mock server.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use polyreel::JobHandle;
use polyreel_store::{Driver as _, Filter, Happened, Money, Record, Scope, SqliteDriver, State};
use serde_json::Value;

use super::rows::{AMBIGUOUS, SYNCHRONOUS};
use super::server::Server;
use super::story::{End, Story};
use crate::support::sha256;

/// Everything that is known of a batch.
struct Case<'s> {
    story: &'s Story,
    records: Vec<(Record, Vec<Happened>)>,
    jobs: Vec<Value>,
    ledger: Vec<Value>,
    requests: Vec<Value>,
    findings: Vec<Value>,
}

/// What was found, by the states in which rows ended.
pub(super) fn judge(story: &Story, server: &Server, end: &End) -> Result<BTreeMap<State, usize>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let driver = SqliteDriver::open(story.store()).unwrap();
    let list = runtime.block_on(driver.list(Filter::default())).unwrap();
    let events = |record: &Record| runtime.block_on(driver.events(record.id)).unwrap();
    let records: Vec<_> = list.into_iter().map(|record| (record.clone(), events(&record))).collect();
    let array = |value: &Value| value.as_array().unwrap().clone();
    let ask = |what| server.ask(what, &story.world);
    let case = Case {
        story,
        jobs: array(&ask("jobs")),
        ledger: array(&ask("ledger")),
        requests: array(&ask("requests")["latest"]),
        findings: array(&ask("verdict")["findings"]),
        records,
    };
    let expect = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}\n{}", end.said)) };
    expect(case.records.len() == story.rows, "a job for each row")?;
    for (record, events) in &case.records {
        case.ended(record, events).map_err(|why| {
            let happened: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
            format!("{} {} {happened:?}: {why}", record.id, record.order.request["prompt"])
        })?;
    }
    case.films()?;
    case.creates()?;
    case.bill()?;
    let spending = runtime.block_on(driver.spending(Scope::All)).unwrap();
    let counted: i128 = spending.sums.values().map(|sum| sum.spent.trillionths + sum.reserved.trillionths).sum();
    let own = case.records.iter().map(|(record, _)| spent(record).0).sum::<i128>();
    expect(counted == own, "the budget is the sum of the jobs")?;
    let mut states = BTreeMap::new();
    for (record, _) in &case.records {
        *states.entry(record.state).or_default() += 1;
    }
    let code = code(&states);
    expect(end.code == Some(code), &format!("the exit code is {code}, not {:?}", end.code))?;
    Ok(states)
}

/// What the command says in the end: what needs a person most comes first.
fn code(states: &BTreeMap<State, usize>) -> i32 {
    let has = |states_: &[State]| states_.iter().any(|state| states.contains_key(state));
    match () {
        () if has(&[State::Held, State::Gone]) => 6,
        () if has(&[State::Succeeded]) => 5,
        () if has(&[State::Failed]) => 4,
        () => 0,
    }
}

fn fault(record: &Record) -> &str {
    let prompt = record.order.request["prompt"].as_str().unwrap();
    prompt.strip_prefix("[[mock:").and_then(|rest| rest.split_once("]]")).map_or("", |(fault, _)| fault)
}

fn provider(record: &Record) -> &str {
    &record.candidate().unwrap().provider
}

fn handle(record: &Record) -> Option<JobHandle> {
    record.handle.as_ref().map(|handle| JobHandle::from_json(&handle.to_string()).unwrap())
}

/// Money that is reserved or spent, in trillionths, and how often its price is unknown.
fn spent(record: &Record) -> (i128, usize) {
    let trillionths = |price: &Money| price.amount.trillionths;
    let known = record.commitments().filter_map(|one| one.price.as_ref()).map(trillionths).sum();
    (known, record.commitments().filter(|one| one.price.is_none()).count())
}

impl Case<'_> {
    fn job(&self, record: &Record) -> Option<&Value> {
        let id = handle(record)?.id().to_owned();
        self.jobs.iter().find(|job| job["id"] == *id)
    }

    /// Whether a row ended as it may.
    fn ended(&self, record: &Record, events: &[Happened]) -> Result<(), String> {
        let (fault, is_known) = (fault(record), record.handle.is_some());
        let broke_off = events.iter().any(|event| event.name == "recovered" && !event.ignored);
        let is_synchronous = record.candidate().unwrap().model == SYNCHRONOUS;
        let forgotten = self.job(record).is_some_and(|job| job["state"] == "expired");
        if is_known && self.job(record).is_none_or(|job| job["provider"] != *provider(record)) {
            return Err("its job is not one of the provider's".to_owned());
        }
        let sends = |name: &str| events.iter().filter(|event| event.name == name && !event.ignored).count();
        if sends("sending") - sends("not_sent") - sends("refused") > 1 {
            return Err("it may have been created more than once".to_owned());
        }
        let is_fine = match record.state {
            State::Done => is_known && fault != "cut-film",
            State::Failed if is_known => fault == "failed",
            State::Failed => ["refused", "rate-limited-once"].contains(&fault),
            // What its program was killed over has been asked for once, and none of these providers can tell.
            State::Held => {
                !is_known && (broke_off || AMBIGUOUS.contains(&fault) || is_synchronous && !fault.is_empty())
            }
            State::Gone => forgotten || is_synchronous,
            State::Succeeded => is_known && fault == "cut-film",
            _ => false,
        };
        if is_fine { Ok(()) } else { Err(format!("it is {}: {:?}", record.state, record.note)) }
    }

    /// Every film is saved once, whole, where the store says.
    fn films(&self) -> Result<(), String> {
        let folder = self.story.place.path().join("films-films");
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let found: BTreeSet<PathBuf> = files.filter(|file| file.extension() == Some("mp4".as_ref())).collect();
        let mut told = BTreeSet::new();
        for (record, _) in self.records.iter().filter(|(record, _)| record.state == State::Done) {
            let [file] = &record.files[..] else { return Err(format!("{} has no one file", record.id)) };
            let bytes = std::fs::read(&file.path).map_err(|error| format!("{}: {error}", file.path.display()))?;
            let is_it = Some(&file.path) == record.order.output.as_ref() && file.sha256 == sha256(&bytes);
            if !is_it || bytes != include_bytes!("../../../mock-server/films/5s-16x9.mp4") {
                return Err(format!("{} is not the film of {}", file.path.display(), record.id));
            }
            told.insert(file.path.clone());
        }
        // Such a film was saved, and its program was killed before it could tell of it.
        let is_gone = |file: &PathBuf| {
            let own = self.records.iter().find(|(record, _)| record.order.output.as_ref() == Some(file));
            own.is_some_and(|(record, _)| record.state == State::Gone)
        };
        let stray: Vec<_> = found.difference(&told).filter(|file| !is_gone(file)).collect();
        if stray.is_empty() { Ok(()) } else { Err(format!("films that nobody knows: {stray:?}")) }
    }

    /// Every create belongs to one job, and every job of the provider to one record or to one of which that is unknown.
    fn creates(&self) -> Result<(), String> {
        let known: Vec<_> = self.records.iter().filter_map(|(record, _)| handle(record)).collect();
        let ids: BTreeSet<_> = known.iter().map(JobHandle::id).collect();
        if ids.len() < known.len() {
            return Err("two rows have one job".to_owned());
        }
        for id in polyreel::all().iter().map(|provider| &*provider.id) {
            let own = || self.records.iter().filter(|(record, _)| provider(record) == id);
            let of = |values: &[Value]| values.iter().filter(|value| value["provider"] == *id).cloned().collect();
            let (jobs, requests): (Vec<Value>, Vec<Value>) = (of(&self.jobs), of(&self.requests));
            let strays = jobs.iter().filter(|job| !ids.contains(job["id"].as_str().unwrap())).count();
            let unknown = own().filter(|(record, _)| matches!(record.state, State::Unknown | State::Held)).count();
            // What is refused as one of too many is sent again within one sending.
            let creates = requests.iter().filter(|request| request["step"] == "create" && request["http"] != 429);
            let sendings = own().flat_map(|(_, events)| events).filter(|event| event.name == "sending").count();
            let (creates, attempts) = (creates.count(), own().map(|(record, _)| record.attempt).sum::<u32>());
            if strays > unknown || creates > sendings || creates > usize::try_from(attempts).unwrap() {
                return Err(format!(
                    "{id}: {strays} jobs are nobody's and {unknown} rows unknown; {creates} creates, {sendings} were \
                     written down, {attempts} attempts"
                ));
            }
        }
        let may_be = |finding: &&Value| {
            let fault = finding["fault"].as_str().unwrap();
            let stray = finding["job"].as_str().is_some_and(|job| !ids.contains(job));
            // A program that is killed forgets when it asked last; what it lost is unknown or gone.
            matches!(fault, "too fast" | "over limit") || fault == "orphaned" && (stray || self.is_given_up(finding))
        };
        let worst = self.findings.iter().find(|finding| !may_be(finding));
        worst.map_or(Ok(()), |finding| Err(format!("the verdict: {finding}")))
    }

    fn is_given_up(&self, finding: &Value) -> bool {
        let own = self.records.iter().find(|(record, _)| handle(record).is_some_and(|own| finding["job"] == *own.id()));
        own.is_some_and(|(record, _)| matches!(record.state, State::Gone | State::Succeeded))
    }

    /// The bill of the mock server is the ledger of the store.
    fn bill(&self) -> Result<(), String> {
        for (record, _) in &self.records {
            let Some(job) = self.job(record) else { continue };
            let booked: Vec<_> = self.ledger.iter().filter(|entry| entry["job"] == job["id"]).collect();
            let is = |booking: &str| booked.iter().filter(|entry| entry["booking"] == booking).count();
            let price = |price: &Money| price.amount.to_string();
            let taken = record.commitment.as_ref().map(|one| one.price.as_ref().map(price));
            // Where a provider does not say whether a failure costs, it counts.
            let (may_be_more, refunded) = (record.state == State::Failed, is("refunded") > 0);
            let amount = booked[0]["price"]["amount"].as_str().map(str::to_owned);
            let agrees = match (taken, refunded) {
                (Some(taken), false) => taken == amount,
                (Some(_), true) => may_be_more,
                (None, is_refunded) => is_refunded,
            };
            if !agrees || is("reserved") != 1 || is("charged") + is("refunded") > 1 || !record.earlier.is_empty() {
                return Err(format!("{} has {:?}, the provider {booked:?}", record.id, record.commitment));
            }
        }
        for id in polyreel::all().iter().map(|provider| &*provider.id) {
            let own = self.records.iter().filter(|(record, _)| provider(record) == id);
            let counted = own.map(|(record, _)| spent(record)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
            let entries = self.ledger.iter().filter(|entry| entry["provider"] == *id && entry["booking"] != "charged");
            let mut billed = (0_i128, 0_usize);
            for entry in entries {
                let amount =
                    entry["price"]["amount"].as_str().map(|text| text.parse::<polyreel_store::Amount>().unwrap());
                let sign = if entry["booking"] == "reserved" { 1 } else { -1 };
                match amount {
                    Some(amount) => billed.0 += sign * amount.trillionths,
                    None => billed.1 = billed.1.checked_add_signed(isize::try_from(sign).unwrap()).unwrap(),
                }
            }
            if billed.0 > counted.0 || billed.1 > counted.1 {
                return Err(format!("{id} bills {billed:?}, and {counted:?} is counted"));
            }
        }
        Ok(())
    }
}
