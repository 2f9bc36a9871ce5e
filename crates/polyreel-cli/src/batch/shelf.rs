//! Rows on their way into the store.

use std::path::Path;
use std::sync::Arc;

use polyreel_store::machine::Event;
use polyreel_store::{Driver, NewJob, Order, Owner, Record, State, Timestamp};

use super::plan::{Plan, Step};
use crate::exit::Failure;
use crate::site::Site;
use crate::{ordering, store};

/// Where the rows are put.
pub(super) struct Shelf<'a> {
    pub(super) driver: &'a Arc<dyn Driver>,
    pub(super) owner: &'a Arc<dyn Owner>,
    pub(super) site: &'a Site,
    pub(super) batch: &'a str,
}

impl Shelf<'_> {
    /// Puts every row into the store that is not there yet, and gives what is to be sent again a new attempt.
    pub(super) async fn place(&self, plan: Plan) -> Result<Vec<(String, Record)>, Failure> {
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

fn file_name(output: &Path) -> String {
    output.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
