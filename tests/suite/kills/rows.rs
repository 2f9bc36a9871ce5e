//! Batches of rows over all providers, some of which something befalls.

use proptest::prelude::Rng as _;
use proptest::test_runner::TestRng;
use serde_json::{Value, json};

/// Fewer rows and more.
const ROWS: [usize; 2] = [30, 60];

/// Who makes films, and how many of a hundred rows. One provider takes five calls a minute.
const MODELS: [(&str, &str, usize); 8] = [
    ("hyprlab", "kling-v2", 27),
    ("ai302", "kling-2.1-i2v", 18),
    ("ai302", "kling-2.1-master-t2v", 6),
    ("eachlabs", "kling-v2-5-turbo-pro-text-to-video", 15),
    ("aimlapi", "kling-v2-master-t2v", 15),
    ("aimlapi", "kling-v2.1-master-t2v", 9),
    ("segmind", "kling-2", 6),
    ("segmind", SYNCHRONOUS, 4),
];

/// It answers with the film itself, which nobody can ask for again.
pub(super) const SYNCHRONOUS: &str = "kling-2-sync";

/// What befalls one row in three.
const FAULTS: [&str; 13] = [
    "lost-answer",
    "server-error",
    "garbled-answer",
    "overloaded",
    "refused",
    "rate-limited-once",
    "failed",
    "flaky",
    "instant",
    "cut-film",
    "cut-film#1",
    "503-film#1",
    "reset-film@9000#1",
];

/// After these nobody knows whether there is a job.
pub(super) const AMBIGUOUS: [&str; 4] = ["lost-answer", "server-error", "garbled-answer", "overloaded"];

/// A number below this one.
pub(super) fn below(chance: &mut TestRng, end: usize) -> usize {
    usize::try_from(chance.next_u32()).unwrap() % end
}

/// A batch file.
pub(super) fn draw(chance: &mut TestRng) -> (usize, String) {
    let count = ROWS[0] + below(chance, ROWS[1] - ROWS[0] + 1);
    let rows = (0..count).map(|number| row(chance, number).to_string()).collect::<Vec<_>>();
    (count, rows.join("\n"))
}

fn row(chance: &mut TestRng, number: usize) -> Value {
    let mut at = below(chance, 100);
    let model = MODELS.iter().find(|(.., share)| {
        let is_it = at < *share;
        at = at.saturating_sub(*share);
        is_it
    });
    let (provider, model, _) = model.unwrap();
    let fault = match below(chance, 3) {
        0 => format!("[[mock:{}]] ", FAULTS[below(chance, FAULTS.len())]),
        _ => String::new(),
    };
    let mut row = json!({
        "id": format!("row-{number}"), "prompt": format!("{fault}A cat on chair {number}."),
        "provider": provider, "model": model, "duration": 5,
    });
    if model.contains("i2v") {
        row["start_image"] = json!("photo.png");
    }
    row
}
