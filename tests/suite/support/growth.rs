//! Random edits that say something more: a key that a record may have, with a value that it may have.

use super::mutation::Dice;
use super::tree::Tree;

/// Sets a key of some record.
pub(crate) fn grow(file: &mut Tree, dice: &mut Dice) {
    let world = World::of(file);
    let mut paths: Vec<Vec<String>> = ["create", "poll", "poll", "result", "cancel", "download", "find", "errors"]
        .map(|call| vec![call.to_owned()])
        .into();
    paths.extend(world.fields.iter().map(|name| vec!["fields".to_owned(), name.clone()]));
    paths.extend(world.fields.iter().map(|name| vec!["fields".to_owned(), name.clone()]));
    paths.extend(world.models.iter().map(|name| vec!["models".to_owned(), name.clone()]));
    paths.push(Vec::new());
    let path = dice.choose(&paths);
    let (key, value) = match path.first().map(String::as_str) {
        Some("fields") => world.of_field(dice),
        Some("models") => world.of_model(dice),
        Some("errors") => world.of_errors(dice),
        Some("create") => world.of_create(dice),
        Some(_) => world.of_call(dice),
        None => world.of_file(file, dice),
    };
    let mut record = Some(file);
    for key in &path {
        record = record.and_then(|record| record.get_mut(key));
    }
    if let Some(record) = record {
        record.set(&Tree::text(key), value);
    }
}

/// What there is to name.
struct World {
    fields: Vec<String>,
    models: Vec<String>,
    saved: Vec<String>,
}

fn map<const N: usize>(entries: [(&str, Tree); N]) -> Tree {
    Tree::Map(entries.map(|(key, value)| (Tree::text(key), value)).into())
}

fn texts(texts: &[&str]) -> Tree {
    Tree::List(texts.iter().map(|text| Tree::text(text)).collect())
}

impl World {
    fn of(file: &Tree) -> Self {
        let keys = |tree: Option<&Tree>| match tree {
            Some(Tree::Map(entries)) => entries
                .iter()
                .filter_map(|(key, _)| if let Tree::Text(key) = key { Some(key.clone()) } else { None })
                .collect(),
            _ => Vec::new(),
        };
        let save = |call: &str| keys(file.get(call).and_then(|call| call.get("save")));
        Self {
            fields: keys(file.get("fields")),
            models: keys(file.get("models")),
            saved: [save("create"), save("poll")].concat(),
        }
    }

    fn field(&self, dice: &mut Dice) -> String {
        if self.fields.is_empty() { "prompt".to_owned() } else { dice.choose(&self.fields) }
    }

    fn model(&self, dice: &mut Dice) -> String {
        if self.models.is_empty() { "x".to_owned() } else { dice.choose(&self.models) }
    }

    fn place(&self, dice: &mut Dice) -> Tree {
        let fixed = [
            "id",
            "x",
            "data.id",
            "data",
            "a.b",
            "list[0].u",
            "list[1].u",
            "list[*].u",
            "list[type=x].u",
            "list[type=y].v",
            "text.@json.k",
            "header:x-a",
            "header:x-b",
            "input.x",
            "status",
            "state",
        ];
        let name = self.field(dice);
        if dice.below(4) == 0 { Tree::text(&name) } else { Tree::text(dice.choose(&fixed)) }
    }

    fn word(dice: &mut Dice) -> Tree {
        let words = [
            Tree::text("x"),
            Tree::text("y"),
            Tree::text("5"),
            Tree::Int(5),
            Tree::Int(0),
            Tree::Int(1),
            Tree::Bool(true),
            Tree::Bool(false),
            Tree::Number(1.0),
            Tree::Number(0.5),
            Tree::Number(1e30),
            Tree::text(""),
            Tree::text("a b"),
            Tree::text("é"),
            Tree::text("X"),
            Tree::text("10s"),
            Tree::Int(-1),
        ];
        dice.choose(&words)
    }

    fn words(dice: &mut Dice) -> Tree {
        let count = 1 + dice.below(3);
        Tree::List((0..count).map(|_| Self::word(dice)).collect())
    }

    fn reference(&self, dice: &mut Dice) -> Tree {
        let name = match dice.below(4) {
            0 => "model".to_owned(),
            1 if !self.saved.is_empty() => dice.choose(&self.saved),
            _ => self.field(dice),
        };
        Tree::text(&format!("{{{name}}}"))
    }

    fn constant_or_reference(&self, dice: &mut Dice) -> Tree {
        if dice.below(2) == 0 { self.reference(dice) } else { Self::word(dice) }
    }

    fn named(&self, dice: &mut Dice, names: &[&str]) -> Tree {
        let value = self.constant_or_reference(dice);
        Tree::Map(vec![(Tree::text(dice.choose(names)), value)])
    }

    fn address(&self, dice: &mut Dice) -> Tree {
        let name = self.field(dice);
        let saved = if self.saved.is_empty() { "id".to_owned() } else { dice.choose(&self.saved) };
        let addresses = [
            "/x".to_owned(),
            "/{model}".to_owned(),
            "/{+model}".to_owned(),
            format!("/x/{{{name}}}"),
            format!("/{{model}}/{{{name}}}"),
            format!("/{{model}}{{{name}}}"),
            format!("/{{{name}}}-{{model}}"),
            format!("/x/{{{saved}}}"),
            format!("/{{{saved}}}/x"),
            format!("/x/{{+{saved}}}"),
            format!("{{+create_path}}/{{{saved}}}"),
            format!("/{{model}}/{{{saved}}}"),
        ];
        Tree::text(&dice.choose(&addresses))
    }

    fn condition(&self, dice: &mut Dice) -> Tree {
        match dice.below(4) {
            0 | 1 => {
                let at = self.place(dice);
                map([("at", at), ("is", if dice.below(2) == 0 { Self::word(dice) } else { Self::words(dice) })])
            }
            2 => map([("has", self.place(dice))]),
            _ => map([("lacks", self.place(dice))]),
        }
    }

    fn of_field(&self, dice: &mut Dice) -> (&'static str, Tree) {
        let numbers = |pairs: &[(f64, f64)], dice: &mut Dice| {
            let (low, high) = dice.choose(pairs);
            Tree::List(vec![Tree::Number(low), Tree::Number(high)])
        };
        match dice.below(20) {
            0 | 1 => ("at", self.place(dice)),
            2 => ("values", Self::words(dice)),
            3 => {
                let rows = (0..=dice.below(3)).map(|_| (Self::word(dice), Self::word(dice)));
                let mut table = Tree::Map(Vec::new());
                for (ours, theirs) in rows.collect::<Vec<_>>() {
                    table.set(&ours, theirs);
                }
                ("words", table)
            }
            4 => {
                ("range", numbers(&[(0.0, 1.0), (0.2, 0.8), (1.0, 10.0), (5.0, 5.5), (-1e30, 1e30), (0.0, 1e-9)], dice))
            }
            5 => ("default", Self::word(dice)),
            6 => ("as", Tree::text(dice.choose(&["text", "int"]))),
            7 => ("prefix", Tree::text(dice.choose(&["p", "", "1 ", "-", "e", "é"]))),
            8 => ("suffix", Tree::text(dice.choose(&["s", "", " of 10", "e", "-", ".x", "%"]))),
            9 => {
                let forms =
                    [&["url"][..], &["data_uri"], &["base64"], &["file"], &["upload"], &["url", "data_uri", "base64"]];
                ("accepts", texts(dice.choose(&forms)))
            }
            10 => ("media_type_at", self.place(dice)),
            11 => {
                let types = ["image/png", "image/jpeg", "image/webp", "image/gif", "PNG"];
                ("media_types", texts(&[dice.choose(&types), dice.choose(&types)]))
            }
            12 => ("max_bytes", Tree::text(dice.choose(&["1B", "50B", "200B", "1KB", "10MB", "99999999GB"]))),
            13 => ("min_side", Tree::Int(dice.choose(&[0, 1, 300, 70_000, 4_000_000_000]))),
            14 => ("max_length", Tree::Int(dice.choose(&[0, 1, 2, 5, 4_000_000_000]))),
            15 => ("not_with", Tree::text(&self.field(dice))),
            16 => ("needs", Tree::text(&self.field(dice))),
            17 => ("ignored_with", Tree::text(&self.field(dice))),
            18 => ("about", Tree::text(dice.choose(&["x", "a\nb", "*/ `x` |", "\u{202e}", "{{ x }}", "<script>"]))),
            _ => ("type", Tree::text(dice.choose(&["text", "int", "number", "bool", "image"]))),
        }
    }

    fn of_model(&self, dice: &mut Dice) -> (&'static str, Tree) {
        let some = |dice: &mut Dice| {
            let mut names: Vec<String> = (0..=dice.below(4)).map(|_| self.field(dice)).collect();
            names.sort_unstable();
            names.dedup();
            Tree::List(names.iter().map(|name| Tree::text(name)).collect())
        };
        match dice.below(9) {
            0 => ("required", some(dice)),
            1 => ("optional", some(dice)),
            2 => {
                let (key, value) = self.of_field(dice);
                ("override", Tree::Map(vec![(Tree::text(&self.field(dice)), map([(key, value)]))]))
            }
            3 => {
                let at = self.place(dice);
                let value = if dice.below(4) == 0 { Tree::text("{model}") } else { Self::word(dice) };
                ("body", Tree::Map(vec![(at, value)]))
            }
            4 => ("id", Tree::text(&self.model(dice))),
            5 => ("id", Tree::text(dice.choose(&["x", "x/y", "x:y", "a.b", "..", "x_y", "X"]))),
            6 => ("family", Tree::text(dice.choose(&["x", "", "a b", "\u{7}"]))),
            7 => ("price", map([("amount", dice.choose(&[Tree::Int(1), Tree::Number(0.1), Tree::text("unknown")]))])),
            _ => ("about", Tree::text(dice.choose(&["x", "a\nb", "`", "| x |"]))),
        }
    }

    fn of_create(&self, dice: &mut Dice) -> (&'static str, Tree) {
        match dice.below(18) {
            0 => ("method", Tree::text(dice.choose(&["GET", "POST", "PUT", "DELETE"]))),
            1 | 2 => ("path", self.address(dice)),
            3 => ("query", self.named(dice, &["x", "y", "key", "prompt"])),
            4 => ("headers", self.named(dice, &["x-a", "X-Vault-Key", "authorization", "content-type", "x-client"])),
            5 => ("body", Tree::Map(vec![(self.place(dice), self.constant_or_reference(dice))])),
            6 => ("encoding", Tree::text(dice.choose(&["json", "form", "multipart", "multipart_if_file"]))),
            7 => ("fields_at", self.place(dice)),
            8 | 9 => {
                let mut variant = Tree::Map(Vec::new());
                if dice.below(2) == 0 {
                    variant.set(&Tree::text("with"), Tree::text(&self.field(dice)));
                } else {
                    variant.set(&Tree::text("models"), Tree::text(&self.model(dice)));
                }
                for _ in 0..=dice.below(2) {
                    let (key, value) = self.of_create(dice);
                    if key != "variants" {
                        variant.set(&Tree::text(key), value);
                    }
                }
                if dice.below(3) == 0 {
                    let (key, value) = self.of_field(dice);
                    let change = Tree::Map(vec![(Tree::text(&self.field(dice)), map([(key, value)]))]);
                    variant.set(&Tree::text("override"), change);
                }
                ("variants", Tree::List(vec![variant]))
            }
            10 => ("reply_as", Tree::text("poll")),
            _ => self.of_reply(dice),
        }
    }

    fn of_call(&self, dice: &mut Dice) -> (&'static str, Tree) {
        match dice.below(14) {
            0 => ("method", Tree::text(dice.choose(&["GET", "POST", "PUT", "DELETE"]))),
            1 => ("path", self.address(dice)),
            2 => ("query", self.named(dice, &["x", "y", "key"])),
            3 => ("headers", self.named(dice, &["x-a", "X-Vault-Key", "authorization", "x-client"])),
            4 => ("body", Tree::Map(vec![(self.place(dice), self.constant_or_reference(dice))])),
            5 => ("url_from", Tree::text(&self.saved.first().cloned().unwrap_or_default())),
            6 => ("queue_position", self.number_place(dice)),
            7 => ("progress", self.number_place(dice)),
            _ => self.of_reply(dice),
        }
    }

    fn number_place(&self, dice: &mut Dice) -> Tree {
        let mut place = map([("at", self.place(dice))]);
        if dice.below(2) == 0 {
            place.set(&Tree::text("as"), Tree::text("text"));
        }
        if dice.below(3) == 0 {
            place.set(&Tree::text("suffix"), Tree::text(dice.choose(&["%", " of 10", "s"])));
        }
        if dice.below(3) == 0 {
            let max = [Tree::Int(1), Tree::Int(7), Tree::Number(1e-300), Tree::Number(1e300), Tree::Number(0.3)];
            place.set(&Tree::text("max"), dice.choose(&max));
        }
        place
    }

    fn of_reply(&self, dice: &mut Dice) -> (&'static str, Tree) {
        match dice.below(8) {
            0 | 1 => ("ok", self.condition(dice)),
            2 => ("save", {
                let mut save = map([("id", self.place(dice))]);
                if dice.below(2) == 0 {
                    save.set(&Tree::text("token"), self.place(dice));
                }
                if dice.below(4) == 0 {
                    save.set(&Tree::text("id"), map([("at", self.place(dice)), ("as", Tree::text("int"))]));
                }
                save
            }),
            3 | 4 => {
                let at = self.place(dice);
                let output = match dice.below(5) {
                    0 | 1 => map([("url", at)]),
                    2 => map([("url", Tree::List(vec![at, self.place(dice)]))]),
                    3 => map([("base64", at)]),
                    _ => map([(
                        "body",
                        Tree::text(dice.choose(&["video/*", "video/mp4", "application/json", "Video/*"])),
                    )]),
                };
                ("output", output)
            }
            5 => ("also", map([("cover", self.place(dice)), ("cost", self.number_place_of_side(dice))])),
            _ => {
                let mut status = map([("at", self.place(dice))]);
                for state in ["queued", "running", "done", "failed", "cancelled", "expired"] {
                    if dice.below(2) == 0 {
                        status.set(&Tree::text(state), Self::words(dice));
                    }
                }
                if dice.below(4) == 0 {
                    status.set(&Tree::text("ignore_case"), Tree::Bool(true));
                }
                ("status", status)
            }
        }
    }

    fn number_place_of_side(&self, dice: &mut Dice) -> Tree {
        match self.number_place(dice) {
            Tree::Map(mut entries) => {
                entries.retain(|(key, _)| *key != Tree::text("max"));
                Tree::Map(entries)
            }
            other => other,
        }
    }

    fn of_errors(&self, dice: &mut Dice) -> (&'static str, Tree) {
        match dice.below(4) {
            0 | 1 => {
                let mut rule =
                    map([("kind", Tree::text(dice.choose(&["content", "other", "rate_limit", "provider"])))]);
                match dice.below(3) {
                    0 => rule.set(&Tree::text("http"), Tree::Int(dice.choose(&[200, 204, 304, 400, 500]))),
                    1 => rule.set(&Tree::text("code"), Self::word(dice)),
                    _ => rule.set(&Tree::text("message_has"), Tree::text(dice.choose(&["x", "a\nb", "é", " ", "X"]))),
                }
                ("rules", Tree::List(vec![rule]))
            }
            choice => {
                let mut plane = map([("message", self.place(dice))]);
                if dice.below(2) == 0 {
                    plane.set(&Tree::text("code"), self.place(dice));
                }
                (if choice == 2 { "reply" } else { "job" }, plane)
            }
        }
    }

    fn of_file(&self, file: &Tree, dice: &mut Dice) -> (&'static str, Tree) {
        match dice.below(11) {
            0 => ("headers", self.named(dice, &["x-a", "X-Vault-Key", "authorization", "content-type"])),
            1 => ("ok", self.condition(dice)),
            2 => {
                let mut result = file.get("poll").cloned().unwrap_or(Tree::Null);
                result.set(&Tree::text("path"), self.address(dice));
                ("result", result)
            }
            3 => ("download", map([("path", self.address(dice))])),
            4 => ("cancel", map([("path", self.address(dice)), ("done", Tree::Int(200))])),
            5 => {
                let query = map([("ref", Tree::text("{reference}"))]);
                (
                    "find",
                    map([("path", self.address(dice)), ("query", query), ("save", map([("id", self.place(dice))]))]),
                )
            }
            6 => ("credits", {
                let unit = dice.choose(&["USD", "coin", "a b", ""]);
                let currency = Tree::text(dice.choose(&["USD", "XYZ", "coin"]));
                map([(unit, map([("worth", Tree::Int(1)), ("currency", currency)]))])
            }),
            7 => {
                ("aliases", texts(&[dice.choose(&["x", "", "acme", "a b", "\u{202e}"]), dice.choose(&["x", "X", "y"])]))
            }
            8 => ("name", Tree::text(dice.choose(&["x", "", "a\u{7}b", "\n", "*/"]))),
            9 => ("balance", map([("path", self.address(dice)), ("amount", self.number_place_of_side(dice))])),
            _ => ("upload", {
                let (at, id) = (self.place(dice), self.place(dice));
                map([("path", self.address(dice)), ("file_at", at), ("id", id)])
            }),
        }
    }
}
