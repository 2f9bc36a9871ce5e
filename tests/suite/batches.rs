//! `polyreel batch`: what is sent and what is not, what is said of it, and that no row is ever sent twice.

mod again;
mod caps;
mod files;

use std::path::Path;

use crate::support::place::Place;

/// Films that end in every way, one row each.
const OUTCOMES: &str = r#"{"id":"cat","prompt":"A cat."}
{"id":"refused","prompt":"[[mock:refused]]"}
{"id":"lost","prompt":"[[mock:lost-answer]]"}
{"id":"failed","prompt":"[[mock:failed]]"}
{"id":"stuck","prompt":"[[mock:stuck]]"}
{"prompt":"A dog, no id.","duration":10}
{"id":"gone","prompt":"[[mock:expired-film]]","output":"below/gone.mp4"}
"#;

/// A provider that is not built in.
const ACME: &str = include_str!("../../mock-server/src/tests/acme.yaml");

/// How every simulated batch is run; one row after the other, so that its lines come in one order.
const SIMULATED: [&str; 5] = ["--mock", "--speed", "max", "--concurrency", "1"];

/// Runs a batch of this file in an empty place: all there is to see, and the films.
fn run(name: &str, text: &str, arguments: &[&str]) -> String {
    let place = Place::new();
    place.put("acme.yaml", ACME);
    place.put(name, text);
    let shown = place.run(&[], &[&["batch", name], arguments].concat());
    let folder = format!("{}-films", Path::new(name).file_stem().unwrap().to_string_lossy());
    format!("{shown}{}", tree(&place.path().join(folder)))
}

/// The files below a folder, each with its size where that is the same in every run.
fn tree(folder: &Path) -> String {
    let mut lines = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(inner).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else {
                let is_film = std::fs::read(&path).unwrap().get(4..8) == Some(b"ftyp");
                lines.push(format!("film folder: {name}{}\n", if is_film { " (an MP4 file)" } else { "" }));
            }
        }
    }
    lines.sort();
    lines.concat()
}

/// The objects that a command printed, one a line.
fn objects(shown: &str) -> Vec<serde_json::Value> {
    let lines = shown.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
fn ended(shown: &str, code: u8, holds: &str) {
    assert!(shown.starts_with(&format!("exit code: {code}\n")) && shown.contains(holds), "{code}, {holds}: {shown}");
}

#[test]
fn every_outcome() {
    let simulated = |arguments: &[&str]| run("films.jsonl", OUTCOMES, &[&SIMULATED[..], arguments].concat());
    insta::assert_snapshot!("batch_dry_run", run("films.jsonl", OUTCOMES, &["--mock", "--dry-run"]));
    insta::assert_snapshot!("batch_dry_run_json", run("films.jsonl", OUTCOMES, &["--mock", "--dry-run", "--json"]));
    insta::assert_snapshot!("batch_outcomes", simulated(&[]));
    let shown = simulated(&["--json"]);
    ended(&shown, 6, "1 unknown");
    let rows = objects(&shown);
    let told: Vec<_> = rows.iter().map(|row| (row["id"].as_str(), row["outcome"].as_str())).collect();
    let names = ["cat", "refused", "lost", "failed", "stuck", "A-dog-no-id-836fcd2e", "gone"];
    let outcomes = ["saved", "refused", "unknown", "failed", "open", "saved", "open"];
    assert_eq!(told, names.iter().zip(outcomes).map(|(name, end)| (Some(*name), Some(end))).collect::<Vec<_>>());
    assert!(rows.iter().all(|row| row["why"].is_string() == (row["outcome"] != "saved")), "{rows:#?}");
    let keys: Vec<_> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
    insta::assert_snapshot!("batch_json_keys", keys.join("\n"));
}

/// The exit code is that of the row that needs a person most.
#[test]
fn exit_codes() {
    for (faults, code) in [
        (&["instant"][..], 0),
        (&["instant", "refused"], 3),
        (&["refused", "failed"], 4),
        (&["failed", "expired-film"], 5),
        (&["expired-film", "lost-answer", "failed"], 6),
    ] {
        let rows = faults.iter().map(|fault| format!("{{\"prompt\":\"[[mock:{fault}]]\"}}\n"));
        ended(&run("a.jsonl", &rows.collect::<String>(), &SIMULATED), code, "report: a-films/report.html");
    }
}

/// What a film was made of stands beside it; a row that was edited and fails leaves that alone.
#[test]
fn stories_stay() {
    let place = Place::new();
    let story = || std::fs::read_to_string(place.path().join("a-films/cat.mp4.json")).unwrap();
    for (prompt, code) in [("A cat.", 0), ("[[mock:failed]]", 4)] {
        place.put("a.jsonl", &format!("{{\"id\":\"cat\",\"prompt\":\"{prompt}\"}}"));
        ended(&place.run(&[], &[&["batch", "a.jsonl"], &SIMULATED[..]].concat()), code, "");
        assert!(story().contains("A cat."), "{}", story());
    }
}
