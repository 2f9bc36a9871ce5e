//! Prices and latencies: nested tables made flat and complete.

use super::super::containers::Nested;
use super::super::reading::{Context, Located, Many};
use super::super::values::Millis;
use super::super::written;
use super::{text, texts};
use crate::{Credit, Field, Latency, LatencyRow, Per, Price, PriceRow, Scalar};

pub(in crate::source) const CURRENCIES: [&str; 3] = ["USD", "EUR", "CNY"];

/// A unit is a currency or one of the file's own.
pub(super) fn unit_is_known(unit: &Located<String>, known: &[&str], context: &mut Context<'_>) {
    if !known.contains(&unit.as_str()) {
        let hint = format!("known are {}; a unit of the provider's own is defined under `credits`", known.join(", "));
        context.problem_with_hint("M404", &unit.span, format!("unknown unit `{}`", unit.value), hint);
    }
}

pub(super) fn price(
    price: &Located<written::Price>,
    fields: &[&Field],
    credits: &[Credit],
    context: &mut Context<'_>,
) -> Option<Price> {
    let unit = price.unit.as_ref().map_or_else(|| "USD".into(), text);
    if let Some(written) = &price.unit {
        let own = credits.iter().map(|credit| &*credit.unit);
        let known: Vec<_> = CURRENCIES.into_iter().chain(own).collect();
        unit_is_known(written, &known, context);
    }
    if let Some(per) = price.per.as_ref().filter(|per| per.value == Per::Second)
        && !fields.iter().any(|field| field.name == "duration")
    {
        context.problem("M405", &per.span, "the model has no duration to multiply by");
    }
    let read = [("amount", price.amount.is_some()), ("by", price.by.is_some()), ("table", price.table.is_some())];
    if read.into_iter().any(|(key, is_read)| price.names(key) && !is_read) {
        return None;
    }
    let per = price.per.as_ref().map_or(Per::Video, |per| per.value);
    let leaves = rows(price.amount.as_ref(), price.by.as_ref(), price.table.as_ref(), fields, &price.span, context)?;
    let table = leaves.into_iter().map(|(when, leaf)| PriceRow { when: when.into(), amount: leaf.0 }).collect();
    Some(Price { unit, per, by: texts(price.by.as_ref()), table })
}

pub(super) fn latency(
    latency: &Located<written::Latency>,
    fields: &[&Field],
    context: &mut Context<'_>,
) -> Option<Latency> {
    let (between, by, table) = (latency.between.as_ref(), latency.by.as_ref(), latency.table.as_ref());
    let read = [("between", between.is_some()), ("by", by.is_some()), ("table", table.is_some())];
    if read.into_iter().any(|(key, is_read)| latency.names(key) && !is_read) {
        return None;
    }
    let leaves = rows(between, by, table, fields, &latency.span, context)?;
    let mut rows = Vec::new();
    for (when, times) in leaves {
        match bounds(&times) {
            Some(between) => rows.push(LatencyRow { when: when.into(), between }),
            None => {
                let span = times.first().map_or_else(|| latency.span.clone(), |time| time.span.clone());
                context.problem("M401", &span, "a latency is the usual shortest and longest time");
            }
        }
    }
    Some(Latency { by: texts(by), table: rows.into() })
}

fn bounds(times: &Many<Millis>) -> Option<(u64, u64)> {
    match &times[..] {
        [shortest, longest] if shortest.0 <= longest.0 => Some((shortest.0, longest.0)),
        _ => None,
    }
}

/// Either one value for all, or a complete table over the listed values of `by`.
fn rows<T: Clone>(
    one: Option<&Located<T>>,
    by: Option<&Located<Many<String>>>,
    table: Option<&Located<Nested<T>>>,
    fields: &[&Field],
    span: &std::ops::Range<usize>,
    context: &mut Context<'_>,
) -> Option<Vec<(Vec<Scalar>, T)>> {
    match (one, by, table) {
        (Some(one), None, None) => Some(vec![(Vec::new(), one.value.clone())]),
        (None, Some(by), Some(table)) => {
            let mut dimensions = Vec::new();
            for name in by.iter() {
                let field = fields.iter().find(|field| field.name == name.value.as_str());
                match field.map(|field| field.values()) {
                    Some(Some(values)) => dimensions.push((name.value.as_str(), values)),
                    Some(None) => context.problem("M402", &name.span, format!("`{}` has no listed values", name.value)),
                    None if context.unread.contains(&name.value) => {}
                    None => context.problem("M402", &name.span, format!("the model takes no `{}`", name.value)),
                }
            }
            if dimensions.len() < by.len() {
                return None;
            }
            let mut rows = Vec::new();
            let mut gaps = Vec::new();
            flatten(table, &dimensions, &mut Vec::new(), &mut rows, &mut gaps, context);
            missing(&gaps, &dimensions, &table.span, context);
            Some(rows)
        }
        _ => {
            context.problem("M401", span, "give one value, or both `by` and `table`");
            None
        }
    }
}

fn flatten<T: Clone>(
    table: &Located<Nested<T>>,
    dimensions: &[(&str, Vec<Scalar>)],
    when: &mut Vec<Scalar>,
    rows: &mut Vec<(Vec<Scalar>, T)>,
    gaps: &mut Vec<Vec<Scalar>>,
    context: &mut Context<'_>,
) {
    match (&table.value, dimensions) {
        (Nested::Leaf(leaf), []) => rows.push((when.clone(), leaf.clone())),
        (Nested::By(entries), [(name, values), rest @ ..]) => {
            for (key, _) in entries {
                if !values.contains(&key.value) {
                    let message = format!("`{}` is not a value of `{name}`", key.value);
                    context.problem("M402", &key.span, message);
                }
            }
            for value in values {
                match entries.iter().find(|(key, _)| key.value == *value) {
                    Some((_, None)) => {}
                    Some((_, Some(below))) => {
                        when.push(value.clone());
                        flatten(below, rest, when, rows, gaps, context);
                        when.pop();
                    }
                    None => gaps.push(when.iter().chain([value]).cloned().collect()),
                }
            }
        }
        (Nested::Leaf(_), [(name, _), ..]) => {
            context.problem("M402", &table.span, format!("expected one row for each value of `{name}`"));
        }
        (Nested::By(_), []) => context.problem("M402", &table.span, "expected a single value here"),
    }
}

/// One problem for all the rows that a table lacks.
fn missing(
    gaps: &[Vec<Scalar>],
    dimensions: &[(&str, Vec<Scalar>)],
    span: &std::ops::Range<usize>,
    context: &mut Context<'_>,
) {
    const NAMED: usize = 5;
    let Some(most) = gaps.iter().map(Vec::len).max() else { return };
    let row = |gap: &Vec<Scalar>| {
        let values = gap.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / ");
        format!("`{values}`")
    };
    let mut named = gaps.iter().take(NAMED).map(row).collect::<Vec<_>>().join(", ");
    if gaps.len() > NAMED {
        named = format!("{} rows, among them {named}", gaps.len());
    }
    let by = dimensions.iter().take(most).map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" / ");
    let hint = "there is a row for every combination; a price that nobody states is `unknown`";
    context.problem_with_hint("M402", span, format!("the table lacks {named} of {by}"), hint);
}
