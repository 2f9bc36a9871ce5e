//! Scenarios: our own client gets through them, others are found out, and they reach all that provider files say.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use polyreel::mock::{self, MockServer, Scenario};
use polyreel::{Client, Observer};
use polyreel_runtime::wire::{self, Meaning, Reply, Saved};
use polyreel_spec::{Provider, ReplyShape, State, Step};

use crate::support::place::Place;
use crate::support::{film_request, providers, root};

const OURS: [&str; 15] = [
    "generate",
    "--provider",
    "{provider}",
    "--model",
    "{model}",
    "--base-url",
    "{base_url}",
    "--speed",
    "300",
    "--submit-within",
    "120",
    "--image={image}",
    "-o",
    "{output}",
    "{prompt}",
];

/// What `polyreel mock conformance` prints for a client, and its exit code.
fn run(options: &[&str], command: &[&str]) -> (String, i32) {
    let arguments = [&["mock", "conformance", "--speed", "300"], options, &["--"], command].concat();
    let output = Place::new().command(&arguments).env("PATH", "/usr/bin:/bin").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (text + &String::from_utf8_lossy(&output.stderr), output.status.code().unwrap())
}

#[test]
fn our_client_gets_through() {
    let known = root().join("tests/conformance/known-failing.txt");
    let command = [&[env!("CARGO_BIN_EXE_polyreel-under-test")], &OURS[..]].concat();
    let (text, code) = run(&["--known-failing", known.to_str().unwrap(), "--timeout", "300"], &command);
    assert_eq!(code, 0, "{text}");
    for scenario in Scenario::ALL {
        assert!(text.contains(&*scenario.name), "{text}");
    }
}

/// What clients do wrong is found; each of these is a program of a line.
#[cfg(unix)]
#[test]
fn clients_that_do_wrong_are_found_out() {
    let ours = env!("CARGO_BIN_EXE_polyreel-under-test");
    let post = format!(
        r#"post() {{ {ours} generate --provider hyprlab --base-url "$0" --speed 300 --overwrite -o film.mp4 "$prompt"; }}"#
    );
    for (scenario, script, wrong) in [
        ("happy", "exit 0", "it claims success, and saved nothing"),
        ("happy", "exit 1", "it sent no create"),
        ("happy", "echo no film > $2", "it claims success, and what it saved is not the film"),
        ("happy", "sleep 30", "it did not end within 2 seconds"),
        ("happy", "mkfifo $2", "it claims success, and what it saved is not the film"),
        ("happy", "yes >&2", "it did not end within 2 seconds"),
        ("stuck", "exit 1", "it sent no create"),
        ("cut-film", "timeout 0.05 true; exit 1", "it sent no create"),
        ("happy", "post; rm -f film.mp4; exit 1", "it gave up, and there was a film to be had"),
        (
            "lost-answer",
            "post || { rm -f jobs.sqlite*; post; }; rm -f film.mp4; exit 1",
            "it sent 2 creates for one film",
        ),
        ("lost-answer", "post || { rm -f jobs.sqlite*; post; }; rm -f film.mp4; exit 1", "paid twice: "),
        ("refused", "post; post; rm -f film.mp4; exit 1", "refused again: "),
        ("rate-limited-then-fine", "post; post; rm -f film.mp4; exit 1", "it gave up"),
    ] {
        // Each in a folder of its own, which is where its film is to be.
        let script = format!("{post}; prompt=$1; cd $(dirname $2); {script}");
        let options = ["--provider", "hyprlab", "--scenario", scenario, "--timeout", "2"];
        let command = ["sh", "-c", &script, "{base_url}", "{prompt}", "{output}"];
        let (text, code) = run(&options, &command);
        assert!(code == 1 && text.contains(wrong), "{scenario} {script}: {text}");
    }
    let happy = ["--provider", "hyprlab", "--scenario", "happy"];
    let (text, code) = run(&happy, &["/nowhere/client"]);
    assert!(code == 2 && text.contains("cannot be run"), "{text}");
    // What it leaves running does not keep anybody waiting.
    let (text, code) = run(&happy, &["sh", "-c", "sleep 60 & exit 1"]);
    assert!(code == 1 && text.contains("it sent no create"), "{text}");
    let place = Place::new();
    place.put("known.txt", "happy * it is slow\n");
    let known = place.path().join("known.txt");
    let command = [&[env!("CARGO_BIN_EXE_polyreel-under-test")], &OURS[..]].concat();
    let (text, code) = run(&[&happy[..], &["--known-failing", known.to_str().unwrap()]].concat(), &command);
    assert!(code == 1 && text.contains("it passes, but is known to fail: it is slow"), "{text}");
}

/// Keeps every answer.
#[derive(Debug, Default)]
struct Answers(Mutex<Vec<(Step, Reply)>>);

impl Observer for Answers {
    fn answered(&self, step: Step, reply: &Reply) {
        self.0.lock().unwrap().push((step, reply.clone()));
    }
}

/// One film with the simulator's clock, and what else the provider has.
async fn go_through(client: &Client, provider: &Provider, prompt: &str) {
    if let Ok(job) = film_request(client, provider, prompt).submit().await
        && let Ok(video) = job.await
    {
        // Whatever comes of it.
        let _ = video.bytes().await;
    }
}

async fn answers(provider: &Provider) -> Vec<(Step, Reply)> {
    let server = MockServer::start_raw([provider]).await;
    let answers = Arc::new(Answers::default());
    let client = mock::client_builder(&server, provider).unwrap().observer(answers.clone()).build().unwrap();
    for scenario in Scenario::of(provider) {
        server.clock().advance(std::time::Duration::from_secs(3600));
        go_through(&client, provider, &format!("A cat. {}", scenario.plan().unwrap().token())).await;
    }
    let _ = client.balance().await;
    for late in [0, 3600] {
        if let Ok(job) = film_request(&client, provider, "A dog.").submit().await {
            server.clock().advance(std::time::Duration::from_secs(late));
            let _ = job.cancel().await;
            let _ = client.find(&provider.models[0].key, job.id()).await;
        }
    }
    let answers = answers.0.lock().unwrap();
    answers.clone()
}

fn state_of(meaning: &Meaning) -> Option<State> {
    Some(match meaning {
        Meaning::Queued { .. } => State::Queued,
        Meaning::Running { unknown_word: None, .. } => State::Running,
        Meaning::Done { .. } | Meaning::Ready { .. } => State::Done,
        Meaning::Failed { .. } => State::Failed,
        Meaning::Cancelled { .. } => State::Cancelled,
        Meaning::Expired { .. } => State::Expired,
        _ => return None,
    })
}

/// The states that a reply of this shape can tell.
fn states(shape: &ReplyShape) -> BTreeSet<&'static str> {
    let status = shape.status.iter();
    status
        .flat_map(|status| {
            let words = status.words.iter().map(|words| words.state);
            words.chain(status.rules.iter().map(|rule| rule.state))
        })
        .map(State::name)
        .collect()
}

/// What of a provider file no scenario reaches.
async fn unreached(provider: &Provider) -> Vec<String> {
    let seen = answers(provider).await;
    let mut missing = Vec::new();
    for step in Step::ALL {
        let Some(operation) = provider.operation(step) else { continue };
        let own: Vec<_> = seen.iter().filter(|(own, _)| *own == step).map(|(_, reply)| reply).collect();
        // A download is seen by the film that it gives, an upload by the create that names it.
        if own.is_empty() && step != Step::Download {
            missing.push(format!("the operation {step}"));
        }
        let told: BTreeSet<_> = own
            .iter()
            .filter_map(|reply| state_of(&wire::read(provider, step, reply, &Saved::new())))
            .map(State::name)
            .collect();
        missing
            .extend(states(&operation.reply).difference(&told).map(|state| format!("the state {state} of a {step}")));
    }
    for (number, rule) in provider.errors.rules.iter().enumerate() {
        let mut without = provider.clone();
        let mut rules = without.errors.rules.to_vec();
        rules.remove(number);
        without.errors.rules = rules.into();
        let read = |provider: &Provider, (step, reply): &(Step, Reply)| {
            format!("{:?}", wire::read(provider, *step, reply, &Saved::new()))
        };
        if seen.iter().all(|answer| read(provider, answer) == read(&without, answer)) {
            missing.push(format!("the error rule {rule:?}"));
        }
    }
    missing
}

#[tokio::test]
async fn scenarios_reach_all_that_a_provider_file_says() {
    for provider in providers() {
        let missing = unreached(&provider).await;
        assert!(missing.is_empty(), "{}: no scenario reaches\n  {}", provider.id, missing.join("\n  "));
    }
}

/// An interrupted run leaves no client behind, and a run leaves what continuous integration reads.
#[cfg(unix)]
#[test]
fn a_run_ends_its_clients_and_writes_its_result() {
    use crate::support::place::{run_until, signal};
    let place = Place::new();
    let pid = place.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
    let happy = ["mock", "conformance", "--provider", "hyprlab", "--scenario", "happy"];
    let sleeping = [&happy[..], &["--", "/bin/sh", "-c", &script]].concat();
    let (mut run, _lines) = run_until(&place, &[("PATH", "/usr/bin:/bin")], &sleeping, "1 case");
    let left = loop {
        match std::fs::read_to_string(&pid).map(|text| text.trim().to_owned()) {
            Ok(id) if !id.is_empty() => break id,
            _ => std::thread::yield_now(),
        }
    };
    signal(&run, "-INT");
    assert_eq!(run.wait().unwrap().code(), Some(130));
    let is_there = || std::process::Command::new("kill").args(["-0", &left]).output().unwrap().status.success();
    // It is ended; whoever inherits it clears it away.
    while is_there() {
        std::thread::yield_now();
    }
    let failing = [&happy[..], &["--junit", "result.xml", "--json", "--", "/bin/sh", "-c", "exit 1"]].concat();
    let output = place.command(&failing).output().unwrap();
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &line["result"]), (Some(1), &"failed".into()));
    let xml = std::fs::read_to_string(place.path().join("result.xml")).unwrap();
    assert!(xml.contains("failures=\"1\"") && xml.contains("it sent no create"), "{xml}");
}
