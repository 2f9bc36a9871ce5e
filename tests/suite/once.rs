//! A create is sent once, whatever happens to its answer, and is called unknown unless something proves otherwise.

use std::time::Duration;

use polyreel::{Client, ErrorKind, Image};
use polyreel_spec::Provider;

use crate::support::arbitrary::png;
use crate::support::wiretap::{Then, Wiretap};
use crate::support::{accepted, providers};

/// What the server does, what the client must make of it.
fn table() -> Vec<(&'static str, Then, Expected)> {
    let answer = |status: &str, extra: &str, body: &str| {
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{extra}\r\n{body}", body.len()).into_bytes()
    };
    let send = |status: &str, extra: &str, body: &str| Then::Send(answer(status, extra, body));
    let cut = || b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":".to_vec();
    vec![
        ("dropped after the request was read", Then::Drop, Expected::Unknown),
        ("reset before the answer", Then::SendAndReset(Vec::new()), Expected::Unknown),
        ("reset in the middle of the answer", Then::SendAndReset(cut()), Expected::Unknown),
        ("ended in the middle of the answer", Then::Send(cut()), Expected::Unknown),
        ("ended in the head of the answer", Then::Send(b"HTTP/1.1 200 O".to_vec()), Expected::Unknown),
        ("silence", Then::Hang, Expected::Unknown),
        ("not http", Then::Send(b"SSH-2.0-OpenSSH_9\r\n\r\n".to_vec()), Expected::Unknown),
        ("500", send("500 Oops", "", "{}"), Expected::Unknown),
        ("502", send("502 Bad Gateway", "", "<html>"), Expected::Unknown),
        ("503", send("503 Busy", "retry-after: 1\r\n", "{}"), Expected::Unknown),
        ("504", send("504 Timeout", "", "{}"), Expected::Unknown),
        ("408", send("408 Timeout", "", "{}"), Expected::Unknown),
        ("409", send("409 Conflict", "", "{}"), Expected::Unknown),
        ("200 with a page", send("200 OK", "content-type: text/html\r\n", "<html>"), Expected::Unknown),
        ("200 with nothing", send("200 OK", "", ""), Expected::Unknown),
        ("200 without an id", send("200 OK", "", "{\"result\":1,\"status\":\"pending\"}"), Expected::Unknown),
        ("302", send("302 Found", "location: /elsewhere\r\n", "{\"id\":\"job-9\"}"), Expected::Unknown),
        ("303", send("303 See Other", "location: /elsewhere\r\n", ""), Expected::Unknown),
        ("307", send("307 Temporary", "location: /elsewhere\r\n", ""), Expected::Refused),
        ("308", send("308 Permanent", "location: /elsewhere\r\n", ""), Expected::Refused),
        ("400", send("400 Bad Request", "", "{\"message\":\"no\"}"), Expected::Refused),
        ("401", send("401 Unauthorized", "", "{}"), Expected::Refused),
        ("429", send("429 Slow down", "retry-after: 1\r\n", "{}"), Expected::Refused),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    Unknown,
    Refused,
}

async fn submit(provider: &Provider, base_url: &str) -> polyreel::Error {
    let client = Client::builder(provider).base_url(base_url).api_key("k").answer_within(Duration::from_millis(300));
    let model = &provider.models[0];
    let mut request = client.build().unwrap().request(&model.key).set("prompt", "a cat");
    if model.requires("start_image") {
        request = request.set("start_image", Image::bytes(png(400, 400, b"")));
    }
    request.submit().await.expect_err("no answer in this table accepts a job")
}

#[tokio::test]
async fn one_post_per_create() {
    for provider in providers() {
        for (what, then, expected) in table() {
            let tap = Wiretap::start(then).await;
            let error = submit(&provider, &tap.origin).await;
            let received = tap.received();
            assert_eq!(received.len(), 1, "{} {what}: {received:#?}", provider.id);
            let seen = match error.kind() {
                ErrorKind::OutcomeUnknown => Expected::Unknown,
                ErrorKind::Refused(_) => Expected::Refused,
                other => panic!("{} {what}: {other:?} {error}", provider.id),
            };
            // What a code means is the file's to say, and a provider may not have said it.
            let claimed = |http: u16| provider.errors.classify(http, None, Some("no")).nothing_created;
            let code = what.parse().ok().filter(|code| (400..500).contains(code));
            let expected = if code.is_none_or(claimed) { expected } else { Expected::Unknown };
            assert_eq!(seen, expected, "{} {what}: {error}", provider.id);
            assert_eq!(error.is_ambiguous(), expected == Expected::Unknown, "{what}");
            assert!(!(error.is_retryable() && error.is_ambiguous()), "{what}");
            assert_eq!(error.evidence().is_some(), expected == Expected::Unknown, "{what}");
        }
    }
}

/// A refusal that names a job all the same may have created it.
#[tokio::test]
async fn a_refusal_with_a_job_in_it_is_unknown() {
    for provider in providers() {
        let tap = Wiretap::start_with(|origin| {
            let body = accepted(&provider, origin, "job-9");
            Then::Send(format!("HTTP/1.1 404 Not Found\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes())
        });
        let error = submit(&provider, &tap.await.origin).await;
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.evidence().unwrap().named().get("id").map(String::as_str), Some("job-9"));
    }
}

#[tokio::test]
async fn nothing_is_sent_without_a_connection() {
    // A port that was free a moment ago and that nobody listens at.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for provider in providers() {
        let error = submit(&provider, &format!("http://127.0.0.1:{port}")).await;
        assert_eq!(error.kind(), ErrorKind::NotSent, "{error}");
    }
}

#[tokio::test]
async fn a_refused_input_is_not_sent() {
    for provider in providers() {
        let tap = Wiretap::start(Then::Drop).await;
        let client = Client::builder(&provider).base_url(&tap.origin).api_key("k").build().unwrap();
        let mut request = client.request(&provider.models[0].key).set("prompt", "a cat").set("duration", -7);
        if provider.models[0].requires("start_image") {
            request = request.set("start_image", Image::bytes(png(400, 400, b"")));
        }
        let error = request.submit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.violations().iter().map(|violation| &*violation.field).collect::<Vec<_>>(), ["duration"]);
        assert_eq!(tap.received(), Vec::<String>::new());
    }
}
