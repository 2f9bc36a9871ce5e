//! What came of a batch, as one page of HTML: every clip plays, what went wrong comes first.
//!
//! The page loads nothing but the films beside it, and its policy lets it load nothing else. Its text is from prompts and
//! providers, so all of it is escaped, and no script runs but the page's own.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::value::Serde;
use minijinja::{Value, context};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::digest::{SHA256, digest};
use serde::Serialize;

use crate::{markup, show};

/// What came of a batch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The heading.
    pub title: String,
    /// The name of the batch.
    pub batch: String,
    /// When it began, for people.
    pub started: String,
    /// When it ended, for people; `None` while it runs.
    pub ended: Option<String>,
    /// What was spent, one text for each currency: `$12.40`.
    pub costs: Vec<String>,
    /// How many films were made or may have been made at an unknown price.
    pub unpriced: usize,
    /// All of its rows, in any order.
    pub entries: Vec<Entry>,
}

/// What came of one row.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its name.
    pub id: String,
    /// What was asked for.
    pub prompt: String,
    /// Who made it.
    pub provider: String,
    /// With what.
    pub model: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, if it did not end well.
    pub why: Option<String>,
    /// What it cost: `$1.00`; `None` if that is unknown.
    pub cost: Option<String>,
    /// Where the cost comes from.
    pub cost_note: Option<CostNote>,
    /// How long it took, in seconds.
    pub took_seconds: Option<u64>,
    /// Its films: paths from the page's folder, with `/` between their parts.
    pub films: Vec<String>,
    /// By what the provider knows it: the job's id, or else that of the request.
    pub job: Option<String>,
}

/// How a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The films are on disk.
    Saved,
    /// The job was created and failed.
    Failed,
    /// The provider refused; nothing was created.
    Refused,
    /// Whether a job was created is unknown; it may have been paid.
    Unknown,
    /// Not ended yet.
    Open,
}

/// Where a cost comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CostNote {
    /// The price list says so, and nobody has confirmed the list.
    Assumed,
    /// The price list says so.
    Quoted,
    /// The provider's answer says so.
    Stated,
}

/// The order on the page: first what somebody has to look at.
const ORDER: [(Outcome, &str, &str); 5] = [
    (Outcome::Failed, "✕", "Failed"),
    (Outcome::Refused, "⊘", "Refused"),
    (Outcome::Unknown, "?", "Unknown"),
    (Outcome::Open, "…", "Open"),
    (Outcome::Saved, "✓", "Saved"),
];

const PAGE: &str = include_str!("report/page.html");
const STYLE: &str = include_str!("report/page.css");
const SCRIPT: &str = include_str!("report/page.js");

/// The page. It belongs into the folder from which the paths of the films start.
pub fn html(report: &Report) -> String {
    let mut begin = 0;
    let mut sections = Vec::new();
    for (key, sign, name) in ORDER {
        let entries: Vec<_> = report.entries.iter().filter(|entry| entry.outcome == key).collect();
        let count = entries.len();
        if count > 0 {
            sections.push(Section { key, sign, name, begin, count, entries });
        }
        begin += count;
    }
    let providers: BTreeSet<_> = report.entries.iter().map(|entry| &entry.provider).collect();
    let context = context! {
        report => Serde(report),
        sections => Serde(sections),
        providers => Serde(providers),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        style_hash => hash(STYLE),
        script_hash => hash(SCRIPT),
    };
    let mut environment = markup::environment();
    environment.add_filter("href", href);
    environment.add_filter("span", |seconds: u64| show::span(Duration::from_secs(seconds)));
    markup::render(&environment, "page.html", PAGE, context)
}

/// All rows that ended in one way.
#[derive(Serialize)]
struct Section<'r> {
    key: Outcome,
    sign: &'static str,
    name: &'static str,
    /// How many rows there are in sections before it.
    begin: usize,
    count: usize,
    entries: Vec<&'r Entry>,
}

/// The path as a relative URL, whatever its parts are called. The `./` keeps it from naming a scheme or a host.
fn href(path: &str) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    format!("./{}", utf8_percent_encode(path, ESCAPED))
}

/// By what the page's policy knows its own script and style.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests;
