//! A create is sent once, whatever happens to its answer, and is called unknown unless something proves otherwise.

use std::time::Duration;

use polyreel::{Client, ClientBuilder, ErrorKind};
use polyreel_spec::Provider;
use tokio::task::JoinSet;

use crate::support::tls::{Tls, authority};
use crate::support::wiretap::{Script, Then, Wiretap, http};
use crate::support::{accepted, asked, film_request, handle, providers};

/// What the server does, what the client must make of it.
fn table() -> Vec<(&'static str, Then, Expected)> {
    let send = |status: &str, extra: &str, body: &str| Then::Send(http(status, extra, body));
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

/// How long one waits for what never comes.
const IMPATIENCE: Duration = Duration::from_millis(400);

/// A client that trusts the servers here.
fn client(provider: &Provider, base_url: &str) -> ClientBuilder {
    let builder = Client::builder(provider).base_url(base_url).api_keys(provider.auth.env().iter().map(|_| "k"));
    // What is counted here are requests, not how fast they may come.
    let builder = builder.calls_per_minute(None);
    builder.certificate_authority(authority().as_bytes()).unwrap()
}

/// One row at one provider: over a new connection, or where one could be used again, and with TLS or without.
async fn check(provider: Provider, row: (&'static str, Then, Expected), is_second: bool, tls: Option<Tls>) {
    let (what, then, expected) = row;
    let script = Script { tls, ..Script::default() };
    let good = |origin: &str| Then::Keep(http("200 OK", "", &accepted(&provider, origin, "job-1")));
    let script = Wiretap::script(script, |origin| {
        let first = is_second.then(|| good(origin));
        first.into_iter().chain([then]).collect()
    });
    let tap = script.await;
    let client = client(&provider, &tap.origin);
    let client = if what == "silence" { client.answer_within(10 * IMPATIENCE) } else { client }.build().unwrap();
    let place = format!("{} {what}, second: {is_second}, {}", provider.id, tap.origin);
    if is_second {
        let first = film_request(&client, &provider, "a dog").submit().await;
        assert_eq!(
            first.map(|job| job.id().to_owned()).map_err(|error| error.to_string()),
            Ok("job-1".into()),
            "{place}"
        );
    }
    let request = film_request(&client, &provider, "a cat");
    let error = request.submit().await.expect_err("no answer in this table accepts a job");
    let received = tap.received();
    let sent = 1 + usize::from(is_second);
    assert_eq!(received.len(), sent, "{place}: {received:#?}");
    assert_eq!(tap.connections(), sent, "{place}: every create has a connection of its own");
    let seen = match error.kind() {
        ErrorKind::OutcomeUnknown => Expected::Unknown,
        ErrorKind::Refused(_) => Expected::Refused,
        other => panic!("{place}: {other:?} {error}"),
    };
    // What a code means is the file's to say, and a provider may not have said it.
    let claimed = |http: u16| provider.errors.classify(http, None, Some("no")).nothing_created;
    let code = what.parse().ok().filter(|code| (400..500).contains(code));
    let expected = if code.is_none_or(claimed) { expected } else { Expected::Unknown };
    assert_eq!(seen, expected, "{place}: {error}");
    assert_eq!(error.is_ambiguous(), expected == Expected::Unknown, "{place}");
    assert!(!(error.is_retryable() && error.is_ambiguous()), "{place}");
    assert_eq!(error.evidence().is_some(), expected == Expected::Unknown, "{place}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_post_per_create() {
    for row in table() {
        let mut checks = JoinSet::new();
        for provider in providers() {
            for is_second in [false, true] {
                for tls in [None, Some(Tls::speaking(&[])), Some(Tls::speaking(&["h2", "http/1.1"]))] {
                    // A film as the answer has a course of its own.
                    if !is_second || accepted_is_json(&provider) {
                        checks.spawn(check(provider.clone(), row.clone(), is_second, tls));
                    }
                }
            }
        }
        while let Some(checked) = checks.join_next().await {
            checked.unwrap();
        }
    }
}

fn accepted_is_json(provider: &Provider) -> bool {
    provider.poll.is_some()
}

/// A server that speaks HTTP/2 alone gets nothing at all: no client of ours offers it, so none of its ways to refuse what it
/// has read can lead to a second request. Clients that offer it are served, so the server is no dead end.
#[tokio::test]
async fn nobody_speaks_http_2() {
    for provider in providers() {
        let script = || Script { tls: Some(Tls::speaking(&["h2"])), ..Script::default() };
        let tap = Wiretap::script(script(), |_| vec![Then::Drop]).await;
        let client = client(&provider, &tap.origin).build().unwrap();
        let error = film_request(&client, &provider, "a cat").submit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSent, "{error}");
        let mut job = client.resume(handle(&provider, &tap.origin, "7")).unwrap();
        let progress = job.progress().await.unwrap().unwrap();
        assert!(progress.note.unwrap().contains("could not be reached"), "{}", provider.id);
        assert_eq!(tap.offered(), vec![vec!["http/1.1".to_owned()]; 2], "{}", provider.id);
        assert_eq!(tap.received(), Vec::<String>::new(), "{}", provider.id);
    }
    let tap =
        Wiretap::script(Script { tls: Some(Tls::speaking(&["h2"])), ..Script::default() }, |_| vec![Then::Drop]).await;
    let port = tap.origin.rsplit(':').next().unwrap().parse().unwrap();
    crate::support::tls::say(port, "h2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert_eq!(tap.received().len(), 1, "whoever offers h2 is heard");
}

/// A server that closes idle connections, as many do after some seconds, costs no create and doubles none.
#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_costs_nothing() {
    let creates = asked::<usize>("POLYREEL_CREATES").unwrap_or(100);
    for provider in providers().into_iter().filter(accepted_is_json) {
        // Each says that the connection stays, and closes it at once.
        let good = |origin: &str| vec![Then::Send(http("200 OK", "", &accepted(&provider, origin, "job-1")))];
        let tap = Wiretap::script(Script::default(), good).await;
        let client = client(&provider, &tap.origin).jobs_at_once(None).build().unwrap();
        for create in 1..=creates / providers().len() {
            let job = film_request(&client, &provider, "a cat").submit().await.unwrap();
            assert_eq!(job.id(), "job-1", "{}", provider.id);
            assert_eq!(tap.received().len(), create, "{}", provider.id);
        }
    }
}

/// A refusal that names a job all the same may have created it.
#[tokio::test]
async fn a_refusal_with_a_job_in_it_is_unknown() {
    for provider in providers() {
        let tap =
            Wiretap::start_with(|origin| Then::Send(http("404 Not Found", "", &accepted(&provider, origin, "job-9"))));
        let tap = tap.await;
        let client = client(&provider, &tap.origin).build().unwrap();
        let error = film_request(&client, &provider, "a cat").submit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.evidence().unwrap().named().get("id").map(String::as_str), Some("job-9"));
    }
}

#[tokio::test]
async fn nothing_is_sent_without_a_connection() {
    // A port that was free a moment ago and that nobody listens at.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    // One that takes connections and never shakes hands, and one whose certificate nobody knows.
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stranger =
        Wiretap::script(Script { tls: Some(Tls::speaking(&[])), ..Script::default() }, |_| vec![Then::Drop]).await;
    let mute = mute.local_addr().unwrap().port();
    for provider in providers() {
        for url in [format!("http://127.0.0.1:{port}"), format!("https://127.0.0.1:{mute}")] {
            let client = client(&provider, &url).answer_within(IMPATIENCE).build().unwrap();
            let error = film_request(&client, &provider, "a cat").submit().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotSent, "{url}: {error}");
        }
        let client = Client::builder(&provider).base_url(&stranger.origin);
        let client = client.api_keys(provider.auth.env().iter().map(|_| "k")).build().unwrap();
        let error = film_request(&client, &provider, "a cat").submit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSent, "{error}");
    }
    assert_eq!(stranger.received(), Vec::<String>::new());
}

#[tokio::test]
async fn a_refused_input_is_not_sent() {
    for provider in providers() {
        let tap = Wiretap::start(Then::Drop).await;
        let client = client(&provider, &tap.origin).build().unwrap();
        let request = film_request(&client, &provider, "a cat").set("duration", -7);
        let error = request.submit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.violations().iter().map(|violation| &*violation.field).collect::<Vec<_>>(), ["duration"]);
        assert_eq!(tap.received(), Vec::<String>::new());
    }
}

/// What is newer than the provider file is sent as it is, and nothing that the file knows can be overwritten with it.
#[tokio::test]
async fn extra_fields_are_sent_and_overwrite_nothing() {
    for provider in providers() {
        let tap = Wiretap::start(Then::Drop).await;
        let client = client(&provider, &tap.origin).build().unwrap();
        let request = || film_request(&client, &provider, "a cat");
        request().extra("brand.new", 7).submit().await.unwrap_err();
        let sent = tap.received()[0].clone();
        // In a form, names are paths.
        assert!(sent.contains(r#""brand":{"new":7}"#) || sent.contains(r#"name="brand.new""#), "{sent}");
        let prompt = &provider.fields.iter().find(|field| field.name == "prompt").unwrap().at;
        for known in [prompt.to_string(), format!("{prompt}.deeper"), "a..b".to_owned(), "header:x".to_owned()] {
            let error = request().extra(known.clone(), "a dog").submit().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{} {known}: {error}", provider.id);
        }
        assert_eq!(tap.received().len(), 1, "{}", provider.id);
    }
}
