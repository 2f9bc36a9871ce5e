//! Rows on their way to their films.

use std::collections::HashMap;
use std::sync::Arc;

use polyreel_store::{Ended, JobId, Owner, Record, State, StoreError, WorkError, Worker};
use tokio::task::JoinSet;

use super::page::Row;
use super::run::told;
use crate::many::{self, Crowd};
use crate::report::Outcome;
use crate::show;
use crate::signals::Signals;
use crate::site::Site;

/// How rows are worked on.
pub(super) struct Work {
    pub(super) worker: Worker,
    pub(super) owner: Arc<dyn Owner>,
    pub(super) at_once: u32,
    pub(super) json: bool,
}

impl Work {
    pub(super) async fn off(&self, rows: Vec<(String, Record)>, site: &Site) -> Vec<Row> {
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
