//! What a client has to get through, and what to make of how it did.

use std::borrow::Cow;
use std::time::Duration;

use polyreel_spec::{Kind, Provider, Step};

use crate::engine::{Rejection, refusal_by};
use crate::{Fault, FaultPlan, How, NoFault, What, World};

/// Something that a client has to get through: one film, with these faults.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scenario {
    /// Its name: `lost-answer`.
    pub name: Cow<'static, str>,
    /// What befalls, as a [`FaultPlan`].
    pub faults: Cow<'static, str>,
    /// How it has to end.
    pub end: End,
    /// What the client has to do, in one line.
    pub about: Cow<'static, str>,
}

/// How a scenario has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With the film.
    Film,
    /// Without a film, and with a word about it.
    NoFilm,
    /// With the film, or with a word about it that is not there.
    Honest,
}

const fn row(name: &'static str, faults: &'static str, end: End, about: &'static str) -> Scenario {
    Scenario { name: Cow::Borrowed(name), faults: Cow::Borrowed(faults), end, about: Cow::Borrowed(about) }
}

const NO_SECOND_PAY: &str = "the job may exist: do not send the create again, and say that its outcome is unknown";
const GO_ON: &str = "the poll told nothing: ask again";
const NOT_THE_FILM: &str = "what came is not the film: do not save it as one";

impl Scenario {
    /// All scenarios, in the order of a job's life.
    pub const ALL: &[Self] = &[
        row("happy", "", End::Film, "submit, poll, save"),
        row("refused", "bad-input-submit", End::NoFilm, "nothing was created: say why, and do not send it again"),
        row("moderated", "content-submit", End::NoFilm, "nothing was created: say why, and do not send it again"),
        row("unauthorized", "auth-submit", End::NoFilm, "nothing was created: say that the key is refused"),
        row("no-credit", "balance-submit", End::NoFilm, "nothing was created: say that the account is empty"),
        row("too-many-jobs", "concurrency-submit#1", End::Honest, "nothing was created: come back later, or say so"),
        row(
            "rate-limited-then-fine",
            "rate-limit-submit#1",
            End::Film,
            "nothing was created: wait as told, send it again",
        ),
        row("overloaded", "503-submit", End::Honest, NO_SECOND_PAY),
        row("closed-before", "close-submit", End::Honest, NO_SECOND_PAY),
        row("lost-answer", "close-create@0", End::Honest, NO_SECOND_PAY),
        row("reset-answer", "reset-create@0", End::Honest, NO_SECOND_PAY),
        row("cut-answer", "close-create@60", End::Honest, NO_SECOND_PAY),
        row("internal-error", "500-create", End::Honest, NO_SECOND_PAY),
        row("bad-gateway", "502-create", End::Honest, NO_SECOND_PAY),
        row("unavailable", "503-create", End::Honest, NO_SECOND_PAY),
        row("gateway-timeout", "504-create", End::Honest, NO_SECOND_PAY),
        row("html-answer", "html-create", End::Honest, NO_SECOND_PAY),
        row("empty-answer", "empty-create", End::Honest, NO_SECOND_PAY),
        row("malformed-answer", "malformed-create", End::Honest, NO_SECOND_PAY),
        row("mistyped-answer", "mistyped-create", End::Honest, NO_SECOND_PAY),
        row("no-id", "hollow-create", End::Honest, NO_SECOND_PAY),
        row("moved-answer", "redirect-create", End::Honest, NO_SECOND_PAY),
        row("error-inside-answer", "error-inside-create", End::Honest, NO_SECOND_PAY),
        row("unqueued", "unqueued-job", End::Film, "a job may be begun when it is told"),
        row("instant", "instant-job", End::Film, "a job may be done when it is told"),
        row("instant-failure", "instant-job,failed-job", End::NoFilm, "a job may have failed when it is told: say why"),
        row("failed", "failed-job", End::NoFilm, "the job failed: say why"),
        row("moderated-late", "content-job", End::NoFilm, "the job failed for what it shows: say so"),
        row("cancelled", "cancelled-job", End::NoFilm, "somebody stopped the job: say so"),
        row("forgotten", "forgotten-job", End::NoFilm, "the provider forgot the job: say so"),
        row("stuck", "stuck-job", End::NoFilm, "the job never ends: give up some day, and keep its name"),
        row("backwards", "backwards-job", End::Film, "a job that waits again is still a job"),
        row("not-there-yet", "not-found-poll#1-2", End::Film, "a new job may not be known yet: ask again"),
        row("flaky", "503-poll#1-2", End::Film, GO_ON),
        row("poll-timeout", "timeout-poll#1", End::Film, GO_ON),
        row("poll-rate-limited", "rate-limit-poll#1", End::Film, "wait as told, and ask again"),
        row("rate-limit-without-a-pause", "rate-limit-bare-poll#1", End::Film, "wait a while, and ask again"),
        row("rate-limit-until-a-date", "rate-limit-date-poll#1", End::Film, "wait until then, and ask again"),
        row("rate-limit-nonsense", "rate-limit-garbage-poll#1", End::Film, "wait a while, and ask again"),
        row("rate-limit-for-ever", "rate-limit-huge-poll#1", End::Film, "nobody waits for thirty years"),
        row("poll-unauthorized", "auth-poll", End::NoFilm, "say that the key is refused, and keep the job's name"),
        row("html-poll", "html-poll#1-2", End::Film, GO_ON),
        row("empty-poll", "empty-poll#1-2", End::Film, GO_ON),
        row("malformed-poll", "malformed-poll#1-2", End::Film, GO_ON),
        row("mistyped-poll", "mistyped-poll#1-2", End::Film, GO_ON),
        row("hollow-poll", "hollow-poll#1-2", End::Film, GO_ON),
        row("moved-poll", "redirect-poll#1", End::Honest, "a key goes to no other host"),
        row("error-inside-poll", "error-inside-poll#1", End::Honest, "HTTP 200 is not always good"),
        row("unknown-status", "unknown-status-poll#1-2", End::Film, "a new word is not an end: ask again"),
        row("failed-result", "failed-result", End::NoFilm, "a job that was done may have no film: say why"),
        row("forgotten-result", "forgotten-result", End::NoFilm, "a job that was done may be forgotten: say so"),
        row("closed-poll", "close-poll@0#1-2", End::Film, GO_ON),
        row("cut-poll", "close-poll@60#1", End::Film, GO_ON),
        row("reset-poll", "reset-poll@0#1", End::Film, GO_ON),
        row("flaky-film", "503-film#1", End::Film, "the film is there: fetch it again"),
        row("reset-film-once", "reset-film@2000#1", End::Film, "the film is there: fetch the rest, or all of it"),
        row("cut-film", "cut-film", End::NoFilm, NOT_THE_FILM),
        row("closed-film", "close-film@2000", End::NoFilm, NOT_THE_FILM),
        row("empty-film", "empty-film", End::NoFilm, NOT_THE_FILM),
        row("html-film", "html-film", End::NoFilm, NOT_THE_FILM),
        row("expired-film", "404-film", End::NoFilm, "the film is gone: say so"),
        row("forbidden-film", "403-film", End::NoFilm, "the film may not be fetched: say so"),
        row("moved-film", "redirect-film", End::Honest, "a key goes to no other host"),
    ];

    /// All scenarios that concern clients of this provider: those of [`Scenario::ALL`], and a refusal by each rule of its
    /// file. What befalls a call that the provider has not befalls nobody.
    pub fn of(provider: &Provider) -> Vec<Self> {
        let rules = provider.errors.rules.iter().enumerate().map(|(at, rule)| {
            let (number, kind) = (at + 1, rule.kind);
            let name = format!("rule-{number}");
            let example = Rejection::new("prompt", "outcome", "as asked");
            let (faults, end, about) = match refusal_by(provider, Step::Create, rule, &example) {
                Some(_) => (format!("{name}-submit#1"), End::Honest, "refused by the provider's own signs"),
                None => (format!("{name}-job"), End::NoFilm, "failed by the provider's own signs"),
            };
            let about = format!("{about} ({kind}): say why");
            Self { name: name.into(), faults: faults.into(), end, about: about.into() }
        });
        let can_befall = |plan: FaultPlan| plan.faults.iter().all(|fault| fault.why_never(provider).is_none());
        Self::ALL.iter().filter(|own| own.plan().is_ok_and(can_befall)).cloned().chain(rules).collect()
    }

    /// What befalls.
    ///
    /// # Errors
    ///
    /// Never for those of [`Scenario::ALL`].
    pub fn plan(&self) -> Result<FaultPlan, NoFault> {
        if self.faults.is_empty() { Ok(FaultPlan::default()) } else { self.faults.parse() }
    }

    /// What a client did wrong, in lines; none if it got through. The world is its own, and nothing else happened in it.
    pub fn judge(&self, world: &World, provider: &Provider, ended: &Ended) -> Vec<String> {
        let mut wrong = Vec::new();
        if let Some(limit) = ended.cut_off_after {
            wrong.push(format!("it did not end within {} seconds", limit.as_secs()));
        }
        let made = world.made();
        let is_film = ended.saved.as_ref().is_some_and(|saved| made.contains(&&**saved));
        match (&ended.saved, ended.claims_success) {
            (None, true) => wrong.push("it claims success, and saved nothing".to_owned()),
            (Some(_), true) if !is_film => {
                wrong.push("it claims success, and what it saved is not the film".to_owned());
            }
            (Some(_), false) if !is_film => wrong.push("it left something that is not the film".to_owned()),
            _ => {}
        }
        match self.end {
            End::Film if !ended.claims_success => wrong.push("it gave up, and there was a film to be had".to_owned()),
            End::NoFilm if ended.claims_success => wrong.push("it claims success, and there was none".to_owned()),
            _ => {}
        }
        let creates = world.creates(&provider.id);
        // After a refusal as one of too many it may be sent again; the verdict knows how soon.
        let may_repeat = self.plan().is_ok_and(|plan| plan.faults.iter().any(|fault| is_busy(*fault, provider)));
        if creates == 0 {
            wrong.push("it sent no create".to_owned());
        } else if creates > 1 && !may_repeat {
            wrong.push(format!("it sent {creates} creates for one film"));
        }
        if creates > 0 && !self.was_met(world, provider) {
            wrong.push("it gave up before anything went wrong".to_owned());
        }
        // Jobs that were left behind end some day.
        let mut later = world.clone();
        later.catch_up(Duration::MAX / 4);
        wrong.extend(later.verdict().findings.iter().map(ToString::to_string));
        wrong
    }

    /// Whether the client came as far as what goes wrong.
    fn was_met(&self, world: &World, provider: &Provider) -> bool {
        let Ok(plan) = self.plan() else { return false };
        let jobs = world.jobs(Duration::ZERO);
        let injected = |what| jobs.iter().any(|job| job.injected.faults.iter().any(|fault| fault.what == what));
        let is_told_at_once = plan.faults.iter().any(|fault| fault.how == How::Instant);
        plan.faults.iter().all(|fault| match fault.what {
            What::Submit | What::Create => true,
            What::Job => is_told_at_once || provider.poll.is_none() || world.polls(&provider.id) > 0,
            what => injected(what),
        })
    }
}

/// Whether a fault is the refusal of a create as one of too many.
fn is_busy(fault: Fault, provider: &Provider) -> bool {
    let kind = match fault.how {
        How::RateLimited(_) => Some(Kind::RateLimit),
        How::Refused(kind) => Some(kind),
        How::Rule(number) => number.checked_sub(1).and_then(|at| Some(provider.errors.rules.get(at)?.kind)),
        _ => None,
    };
    fault.what == What::Submit && matches!(kind, Some(Kind::RateLimit | Kind::Concurrency))
}

/// How a client ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// It says that the film is made and saved: the exit code is 0.
    pub claims_success: bool,
    /// What it left where the film should be.
    pub saved: Option<Vec<u8>>,
    /// It was stopped after this time.
    pub cut_off_after: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn scenarios_have_names_and_plans() {
        let names: BTreeSet<_> = Scenario::ALL.iter().map(|scenario| &scenario.name).collect();
        assert_eq!(names.len(), Scenario::ALL.len());
        for scenario in Scenario::ALL {
            assert_eq!(scenario.plan().map(|plan| plan.to_string()), Ok(scenario.faults.to_string()));
        }
    }
}
