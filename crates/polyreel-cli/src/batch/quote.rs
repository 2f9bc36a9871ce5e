//! What a batch would cost, before anything is sent.

use std::collections::BTreeMap;

use polyreel::spec::{Amount, Money};
use polyreel_store::{Candidate, State};
use serde_json::{Value, json};

use super::plan::{Plan, Planned, Step};
use crate::{outcome, provider_file, show};

/// Exact sums, one for each currency, and how many prices are unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sum {
    amounts: BTreeMap<String, Amount>,
    pub(super) unpriced: usize,
}

impl Sum {
    pub(super) fn add(&mut self, price: Option<&Money>) {
        match price {
            None => self.unpriced += 1,
            Some(price) => {
                let sum = self.amounts.entry(price.currency.to_string()).or_default();
                sum.trillionths = sum.trillionths.saturating_add(price.amount.trillionths);
            }
        }
    }

    /// `$12.40`, one for each currency.
    pub(super) fn texts(&self) -> Vec<String> {
        let money = |(currency, amount): (&String, &Amount)| {
            Money { amount: *amount, currency: currency.as_str().into() }.to_string()
        };
        self.amounts.iter().map(money).collect()
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = self.texts();
        if self.unpriced > 0 {
            parts.push(format!("{} of unknown price", self.unpriced));
        }
        f.write_str(if parts.is_empty() { "nothing" } else { "" })?;
        f.write_str(&parts.join(" and "))
    }
}

/// The rows that are to be sent, with whom is asked first.
fn to_send(plan: &Plan) -> impl Iterator<Item = (&Planned, &Candidate)> {
    plan.rows.iter().filter_map(|planned| match &planned.step {
        Step::Send(candidates, _) => candidates.first().map(|first| (planned, first)),
        _ => None,
    })
}

/// What all rows that are to be sent would cost.
pub(super) fn total(plan: &Plan) -> Sum {
    let mut sum = Sum::default();
    to_send(plan).for_each(|(_, first)| sum.add(first.price.as_ref()));
    sum
}

/// Says what would be sent, and what would not.
pub(super) fn announce(plan: &Plan) {
    let rows = provider_file::plural(plan.rows.len(), "row");
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for planned in &plan.rows {
        match &planned.step {
            Step::Leave(record) => *left.entry(record.state.name()).or_default() += 1,
            Step::Follow(_) => *left.entry("on their way").or_default() += 1,
            Step::Send(..) => {}
        }
    }
    let left: Vec<_> = left.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let left = if left.is_empty() { String::new() } else { format!("; {}, not sent again", left.join(", ")) };
    let sent = to_send(plan).count();
    show::progress(&format!("{rows}: {sent} to be sent for {}{left}", total(plan)));
    let assumed = to_send(plan).filter(|(_, first)| first.assumed.is_some()).count();
    if assumed > 0 {
        show::progress(&format!("note: the prices of {assumed} of them are assumed"));
    }
    for id in plan.edited.iter().take(10) {
        show::progress(&format!(
            "note: {} was edited, so it is another film and is paid anew",
            polyreel::printable(id)
        ));
    }
    if plan.edited.len() > 10 {
        show::progress(&format!("note: and {} more were edited", plan.edited.len() - 10));
    }
    if plan.gone > 0 {
        show::progress(&format!(
            "note: {} of this batch are in the file no more, and are left alone",
            provider_file::plural(plan.gone, "job")
        ));
    }
    let unknown = plan.rows.iter().filter(|planned| match &planned.step {
        Step::Leave(record) => matches!(record.state, State::Unknown | State::Held | State::Gone),
        _ => false,
    });
    if unknown.count() > 0 {
        show::progress("note: what is unknown may have been paid: polyreel jobs reconcile");
    }
}

/// The last row of the table, under no provider's name.
const ALL: (&str, &str) = ("all", "");

/// The dry run: a row of a table for each provider and model.
pub(super) fn table(plan: &Plan) {
    let mut sums: BTreeMap<(&str, &str), (usize, usize, Sum)> = BTreeMap::new();
    for (_, first) in to_send(plan) {
        for who in [(first.provider.as_str(), first.model.as_str()), ALL] {
            let (count, assumed, sum) = sums.entry(who).or_default();
            *count += 1;
            *assumed += usize::from(first.assumed.is_some());
            sum.add(first.price.as_ref());
        }
    }
    let all = sums.remove(&ALL).unwrap_or_default();
    let row = |((provider, model), (count, assumed, sum)): ((&str, &str), (usize, usize, Sum))| {
        let note = if assumed > 0 { format!(" ({assumed} assumed)") } else { String::new() };
        [provider.to_owned(), model.to_owned(), count.to_string(), format!("{sum}{note}")]
    };
    let rows: Vec<_> = sums.into_iter().chain([(ALL, all)]).map(row).collect();
    show::table(["provider", "model", "rows", "price"], &rows);
}

/// The dry run for programs: an object for each row.
pub(super) fn lines(plan: &Plan) {
    for planned in &plan.rows {
        let (step, rest) = match &planned.step {
            Step::Leave(record) => ("leave", outcome::to_json(record)),
            Step::Follow(record) => ("follow", outcome::to_json(record)),
            Step::Send(candidates, _) => ("send", json!({ "candidates": candidates })),
        };
        let line = json!({ "line": planned.row.line, "id": planned.row.id, "output": planned.output, "step": step });
        show::data(&merged(line, rest).to_string());
    }
}

fn merged(mut one: Value, other: Value) -> Value {
    if let (Some(one), Value::Object(other)) = (one.as_object_mut(), other) {
        for (key, value) in other {
            one.entry(key).or_insert(value);
        }
    }
    one
}
