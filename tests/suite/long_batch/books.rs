//! What the store says, held against what the mock server says and against what happened.

use std::collections::BTreeMap;

use polyreel::mock::{Booking, ClientFault, MockServer};
use polyreel_store::{Difference, Driver, Entry, Filter, NewJob, Scope, Spending, SqliteDriver, machine};
use serde_json::Value;
use tokio::runtime::Runtime;

/// Compares both books, job by job and in all.
pub(super) fn compare(
    runtime: &Runtime,
    driver: &SqliteDriver,
    rows: &[Value],
    spending: &Spending,
    server: &MockServer,
) {
    replayed(runtime, driver, spending);
    let ledger = server.ledger();
    let theirs: BTreeMap<_, _> = server.jobs().into_iter().map(|job| ((job.provider, job.id), job.price)).collect();
    let mut named: BTreeMap<_, usize> = BTreeMap::new();
    let name = |row: &Value| {
        (row["provider"].as_str().unwrap().to_owned(), row["provider_job"].as_str().unwrap_or_default().to_owned())
    };
    for row in rows {
        *named.entry(name(row)).or_default() += 1;
    }
    let mut saved = 0;
    for row in rows.iter().filter(|row| row["outcome"] == "saved") {
        let job = name(row);
        let charges = ledger.iter().filter(|entry| (&entry.provider, &entry.job) == (&job.0, &job.1));
        let charges = charges.filter(|entry| entry.booking == Booking::Charged).count();
        assert_eq!(charges, 1, "what is saved is paid once: {row:#}");
        let Some(price) = &theirs[&job] else { continue };
        // Whoever was told the name of another job has that one's film.
        if named[&job] > 1 || price.currency != "USD" {
            continue;
        }
        let ours = serde_json::to_value(price).unwrap();
        assert_eq!(row["cost"]["price"], ours, "both books say the same of what is saved: {row:#}");
        saved += 1;
    }
    assert!(saved > 0, "nothing is compared");
    let in_dollars = |money: &&polyreel_store::Money| money.currency == "USD";
    let spent: i128 = server
        .spent()
        .iter()
        .flat_map(|bill| &bill.totals)
        .filter(in_dollars)
        .map(|money| money.amount.trillionths)
        .sum();
    let ours = spending.sums["USD"];
    assert_eq!(ours.reserved.trillionths, 0, "nothing is reserved when nothing is sent");
    assert!(spent <= ours.spent.trillionths, "{spent} was spent, and {} is counted", ours.spent.trillionths);
}

/// What is spent follows from what happened.
fn replayed(runtime: &Runtime, driver: &SqliteDriver, spending: &Spending) {
    let mut sums: BTreeMap<String, Entry> = BTreeMap::new();
    for record in runtime.block_on(driver.list(Filter::default())).unwrap() {
        let new =
            NewJob { id: record.id, batch: record.batch.clone(), key: record.key.clone(), order: record.order.clone() };
        let mut replayed = new.record(record.created_at).unwrap();
        for happened in runtime.block_on(driver.events(record.id)).unwrap().into_iter().filter(|one| !one.ignored) {
            replayed = machine::apply(&replayed, &happened.event.unwrap(), happened.at).unwrap();
        }
        assert_eq!(replayed, record, "a job is what happened to it");
        for ((scope, currency), entry) in Difference::between(None, &replayed).0 {
            if let (Scope::All, Some(currency)) = (scope, currency) {
                let sum = sums.entry(currency).or_default();
                (sum.reserved, sum.spent) = (sum.reserved + entry.reserved, sum.spent + entry.spent);
            }
        }
    }
    let kept = spending.sums.iter().map(|(currency, sum)| {
        (currency.clone(), Entry { reserved: sum.reserved.trillionths, spent: sum.spent.trillionths })
    });
    let kept: BTreeMap<_, _> = kept.filter(|(_, entry)| *entry != Entry::default()).collect();
    assert_eq!(kept, sums);
}

/// What the server has to say against the command; how much of what was paid was lost through faults alone.
pub(super) fn findings(server: &MockServer) -> usize {
    let verdict = server.verdict();
    // At such a speed two clocks differ by more than the pauses that are kept.
    let is_blamed = |fault| !matches!(fault, ClientFault::TooFast | ClientFault::OverLimit);
    let jobs = server.jobs();
    let told = verdict.findings.iter().filter(|finding| is_blamed(finding.fault)).map(|finding| {
        let job = jobs.iter().find(|job| Some(&job.id) == finding.job.as_ref());
        let befell = job.map(|job| job.injected.to_string()).unwrap_or_default();
        format!("{finding} ({befell})")
    });
    assert_eq!(told.collect::<Vec<_>>(), Vec::<String>::new());
    verdict.unlucky.len()
}
