//! Random walks: what a program may do about its films, in any order, and what may befall them.

use std::fmt;
use std::time::Duration;

use polyreel::mock::{Break, Fault, FaultPlan, FaultProfile, How, Risk, What};
use polyreel_spec::Provider;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// How often each provider stands among those that are drawn: all its models do, or its few in turn.
const MODELS: usize = 6;

/// The most that a program does after it asked for its first film.
const MOST_STEPS: usize = 14;

/// How long a program may do nothing, in seconds: from a moment to days.
const PAUSES: [u64; 8] = [1, 20, 100, 300, 900, 3600, 24 * 3600, 10 * 24 * 3600];

/// What one program does with one account at one provider.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// Among those that the walks were drawn for.
    pub(crate) provider: usize,
    /// Among the provider's.
    pub(crate) model: usize,
    pub(crate) steps: Vec<Step>,
}

/// One thing that a program does. The films that were accepted are counted from 0, and round again.
#[derive(Clone)]
pub(crate) enum Step {
    /// Asks for a film that it has not asked for before, which this befalls.
    Submit(FaultPlan),
    /// Asks again for the film that was refused last, if its error says that this may help, as late as it says.
    SubmitAgain,
    /// Polls a film's job so many times.
    Poll(usize, usize),
    /// Loses a film's job, or its video, and keeps the handle.
    Drop(usize),
    /// Goes on with a film in another process, from the text of its handle.
    Resume(usize),
    /// Asks to stop a film's job.
    Cancel(usize),
    /// Follows a film's job from two processes, so many polls each, in turn.
    Follow(usize, usize),
    /// Does nothing for so long.
    Pass(Duration),
    /// Waits for a film's job.
    Await(usize),
    /// Fetches a film, also one that was fetched before.
    Fetch(usize),
}

/// In a line, so that a walk that fails can be read.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Submit(plan) => write!(f, "submit \"{plan}\""),
            Self::SubmitAgain => write!(f, "submit again"),
            Self::Poll(film, times) => write!(f, "poll {film} {times} times"),
            Self::Drop(film) => write!(f, "drop {film}"),
            Self::Resume(film) => write!(f, "resume {film}"),
            Self::Cancel(film) => write!(f, "cancel {film}"),
            Self::Follow(film, times) => write!(f, "follow {film} twice, {times} times"),
            Self::Pass(time) => write!(f, "pass {} s", time.as_secs()),
            Self::Await(film) => write!(f, "await {film}"),
            Self::Fetch(film) => write!(f, "fetch {film}"),
        }
    }
}

/// All walks with these providers. They shrink to fewer steps, and to fewer faults of each film.
pub(crate) fn walk(providers: &[Provider]) -> impl Strategy<Value = Walk> + use<> {
    let models = |(at, provider): (usize, &Provider)| {
        (0..provider.models.len()).cycle().take(MODELS).map(move |model| (at, model))
    };
    let places: Vec<_> = providers.iter().enumerate().flat_map(models).collect();
    let steps = (faults(), vec(step(), 0..MOST_STEPS));
    (select(places), steps).prop_map(|((provider, model), (first, more))| Walk {
        provider,
        model,
        steps: std::iter::once(Step::Submit(first)).chain(more).collect(),
    })
}

fn step() -> impl Strategy<Value = Step> {
    let film = || 0..4_usize;
    prop_oneof![
        3 => (film(), 1..6_usize).prop_map(|(film, times)| Step::Poll(film, times)),
        3 => film().prop_map(Step::Resume),
        3 => film().prop_map(Step::Fetch),
        3 => select(&PAUSES[..]).prop_map(|seconds| Step::Pass(Duration::from_secs(seconds))),
        2 => film().prop_map(Step::Drop),
        2 => film().prop_map(Step::Await),
        2 => (film(), 1..6_usize).prop_map(|(film, times)| Step::Follow(film, times)),
        2 => faults().prop_map(Step::Submit),
        2 => Just(Step::SubmitAgain),
        2 => film().prop_map(Step::Cancel),
    ]
}

/// Any faults; and more of those that come after a film was accepted, since a provider has no more than half of all calls.
fn faults() -> impl Strategy<Value = FaultPlan> {
    let later = (any::<FaultPlan>(), any::<FaultPlan>()).prop_map(|(one, other)| {
        let faults = one.faults.into_iter().chain(other.faults).filter(|fault| !is_of_create(*fault));
        FaultPlan { faults: faults.collect() }
    });
    prop_oneof![any::<FaultPlan>(), later]
}

/// What of a plan can befall a film of this provider and does not take long in real time.
pub(crate) fn bearable(plan: &FaultPlan, provider: &Provider) -> FaultPlan {
    let can_befall = |fault: Fault| {
        let profile = FaultProfile { risks: vec![Risk { fault, percent: 100.0, provider: None }] };
        profile.check(&std::iter::once(provider)).is_ok()
    };
    // A create is not waited for that long. Of what never comes a little is enough: without end it is as if all broke off.
    let takes_long = |fault: Fault| match fault.how {
        How::Break(Break::Drip) => !is_of_create(fault),
        How::Break(Break::Stall) => !is_of_create(fault) && fault.attempts.is_none(),
        _ => false,
    };
    let faults = plan.faults.iter().copied().filter(|fault| can_befall(*fault) && !takes_long(*fault));
    FaultPlan { faults: faults.collect() }
}

fn is_of_create(fault: Fault) -> bool {
    matches!(fault.what, What::Submit | What::Create)
}
