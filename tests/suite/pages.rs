//! The pages that the command writes, as a browser sees them. Without a browser there is nothing to see.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polyreel::spec::{Money, text};
use polyreel_cli::plot::{Plot, Point, svg};
use polyreel_cli::report::{Entry, Outcome, Report, html};

use crate::support::root;

const BROWSER: &str = "/usr/bin/chromium";

/// What a prompt does that is taken for markup, in as many ways as there are contexts.
const OWN: &str = "document.documentElement.dataset.owned = 1";

/// The page as the browser has it after a while, read again with more patience until it is `finished`.
#[expect(clippy::print_stderr, reason = "whoever runs the tests is told what was not tested")]
fn browse(page: &Path, finished: impl Fn(&str) -> bool) -> Option<String> {
    if !Path::new(BROWSER).exists() {
        eprintln!("skipped: no chromium");
        return None;
    }
    let mut seen = String::new();
    // Time is the page's own and stands still for nobody: a machine that is busy may need more of it.
    for milliseconds in [4_000, 16_000, 64_000, 256_000] {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new(BROWSER)
            .args("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync".split(' '))
            .args("--disable-background-networking --disable-component-update --window-size=1400,2000".split(' '))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--virtual-time-budget={milliseconds}"))
            .arg("--dump-dom")
            .arg(format!("file://{}", page.display()))
            .stderr(Stdio::null())
            .output()
            .unwrap();
        seen = String::from_utf8(output.stdout).unwrap();
        if finished(&seen) {
            break;
        }
    }
    Some(seen)
}

/// A report on one row for each prompt, each with a film of this name.
fn report(prompts: &[&str], film: &str) -> Report {
    let entry = |prompt: &&str| Entry {
        id: (*prompt).to_owned(),
        prompt: (*prompt).to_owned(),
        provider: (*prompt).to_owned(),
        model: (*prompt).to_owned(),
        outcome: Outcome::Saved,
        why: Some((*prompt).to_owned()),
        cost: Some("$1.00".to_owned()),
        cost_note: None,
        took_seconds: Some(60),
        films: vec![film.to_owned()],
        job: Some((*prompt).to_owned()),
    };
    Report { title: prompts.concat(), entries: prompts.iter().map(entry).collect(), ..Report::default() }
}

#[test]
fn a_report_plays_its_films_and_obeys_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let film = "clips/ä #1?%41&'\".mp4";
    std::fs::create_dir(folder.path().join("clips")).unwrap();
    std::fs::copy(root().join("mock-server/films/5s-16x9.mp4"), folder.path().join(film)).unwrap();
    let texts = [
        format!("</summary></style></title></script><script>{OWN}</script>"),
        format!("\"><img src=x onerror=\"{OWN}\">'><svg onload='{OWN}'>"),
        format!("{{{{7*7}}}} {{% include 'x' %}} <!-- --> ]]> javascript:{OWN}"),
        format!("\u{202e}\u{2066}\0\u{1b}[2J\u{7f}<script\0>{OWN}</script>"),
    ];
    let mut report = report(&texts.each_ref().map(String::as_str), film);
    report.entries[3].films = vec![format!("x.mp4\" onerror=\"{OWN}")];
    let page = folder.path().join("report.html");
    std::fs::write(&page, html(&report)).unwrap();
    let count = |dump: &str, text: &str| dump.matches(text).count();
    let loaded = |dump: &str| [count(dump, "class=\"loaded\""), count(dump, "class=\"missing\"")];
    let Some(dump) = browse(&page, |dump| loaded(dump) == [3, 1]) else { return };
    assert_eq!(loaded(&dump), [3, 1], "{dump}");
    assert!(!dump.contains("data-owned"), "{dump}");
    assert!(!dump.contains("role=\"search\" hidden"), "its own script ran: {dump}");
    assert!(dump.contains("{{7*7}} {% include 'x' %} &lt;!-- --&gt; ]]&gt; javascript:"), "{dump}");
}

/// Even what would get into the page through a mistake runs nothing and fetches nothing.
#[test]
fn a_report_lets_nothing_in() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let whole = html(&report(&["A cat."], "a.mp4"));
    let policy = whole.lines().find(|line| line.contains("Content-Security-Policy")).unwrap();
    for is_kept in [true, false] {
        let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x", elsewhere.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        // Whoever calls is hung up on.
        std::thread::spawn(move || elsewhere.incoming().for_each(|_| _ = counted.fetch_add(1, Ordering::SeqCst)));
        let foreign = format!(
            "<script>{OWN}</script><img src=\"{url}\"><img src=x onerror=\"{OWN}\"><script src=\"{url}\"></script>\
             <link rel=stylesheet href=\"{url}\"><video src=\"{url}\"></video>"
        );
        let text = whole.replacen("<main>", &format!("<main>{foreign}"), 1);
        let text = if is_kept { text } else { text.replace(policy, "") };
        std::fs::write(&page, text).unwrap();
        let Some(dump) = browse(&page, |dump| is_kept || dump.contains("data-owned")) else { return };
        // Without the policy all of it works, so it is the policy that keeps it out.
        assert_eq!(!dump.contains("data-owned"), is_kept, "{dump}");
        assert_eq!(calls.load(Ordering::SeqCst) == 0, is_kept, "who called?");
        assert!(!dump.contains("role=\"search\" hidden"), "its own script ran: {dump}");
    }
}

#[test]
fn a_plot_is_well_formed_and_obeys_no_text() {
    let point = |provider: &str, model: &str, price: Option<&str>, currency, time_ms| Point {
        provider: provider.to_owned(),
        model: model.to_owned(),
        price: price.map(|price| Money { amount: price.parse().unwrap(), currency: text(currency) }),
        price_assumed: provider == "bolt",
        time_ms,
    };
    let mut plot = Plot {
        title: "\"A cute cat playing outside.\", 5 s".to_owned(),
        points: vec![
            point("acme", "one", Some("1"), "USD", Some((120_000, 300_000))),
            point("acme", "one-standard", Some("0.30"), "USD", Some((90_000, 180_000))),
            point("bolt", "fast", Some("0.70"), "USD", Some((70_000, 70_000))),
            point("bolt", "unpriced", None, "USD", Some((80_000, 200_000))),
            point("core", "yuan", Some("2.5"), "CNY", Some((100_000, 100_000))),
            point("core", "synchronous", Some("1.75"), "USD", None),
            point("core", "unknown", None, "USD", None),
        ],
    };
    insta::assert_snapshot!("plot", svg(&plot));
    let hostile = format!(
        "</title></text></svg><script>{OWN}</script><image href=x onerror=\"{OWN}\"/>]]>&\0\u{1}\u{ffff}\u{202e}"
    );
    plot.title.push_str(&hostile);
    plot.points.push(point(&hostile, &hostile, None, "USD", None));
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("plot.svg");
    std::fs::write(&page, svg(&plot)).unwrap();
    let Some(dump) = browse(&page, |_| true) else { return };
    assert_eq!(dump.matches("class=\"mark\"").count(), 8 + 4, "marks and their providers: {dump}");
    assert!(!dump.contains("parsererror") && !dump.contains("data-owned"), "{dump}");
}
