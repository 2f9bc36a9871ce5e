//! `polyreel curl`: a real shell and a real curl send what our client sends, byte for byte, and no secret is printed.

#![cfg(unix)]

use std::path::PathBuf;
use std::process::{Command, Output};

use polyreel::{Client, Image, VideoRequest};
use polyreel_spec::{Model, Provider};

use crate::support::arbitrary::png;
use crate::support::place::{MockProcess, Place};
use crate::support::wiretap::{Then, Wiretap};
use crate::support::{all_specs, providers, spec_files};

/// A text that a shell would take apart.
const PROMPT: &str = "It's a \"cute\" $HOME `id` \\ café\n&x=1;*?[a]{b}=@<%20!# END";
/// Where programs are on the systems that these tests run on.
const PATH: &str = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin";

/// Runs the command in a shell that knows nothing but the keys.
fn shell(place: &Place, command: &str, keys: &[(&str, &str)]) -> Output {
    // As an argument it may be too long.
    place.put("request.sh", command);
    let mut shell = Command::new("sh");
    shell.args(["-eu", "request.sh"]).current_dir(place.path()).env_clear().env("PATH", PATH);
    shell.envs(keys.iter().copied()).output().unwrap()
}

/// Whether there is a curl that knows `--url-query`.
fn has_curl(place: &Place) -> bool {
    let output = shell(place, "curl --disable --help all", &[]);
    String::from_utf8_lossy(&output.stdout).contains("--url-query")
}

/// What was received, without what is random, and without what only says which program sent it.
fn meaning(received: &str) -> String {
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    let edge = head.split_once("boundary=").map(|(_, edge)| edge.lines().next().unwrap().to_owned());
    let mut lines = head.lines();
    // The digits of an escape mean the same in both cases.
    let escape = regex::Regex::new("%[0-9a-f]{2}").unwrap();
    let first = escape.replace_all(lines.next().unwrap(), |found: &regex::Captures<'_>| found[0].to_ascii_uppercase());
    let mut headers: Vec<_> = lines.map(|line| line.split_once(": ").unwrap_or((line, ""))).collect();
    let is_kept = |name: &str| {
        let length = edge.as_ref().map(|_| "content-length");
        let left_out = ["user-agent", "accept", "expect"].into_iter().chain(length);
        !left_out.into_iter().any(|other| name.eq_ignore_ascii_case(other))
    };
    headers.retain(|(name, _)| is_kept(name));
    let mut headers: Vec<_> =
        headers.iter().map(|(name, value)| format!("{}: {value}\n", name.to_ascii_lowercase())).collect();
    headers.sort();
    let text = format!("{first}\n{}\n{body}", headers.concat());
    match edge {
        Some(edge) => text.replace(&edge, "EDGE"),
        None => text,
    }
}

/// One request: what it is made of, for the command and for our client.
struct Case<'p> {
    provider: &'p Provider,
    /// How the command is told of the provider.
    who: Vec<String>,
    model: &'p Model,
    image: Option<&'static str>,
}

impl Case<'_> {
    fn name(&self) -> String {
        format!("{} {} {:?}", self.provider.id, self.model.key, self.image)
    }

    fn keys(&self) -> Vec<(&str, &str)> {
        // In a query and in a header alike, nothing of it may be lost.
        self.provider.auth.env().into_iter().map(|name| (name, "canary key+&'\"%$x")).collect()
    }

    /// What the command prints.
    fn printed(&self, place: &Place, base_url: &str) -> Output {
        let mut arguments = vec!["curl", "--base-url", base_url, "--model", &self.model.key, "--assume-price", "1"];
        arguments.extend(self.who.iter().map(String::as_str));
        arguments.extend(self.image.iter().flat_map(|image| ["--image", image]));
        arguments.push(PROMPT);
        place.command(&arguments).envs(self.keys()).output().unwrap()
    }

    /// What our client sends.
    async fn sent(&self, place: &Place, base_url: &str) -> Result<(), polyreel::Error> {
        let keys: Vec<_> = self.keys().into_iter().map(|(_, key)| key).collect();
        let client = Client::builder(self.provider).base_url(base_url).api_keys(keys).build().unwrap();
        let mut request = VideoRequest::new(PROMPT).model(&*self.model.key);
        if let Some(image) = self.image {
            let image = if image.starts_with("https:") {
                Image::url(image)
            } else {
                Image::from_path(place.path().join(image)).unwrap()
            };
            request = request.start_image(image);
        }
        let _ = request.request(&client, &self.model.key)?.submit().await;
        Ok(())
    }
}

fn specs() -> Vec<(Provider, Vec<String>)> {
    let built_in = providers().into_iter().map(|provider| {
        let who = vec!["--provider".to_owned(), provider.id.to_string()];
        (provider, who)
    });
    let invented: Vec<PathBuf> =
        spec_files().into_iter().filter(|file| !file.to_string_lossy().contains("/providers/")).collect();
    let all = all_specs();
    let invented = invented.into_iter().map(|file| {
        let id = file.file_stem().unwrap().to_string_lossy().into_owned();
        let provider = all.iter().find(|provider| *provider.id == *id).unwrap().clone();
        (provider, vec!["--spec".to_owned(), file.to_string_lossy().into_owned()])
    });
    built_in.chain(invented).collect()
}

/// The same request, whoever sends it; what cannot be written down is refused, and nothing shows the key.
#[tokio::test(flavor = "multi_thread")]
async fn curl_sends_what_the_client_sends() {
    let place = Place::new();
    std::fs::write(place.path().join("big one's.png"), png(400, 400, &vec![0; 200_000])).unwrap();
    if !has_curl(&place) {
        return;
    }
    let (mut bodies, mut refused) = ([0; 4], Vec::new());
    for (provider, who) in specs() {
        for model in &provider.models {
            for image in [None, Some("photo.png"), Some("big one's.png"), Some("https://example.com/a.png?b=1&c='d'")] {
                let case = Case { provider: &provider, who: who.clone(), model, image };
                let tap = Wiretap::start(Then::Drop).await;
                let base_url = format!("{}/base", tap.origin);
                let printed = case.printed(&place, &base_url);
                let said = String::from_utf8(printed.stderr).unwrap();
                let command = String::from_utf8(printed.stdout).unwrap();
                assert!(!said.contains("canary") && !command.contains("canary"), "{said}{command}");
                assert!(tap.received().is_empty(), "{}: something was sent", case.name());
                if printed.status.code() != Some(0) {
                    assert_eq!(printed.status.code(), Some(2), "{}: {said}", case.name());
                    refused.push(said.lines().find(|line| line.starts_with("error: ")).unwrap().to_owned());
                    continue;
                }
                assert!(said.contains("SPENDS MONEY"), "{said}");
                shell(&place, &command, &case.keys());
                case.sent(&place, &base_url).await.unwrap();
                let received = tap.received();
                assert_eq!(received.len(), 2, "{}: {said}{command}", case.name());
                let body = ["--data-raw '{", "--data @-", "--form-string", "--data-raw"];
                bodies[body.iter().position(|part| command.contains(part)).unwrap()] += 1;
                assert_eq!(meaning(&received[0]), meaning(&received[1]), "{}\n{command}", case.name());
            }
        }
    }
    assert!(bodies.iter().all(|count| *count > 0), "some kind of body was never compared: {bodies:?}");
    for why in ["has each call signed anew", "takes files by an upload of their own", "a file is not taken"] {
        assert!(refused.iter().any(|line| line.contains(why)), "nothing was refused because it {why}: {refused:#?}");
    }
}

#[test]
fn it_is_written_to_be_copied() {
    let place = Place::new();
    for (name, arguments) in [
        ("text", &["--provider", "hyprlab", "A cat."][..]),
        ("url_where_a_file_is_sent", &["--provider", "ai302", "--image", "https://example.com/a.png", "A cat."]),
        ("unknown_price", &["--provider", "aimlapi", "A cat."]),
        ("elsewhere", &["--provider", "hyprlab", "--base-url", "http://10.0.0.1", "A cat."]),
    ] {
        insta::assert_snapshot!(format!("curl_{name}"), place.run(&[], &[&["curl"], arguments].concat()));
    }
}

/// The provider takes it for what it is, and one job is made for each time that it is run.
#[test]
fn the_mock_server_takes_it() {
    let place = Place::new();
    if !has_curl(&place) {
        return;
    }
    let server = MockProcess::start(&place);
    let environment = server.environment();
    let printed =
        place.command(&["curl", "--provider", "hyprlab", "A cat."]).envs(environment.iter().copied()).output().unwrap();
    let command = String::from_utf8(printed.stdout).unwrap();
    let ids: Vec<_> = [(); 2]
        .iter()
        .map(|()| {
            let answer = shell(&place, &command, &environment).stdout;
            let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
            answer["id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
    let without_key = shell(&place, &command, &[]);
    assert!(!without_key.status.success(), "a shell that minds unset variables sends nothing");
}
