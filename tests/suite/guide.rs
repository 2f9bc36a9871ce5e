//! What docs/adding-a-provider.md shows is so: its file is valid and makes a film, and so does every part that replaces
//! one of the file's.

use std::path::Path;

use polyreel_spec::{Provider, source};
use serde_json::Value;

use crate::support::root;
use crate::support::tree::Tree;
use crate::support::written::write;
use crate::{fixtures, new_provider};

const GUIDE: &str = "docs/adding-a-provider.md";

/// What is done with a fixture.
type Check = fn(&Provider, &Value, &Path);

/// The blocks of code that are marked so.
fn blocks(mark: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(GUIDE)).unwrap();
    let mut blocks = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("\n```") {
        let (info, after) = after.split_once('\n').unwrap();
        let (block, after) = after.split_once("```\n").unwrap();
        if info == mark {
            blocks.push(block.to_owned());
        }
        rest = after;
    }
    assert!(!blocks.is_empty(), "{GUIDE} has no block of {mark}");
    blocks
}

/// The whole file that the guide arrives at.
fn file() -> String {
    blocks("yaml").remove(0)
}

/// The file with this part instead of its own. Inputs and models are replaced one by one.
fn with(part: &str) -> String {
    let mut file = Tree::parse(&file());
    let Tree::Map(sections) = Tree::parse(part) else { panic!("a part is a mapping:\n{part}") };
    for (section, value) in sections {
        match value {
            Tree::Map(entries) if ["fields", "models"].map(Tree::text).contains(&section) => {
                let Tree::Text(name) = &section else { unreachable!() };
                let all = file.get_mut(name).unwrap();
                for (name, value) in entries {
                    all.set(&name, value);
                }
            }
            value => file.set(&section, value),
        }
    }
    write(&file).text
}

#[tokio::test]
async fn the_file_and_every_part_of_the_guide_make_a_film() {
    let provider = new_provider::check("acme.yaml", &file()).await;
    for part in &blocks("yaml")[1..] {
        let other = new_provider::check("acme.yaml", &with(part)).await;
        assert_ne!(provider, other, "this part changes nothing:\n{part}");
    }
}

#[test]
fn the_fixtures_of_the_guide_are_read() {
    let provider = source::read("acme.yaml", &file()).unwrap();
    for (mark, check) in [("yaml request", fixtures::sent as Check), ("yaml reply", fixtures::replies)] {
        for block in blocks(mark) {
            let fixture: Value = serde_yaml::from_str(&block).unwrap();
            insta::with_settings!({ snapshot_suffix => "guide" }, { check(&provider, &fixture, Path::new(GUIDE)) });
        }
    }
}

#[test]
fn the_problem_of_the_guide_is_reported_so() {
    let (right, wrong) = ("optional: [duration, aspect_ratio,", "optional: [duration, aspect_ration,");
    let problems = source::read("acme.yaml", &file().replace(right, wrong)).unwrap_err();
    assert_eq!(problems.to_string().trim_end(), blocks("text")[0].trim_end());
}
