//! Whatever is wrong with a provider as a whole is found out once, and not by every row.

use crate::support::place::Place;
use crate::support::wiretap::{Then, Wiretap, http};

const ROWS: usize = 40;

fn batch(place: &Place, prompt: &str) {
    let rows: Vec<_> =
        (0..ROWS).map(|number| format!("{{\"prompt\":\"{prompt} {number}\",\"provider\":\"hyprlab\"}}")).collect();
    place.put("films.jsonl", &rows.join("\n"));
}

/// A key that is refused, or an account without money, is not tried for every row; the rows wait for the next run.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_refuses_everybody_is_not_asked_by_everybody() {
    for status in ["401 Unauthorized", "402 Payment Required"] {
        let tap = Wiretap::start(Then::Send(http(status, "", "{\"error\":{\"message\":\"no\"}}"))).await;
        let place = Place::new();
        batch(&place, "Cat");
        let environment = [("HYPRLAB_API_KEY", "k"), ("HYPRLAB_BASE_URL", tap.origin.as_str())];
        for run in 1..=2 {
            let shown = place.run(&environment, &["batch", "films.jsonl", "--concurrency", "2"]);
            assert!(shown.starts_with("exit code: 3") && shown.contains("40 refused"), "{status}: {shown}");
            // As many as were on their way when the first was refused.
            assert!((run..=2 * run).contains(&tap.received().len()), "{status}: {}", tap.received().len());
        }
        let states: Vec<_> = place.jobs().iter().map(|job| job["state"].as_str().unwrap().to_owned()).collect();
        let queued = states.iter().filter(|state| *state == "queued").count();
        assert!(queued >= ROWS - 4, "{states:?}");
    }
}

/// Rows that reached nobody are sent by the next run, without being asked for.
#[test]
fn rows_that_reached_nobody_are_sent_by_the_next_run() {
    let place = Place::new();
    batch(&place, "Cat");
    // A port where nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nowhere = format!("http://127.0.0.1:{port}");
    let environment = [("HYPRLAB_API_KEY", "k"), ("HYPRLAB_BASE_URL", nowhere.as_str())];
    let run = |more: &[&str]| place.run(&environment, &[&["batch", "films.jsonl"], more].concat());
    let shown = run(&[]);
    assert!(shown.contains("40 refused") && shown.contains("nothing was sent"), "{shown}");
    let again = run(&["--dry-run"]);
    assert!(again.contains("40 rows: 40 to be sent"), "{again}");
}
