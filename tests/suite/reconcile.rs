//! What becomes of a create whose outcome is unknown: its evidence is kept, the provider is asked where it can be, and nothing
//! is sent a second time.

use std::time::Duration;

use polyreel::mock::{self, MockServer};
use polyreel::{Client, ErrorKind, Evidence, Reconciled};
use polyreel_spec::{Provider, source};

use crate::support::place::Place;
use crate::support::wiretap::{Script, Then, Wiretap, http};
use crate::support::{accepted, film_request, provider, providers};

const VAULT: &str = include_str!("../../mock-server/src/tests/vault.yaml");

fn vault() -> Provider {
    source::read("vault.yaml", VAULT).unwrap()
}

/// The evidence of a create that goes wrong so, written down and read again as another process would.
async fn unknown(client: &Client, provider: &Provider, prompt: &str, reference: Option<&str>) -> Evidence {
    let request = film_request(client, provider, prompt);
    let request = match reference {
        Some(reference) => request.set("reference", reference),
        None => request,
    };
    let error = request.submit().await.unwrap_err();
    assert!(error.is_ambiguous() && !error.is_retryable(), "{error}");
    let evidence = error.evidence().unwrap();
    assert_eq!((evidence.provider(), evidence.model()), (&*provider.id, &*provider.models[0].key));
    assert_eq!(evidence.reference(), reference);
    assert_eq!(evidence.fingerprint().len(), 16);
    let read = Evidence::from_json(&evidence.to_json()).unwrap();
    assert_eq!(&read, evidence);
    read
}

/// Found by the caller's own reference: the job is gone on with, and is paid once.
#[tokio::test]
async fn a_job_is_found_by_its_reference() {
    let vault = vault();
    let server = MockServer::start_raw([&vault]).await;
    let client = mock::client(&server, &vault).unwrap();
    let evidence = unknown(&client, &vault, "[[mock:close-create@0]]", Some("mine-1")).await;
    let other = mock::client(&server, &vault).unwrap();
    let Reconciled::Found(job) = other.reconcile(&evidence).await.unwrap() else { panic!("it exists") };
    assert!(job.await.unwrap().bytes().await.unwrap().len() > 1000);
    assert_eq!(server.creates("vault"), 1);
    server.assert_blameless();
}

/// That nothing is found means something once the provider has had time, and not sooner. What is gone from the account is
/// told and decides nothing.
#[tokio::test]
async fn a_job_that_was_not_created_is_not_found() {
    let vault = vault();
    let server = MockServer::start_raw([&vault]).await;
    let client = mock::client(&server, &vault).unwrap();
    let before = client.balance().await.unwrap();
    let evidence = unknown(&client, &vault, "[[mock:close-submit]]", Some("mine-2")).await;
    assert_eq!(evidence.balance_before().as_ref(), Some(&before));
    let Reconciled::CannotTell { why, balance, .. } = client.reconcile(&evidence).await.unwrap() else { panic!() };
    assert!(why.contains("ask again in"), "{why}");
    assert_eq!(balance, (Some(before.clone()), Some(before)));
    server.clock().advance(Duration::from_secs(300));
    assert!(matches!(client.reconcile(&evidence).await.unwrap(), Reconciled::NotFound));
    assert_eq!(server.creates("vault"), 1);
}

#[tokio::test]
async fn without_a_reference_nobody_can_tell() {
    let vault = vault();
    let server = MockServer::start_raw([&vault]).await;
    let client = mock::client(&server, &vault).unwrap();
    let before = client.balance().await.unwrap();
    let evidence = unknown(&client, &vault, "[[mock:close-create@0]]", None).await;
    server.clock().advance(Duration::from_secs(3600));
    let Reconciled::CannotTell { why, balance, .. } = client.reconcile(&evidence).await.unwrap() else { panic!() };
    assert!(why.contains("no reference"), "{why}");
    let (then, now) = (balance.0.unwrap(), balance.1.unwrap());
    assert_eq!(then, before);
    assert!(now.amount.trillionths < then.amount.trillionths, "the lost job is paid: {then} {now}");
    for provider in providers() {
        let server = MockServer::start_raw([&provider]).await;
        let client = mock::client(&server, &provider).unwrap();
        let evidence = unknown(&client, &provider, "[[mock:reset-create@0]]", None).await;
        let Reconciled::CannotTell { why, .. } = client.reconcile(&evidence).await.unwrap() else { panic!() };
        assert!(why.contains("cannot be asked for jobs"), "{}: {why}", provider.id);
        assert_eq!(server.creates(&provider.id), 1);
    }
}

/// The command keeps what is known of an unknown outcome, sends nothing again as long as that is there, and asks what became
/// of it when the file is resumed.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_keeps_an_unknown_outcome() {
    let provider = provider("hyprlab");
    let film = include_bytes!("../../mock-server/films/5s-1x1.mp4");
    for is_named in [false, true] {
        let tap = Wiretap::script(Script::default(), |origin| {
            let named = http("500 Oops", "", &accepted(&provider, origin, "job-9"));
            let done = format!("{{\"id\":\"job-9\",\"data\":[{{\"url\":\"{origin}/film.mp4\"}}]}}");
            let done = Then::Send(http("200 OK", "", &done));
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: {}\r\n\r\n", film.len());
            let first = if is_named { Then::Send(named) } else { Then::Drop };
            vec![first, done.clone(), done, Then::Send([head.as_bytes(), film].concat())]
        });
        let tap = tap.await;
        let place = Place::new();
        let environment = [("HYPRLAB_API_KEY", "k"), ("HYPRLAB_BASE_URL", tap.origin.as_str())];
        let generate = ["generate", "--provider", "hyprlab", "A cat.", "-o", "cat.mp4"];
        let first = place.run(&environment, &generate);
        assert!(first.starts_with("exit code: 6") && first.contains("polyreel jobs reconcile"), "{first}");
        let again = place.run(&environment, &generate);
        assert!(again.starts_with("exit code: 2") && again.contains("nothing was sent"), "{again}");
        assert_eq!(tap.received().len(), 1, "nothing is sent a second time");
        let asked = place.run(&environment, &["jobs", "reconcile"]);
        let posts = tap.received().iter().filter(|request| request.starts_with("POST")).count();
        assert_eq!(posts, 1, "asking creates nothing");
        if is_named {
            assert!(asked.starts_with("exit code: 0") && asked.contains("polyreel jobs wait"), "{asked}");
            let waited = place.run(&environment, &["jobs", "wait"]);
            assert!(waited.starts_with("exit code: 0") && waited.contains("job job-9"), "{waited}");
            assert_eq!(std::fs::read(place.path().join("cat.mp4")).unwrap(), film);
        } else {
            assert!(asked.starts_with("exit code: 6") && asked.contains("cannot be asked for jobs"), "{asked}");
            assert_eq!(place.jobs()[0]["state"].as_str(), Some("held"), "it is kept");
        }
    }
}

/// Nobody who does not answer, or answers otherwise than the question was, has said that there is no such job; and asking
/// stops none.
#[tokio::test]
async fn silence_is_no_answer() {
    let vault = vault();
    let found = |body: &str| http("200 OK", "", body);
    for (poll, lookup) in [
        (http("503 Busy", "", "{}"), found("{\"code\":0,\"jobs\":[]}")),
        (http("404 Not Found", "", "{}"), http("200 OK", "content-type: text/html\r\n", "<html>")),
        (http("404 Not Found", "", "{}"), found("{\"code\":17,\"message\":\"try later\"}")),
        (http("404 Not Found", "", "{}"), http("401 Unauthorized", "", "{}")),
        (http("404 Not Found", "", "{}"), http("204 No Content", "", "")),
    ] {
        // The create's answer names a job. Two polls fit before the deadline, then there is one lookup.
        let tap = Wiretap::script(Script::default(), |_| {
            let named = Then::Send(http("500 Oops", "", "{\"code\":0,\"id\":\"job-9\"}"));
            let polls = std::iter::repeat_n(Then::Send(poll.clone()), 2);
            std::iter::once(named).chain(polls).chain([Then::Send(lookup.clone())]).collect()
        });
        let tap = tap.await;
        let clock = mock::Clock::manual();
        let builder = Client::builder(&vault).api_key("k").base_url(&tap.origin).clock(mock::clock(&clock));
        let client = builder.cancel_late_jobs().deadline(Duration::from_secs(1)).build().unwrap();
        let evidence = unknown(&client, &vault, "a cat", Some("mine")).await;
        clock.advance(Duration::from_secs(3600));
        let reconciled = client.reconcile(&evidence).await.unwrap();
        assert!(matches!(reconciled, Reconciled::CannotTell { .. }), "{reconciled:?}");
        let methods: Vec<_> =
            tap.received().iter().map(|request| request.split(' ').next().unwrap().to_owned()).collect();
        assert!(methods.iter().skip(1).all(|method| method == "GET"), "{methods:?}");
        assert!(tap.received()[3].contains("external_id=mine"), "{:?}", tap.received());
    }
}

/// An answer that is no clear one may name the job all the same: it is asked for by that name.
#[tokio::test]
async fn a_job_that_the_answer_names_is_asked_for() {
    let provider = provider("hyprlab");
    for (poll, is_known) in [
        (http("200 OK", "", "{\"id\":\"job-9\",\"status\":\"processing\"}"), true),
        (http("200 OK", "", "{\"id\":\"job-9\",\"status\":\"failed\"}"), true),
        (http("404 Not Found", "", "{}"), false),
    ] {
        let tap = Wiretap::script(Script::default(), |origin| {
            let named = http("500 Oops", "x-request-id: req-7\r\n", &accepted(&provider, origin, "job-9"));
            vec![Then::Send(named), Then::Send(poll)]
        });
        let tap = tap.await;
        let clock = mock::clock(&mock::Clock::manual());
        let client = Client::builder(&provider).api_key("k").base_url(&tap.origin).clock(clock).build().unwrap();
        let evidence = unknown(&client, &provider, "a cat", None).await;
        assert_eq!(evidence.named().get("id").map(String::as_str), Some("job-9"));
        assert_eq!(evidence.request_id(), Some("req-7"));
        match client.reconcile(&evidence).await.unwrap() {
            Reconciled::Found(job) => assert!(is_known && job.id() == "job-9"),
            Reconciled::CannotTell { why, .. } => assert!(!is_known && why.contains("job-9"), "{why}"),
            other => panic!("{other:?}"),
        }
        let posts = tap.received().iter().filter(|request| request.starts_with("POST")).count();
        assert_eq!(posts, 1, "reconciling creates nothing");
        // Evidence from elsewhere leads no key there, and no question here.
        let elsewhere = Wiretap::start(Then::Drop).await;
        let other = Client::builder(&provider).api_key("k").base_url(&elsewhere.origin).build().unwrap();
        let error = other.reconcile(&evidence).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert_eq!(elsewhere.received(), Vec::<String>::new());
    }
}
