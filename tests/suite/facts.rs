//! Which facts of the provider files no documented request or reply shows.
//!
//! A fact is shown if some fixture is read otherwise without it: it is removed or changed, and whatever is still a valid
//! provider reads all fixtures again. The snapshot is the list of the others, to be looked at whenever it grows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use polyreel_mock::engine::{Request, Uploads, accept};
use polyreel_runtime::wire;
use polyreel_spec::source::{self, Shape, describe};
use polyreel_spec::{Auth, Provider, Step};
use serde_json::Value;

use crate::fixtures::{callback, json, later_call, read, reply, request, step};
use crate::support::tree::{Trail, Tree};
use crate::support::written::{File, Spot, complaints, files, spots, write};
use crate::support::{providers, root};

/// What no request and no reply can show: what is for people, what is about money and time, and where a provider is.
const OFF_THE_WIRE: &[&str] = &[
    "provider",
    "aliases",
    "name",
    "notes",
    "base_url",
    "regions",
    "key_page",
    "sources",
    "source",
    "assumed",
    "about",
    "credits",
    "limits",
    "retention",
    "family",
    "price",
    "latency",
    "unit",
    "every",
    "at_least",
    "env",
    "key_env",
    "secret_env",
    "lifetime",
    "not_before",
    "deletes_finished",
    "failed_jobs_billed",
];

/// The file without prices: their tables would hold on to values that could be changed without them.
fn unpriced(file: &File) -> File {
    let mut file = file.clone();
    if let Some(Tree::Map(models)) = file.tree.get_mut("models") {
        for (_, model) in models {
            model.set(&Tree::text("price"), Tree::Map(vec![(Tree::text("amount"), Tree::text("unknown"))]));
        }
    }
    file
}

/// The fixtures of a provider.
fn fixtures(provider: &Provider) -> Vec<(PathBuf, Value)> {
    let folder = root().join("tests/fixtures").join(&*provider.id);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), read(&file).1)).collect()
}

/// What is made of a fixture.
fn reading(provider: &Provider, file: &Path, fixture: &Value) -> String {
    let name = file.to_string_lossy();
    if name.ends_with(".reply.yaml") {
        return reply(provider, fixture);
    }
    if name.ends_with(".callback.yaml") {
        return format!("{:?}", callback(provider, fixture));
    }
    let key = shows_key(&provider.auth, &request(fixture));
    if step(fixture) != Step::Create {
        return match later_call(provider, fixture) {
            Ok(call) => format!("{key} {call:?} {:?} {:?}", call.target, json(&call.body)),
            Err(missing) => missing,
        };
    }
    let accepted = accept(provider, &request(fixture), &Uploads::new());
    let call = accepted.as_ref().ok().map(|accepted| {
        let model = provider.model(&accepted.model).unwrap();
        let call = wire::create(provider, model, &accepted.inputs, &[]);
        (json(&call.body), call)
    });
    format!("{key} {accepted:?} {call:?}")
}

/// Whether a documented request shows its key where the file says.
fn shows_key(auth: &Auth, request: &Request) -> bool {
    let begins = |name: &str, prefix: &str| request.header(name).is_some_and(|value| value.starts_with(prefix));
    match auth {
        Auth::Bearer { .. } | Auth::JwtHs256 { .. } => begins("authorization", "Bearer "),
        Auth::Header { name, prefix, .. } => begins(name, prefix),
        Auth::Query { name, .. } => request.path.contains(&format!("{name}=")),
    }
}

/// Other values that could stand in a place, as different as its form allows.
fn others(value: &Tree, shape: Option<&Shape>) -> Vec<Tree> {
    let mut others = match value {
        Tree::Bool(flag) => vec![Tree::Bool(!flag)],
        Tree::Int(number) => vec![Tree::Int(number + 1), Tree::Int(number - 1), Tree::text("4xx")],
        Tree::Number(number) => vec![Tree::Number(number + 1.0), Tree::Number(number / 2.0)],
        Tree::Text(text) => {
            vec![
                Tree::Text(format!("{text}x")),
                Tree::text("x"),
                Tree::text("4xx"),
                Tree::text("5xx"),
                Tree::text("1B"),
            ]
        }
        Tree::Null | Tree::List(_) | Tree::Map(_) => Vec::new(),
    };
    if let Some(words) = shape.and_then(closed) {
        others = words.into_iter().map(Tree::text).collect();
    }
    others.retain(|other| other != value);
    others
}

/// The words of a closed set.
fn closed(shape: &Shape) -> Option<Vec<&'static str>> {
    match shape {
        Shape::Words(words) => Some(words.all.iter().map(|(word, _)| *word).collect()),
        Shape::Many(one) | Shape::Short(_, one) | Shape::Nested(one) | Shape::Map(one) => closed(one),
        _ => None,
    }
}

/// What is known of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Yes,
    No,
    /// Without it there is no provider.
    Inseparable,
}

fn judge(file: &File, trail: &Trail, shape: Option<&Shape>, fixtures: &[(PathBuf, Value)], usual: &[String]) -> Shown {
    let mut without = file.tree.clone();
    let (last, above) = trail.split_last().unwrap();
    match without.at_mut(above).unwrap() {
        Tree::List(items) => drop(items.remove(*last)),
        Tree::Map(entries) => drop(entries.remove(*last)),
        _ => {}
    }
    let changed = others(file.tree.at(trail).unwrap(), shape).into_iter().map(|other| {
        let mut tree = file.tree.clone();
        *tree.at_mut(trail).unwrap() = other;
        tree
    });
    let mut shown = Shown::Inseparable;
    for tree in std::iter::once(without).chain(changed) {
        if let Ok(provider) = source::read(&file.name, &write(&tree).text) {
            if fixtures.iter().zip(usual).any(|((file, fixture), usual)| reading(&provider, file, fixture) != *usual) {
                return Shown::Yes;
            }
            shown = Shown::No;
        }
    }
    shown
}

/// The verdict about every fact of a file.
type Verdicts = BTreeMap<Trail, Shown>;

/// The facts of a part of a file that nothing shows, one for each line; a part of which nothing is shown is one line.
fn list(part: &Tree, trail: &mut Trail, place: &str, verdicts: &Verdicts, lines: &mut Vec<String>) {
    let mut below = verdicts.iter().filter(|(own, _)| own.starts_with(trail)).map(|(_, shown)| *shown);
    if below.clone().all(|shown| shown != Shown::No) {
        return;
    }
    if !trail.is_empty() && below.all(|shown| shown != Shown::Yes) {
        lines.push(format!("  {}: {}", place.replace('"', ""), on_the_wire(part)));
        return;
    }
    for (position, child) in part.children().into_iter().enumerate() {
        let place = match part {
            Tree::Map(entries) if place.is_empty() => entries[position].0.to_string(),
            Tree::Map(entries) => format!("{place}.{}", entries[position].0),
            _ => format!("{place}[{position}]"),
        };
        trail.push(position);
        list(child, trail, &place, verdicts, lines);
        trail.pop();
    }
}

/// Without what cannot be shown anyway.
fn on_the_wire(part: &Tree) -> Tree {
    match part {
        Tree::List(items) => Tree::List(items.iter().map(on_the_wire).collect()),
        Tree::Map(entries) => {
            let on = entries.iter().filter(|(key, _)| !OFF_THE_WIRE.iter().any(|off| *key == Tree::text(off)));
            Tree::Map(on.map(|(key, value)| (key.clone(), on_the_wire(value))).collect())
        }
        leaf => leaf.clone(),
    }
}

#[test]
fn facts_without_a_sample() {
    let language = describe();
    let shape = |spot: &Spot| {
        let (record, key) = spot.what.split(['[', '*']).next()?.trim_end_matches('.').split_once('.')?;
        let record = language.records.iter().find(|own| own.name == record)?;
        record.keys.iter().find(|own| own.name == key).map(|key| &key.shape)
    };
    let mut report = String::new();
    let all = files();
    for provider in providers() {
        let file = &unpriced(all.iter().find(|file| file.name == format!("{}.yaml", provider.id)).unwrap());
        let fixtures = fixtures(&provider);
        let usual: Vec<_> = fixtures.iter().map(|(file, fixture)| reading(&provider, file, fixture)).collect();
        let walk: BTreeMap<_, _> = file.tree.walk().into_iter().collect();
        let mut facts = spots(std::slice::from_ref(file), &language, usize::MAX);
        facts.retain(|spot| {
            let is_off = walk[&spot.trail].iter().any(|key| OFF_THE_WIRE.contains(&key.as_str()));
            !is_off && file.tree.at(&spot.trail).unwrap().children().is_empty()
        });
        let verdicts = Mutex::new(Verdicts::new());
        complaints(&facts, |_, spot| {
            let shown = judge(file, &spot.trail, shape(spot), &fixtures, &usual);
            verdicts.lock().unwrap().insert(spot.trail.clone(), shown);
            None
        });
        let verdicts = verdicts.into_inner().unwrap();
        let count = |wanted: Shown| verdicts.values().filter(|shown| **shown == wanted).count();
        let [no, yes, inseparable] = [Shown::No, Shown::Yes, Shown::Inseparable].map(count);
        let (id, total) = (&provider.id, no + yes);
        let _ =
            writeln!(report, "{id}: {no} of {total} facts have no sample; {inseparable} more cannot be changed alone");
        let mut lines = Vec::new();
        list(&file.tree, &mut Vec::new(), "", &verdicts, &mut lines);
        let alone = verdicts.iter().filter(|(_, shown)| **shown == Shown::Inseparable);
        lines.extend(alone.map(|(trail, _)| format!("  ? {}", walk[trail].join(".").replace(".[", "["))));
        let _ = writeln!(report, "{}\n", lines.join("\n"));
    }
    insta::assert_snapshot!(report);
}
