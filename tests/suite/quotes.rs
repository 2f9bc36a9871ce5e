//! `polyreel quote`: who, for how much, how soon, and why not the others.

use crate::support::place::Place;

fn check(name: &str, environment: &[(&str, &str)], arguments: &[&str]) {
    let all: Vec<_> = ["quote"].into_iter().chain(arguments.iter().copied()).collect();
    insta::assert_snapshot!(name, Place::new().run(environment, &all));
}

#[test]
fn quotes_for_people() {
    let keys = [("HYPRLAB_API_KEY", "x"), ("SEGMIND_API_KEY", "x")];
    check("cheapest_of_those_with_keys", &keys, &["A cat."]);
    check("by_time", &keys, &["--sort", "time", "--route", "fastest", "A cat."]);
    check("by_both", &keys, &["--sort", "both", "--route", "segmind,hyprlab", "A cat."]);
    check("no_key", &[], &["--duration", "10", "A cat."]);
    check("why_not", &[], &["--all", "--family", "kling-2.0-master", "A cat."]);
    check("ceiling", &keys, &["--provider", "aimlapi", "--assume-price", "3.00", "A cat."]);
    check("left_out", &keys, &["--may-lack", "seed", "--seed", "7", "A cat."]);
    check("nobody", &[], &["--duration", "7", "A cat."]);
    check("unknown_family", &[], &["--family", "kling-2.0-mister", "A cat."]);
    check("unknown_stop", &[], &["--route", "hyperlab", "A cat."]);
    let capped = [&keys[..], &[("POLYREEL_MAX_COST", "1.50"), ("POLYREEL_MAX_PER_DAY", "0.50")]].concat();
    check("over_the_cap", &capped, &["A cat."]);
    check("no_route", &[], &["--route", "cheapest-within", "A cat."]);
}

#[test]
fn quotes_for_programs() {
    let keys = [("HYPRLAB_API_KEY", "x")];
    check("json", &keys, &["--json", "--family", "kling-2.0-master", "--route", "hyprlab,segmind", "A cat."]);
}

/// A prompt comes from a file or from standard input as well.
#[test]
fn a_prompt_comes_from_where_it_is_said() {
    let place = Place::new();
    place.put("prompt.txt", "A cat.\n");
    let quoted = |arguments: &[&str]| place.run(&[], &[&["quote", "--provider", "hyprlab"], arguments].concat());
    let plain = quoted(&["A cat."]);
    assert!(plain.starts_with("exit code: 0"), "{plain}");
    assert_eq!(quoted(&["@prompt.txt"]).split("--- files").next(), plain.split("--- files").next());
    assert!(quoted(&["@nowhere.txt"]).contains("the prompt cannot be read from @nowhere.txt"));
    // Standard input is empty here, and an empty prompt shows that it was read.
    assert!(quoted(&["-"]).contains("prompt: is empty"), "{}", quoted(&["-"]));
    assert!(quoted(&["@@home"]).starts_with("exit code: 0"));
}

/// The picture is that of the offers, and is written whole.
#[test]
fn offers_are_drawn() {
    let place = Place::new();
    let shown = place.run(&[], &["quote", "--plot", "offers.svg", "A <cute> cat."]);
    assert!(shown.starts_with("exit code: 0"), "{shown}");
    let picture = std::fs::read_to_string(place.path().join("offers.svg")).unwrap();
    assert!(picture.contains("<svg") && picture.trim_end().ends_with("</svg>"));
    assert!(picture.contains("A &lt;cute&gt; cat.") && picture.contains("price unknown"), "{picture}");
    let shown = place.run(&[], &["quote", "--plot", "nowhere/offers.svg", "A cat."]);
    assert!(shown.starts_with("exit code: 2") && shown.contains("the folder nowhere does not exist"), "{shown}");
    let shown = place.run(&[], &["quote", "--plot", "photo.png", "A cat."]);
    assert!(shown.starts_with("exit code: 2") && shown.contains("end it in .svg"), "{shown}");
}
