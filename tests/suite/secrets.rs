//! A key shows nowhere and goes nowhere else: every way to show who pays, every redirect, every kind of elsewhere.

use std::net::Ipv4Addr;
use std::sync::Mutex;

use polyreel::{Client, ErrorKind, mock};
use polyreel_runtime::wire::Reply;
use polyreel_spec::{Provider, Step, source};

use crate::support::handle;
use crate::support::listener::Listener;
use crate::support::place::Place;
use crate::support::tls::{Tls, authority};
use crate::support::wiretap::{Script, Then, Wiretap, http};

const ACME: &str = include_str!("../../mock-server/src/tests/acme.yaml");
const BEARER: &str = "auth: { bearer: { env: ACME_API_KEY } }";
/// Every way to show who pays.
const SCHEMES: [&str; 4] = [
    BEARER,
    "auth: { header: { name: X-Acme-Key, prefix: \"Key \", env: ACME_API_KEY } }",
    "auth: { query: { name: api_key, env: ACME_API_KEY } }",
    "auth: { jwt_hs256: { key_env: ACME_KEY, secret_env: ACME_SECRET, lifetime: 30m, not_before: 5s } }",
];
/// Secrets that are found wherever they are, and what each scheme makes of them.
const CANARY: &str = "canary-4f1c-key";
const CANARY_SECRET: &str = "canary-4f1c-secret";
/// A film's address may be signed, and is as secret as a key.
const SIGNATURE: &str = "signed-4f1c";

fn acme(scheme: &str) -> Provider {
    let text = format!("{}download: {{ auth: true }}\n", ACME.replace(BEARER, scheme));
    source::read("acme.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Where a redirect leads to.
#[derive(Clone, Copy, Debug)]
enum Elsewhere {
    SameHost,
    OtherHost,
    OtherPort,
    Downgrade,
}

const EVERYWHERE: [Elsewhere; 4] =
    [Elsewhere::SameHost, Elsewhere::OtherHost, Elsewhere::OtherPort, Elsewhere::Downgrade];

/// What is said through `log`, as rustls and reqwest do, if a secret is in it.
struct Logged;

static LEAKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl log::Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}", record.target(), record.args());
        if line.contains("canary-4f1c") || line.contains(SIGNATURE) {
            LEAKED.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}

/// Everything that can be printed of what happened.
#[derive(Default)]
struct Shown(Vec<String>);

impl Shown {
    fn error(&mut self, error: &polyreel::Error) {
        let source = std::error::Error::source(error).map(|source| format!("{source} {source:?}"));
        self.0.push(format!("{error} {error:?} {source:?}"));
        self.0.extend(error.evidence().map(|evidence| format!("{evidence:?} {}", evidence.to_json())));
    }

    fn check(&self, place: &str) {
        for shown in &self.0 {
            assert!(!shown.contains("canary") && !shown.contains(SIGNATURE), "{place}: {shown}");
        }
    }
}

#[derive(Debug, Default)]
struct Watcher(Mutex<Vec<String>>);

impl polyreel::Observer for Watcher {
    fn answered(&self, step: Step, reply: &Reply) {
        self.0.lock().unwrap().push(format!("{step} {:?}", reply.headers));
    }
}

/// One way to show who pays, one redirect, one place that it leads to: as the answer to a create, to a poll, and to a fetch
/// of the film that needs the key.
async fn check(provider: &Provider, status: u16, elsewhere: Elsewhere) {
    let place = format!("{:?} {status} {elsewhere:?}", provider.auth);
    let tls = |is_on: bool| is_on.then(|| Tls::speaking(&[]));
    let is_downgrade = matches!(elsewhere, Elsewhere::Downgrade);
    let address = matches!(elsewhere, Elsewhere::OtherHost).then_some(Ipv4Addr::new(127, 0, 0, 2));
    let there =
        Wiretap::script(Script { address, ..Script::default() }, |_| vec![Then::Send(http("200 OK", "", "{}"))]).await;
    let script = Script { tls: tls(is_downgrade), ..Script::default() };
    let here = Wiretap::script(script, |origin| {
        let target = if matches!(elsewhere, Elsewhere::SameHost) { origin } else { &there.origin };
        // It gives the key back, too.
        let echo =
            format!("location: {target}/elsewhere?sig={SIGNATURE}\r\nx-echo: {CANARY}\r\nx-request-id: {CANARY}\r\n");
        let moved = http(&format!("{status} Moved"), &echo, &format!("{{\"message\":\"no: {CANARY}\"}}"));
        let film = format!("{origin}/film?sig={SIGNATURE}");
        let done = format!("{{\"code\":0,\"data\":{{\"state\":\"done\",\"films\":[{{\"url\":\"{film}\"}}]}}}}");
        // A create, a poll, a poll that gives the film, and all that is asked for after that.
        vec![
            Then::Send(moved.clone()),
            Then::Send(moved.clone()),
            Then::Send(http("200 OK", "", &done)),
            Then::Send(moved),
        ]
    });
    let here = here.await;
    let (listener, listening) = Listener::start();
    let watcher = std::sync::Arc::new(Watcher::default());
    let secrets = [CANARY, CANARY_SECRET].into_iter().take(provider.auth.env().len());
    let builder = Client::builder(provider).base_url(&here.origin).api_keys(secrets).observer(watcher.clone());
    let builder = builder.clock(mock::clock(&mock::Clock::manual())).certificate_authority(authority().as_bytes());
    let client = builder.unwrap().build().unwrap();
    let mut shown = Shown(vec![format!("{client:?}")]);

    let request = client.request("reel-1").set("prompt", "a cat");
    shown.0.push(format!("{request:?}"));
    let error = request.submit().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Refused(_) | ErrorKind::OutcomeUnknown), "{place}: {error}");
    assert_eq!(here.received().len(), 1, "{place}: a create is never sent on");
    shown.error(&error);

    let mut job = client.resume(handle(provider, &here.origin, "7")).unwrap();
    let progress = job.progress().await.unwrap().unwrap();
    assert_eq!(here.received().len(), 2, "{place}: a poll is not sent on");
    shown.0.push(format!("{progress:?} {progress} {job:?} {}", job.handle().to_json()));
    let film = job.await.unwrap();
    shown.0.push(format!("{film:?} {:?}", film.handle()));
    let error = film.bytes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSaved, "{place}: {error}");
    shown.error(&error);
    drop(listening);

    shown.0.push(listener.text());
    shown.check(&place);
    // Whoever looks on sees signed addresses, but no key.
    let signed = watcher.0.lock().unwrap().join("\n");
    assert!(signed.contains(SIGNATURE) && !signed.contains("canary"), "{place}: {signed}");
    assert!(listener.text().contains("polyreel.call"), "{place}: nobody listened");
    assert!(
        here.received().iter().any(|request| request.contains("canary") || request.contains("Bearer eyJ")),
        "{place}"
    );
    assert_eq!(there.received(), Vec::<String>::new(), "{place}: nothing goes elsewhere, with a key or without");
}

#[tokio::test]
async fn a_key_shows_nowhere_and_goes_nowhere_else() {
    log::set_logger(&Logged).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    for scheme in SCHEMES {
        let provider = acme(scheme);
        for status in [301, 302, 303, 307, 308] {
            for elsewhere in EVERYWHERE {
                check(&provider, status, elsewhere).await;
            }
        }
    }
    log::set_max_level(log::LevelFilter::Off);
    assert_eq!(*LEAKED.lock().unwrap(), Vec::<String>::new());
}

/// A proxy is used when it is named, gets no key that is not meant for the provider, and its password shows nowhere.
#[tokio::test]
async fn a_proxy_is_used_when_it_is_named() {
    let provider = acme(BEARER);
    let target = Wiretap::start(Then::Send(http("200 OK", "", "{}"))).await;
    let proxy = Wiretap::start(Then::Send(http("502 Bad Gateway", "", "{}"))).await;
    let named = proxy.origin.replace("http://", &format!("http://me:{CANARY_SECRET}@"));
    let builder = || Client::builder(&provider).api_key("k").base_url(&target.origin);
    let client = builder().proxy(named).build().unwrap();
    let error = client.request("reel-1").set("prompt", "a cat").submit().await.unwrap_err();
    // It may have sent it on.
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    let mut shown = Shown(vec![format!("{client:?}")]);
    shown.error(&error);
    let got = proxy.received();
    assert_eq!((got.len(), target.received().len()), (1, 0), "{got:?}");
    assert!(got[0].starts_with(&format!("POST {}/jobs ", target.origin)), "{got:?}");

    // A proxy that lets no tunnel through has sent nothing on.
    let https = Client::builder(&provider).api_key("k").proxy(proxy.origin.clone()).build().unwrap();
    let error = https.request("reel-1").set("prompt", "a cat").submit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent, "{error}");
    assert!(proxy.received()[1].starts_with("CONNECT api.acme.test:443 "), "{:?}", proxy.received());

    for bad in ["", "proxy", "ftp://127.0.0.1", &format!("http:// {CANARY_SECRET}"), "socks5://127.0.0.1:1"] {
        let error = builder().proxy(bad).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{bad}: {error}");
        shown.error(&error);
    }
    shown.check("a proxy");
}

/// Without a proxy that is named, none is used, whatever the environment says; the command takes one by its name.
#[tokio::test(flavor = "multi_thread")]
async fn no_proxy_comes_from_the_environment() {
    for is_named in [false, true] {
        let target = Wiretap::start(Then::Send(http("401 Unauthorized", "", "{}"))).await;
        let proxy = Wiretap::start(Then::Send(http("407 Proxy Authentication Required", "", "{}"))).await;
        let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        let mut environment: Vec<_> = names.map(|name| (name, &*proxy.origin)).into();
        environment.extend([("HYPRLAB_API_KEY", "k"), ("HYPRLAB_BASE_URL", &*target.origin)]);
        let mut arguments = vec!["generate", "--provider", "hyprlab", "A cat.", "-o", "cat.mp4"];
        if is_named {
            arguments.extend(["--proxy", &*proxy.origin]);
        }
        let shown = Place::new().run(&environment, &arguments);
        let received = (target.received().len(), proxy.received().len());
        assert_eq!(received, if is_named { (0, 1) } else { (1, 0) }, "{shown}");
        // An unknown outcome at the proxy, a refusal at the provider.
        assert!(shown.starts_with(if is_named { "exit code: 6" } else { "exit code: 3" }), "{shown}");
    }
}

/// Certificates of authorities are read, or refused with a word about it.
#[test]
fn an_authority_is_pem() {
    let provider = acme(BEARER);
    for bad in ["", "no pem", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"] {
        let error = Client::builder(&provider).certificate_authority(bad.as_bytes()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{bad}: {error}");
    }
    assert!(Client::builder(&provider).certificate_authority(authority().as_bytes()).is_ok());
}
