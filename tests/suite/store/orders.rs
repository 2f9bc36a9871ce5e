//! Whatever happens to jobs in which order, twice, late or out of turn: the file keeps what the machine says.
//!
//! The judge is another driver of the same machine, and the list of what happened.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use polyreel_store::{
    Caps, Driver, Event, Filter, JobId, NewJob, Owner, Record, Result, Scope, SqliteDriver, StoreError, Timestamp,
    machine,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::model::Model;
use super::support::{NOON, amount, events, job};
use crate::support::asked;

/// How many orders of events there are if nobody asks for more, and how many steps each has at most.
const USUAL: u32 = 200;
const LONGEST: usize = 100;
const HOUR: i64 = 3_600_000;
const ENDINGS: [&str; 7] = ["withdrawn", "amended", "forgotten", "resubmitted", "abandoned", "gone", "not_sent"];

/// Something that a program does, or that befalls it.
#[derive(Clone, Debug)]
enum Step {
    Add {
        kind: usize,
        key: Option<u8>,
        batch: Option<u8>,
        twice: bool,
    },
    Reserve {
        job: usize,
        cap: Option<&'static str>,
        behind: u64,
    },
    Happen {
        job: usize,
        event: usize,
        is_likely: bool,
        behind: u64,
        by_owner: bool,
    },
    Own,
    Release,
    Reopen,
    Clock {
        hours: i64,
    },
    List {
        states: usize,
        batch: Option<u8>,
        open_only: bool,
        forgotten_too: bool,
        after: Option<usize>,
        limit: Option<u32>,
    },
    Find {
        job: usize,
        from: usize,
    },
}

/// What the jobs may cost.
const KINDS: [&[&str]; 5] =
    [&["0.3"], &["0.3", "0.000000000001"], &["?"], &["?", "1.5", "0.2"], &["999999999999", "0"]];

fn step() -> impl Strategy<Value = Step> {
    let behind = || prop_oneof![9 => Just(0_u64), 1 => 1..4_u64];
    let caps = prop::sample::select(vec![None, None, Some("0"), Some("0.3"), Some("0.8"), Some("2"), Some("1000")]);
    prop_oneof![
        3 => (0..KINDS.len(), prop::option::of(0..3_u8), prop::option::of(0..2_u8), prop::bool::weighted(0.1))
            .prop_map(|(kind, key, batch, twice)| Step::Add { kind, key, batch, twice }),
        10 => (0..6_usize, caps, behind()).prop_map(|(job, cap, behind)| Step::Reserve { job, cap, behind }),
        40 => (0..6_usize, 0..1000_usize, prop::bool::weighted(0.8), behind(), prop::bool::weighted(0.8))
            .prop_map(|(job, event, is_likely, behind, by_owner)| {
                Step::Happen { job, event, is_likely, behind, by_owner }
            }),
        3 => Just(Step::Own),
        1 => Just(Step::Release),
        1 => Just(Step::Reopen),
        2 => (-30..30_i64).prop_map(|hours| Step::Clock { hours }),
        1 => (0..15_usize, prop::option::of(0..2_u8), any::<(bool, bool)>(), prop::option::of(0..6_usize), prop::option::of(0..4_u32))
            .prop_map(|(states, batch, (open_only, forgotten_too), after, limit)| {
                Step::List { states, batch, open_only, forgotten_too, after, limit }
            }),
        1 => (0..6_usize, 0..36_usize).prop_map(|(job, from)| Step::Find { job, from }),
    ]
}

/// Two drivers to which the same is done.
struct Pair {
    path: Option<tempfile::TempDir>,
    drivers: [Arc<dyn Driver>; 2],
    owners: Option<[Box<dyn Owner>; 2]>,
    /// As they were added.
    jobs: Vec<Record>,
    now: Timestamp,
}

/// What happened and what came too late, by name.
type Seen = RefCell<BTreeMap<(String, bool), u32>>;

impl Pair {
    fn new(on_disk: bool) -> Self {
        let path = on_disk.then(|| tempfile::tempdir().unwrap());
        let drivers = [open(path.as_ref()), Arc::new(Model::default()) as _];
        Self { path, drivers, owners: None, jobs: Vec::new(), now: NOON }
    }

    async fn both<'a, T>(&'a self, ask: impl Fn(&'a dyn Driver) -> polyreel_store::Answer<'a, T>) -> [Result<T>; 2] {
        [ask(&*self.drivers[0]).await, ask(&*self.drivers[1]).await]
    }

    async fn apply(&self, id: JobId, fence: u64, event: &Event, by_owner: bool) -> [Result<Record>; 2] {
        let [mut first, mut second] = [Err(StoreError::NotFound(id)), Err(StoreError::NotFound(id))];
        for (place, driver) in [&mut first, &mut second].into_iter().zip(0..) {
            *place = match &self.owners {
                Some(owners) if by_owner => owners[driver].apply(id, fence, event.clone(), self.now).await,
                _ => self.drivers[driver].apply(id, fence, event.clone(), self.now).await,
            };
        }
        [first, second]
    }

    /// Does it to both, which answer the same.
    async fn walk(&mut self, step: &Step) -> std::result::Result<(), TestCaseError> {
        let job = |place: &usize| self.jobs.get(*place % self.jobs.len().max(1)).map(|record| record.id);
        match step {
            Step::Add { kind, key, batch, twice } => {
                let new = NewJob {
                    key: key.map(|key| format!("key {key}")),
                    batch: batch.map(|batch| format!("batch {batch}")),
                    ..self::job(KINDS[*kind])
                };
                let new = if *twice { vec![new.clone(), new] } else { vec![new] };
                let added = self.both(|driver| driver.add(new.clone(), self.now)).await;
                same(&added)?;
                if let [Ok(added), _] = added {
                    self.jobs.extend(added.iter().filter(|added| !added.existed).map(|added| added.record.clone()));
                }
            }
            Step::Reserve { job: place, cap, behind } => {
                let Some(id) = job(place) else { return Ok(()) };
                let Some(owners) = &self.owners else { return Ok(()) };
                let cap = cap.map(amount);
                let caps = Caps { per_request: None, per_batch: cap, per_day: cap.map(|cap| cap * 2) };
                let fence = self.fence(id).await.saturating_sub(*behind);
                let [first, second] = owners;
                let first = first.reserve(id, fence, caps, self.now).await;
                same(&[first, second.reserve(id, fence, caps, self.now).await])?;
            }
            Step::Happen { job: place, event: event_number, is_likely, behind, by_owner } => {
                let Some(id) = job(place) else { return Ok(()) };
                let record = self.drivers[1].get(id).await.unwrap().unwrap();
                // What ends a job early is tried less often than what leads on.
                let leads_on = |event: &Event| !ENDINGS.contains(&event.name()) || event_number % 4 == 0;
                let can_happen = |event: &Event| {
                    !*is_likely || (leads_on(event) && machine::apply(&record, event, self.now).is_ok())
                };
                let events: Vec<_> = events().into_values().filter(can_happen).collect();
                let Some(event) = events.get(event_number / 4 % events.len().max(1)) else { return Ok(()) };
                let fence = record.fence.saturating_sub(*behind);
                same(&self.apply(id, fence, event, *by_owner).await)?;
            }
            Step::Own => {
                let [first, second] = self.both(|driver| driver.own(self.now)).await;
                match (first, second) {
                    (Ok(first), Ok(second)) => {
                        prop_assert_eq!(first.recovered, second.recovered);
                        self.owners = Some([first.owner, second.owner]);
                    }
                    (Err(StoreError::Owned { .. }), Err(StoreError::Owned { .. })) => {}
                    other => return Err(TestCaseError::fail(format!("{other:?}"))),
                }
            }
            Step::Release => self.owners = None,
            Step::Reopen if self.path.is_some() => {
                self.owners = None;
                self.drivers[0] = Arc::new(Model::default());
                self.drivers[0] = open(self.path.as_ref());
            }
            Step::Reopen => {}
            Step::Clock { hours } => {
                self.now = Timestamp(self.now.0.saturating_add_signed(hours * HOUR));
            }
            Step::List { states, batch, open_only, forgotten_too, after, limit } => {
                let filter = Filter {
                    states: polyreel_store::State::ALL.into_iter().take(*states).collect(),
                    batch: batch.map(|batch| format!("batch {batch}")),
                    open_only: *open_only,
                    forgotten_too: *forgotten_too,
                    after: after.as_ref().and_then(job),
                    limit: *limit,
                };
                same(&self.both(|driver| driver.list(filter.clone())).await)?;
            }
            Step::Find { job: place, from } => {
                let Some(id) = job(place) else { return Ok(()) };
                for part in [&id.to_string()[*from..], &id.to_string().to_uppercase()[..*from], "%"] {
                    same(&self.both(|driver| driver.find(part)).await)?;
                }
            }
        }
        Ok(())
    }

    async fn fence(&self, id: JobId) -> u64 {
        self.drivers[1].get(id).await.unwrap().unwrap().fence
    }

    /// Both hold the same, and what happened leads to it.
    async fn judge(&self, seen: &Seen) -> std::result::Result<(), TestCaseError> {
        for first in &self.jobs {
            let id = first.id;
            let records = self.both(|driver| driver.get(id)).await;
            same(&records)?;
            let events = self.both(|driver| driver.events(id)).await;
            same(&events)?;
            let ([Ok(Some(record)), _], [Ok(events), _]) = (records, events) else { continue };
            for event in &events {
                *seen.borrow_mut().entry((event.name.clone(), event.ignored)).or_default() += 1;
            }
            never_sent_twice(
                &events.iter().filter(|event| !event.ignored).map(|event| &*event.name).collect::<Vec<_>>(),
            )?;
            let mut replayed = first.clone();
            for happened in events.iter().filter(|event| !event.ignored && !record.forgotten) {
                replayed = machine::apply(&replayed, happened.event.as_ref().unwrap(), happened.at).unwrap();
            }
            prop_assert!(record.forgotten || replayed == record, "{:?} leads to {:?}", events, replayed);
        }
        let days = (0..200).map(|day| Scope::Day(polyreel_store::Day(NOON.day().0 - 100 + day)));
        let days = days.chain([Scope::Day(polyreel_store::Day(20_000))]);
        let batches = (0..2).map(|batch| Scope::Batch(format!("batch {batch}")));
        for scope in days.chain(batches).chain([Scope::All]) {
            same(&self.both(|driver| driver.spending(scope.clone())).await)?;
        }
        Ok(())
    }
}

fn open(path: Option<&tempfile::TempDir>) -> Arc<dyn Driver> {
    Arc::new(match path {
        Some(folder) => SqliteDriver::open(folder.path().join("jobs.sqlite")).unwrap(),
        None => SqliteDriver::in_memory().unwrap(),
    })
}

fn same<T: std::fmt::Debug + PartialEq>(answers: &[Result<T>; 2]) -> std::result::Result<(), TestCaseError> {
    prop_assert_eq!(&answers[0], &answers[1]);
    Ok(())
}

/// Between two creates of one job stands the word of somebody who knows, or who may decide.
fn never_sent_twice(events: &[&str]) -> std::result::Result<(), TestCaseError> {
    let mut may_send = true;
    for event in events {
        match *event {
            "sending" if !may_send => return Err(TestCaseError::fail(format!("sent twice: {events:?}"))),
            "sending" => may_send = false,
            "not_sent" | "unreachable" | "refused" | "not_found" | "resubmitted" => may_send = true,
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn the_file_keeps_what_the_machine_says() {
    let (count, seed): (u32, u64) =
        (asked("POLYREEL_ORDERS").unwrap_or(USUAL), asked("POLYREEL_ORDERS_SEED").unwrap_or(1));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases: count, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let steps = (prop::bool::weighted(0.1), prop::collection::vec(step(), 1..LONGEST));
    let tally = Seen::default();
    let done = runner.run(&steps, |(on_disk, steps)| {
        runtime.block_on(async {
            let mut pair = Pair::new(on_disk);
            pair.walk(&Step::Add { kind: 0, key: None, batch: Some(0), twice: false }).await?;
            pair.walk(&Step::Own).await?;
            for step in &steps {
                pair.walk(step).await?;
            }
            pair.judge(&tally).await
        })
    });
    done.unwrap_or_else(|failed| panic!("seed {seed}: {failed}"));
    let tally = tally.into_inner();
    for name in events().into_keys().filter(|_| count >= USUAL) {
        let times = |ignored| tally.get(&(name.to_owned(), ignored)).copied().unwrap_or_default();
        // Nobody but the driver says that everybody is gone, and it is never late.
        let is_late_too = name == "recovered" || times(true) > 0;
        assert!(times(false) > 0 && is_late_too, "{name} is not tried enough: {tally:?}");
    }
}
