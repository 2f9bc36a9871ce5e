//! The same file again, as it was and edited: what was sent is not sent again.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::sample::Index;

use super::ended;
use crate::support::place::Place;
use crate::support::simulator::{SPEED, Simulator};
use crate::support::wiretap::{Script, Then, Wiretap, film, http};
use crate::support::{accepted, asked, done, provider};

fn run(simulator: &Simulator, place: &Place, name: &str, more: &[&str]) -> String {
    simulator.run(place, &[&["batch", name, "--speed", SPEED, "--name", "night"], more].concat())
}

/// Each step edits the file, and says how many creates there are in all then.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_new_is_sent() {
    let (place, simulator) = (Place::new(), Simulator::start().await);
    let cat = "{\"id\":\"cat\",\"prompt\":\"A cat. [[mock:instant]]\"}\n";
    let failed = "{\"id\":\"dog\",\"prompt\":\"[[mock:failed,instant-job]]\"}\n";
    let refused = "{\"id\":\"cow\",\"prompt\":\"[[mock:refused]]\"}\n";
    let lost = "{\"id\":\"owl\",\"prompt\":\"[[mock:lost-answer]]\"}\n";
    let all = [cat, failed, refused, lost].concat();
    let edited = all.replace("[[mock:instant]]\"", "[[mock:instant]]\",\"duration\":10");
    for (text, more, creates, code, holds) in [
        (&*all, &["--dry-run"][..], 0, 0, "4 rows: 4 to be sent for $1.40\n"),
        (&all, &[], 4, 6, "1 saved, 1 failed, 1 refused, 1 unknown"),
        (&all, &[], 4, 6, "4 rows: 0 to be sent for nothing; 1 done, 2 failed, 1 held, not sent again\n"),
        (&[lost, failed, cat].concat(), &[], 4, 6, "1 job of this batch are in the file no more"),
        (&all, &["--retry-failed"], 6, 6, "4 rows: 2 to be sent for $0.70; 1 done, 1 held, not sent again\n"),
        (&edited, &["--dry-run"], 6, 0, "note: cat was edited, so it is another film and is paid anew\n"),
        (&edited, &[], 7, 6, "1 to be sent for $0.70"),
        (&all, &[], 7, 6, "0 to be sent for nothing"),
    ] {
        place.put("a.jsonl", text);
        ended(&run(&simulator, &place, "a.jsonl", more), code, holds);
        assert_eq!(simulator.creates(), creates, "{more:?} {text}");
    }
    place.put("b.jsonl", &all);
    ended(&run(&simulator, &place, "b.jsonl", &[]), 6, "0 to be sent for nothing");
    // Under another name it is another batch.
    ended(&simulator.run(&place, &["batch", "b.jsonl", "--speed", SPEED]), 6, "4 to be sent for $1.40");
    let films: Vec<_> = std::fs::read_dir(place.path().join("a-films")).unwrap().collect();
    assert!(films.iter().any(|film| film.as_ref().unwrap().file_name() == "cat-1.mp4"), "{films:?}");
}

/// What was unknown is asked about by the next run, also when that sends nothing; what is found is followed to its film.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_unknown_is_found_by_the_next_run() {
    let provider = provider("hyprlab");
    let tap = Wiretap::script(Script::default(), |origin| {
        let named = http("500 Oops", "", &accepted(&provider, origin, "job-9"));
        // So often the first run asks.
        let silent = std::iter::repeat_n(http("503 Busy", "", "{}"), 4);
        let done = std::iter::repeat_n(http("200 OK", "", &done(&provider, origin, "job-9", None)), 2);
        std::iter::once(named).chain(silent).chain(done).chain([film()]).map(Then::Send).collect()
    });
    let tap = tap.await;
    let place = Place::new();
    place.put("a.jsonl", "{\"id\":\"cat\",\"prompt\":\"A cat.\"}");
    let environment = [("HYPRLAB_API_KEY", "k"), ("HYPRLAB_BASE_URL", tap.origin.as_str())];
    let run = |more: &[&str]| place.run(&environment, &[&["batch", "a.jsonl", "--speed", SPEED], more].concat());
    ended(&run(&[]), 6, "1 unknown; spent, counting what is unknown: $1.00");
    ended(&run(&[]), 0, "1 saved; spent, counting what is unknown: $1.00");
    let received = tap.received();
    assert_eq!(received.iter().filter(|request| request.starts_with("POST")).count(), 1, "{received:#?}");
    ended(&run(&[]), 0, "1 saved");
    assert_eq!(tap.received().len(), received.len());
}

/// A row of a file that is edited at random: whether it has an id, and what it asks for.
type Wish = (Option<u8>, u8);

/// How a file is edited.
#[derive(Clone, Debug)]
enum Edit {
    Insert(Index, Wish),
    Delete(Index),
    Duplicate(Index),
    Move(Index, Index),
    Change(Index, u8),
    Rename,
}

fn wish() -> impl Strategy<Value = Wish> {
    (prop::option::of(0..3_u8), 0..3_u8)
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        2 => (any::<Index>(), wish()).prop_map(|(at, wish)| Edit::Insert(at, wish)),
        1 => any::<Index>().prop_map(Edit::Delete),
        2 => any::<Index>().prop_map(Edit::Duplicate),
        2 => any::<(Index, Index)>().prop_map(|(from, to)| Edit::Move(from, to)),
        1 => (any::<Index>(), 0..3_u8).prop_map(|(at, prompt)| Edit::Change(at, prompt)),
        1 => Just(Edit::Rename),
    ]
}

fn apply(edit: &Edit, rows: &mut Vec<Wish>, name: &mut usize) {
    let length = rows.len();
    match edit {
        Edit::Insert(at, wish) => rows.insert(at.index(length + 1), *wish),
        Edit::Rename => *name += 1,
        _ if length == 0 => {}
        Edit::Delete(at) => drop(rows.remove(at.index(length))),
        Edit::Duplicate(at) => rows.push(rows[at.index(length)]),
        Edit::Move(from, to) => rows.swap(from.index(length), to.index(length)),
        Edit::Change(at, prompt) => rows[at.index(length)].1 = *prompt,
    }
}

/// What a row is known by: its id and what it asks for, or what it asks for and how many of them stand before it. Only the
/// first row of an id is kept, since ids are unique.
fn known(rows: &[Wish]) -> Vec<(Wish, usize)> {
    let mut ids = HashSet::new();
    let unique: Vec<_> = rows.iter().filter(|(id, _)| id.is_none_or(|id| ids.insert(id))).copied().collect();
    let before = |at: usize| {
        if unique[at].0.is_some() { 0 } else { unique[..at].iter().filter(|one| **one == unique[at]).count() }
    };
    (0..unique.len()).map(|at| (unique[at], before(at))).collect()
}

/// How many files are edited if nobody asks for more.
const USUAL: u32 = 8;

/// Whatever is done to the file between two runs: as many creates as there were ever different rows, and as many jobs.
#[test]
fn no_edit_sends_a_row_again() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let simulator = runtime.block_on(Simulator::start());
    let cases = asked("POLYREEL_BATCH_EDITS").unwrap_or(USUAL);
    let config =
        ProptestConfig { failure_persistence: None, max_shrink_iters: 20, ..ProptestConfig::with_cases(cases) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let files = (prop::collection::vec(wish(), 0..5), prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..4));
    let ended = runner.run(&files, |(mut rows, edits)| {
        let (place, mut name, mut ever) = (Place::new(), 0, HashSet::new());
        let began = simulator.creates();
        for edits in std::iter::once(&Vec::new()).chain(&edits) {
            for edit in edits {
                apply(edit, &mut rows, &mut name);
            }
            let known = known(&rows);
            if known.is_empty() {
                continue;
            }
            let line = |((id, prompt), _): &(Wish, usize)| {
                let mut row = serde_json::json!({ "prompt": format!("Cat {prompt}. [[mock:instant]]") });
                if let Some(id) = id {
                    row["id"] = format!("id {id}").into();
                }
                format!("{row}\n")
            };
            let file = format!("a{name}.jsonl");
            place.put(&file, &known.iter().map(line).collect::<String>());
            ever.extend(known);
            let shown = run(&simulator, &place, &file, &[]);
            prop_assert!(shown.starts_with("exit code: 0"), "{}", shown);
            prop_assert_eq!(simulator.creates() - began, ever.len(), "{}", shown);
        }
        prop_assert_eq!(place.jobs().len(), ever.len());
        Ok(())
    });
    ended.unwrap_or_else(|failed| panic!("{failed}"));
    simulator.server.assert_blameless();
}
