//! What is forgotten is in no file any more.

use std::path::Path;

use polyreel_store::SqliteDriver;

use super::{Desk, ended};
use crate::support::simulator::SPEED;

/// The files of a store that hold this text.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if std::fs::read(&path).unwrap().windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

/// Prompts short and long, while another process has the store open: so its log stays, and whatever was in it.
#[tokio::test(flavor = "multi_thread")]
async fn texts_are_erased() {
    let desk = Desk::new().await;
    let row = |row: usize| {
        let prompt = format!("canary-{row:02} {}", "very ".repeat(row * 10));
        let (id, output) = (format!("cat {row}"), format!("nest-{row}.mp4"));
        format!("{}\n", serde_json::json!({ "id": id, "prompt": prompt, "output": output }))
    };
    let rows: String = (0..40).map(row).collect();
    desk.place.put("a.jsonl", &rows);
    // Nothing is sent: all of them are over the cap.
    ended(&desk.run(&["batch", "a.jsonl", "--speed", SPEED, "--max-spend", "0.01"]), 3, "40 refused");
    let folder = desk.place.home().join(".local/share/polyreel");
    let open = SqliteDriver::open(folder.join("jobs.sqlite")).unwrap();
    let jobs = desk.place.jobs();
    let names: Vec<_> = jobs.iter().map(|job| job["job"].as_str().unwrap()).collect();
    ended(&desk.jobs("cancel", &names), 0, "cancelled");
    assert_eq!(holding(&folder, "canary-").last().map(String::as_str), Some("jobs.sqlite-wal"));
    let (kept, forgotten): (Vec<_>, Vec<_>) = names.iter().copied().partition(|name| *name == names[7]);
    ended(&desk.jobs("forget", &forgotten), 0, "cancelled");
    for row in (0..40).filter(|row| *row != 7) {
        for text in [format!("canary-{row:02}"), format!("nest-{row}.mp4")] {
            assert_eq!(holding(&folder, &text), Vec::<String>::new(), "{text}");
        }
    }
    assert_eq!(holding(&folder, "canary-07"), ["jobs.sqlite"]);
    assert_eq!(desk.place.jobs().len(), kept.len());
    drop(open);
    assert_eq!(holding(&folder, "canary-08"), Vec::<String>::new());
    // Its row is known all the same, and is not sent.
    let again = desk.run(&["batch", "a.jsonl", "--speed", SPEED, "--max-spend", "0.01"]);
    ended(&again, 3, "40 rows: 0 to be sent for nothing; 40 cancelled, not sent again\n");
    assert_eq!(desk.simulator.creates(), 0);
}

/// What was paid stays paid.
#[tokio::test(flavor = "multi_thread")]
async fn money_is_not_forgotten() {
    let desk = Desk::new().await;
    let job = desk.submit("canary [[mock:instant]]");
    ended(&desk.jobs("forget", &[&job]), 2, "is running, so that cannot be done with it");
    ended(&desk.jobs("wait", &[&job]), 0, "");
    ended(&desk.jobs("forget", &[&job, "--json"]), 0, "\"prompt\":null");
    ended(&desk.jobs("show", &[&job]), 2, "there is no job");
    assert_eq!(holding(&desk.place.home().join(".local/share/polyreel"), "canary"), Vec::<String>::new());
    let next = ["generate", "--provider", "eachlabs", "--max-per-day", "0.69", "A cat.", "-o", "cat.mp4"];
    ended(&desk.run(&next), 2, "of which $0.35 is reserved or spent");
}
