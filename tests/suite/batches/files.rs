//! Files as people write them: what is wrong is said all at once and nothing is sent, what is right is sent as it stands.

use super::{SIMULATED, ended, objects, run};
use crate::support::place::Place;

/// Every kind of problem that a reader finds.
const BROKEN_LINES: &str = concat!(
    "{\"prompt\":\"a\",\"promt\":\"b\"}\n{\"id\":\"x\",\"prompt\":\"a\"}\n{\"id\":\"x\",\"prompt\":\"b\"}\n[1]\n{\n",
    "{\"prompt\":5}\n{\"prompt\":\"a\",\"duration\":\"5\"}\n{\"prompt\":\"a\",\"prompt\":\"b\"}\n",
    "{\"id\":\"\",\"prompt\":\"a\"}\n{\"prompt\":\"a\",\"hyprlab\":7}\n{\"prompt\":\"a\",\"hyprlab\":{\"a\":[1]}}\n"
);

/// Every kind of row that can be read and not be sent.
const IMPOSSIBLE_ROWS: &str = r#"{"id":"nobody","prompt":"a","provider":"hyperlab"}
{"id":"no route","prompt":"a","route":"slowest="}
{"id":"no stop","prompt":"a","route":"hyprlab,nobody"}
{"id":"no model","prompt":"a","model":"kling-v99"}
{"id":"no model there","prompt":"a","provider":"hyprlab","model":"kling-v99"}
{"id":"no family","prompt":"a","family":"kling-2.0-mister"}
{"id":"both","prompt":"a","provider":"hyprlab","route":"cheapest"}
{"id":"too long","prompt":"a","duration":7}
{"id":"no prompt","duration":5}
{"id":"no picture","prompt":"a","provider":"ai302","start_image":"nowhere.png"}
{"id":"out","prompt":"a","output":"../cat.mp4"}
{"id":"root","prompt":"a","output":"/cat.mp4"}
{"id":"report","prompt":"a","output":"report.html"}
{"id":"escape","prompt":"a","output":"\u001b[2J.mp4"}
{"id":"one","prompt":"a","output":"cat.mp4"}
{"id":"two","prompt":"b","output":"cat.mp4"}
{"id":"two at once","prompt":"b","duration":7,"output":"nothing"}
{"id":"twice","prompt":"a","seconds":5,"duration":5}
{"id":"option","prompt":"a","provider":"hyprlab","hyprlab":{"style":"x"}}
"#;

#[test]
fn what_is_wrong_is_said_at_once_and_nothing_is_sent() {
    let long = format!("{{\"prompt\":\"a\",\"output\":\"{}.mp4\"}}", "a".repeat(197));
    let many = "{\"prompt\":\"a\",\"duration\":7}\n".repeat(25);
    for (case, name, text) in [
        ("lines", "a.jsonl", BROKEN_LINES),
        ("table", "a.csv", "id,promt,duration,hyprlab\n1,a,5 s,\n1,a\n2,\"a\"b,,"),
        ("separator", "a.csv", "id;prompt\n1;a\n"),
        ("rows", "a.jsonl", IMPOSSIBLE_ROWS),
        ("long_name", "a.jsonl", &long),
        ("many_rows", "a.jsonl", &many),
        ("empty", "a.csv", ""),
        ("ending", "a.txt", "{}"),
    ] {
        let shown = run(name, text, &SIMULATED);
        ended(&shown, 2, "nothing was sent");
        assert!(!shown.contains("film folder"), "{shown}");
        insta::assert_snapshot!(format!("batch_wrong_{case}"), shown);
    }
}

#[test]
fn what_is_wrong_with_the_command() {
    let row = "{\"prompt\":\"A cat.\"}";
    for (case, arguments) in [
        ("no_key", &[][..]),
        ("nobody", &["--provider", "hyperlab"]),
        ("no_route", &["--route", "slowest="]),
        ("no_amount", &["--mock", "--max-spend", "a lot"]),
        ("speed", &["--speed", "max"]),
        ("folder", &["--mock", "-o", "taken.mp4"]),
        ("no_spec", &["--mock", "--spec", "nowhere.yaml"]),
        ("report_on_itself", &["--mock", "--report", "a.jsonl"]),
        ("report_nowhere", &["--mock", "--report", "nowhere/report.html"]),
        ("nobody_at_once", &["--mock", "--concurrency", "0"]),
    ] {
        insta::assert_snapshot!(format!("batch_refused_{case}"), run("a.jsonl", row, arguments));
    }
    let place = Place::new();
    insta::assert_snapshot!("batch_refused_no_file", place.run(&[], &["batch", "nowhere.csv", "--mock"]));
}

/// Prompts as the rows of a file give them, read back from the jobs that they became.
fn prompts(name: &str, text: &str) -> Vec<String> {
    let shown = run(name, text, &[&SIMULATED[..], &["--json", "--provider", "hyprlab"]].concat());
    ended(&shown, 0, "");
    objects(&shown).iter().map(|row| row["prompt"].as_str().unwrap().to_owned()).collect()
}

/// Spreadsheets write a mark, other line ends and quotes; nothing in a cell is a formula, a file or a command.
#[test]
fn a_table_is_what_it_says() {
    let text = "\u{feff}id,prompt\r\n1,\"A \"\"cat\"\", outside.\"\r\n2,\"two\nlines\"\r\n\r\n3,=1+1\r\n4,+A cat.\r\n5,-A cat.\r\n6,@photo.png\r\n";
    let expected = ["A \"cat\", outside.", "two\nlines", "=1+1", "+A cat.", "-A cat.", "@photo.png"];
    assert_eq!(prompts("a.csv", text), expected);
    let rows = expected.map(|prompt| serde_json::json!({ "prompt": prompt }).to_string());
    assert_eq!(prompts("a.jsonl", &rows.join("\n")), expected);
}

/// Options of one provider, the name of an input, and a user's own provider.
#[test]
fn rows_give_what_providers_take() {
    for (case, name, text, arguments) in [
        ("options", "a.jsonl", r#"{"prompt":"a","hyprlab":{"cfg_scale":0.7},"provider":"hyprlab"}"#, &[][..]),
        ("option_columns", "a.csv", "prompt,provider,hyprlab.cfg_scale\na,hyprlab,0.7\nb,segmind,\n", &[]),
        ("may_lack", "a.csv", "prompt,provider,seed,may_lack\na,hyprlab,7,\"seed, audio\"\n", &[]),
        ("own_file", "a.csv", "prompt\na\n", &["--spec", "acme.yaml"]),
        ("picture", "a.csv", "prompt,start_image,provider\na,photo.png,ai302\n", &[]),
        ("names", "a.csv", "id,prompt\n../../etc/passwd,a\n\"a \"\"b\"\"\",a\n猫,a\n", &[]),
        ("seconds", "a.csv", "prompt,seconds,route\na,10,\"segmind,hyprlab:kling-v2\"\n", &[]),
    ] {
        let shown = run(name, text, &[&SIMULATED[..], arguments].concat());
        ended(&shown, 0, "report: a-films/report.html");
        insta::assert_snapshot!(format!("batch_{case}"), shown);
    }
}
