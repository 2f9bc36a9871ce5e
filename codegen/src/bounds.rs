//! Limits and retention for people.

use minijinja::context;
use minijinja::value::Value;
use polyreel_spec::{Excess, Provider};

use crate::template::Piece;

/// What the provider bounds: how much may be asked, how long things are kept, whether a failure is paid. Each fact comes
/// with the reason to believe it, if nobody states it.
pub(crate) fn bounds(provider: &Provider) -> Vec<Value> {
    let (limits, retention) = (&provider.limits, &provider.retention);
    let excess = match limits.excess {
        None => "",
        Some(Excess::Queued) => "; one more waits its turn",
        Some(Excess::Refused) => "; one more is refused",
    };
    let billed = provider.errors.failed_jobs_billed.map(|billed| if billed { "is" } else { "is not" });
    let facts = [
        (
            "limits.requests_per_minute",
            limits.requests_per_minute.map(|n| format!("{n} calls a minute, polls included.")),
        ),
        ("limits.concurrent", limits.concurrent.map(|n| format!("{n} jobs at the same time{excess}."))),
        (
            "retention.job",
            retention.job.map(|age| format!("The job is forgotten {} after it was submitted.", span(age))),
        ),
        (
            "retention.output",
            retention.output.map(|age| format!("The film can be fetched for {} after it is made.", span(age))),
        ),
        ("errors.failed_jobs_billed", billed.map(|is| format!("A job that fails {is} billed."))),
    ];
    let said = facts.into_iter().filter_map(|(place, fact)| Some((place, fact?)));
    said.map(|(place, fact)| {
        let reason = provider.assumed(place).map(Piece::reason);
        context! { fact => Piece::Prose(fact), assumed => reason }
    })
    .collect()
}

/// `1 hour`, `7 days`, `90 seconds`.
fn span(millis: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")];
    let exact = |(unit, _): &(u64, &str)| millis > 0 && millis.is_multiple_of(*unit);
    match UNITS.into_iter().find(exact) {
        Some((unit, name)) if millis == unit => format!("1 {name}"),
        Some((unit, name)) => format!("{} {name}s", millis / unit),
        None => format!("{millis} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_use_the_largest_unit_that_is_exact() {
        for (millis, shown) in
            [(3_600_000, "1 hour"), (604_800_000, "7 days"), (5_400_000, "90 minutes"), (1_500, "1500 ms"), (0, "0 ms")]
        {
            assert_eq!(span(millis), shown);
        }
    }
}
