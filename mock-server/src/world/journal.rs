//! What a server has seen and done, for those who look at it from outside.

use std::collections::VecDeque;
use std::time::Duration;

use polyreel_spec::{Money, State, Step};

use crate::{Fault, FaultPlan};

/// The most requests that are kept; older ones are counted alone.
pub(super) const MOST_ENTRIES: usize = 10_000;
/// The most bytes of them.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The longest path that is kept, in bytes.
const LONGEST_PATH: usize = 1024;

/// One request as it was received. Keys, bodies and queries are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// When, on the server's clock.
    pub at: Duration,
    /// The method.
    pub method: String,
    /// The path below the origin, without the query.
    pub path: String,
    /// The provider that was called, by its id.
    pub provider: Option<String>,
    /// Which call it was.
    pub step: Option<Step>,
    /// The job that it was about or that it began.
    pub job: Option<String>,
    /// The HTTP code of the answer; `None` when the connection was closed without one.
    pub http: Option<u16>,
    /// What befell the answer.
    pub fault: Option<Fault>,
    /// What is wrong with the request, and what to do.
    pub why: Option<String>,
    /// A key was sent to where films are, and should not have been.
    pub key_leaked: bool,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobReport {
    /// The id that the server minted: `mock-000001`.
    pub id: String,
    /// The provider, by its id.
    pub provider: String,
    /// The model, by our name for it.
    pub model: String,
    /// How it is now.
    pub state: State,
    /// What was reserved when it was created. `None` is *unknown*, never free.
    pub price: Option<Money>,
    /// What befell it until now: whoever asks for this gets the same again.
    pub injected: FaultPlan,
}

/// What was spent at one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spending {
    /// The provider, by its id.
    pub provider: String,
    /// The sum of all known prices that are reserved or charged, one for each currency.
    pub totals: Vec<Money>,
    /// How many jobs have no known price and are in no sum.
    pub unpriced: usize,
}

/// The latest requests, and how many there were in all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Received>,
    bytes: usize,
    /// By step and provider: a handful of both.
    counts: Vec<(Step, String, usize)>,
    total: u64,
}

impl Journal {
    pub(crate) fn write(&mut self, mut entry: Received) {
        self.total += 1;
        if let (Some(provider), Some(step)) = (&entry.provider, entry.step) {
            match self.counts.iter_mut().find(|(of, own, _)| *of == step && own == provider) {
                Some((.., count)) => *count += 1,
                None => self.counts.push((step, provider.clone(), 1)),
            }
        }
        let cut = (0..=LONGEST_PATH.min(entry.path.len())).rev().find(|at| entry.path.is_char_boundary(*at));
        entry.path.truncate(cut.unwrap_or_default());
        self.bytes += size(&entry);
        self.entries.push_back(entry);
        while self.entries.len() > MOST_ENTRIES || self.bytes > MOST_BYTES {
            let Some(oldest) = self.entries.pop_front() else { return };
            self.bytes -= size(&oldest);
        }
    }

    /// Those that are kept, oldest first.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Received> {
        self.entries.iter()
    }

    /// The newest.
    pub(crate) fn last(&self) -> Option<&Received> {
        self.entries.back()
    }

    /// How many calls of a step a provider received, kept or not.
    pub(crate) fn count(&self, provider: &str, step: Step) -> usize {
        let own = self.counts.iter().find(|(of, own, _)| *of == step && own == provider);
        own.map_or(0, |(.., count)| *count)
    }

    /// How many requests there were, kept or not.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }
}

/// About how many bytes an entry takes.
fn size(entry: &Received) -> usize {
    let texts =
        [Some(&entry.method), Some(&entry.path), entry.provider.as_ref(), entry.job.as_ref(), entry.why.as_ref()];
    size_of::<Received>() + texts.into_iter().flatten().map(String::len).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_requests_are_counted_and_forgotten() {
        let entry = |path: String| Received {
            at: Duration::ZERO,
            method: "GET".to_owned(),
            path,
            provider: Some("acme".to_owned()),
            step: Some(Step::Poll),
            job: None,
            http: Some(200),
            fault: None,
            why: None,
            key_leaked: false,
        };
        let mut journal = Journal::default();
        for number in 0..MOST_ENTRIES + 5 {
            journal.write(entry(format!("/{number}")));
        }
        assert_eq!((journal.entries().count(), journal.total()), (MOST_ENTRIES, MOST_ENTRIES as u64 + 5));
        assert_eq!(journal.entries().next().unwrap().path, "/5");
        assert_eq!((journal.count("acme", Step::Poll), journal.count("acme", Step::Create)), (MOST_ENTRIES + 5, 0));
        for _ in 0..10_000 {
            journal.write(entry("é".repeat(50_000)));
        }
        assert!(journal.bytes <= MOST_BYTES && journal.entries().all(|entry| entry.path.len() <= LONGEST_PATH));
    }
}
