//! Random edits of provider files.

use super::growth::grow;
use super::tree::{Trail, Tree};

/// Numbers that follow from a seed. (`SplitMix64`.)
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, throw: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ throw.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    pub(crate) fn choose<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn percent(&mut self) -> usize {
        self.below(100)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// Which edits are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Any key and value anywhere, and keys that records may have: what the structure's own rules see.
    Wide,
    /// Places, words, codes and conditions alone: what those cannot see.
    Deep,
}

/// Makes one edit, or a few.
pub(crate) fn edit(file: &mut Tree, depth: Depth, dice: &mut Dice) {
    for _ in 0..dice.choose(&[1, 1, 2, 3]) {
        match depth {
            Depth::Wide if dice.percent() < 50 => grow(file, dice),
            Depth::Wide => wide(file, dice),
            Depth::Deep => deep(file, dice),
        }
    }
}

/// Parts that no law looks at are edited seldom.
const SELDOM: &[&str] =
    &["sources", "source", "name", "provider", "limits", "retention", "webhook", "auth", "regions", "assumed"];

/// Values at which readers and writers stumble.
fn nasty() -> Vec<Tree> {
    let texts = [
        "",
        " ",
        "x",
        "a.b",
        "data[0].url",
        "a[type=x].u",
        "r.@json.k",
        "header:x-y",
        "{model}",
        "{id}",
        "{prompt}",
        "5xx",
        "12xx",
        "E_*",
        "*",
        "200",
        "1e3",
        "01",
        "+5",
        "true",
        "null",
        "~",
        "a\nb",
        "a\u{7}b",
        "é",
        "\u{202e}x",
        "video/*",
        "*/*",
        "application/json",
        "http://x.test",
        "data:",
        ".",
        "..",
        "/",
        "a b",
        "a=b",
        "a\"b",
        "USD",
        "model",
        "10s",
        "1MB",
        "1B",
        "0s",
        "image/gif",
        "text",
        "upload",
        "file",
        "base64",
        "form",
        "multipart",
        "poll",
        "GET",
    ];
    let mut all: Vec<_> = texts.map(Tree::text).into();
    all.extend([0, 1, -1, 2, 5, 77, 199, 200, 204, 304, 400, 404, 410, 500, 4_000_000_000, i64::MAX].map(Tree::Int));
    all.extend([0.0, 1.0, 0.5, -0.0, 1e30, 1e-7, 1.5].map(Tree::Number));
    all.extend([Tree::Bool(true), Tree::Bool(false), Tree::Null]);
    all
}

fn wide(file: &mut Tree, dice: &mut Dice) {
    let often = dice.percent() < 90;
    let mut spots = file.walk();
    spots.retain(|(_, keys)| !often || !keys.iter().any(|key| SELDOM.contains(&key.as_str())));
    let (trail, keys) = dice.choose(&spots);
    let value = file.at(&trail).unwrap().clone();
    let (last, above) = trail.split_last().unwrap();
    let like = |other: &&(Trail, Vec<String>)| {
        std::mem::discriminant(file.at(&other.0).unwrap()) == std::mem::discriminant(&value)
    };
    let alike: Vec<Tree> = spots.iter().filter(like).map(|(trail, _)| file.at(trail).unwrap().clone()).collect();
    let leaves: Vec<Tree> =
        spots.iter().map(|(trail, _)| file.at(trail).unwrap()).filter(|tree| tree.is_leaf()).cloned().collect();
    match dice.percent() {
        0..20 if value.is_leaf() => *file.at_mut(&trail).unwrap() = dice.choose(&alike),
        20..35 if value.is_leaf() => {
            let any = if dice.percent() < 40 { dice.choose(&leaves) } else { dice.choose(&nasty()) };
            *file.at_mut(&trail).unwrap() = any;
        }
        35..50 => {
            // A neighbour of the same key elsewhere.
            let same = spots.iter().filter(|(_, own)| own.last() == keys.last()).map(|(trail, _)| trail);
            let same: Vec<_> = same.map(|trail| file.at(trail).unwrap().clone()).collect();
            *file.at_mut(&trail).unwrap() = dice.choose(&same);
        }
        50..60 => remove(file.at_mut(above).unwrap(), *last),
        60..75 => {
            let also = dice.choose(&alike);
            match file.at_mut(above).unwrap() {
                Tree::List(items) => items.insert(dice.below(items.len() + 1), also),
                // A list of one may be written without brackets, so a value may become two.
                _ if value.is_leaf() => *file.at_mut(&trail).unwrap() = Tree::List(vec![value, also]),
                _ => *file.at_mut(&trail).unwrap() = also,
            }
        }
        75..85 => {
            let entries = spots.iter().filter(|(_, keys)| keys.last().is_some_and(|key| !key.starts_with('[')));
            let entries: Vec<_> = entries.cloned().collect();
            let (from, from_keys) = dice.choose(&entries);
            let copied = file.at(&from).unwrap().clone();
            let into = if dice.percent() < 50 { trail.as_slice() } else { above };
            let key = Tree::text(from_keys.last().unwrap());
            file.at_mut(into).unwrap().set(&key, copied);
        }
        85..90 => {
            let other = dice.choose(&spots).0.clone();
            swap(file, &trail, &other);
        }
        90..94 => {
            if let Tree::Map(entries) = file.at_mut(above).unwrap() {
                let key = if dice.percent() < 50 { dice.choose(&leaves) } else { dice.choose(&nasty()) };
                let taken = entries.iter().any(|(own, _)| *own == key);
                if !taken && key.is_leaf() {
                    entries[*last].0 = key;
                }
            }
        }
        _ => *file.at_mut(&trail).unwrap() = dice.choose(&alike),
    }
}

fn remove(parent: &mut Tree, at: usize) {
    match parent {
        Tree::List(items) => drop(items.remove(at)),
        Tree::Map(entries) => drop(entries.remove(at)),
        _ => {}
    }
}

/// Swaps two values, unless one is inside the other.
fn swap(file: &mut Tree, one: &[usize], other: &[usize]) {
    if one.starts_with(other) || other.starts_with(one) {
        return;
    }
    let (a, b) = (file.at(one).unwrap().clone(), file.at(other).unwrap().clone());
    *file.at_mut(one).unwrap() = b;
    *file.at_mut(other).unwrap() = a;
}

const STATES: [&str; 6] = ["queued", "running", "done", "failed", "cancelled", "expired"];

fn deep(file: &mut Tree, dice: &mut Dice) {
    let of_calls = ["create", "poll", "result", "cancel", "ok", "errors", "fields"];
    let mut spots = file.walk();
    spots.retain(|(trail, keys)| of_calls.contains(&keys[0].as_str()) && file.at(trail).unwrap().is_leaf());
    let held = |trail: &Trail| file.at(trail).unwrap().clone();
    let is_place = |keys: &[String], tree: &Tree| {
        let by_key = keys.iter().rev().find(|key| !key.starts_with('['));
        let by_key = by_key.is_some_and(|key| ["at", "has", "lacks", "id", "url", "message", "code"].contains(&&**key));
        matches!(tree, Tree::Text(text) if !text.starts_with('/') && (by_key || text.contains(['.', '['])))
    };
    let mut places: Vec<String> = ["id", "status", "data"].map(str::to_owned).into();
    for (trail, keys) in &spots {
        if let (Tree::Text(text), true) = (held(trail), is_place(keys, &held(trail))) {
            places.push(text);
        }
    }
    let given = places.clone();
    places.extend(given.iter().filter_map(|place| place.rsplit_once('.')).map(|(above, _)| above.to_owned()));
    places.extend(given.iter().map(|place| format!("{place}.x")));
    places.extend(given.iter().map(|place| place.replace("[0]", "[*]")));
    places.extend(given.iter().map(|place| place.replace("[*]", "[0]")));
    let is_word = |keys: &[String]| {
        keys.iter().rev().take(2).any(|key| STATES.contains(&key.as_str()) || key == "is" || key == "code")
    };
    let mut words: Vec<Tree> = spots.iter().filter(|(_, keys)| is_word(keys)).map(|(trail, _)| held(trail)).collect();
    words.extend([Tree::Int(0), Tree::Int(1), Tree::Bool(true), Tree::Bool(false), Tree::text("x"), Tree::Number(2.0)]);

    let (trail, keys) = dice.choose(&spots);
    let place = |dice: &mut Dice| Tree::text(&dice.choose(&places));
    let call = dice.choose(&["poll", "poll", "result", "create"]);
    match dice.percent() {
        0..55 => {
            let new = if is_place(&keys, &held(&trail)) { place(dice) } else { dice.choose(&words) };
            *file.at_mut(&trail).unwrap() = new;
        }
        55..65 => {
            let condition = dice.choose(&["has", "lacks"]);
            let mut rule = rule(dice.choose(&STATES), condition, place(dice));
            if dice.percent() < 30 {
                rule.set(&Tree::text(dice.choose(&["has", "lacks"])), place(dice));
            }
            add_rule(file, call, rule, 0);
        }
        65..75 => {
            let mut rule = rule(dice.choose(&STATES), "is", dice.choose(&words));
            if dice.percent() < 80 {
                rule.set(&Tree::text("at"), place(dice));
            }
            let at = dice.below(2);
            add_rule(file, call, rule, at);
        }
        75..80 => {
            let condition = if dice.percent() < 70 { "http" } else { "content_type" };
            let codes = [200, 201, 202, 204, 301, 304, 400, 404, 409, 410, 422, 500];
            let value = match condition {
                "http" => Tree::Int(dice.choose(&codes)),
                _ => Tree::text(dice.choose(&["video/*", "application/json", "*/*", "text/*"])),
            };
            let mut rule = rule(dice.choose(&STATES), condition, value);
            if dice.percent() < 30 {
                rule.set(&Tree::text("has"), place(dice));
            }
            add_rule(file, call, rule, 0);
        }
        80..87 => {
            let new = if dice.percent() < 50 { place(dice) } else { dice.choose(&words) };
            let (last, above) = trail.split_last().unwrap();
            let old = held(&trail);
            match file.at_mut(above).unwrap() {
                Tree::List(items) => items.insert(last + dice.below(2), new),
                _ => *file.at_mut(&trail).unwrap() = Tree::List(vec![old, new]),
            }
        }
        87..91 => {
            if let Some(create) = file.get_mut("create") {
                create.set(&Tree::text("reply_as"), Tree::text("poll"));
            }
        }
        91..94 => {
            let parent = dice.choose(&["create", "poll", "result"]);
            let condition = match dice.percent() {
                0..40 => vec![(Tree::text("at"), place(dice)), (Tree::text("is"), dice.choose(&words))],
                40..70 => vec![(Tree::text("has"), place(dice))],
                _ => vec![(Tree::text("lacks"), place(dice))],
            };
            if let Some(call) = file.get_mut(parent) {
                call.set(&Tree::text("ok"), Tree::Map(condition));
            }
        }
        94..97 => {
            let name = dice.choose(&["progress", "queue_position"]);
            if let Some(poll) = file.get_mut("poll") {
                poll.set(&Tree::text(name), place(dice));
            }
        }
        _ => {
            let errors = dice.percent() < 50;
            let rules = if errors { file.get_mut("errors") } else { status(file, call) };
            if let Some(Tree::List(rules)) = rules.and_then(|parent| parent.get_mut("rules")) {
                dice.shuffle(rules);
            }
        }
    }
}

fn rule(state: &str, condition: &str, value: Tree) -> Tree {
    Tree::Map(vec![(Tree::text("state"), Tree::text(state)), (Tree::text(condition), value)])
}

fn status<'t>(file: &'t mut Tree, call: &str) -> Option<&'t mut Tree> {
    file.get_mut(call)?.get_mut("status")
}

fn add_rule(file: &mut Tree, call: &str, rule: Tree, at: usize) {
    let Some(status) = status(file, call) else { return };
    if status.get("rules").is_none() {
        status.set(&Tree::text("rules"), Tree::List(Vec::new()));
    }
    if let Some(Tree::List(rules)) = status.get_mut("rules") {
        rules.insert(at.min(rules.len()), rule);
    }
}
