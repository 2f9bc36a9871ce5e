//! What a provider did, held against what its file says.

use std::fmt;
use std::time::Duration;

use polyreel::spec::Step;
use polyreel::wire::{self, Created, Meaning, Reply, ReplyBody, Saved};
use serde_json::Value;

use super::{Clip, Made};

/// One run.
#[derive(Debug)]
pub struct Run<'a> {
    /// What was asked for.
    pub clip: &'a Clip<'a>,
    /// Every answer.
    pub answers: &'a [(Step, Reply)],
    /// What came out.
    pub made: &'a Made,
}

/// One fact and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether provider and file agree; `None` for what is only worth knowing.
    pub agrees: Option<bool>,
    /// What was seen, and what the file says.
    pub text: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.agrees {
            Some(true) => "agrees",
            Some(false) => "DIFFERS",
            None => "note",
        };
        write!(f, "{verdict:<8}{}", self.text)
    }
}

/// Everything that can be said about a run.
pub fn report(run: &Run<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (step, reply) in run.answers {
        let line = meaning(run, *step, reply);
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines.push(time(run));
    lines.extend(cost(run));
    lines.push(Line { agrees: Some(run.made.bytes > 0), text: format!("the film has {} bytes", run.made.bytes) });
    lines.extend(unread(run));
    lines
}

fn meaning(run: &Run<'_>, step: Step, reply: &Reply) -> Line {
    let line = |agrees, what: String| Line { agrees: Some(agrees), text: format!("{step}: {what}") };
    match read(run, step, reply) {
        Read::Create(created) => {
            let saved: Vec<&str> = created.saved.keys().map(String::as_str).collect();
            line(true, format!("{} (http {}) with {}", state(&created.meaning), reply.http, saved.join(", ")))
        }
        Read::Balance(amount) => line(amount.is_some(), format!("http {}", reply.http)),
        Read::Later(Meaning::Running { unknown_word: Some(word), .. }) => {
            line(false, format!("it says `{}`, a word that the file does not list", polyreel::printable(&word)))
        }
        Read::Later(Meaning::Refused(refusal)) => {
            line(false, format!("http {} is read as a refusal ({})", reply.http, refusal.verdict.kind))
        }
        Read::Later(Meaning::Unreadable(why)) => line(false, format!("http {} makes no sense: {why}", reply.http)),
        Read::Later(meaning) => line(true, state(&meaning).to_owned()),
        Read::Other => Line { agrees: None, text: format!("{step}: answered with http {}", reply.http) },
    }
}

enum Read {
    Create(Created),
    Later(Meaning),
    Balance(Option<f64>),
    Other,
}

fn read(run: &Run<'_>, step: Step, reply: &Reply) -> Read {
    let provider = run.clip.provider;
    match step {
        Step::Create => {
            let plan = provider.plan(run.clip.model, &run.clip.inputs);
            Read::Create(wire::read_create(&plan, reply))
        }
        Step::Balance => Read::Balance(wire::read_balance(provider, reply).ok()),
        Step::Poll | Step::Result => Read::Later(wire::read(provider, step, reply, &Saved::new())),
        _ => Read::Other,
    }
}

fn state(meaning: &Meaning) -> &'static str {
    match meaning {
        Meaning::Queued { .. } => "queued",
        Meaning::Running { .. } => "running",
        Meaning::Ready { .. } => "ready",
        Meaning::Done { .. } => "done",
        Meaning::Failed { .. } => "failed",
        Meaning::Cancelled { .. } => "cancelled",
        Meaning::Expired { .. } => "expired",
        Meaning::Refused(_) => "refused",
        Meaning::Unreadable(_) => "unreadable",
    }
}

fn time(run: &Run<'_>) -> Line {
    let took = run.made.seconds;
    match run.clip.provider.latency(run.clip.model, &run.clip.inputs) {
        None => Line { agrees: None, text: format!("it took {took} s; the file says nothing") },
        Some((short, long)) => {
            let [short, long] = [short, long].map(|time| Duration::from_millis(time).as_secs());
            // A poll comes late by its pause.
            let agrees = short <= took.saturating_add(30) && took <= long.saturating_add(30);
            Line { agrees: Some(agrees), text: format!("it took {took} s; the file says {short} to {long} s") }
        }
    }
}

fn cost(run: &Run<'_>) -> Vec<Line> {
    let Some(price) = &run.clip.quote.price else { return Vec::new() };
    let assumed = if run.clip.quote.assumed.is_some() { ", assumed" } else { "" };
    let of = |agrees, who: &str, what: String| Line {
        agrees: Some(agrees),
        text: format!("{who} {what}; the file says {price}{assumed}"),
    };
    let stated = run.made.cost.map(|cost| of(cost == price.amount, "the reply states a charge of", format!("${cost}")));
    let paid = run.made.paid.as_ref().map(|paid| of(paid == price, "the balance fell by", paid.to_string()));
    let lines: Vec<_> = stated.into_iter().chain(paid).collect();
    if lines.is_empty() {
        let text = format!("what it cost is not told; the file says {price}{assumed}, so look at the bill");
        return vec![Line { agrees: None, text }];
    }
    lines
}

/// Places of the answers that change nothing when they are null: what the file does not read.
fn unread(run: &Run<'_>) -> Vec<Line> {
    let mut places: Vec<String> = Vec::new();
    for (step, reply) in run.answers {
        let ReplyBody::Json(document) = &reply.body else { continue };
        let before = shown(run, *step, reply);
        for pointer in leaves(document, "") {
            let mut without = document.clone();
            without.pointer_mut(&pointer).map(Value::take);
            let same = before == shown(run, *step, &Reply { body: ReplyBody::Json(without), ..reply.clone() });
            let place = format!("{step}: {}", pointer.trim_start_matches('/').replace('/', "."));
            if same && !places.contains(&place) {
                places.push(place);
            }
        }
    }
    places.into_iter().map(|place| Line { agrees: None, text: format!("{place} is not read") }).collect()
}

fn shown(run: &Run<'_>, step: Step, reply: &Reply) -> String {
    match read(run, step, reply) {
        Read::Create(created) => format!("{created:?}"),
        Read::Balance(amount) => format!("{amount:?}"),
        Read::Later(meaning) => format!("{meaning:?}"),
        Read::Other => String::new(),
    }
}

/// Where the values of a document are that hold no others, as JSON pointers.
fn leaves(value: &Value, pointer: &str) -> Vec<String> {
    let below = |key: &str, value| leaves(value, &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")));
    match value {
        Value::Object(entries) => entries.iter().flat_map(|(key, value)| below(key, value)).collect(),
        Value::Array(items) => items.iter().enumerate().flat_map(|(at, value)| below(&at.to_string(), value)).collect(),
        _ => vec![pointer.to_owned()],
    }
}
