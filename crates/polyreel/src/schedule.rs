//! Many requests, each where it is done soonest.

use std::collections::BTreeMap;
use std::time::Duration;

use polyreel_runtime::spec::Provider;

use crate::Choice;

/// Places work one piece after another, each where it is done first by what providers state: how long it takes, how many jobs
/// they take at once, and how many calls a minute. Nothing is asked, and nothing is remembered beyond this value.
///
/// This is list scheduling: no order in which the same pieces are placed so takes twice as long as the best one there is, where
/// all providers are equal.
///
/// ```
/// # #[cfg(feature = "all")] {
/// use polyreel::{Route, Schedule, Terms, VideoRequest};
///
/// let quotes = VideoRequest::new("A cat.").quotes(polyreel::all().iter().copied());
/// let way = Route::Soonest.plan(&quotes, &Terms::default()).unwrap();
/// let mut schedule = Schedule::default();
/// let chosen: Vec<_> = (0..40).filter_map(|_| schedule.place(&way)).collect();
/// assert_eq!(chosen[0], 0, "the fastest, as long as it takes more");
/// assert!(chosen.iter().any(|index| *index > 0), "then somebody slower, who is done before the fastest is free again");
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    lanes: BTreeMap<String, Lane>,
}

/// What goes to one provider.
#[derive(Clone, Debug, Default, PartialEq)]
struct Lane {
    /// When each place is free, as many as there may be jobs at once; empty where that is not limited.
    free: Vec<Duration>,
    /// When the next create may be sent.
    next_create: Duration,
    /// The pause between two creates.
    pause: Duration,
    last: Duration,
}

impl Lane {
    fn of(provider: &Provider) -> Self {
        let limits = &provider.limits;
        let pause = limits.requests_per_minute.map(|calls| Duration::from_secs(60) / calls.max(1));
        let places = limits.concurrent.map_or(0, |places| places.max(1) as usize);
        Self { free: vec![Duration::ZERO; places], pause: pause.unwrap_or_default(), ..Self::default() }
    }

    /// The place that is free first, and when work could begin there.
    fn first(&self) -> (Option<usize>, Duration) {
        let first = self.free.iter().enumerate().min_by_key(|(_, free)| **free);
        let free = first.map_or(Duration::ZERO, |(_, free)| *free);
        (first.map(|(place, _)| place), free.max(self.next_create))
    }

    fn take(&mut self, takes: Duration) {
        let (place, begin) = self.first();
        self.next_create = begin.saturating_add(self.pause);
        self.last = self.last.max(begin.saturating_add(takes));
        if let Some(free) = place.and_then(|place| self.free.get_mut(place)) {
            *free = begin.saturating_add(takes);
        }
    }
}

impl Schedule {
    /// Places a piece of work with the one of these offers that is done first, and says with which: an index. The earlier one
    /// of two that are done together. `None` if none of them says how long it takes.
    pub fn place(&mut self, choices: &[Choice<'_, '_>]) -> Option<usize> {
        let done = |choice: &Choice<'_, '_>| {
            let takes = choice.offer.longest()?;
            let lane = self.lanes.get(&*choice.offer.provider.id);
            let (_, begin) = lane.map_or_else(|| Lane::of(choice.offer.provider).first(), Lane::first);
            Some(begin.saturating_add(takes))
        };
        let ends = choices.iter().enumerate().filter_map(|(index, choice)| Some((done(choice)?, index)));
        let (_, index) = ends.min()?;
        let offer = choices.get(index)?.offer;
        let lane = self.lanes.entry(offer.provider.id.to_string()).or_insert_with(|| Lane::of(offer.provider));
        lane.take(offer.longest()?);
        Some(index)
    }

    /// When all that was placed is done, counted from the beginning.
    pub fn makespan(&self) -> Duration {
        self.lanes.values().map(|lane| lane.last).max().unwrap_or_default()
    }
}
