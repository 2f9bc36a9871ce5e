//! What jobs send when they have ended.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::Provider;
use ring::hmac;
use serde_json::{Value, json};

use super::{ORIGIN, get, opened, post_json, read, seconds, with_key};
use crate::engine::webhook_secret;
use crate::{Callback, Effect, Request, World, Worlds};

const BEACON: &str = include_str!("beacon.yaml");
const VERIFY: &str = "  verify: { echo_secret: { header: X-Secret } }\n";
const RECEIVER: &str = "http://127.0.0.1:9/done?token=t";
/// When a world's clock begins, in seconds since 1970.
const START: u64 = 1_767_225_600;

fn beacon() -> Provider {
    read("beacon.yaml", BEACON)
}

fn signed_by(verify: &str) -> Provider {
    read("beacon.yaml", &BEACON.replace(VERIFY, &format!("  verify: {verify}\n")))
}

fn create(prompt: &str, webhook: &str) -> Request {
    let body = json!({"prompt": prompt, "notify": {"url": webhook}});
    with_key(post_json("/beacon/v1/jobs", body))
}

fn world(provider: &Provider) -> World {
    World::new(ORIGIN, 0, [provider])
}

fn due(world: &mut World, at: u64) -> Vec<Callback> {
    world.advance(seconds(at)).into_iter().map(|Effect::Callback(callback)| callback).collect()
}

fn body(callback: &Callback) -> Value {
    serde_json::from_slice(&callback.body).unwrap()
}

fn head<'c>(callback: &'c Callback, name: &str) -> Option<&'c str> {
    callback.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// The one callback of one job, which ends after a minute.
fn only(provider: &Provider) -> Callback {
    let mut world = world(provider);
    assert_eq!(world.handle(seconds(0), &create("a", RECEIVER)).http(), Some(200));
    let mut callbacks = due(&mut world, 60);
    assert_eq!(callbacks.len(), 1, "{:?}", world.callbacks().collect::<Vec<_>>());
    callbacks.remove(0)
}

#[test]
fn an_end_is_told_once_and_on_time() {
    for (prompt, stopped_at, told) in [
        ("a", None, Some((60, "bright"))),
        ("[[mock:failed]]", None, Some((60, "dark"))),
        ("[[mock:lost-answer]]", None, Some((60, "bright"))),
        ("[[mock:html-film]]", None, Some((60, "bright"))),
        ("[[mock:poll-html]]", None, Some((60, "bright"))),
        ("a", Some(30), Some((30, "out"))),
        ("[[mock:stuck]]", None, None),
        ("[[mock:stuck]]", Some(90), Some((90, "out"))),
        ("[[mock:refused]]", None, None),
    ] {
        let mut world = world(&beacon());
        world.handle(seconds(0), &create(prompt, RECEIVER));
        if let Some(at) = stopped_at {
            assert_eq!(due(&mut world, at - 1), []);
            let stop = with_key(post_json("/beacon/v1/jobs/40000001/stop", "{}"));
            assert_eq!(world.handle(seconds(at), &stop).http(), Some(200));
        }
        let told_at = told.map_or(60, |(at, _)| at);
        if stopped_at.is_none() {
            assert_eq!(world.advance(seconds(told_at - 1)), []);
        }
        let seen = due(&mut world, told_at);
        let states: Vec<_> = seen.iter().map(|one| (one.at, body(one)["job"]["state"].clone())).collect();
        let expected: Vec<_> = told.into_iter().map(|(at, state)| (seconds(at), json!(state))).collect();
        assert_eq!(states, expected, "{prompt} {stopped_at:?}");
        assert!(seen.iter().all(|one| (one.attempt, &*one.job, &*one.url) == (1, "mock-000001", RECEIVER)));
        assert!(seen.iter().all(|one| body(one)["job"]["number"] == 40_000_001), "{prompt}");
        assert_eq!(due(&mut world, 100_000), [], "{prompt}");
    }
}

#[test]
fn callbacks_go_wrong_as_asked() {
    for (fault, expected) in [("never", &[][..]), ("twice", &[60, 60]), ("forged", &[60]), ("early", &[0])] {
        let mut world = world(&beacon());
        world.handle(seconds(0), &create(&format!("[[mock:{fault}-callback]]"), RECEIVER));
        let seen = due(&mut world, 100_000);
        assert_eq!(seen.iter().map(|one| one.at.as_secs()).collect::<Vec<_>>(), expected, "{fault}");
        let is_genuine = |one: &Callback| head(one, "x-secret") == head(&only(&beacon()), "x-secret");
        assert_eq!(seen.iter().all(is_genuine), fault != "forged");
        let injected = world.jobs(seconds(60))[0].injected.to_string();
        assert_eq!(injected, format!("{fault}-callback"));
    }
}

#[test]
fn a_callback_says_what_a_poll_says() {
    let callback = only(&beacon());
    let mut world = world(&beacon());
    world.handle(seconds(0), &create("a", ""));
    let (_, mut told) = opened(&world.handle(seconds(60), &with_key(get("/beacon/v1/jobs/40000001"))));
    told["job"]["number"] = json!(40_000_001);
    assert_eq!(body(&callback), told);
    assert_eq!(head(&callback, "content-type"), Some("application/json"));
    let shown = format!("{callback:?}");
    assert!(!shown.contains("token") && !shown.contains("secret"), "{shown}");
    assert!(!String::from_utf8_lossy(&callback.body).contains("mock-key"));
}

#[test]
fn the_id_is_where_the_file_says() {
    for (at, pointer) in [
        ("job.number", Some("/job/number")),
        ("id", Some("/id")),
        ("\"data[0].id\"", Some("/data/0/id")),
        // What a poll says leaves no room for this, so it is left out.
        ("job.state.id", Some("/job/state/id")),
        ("[missing, job.number]", Some("/missing")),
        ("\"header:X-Job\"", None),
    ] {
        let callback = only(&read("beacon.yaml", &BEACON.replace("id: job.number\n", &format!("id: {at}\n"))));
        match pointer {
            Some(pointer) => assert_eq!(body(&callback).pointer(pointer), Some(&json!(40_000_001)), "{at}"),
            None => assert_eq!(head(&callback, "x-job"), Some("40000001")),
        }
    }
}

fn hmac_of(secret: &str, parts: &[&[u8]]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, &parts.concat()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// What a header is to say about a body.
type Expected = Box<dyn Fn(&[u8]) -> String>;

#[test]
fn callbacks_are_signed_as_the_file_says() {
    let secret = "mock-webhook-secret";
    let time = (START + 60).to_string();
    let standard = format!("whsec_{}", STANDARD.encode(secret));
    let cases: [(&str, &str, &str, Expected); 7] = [
        ("{ echo_secret: { header: X-Secret } }", secret, "x-secret", Box::new(move |_| secret.to_owned())),
        (
            "{ hmac_sha256: { signature: \"header:X-Sign\", over: [body] } }",
            secret,
            "x-sign",
            Box::new(move |body| hex(&hmac_of(secret, &[body]))),
        ),
        (
            "{ hmac_sha256: { signature: \"header:X-Sign\", prefix: \"v0=\", encoding: base64, over: [body] } }",
            secret,
            "x-sign",
            Box::new(move |body| format!("v0={}", STANDARD.encode(hmac_of(secret, &[body])))),
        ),
        (
            "{ hmac_sha256: { signature: \"header:X-Sign\", over: [\"header:X-Timestamp\", body], joined_by: \".\" } }",
            secret,
            "x-sign",
            Box::new({
                let time = time.clone();
                move |body| hex(&hmac_of(secret, &[time.as_bytes(), b".", body]))
            }),
        ),
        (
            "{ hmac_sha256: { signature: \"header:X-Sign\", over: [job.state, job.number, sent.time, \"header:X-Message\"], joined_by: \"\" } }",
            secret,
            "x-sign",
            Box::new({
                let time = time.clone();
                move |_| hex(&hmac_of(secret, &[b"bright40000001", time.as_bytes(), b"msg_40000001"]))
            }),
        ),
        (
            "{ standard_webhooks: {} }",
            &standard,
            "webhook-signature",
            Box::new({
                let time = time.clone();
                move |body| {
                    let parts = [b"msg_40000001.", time.as_bytes(), b".", body];
                    format!("v1,{}", STANDARD.encode(hmac_of(secret, &parts)))
                }
            }),
        ),
        ("{ standard_webhooks: {} }", &standard, "webhook-timestamp", Box::new(move |_| time.clone())),
    ];
    for (verify, secret, header, expected) in cases {
        let provider = signed_by(verify);
        let scheme = provider.webhook.as_ref().unwrap().verify.as_ref().unwrap();
        assert_eq!(webhook_secret(scheme).as_deref(), Some(secret), "{verify}");
        let callback = only(&provider);
        assert_eq!(head(&callback, header), Some(&*expected(&callback.body)), "{verify}");
    }
    let unsigned = only(&read("beacon.yaml", &BEACON.replace(VERIFY, "")));
    assert_eq!(unsigned.headers, [("content-type".to_owned(), "application/json".to_owned())]);
}

#[test]
fn what_nobody_takes_is_sent_again() {
    let failed = || Err("the receiver did not answer".to_owned());
    for (outcomes, times) in [
        (vec![Ok(200)], vec![60]),
        (vec![Ok(204)], vec![60]),
        (vec![Ok(500), Ok(200)], vec![60, 70]),
        (vec![failed(), Ok(302), Ok(200)], vec![60, 70, 130]),
        (vec![Ok(199), Ok(404), failed()], vec![60, 70, 130]),
    ] {
        let mut world = world(&beacon());
        world.handle(seconds(0), &create("a", RECEIVER));
        for (number, (outcome, at)) in outcomes.iter().zip(&times).enumerate() {
            assert_eq!(due(&mut world, at - 1), [], "{outcomes:?}");
            let callback = due(&mut world, *at).remove(0);
            assert_eq!((callback.at, callback.attempt as usize), (seconds(*at), number + 1), "{outcomes:?}");
            world.called_back(&callback, outcome.clone());
        }
        assert_eq!(due(&mut world, 100_000), [], "{outcomes:?}");
        let seen: Vec<_> = world.callbacks().map(|one| (one.at, one.outcome.clone())).collect();
        let expected: Vec<_> = times.into_iter().map(seconds).zip(outcomes).collect();
        assert_eq!(seen, expected);
        assert!(world.callbacks().all(|one| one.url == "http://127.0.0.1:9/done" && one.job == "mock-000001"));
    }
}

#[test]
fn what_is_not_sent_is_told() {
    let keys = "{ ed25519_jwks: { jwks: \"https://beacon.test/keys\" } }";
    let mut silent = beacon();
    silent.webhook = None;
    let cases = vec![
        (beacon(), "http://example.com/a?b", "the host \"example.com\" is not this machine; allow it with"),
        (beacon(), "https://127.0.0.1/", "over http alone"),
        (beacon(), "no url", "this is no url"),
        (signed_by(keys), RECEIVER, "signatures with ed25519_jwks are not simulated"),
        (signed_by("{ echo_secret: { header: \"no header\" } }"), RECEIVER, "the provider file leaves no room"),
        (silent, RECEIVER, "the provider file has no `webhook`"),
    ];
    for (provider, url, part) in cases {
        let mut world = world(&provider);
        // The job is made all the same.
        assert_eq!(world.handle(seconds(0), &create("a", url)).http(), Some(200), "{url}");
        assert_eq!(due(&mut world, 100_000), [], "{url}");
        let reports: Vec<_> = world.callbacks().collect();
        let why = reports[0].outcome.as_ref().unwrap_err();
        assert!(reports.len() == 1 && why.contains(part), "{url}: {reports:?}");
        assert_eq!(world.ledger().len(), 2, "{url}");
    }
    let mut world = world(&beacon()).allowing_webhook_hosts(["example.com".to_owned()]);
    world.handle(seconds(0), &create("a", "http://Example.com/a"));
    assert_eq!(due(&mut world, 60).len(), 1);
}

#[test]
fn all_worlds_call_back_in_the_order_of_the_clock() {
    let mut worlds = Worlds::new(world(&beacon()));
    for (at, key) in [(0, "mock-key-bob"), (10, "mock-key"), (20, "mock-key-alice"), (20, "mock-key-bob")] {
        let mut request = create("a", RECEIVER);
        request.headers.retain(|(name, _)| name != "authorization");
        request.headers.push(("authorization".to_owned(), format!("Bearer {key}")));
        worlds.handle(seconds(at), &request);
    }
    // A request moves the clock of its world; what is due then is kept.
    worlds.handle(seconds(75), &with_key(get("/beacon/v1/jobs/40000001")));
    let order = |effects: Vec<Effect>| -> Vec<_> {
        effects.into_iter().map(|Effect::Callback(one)| (one.at, one.customer, one.job)).collect()
    };
    let told = |at, customer: &str, job: &str| (seconds(at), customer.to_owned(), job.to_owned());
    let first = worlds.advance(seconds(79));
    for Effect::Callback(callback) in &first {
        worlds.called_back(callback, Ok(500));
    }
    assert_eq!(order(first), [told(60, "bob", "mock-000001"), told(70, "", "mock-000001")]);
    worlds.reset("bob");
    let rest = [told(80, "", "mock-000001"), told(80, "alice", "mock-000001")];
    assert_eq!(order(worlds.advance(seconds(100))), rest);
}

#[test]
fn a_reset_world_has_no_callbacks() {
    let mut worlds = Worlds::new(world(&beacon()));
    worlds.handle(seconds(0), &create("a", RECEIVER));
    let old = worlds.advance(seconds(60));
    let Effect::Callback(old) = &old[0];
    worlds.reset("");
    worlds.called_back(old, Ok(500));
    worlds.handle(seconds(61), &create("a", RECEIVER));
    worlds.called_back(old, Ok(500));
    assert_eq!(worlds.first().callbacks().count(), 0);
    assert_eq!(worlds.advance(seconds(120)), []);
    assert_eq!(worlds.advance(seconds(121)).len(), 1);
}

#[test]
fn whoever_asks_is_told_what_became_of_them() {
    let mut worlds = Worlds::new(world(&beacon()));
    worlds.handle(seconds(0), &create("a", RECEIVER));
    worlds.handle(seconds(0), &create("a", "https://127.0.0.1/x?y"));
    for Effect::Callback(callback) in worlds.advance(seconds(60)) {
        worlds.called_back(&callback, Ok(200));
    }
    let mut ask = get("/__mock/callbacks");
    ask.headers.push(("host".to_owned(), "127.0.0.1:4100".to_owned()));
    let (http, told) = opened(&crate::admin::answer(&mut worlds, &crate::Clock::manual(), &ask).unwrap());
    let row = |job: &str, url: &str, http: Value, reason: Value| json!({"at_ms": 60000, "provider": "beacon", "job": job, "url": url, "attempt": 1, "http": http, "reason": reason});
    let reason = json!("callbacks are sent over http alone; begin the url with http://");
    let rows = [
        row("mock-000002", "https://127.0.0.1/x", Value::Null, reason),
        row("mock-000001", "http://127.0.0.1:9/done", json!(200), Value::Null),
    ];
    assert_eq!((http, told), (200, json!(rows)));
}
