//! A whole life of a job, kept by the driver.

use polyreel_store::{
    Action, Amount, Caps, Charge, Driver, Event, Filter, Money, SavedFile, Scope, SqliteDriver, State, StoreError,
    machine,
};
use serde_json::{Value, json};

use super::support::{NOON, amount, events, job};

#[tokio::test]
async fn a_job_lives_and_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join("jobs.sqlite");
    let events = events();
    let new = job(&["0.3"]);
    let id = new.id;
    {
        let driver = SqliteDriver::open(&path).unwrap();
        let owned = driver.own(NOON).await.unwrap();
        assert!(owned.recovered.is_empty());
        let refused = driver.own(NOON).await.unwrap_err();
        assert!(matches!(refused, StoreError::Owned { pid, .. } if pid == Some(std::process::id())), "{refused}");
        let record = driver.add(vec![new], NOON).await.unwrap().remove(0).record;
        let caps = Caps { per_day: Some(amount("0.3")), ..Caps::default() };
        let record = owned.owner.reserve(id, record.fence, caps, NOON).await.unwrap();
        let refused = driver.apply(id, record.fence, events["sending"].clone(), NOON).await.unwrap_err();
        assert!(matches!(refused, StoreError::OwnerOnly { .. }), "{refused}");
        let record = owned.owner.apply(id, record.fence, events["sending"].clone(), NOON).await.unwrap();
        let other = driver.add(vec![job(&["0.1"])], NOON).await.unwrap().remove(0).record;
        let refused = owned.owner.reserve(other.id, other.fence, caps, NOON).await.unwrap_err();
        assert!(refused.to_string().contains("$0.10 more would be over the cap of $0.30 per day"), "{refused}");
        assert_eq!(machine::next(&record), Action::Nothing);
    }
    let driver = SqliteDriver::open(&path).unwrap();
    let owned = driver.own(NOON).await.unwrap();
    assert_eq!(
        owned.recovered.iter().map(|record| (record.id, record.state)).collect::<Vec<_>>(),
        [(id, State::Unknown)]
    );
    let stale = owned.owner.apply(id, 2, events["accepted"].clone(), NOON).await.unwrap_err();
    let StoreError::Stale { current, .. } = stale else { panic!("{stale}") };
    let record = driver.apply(id, current.fence, events["found"].clone(), NOON).await.unwrap();
    let record = driver.apply(id, record.fence, events["made"].clone(), NOON).await.unwrap();
    let record = driver.apply(id, record.fence, Event::Fetching, NOON).await.unwrap();
    let record = driver.apply(id, record.fence, events["saved"].clone(), NOON).await.unwrap();
    assert_eq!(driver.get(id).await.unwrap(), Some(record.clone()));
    let happened = driver.events(id).await.unwrap();
    let names: Vec<_> = happened.iter().map(|event| (event.name.as_str(), event.ignored)).collect();
    let expected = [
        ("reserved", false),
        ("sending", false),
        ("recovered", false),
        ("accepted", true),
        ("found", false),
        ("made", false),
        ("fetching", false),
        ("saved", false),
    ];
    assert_eq!(names, expected);
    let spending = driver.spending(Scope::All).await.unwrap();
    assert_eq!(spending.sums["USD"].spent, amount("0.35"));
    assert_eq!(spending, driver.spending(Scope::Batch("cats".to_owned())).await.unwrap());
    assert_eq!(spending, driver.spending(Scope::Day(NOON.day())).await.unwrap());
    let found = driver.find(&id.to_string()[28..]).await.unwrap();
    assert_eq!(found, [record]);
}

/// JSON of so many levels.
fn nested(levels: usize) -> Value {
    (1..levels).fold(json!(1), |inner, _| json!([inner]))
}

/// What could not be read again is refused before it is written, and leaves nothing behind.
#[tokio::test]
async fn what_cannot_be_read_back_is_not_written() {
    let money = |trillionths| Money { amount: Amount { trillionths }, currency: "USD".into() };
    let priced = |price: Money| {
        let mut new = job(&["0.3"]);
        new.order.candidates[0].price = Some(price);
        new
    };
    let driver = SqliteDriver::in_memory().unwrap();
    let owner = driver.own(NOON).await.unwrap().owner;
    let with = |request: Value| {
        let mut new = job(&["0.3"]);
        new.order.request = request;
        new
    };
    let mut invalid =
        vec![job(&[]), priced(money(-1)), priced(money(10_i128.pow(24))), priced(money(i128::MAX)), with(nested(101))];
    let mut paths = vec![];
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        let path = || std::path::PathBuf::from(std::ffi::OsString::from_vec(vec![b'a', 0xff]));
        let mut new = job(&["0.3"]);
        new.order.output = Some(path());
        invalid.push(new);
        paths.push(path());
    }
    for new in invalid {
        let refused = driver.add(vec![job(&["0.3"]), new], NOON).await.unwrap_err();
        assert!(matches!(refused, StoreError::Invalid { .. }), "{refused}");
    }
    assert_eq!(driver.list(Filter::default()).await.unwrap(), []);

    let new = with(nested(100));
    let mut record = driver.add(vec![new], NOON).await.unwrap().remove(0).record;
    record = owner.reserve(record.id, record.fence, Caps::default(), NOON).await.unwrap();
    record = owner.apply(record.id, record.fence, Event::Sending { evidence: Some(nested(100)) }, NOON).await.unwrap();
    let made = |film: Value, charge: Charge, also: Value, handle: Option<Value>| Event::Made {
        film,
        charge,
        also,
        film_until: None,
        handle,
    };
    let (deep, high) = (|| nested(101), || nested(100));
    let file = |path| SavedFile { path, bytes: 1, sha256: String::new() };
    let mut invalid = vec![
        Event::Amended { candidates: vec![] },
        Event::Accepted { handle: deep(), kept_until: None },
        Event::Found { handle: deep(), kept_until: None, by: polyreel_store::FoundBy::Asked },
        Event::Unclear { why: String::new(), evidence: Some(deep()), ask_from: None },
        made(deep(), Charge::Unsaid, high(), None),
        made(high(), Charge::Unsaid, deep(), None),
        made(high(), Charge::Unsaid, high(), Some(deep())),
        made(high(), Charge::Stated(money(-1)), high(), None),
        Event::CancelledThere { charge: Charge::Stated(money(i128::MIN)) },
        Event::FailedThere { why: String::new(), kind: String::new(), charge: Charge::Stated(money(10_i128.pow(24))) },
        Event::Saved { files: vec![] },
    ];
    invalid.extend(paths.into_iter().map(|path| Event::Saved { files: vec![file("a".into()), file(path)] }));
    for event in invalid {
        let refused = owner.apply(record.id, record.fence, event.clone(), NOON).await.unwrap_err();
        assert!(matches!(refused, StoreError::Invalid { .. }), "{event:?}: {refused}");
        assert!(machine::apply(&record, &event, NOON).is_err(), "{event:?}");
    }
    // What a provider cannot have meant is nothing that it said, so its film is not lost for it.
    assert_eq!(
        [money(-1), money(10_i128.pow(24))].map(|money| Charge::from(Some(money))),
        [Charge::Unsaid, Charge::Unsaid]
    );
    assert_eq!([money(0), money(1)].map(|sum| Charge::from(Some(sum))), [Charge::Nothing, Charge::Stated(money(1))]);
    record =
        owner.apply(record.id, record.fence, made(high(), Charge::Unsaid, high(), Some(high())), NOON).await.unwrap();
    assert_eq!(driver.get(record.id).await.unwrap(), Some(record.clone()));
    assert_eq!(driver.events(record.id).await.unwrap().len(), 3);
}
