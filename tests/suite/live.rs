//! `cargo xtask live` against the simulator: the whole run, but for the money.

use polyreel::mock::{self, MockServer};
use polyreel::spec::{Amount, Provider};
use polyreel_tests::live::{cheapest, run};

use crate::support::root;

fn picture() -> Vec<u8> {
    std::fs::read(root().join("examples/photo.png")).unwrap()
}

fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

/// The report, and what was recorded.
async fn check(provider: &Provider, real: &Provider) -> String {
    let clip = match cheapest(provider, &picture(), dollars("5")) {
        Ok(clip) => clip,
        Err(why) => return why,
    };
    let server = MockServer::start([real]).await;
    let folder = tempfile::tempdir().unwrap();
    let lines = run(mock::client_builder(&server, provider).unwrap(), &clip, folder.path()).await.unwrap();
    assert_eq!(server.creates(&provider.id), 1);
    let mut shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy();
        shown.push(format!("--- {name}"));
        if name.ends_with(".reply.yaml") {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(!text.contains(server.key()), "{text}");
            shown.extend(text.lines().filter(|line| !line.contains("\"checked\"")).map(str::to_owned));
        }
    }
    shown.join("\n").replace(server.origin(), "http://127.0.0.1:PORT")
}

#[tokio::test]
async fn a_provider_that_does_what_its_file_says_agrees() {
    for provider in polyreel::all() {
        let shown = check(provider, provider).await;
        assert!(!shown.contains("DIFFERS"), "{shown}");
        insta::assert_snapshot!(format!("agrees_{}", provider.id), shown);
    }
}

/// The same provider, but its words, times and prices are others than the file says.
#[tokio::test]
async fn a_provider_that_differs_is_found_out() {
    let text = std::fs::read_to_string(root().join("providers/hyprlab.yaml")).unwrap();
    let other = text.replace("processing", "rendering");
    assert_ne!(text, other);
    let served = polyreel::spec::source::read("hyprlab.yaml", &other).unwrap();
    let provider = polyreel::spec::source::read("hyprlab.yaml", &text).unwrap();
    let shown = check(&provider, &served).await;
    insta::assert_snapshot!("differs", shown);
}

/// What is left of an earlier run keeps the next one from paying again, also when nobody knows what became of it.
#[tokio::test]
async fn a_second_run_does_not_pay_again() {
    let hyprlab = polyreel::all().iter().find(|provider| provider.is_called("hyprlab")).unwrap();
    for prompt in ["A cat.", "[[mock:lost-answer]]"] {
        let server = MockServer::start([*hyprlab]).await;
        let mut clip = cheapest(hyprlab, &picture(), dollars("5")).unwrap();
        clip.inputs.insert("prompt".to_owned(), prompt.into());
        let folder = tempfile::tempdir().unwrap();
        let again = || run(mock::client_builder(&server, hyprlab).unwrap(), &clip, folder.path());
        assert_eq!(again().await.is_ok(), prompt == "A cat.");
        let refused = again().await.unwrap_err();
        assert!(refused.contains("nothing was sent"), "{refused}");
        assert_eq!(server.creates("hyprlab"), 1);
    }
}

#[test]
fn no_more_is_spent_than_was_said() {
    for provider in polyreel::all() {
        let refused = cheapest(provider, &picture(), dollars("0.01")).unwrap_err();
        assert!(refused.contains("nothing was sent") || refused.contains("price"), "{refused}");
    }
}
