//! The machine's table, cell by cell.

use std::collections::BTreeMap;

use polyreel_store::{Action, Event, Record, State, machine};

use super::support::{NOON, events, job, money};

/// All that can happen: from a state, by an event, to a state, and the money before and after. Whatever is not here is
/// illegal.
pub(super) const TABLE: &[(&str, &str, &str, &str, &str)] = &[
    ("queued", "amended", "queued", "", ""),
    ("queued", "reserved", "ready", "", "0.3 reserved"),
    ("queued", "withdrawn", "cancelled", "", ""),
    ("ready", "sending", "sending", "0.3 reserved", "0.3 reserved"),
    ("ready", "withdrawn", "cancelled", "0.3 reserved", ""),
    ("ready", "recovered", "queued", "0.3 reserved", ""),
    ("sending", "not_sent", "queued", "0.3 reserved", ""),
    ("sending", "unreachable", "queued", "0.3 reserved", ""),
    ("sending", "refused", "queued", "0.3 reserved", ""),
    ("sending", "accepted", "running", "0.3 reserved", "0.3 spent"),
    ("sending", "made", "succeeded", "0.3 reserved", "0.35 spent"),
    ("sending", "unclear", "unknown", "0.3 reserved", "0.3 spent"),
    ("sending", "recovered", "unknown", "0.3 reserved", "0.3 spent"),
    ("unknown", "unclear", "unknown", "0.3 spent", "0.3 spent"),
    ("unknown", "found", "running", "0.3 spent", "0.3 spent"),
    ("unknown", "not_found", "queued", "0.3 spent", ""),
    ("unknown", "cannot_tell", "held", "0.3 spent", "0.3 spent"),
    ("unknown", "resubmitted", "queued", "0.3 spent", "0.3 spent"),
    ("unknown", "abandoned", "abandoned", "0.3 spent", "0.3 spent"),
    ("held", "found", "running", "0.3 spent", "0.3 spent"),
    ("held", "resubmitted", "queued", "0.3 spent", "0.3 spent"),
    ("held", "abandoned", "abandoned", "0.3 spent", "0.3 spent"),
    ("running", "cancel_asked", "cancelling", "0.3 spent", "0.3 spent"),
    ("running", "cancelled_there", "cancelled", "0.3 spent", "0.3 spent"),
    ("running", "made", "succeeded", "0.3 spent", "0.35 spent"),
    ("running", "failed_there", "failed", "0.3 spent", ""),
    ("running", "gone", "gone", "0.3 spent", "0.3 spent"),
    ("cancelling", "not_cancelled", "running", "0.3 spent", "0.3 spent"),
    ("cancelling", "cancelled_there", "cancelled", "0.3 spent", "0.3 spent"),
    ("cancelling", "made", "succeeded", "0.3 spent", "0.35 spent"),
    ("cancelling", "failed_there", "failed", "0.3 spent", ""),
    ("cancelling", "gone", "gone", "0.3 spent", "0.3 spent"),
    ("succeeded", "fetching", "fetching", "0.35 spent", "0.35 spent"),
    ("succeeded", "gone", "gone", "0.35 spent", "0.35 spent"),
    ("fetching", "not_fetched", "succeeded", "0.35 spent", "0.35 spent"),
    ("fetching", "saved", "done", "0.35 spent", "0.35 spent"),
    ("fetching", "recovered", "succeeded", "0.35 spent", "0.35 spent"),
    ("done", "forgotten", "done", "0.35 spent", "0.35 spent"),
    ("failed", "resubmitted", "queued", "", ""),
    ("failed", "forgotten", "failed", "", ""),
    ("cancelled", "resubmitted", "queued", "0.3 spent", "0.3 spent"),
    ("cancelled", "forgotten", "cancelled", "0.3 spent", "0.3 spent"),
    ("gone", "found", "running", "0.3 spent", "0.3 spent"),
    ("gone", "resubmitted", "queued", "0.3 spent", "0.3 spent"),
    ("gone", "abandoned", "abandoned", "0.3 spent", "0.3 spent"),
    ("abandoned", "resubmitted", "queued", "0.3 spent", "0.3 spent"),
    ("abandoned", "forgotten", "abandoned", "0.3 spent", "0.3 spent"),
];

/// The events that lead to a state.
pub(super) fn way(state: State) -> &'static [&'static str] {
    match state {
        State::Queued => &[],
        State::Ready => &["reserved"],
        State::Sending => &["reserved", "sending"],
        State::Unknown => &["reserved", "sending", "unclear"],
        State::Held => &["reserved", "sending", "unclear", "cannot_tell"],
        State::Running => &["reserved", "sending", "accepted"],
        State::Cancelling => &["reserved", "sending", "accepted", "cancel_asked"],
        State::Succeeded => &["reserved", "sending", "accepted", "made"],
        State::Fetching => &["reserved", "sending", "accepted", "made", "fetching"],
        State::Done => &["reserved", "sending", "accepted", "made", "fetching", "saved"],
        State::Failed => &["reserved", "sending", "accepted", "failed_there"],
        State::Cancelled => &["reserved", "sending", "accepted", "cancelled_there"],
        State::Gone => &["reserved", "sending", "accepted", "gone"],
        State::Abandoned => &["reserved", "sending", "unclear", "abandoned"],
    }
}

fn reached(state: State) -> Record {
    let events = events();
    let first = job(&["0.3", "0.2"]).record(NOON).unwrap();
    let record = way(state).iter().fold(first, |record, event| machine::apply(&record, &events[event], NOON).unwrap());
    assert_eq!(record.state, state);
    record
}

#[test]
fn every_cell_of_the_table() {
    let mut table: BTreeMap<_, _> =
        TABLE.iter().map(|(from, event, to, before, after)| ((*from, *event), (*to, *before, *after))).collect();
    for state in State::ALL {
        let before = reached(state);
        for (name, event) in events() {
            let cell = table.remove(&(state.name(), name));
            let after = machine::apply(&before, &event, NOON);
            let found = after.as_ref().ok().map(|after| (after.state.name(), money(&before), money(after)));
            let cell = cell.map(|(to, before, after)| (to, before.to_owned(), after.to_owned()));
            assert_eq!(found, cell, "{state} {name}");
            if let Ok(after) = after {
                assert_eq!(after.fence, before.fence + 1);
            }
        }
    }
    assert!(table.is_empty(), "these cannot be reached: {table:?}");
}

/// What was spent is never forgotten and nothing is sent after it by itself: only the words of the provider and of a
/// person lead from a state in which a create may have been received to one that can send.
#[test]
fn what_may_have_been_received_is_not_sent_again_by_itself() {
    let leads_to_sending: Vec<_> = TABLE
        .iter()
        .filter(|(from, _, to, ..)| *to == "queued" && !["queued", "ready"].contains(from))
        .map(|(_, event, ..)| *event)
        .collect();
    let told = ["not_sent", "unreachable", "refused", "not_found", "resubmitted"];
    assert!(leads_to_sending.iter().all(|event| told.contains(event)), "{leads_to_sending:?}");
}

#[test]
fn the_next_thing_to_do() {
    for state in State::ALL {
        let expected = match state.name() {
            "queued" => Action::Reserve,
            "ready" => Action::Send,
            "unknown" => Action::Reconcile { not_before: polyreel_store::Timestamp(8) },
            "held" | "gone" => Action::AskUser,
            "running" => Action::Poll,
            "cancelling" => Action::Cancel,
            "succeeded" => Action::Fetch,
            _ => Action::Nothing,
        };
        assert_eq!(machine::next(&reached(state)), expected, "{state}");
    }
}

/// Names in JSON, in columns and in texts are the same.
#[test]
fn names_are_those_that_are_written_down() {
    for (name, event) in events() {
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["event"], name);
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
    }
    for state in State::ALL {
        assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        let record = reached(state);
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
    }
}

/// A job that a person wanted made once more, and that was not sent after all, stands where it stood: what is known of its
/// earlier create is still there, and what may have been paid for it is still spent.
#[test]
fn a_withdrawn_resubmit_changes_nothing_that_matters() {
    let events = events();
    for before in [State::Unknown, State::Held, State::Gone, State::Failed, State::Cancelled, State::Abandoned] {
        let record = reached(before);
        let follow = |record: &Record, name: &str| machine::apply(record, &events[name], NOON).unwrap();
        for steps in [
            &["withdrawn"][..],
            &["amended", "withdrawn"],
            &["reserved", "withdrawn"],
            &["reserved", "recovered", "withdrawn"],
        ] {
            let again = follow(&record, "resubmitted");
            let after = steps.iter().fold(again, |record, step| follow(&record, step));
            assert_eq!(after.state, before, "{steps:?}");
            assert_eq!((&after.evidence, &after.handle), (&record.evidence, &record.handle), "{before} {steps:?}");
            assert_eq!(money(&after), money(&record), "{before} {steps:?}");
            let other = follow(&follow(&follow(&after, "resubmitted"), "reserved"), "sending");
            assert_eq!(other.resubmitted_from, None, "from now on it is about another create");
        }
    }
}
