//! Another driver of the same machine: a list in memory that nothing survives, plain enough to be believed.
//!
//! What drives jobs may rely on what both drivers do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use polyreel_store::{
    Added, Amount, Answer, Caps, Day, Difference, Driver, Event, Filter, Happened, JobId, NewJob, Owned, Owner, Record,
    Result, Scope, Spending, StoreError, Sum, Timestamp, machine,
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Model(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// In the order in which they were added.
    jobs: Vec<Record>,
    events: BTreeMap<JobId, Vec<Happened>>,
    is_owned: bool,
    last_day: u64,
}

impl Kept {
    fn place(&self, id: JobId) -> Result<usize> {
        self.jobs.iter().position(|record| record.id == id).ok_or(StoreError::NotFound(id))
    }

    fn add(&mut self, jobs: Vec<NewJob>, now: Timestamp) -> Result<Vec<Added>> {
        let (mut all, mut added) = (self.jobs.clone(), Vec::new());
        for job in jobs {
            let id = job.id;
            let invalid = |why: &str| StoreError::Invalid { id, why: why.to_owned() };
            let record = job.record(now).map_err(invalid)?;
            let same = all.iter().find(|other| other.key.is_some() && other.key == record.key).cloned();
            if same.is_none() && all.iter().any(|other| other.id == id) {
                return Err(invalid("another job has its name; draw another"));
            }
            let existed = same.is_some();
            let record = same.unwrap_or_else(|| {
                all.push(record.clone());
                record
            });
            added.push(Added { record, existed });
        }
        self.jobs = all;
        Ok(added)
    }

    fn log(&mut self, id: JobId, fence: u64, event: &Event, at: Timestamp, ignored: bool) {
        let happened = Happened { fence, at, name: event.name().to_owned(), event: Some(event.clone()), ignored };
        self.events.entry(id).or_default().push(happened);
    }

    fn apply(&mut self, id: JobId, fence: u64, event: &Event, now: Timestamp, caps: Option<Caps>) -> Result<Record> {
        if let Some(why) = event.problem() {
            return Err(StoreError::Invalid { id, why: why.to_owned() });
        }
        let place = self.place(id)?;
        let before = self.jobs[place].clone();
        if before.fence != fence {
            self.log(id, fence, event, now, true);
            return Err(StoreError::Stale { event: event.name(), fence, current: Box::new(before) });
        }
        match machine::apply(&before, event, now) {
            Err(illegal) => {
                self.log(id, fence, event, now, true);
                Err(StoreError::Illegal { illegal, current: Box::new(before) })
            }
            Ok(after) => {
                if let (Some(caps), Event::Reserved { price, day }) = (caps, event) {
                    let batch = before.batch.clone().map(Scope::Batch).map(|batch| self.spending(&batch));
                    let day = self.spending(&Scope::Day(*day));
                    caps.check(price.as_ref(), &batch.unwrap_or_default(), &day)
                        .map_err(|over| StoreError::OverCap { id, over })?;
                }
                if let Event::Reserved { day, .. } = event {
                    self.last_day = day.0;
                }
                self.log(id, fence, event, now, false);
                if after.forgotten {
                    self.events.entry(id).or_default().iter_mut().for_each(|happened| happened.event = None);
                }
                self.jobs[place] = after.clone();
                Ok(after)
            }
        }
    }

    /// Added up anew each time.
    fn spending(&self, scope: &Scope) -> Spending {
        let mut spending = Spending::default();
        for record in &self.jobs {
            for ((of, currency), entry) in Difference::between(None, record).0 {
                if of != *scope {
                    continue;
                }
                let Some(currency) = currency else {
                    spending.unpriced += u64::try_from(entry.reserved + entry.spent).unwrap();
                    continue;
                };
                let sum = spending.sums.entry(currency).or_default();
                let add = |amount: Amount, more: i128| Amount { trillionths: amount.trillionths + more };
                (sum.reserved, sum.spent) = (add(sum.reserved, entry.reserved), add(sum.spent, entry.spent));
            }
        }
        spending.sums.retain(|_, sum| *sum != Sum::default());
        spending
    }

    fn recover(&mut self, now: Timestamp) -> Result<Vec<Record>> {
        let mut recovered = Vec::new();
        for mut record in self.jobs.clone() {
            let fence = record.fence;
            while let Some(event) = machine::recovery(&record) {
                record = self.apply(record.id, record.fence, &event, now, None)?;
            }
            recovered.extend((record.fence != fence).then_some(record));
        }
        Ok(recovered)
    }
}

impl Model {
    /// One that has kept these.
    pub(crate) fn of(jobs: Vec<Record>) -> Self {
        Self(Arc::new(Mutex::new(Kept { jobs, ..Kept::default() })))
    }

    fn answer<T: Send + 'static>(&self, work: impl FnOnce(&mut Kept) -> Result<T>) -> Answer<'static, T> {
        let answer = work(&mut self.0.lock().unwrap());
        Box::pin(async { answer })
    }
}

impl Driver for Model {
    fn add(&self, jobs: Vec<NewJob>, now: Timestamp) -> Answer<'_, Vec<Added>> {
        self.answer(|kept| kept.add(jobs, now))
    }

    fn apply(&self, id: JobId, fence: u64, event: Event, now: Timestamp) -> Answer<'_, Record> {
        self.answer(|kept| {
            let place = kept.place(id)?;
            let record = &kept.jobs[place];
            if record.fence == fence && event.problem().is_none() && machine::needs_owner(record, &event) {
                return Err(StoreError::OwnerOnly { id, event: event.name() });
            }
            kept.apply(id, fence, &event, now, None)
        })
    }

    fn get(&self, id: JobId) -> Answer<'_, Option<Record>> {
        self.answer(|kept| Ok(kept.place(id).ok().map(|place| kept.jobs[place].clone())))
    }

    fn list(&self, filter: Filter) -> Answer<'_, Vec<Record>> {
        self.answer(|kept| {
            let after = filter.after.map(|id| kept.place(id)).transpose()?.map_or(0, |place| place + 1);
            let is_meant = |record: &&Record| {
                (filter.forgotten_too || !record.forgotten)
                    && (filter.states.is_empty() || filter.states.contains(&record.state))
                    && (filter.batch.is_none() || filter.batch == record.batch)
                    && !(filter.open_only && record.state.is_terminal())
            };
            let limit = filter.limit.map_or(usize::MAX, |limit| limit as usize);
            Ok(kept.jobs[after..].iter().filter(is_meant).take(limit).cloned().collect())
        })
    }

    fn find(&self, part: &str) -> Answer<'_, Vec<Record>> {
        self.answer(|kept| {
            let part = part.to_lowercase();
            let is_meant = |record: &&Record| {
                let id = record.id.to_string();
                !part.is_empty() && !record.forgotten && (id.starts_with(&part) || id.ends_with(&part))
            };
            Ok(kept.jobs.iter().filter(is_meant).take(10).cloned().collect())
        })
    }

    fn events(&self, id: JobId) -> Answer<'_, Vec<Happened>> {
        self.answer(|kept| Ok(kept.events.get(&id).cloned().unwrap_or_default()))
    }

    fn spending(&self, scope: Scope) -> Answer<'_, Spending> {
        self.answer(|kept| Ok(kept.spending(&scope)))
    }

    fn own(&self, now: Timestamp) -> Answer<'_, Owned> {
        self.answer(|kept| {
            if std::mem::replace(&mut kept.is_owned, true) {
                return Err(StoreError::Owned { store: "model".into(), pid: None });
            }
            Ok(Owned { recovered: kept.recover(now)?, owner: Box::new(ModelOwner(self.clone())) })
        })
    }
}

#[derive(Debug)]
struct ModelOwner(Model);

impl Drop for ModelOwner {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().is_owned = false;
    }
}

impl Owner for ModelOwner {
    fn reserve(&self, id: JobId, fence: u64, caps: Caps, now: Timestamp) -> Answer<'_, Record> {
        self.0.answer(|kept| {
            let place = kept.place(id)?;
            let price = kept.jobs[place].candidate().and_then(|candidate| candidate.price.clone());
            let day = Day(now.day().0.max(kept.last_day));
            kept.apply(id, fence, &Event::Reserved { price, day }, now, Some(caps))
        })
    }

    fn apply(&self, id: JobId, fence: u64, event: Event, now: Timestamp) -> Answer<'_, Record> {
        self.0.answer(|kept| {
            let place = kept.place(id)?;
            let is_current = kept.jobs[place].fence == fence && event.problem().is_none();
            if is_current && matches!(event, Event::Reserved { .. } | Event::Recovered) {
                return Err(StoreError::OwnerOnly { id, event: event.name() });
            }
            kept.apply(id, fence, &event, now, None)
        })
    }
}
