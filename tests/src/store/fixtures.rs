//! Jobs to be kept, and events to happen to them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use polyreel_store::{
    Amount, Candidate, Charge, Day, Event, FoundBy, JobId, Money, NewJob, Order, Record, SavedFile, Timestamp,
};
use serde_json::{Value, json};

/// Noon of a day in 2026.
pub const NOON: Timestamp = Timestamp(1_780_056_000_000);

/// An amount as it is written.
///
/// # Panics
///
/// When the text is none.
pub fn amount(text: &str) -> Amount {
    text.parse().expect("an amount")
}

/// So many US dollars.
pub fn dollars(text: &str) -> Money {
    Money { amount: amount(text), currency: "USD".into() }
}

/// A provider that takes this much; `?` if nobody knows.
pub fn candidate(provider: &str, price: &str) -> Candidate {
    Candidate {
        provider: provider.to_owned(),
        model: "reel-1".to_owned(),
        price: (price != "?").then(|| dollars(price)),
        assumed: None,
        latency_ms: None,
        base_url: None,
    }
}

/// A job with these prices, by name each of another provider.
pub fn job(prices: &[&str]) -> NewJob {
    static DRAWN: AtomicU64 = AtomicU64::new(1);
    let mut random = [0; 10];
    random[..8]
        .copy_from_slice(&DRAWN.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let names = ["acme", "bolt", "cine"];
    let candidates = names.iter().zip(prices).map(|(name, price)| candidate(name, price)).collect();
    let order = Order { request: json!({ "prompt": "A cat." }), output: Some("cat.mp4".into()), candidates };
    NewJob { id: JobId::new(NOON, random), batch: Some("cats".to_owned()), key: None, order }
}

/// An event of every kind, by its name.
pub fn events() -> BTreeMap<&'static str, Event> {
    let why = || "because".to_owned();
    let handle = || json!({ "id": "7" });
    let all = [
        Event::Amended { candidates: vec![candidate("bolt", "0.2")] },
        Event::Reserved { price: Some(dollars("0.3")), day: Day(20_000) },
        Event::Sending { evidence: Some(json!({ "fingerprint": "f" })) },
        Event::NotSent { why: why() },
        Event::Unreachable { why: why() },
        Event::Refused { why: why(), kind: "moderated".to_owned() },
        Event::Accepted { handle: handle(), kept_until: Some(Timestamp(9)) },
        Event::Unclear { why: why(), evidence: None, ask_from: Some(Timestamp(8)) },
        Event::Found { handle: handle(), kept_until: None, by: FoundBy::Asked },
        Event::NotFound { why: why() },
        Event::CannotTell { why: why() },
        Event::CancelAsked,
        Event::NotCancelled { why: why() },
        Event::CancelledThere { charge: Charge::Unsaid },
        Event::Made {
            film: json!({ "url": "https://acme.test/cat.mp4" }),
            charge: Charge::Stated(dollars("0.35")),
            also: Value::Null,
            film_until: Some(Timestamp(10)),
            handle: None,
        },
        Event::FailedThere { why: why(), kind: "failed".to_owned(), charge: Charge::Nothing },
        Event::Gone { why: why() },
        Event::Fetching,
        Event::NotFetched { why: why() },
        Event::Saved { files: vec![SavedFile { path: "cat.mp4".into(), bytes: 9, sha256: "00".to_owned() }] },
        Event::Withdrawn { why: why() },
        Event::Resubmitted,
        Event::Abandoned,
        Event::Recovered,
        Event::Forgotten,
    ];
    all.into_iter().map(|event| (event.name(), event)).collect()
}

/// The money of a record in one line: `0.3 reserved + 0.35 spent`.
pub fn money(record: &Record) -> String {
    let parts = record.commitments().map(|commitment| {
        let price = commitment.price.as_ref().map_or("?".to_owned(), |price| price.amount.to_string());
        format!("{price} {}", if commitment.spent { "spent" } else { "reserved" })
    });
    parts.collect::<Vec<_>>().join(" + ")
}
