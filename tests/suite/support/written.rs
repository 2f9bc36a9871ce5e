//! Provider files written again from their trees, in block style, so that it is known where each value stands.

use std::collections::BTreeMap;
use std::ops::Range;

use polyreel_spec::source::{Language, Shape};

use super::tree::{Trail, Tree};
use super::{begun, spec_files};

/// A file by name, as a tree.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) tree: Tree,
}

/// What no other valid file uses, with each way to verify a callback.
const REST: &str = include_str!("rest.yaml");
const VERIFY: [&str; 3] = [
    "echo_secret: { header: x-secret, env: REST_WEBHOOK_SECRET }",
    "standard_webhooks: { secret_env: REST_WEBHOOK_SECRET }",
    "ed25519_jwks: { jwks: \"https://rest.test/keys\" }",
];

/// All valid provider files.
pub(crate) fn files() -> Vec<File> {
    let file = |path: std::path::PathBuf| {
        let tree = Tree::parse(&std::fs::read_to_string(&path).unwrap());
        File { name: path.file_name().unwrap().to_str().unwrap().to_owned(), tree }
    };
    let rest = VERIFY
        .map(|verify| File { name: "rest.yaml".to_owned(), tree: Tree::parse(&REST.replacen(VERIFY[0], verify, 1)) });
    let begun = begun().map(|text| File { name: "begun.yaml".to_owned(), tree: Tree::parse(&text) });
    spec_files().into_iter().map(file).chain(rest).chain(begun).collect()
}

/// One value of one file.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    /// Which of [`files`].
    pub(crate) file: usize,
    pub(crate) trail: Trail,
    /// What it is in the language: `Field.values[]`.
    pub(crate) what: String,
    /// It is the value of a key that must be there.
    pub(crate) is_mandatory: bool,
}

/// Values of the files, for each thing that the language knows at most so many.
pub(crate) fn spots(files: &[File], language: &Language, of_each: usize) -> Vec<Spot> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (position, file) in files.iter().enumerate() {
        for (trail, _) in file.tree.walk() {
            let (what, is_mandatory) = what(language, &file.tree, &trail);
            let times = seen.entry(what.clone()).or_default();
            *times += 1;
            if *times <= of_each {
                found.push(Spot { file: position, trail, what, is_mandatory });
            }
        }
    }
    found
}

/// What stands somewhere in a valid file, found by following the language, and whether it is the value of a mandatory key.
fn what(language: &Language, file: &Tree, trail: &[usize]) -> (String, bool) {
    let file_itself = Shape::Record(language.records[0].name);
    let (mut shape, mut name, mut is_mandatory, mut here) = (&file_itself, String::new(), false, file);
    for &position in trail {
        (shape, name, is_mandatory) = match (settled(shape, here), here) {
            (Shape::Record(record) | Shape::Short(record, _), Tree::Map(entries)) => {
                key(language, record, &entries[position].0)
            }
            (Shape::Many(one), Tree::List(_)) => (&**one, name + "[]", false),
            (Shape::Map(value), Tree::Map(_)) => (&**value, name + ".*", false),
            (table @ Shape::Nested(_), Tree::Map(_)) => (table, name + ".*", false),
            _ => panic!("the language knows no {here} at {name}"),
        };
        here = here.children()[position];
    }
    (name, is_mandatory)
}

/// The shape of a value that may be written in a shorter way.
fn settled<'l>(shape: &'l Shape, value: &Tree) -> &'l Shape {
    match (shape, value) {
        (Shape::Many(_), Tree::List(_)) | (Shape::Short(..) | Shape::Nested(_), Tree::Map(_)) => shape,
        (Shape::Many(short) | Shape::Short(_, short) | Shape::Nested(short), _) => settled(short, value),
        _ => shape,
    }
}

fn key<'l>(language: &'l Language, record: &str, key: &Tree) -> (&'l Shape, String, bool) {
    let record = language.records.iter().find(|own| own.name == record).unwrap();
    let key = record.keys.iter().find(|own| Tree::text(own.name) == *key);
    let key = key.unwrap_or_else(|| panic!("the language knows no such key of {}", record.name));
    (&key.shape, format!("{}.{}", record.name, key.name), key.is_mandatory)
}

/// The text of a file, and where in it each value stands, with its key.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) places: BTreeMap<Trail, Range<usize>>,
}

pub(crate) fn write(tree: &Tree) -> Written {
    let mut written = Written::default();
    written.value(tree, 0, &mut Vec::new());
    written.text.push('\n');
    written
}

impl Written {
    fn line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.push_str(&" ".repeat(indent));
    }

    /// A value where a line has already begun; further lines are indented.
    fn value(&mut self, tree: &Tree, indent: usize, trail: &mut Trail) {
        let is_short = |tree: &Tree| tree.children().is_empty();
        match tree {
            Tree::Map(entries) if !entries.is_empty() => {
                for (position, (key, value)) in entries.iter().enumerate() {
                    if position > 0 {
                        self.line(indent);
                    }
                    let begin = self.text.len();
                    trail.push(position);
                    self.text.push_str(&leaf(key));
                    self.text.push(':');
                    if is_short(value) || matches!(value, Tree::List(items) if items.iter().all(is_short)) {
                        self.text.push(' ');
                    } else {
                        self.line(indent + 2);
                    }
                    self.value(value, indent + 2, trail);
                    self.places.insert(trail.clone(), begin..self.text.len());
                    trail.pop();
                }
            }
            Tree::List(items) if !items.is_empty() => {
                let is_flow = items.iter().all(is_short);
                for (position, item) in items.iter().enumerate() {
                    match (is_flow, position) {
                        (true, 0) => self.text.push('['),
                        (true, _) => self.text.push_str(", "),
                        (false, 0) => self.text.push_str("- "),
                        (false, _) => {
                            self.line(indent);
                            self.text.push_str("- ");
                        }
                    }
                    let begin = self.text.len();
                    trail.push(position);
                    self.value(item, indent + 2, trail);
                    self.places.insert(trail.clone(), begin..self.text.len());
                    trail.pop();
                }
                if is_flow {
                    self.text.push(']');
                }
            }
            short => self.text.push_str(&leaf(short)),
        }
    }
}

/// Digits as they could have been written: an amount has no exponent.
fn leaf(tree: &Tree) -> String {
    match tree {
        Tree::Number(number) if number.fract() != 0.0 => number.to_string(),
        other => other.to_string(),
    }
}

/// Runs a check over many things on all cores, and gives what it complains of.
pub(crate) fn complaints<T: Sync>(things: &[T], check: impl Fn(usize, &T) -> Option<String> + Sync) -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let check = &check;
    std::thread::scope(|scope| {
        let share = |core: usize| {
            let mine = things.iter().enumerate().skip(core).step_by(cores);
            scope.spawn(move || mine.filter_map(|(number, thing)| check(number, thing)).collect::<Vec<_>>())
        };
        let shares: Vec<_> = (0..cores).map(share).collect();
        shares.into_iter().flat_map(|share| share.join().unwrap()).collect()
    })
}
