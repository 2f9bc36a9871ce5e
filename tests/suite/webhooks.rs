//! Callbacks from end to end: the mock server sends them, and the client's own check says whether they are believed.

use std::time::Duration;

use polyreel::mock::{self, CallbackReport, MockServer};
use polyreel::spec::State;
use polyreel::{Client, Clock as _, Image};
use polyreel_runtime::webhook::{Callback, CallbackError, job_of};
use polyreel_spec::{Provider, Signed, Verify, source};

use crate::support::providers;
use crate::support::wiretap::{Then, Wiretap};

const BEACON: &str = include_str!("../../mock-server/src/tests/beacon.yaml");
const VERIFY: &str = "  verify: { echo_secret: { header: X-Secret } }\n";
const SCHEMES: [&str; 6] = [
    "",
    "  verify: { echo_secret: { header: X-Secret } }\n",
    "  verify: { standard_webhooks: {} }\n",
    "  verify: { hmac_sha256: { signature: \"header:X-Sign\", over: [body] } }\n",
    "  verify: { hmac_sha256: { signature: \"header:X-Sign\", prefix: \"v0=\", encoding: base64, over: [\"header:X-Time\", body], joined_by: \".\" } }\n",
    "  verify: { hmac_sha256: { signature: \"header:X-Sign\", over: [job.state, job.number, sent.at, \"header:X-Message\"], joined_by: \":\" } }\n",
];

fn beacon(scheme: &str) -> Provider {
    source::read("beacon.yaml", &BEACON.replace(VERIFY, scheme)).unwrap()
}

/// Every provider that calls back, and an invented one for each way to sign.
fn calling() -> Vec<Provider> {
    let real: Vec<_> = providers().into_iter().filter(|provider| provider.webhook.is_some()).collect();
    assert!(!real.is_empty());
    real.into_iter().chain(SCHEMES.map(beacon)).collect()
}

/// A server of each kind.
async fn both(provider: &Provider) -> [MockServer; 2] {
    [MockServer::start([provider]).await, MockServer::start_raw([provider]).await]
}

async fn receiver(answer: &str) -> Wiretap {
    Wiretap::start(Then::Send(format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n").into_bytes())).await
}

/// The id of a new job.
async fn submit(client: &Client, provider: &Provider, prompt: &str, webhook: &str) -> String {
    let model = provider.models.iter().find(|model| model.takes("webhook")).unwrap();
    let mut request = client.request(&model.key).set("prompt", prompt).set("webhook", webhook);
    if model.requires("start_image") {
        request = request.set("start_image", Image::url("https://example.com/a.png"));
    }
    request.submit().await.unwrap().id().to_owned()
}

/// Headers and body of a request.
fn opened(request: &str) -> (Vec<(String, String)>, &[u8]) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let headers = head.lines().skip(1).map(|line| line.split_once(": ").unwrap());
    (headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), body.as_bytes())
}

fn has_ended(state: State) -> bool {
    !matches!(state, State::Queued | State::Running)
}

#[tokio::test]
async fn every_end_is_told_once_and_believed() {
    for provider in calling() {
        for server in both(&provider).await {
            let receiver = receiver("204 No Content").await;
            let client = mock::client(&server, &provider).unwrap();
            let mut ids = Vec::new();
            for prompt in ["a cat", "[[mock:failed]]", "[[mock:stuck]]", "a dog"] {
                let url = format!("{}/done?which={}", receiver.origin, ids.len());
                ids.push(submit(&client, &provider, prompt, &url).await);
                server.advance(Duration::from_secs(1)).await;
            }
            while server.jobs().iter().filter(|job| has_ended(job.state)).count() < 3 {
                server.advance(Duration::from_secs(1)).await;
                let ended = server.jobs().iter().filter(|job| has_ended(job.state)).count();
                assert_eq!(receiver.received().len(), ended, "{} at {:?}", provider.id, server.clock().now());
            }
            server.advance(Duration::from_secs(100_000)).await;
            let (requests, reports, jobs) = (receiver.received(), server.callbacks(), server.jobs());
            assert!(reports.is_sorted_by_key(|report| report.at), "{reports:?}");
            assert!(reports.iter().all(|report| report.outcome == Ok(204) && report.attempt == 1), "{reports:?}");
            // The client's id of each job that was told of, in the order of the clock.
            let told = |report: &CallbackReport| ids[jobs.iter().position(|job| job.id == report.job).unwrap()].clone();
            let told: Vec<_> = reports.iter().map(told).collect();
            assert_eq!((told.len(), requests.len()), (3, 3), "{}", provider.id);
            for (request, id) in requests.iter().zip(told) {
                check(&provider, &server, &receiver.origin, request, &id);
            }
        }
    }
}

/// A callback is genuine, about this job, and believed in no other form.
fn check(provider: &Provider, server: &MockServer, origin: &str, request: &str, id: &str) {
    let (headers, body) = opened(request);
    let secret = server.webhook_secret(&provider.id).unwrap_or_default();
    let read =
        |secret: &str, headers: &[(String, String)], body: &[u8]| job_of(provider, secret, &Callback { headers, body });
    assert_eq!(read(&secret, &headers, body), Ok(id.to_owned()), "{request}");
    let scheme = provider.webhook.as_ref().unwrap().verify.as_ref();
    let signs_body = match scheme {
        Some(Verify::HmacSha256 { over, .. }) => over.contains(&Signed::Body),
        Some(Verify::StandardWebhooks { .. }) => true,
        _ => false,
    };
    if scheme.is_some() {
        assert_eq!(read("other", &headers, body), Err(CallbackError::NotGenuine), "{request}");
        assert_eq!(read(&secret, &[], body), Err(CallbackError::NotGenuine), "{request}");
    }
    if signs_body {
        assert_eq!(read(&secret, &headers, &[body, b" "].concat()), Err(CallbackError::NotGenuine), "{request}");
    }
    let header = |name: &str| headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    assert!(request.starts_with("POST /done?which="), "{request}");
    assert_eq!(header("host"), origin.strip_prefix("http://"));
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("content-length"), Some(&*body.len().to_string()));
    assert!(!request.contains(server.key()), "{request}");
}

#[tokio::test]
async fn what_nobody_takes_is_sent_again_on_the_clock() {
    let provider = beacon(VERIFY);
    for server in both(&provider).await {
        let moved = receiver("307 Temporary Redirect\r\nlocation: /elsewhere").await;
        let silent = Wiretap::start(Then::Drop).await;
        let client = mock::client(&server, &provider).unwrap();
        for receiver in [&moved, &silent] {
            submit(&client, &provider, "a cat", &format!("{}/done", receiver.origin)).await;
        }
        for (seconds, times) in [(59, 0), (1, 1), (9, 1), (1, 2), (59, 2), (1, 3), (100_000, 3)] {
            server.advance(Duration::from_secs(seconds)).await;
            assert_eq!([moved.received().len(), silent.received().len()], [times; 2], "{:?}", server.clock().now());
        }
        let reports = server.callbacks();
        assert_eq!(reports.iter().map(|report| report.attempt).collect::<Vec<_>>(), [1, 1, 2, 2, 3, 3]);
        assert!(reports.iter().step_by(2).all(|report| report.outcome == Ok(307)), "{reports:?}");
        assert!(reports.iter().skip(1).step_by(2).all(|report| report.outcome.is_err()), "{reports:?}");
        assert!(moved.received().iter().all(|request| request.starts_with("POST /done ")));
    }
}

/// The receiver is on this machine under each of these names, and is called under those alone that are allowed.
#[tokio::test]
async fn nobody_else_is_called() {
    let provider = beacon(VERIFY);
    for (host, builder) in [
        ("127.0.0.1", MockServer::builder()),
        ("localhost", MockServer::builder().raw()),
        ("127.1", MockServer::builder().raw().allow_webhook_host("127.1")),
    ] {
        // Not every system knows this name.
        if host == "127.1" && cfg!(not(unix)) {
            continue;
        }
        let server = builder.start([&provider]).await.unwrap();
        let receiver = receiver("200 OK").await;
        let port = receiver.origin.rsplit_once(':').unwrap().1.to_owned();
        let client = mock::client(&server, &provider).unwrap();
        let others = ["example.com", "127.2", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "127.0.0.1@example.com"];
        for other in others {
            submit(&client, &provider, "a cat", &format!("http://{other}:{port}/")).await;
        }
        submit(&client, &provider, "a cat", &format!("https://{host}:{port}/")).await;
        submit(&client, &provider, "a cat", &format!("http://{host}:{port}/")).await;
        server.advance(Duration::from_secs(100_000)).await;
        let reports = server.callbacks();
        let (refused, taken): (Vec<_>, Vec<_>) = reports.iter().partition(|report| report.outcome.is_err());
        assert_eq!((refused.len(), taken.len(), receiver.received().len()), (7, 1, 1), "{host}: {reports:#?}");
        assert_eq!(taken[0].outcome, Ok(200), "{host}");
    }
}

/// Nobody moves the clock, and no request comes.
#[tokio::test]
async fn a_clock_that_runs_calls_back_by_itself() {
    let provider = beacon(VERIFY);
    for builder in [MockServer::builder(), MockServer::builder().raw()] {
        let server = builder.clock(mock::Clock::scaled(1000.0)).start([&provider]).await.unwrap();
        let receiver = receiver("200 OK").await;
        let client = mock::client(&server, &provider).unwrap();
        let id = submit(&client, &provider, "a cat", &receiver.origin).await;
        let real = polyreel::SystemClock::default();
        let end = real.now() + Duration::from_secs(60);
        while receiver.received().is_empty() {
            assert!(real.now() < end, "nobody calls back");
            tokio::task::yield_now().await;
        }
        server.deliver().await;
        let request = receiver.received().remove(0);
        let (headers, body) = opened(&request);
        let secret = server.webhook_secret("beacon").unwrap();
        assert_eq!(job_of(&provider, &secret, &Callback { headers: &headers, body }), Ok(id));
        let report = server.callbacks().remove(0);
        assert_eq!((report.at >= Duration::from_secs(60), report.outcome), (true, Ok(200)));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_secrets_are_said() {
    use crate::support::place::{Place, exported, run_until, signal};
    let place = Place::new();
    for no_host in ["http://hooks.test", "hooks.test:80", "hooks.test/done", ""] {
        let said = place.run(&[], &["mock", "--allow-webhook-host", no_host]);
        assert!(said.starts_with("exit code: 2") && said.contains("give a host alone"), "{no_host}: {said}");
    }
    let (mut program, _lines) = run_until(&place, &[], &["mock", "--allow-webhook-host", "[fe80::7]"], "ctrl-c");
    let variables = exported(&mut program, polyreel::all().len());
    let server = MockServer::start(polyreel::all().iter().copied()).await;
    let mut secrets = 0;
    for provider in polyreel::all() {
        let scheme = provider.webhook.as_ref().and_then(|webhook| webhook.verify.as_ref());
        let Some(secret) = server.webhook_secret(&provider.id) else { continue };
        assert!(variables.contains(&(scheme.and_then(Verify::env).unwrap().to_owned(), secret)), "{variables:?}");
        secrets += 1;
    }
    assert_eq!(variables.iter().filter(|(name, _)| name.ends_with("_WEBHOOK_SECRET")).count(), secrets);
    signal(&program, "-TERM");
    assert_eq!(program.wait().unwrap().code(), Some(0));
}
