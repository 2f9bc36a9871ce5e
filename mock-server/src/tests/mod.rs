//! Tests of the whole crate against provider files.

mod accepting;
mod admin;
mod callbacks;
mod covers;
mod faults;
mod hostile;
mod http;
mod life;
mod money;
mod outcomes;
mod replies;
mod routing;
mod sayings;
mod services;
mod shapes;
mod verdict;
mod whole;

use std::time::Duration;

use polyreel_spec::{Provider, source};
use serde_json::{Value, json};

use crate::{Plan, Request, World};

/// Providers made up for what the real ones do not have; each says above what it is for.
const ACME: &str = include_str!("acme.yaml");

const ORIGIN: &str = "http://127.0.0.1:4100";

fn read(file: &str, text: &str) -> Provider {
    source::read(file, text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn hyprlab() -> Provider {
    read("hyprlab.yaml", include_str!("../../../providers/hyprlab.yaml"))
}

fn ai302() -> Provider {
    read("ai302.yaml", include_str!("../../../providers/ai302.yaml"))
}

/// All files in `providers/`.
fn real() -> Vec<Provider> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../providers");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            read(&name, &std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn acme() -> Provider {
    read("acme.yaml", ACME)
}

fn quill() -> Provider {
    read("quill.yaml", include_str!("quill.yaml"))
}

fn ferry() -> Provider {
    read("ferry.yaml", include_str!("ferry.yaml"))
}

fn prism() -> Provider {
    read("prism.yaml", include_str!("prism.yaml"))
}

fn vault() -> Provider {
    read("vault.yaml", include_str!("vault.yaml"))
}

fn inlet() -> Provider {
    read("inlet.yaml", include_str!("inlet.yaml"))
}

#[test]
fn all_files_are_read() {
    assert!(real().len() > 1);
    for provider in [acme, quill, ferry, prism, vault, inlet] {
        assert!(!provider().models.is_empty());
    }
}

fn world() -> World {
    World::new(ORIGIN, 0, [&hyprlab(), &ai302(), &acme()])
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A fetch of the film of a job, at its address if there is one.
fn film(world: &World, id: &str) -> Request {
    let url = world.film_url(id).unwrap_or_else(|| format!("{ORIGIN}/__mock/outputs/{id}.mp4"));
    get(url.strip_prefix(ORIGIN).unwrap())
}

fn get(path: &str) -> Request {
    Request { method: "GET".to_owned(), path: path.to_owned(), ..Request::default() }
}

#[expect(clippy::needless_pass_by_value, reason = "reads better in tables")]
fn post_json(path: &str, body: impl ToString) -> Request {
    Request {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned())],
        body: body.to_string().into_bytes(),
    }
}

/// One part of a form: name, file name, bytes.
type FormPart<'p> = (&'p str, Option<&'p str>, &'p [u8]);

fn post_form(path: &str, parts: &[FormPart<'_>]) -> Request {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: image/png")).unwrap_or_default();
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(b"--edge--\r\n");
    Request {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: vec![("content-type".to_owned(), "multipart/form-data; boundary=edge".to_owned())],
        body,
    }
}

fn with_key(mut request: Request) -> Request {
    request.headers.push(("authorization".to_owned(), "Bearer mock-key".to_owned()));
    request
}

/// The head of a PNG file.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
    bytes.extend(b"\x08\x02\0\0\0\0\0\0\0");
    bytes
}

fn hyprlab_create(prompt: &str) -> Request {
    with_key(post_json("/hyprlab/v1/video/generations", json!({"model": "kling-v2", "prompt": prompt})))
}

fn ai302_create(prompt: &str) -> Request {
    let image = png(300, 400);
    let parts: [FormPart<'_>; 2] = [("input_image", Some("a.png"), &image), ("prompt", None, prompt.as_bytes())];
    with_key(post_form("/ai302/klingai/m2v_21_img2video_10s", &parts))
}

/// HTTP code and JSON body of an answer; text that is no JSON comes as a JSON string.
fn opened(plan: &Plan) -> (u16, Value) {
    let Plan::Answer { http, body, .. } = plan else { panic!("no answer: {plan:?}") };
    let text = String::from_utf8_lossy(body);
    (*http, serde_json::from_slice(body).unwrap_or_else(|_| Value::from(&*text)))
}

fn header<'p>(plan: &'p Plan, name: &str) -> Option<&'p str> {
    let Plan::Answer { headers, .. } = plan else { return None };
    headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}
