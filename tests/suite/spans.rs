//! A problem points at what is wrong: whatever is broken in a valid file, some problem touches the place.

use std::ops::Range;

use polyreel_spec::source::{self, Diagnostics, describe};

use crate::support::asked;
use crate::support::tree::{Trail, Tree};
use crate::support::written::{File, Spot, complaints, files, spots, write};

/// How a value is broken.
#[derive(Clone, Copy, Debug)]
enum Break {
    Mapping,
    Nothing,
    Removed,
    Doubled,
}

fn broken(file: &Tree, trail: &Trail, how: Break) -> Option<Tree> {
    let mut file = file.clone();
    let (last, above) = trail.split_last().unwrap();
    match how {
        Break::Mapping => {
            let surprise = |value| Tree::Map(vec![(Tree::text("surprise"), value)]);
            *file.at_mut(trail)? = surprise(surprise(Tree::Map(Vec::new())));
        }
        Break::Nothing => *file.at_mut(trail)? = Tree::Null,
        Break::Removed => match file.at_mut(above)? {
            Tree::Map(entries) => drop(entries.remove(*last)),
            Tree::List(items) => drop(items.remove(*last)),
            _ => return None,
        },
        Break::Doubled => {
            let Tree::Map(entries) = file.at_mut(above)? else { return None };
            let entry = entries[*last].clone();
            entries.insert(last + 1, entry);
        }
    }
    Some(file)
}

fn touches(problems: &Diagnostics, place: &Range<usize>) -> bool {
    problems.problems.iter().any(|problem| problem.span.start <= place.end && place.start <= problem.span.end)
}

fn judge(file: &File, spot: &Spot, how: Break) -> Option<String> {
    let edited = write(&broken(&file.tree, &spot.trail, how)?);
    let (last, above) = spot.trail.split_last().unwrap();
    // What is missing in the whole file can only be reported of the whole file.
    let parent = edited.places.get(above).cloned().unwrap_or(0..edited.text.len());
    let place = match how {
        Break::Removed => parent,
        Break::Doubled => edited.places[&[above, &[last + 1]].concat()].clone(),
        Break::Mapping | Break::Nothing => edited.places[&spot.trail].clone(),
    };
    let must_be_refused = spot.is_mandatory || !matches!(how, Break::Removed);
    let say = |what: String| Some(format!("{} of {}, {how:?}: {what}", spot.what, file.name));
    let Err(problems) = source::read(&file.name, &edited.text) else {
        return if must_be_refused { say("it is accepted".to_owned()) } else { None };
    };
    if problems.problems.iter().any(|problem| edited.text.get(problem.span.clone()).is_none()) {
        return say(format!("a problem points out of the text: {:?}", problems.problems));
    }
    if must_be_refused && !touches(&problems, &place) {
        return say(format!("no problem touches {:?}:\n{problems}", &edited.text[place]));
    }
    None
}

fn complaints_of(of_each: usize) -> Vec<String> {
    let files = files();
    complaints(&spots(&files, &describe(), of_each), |_, spot| {
        let ways = [Break::Mapping, Break::Nothing, Break::Removed, Break::Doubled];
        let found: Vec<_> = ways.into_iter().filter_map(|how| judge(&files[spot.file], spot, how)).collect();
        (!found.is_empty()).then(|| found.join("\n"))
    })
}

/// `cargo xtask soak places` breaks every place of every file.
#[test]
fn a_problem_touches_what_was_broken() {
    let found = complaints_of(asked("POLYREEL_PLACES").unwrap_or(1));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
