//! What may be committed: every cap is kept, whoever reserves when.

use std::sync::Arc;

use polyreel_store::{
    CapScope, Caps, Charge, Driver, Event, Money, NewJob, OverCap, Owner, Record, Result, Scope, SqliteDriver, State,
    StoreError, Timestamp,
};
use serde_json::json;

use super::model::Model;
use super::support::{NOON, amount, dollars, events, job};

const DAY: u64 = 24 * 60 * 60 * 1000;

fn drivers() -> [Arc<dyn Driver>; 2] {
    [Arc::new(SqliteDriver::in_memory().unwrap()), Arc::new(Model::default())]
}

fn caps(per_request: &str, per_batch: &str, per_day: &str) -> Caps {
    let cap = |text: &str| (text != "-").then(|| amount(text));
    Caps { per_request: cap(per_request), per_batch: cap(per_batch), per_day: cap(per_day) }
}

async fn add(driver: &dyn Driver, new: NewJob) -> Record {
    driver.add(vec![new], NOON).await.unwrap().remove(0).record
}

async fn reserve(driver: &dyn Driver, owner: &dyn Owner, new: NewJob, caps: Caps, now: Timestamp) -> Result<Record> {
    let record = add(driver, new).await;
    owner.reserve(record.id, record.fence, caps, now).await
}

/// Why a price was not reserved: `day 0.3 of 0.5`, or what it is instead.
fn why(refused: &StoreError) -> String {
    match refused {
        StoreError::OverCap { over: OverCap::TooMuch { scope, cap, committed, .. }, .. } => {
            format!("{scope} {committed} of {cap}")
        }
        StoreError::OverCap { over: OverCap::Unpriced { price }, .. } => format!("unpriced {price:?}"),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn caps_are_compared_with_what_is_reserved_and_spent() {
    let yuan = Money { amount: amount("2"), currency: "CNY".into() };
    for driver in drivers() {
        let owner = driver.own(NOON).await.unwrap().owner;
        let (driver, owner) = (&*driver, &*owner);
        let cats = |price: &str| job(&[price]);
        let dogs = |price: &str| NewJob { batch: Some("dogs".to_owned()), ..job(&[price]) };
        let check = async |new: NewJob, (request, batch, day): (&str, &str, &str), expected: &str| {
            let reserved = reserve(driver, owner, new, caps(request, batch, day), NOON).await;
            let found = reserved.map_or_else(|refused| why(&refused), |record| record.state.name().to_owned());
            assert_eq!(found, expected);
        };
        check(cats("0.3"), ("0.299999999999", "-", "-"), "request 0 of 0.299999999999").await;
        check(cats("0.3"), ("0.3", "0.3", "0.3"), "ready").await;
        check(cats("0.3"), ("0.3", "0.599999999999", "9"), "batch 0.3 of 0.599999999999").await;
        check(dogs("0.3"), ("0.3", "0.3", "0.5"), "day 0.3 of 0.5").await;
        check(dogs("0.3"), ("-", "0.3", "0.6"), "ready").await;
        // What costs nothing is a known price.
        check(dogs("0"), ("0", "0.3", "0.6"), "ready").await;
        // A price that nobody knows is none that fits.
        for caps in [("9", "-", "-"), ("-", "9", "-"), ("-", "-", "9")] {
            check(dogs("?"), caps, "unpriced None").await;
            let mut foreign = dogs("0.1");
            foreign.order.candidates[0].price = Some(yuan.clone());
            check(foreign, caps, &format!("unpriced {:?}", Some(&yuan))).await;
        }
        let mut foreign = dogs("0.1");
        foreign.order.candidates[0].price = Some(yuan.clone());
        check(foreign, ("-", "-", "-"), "ready").await;
        check(dogs("?"), ("-", "-", "-"), "ready").await;
        let alone = || NewJob { batch: None, ..job(&["0.3"]) };
        check(alone(), ("-", "0.29", "-"), "batch 0 of 0.29").await;
        check(alone(), ("-", "0.3", "-"), "ready").await;

        let spending = driver.spending(Scope::Batch("dogs".to_owned())).await.unwrap();
        assert_eq!(spending.committed("USD"), amount("0.3"));
        assert_eq!((spending.committed("CNY"), spending.unpriced), (amount("2"), 1));
        let spending = driver.spending(Scope::All).await.unwrap();
        assert_eq!((spending.sums["USD"].reserved, spending.sums["USD"].spent), (amount("0.9"), amount("0")));
    }
}

/// What is given back can be reserved again; what the provider charges above its quote stands in the way.
#[tokio::test]
async fn what_is_given_back_and_what_is_charged_count() {
    for driver in drivers() {
        let owner = driver.own(NOON).await.unwrap().owner;
        let events = events();
        let cap = caps("-", "1", "-");
        let record = reserve(&*driver, &*owner, job(&["0.8", "0.9"]), cap, NOON).await.unwrap();
        let refused = reserve(&*driver, &*owner, job(&["0.3"]), cap, NOON).await.unwrap_err();
        assert_eq!(why(&refused), "batch 0.8 of 1");

        // Refused: the next candidate's price is reserved instead.
        let record = owner.apply(record.id, record.fence, events["sending"].clone(), NOON).await.unwrap();
        let record = owner.apply(record.id, record.fence, events["refused"].clone(), NOON).await.unwrap();
        assert_eq!(driver.spending(Scope::All).await.unwrap(), polyreel_store::Spending::default());
        let record = owner.reserve(record.id, record.fence, cap, NOON).await.unwrap();
        assert_eq!(record.commitment.as_ref().unwrap().price, Some(dollars("0.9")));
        let record = owner.apply(record.id, record.fence, events["sending"].clone(), NOON).await.unwrap();
        let record = owner.apply(record.id, record.fence, events["accepted"].clone(), NOON).await.unwrap();

        let made = |charge: Charge| Event::Made {
            film: json!("film"),
            charge,
            also: json!(null),
            film_until: None,
            handle: None,
        };
        let record = driver.apply(record.id, record.fence, made(Some(dollars("1.2")).into()), NOON).await.unwrap();
        assert_eq!((record.state, record.commitment.as_ref().unwrap().stated), (State::Succeeded, true));
        let refused = reserve(&*driver, &*owner, job(&["0"]), cap, NOON).await.unwrap_err();
        assert_eq!(why(&refused), "batch 1.2 of 1");
        // A raised cap is a new one.
        reserve(&*driver, &*owner, job(&["0.1"]), caps("-", "1.3", "-"), NOON).await.unwrap();
    }
}

/// A second attempt that a person asks for is paid beside the first.
#[tokio::test]
async fn what_was_spent_stays_spent_when_it_is_sent_again() {
    for driver in drivers() {
        let owner = driver.own(NOON).await.unwrap().owner;
        let events = events();
        let mut record = reserve(&*driver, &*owner, job(&["0.3"]), caps("-", "0.5", "-"), NOON).await.unwrap();
        for event in ["sending", "unclear", "resubmitted"] {
            record = owner.apply(record.id, record.fence, events[event].clone(), NOON).await.unwrap();
        }
        assert_eq!((record.state, record.attempt), (State::Queued, 2));
        let refused = owner.reserve(record.id, record.fence, caps("-", "0.5", "-"), NOON).await.unwrap_err();
        assert_eq!(why(&refused), "batch 0.3 of 0.5");
        owner.reserve(record.id, record.fence, caps("0.3", "0.6", "-"), NOON).await.unwrap();
        let spending = driver.spending(Scope::All).await.unwrap();
        assert_eq!((spending.sums["USD"].spent, spending.sums["USD"].reserved), (amount("0.3"), amount("0.3")));
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_opens_no_budget() {
    for driver in drivers() {
        let owner = driver.own(NOON).await.unwrap().owner;
        let cap = caps("-", "-", "0.5");
        let at = |days: u64| Timestamp(NOON.0 + days * DAY);
        let reserve = async |days: u64| reserve(&*driver, &*owner, job(&["0.3"]), cap, at(days)).await;
        let free = self::reserve(&*driver, &*owner, job(&["0"]), cap, at(10)).await.unwrap();
        assert_eq!(free.commitment.unwrap().day, at(10).day());
        assert_eq!(reserve(9).await.unwrap().commitment.unwrap().day, at(10).day());
        for days in [10, 9, 0, 10] {
            assert_eq!(why(&reserve(days).await.unwrap_err()), "day 0.3 of 0.5", "{days}");
        }
        let record = reserve(11).await.unwrap();
        assert_eq!(record.commitment.unwrap().day, at(11).day());
        assert_eq!(why(&reserve(10).await.unwrap_err()), "day 0.3 of 0.5");
    }
}

/// Whoever reserves at the same time: as many get through as the cap has room for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn caps_are_kept_when_all_reserve_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let on_disk = Arc::new(SqliteDriver::open(folder.path().join("jobs.sqlite")).unwrap()) as Arc<dyn Driver>;
    for driver in drivers().into_iter().chain([on_disk]) {
        let owner: Arc<dyn Owner> = driver.own(NOON).await.unwrap().owner.into();
        let jobs: Vec<_> = (0..200).map(|_| job(&["0.07"])).collect();
        let added = driver.add(jobs, NOON).await.unwrap();
        let tasks: Vec<_> = added
            .into_iter()
            .map(|added| {
                let (owner, record) = (Arc::clone(&owner), added.record);
                let caps = if record.id.to_string().ends_with(|last: char| last < '8') {
                    caps("-", "5", "9")
                } else {
                    caps("1", "9", "5")
                };
                tokio::spawn(async move { owner.reserve(record.id, record.fence, caps, NOON).await })
            })
            .collect();
        let mut ready = 0_i64;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => ready += 1,
                Err(StoreError::OverCap { over: OverCap::TooMuch { scope, .. }, .. }) => {
                    assert!(matches!(scope, CapScope::Batch | CapScope::Day));
                }
                Err(other) => panic!("{other}"),
            }
        }
        // 71 times 0.07 is 4.97.
        assert_eq!(ready, 71);
        assert_eq!(driver.spending(Scope::Day(NOON.day())).await.unwrap().committed("USD"), amount("4.97"));
    }
}
