//! Provider files from outside the tree: read at run time, and given no more than their own provider's key.

use polyreel::mock::{self, MockServer};
use polyreel::{JobHandle, Provider};

use crate::support::place::{MOCK, Place};
use crate::support::wiretap::{Then, Wiretap};

/// A provider that is not built in.
const ACME: &str = include_str!("../../mock-server/src/tests/acme.yaml");

fn place() -> Place {
    let place = Place::new();
    place.put("acme.yaml", ACME);
    place.put("broken.yaml", "provider: acme\nmodles: {}\nbase_url: http://acme.test\ncreate: [1]\n");
    place.put("hyprlab.yaml", &ACME.replace("acme", "hyprlab").replace("ACME", "HYPRLAB"));
    place.put(
        "thief.yaml",
        &ACME.replace("provider: acme", "provider: thief").replace("ACME_API_KEY", "HYPRLAB_API_KEY"),
    );
    place.put(
        "plain.yaml",
        &ACME
            .replace("provider: acme", "provider: plain")
            .replace("https://api", "http://api")
            .replace("ACME", "PLAIN"),
    );
    place.put("github.yaml", &ACME.replace("provider: acme", "provider: github").replace("ACME", "GITHUB"));
    place
}

#[test]
fn provider_files_are_checked() {
    let place = place();
    for (name, arguments) in [
        ("good", &["check", "acme.yaml"][..]),
        ("bad", &["check", "acme.yaml", "broken.yaml"]),
        ("json", &["check", "--json", "acme.yaml", "broken.yaml"]),
        ("missing", &["check", "nowhere.yaml"]),
        ("missing_among_others", &["check", "nowhere.yaml", "acme.yaml", "broken.yaml"]),
        ("missing_json", &["check", "--json", "nowhere.yaml", "acme.yaml", "hyprlab.yaml", "github.yaml"]),
        ("built_in", &["check", "hyprlab.yaml"]),
        ("no_text", &["check", "photo.png"]),
        ("explain", &["explain", "r104"]),
        ("explain_json", &["explain", "R104", "--json"]),
        ("explain_nothing", &["explain", "X999"]),
    ] {
        insta::assert_snapshot!(format!("spec_{name}"), place.run(&[], &[&["spec"], arguments].concat()));
    }
    assert!(place.run(&[], &["spec", "explain"]).contains("M405"));
}

/// Whatever a file is called and whatever it says, a terminal obeys none of it.
#[cfg(unix)]
#[test]
fn problems_hold_no_terminal_escapes() {
    let place = place();
    let name = "\u{1b}[2J\u{202e}\nerror: forged.yaml";
    place.put(name, "provider: acme # \u{202e}\u{2066}\u{85}\nmodles: {}\r\nname: \"\u{e9}\" # \u{ad}\n");
    for arguments in [&["spec", "check", name][..], &["generate", "--spec", name, "A cat.", "-o", "a.mp4"]] {
        let shown = place.run(&[], arguments);
        let shown = shown.split("--- files").next().unwrap();
        let is_escape =
            |c: char| c != '\n' && c.is_control() || ('\u{200b}'..='\u{2069}').contains(&c) || c == '\u{ad}';
        assert_eq!(shown.chars().find(|c| is_escape(*c)), None, "{shown:?}");
        assert!(!shown.contains("\nerror: forged"), "{shown}");
        assert!(shown.contains("error[") && shown.contains(":1:11\n"), "{shown}");
    }
}

#[test]
fn a_file_from_outside_is_simulated() {
    let place = place();
    let run = |arguments: &[&str]| place.run(&[], &[&MOCK[..], arguments].concat());
    insta::assert_snapshot!("own_success", run(&["--spec", "acme.yaml", "A cat.", "-o", "cat.mp4"]));
    insta::assert_snapshot!("own_stuck", run(&["--spec", "acme.yaml", "[[mock:stuck]]", "-o", "my cat.mp4"]));
}

/// It is nobody else, reads nobody else's variables, and its key is not sent in plain text.
#[test]
fn a_file_from_outside_is_kept_in_its_bounds() {
    let place = place();
    for name in ["broken", "hyprlab", "github", "thief", "plain", "nowhere"] {
        let file = format!("{name}.yaml");
        let shown = place.run(&[], &["generate", "--spec", &file, "A cat.", "-o", "a.mp4"]);
        insta::assert_snapshot!(format!("own_refused_{name}"), shown);
    }
    let shown = place.run(&[], &["generate", "--spec", "acme.yaml", "--provider", "acme", "A cat."]);
    insta::assert_snapshot!("own_and_provider", shown);
}

/// The program says where the key goes before it goes there.
#[tokio::test(flavor = "multi_thread")]
async fn the_host_that_gets_the_key_is_named_first() {
    let place = place();
    let tap = Wiretap::start(Then::Drop).await;
    let environment = [("ACME_API_KEY", "canary"), ("ACME_BASE_URL", tap.origin.as_str())];
    let shown = place.run(&environment, &["generate", "--spec", "acme.yaml", "A cat.", "-o", "a.mp4"]);
    let named = shown.find("ACME_API_KEY goes to http://127.0.0.1:PORT").unwrap();
    assert!(named < shown.find("error:").unwrap(), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    let received = tap.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].contains("canary"), "{received:?}");
}

#[tokio::test]
async fn a_file_from_outside_drives_a_client() {
    let acme = Provider::from_yaml("acme.yaml", ACME).unwrap();
    let server = MockServer::start([&acme]).await;
    let client = mock::client(&server, &acme).unwrap();
    let job = client.request("reel-1").set("prompt", "A cat.").submit().await.unwrap();
    let handle = JobHandle::from_json(&job.handle().to_json()).unwrap();
    assert!(client.resume(handle).unwrap().await.unwrap().bytes().await.unwrap().len() > 10_000);
    assert_eq!(server.creates("acme"), 1);
    assert!(Provider::from_yaml("hyprlab.yaml", &ACME.replace("acme", "hyprlab")).is_err());
}

#[cfg(unix)]
#[test]
fn a_file_from_outside_is_served() {
    use crate::support::place::{exported, run_until, signal};
    let place = place();
    let twice = place.run(&[], &["mock", "--spec", "acme.yaml", "--spec", "acme.yaml"]);
    assert!(twice.contains("two providers are called acme"), "{twice}");

    let arguments = ["mock", "--spec", "acme.yaml", "--speed", "1000000"];
    let (mut server, _lines) = run_until(&place, &[], &arguments, "ctrl-c");
    let variables = exported(&mut server, polyreel::all().len() + 1);
    let environment: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let generate = ["generate", "--spec", "acme.yaml", "-o", "cat.mp4"];
    let (mut child, _lines) = run_until(&place, &environment, &[&generate[..], &["A cat."]].concat(), "accepted");
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));

    let unknown = place.run(&environment, &["jobs", "wait"]);
    assert!(unknown.starts_with("exit code: 2") && unknown.contains("--spec FILE"), "{unknown}");
    let resumed = place.run(&environment, &["jobs", "wait", "--spec", "acme.yaml"]);
    assert!(resumed.starts_with("exit code: 0") && resumed.contains("cat.mp4: an MP4 file\n"), "{resumed}");
    signal(&server, "-TERM");
    assert_eq!(server.wait().unwrap().code(), Some(0));
}
