//! What a world does about calls around the making of a film.

use std::sync::Arc;
use std::time::Duration;

use polyreel_spec::{Kind, Provider, State, Step};

use super::report::{forgotten, unsayable};
use super::{Plan, World};
use crate::engine::{
    Rejection, Request, SaidState, answer, file, misfit, names_uploads_by_number, number, refusal, refusal_with,
};

/// How long it takes until a job stops that was asked to, where it does not stop at once.
const STOPPING: Duration = Duration::from_secs(5);

impl World {
    /// A cancel of a job that is there.
    pub(crate) fn cancel(&mut self, now: Duration, provider: &Provider, job: &str) -> Plan {
        let (Some(own), Some(cancel)) = (self.jobs.get_mut(job), &provider.cancel) else {
            return unsayable(provider, Step::Cancel);
        };
        let state = own.state(now);
        let stopped = || answer(provider, Step::Cancel, &SaidState::Cancelled { billed: None }.into(), 0);
        let stopping = || answer(provider, Step::Cancel, &SaidState::Accepted.into(), 0);
        match state {
            State::Expired => return forgotten(provider, Step::Cancel),
            State::Queued | State::Running if cancel.during.is_empty() || cancel.during.contains(&state) => {
                // What has not begun is stopped at once where the provider knows both.
                let at_once = if state == State::Queued { stopped() } else { None };
                if let Some(answer) = at_once.or_else(|| stopping().is_none().then(stopped).flatten()) {
                    self.stop(now, Duration::ZERO, job);
                    return answer.into();
                }
                self.stop(now, STOPPING, job);
                return stopping().map_or_else(|| unsayable(provider, Step::Cancel), Plan::from);
            }
            State::Done | State::Failed | State::Cancelled if cancel.deletes_finished => {
                own.is_deleted = true;
                return stopped().map_or_else(|| unsayable(provider, Step::Cancel), Plan::from);
            }
            _ => {}
        }
        let rejection = Rejection::new("id", "state", format!("a job that is {} cannot be stopped", state.name()));
        match cancel.refused.first() {
            Some(pattern) => refusal_with(provider, pattern.example(), &rejection).into(),
            None => refusal(provider, Step::Cancel, Kind::BadInput, &rejection).into(),
        }
    }

    /// The question how much is left.
    pub(crate) fn tell_balance(&mut self, provider: &Provider, request: &Request) -> Plan {
        if let Some(rejection) = provider.balance.as_ref().and_then(|own| misfit(provider, &own.operation, request)) {
            return refusal(provider, Step::Balance, Kind::BadInput, &rejection).into();
        }
        let amount = self.account(provider).balance;
        let answer = answer(provider, Step::Balance, &SaidState::Balance { amount }.into(), 0);
        answer.map_or_else(|| unsayable(provider, Step::Balance), Plan::from)
    }

    /// A file for a later create.
    pub(crate) fn upload(&mut self, provider: &Provider, request: &Request) -> Plan {
        let bytes = match file(provider, request) {
            Ok(bytes) => bytes,
            Err(rejection) => return refusal(provider, Step::Upload, Kind::BadInput, &rejection).into(),
        };
        let uploads = &mut self.accounts.entry(provider.id.to_string()).or_default().uploads;
        let name = format!("mock-file-{:06}", uploads.len() + 1);
        let id = if names_uploads_by_number(provider) { number(&name).to_string() } else { name };
        uploads.insert(id.clone(), Arc::from(bytes));
        let answer = answer(provider, Step::Upload, &SaidState::Uploaded { id }.into(), 0);
        answer.map_or_else(|| unsayable(provider, Step::Upload), Plan::from)
    }

    fn stop(&mut self, now: Duration, after: Duration, id: &str) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        job.stop(now, after);
        let at = job.stops_at.unwrap_or(now);
        self.expect_end(at, id);
    }
}
