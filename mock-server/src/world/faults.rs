//! Which fault befalls an answer.

use std::collections::BTreeMap;
use std::time::Duration;

use polyreel_spec::{Inputs, Provider, Step};

use super::chance::{fingerprint, is_among};
use super::{Plan, World};
use crate::fault::asked_for;
use crate::{Break, Fault, FaultPlan, How, NoFault, Request, What};

/// The most different creates that are remembered.
const MOST_SUBMITS: usize = 10_000;

/// The faults of one job, and what they were asked about until now.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobFaults {
    pub(crate) plan: FaultPlan,
    /// The same for a job that comes from the same create, in another run or among others.
    pub(crate) key: u64,
    pub(crate) attempts: BTreeMap<What, u32>,
    /// What befell it, so that it can be asked for again.
    pub(crate) injected: Vec<Fault>,
}

/// Who has tried this often has tried.
const ENOUGH_TRIES: u32 = 3;

/// How many faults of a job are remembered.
const MOST_INJECTED: usize = 100;

impl JobFaults {
    /// Whether this befalls the job itself, or its callback.
    pub(crate) fn is(&self, how: How) -> bool {
        self.of_job().any(|own| own == how)
    }

    /// Whether a client that gives up after this fault could not have helped it: it says that there is nothing to be had,
    /// or it happens again and again.
    pub(crate) fn excuses(&self, fault: Option<Fault>) -> bool {
        let Some(fault) = fault else { return false };
        let passes = match fault.how {
            How::Break(_) | How::RateLimited(_) | How::Http(408 | 425 | 429 | 500..) => true,
            How::Refused(kind) => kind.is_retryable(),
            _ => false,
        };
        let tried = self.attempts.get(&fault.what).copied().unwrap_or_default();
        let goes_on = self.plan.faults.iter().any(|own| own.what == fault.what && own.is_due(tried.saturating_add(1)));
        !passes || goes_on || tried >= ENOUGH_TRIES
    }

    /// What the job fails of, if it fails.
    pub(crate) fn failure(&self) -> Option<How> {
        self.of_job().find(|how| matches!(how, How::Failed | How::Refused(_) | How::Rule(_)))
    }

    fn of_job(&self) -> impl Iterator<Item = How> {
        self.plan.faults.iter().filter(|fault| fault.what.is_of_job()).map(|fault| fault.how)
    }

    /// Writes down what befell the job.
    pub(crate) fn remember(&mut self, fault: Fault) {
        if self.injected.len() < MOST_INJECTED {
            self.injected.push(fault);
        }
    }
}

/// The same create again and again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Submits {
    pub(crate) attempts: u32,
    /// When it may be sent again, as its last refusal said.
    pub(crate) not_before: Duration,
}

impl World {
    /// The faults of a create and of the job that it would make: those that prompt and header ask for, and what chance
    /// has for the job. As second the fault that befalls the create before anything is done.
    pub(crate) fn faults_of_create(
        &self,
        provider: &Provider,
        request: &Request,
        inputs: &Inputs,
        submit: u64,
    ) -> Result<(JobFaults, Option<Fault>), NoFault> {
        let mut plan = header(request)?.unwrap_or_default();
        plan.faults.extend(asked_for(inputs)?.faults);
        let attempt = self.submits.get(&submit).map_or(1, |submits| submits.attempts);
        let key = fingerprint(&(self.settings.seed, &self.settings.customer, submit, attempt));
        for what in What::ALL.into_iter().filter(|what| what.is_of_job()) {
            plan.faults.extend(self.drawn(provider, what, key, 1));
        }
        let before = self.due(&plan, provider, What::Submit, key, attempt);
        let injected = plan.faults.iter().filter(|fault| fault.what.is_of_job()).copied().collect();
        // This create is the next attempt.
        let attempts = BTreeMap::from([(What::Create, attempt.saturating_sub(1))]);
        Ok((JobFaults { plan, key, attempts, injected }, before))
    }

    /// Counts one more create like this.
    pub(crate) fn count_submit(&mut self, submit: u64, now: Duration) {
        if self.submits.len() >= MOST_SUBMITS && !self.submits.contains_key(&submit) {
            self.submits.pop_first();
        }
        let submits = self.submits.entry(submit).or_default();
        submits.attempts = submits.attempts.saturating_add(1);
        self.conduct.too_soon += u64::from(now < submits.not_before);
    }

    /// The fault that befalls this answer, and which attempt it is.
    pub(crate) fn next_fault(
        &mut self,
        provider: &Provider,
        what: What,
        job: Option<&str>,
        asked: Option<&FaultPlan>,
    ) -> (Option<Fault>, u32) {
        let name = what.name();
        let job = job.and_then(|id| self.jobs.get_mut(id));
        let (plan, key, attempt) = match job {
            Some(job) => {
                let attempts = job.faults.attempts.entry(what).or_default();
                *attempts = attempts.saturating_add(1);
                (Some(&job.faults.plan).filter(|plan| !plan.faults.is_empty()).cloned(), job.faults.key, *attempts)
            }
            None => {
                let count = self.journal.count(&provider.id, step_of(what)) + 1;
                let key = fingerprint(&(self.settings.seed, &self.settings.customer, &*provider.id, name));
                (None, key, u32::try_from(count).unwrap_or(u32::MAX))
            }
        };
        let is_due = |fault: &&Fault| fault.what == what && fault.is_due(attempt);
        let mut due = asked.and_then(|plan| plan.faults.iter().find(is_due)).copied();
        due = due.or_else(|| self.due(&plan.unwrap_or_default(), provider, what, key, attempt));
        (due.map(|fault| fault.at(attempt)), attempt)
    }

    /// The first fault of a plan that is due, or else what chance has.
    fn due(&self, plan: &FaultPlan, provider: &Provider, what: What, key: u64, attempt: u32) -> Option<Fault> {
        let planned = plan.faults.iter().find(|fault| fault.what == what && fault.is_due(attempt));
        planned.copied().or_else(|| self.drawn(provider, what, key, attempt))
    }

    /// What chance has.
    fn drawn(&self, provider: &Provider, what: What, key: u64, attempt: u32) -> Option<Fault> {
        let is_here = |of: &Option<String>| of.as_deref().is_none_or(|id| *provider.id == *id);
        let mut risks = self.profile.risks.iter().enumerate();
        let drawn = risks.find(|(position, risk)| {
            risk.fault.what == what
                && risk.fault.is_due(attempt)
                && is_here(&risk.provider)
                && is_among(fingerprint(&(key, attempt, position, risk.fault.to_string())), risk.percent)
        });
        drawn.map(|(_, risk)| risk.fault)
    }
}

/// What the header of a request asks for.
pub(crate) fn header(request: &Request) -> Result<Option<FaultPlan>, NoFault> {
    request.header(FaultPlan::HEADER).map(str::parse).transpose()
}

/// The call that something is the answer to.
fn step_of(what: What) -> Step {
    match what {
        What::Submit | What::Create | What::Callback | What::Job => Step::Create,
        What::Poll => Step::Poll,
        What::Result => Step::Result,
        What::Film => Step::Download,
        What::Find => Step::Find,
        What::Cancel => Step::Cancel,
        What::Upload => Step::Upload,
        What::Balance => Step::Balance,
    }
}

/// Whether the client gets the answer as it is meant, if late.
pub(crate) fn is_harmless(fault: Fault) -> bool {
    matches!(fault.how, How::Break(Break::Drip) | How::NoRange)
}

/// Whether an answer is a film, as bytes.
pub(crate) fn is_film(plan: &Plan) -> bool {
    plan.header("content-type").is_some_and(|value| value.starts_with("video/"))
}
