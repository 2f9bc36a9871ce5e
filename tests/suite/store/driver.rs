//! A whole life of a job, kept by the driver.

use polyreel_store::{Action, Caps, Driver, Event, Scope, SqliteDriver, State, StoreError, machine};

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
