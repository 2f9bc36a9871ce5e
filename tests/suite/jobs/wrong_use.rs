//! Every verb in every state, and everything else that makes no sense.

use std::fmt::Write as _;

use super::{Desk, ended, timeless};
use crate::support::simulator::SPEED;

const VERBS: [&str; 7] = ["wait", "cancel", "reconcile", "adopt", "resubmit", "abandon", "forget"];

/// A job in each state that lasts, by its name.
fn every_state(desk: &Desk) -> Vec<(&'static str, String)> {
    let mut jobs = Vec::new();
    let mut add = |name, prompt, settle: &[&str]| {
        let job = desk.submit(prompt);
        if let Some((verb, more)) = settle.split_first() {
            desk.jobs(verb, &[&[job.as_str()], more].concat());
        }
        jobs.push((name, job));
    };
    add("running", "[[mock:stuck]]", &[]);
    add("cancelling", "[[mock:stuck,503-poll]]", &["cancel"]);
    add("succeeded", "[[mock:instant,404-film]]", &["wait"]);
    add("done", "[[mock:instant]]", &["wait"]);
    add("failed", "[[mock:failed,instant-job]]", &["wait"]);
    add("refused", "[[mock:refused]]", &[]);
    add("cancelled", "[[mock:cancelled]]", &["wait"]);
    add("gone", "[[mock:forgotten]]", &["wait"]);
    add("unknown", "[[mock:lost-answer]]", &[]);
    add("held", "[[mock:lost-answer]] 2", &["reconcile"]);
    add("abandoned", "[[mock:lost-answer]] 3", &["abandon"]);
    desk.place.put("a.jsonl", "{\"prompt\":\"A cat.\",\"provider\":\"eachlabs\"}");
    desk.run(&["batch", "a.jsonl", "--speed", SPEED, "--max-spend", "0.01"]);
    jobs.push(("queued", desk.last()["job"].as_str().unwrap().to_owned()));
    jobs
}

#[tokio::test(flavor = "multi_thread")]
async fn every_verb_in_every_state() {
    let desk = Desk::new().await;
    let jobs = every_state(&desk);
    let store = desk.place.home().join(".local/share/polyreel/jobs.sqlite");
    let mut table = String::new();
    for verb in VERBS {
        for (state, job) in &jobs {
            // Each on a copy, so that no verb changes what the next one finds.
            std::fs::copy(&store, desk.place.path().join("copy.yaml")).unwrap();
            let more: &[&str] = match verb {
                "adopt" => &["mock-000001"],
                "wait" => &["--deadline", "5"],
                _ => &[],
            };
            let shown = desk.jobs(verb, &[&[job.as_str()], more, &["--store", "copy.yaml"]].concat());
            let code = shown.lines().next().unwrap().trim_start_matches("exit code: ");
            let (out, rest) = shown.split_once("--- stderr\n").unwrap();
            let line = |text: &str, begin: &str| text.lines().find(|line| line.starts_with(begin)).map(str::to_owned);
            let said = line(rest, "error: ").or_else(|| line(out, "JOB")).or_else(|| line(out, "HERE"));
            let said = said.or_else(|| out.lines().nth(2).map(str::to_owned)).unwrap_or_default();
            writeln!(table, "{verb} {state}: {code}, {}", timeless(&said)).unwrap();
        }
        table.push('\n');
    }
    insta::assert_snapshot!("jobs_verbs", table);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_nobody_can_mean() {
    let desk = Desk::new().await;
    let jobs = ["[[mock:stuck]]", "[[mock:stuck]] 2"].map(|prompt| desk.submit(prompt));
    for verb in ["show", "wait", "cancel", "reconcile", "resubmit", "abandon", "forget"] {
        for (name, why) in [
            (&jobs[0][..4], "2 jobs are called"),
            ("fffffff", "there is no job fffffff"),
            ("cat", "there is no job cat"),
            ("", "there is no job"),
            ("%", "there is no job %"),
            ("\u{1b}[2J", "there is no job  [2J"),
        ] {
            ended(&desk.jobs(verb, &[name]), 2, why);
        }
    }
    for verb in ["cancel", "abandon", "forget"] {
        ended(&desk.jobs(verb, &[]), 2, "name at least one job");
    }
    for verb in ["wait", "cancel", "reconcile", "resubmit", "abandon", "forget"] {
        ended(&desk.jobs(verb, &[&jobs[0], "--mock"]), 2, "--mock has no jobs");
    }
    ended(&desk.jobs("adopt", &[&jobs[0], ""]), 2, "a value is required for '<ID>'");
    ended(&desk.run(&["submit", "--mock", "A cat."]), 2, "submit cannot simulate");
    ended(&desk.jobs("list", &["--state", "dead"]), 2, "there is no state dead");
    ended(&desk.jobs("reconcile", &[]), 0, "no job is unknown or held");
    // Without the key, and where the job is not.
    ended(&desk.place.run(&[], &["jobs", "wait"]), 2, "no key is set for Eachlabs");
    let elsewhere = [("EACHLABS_API_KEY", "k"), ("EACHLABS_BASE_URL", "http://127.0.0.1:1")];
    ended(&desk.place.run(&elsewhere, &["jobs", "wait"]), 5, "set EACHLABS_BASE_URL to the former");
    ended(&desk.place.run(&elsewhere, &["jobs", "cancel", &jobs[0]]), 5, "set EACHLABS_BASE_URL to the former");
    assert_eq!(desk.show(&jobs[0])["state"], "running");
}

/// What is no store is left alone.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_no_stores() {
    let desk = Desk::new().await;
    desk.submit("[[mock:stuck]]");
    let store = desk.place.home().join(".local/share/polyreel/jobs.sqlite");
    let mut newer = std::fs::read(&store).unwrap();
    // Where SQLite keeps the version of the tables.
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(desk.place.path().join("newer.yaml"), &newer).unwrap();
    for (file, why) in [
        ("newer.yaml", "was written by a newer version of polyreel (its tables have version 99); use that"),
        ("photo.png", "this file is no store of polyreel"),
        (".", "a folder cannot be a store"),
    ] {
        for arguments in [&["jobs"][..], &["jobs", "wait"], &["submit", "A cat."], &["batch", "a.jsonl"]] {
            desk.place.put("a.jsonl", "{\"prompt\":\"A cat.\"}");
            ended(&desk.run(&[arguments, &["--store", file]].concat()), 2, why);
        }
    }
    assert_eq!(std::fs::read(desk.place.path().join("newer.yaml")).unwrap(), newer);
    assert_eq!(desk.simulator.creates(), 1);
}
