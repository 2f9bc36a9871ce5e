use super::*;

fn entry(outcome: Outcome) -> Entry {
    Entry {
        id: format!("{outcome:?} one"),
        prompt: "A cat.".to_owned(),
        provider: "acme".to_owned(),
        model: "m-1".to_owned(),
        outcome,
        why: Some("why".to_owned()),
        cost: Some("$1.00".to_owned()),
        cost_note: Some(CostNote::Assumed),
        took_seconds: Some(200),
        films: vec!["clips/a.mp4".to_owned()],
        job: Some("job-7".to_owned()),
    }
}

fn report(entries: Vec<Entry>) -> Report {
    Report { title: "T".to_owned(), batch: "night".to_owned(), entries, ..Report::default() }
}

/// All that the page holds and what is around it, for `expected` in this order.
fn check(report: &Report, expected: &[&str]) {
    let page = html(report);
    let mut rest = &*page;
    for text in expected {
        let (_, after) = rest.split_once(text).unwrap_or_else(|| panic!("no {text} in: {rest}"));
        rest = after;
    }
}

#[test]
fn what_went_wrong_comes_first() {
    use Outcome::{Failed, Open, Refused, Saved, Unknown};
    let mut whole = report([Saved, Open, Unknown, Saved, Refused, Failed].map(entry).into());
    whole.costs = vec!["$5.00".to_owned(), "3 CNY".to_owned()];
    whole.unpriced = 2;
    check(
        &whole,
        &[
            "<b>6</b> rows",
            "<b>1</b> <i aria-hidden=\"true\">✕</i> Failed</a>",
            "<b>2</b> <i aria-hidden=\"true\">✓</i> Saved</a>",
            "<b>$5.00 + 3 CNY</b> spent <span>and 2 of unknown price</span>",
            "aria-label=\"1 Failed, 1 Refused, 1 Unknown, 1 Open, 2 Saved\"",
            "<rect class=\"saved\" x=\"4\" width=\"2\"",
            ">Failed one<",
            "$1.00 <span>assumed</span>",
            "3 min 20 s",
            ">Refused one<",
            ">Unknown one<",
            ">Open one<",
            ">Saved one<",
            "src=\".&#x2f;clips&#x2f;a.mp4\"",
            ">Saved one<",
        ],
    );
}

#[test]
fn what_is_not_known_is_not_made_up() {
    let bare = Entry { why: None, cost: None, took_seconds: None, films: vec![], job: None, ..entry(Outcome::Saved) };
    let page = html(&report(vec![bare]));
    assert!(page.contains("<dd>unknown</dd>") && page.contains("still running") && page.contains("<b>1</b> row<"));
    for absent in ["<video", "<dt>Took", "<dt>Job", "<dt>File", "assumed", "id=\"failed\"", "class=\"why\""] {
        assert!(!page.contains(absent), "{absent}");
    }
    check(
        &report(vec![]),
        &["<b>0</b> rows", "<b>nothing</b> spent</li>\n</ul>\n</header>", "<main>\n<p class=\"none\""],
    );
    check(&Report { unpriced: 1, ..report(vec![]) }, &["<b>unknown</b> spent"]);
}

#[test]
fn texts_stay_texts() {
    let hostile =
        "</style></script><script>x()</script>\"'><img src=x onerror=x()>&amp;{{ 7*7 }}{% x %}\0\u{202e}\u{1b}";
    let all = || hostile.to_owned();
    let entry = Entry {
        id: all(),
        prompt: all(),
        provider: all(),
        model: all(),
        outcome: Outcome::Saved,
        why: Some(all()),
        cost: Some(all()),
        cost_note: Some(CostNote::Stated),
        took_seconds: Some(u64::MAX),
        films: vec![all()],
        job: Some(all()),
    };
    let page = html(&Report {
        title: all(),
        batch: all(),
        started: all(),
        ended: Some(all()),
        costs: vec![all()],
        unpriced: usize::MAX,
        entries: vec![entry],
    });
    assert_eq!(page.matches("{{ 7*7 }}{% x %}\u{fffd}\u{fffd}\u{fffd}").count(), 17, "each text is there");
    let counts = ["<script", "</script", "<style", "</style", "<img", "\0", "\u{202e}", "\u{1b}"]
        .map(|text| page.matches(text).count());
    assert_eq!(counts, [1, 1, 1, 1, 0, 0, 0, 0]);
    let texts = page.replace(SCRIPT, "").replace(STYLE, "");
    assert_eq!(texts.matches("onerror=").count(), texts.matches("&lt;img src=x onerror=x()&gt;").count());
}

#[test]
fn films_are_beside_the_page() {
    for (path, url) in [
        ("clips/a b.mp4", "./clips/a%20b.mp4"),
        ("ä#1?x=%41&.mp4", "./%C3%A4%231%3Fx%3D%2541%26.mp4"),
        ("javascript:x()", "./javascript%3Ax%28%29"),
        ("//example.com/a.mp4", ".///example.com/a.mp4"),
        ("C:\\a.mp4", "./C%3A%5Ca.mp4"),
        ("\"><\0", "./%22%3E%3C%00"),
    ] {
        assert_eq!(href(path), url);
    }
}

#[test]
fn a_thousand_rows_are_one_light_page() {
    let prompt = "A tram crosses a snowy square at dusk; ".repeat(13);
    let long = Entry { prompt: prompt[..500].to_owned(), ..entry(Outcome::Saved) };
    let size = html(&report(vec![long; 1000])).len();
    assert!(size < 2_000_000, "{size} bytes");
}
