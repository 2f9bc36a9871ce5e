//! From an accepted job to a file: handles, resuming, names that are taken, films that are none.

use std::path::Path;

use polyreel::mock::{self, MockServer};
use polyreel::{Client, ErrorKind, IfTaken, Image, Job, JobHandle, Video};
use polyreel_spec::{Provider, Step};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::arbitrary::png;
use crate::support::{film_request, provider, providers};

async fn film(server: &MockServer, provider: &Provider) -> Video {
    let client = mock::client(server, provider).unwrap();
    client.request("kling-v2").set("prompt", "a cat").submit().await.unwrap().await.unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_film_never_replaces_a_file_unasked() {
    let hyprlab = provider("hyprlab");
    let server = MockServer::start([&hyprlab]).await;
    let video = film(&server, &hyprlab).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat.mp4");
    assert_eq!(video.save(&path).await.unwrap(), path);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(video.bytes().await.unwrap(), whole);

    std::fs::write(&path, "mine").unwrap();
    for expected in ["cat-1.mp4", "cat-2.mp4"] {
        assert_eq!(video.save(&path).await.unwrap(), folder.path().join(expected));
        assert_eq!(std::fs::read(folder.path().join(expected)).unwrap(), whole);
    }
    // One of the same length is another one, and a film that was saved already is not saved again.
    std::fs::write(folder.path().join("cat-1.mp4"), vec![0; whole.len()]).unwrap();
    for _ in 0..2 {
        let saved = video.save_as(&path, IfTaken::SaveBesideOthers).await.unwrap();
        assert_eq!(saved, folder.path().join("cat-2.mp4"));
    }
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    assert_eq!(video.save_as(&path, IfTaken::Replace).await.unwrap(), path);
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    assert_eq!(video.save_as(&path, IfTaken::SaveBesideOthers).await.unwrap(), path);
    assert_eq!(names(folder.path()), ["cat-1.mp4", "cat-2.mp4", "cat.mp4"], "no temporary file is left");
}

#[tokio::test]
async fn what_is_no_film_leaves_no_file_and_keeps_the_job() {
    let hyprlab = provider("hyprlab");
    let server = MockServer::start([&hyprlab]).await;
    let client = mock::client(&server, &hyprlab).unwrap();
    for outcome in ["cut-film", "html-film", "expired-film"] {
        let request = client.request("kling-v2").set("prompt", format!("[[mock:{outcome}]]"));
        let video = request.submit().await.unwrap().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let error = video.save(folder.path().join("cat.mp4")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSaved, "{outcome}: {error}");
        assert_eq!(error.job(), Some(video.handle()));
        assert_eq!(names(folder.path()), Vec::<String>::new(), "{outcome}");
    }
}

/// Whoever asks again after the end hears the same, and the provider hears nothing.
#[tokio::test]
async fn an_end_stays() {
    for provider in providers().iter().filter(|provider| provider.poll.is_some()) {
        let server = MockServer::start([provider]).await;
        let model = &provider.models[0];
        let mut request = mock::client(&server, provider).unwrap().request(&model.key).set("prompt", "[[mock:failed]]");
        if model.requires("start_image") {
            request = request.set("start_image", Image::bytes(png(400, 400, b"")));
        }
        let mut job = request.submit().await.unwrap();
        let end = loop {
            if let Err(end) = job.progress().await {
                break end;
            }
        };
        let calls = server.requests().len();
        let again = job.progress().await.unwrap_err();
        assert!(matches!(end.kind(), ErrorKind::JobFailed(_)), "{end}");
        assert_eq!((again.kind(), again.to_string(), again.status()), (end.kind(), end.to_string(), end.status()));
        assert_eq!(server.requests().len(), calls, "{}", provider.id);
    }
}

/// How a job ends: with this film, or with this kind of error.
async fn ended(job: Job) -> Result<bytes::Bytes, ErrorKind> {
    let film = job.await.map_err(|error| error.kind())?;
    film.bytes().await.map_err(|error| error.kind())
}

/// After any polls the handle, written down and read by another client, leads to the same end as if nobody had let go.
#[test]
fn a_job_resumes_after_any_polls() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let providers: Vec<_> = providers().into_iter().filter(|provider| provider.poll.is_some()).collect();
    let ends =
        ["a cat", "[[mock:failed]]", "[[mock:cancelled-job]]", "[[mock:503-poll#2-3]]", "[[mock:backwards-job]]"];
    let cases = (0..providers.len(), 0..ends.len(), 0_usize..70);
    let config =
        Config { failure_persistence: None, cases: Config::default().cases.min(2000) / 4, ..Config::default() };
    let resumed = TestRunner::new(config).run(&cases, |(provider, end, polls)| {
        let (provider, prompt) = (&providers[provider], ends[end]);
        runtime.block_on(async {
            let server = MockServer::start_raw([provider]).await;
            let client = mock::client(&server, provider).unwrap();
            let submit = || async { film_request(&client, provider, prompt).submit().await.unwrap() };
            let whole = ended(submit().await).await;
            let mut job = submit().await;
            for _ in 0..polls {
                if !matches!(job.progress().await, Ok(Some(_))) {
                    break;
                }
            }
            let written = job.handle().to_json();
            drop(job);
            let other = mock::client(&server, provider).unwrap();
            let again = ended(other.resume(JobHandle::from_json(&written).unwrap()).unwrap()).await;
            prop_assert_eq!(again, whole, "{} {} after {} polls", provider.id, prompt, polls);
            prop_assert_eq!(server.creates(&provider.id), 2);
            let is_leaked = server.requests().iter().any(|request| request.key_leaked);
            prop_assert!(!is_leaked, "a film is fetched without the key");
            Ok(())
        })
    });
    resumed.unwrap();
}

/// A handle that was tampered with leads no key anywhere.
#[tokio::test]
async fn a_tampered_handle_is_refused() {
    let hyprlab = provider("hyprlab");
    let server = MockServer::start([&hyprlab]).await;
    let job =
        mock::client(&server, &hyprlab).unwrap().request("kling-v2").set("prompt", "a cat").submit().await.unwrap();
    let (written, origin) = (job.handle().to_json(), server.origin().to_owned());
    let port: u16 = origin.rsplit(':').next().unwrap().parse().unwrap();
    let elsewhere =
        [format!("http://127.0.0.1:{}", port ^ 1), "https://evil.test".to_owned(), format!("https://127.0.0.1:{port}")];
    for other in elsewhere {
        // Only the polling URL leads elsewhere: the handle still claims to be from here.
        let tampered = written.replace(&format!("\"poll_url\": \"{origin}"), &format!("\"poll_url\": \"{other}"));
        assert_ne!(tampered, written);
        let handle = JobHandle::from_json(&tampered).unwrap();
        let error = mock::client(&server, &hyprlab).unwrap().resume(handle.clone()).unwrap().await.unwrap_err();
        assert_eq!((error.kind(), error.job()), (ErrorKind::UntrustedUrl, Some(&handle)), "{error}");

        // The whole handle claims to be from elsewhere.
        let handle = JobHandle::from_json(&written.replace(&origin, &other)).unwrap();
        let error = mock::client(&server, &hyprlab).unwrap().resume(handle).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    }
    assert!(server.requests().iter().all(|request| request.http == Some(200)), "nothing else was asked");
}

/// A key never shows, wherever it may have been printed.
#[tokio::test]
async fn a_key_never_shows() {
    let hyprlab = provider("hyprlab");
    let server = MockServer::start([&hyprlab]).await;
    let client = Client::builder(&hyprlab).api_key("canary-key").base_url(server.base_url("hyprlab").unwrap());
    let mut shown = vec![format!("{client:?}")];
    let client = client.build().unwrap();
    let request = client.request("kling-v2").set("prompt", "a cat");
    shown.push(format!("{client:?} {request:?}"));
    let error = request.submit().await.unwrap_err();
    assert_eq!(error.status(), Some(401));
    shown.push(format!("{error} {error:?}"));
    let broken = Client::builder(&hyprlab).api_key("canary-key\n").build().unwrap();
    let error = broken.request("kling-v2").set("prompt", "a cat").submit().await.unwrap_err();
    shown.push(format!("{error} {error:?} {:?}", std::error::Error::source(&error).map(ToString::to_string)));
    let shown = shown.join("\n");
    assert!(!shown.contains("canary"), "{shown}");
}

/// A poll that gives back the polling URL itself, as `HyprLab`'s create does, is no film.
#[test]
fn the_polling_url_is_no_film() {
    use polyreel_runtime::wire::{Meaning, Reply, Saved, read};
    let (hyprlab, url) = (provider("hyprlab"), "https://api.hyprlab.io/v1/video/generations/7");
    let json = serde_json::json!({ "id": "7", "data": [{ "url": url }] });
    let reply = Reply::json(200, json);
    let saved: Saved = [("id".to_owned(), "7".to_owned()), ("poll_url".to_owned(), url.to_owned())].into();
    assert_eq!(read(&hyprlab, Step::Poll, &reply, &saved), Meaning::Running { progress: None, unknown_word: None });
    assert!(matches!(read(&hyprlab, Step::Poll, &reply, &Saved::new()), Meaning::Done { .. }));
}

/// A key that a provider repeats does not get into messages.
#[tokio::test]
async fn a_repeated_key_is_left_out() {
    use crate::support::wiretap::{Then, Wiretap};
    let hyprlab = provider("hyprlab");
    let body = r#"{"message":"Incorrect key: canary-key, see https://a.test/x?sig=SECRET"}"#;
    let answer = format!("HTTP/1.1 401 No\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let tap = Wiretap::start(Then::Send(answer.into_bytes())).await;
    let client = Client::builder(&hyprlab).api_key("canary-key").base_url(&tap.origin).build().unwrap();
    let error = client.request("kling-v2").set("prompt", "a cat").submit().await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("Incorrect key: …, see https://a.test/x?…"), "{shown}");
    assert!(!shown.contains("canary") && !shown.contains("SECRET"), "{shown}");
}

/// Redirects are counted, with the key and without it.
#[tokio::test]
async fn a_film_that_redirects_for_ever_is_given_up() {
    use wiremock::matchers::path_regex;
    use wiremock::{Mock, ResponseTemplate};
    let text = include_str!("../../mock-server/src/tests/acme.yaml");
    for download in
        ["download: { auth: true }", "download: { auth: false }", "download: { auth: true, path: \"/film/{id}\" }"]
    {
        let mut text = text.to_owned();
        if download.contains("path") {
            text = text.replace("  output: { url: \"data.films[*].url\" }\n", "");
        }
        let acme = polyreel_spec::source::read("acme.yaml", &format!("{text}{download}\n"));
        let acme = acme.unwrap_or_else(|problems| panic!("{problems}"));
        let server = wiremock::MockServer::start().await;
        let film = format!("{}/film", server.uri());
        let done = serde_json::json!({ "code": 0, "data": { "state": "done", "films": [{ "url": film }] } });
        let poll = ResponseTemplate::new(200).set_body_json(done);
        Mock::given(path_regex("^/jobs/")).respond_with(poll).mount(&server).await;
        let again = ResponseTemplate::new(302).insert_header("location", format!("{film}/x"));
        Mock::given(path_regex("^/film")).respond_with(again).mount(&server).await;
        let client = Client::builder(&acme).api_key("canary-key").base_url(server.uri());
        let client = client.clock(mock::clock(&mock::Clock::manual())).build().unwrap();
        let handle = serde_json::json!({
            "version": 1, "provider": "acme", "model": "reel-1", "base_url": server.uri(), "submitted_at": 1,
            "latency_ms": null, "saved": { "id": "7", "token": "t" },
        });
        let job = client.resume(JobHandle::from_json(&handle.to_string()).unwrap()).unwrap();
        let error = job.await.unwrap().bytes().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSaved, "{error}");
        assert!(error.to_string().contains("redirects more than 3 times"), "{error}");
        let fetched =
            server.received_requests().await.unwrap().iter().filter(|got| got.url.path().starts_with("/film")).count();
        assert_eq!(fetched, 4, "{download}");
    }
}

/// Whoever looks on sees no key, even if the provider gives it back.
#[tokio::test]
async fn an_observer_sees_no_key() {
    use crate::support::wiretap::{Then, Wiretap};
    let hyprlab = provider("hyprlab");
    let body = r#"{"message":"no: canary-key"}"#;
    let answer =
        format!("HTTP/1.1 401 No\r\nx-echo: Bearer canary-key\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let tap = Wiretap::start(Then::Send(answer.into_bytes())).await;
    let seen = std::sync::Arc::new(Seen::default());
    let client = Client::builder(&hyprlab).api_key("canary-key").base_url(&tap.origin).observer(seen.clone());
    client.build().unwrap().request("kling-v2").set("prompt", "a cat").submit().await.unwrap_err();
    let seen = seen.0.lock().unwrap().join("\n");
    assert!(seen.contains("x-echo") && seen.contains("no: …") && !seen.contains("canary"), "{seen}");
}

#[derive(Debug, Default)]
struct Seen(std::sync::Mutex<Vec<String>>);

impl polyreel::Observer for Seen {
    fn answered(&self, step: Step, reply: &polyreel_runtime::wire::Reply) {
        let polyreel_runtime::wire::ReplyBody::Json(document) = &reply.body else { return };
        self.0.lock().unwrap().push(format!("{step} {:?} {document}", reply.headers));
    }
}
