//! Whatever the texts of a provider file say: the reader refuses them, or they stay texts in all that is generated.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Mutex;

use polyreel_codegen::{File as Generated, regions, render};
use polyreel_spec::Provider;
use polyreel_spec::source::{self, describe};

use crate::support::asked;
use crate::support::shape::{HOSTILE, Keep, assert_same_shape, shapes};
use crate::support::tree::{Trail, Tree};
use crate::support::written::{File, Written, complaints, files, spots, write};

/// A text of a file: a value, or a name that the file chose.
#[derive(Clone, Debug)]
struct Words {
    trail: Trail,
    is_name: bool,
    /// What it is in the language: `Model.about`.
    what: String,
}

/// All texts of each file.
fn words(files: &[File]) -> Vec<Vec<Words>> {
    let mut words = vec![Vec::new(); files.len()];
    for spot in spots(files, &describe(), usize::MAX) {
        let own = &mut words[spot.file];
        if matches!(files[spot.file].tree.at(&spot.trail), Some(Tree::Text(_))) {
            own.push(Words { trail: spot.trail.clone(), is_name: false, what: spot.what.clone() });
        }
        if spot.what.ends_with(".*") {
            own.push(Words { trail: spot.trail, is_name: true, what: format!("{}, its name", spot.what) });
        }
    }
    words
}

impl Words {
    fn replace(&self, tree: &mut Tree, spelling: &dyn Fn(&str) -> String) {
        let (last, above) = self.trail.split_last().unwrap();
        let text = match tree.at_mut(if self.is_name { above } else { &self.trail }) {
            Some(Tree::Map(entries)) if self.is_name => &mut entries[*last].0,
            Some(value) => value,
            None => return,
        };
        if let Tree::Text(plain) = text {
            *plain = spelling(plain);
        }
    }

    fn place(&self, written: &Written) -> Range<usize> {
        let whole = written.places[&self.trail].clone();
        if !self.is_name {
            return whole;
        }
        let length = written.text[whole.clone()].find(": ").or(written.text[whole.clone()].find(":\n"));
        whole.start..whole.start + length.unwrap_or(0)
    }
}

/// The file with as many hostile texts at once as the reader accepts, and which those are.
fn attacked(file: &File, words: &[Words], spelling: &dyn Fn(&str) -> String) -> (Provider, Vec<Words>) {
    let mut words = words.to_vec();
    loop {
        let mut tree = file.tree.clone();
        for own in &words {
            own.replace(&mut tree, spelling);
        }
        let written = write(&tree);
        let problems = match source::read(&file.name, &written.text) {
            Ok(provider) => return (provider, words),
            Err(problems) => problems.problems,
        };
        let before = words.len();
        words.retain(|own| {
            let place = own.place(&written);
            !problems.iter().any(|problem| problem.span.start < place.end && place.start < problem.span.end)
        });
        // A problem may be seen elsewhere than where it is from.
        if words.len() == before {
            words.truncate(before / 2);
        }
    }
}

/// Client crate, facade, and the page with all providers.
fn generated(provider: Provider) -> Vec<Generated> {
    let link = format!("](crates/clients/polyreel-{}/README.md)", provider.id);
    let providers = [provider];
    let mut files = render(&providers).unwrap();
    let page = regions(&providers).unwrap().into_iter().find(|region| region.path == "README.md").unwrap();
    // The only link of a row is the one to its own crate.
    let rows = page.text.replacen(&link, "", 1).replacen("\n| [", "\n| ", 1);
    let text = format!("<!-- @generated from providers/ -->{rows}");
    files.push(Generated { path: "crates/README.md".to_owned(), text });
    files
}

/// Every so many of the hostile texts, others for each file. Gives the places where the reader accepts such a text.
fn check(every: usize) -> BTreeSet<String> {
    let files = files();
    let all = words(&files);
    let harmless: Vec<_> = files
        .iter()
        .map(|file| generated(source::read(&file.name, &write(&file.tree).text).unwrap_or_else(|why| panic!("{why}"))))
        .collect();
    let expected: Vec<_> = harmless.iter().map(|files| shapes(files, Keep::Face)).collect();
    let cases: Vec<_> = (0..files.len()).flat_map(|file| (0..HOSTILE.len()).map(move |evil| (file, evil))).collect();
    let cases: Vec<_> = cases.into_iter().filter(|(file, evil)| (file + evil) % every == 0).collect();
    let accepted = Mutex::new(BTreeSet::new());
    complaints(&cases, |_, (file, evil)| {
        let evil = HOSTILE[*evil];
        let spellings: [&dyn Fn(&str) -> String; 2] = [&|plain| format!("{plain}{evil}"), &|_| evil.to_owned()];
        for spelling in spellings {
            let (provider, words) = attacked(&files[*file], &all[*file], spelling);
            assert_same_shape(&generated(provider), &expected[*file], Keep::Face, evil);
            accepted.lock().unwrap().extend(words.into_iter().map(|own| own.what));
        }
        None
    });
    accepted.into_inner().unwrap()
}

/// The snapshot lists what is not closed to such texts, so that a new kind of text is seen in review. `cargo xtask soak
/// places` tries every text in every file.
#[test]
fn texts_stay_texts() {
    if asked::<usize>("POLYREEL_PLACES").is_some() {
        check(1);
        return;
    }
    let accepted = check(16);
    insta::assert_snapshot!(accepted.into_iter().collect::<Vec<_>>().join("\n"));
}
