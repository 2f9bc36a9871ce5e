//! `polyreel providers`, `models` and `balance`: what there is, what it costs, and what is left.

use serde_json::Value;

use crate::support::place::{MockProcess, Place};

const ACME: &str = include_str!("../../mock-server/src/tests/acme.yaml");

fn lines(shown: &str) -> Vec<Value> {
    let out = shown.split("--- stdout\n").nth(1).unwrap().split("--- stderr").next().unwrap();
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn everything_is_listed_and_fits() {
    let place = Place::new();
    for command in ["providers", "models"] {
        let shown = place.run(&[], &[command]);
        assert!(shown.starts_with("exit code: 0"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
        let listed = lines(&place.run(&[], &[command, "--json"]));
        for provider in polyreel::all() {
            let words: Vec<&str> = match command {
                "providers" => vec![&provider.id, provider.auth.env()[0]],
                _ => provider.models.iter().map(|model| &*model.key).collect(),
            };
            // A word is never broken, so that it can be copied.
            assert!(
                words.iter().all(|word| shown.split([' ', '\n', ',']).any(|shown| shown == *word)),
                "{words:?}: {shown}"
            );
        }
        let expected = match command {
            "providers" => polyreel::all().len(),
            _ => polyreel::all().iter().map(|provider| provider.models.len()).sum(),
        };
        assert_eq!(listed.len(), expected);
    }
}

#[test]
fn some_are_listed() {
    let place = Place::new();
    place.put("acme.yaml", ACME);
    let key = [("HYPRLAB_API_KEY", "canary-key"), ("HYPRLAB_BASE_URL", "https://proxy.example.com")];
    for (name, arguments) in [
        ("providers", &["providers", "hyprlab", "302AI"][..]),
        ("providers_own", &["providers", "--spec", "acme.yaml"]),
        ("models", &["models", "hyprlab", "ai302"]),
        ("models_own", &["models", "--spec", "acme.yaml"]),
        ("models_family", &["models", "--family", "Kling-2.1-Pro"]),
        ("models_family_unknown", &["models", "hyprlab", "--family", "kling-2.1-por", "--json"]),
        ("models_unknown", &["models", "hyperlab"]),
    ] {
        let shown = place.run(&key, arguments);
        assert!(!shown.contains("canary"), "{shown}");
        insta::assert_snapshot!(format!("catalog_{name}"), shown);
    }
    let line = &lines(&place.run(&key, &["providers", "hyprlab", "--json"]))[0];
    assert_eq!(
        (&line["key_from"], &line["chosen_base_url"]),
        (&"environment".into(), &"https://proxy.example.com".into())
    );
}

/// Every provider that can be asked is asked, and nobody else.
#[cfg(unix)]
#[test]
fn balances_are_asked_for() {
    let place = Place::new();
    let server = MockProcess::start(&place);
    let run = |arguments: &[&str]| place.run(&server.environment(), arguments);
    let can = |provider: &&&polyreel::Provider| provider.balance.is_some();
    let shown = run(&["balance", "--json"]);
    assert!(shown.starts_with("exit code: 0"), "{shown}");
    let listed = lines(&shown);
    assert_eq!(
        listed.iter().filter(|line| line["balance"]["amount"].is_string()).count(),
        polyreel::all().iter().filter(can).count()
    );
    insta::assert_snapshot!("balance_people", run(&["balance", "eachlabs"]));
    insta::assert_snapshot!("balance_one_cannot", run(&["balance", "hyprlab", "eachlabs"]));
    insta::assert_snapshot!("balance_no_key", place.run(&[], &["balance", "eachlabs", "--json"]));
    let wrong: Vec<_> = server
        .environment()
        .into_iter()
        .map(|(name, value)| if name.ends_with("_API_KEY") { (name, "wrong") } else { (name, value) })
        .collect();
    insta::assert_snapshot!("balance_wrong_key", place.run(&wrong, &["balance", "eachlabs"]));
}
