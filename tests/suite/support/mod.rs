//! What several suites share.

pub(crate) mod arbitrary;
pub(crate) mod faults;
pub(crate) mod gate;
pub(crate) mod growth;
pub(crate) mod http;
pub(crate) mod json_schema;
pub(crate) mod listener;
pub(crate) mod lockstep;
pub(crate) mod mutation;
pub(crate) mod place;
pub(crate) mod program;
#[expect(dead_code, reason = "the generator's own tests use all of it")]
#[path = "../../../codegen/tests/suite/shape.rs"]
pub(crate) mod shape;
pub(crate) mod simulator;
pub(crate) mod studio;
pub(crate) mod tls;
pub(crate) mod tree;
pub(crate) mod walk;
pub(crate) mod watch;
pub(crate) mod wiretap;
pub(crate) mod written;

use std::path::{Path, PathBuf};

use polyreel::{Client, Image, JobHandle, Request};
use polyreel_codegen::NewProvider;
use polyreel_mock::engine::{Film, Said, SaidState, answer, mint};
use polyreel_spec::{Input, Inputs, Model, Provider, Step};

/// An answer that accepts a job, in the provider's own shape, as the simulator would write it at this base URL.
pub(crate) fn accepted(provider: &Provider, base_url: &str, job: &str) -> String {
    said(provider, base_url, job, Step::Create, SaidState::Accepted)
}

/// The answer to a poll that the film of a job is there, at this address, and what it cost.
pub(crate) fn done(provider: &Provider, base_url: &str, job: &str, cost: Option<f64>) -> String {
    let also = cost.map(|cost| ("cost".to_owned(), cost.into())).into_iter().collect();
    let outputs = vec![Film::Url(format!("{base_url}/cat.mp4"))];
    said(provider, base_url, job, Step::Poll, SaidState::Done { outputs, also })
}

fn said(provider: &Provider, base_url: &str, job: &str, step: Step, state: SaidState) -> String {
    let model = &provider.models[0];
    let saved = mint(provider, base_url, model, job, "/").saved;
    let reply = answer(provider, step, &Said { state, saved, pause: None }, 0).unwrap();
    String::from_utf8(reply.body.into_bytes()).unwrap()
}

/// The handle of a job that the provider's first model makes, as if it had been created long ago.
pub(crate) fn handle(provider: &Provider, base_url: &str, job: &str) -> JobHandle {
    let model = &provider.models[0];
    let written = serde_json::json!({
        "version": 1, "provider": &*provider.id, "model": &*model.key, "base_url": base_url, "submitted_at": 1,
        "latency_ms": null, "create_path": "/create", "saved": mint(provider, base_url, model, job, "/create").saved,
    });
    JobHandle::from_json(&written.to_string()).unwrap()
}

/// A request for a film with whatever the provider's first model insists on.
pub(crate) fn film_request(client: &Client, provider: &Provider, prompt: &str) -> Request {
    film_request_to(client, provider, &provider.models[0], prompt)
}

/// A request for a film with whatever this model insists on.
pub(crate) fn film_request_to(client: &Client, provider: &Provider, model: &Model, prompt: &str) -> Request {
    let request = client.request(&model.key).set("prompt", prompt);
    if model.requires("start_image") { request.set("start_image", picture(provider, model)) } else { request }
}

/// A picture in the form that the model takes.
fn picture(provider: &Provider, model: &Model) -> Input {
    let link = || Image::url("https://example.com/a.png");
    let inputs = Inputs::from([("start_image".to_owned(), link().into())]);
    let violations = provider.check(model, &inputs, &polyreel::probe);
    let takes_urls = !violations.iter().any(|violation| violation.field == "start_image");
    if takes_urls { link().into() } else { Image::bytes(arbitrary::png(400, 400, b"")).into() }
}

/// How many cases a soak asks for, if this is one.
#[expect(clippy::disallowed_methods, reason = "how much is tried is the caller's to choose")]
pub(crate) fn asked<T: std::str::FromStr>(variable: &str) -> Option<T> {
    std::env::var(variable).ok()?.parse().ok()
}

/// In hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every provider of the workspace, read from its file, by id.
pub(crate) fn providers() -> Vec<Provider> {
    yaml_files("providers").iter().map(|file| read_provider(file)).collect()
}

/// Invented providers that use the rest of the language, and every provider of the workspace.
pub(crate) fn all_specs() -> Vec<Provider> {
    let files = spec_files();
    let begun = begun().map(|text| polyreel_spec::source::read("begun.yaml", &text).unwrap());
    files.iter().map(|file| read_provider(file)).chain(begun).collect()
}

/// What `cargo xtask new-provider begun` writes, and the same with all that it offers.
pub(crate) fn begun() -> [String; 2] {
    let new = NewProvider { id: "begun", base_url: None, docs: None, today: "2026-11-20" };
    let text = new.file().unwrap();
    let offered = |line: &str| line.trim_start().strip_prefix('#').is_some_and(|rest| !rest.starts_with(' '));
    let line = |line: &str| if offered(line) { line.replacen('#', "", 1) } else { line.to_owned() };
    let all = text.lines().map(line).collect::<Vec<_>>().join("\n");
    [text, all]
}

/// The files of [`all_specs`] that are files.
pub(crate) fn spec_files() -> Vec<PathBuf> {
    [yaml_files("mock-server/src/tests"), yaml_files("providers")].concat()
}

fn yaml_files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    assert!(!files.is_empty(), "no provider files in {folder}");
    files
}

/// One provider of the workspace.
pub(crate) fn provider(id: &str) -> Provider {
    read_provider(&root().join("providers").join(format!("{id}.yaml")))
}

fn read_provider(file: &Path) -> Provider {
    let text = std::fs::read_to_string(file).unwrap();
    polyreel_spec::source::read(&file.to_string_lossy(), &text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Runs a check for every file below a folder of `tests/` whose name ends so; snapshots taken in it are named after the
/// file. Dropping in a file adds a test.
pub(crate) fn each_file(folder: &str, end: &str, check: impl Fn(&Path)) {
    let base = root().join("tests").join(folder);
    let mut files = Vec::new();
    let mut folders = vec![base.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "{folder} has no *{end}");
    for file in files {
        let name = file.strip_prefix(&base).unwrap().to_string_lossy().replace(['/', '\\'], "__");
        insta::with_settings!({ snapshot_suffix => name.trim_end_matches(".yaml") }, { check(&file) });
    }
}
