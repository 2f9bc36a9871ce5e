//! `polyreel doctor`: what is right and what is wrong on a machine, without asking anybody.

use serde_json::Value;

use crate::support::place::{MockProcess, Place};

/// What it says about some things, as `state what: how; to do`.
fn said(place: &Place, environment: &[(&str, &str)], arguments: &[&str], about: &[&str]) -> String {
    // It is the same wherever the home is.
    let environment = [&[("XDG_CONFIG_HOME", "/nowhere")], environment].concat();
    let shown = place.run(&environment, &[&["doctor", "--json"], arguments].concat());
    let out = shown.split("--- stdout\n").nth(1).unwrap().split("--- stderr").next().unwrap();
    let checks: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let wrong = checks.iter().any(|check| check["state"] == "wrong");
    assert!(shown.starts_with(if wrong { "exit code: 1" } else { "exit code: 0" }), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    let text = |check: &Value, part: &str| check[part].as_str().unwrap_or("-").to_owned();
    let line = |check: &Value| {
        format!("{} {}: {}; {}\n", text(check, "state"), text(check, "what"), text(check, "how"), text(check, "to_do"))
    };
    let is_asked_for = |check: &&Value| about.iter().any(|word| text(check, "what").contains(word));
    checks.iter().filter(is_asked_for).map(line).collect()
}

#[cfg(unix)]
#[test]
fn what_is_there_is_told() {
    let about = ["config", "variable", "HyprLab", "folder"];
    for (name, environment) in [
        ("nothing", &[][..]),
        ("key", &[("HYPRLAB_API_KEY", "canary-key")]),
        ("empty_key", &[("HYPRLAB_API_KEY", " ")]),
        ("elsewhere", &[("HYPRLAB_API_KEY", "canary-key"), ("HYPRLAB_BASE_URL", "https://proxy.example.com/hyprlab")]),
        ("bad_base_url", &[("HYPRLAB_BASE_URL", "http://10.0.0.1")]),
        ("mistyped", &[("HYPRLAB_APIKEY", "canary-key"), ("POLYREEL_MAXCOST", "1.50"), ("OTHER", "x")]),
        ("no_such_config", &[("POLYREEL_CONFIG", "nowhere.toml")]),
    ] {
        insta::assert_snapshot!(format!("doctor_{name}"), said(&Place::new(), environment, &[], &about));
    }
}

/// For people it is a line each, and what is not named is there as well.
#[test]
fn people_read_lines() {
    let shown = Place::new().run(&[("HYPRLAB_API_KEY", "canary-key")], &["doctor"]);
    for line in [
        "fine   version: polyreel ",
        "fine   key of HyprLab: HYPRLAB_API_KEY is set",
        "note   key of Segmind: ",
        "fine   clock: ",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(shown.starts_with("exit code: 0") && shown.ends_with("--- files\n"), "{shown}");
}

/// Asked for, it asks whoever can be asked for nothing.
#[test]
fn online_the_keys_are_tried() {
    let place = Place::new();
    let server = MockProcess::start(&place);
    let right = server.environment();
    let wrong: Vec<_> = right
        .iter()
        .map(|(name, value)| (*name, if name.ends_with("_API_KEY") { "wrong-key" } else { value }))
        .collect();
    for (name, environment) in [("accepted", right), ("refused", wrong)] {
        let shown = said(&place, &environment, &["--online"], &["account at Eachlabs", "account at HyprLab"]);
        insta::assert_snapshot!(format!("doctor_{name}"), shown);
    }
    assert_eq!(said(&place, &[], &["--online"], &["account"]), "");
}

/// A folder that nothing can be written to is found, unless whoever runs this may write everywhere.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_wrong() {
    let shown = said(&Place::new(), &[("POLYREEL_OUTPUT_FOLDER", "/nowhere/at/all")], &[], &["output folder"]);
    assert!(shown.starts_with("wrong output folder: no film can be saved in /nowhere/at/all"), "{shown}");
}
