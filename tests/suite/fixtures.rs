//! Documented requests and replies: what pages and public clients show is read by the engine and taken by the mock
//! server. This is where truth comes from.

use std::collections::BTreeMap;
use std::path::Path;

use polyreel_mock::engine::{Request, accept};
use polyreel_runtime::wire::{self, Body, Reply};
use polyreel_spec::Provider;
use serde_json::Value;

use crate::support::arbitrary::png;
use crate::support::{each_file, provider, providers, root};

fn read(file: &Path) -> (Provider, Value) {
    let folder = file.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    let fixture: Value = serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for key in ["source", "checked"] {
        assert!(fixture[key].is_string(), "{} has no `{key}`", file.display());
    }
    (provider(&folder), fixture)
}

#[test]
fn replies() {
    each_file("fixtures", ".reply.yaml", |file| {
        let (provider, fixture) = read(file);
        let reply = Reply {
            http: u16::try_from(fixture["http"].as_u64().unwrap()).unwrap(),
            json: fixture.get("body").cloned(),
        };
        match fixture["step"].as_str().unwrap() {
            "create" => insta::assert_debug_snapshot!(wire::read_create(&provider, &reply)),
            "poll" => insta::assert_debug_snapshot!(wire::read(&provider, &reply, &BTreeMap::new())),
            other => panic!("{other} is no step"),
        }
    });
}

#[test]
fn requests() {
    each_file("fixtures", ".request.yaml", |file| {
        let (provider, fixture) = read(file);
        let documented = fixture["body"].as_str().map(str::to_owned);
        let (content_type, body) = match (&documented, fixture.get("form")) {
            (Some(json), None) => ("application/json", json.clone().into_bytes()),
            (None, Some(form)) => ("multipart/form-data; boundary=edge", multipart(form)),
            _ => panic!("a request has a `body` or a `form`"),
        };
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        let path = fixture["path"].as_str().unwrap().to_owned();
        let request = Request { method: "POST".to_owned(), path, headers, body };
        let accepted = accept(&provider, &request);
        // What the page shows is, field for field, what the client sends for the same inputs.
        if let (Ok(accepted), Some(documented)) = (&accepted, documented) {
            let model = provider.model(&accepted.model).unwrap();
            let call = wire::create(&provider, model, &accepted.inputs, &[]);
            assert_eq!(call.body, Body::Json(serde_json::from_str(&documented).unwrap()));
        }
        insta::assert_debug_snapshot!(accepted);
    });
}

fn multipart(form: &Value) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in form.as_object().unwrap() {
        let (head, content) = match value.as_str().unwrap() {
            "<a PNG file of 512x512 pixels>" => ("; filename=\"a.png\"\r\nContent-Type: image/png", png(512, 512, b"")),
            text => ("", text.as_bytes().to_vec()),
        };
        body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{head}\r\n\r\n").into_bytes());
        body.extend([&content[..], b"\r\n"].concat());
    }
    body.extend(b"--edge--\r\n");
    body
}

#[test]
fn every_provider_has_fixtures_of_each_kind() {
    for provider in providers() {
        let folder = root().join("tests/fixtures").join(&*provider.id);
        let files: Vec<_> = std::fs::read_dir(&folder)
            .unwrap_or_else(|_| panic!("{} has no fixtures; add {}", provider.id, folder.display()))
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        for end in [".request.yaml", ".reply.yaml"] {
            assert!(files.iter().any(|name| name.ends_with(end)), "{} has no *{end}", provider.id);
        }
    }
}
