//! What may be spent: a cap bites in the middle, and raising it goes on where it bit.

use super::ended;
use crate::support::place::Place;
use crate::support::simulator::{SPEED, Simulator};
use crate::support::wiretap::{Script, Then, Wiretap, film, http};
use crate::support::{accepted, done, provider};

/// So many rows of $0.35 each, made at once.
fn rows(count: usize) -> String {
    let row = |row| format!("{{\"prompt\":\"Cat {row}. [[mock:instant]]\"}}\n");
    (0..count).map(row).collect()
}

fn batch<'a>(name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["batch", name, "--speed", SPEED], more].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cap_bites_and_is_raised() {
    let (place, simulator) = (Place::new(), Simulator::start().await);
    place.put("a.jsonl", &rows(5));
    let run = |cap: &str, more: &[&str]| {
        simulator.run(&place, &batch("a.jsonl", &[&["--max-spend", cap, "--concurrency", "1"], more].concat()))
    };
    let first = run("0.80", &[]);
    ended(&first, 3, "2 saved, 3 refused; spent, counting what is unknown: $0.70\n");
    insta::assert_snapshot!("batch_cap", first);
    assert_eq!(simulator.creates(), 2);
    ended(&run("0.80", &[]), 3, "2 saved, 3 refused");
    ended(&run("1.04", &["--retry-failed"]), 3, "2 saved, 3 refused");
    assert_eq!(simulator.creates(), 2, "what is spent by earlier runs counts");
    ended(&run("1.05", &[]), 3, "3 saved, 2 refused");
    ended(&run("1.75", &[]), 0, "5 saved; spent, counting what is unknown: $1.75\n");
    ended(&run("0.01", &[]), 0, "5 saved");
    assert_eq!(simulator.creates(), 5);
    simulator.server.assert_blameless();
}

/// A day is one budget for all batches and for everything else.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_one_budget() {
    let (place, simulator) = (Place::new(), Simulator::start().await);
    place.put("a.jsonl", &rows(2));
    place.put("b.jsonl", &rows(2));
    let run = |name: &str| simulator.run(&place, &batch(name, &["--max-per-day", "1.10", "--concurrency", "1"]));
    ended(&run("a.jsonl"), 0, "2 saved");
    let second = run("b.jsonl");
    ended(&second, 3, "1 saved, 1 refused");
    assert!(second.contains("over the cap of $1.10 per day, of which $1.05 is reserved or spent"), "{second}");
    let single = ["generate", "--speed", SPEED, "--max-per-day", "1.10", "A cat.", "-o", "cat.mp4"];
    ended(&simulator.run(&place, &single), 2, "nothing was sent");
    assert_eq!(simulator.creates(), 3);
}

/// What nobody states the price of is not sent under a cap, unless somebody says what it is taken to cost.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_price_is_not_below_a_cap() {
    let (place, simulator) = (Place::new(), Simulator::start().await);
    place.put("a.jsonl", r#"{"prompt":"A cat. [[mock:instant]]","provider":"aimlapi","duration":10}"#);
    let run = |more: &[&str]| simulator.run(&place, &batch("a.jsonl", more));
    let without = run(&["--max-spend", "100"]);
    ended(&without, 3, "1 refused");
    insta::assert_snapshot!("batch_unpriced", without);
    ended(&run(&["--max-cost", "100"]), 2, "has an unknown price");
    ended(
        &run(&["--max-spend", "1", "--assume-price", "1.50"]),
        3,
        "$1.50 more would be over the cap of $1.00 per batch",
    );
    ended(&run(&["--max-spend", "1", "--assume-price", "0"]), 2, "nobody makes a film for nothing");
    assert_eq!(simulator.creates(), 0);
    ended(&run(&["--max-spend", "2", "--assume-price", "1.50"]), 0, "1 saved");
    assert_eq!(simulator.creates(), 1);
}

/// A provider that takes more than it said: that counts, and what would be over the cap now is not sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_charge_above_the_quote_counts() {
    let provider = provider("eachlabs");
    let tap = Wiretap::script(Script::default(), |origin| {
        let accepted = http("200 OK", "", &accepted(&provider, origin, "job-9"));
        let done = http("200 OK", "", &done(&provider, origin, "job-9", Some(0.9)));
        let again = [accepted.clone(), done.clone(), film()];
        [accepted, done, film()].into_iter().chain(again).map(Then::Send).collect()
    });
    let tap = tap.await;
    let place = Place::new();
    place.put("a.jsonl", &rows(3));
    let environment = [("EACHLABS_API_KEY", "k"), ("EACHLABS_BASE_URL", tap.origin.as_str())];
    let run = |arguments: &[&str]| place.run(&environment, arguments);
    let told = run(&batch("a.jsonl", &["--max-spend", "1.20", "--concurrency", "1"]));
    ended(&told, 3, "1 saved, 2 refused; spent, counting what is unknown: $0.90\n");
    assert!(told.contains("over the cap of $1.20 per batch, of which $0.90 is reserved or spent"), "{told}");
    assert_eq!(tap.received().len(), 3);
    let cost = &place.jobs()[0]["cost"];
    assert_eq!(
        *cost,
        serde_json::json!({"price": {"amount": "0.9", "currency": "USD"}, "stated": true, "spent": true})
    );
    let generate = ["generate", "--provider", "eachlabs", "--speed", SPEED, "A cat.", "-o", "cat.mp4"];
    let day = run(&[&generate[..], &["--max-per-day", "1.20"]].concat());
    ended(&day, 2, "over the cap of $1.20 per day, of which $0.90 is reserved or spent");
    let made = run(&[&generate[..], &["--max-per-day", "1.25"]].concat());
    ended(&made, 0, "the provider says that it cost $0.90, which is not what was quoted");
}
