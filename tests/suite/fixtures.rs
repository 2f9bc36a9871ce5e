//! Documented requests and replies: what pages and public clients show is read by the engine and taken by the mock
//! server. This is where truth comes from.

use std::path::Path;

use polyreel_mock::engine::{Request, Uploads, accept};
use polyreel_runtime::outcome::{Sent, decide};
use polyreel_runtime::webhook::{Callback, CallbackError, job_of};
use polyreel_runtime::wire::{self, Body, Call, Reply, ReplyBody, Saved, Target};
use polyreel_spec::{HttpPattern, Inputs, Plan, Provider, Step};
use serde_json::Value;

use crate::support::arbitrary::png;
use crate::support::{each_file, provider, providers, root};

pub(crate) fn read(file: &Path) -> (Provider, Value) {
    let folder = file.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    let fixture = serde_yaml::from_str(&std::fs::read_to_string(file).unwrap());
    let fixture: Value = fixture.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    for key in ["source", "checked"] {
        assert!(fixture[key].is_string(), "{} has no `{key}`", file.display());
    }
    (provider(&folder), fixture)
}

pub(crate) fn step(fixture: &Value) -> Step {
    let name = fixture["step"].as_str().unwrap_or("create");
    Step::ALL.into_iter().find(|step| step.name() == name).unwrap_or_else(|| panic!("{name} is no step"))
}

pub(crate) fn pairs(fixture: &Value, key: &str) -> Vec<(String, String)> {
    let map = fixture.get(key).and_then(Value::as_object).into_iter().flatten();
    map.map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))).collect()
}

/// The create that a fixture is about: that of its `model`, or of the first.
fn plan<'p>(provider: &'p Provider, fixture: &Value) -> Plan<'p> {
    let model = fixture["model"].as_str().map_or(&provider.models[0], |key| provider.model(key).unwrap());
    provider.plan(model, &Inputs::new())
}

#[test]
fn documented_replies() {
    each_file("fixtures", ".reply.yaml", |file| {
        let (provider, fixture) = read(file);
        replies(&provider, &fixture, file);
    });
}

pub(crate) fn replies(provider: &Provider, fixture: &Value, _: &Path) {
    insta::assert_snapshot!(reply(provider, fixture));
}

/// What the engine makes of a documented reply.
pub(crate) fn reply(provider: &Provider, fixture: &Value) -> String {
    let headers = pairs(fixture, "headers").into_iter().map(|(name, value)| (name.to_lowercase(), value));
    let body = match (fixture.get("body"), fixture["raw"].as_str()) {
        (Some(document), None) => ReplyBody::Json(document.clone()),
        (None, Some("<an MP4 file>")) => ReplyBody::Media(34_331),
        (None, Some(_)) => ReplyBody::Other,
        _ => panic!("a reply has a `body` or is `raw`: {fixture}"),
    };
    let http = u16::try_from(fixture["http"].as_u64().unwrap()).unwrap();
    let reply = Reply { http, headers: headers.collect(), body };
    match step(fixture) {
        Step::Create => format!("{:#?}", decide(&plan(provider, fixture), &Sent::Answered(reply))),
        step @ (Step::Poll | Step::Result) => format!("{:#?}", wire::read(provider, step, &reply, &Saved::new())),
        Step::Balance => format!("{:#?}", wire::read_balance(provider, &reply)),
        Step::Cancel => {
            let among = |codes: &[HttpPattern]| codes.iter().any(|code| code.matches(http));
            let (done, requested): (&[_], &[_]) =
                provider.cancel.as_ref().map_or((&[], &[]), |cancel| (&cancel.done, &cancel.requested));
            match (among(done), among(requested)) {
                (true, _) => format!("{:#?}", "stopped"),
                (_, true) => format!("{:#?}", "will be stopped"),
                _ => format!("{:#?}", wire::read_refusal(provider, Step::Cancel, &reply)),
            }
        }
        other => panic!("no reply of a {other} is documented"),
    }
}

#[test]
fn requests() {
    each_file("fixtures", ".request.yaml", |file| {
        let (provider, fixture) = read(file);
        sent(&provider, &fixture, file);
    });
}

/// What the mock server makes of a request, and whether the client's own is the same.
pub(crate) fn sent(provider: &Provider, fixture: &Value, file: &Path) {
    if step(fixture) == Step::Create {
        create(provider, fixture, file);
    } else {
        later(provider, fixture, file);
    }
}

pub(crate) fn request(fixture: &Value) -> Request {
    let (content_type, body) = match (fixture["body"].as_str(), fixture.get("form")) {
        (Some(json), None) => (Some("application/json"), json.as_bytes().to_vec()),
        (None, Some(form)) => (Some("multipart/form-data; boundary=edge"), multipart(form)),
        (None, None) => (None, Vec::new()),
        _ => panic!("a request has a `body` or a `form`"),
    };
    let mut headers: Vec<_> =
        content_type.map(|value| ("Content-Type".to_owned(), value.to_owned())).into_iter().collect();
    headers
        .extend(pairs(fixture, "headers").into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type")));
    let path = fixture["path"].as_str().unwrap().to_owned();
    Request { method: fixture["method"].as_str().unwrap_or("POST").to_owned(), path, headers, body }
}

fn create(provider: &Provider, fixture: &Value, file: &Path) {
    let accepted = accept(provider, &request(fixture), &Uploads::new());
    if let Some(same) = fixture["same_as"].as_str() {
        let (_, other) = read(&file.with_file_name(same));
        assert_eq!(accepted, accept(provider, &request(&other), &Uploads::new()));
    } else if let (Ok(accepted), Some(documented)) = (&accepted, fixture["body"].as_str()) {
        // What the page shows is, field for field, what the client sends for the same inputs.
        let model = provider.model(&accepted.model).unwrap();
        let call = wire::create(provider, model, &accepted.inputs, &[]);
        assert_eq!(
            call.body,
            Body::Json(serde_json::from_str(documented).unwrap()),
            "{}: {:?}",
            file.display(),
            json(&call.body)
        );
        assert_eq!(call.target, Target::Path(fixture["path"].as_str().unwrap().to_owned()), "{}", file.display());
    }
    let is_refused = fixture["refused"].as_bool().unwrap_or_default();
    assert_eq!(accepted.is_err(), is_refused, "{}: {accepted:#?}", file.display());
    insta::assert_debug_snapshot!(accepted);
}

pub(crate) fn json(body: &Body) -> Option<String> {
    match body {
        Body::Json(document) => Some(document.to_string()),
        _ => None,
    }
}

/// The client's own call, from the saved values, is the documented one.
fn later(provider: &Provider, fixture: &Value, file: &Path) {
    let call = later_call(provider, fixture).unwrap_or_else(|missing| panic!("{}: {missing}", file.display()));
    let documented = fixture["path"].as_str().unwrap();
    let base = provider.base_url.as_deref().unwrap();
    match &call.target {
        Target::Path(path) => assert_eq!(path, documented, "{}", file.display()),
        Target::Url(url) => assert_eq!(url.strip_prefix(base), Some(documented), "{}", file.display()),
    }
    assert_eq!(call.method.name(), fixture["method"].as_str().unwrap(), "{}", file.display());
    assert_eq!(call.query, pairs(fixture, "query"), "{}", file.display());
}

/// What the client sends where a fixture documents a later call.
pub(crate) fn later_call(provider: &Provider, fixture: &Value) -> Result<Call, String> {
    let saved: Saved = pairs(fixture, "saved").into_iter().collect();
    match step(fixture) {
        Step::Balance => wire::balance(provider),
        step => wire::later(provider, step, plan(provider, fixture).model, &saved, ""),
    }
}

/// Whose callback a documented one is taken for.
pub(crate) fn callback(provider: &Provider, fixture: &Value) -> Result<String, CallbackError> {
    let (headers, body) = (pairs(fixture, "headers"), fixture["body"].as_str().unwrap().as_bytes());
    job_of(provider, fixture["secret"].as_str().unwrap(), &Callback { headers: &headers, body })
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
fn callbacks() {
    each_file("fixtures", ".callback.yaml", |file| {
        let (provider, fixture) = read(file);
        let expected = match fixture["genuine"].as_bool() {
            Some(false) => Err(CallbackError::NotGenuine),
            _ => Ok(fixture["id"].as_str().unwrap().to_owned()),
        };
        assert_eq!(callback(&provider, &fixture), expected, "{}", file.display());
    });
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
