//! The world behind a real socket.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use polyreel_spec::Provider;
use serde_json::{Value, json};

use super::{ai302, hyprlab, prism, seconds, vault};
use crate::{Clock, MockServer};

/// HTTP code, headers in lower case, body. `None` if the connection closes without an answer.
fn send(server: &MockServer, head: &str, body: &[u8]) -> Option<(u16, String, Vec<u8>)> {
    let address = server.origin().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "{head}\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n").unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
    let http = head.split(' ').nth(1)?.parse().unwrap();
    Some((http, head, answer[end + 4..].to_vec()))
}

/// A server of each kind.
async fn both(providers: &[&Provider]) -> [MockServer; 2] {
    let providers = || providers.iter().copied();
    [MockServer::start(providers()).await, MockServer::start_raw(providers()).await]
}

fn create(server: &MockServer, prompt: &str) -> Option<(u16, Value)> {
    let head = "POST /hyprlab/v1/video/generations HTTP/1.1\r\nauthorization: Bearer mock-key\r\ncontent-type: application/json";
    let body = json!({"model": "kling-v2", "prompt": prompt}).to_string();
    send(server, head, body.as_bytes()).map(|(http, _, body)| (http, serde_json::from_slice(&body).unwrap()))
}

fn get(server: &MockServer, url: &str, more: &str) -> Option<(u16, String, Vec<u8>)> {
    let path = url.strip_prefix(server.origin()).unwrap();
    send(server, &format!("GET {path} HTTP/1.1{more}"), b"")
}

#[tokio::test]
async fn a_film_is_made_from_end_to_end() {
    for server in both(&[&hyprlab(), &ai302()]).await {
        let key = format!("\r\nauthorization: Bearer {}", server.key());
        assert_eq!(server.base_url("hyprlab"), Some(format!("{}/hyprlab/v1", server.origin())));
        let (http, created) = create(&server, "a cat").unwrap();
        assert_eq!((http, &created["id"]), (200, &json!("mock-000001")));
        let poll = created["data"][0]["url"].as_str().unwrap();
        let (_, _, body) = get(&server, poll, &key).unwrap();
        assert_eq!(body, br#"{"status":"pending"}"#);
        server.clock().advance(seconds(240));
        let (_, _, body) = get(&server, poll, &key).unwrap();
        let done: Value = serde_json::from_slice(&body).unwrap();
        let (http, head, film) = get(&server, done["data"][0]["url"].as_str().unwrap(), "").unwrap();
        assert_eq!((http, film.as_slice()), (200, &include_bytes!("../../films/5s-16x9.mp4")[..]));
        assert!(head.contains("content-type: video/mp4"), "{head}");
        assert!(head.contains(&format!("content-length: {}", film.len())), "{head}");
        assert_eq!(server.requests().len(), 4);
        assert_eq!((server.creates("hyprlab"), server.creates("ai302")), (1, 0));
        assert_eq!(server.jobs()[0].price.as_ref().unwrap().to_string(), "$1.00");
        assert_eq!(server.spent()[0].totals[0].to_string(), "$1.00");
    }
}

#[tokio::test]
async fn one_long_call_and_an_account() {
    for server in both(&[&prism(), &vault()]).await {
        let head = format!(
            "POST /prism/api/film?mode=fast&key={} HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded",
            server.key()
        );
        let (http, head, film) = send(&server, &head, b"engine=glass&prompt=a").unwrap();
        assert_eq!((http, film.as_slice()), (200, &include_bytes!("../../films/5s-16x9.mp4")[..]));
        assert!(head.contains("content-type: video/mp4") && head.contains("x-id: mock-000001"), "{head}");
        server.set_balance("vault", "2.5".parse().unwrap());
        let key = format!("\r\nx-vault-key: Key {}", server.key());
        let (_, _, body) = get(&server, &format!("{}/balance", server.base_url("vault").unwrap()), &key).unwrap();
        assert_eq!(body, br#"{"code":0,"coins":"2.5 coins"}"#);
        assert_eq!(server.secret(), "mock-secret");
    }
}

#[tokio::test]
async fn a_lost_answer_is_seen_once_and_charged_once() {
    for server in both(&[&hyprlab()]).await {
        assert_eq!(create(&server, "[[mock:lost-answer]]"), None);
        assert_eq!((server.creates("hyprlab"), server.jobs().len()), (1, 1));
        // The server goes on.
        assert_eq!(create(&server, "a cat").unwrap().0, 200);
        assert_eq!((server.creates("hyprlab"), server.requests().len()), (2, 2));
    }
}

#[tokio::test]
async fn a_cut_film_has_an_honest_length() {
    for server in both(&[&hyprlab()]).await {
        create(&server, "[[mock:cut-film]]").unwrap();
        server.clock().advance(seconds(240));
        let url = server.with_worlds(|worlds| worlds.first().film_url("mock-000001").unwrap());
        let (http, head, film) = get(&server, &url, "").unwrap();
        assert!(http == 200 && head.contains(&format!("content-length: {}", film.len())), "{head}");
        let path = url.strip_prefix(server.origin()).unwrap();
        let (_, head, body) = send(&server, &format!("HEAD {path} HTTP/1.1"), b"").unwrap();
        assert!(body.is_empty() && head.contains(&format!("content-length: {}", film.len())), "{head}");
    }
}

#[tokio::test]
async fn many_clients_at_once_do_not_mix_up_their_answers() {
    for server in both(&[&hyprlab()]).await {
        std::thread::scope(|scope| {
            for client in 0..8 {
                let server = &server;
                scope.spawn(move || {
                    for _ in 0..10 {
                        let lost = client % 2 == 0;
                        let answer = create(server, if lost { "[[mock:lost-answer]]" } else { "a" });
                        assert_eq!(answer.map(|(http, _)| http), (!lost).then_some(200));
                    }
                });
            }
        });
        assert_eq!((server.creates("hyprlab"), server.jobs().len()), (80, 80));
    }
}

#[tokio::test]
async fn servers_share_nothing() {
    let (one, other) = (MockServer::start([&hyprlab()]).await, MockServer::start([&hyprlab()]).await);
    create(&one, "a").unwrap();
    assert_eq!((one.jobs().len(), other.jobs().len()), (1, 0));
    one.clock().advance(seconds(5));
    assert_eq!(other.clock().now(), seconds(0));
}

#[tokio::test]
async fn a_server_is_told_its_settings() {
    // An address of its own: no other test takes the port when it is free again.
    let listener = TcpListener::bind((Ipv4Addr::new(127, 9, 8, 7), 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let builder = MockServer::builder().raw().clock(Clock::scaled(1e6)).seed(7);
    let server = builder.listener(listener).start([&hyprlab()]).await.unwrap();
    assert_eq!(server.origin(), format!("http://{address}"));
    let own = MockServer::start([&hyprlab()]).await;
    let port = own.origin().rsplit_once(':').unwrap().1.parse().unwrap();
    let taken = MockServer::builder().port(port).start([&hyprlab()]).await.unwrap_err();
    assert!(taken.to_string().starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{taken}");
    let twice = MockServer::builder().start([&hyprlab(), &hyprlab()]).await.unwrap_err();
    assert_eq!(twice.to_string(), "two providers are called hyprlab; give each file its own id");
    drop(server);
    TcpListener::bind(address).unwrap();
}

#[tokio::test]
async fn a_date_is_that_of_the_clock() {
    for server in both(&[&hyprlab()]).await {
        server.clock().advance(seconds(86_400));
        let (_, head, _) = get(&server, &format!("{}/", server.origin()), "").unwrap();
        assert!(head.contains("date: fri, 02 jan 2026 00:00:00 gmt"), "{head}");
    }
}

/// Whatever a client does, the next one is served.
#[tokio::test]
async fn a_server_outlives_its_clients() {
    let server = MockServer::start_raw([&hyprlab()]).await;
    let address = server.origin().strip_prefix("http://").unwrap().to_owned();
    let connect = || TcpStream::connect(&address).unwrap();
    for rude in [&b"no http at all\r\n\r\n"[..], b"", b"POST /hyprlab/v1 HTTP/1.1\r\ncontent-length: 100\r\n\r\nhalf"] {
        connect().write_all(rude).unwrap();
    }
    // These are left open, and so is what they begin.
    let idle: Vec<_> = (0..200).map(|_| connect()).collect();
    let head = "POST /hyprlab/v1/video/generations HTTP/1.1\r\nauthorization: Bearer mock-key";
    let (http, _, _) = send(&server, head, &vec![b'x'; 20_000_000]).unwrap();
    assert_eq!(http, 400);
    let long = format!("{head}\r\nhost: a\r\ncontent-length: 40000000\r\n\r\n");
    let mut stream = connect();
    stream.write_all(long.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    assert_eq!(create(&server, "a cat").unwrap().0, 200);
    drop(idle);
}

#[tokio::test]
async fn everybody_has_a_world() {
    for server in both(&[&hyprlab(), &vault()]).await {
        let create = |key: &str| {
            let head = format!(
                "POST /hyprlab/v1/video/generations HTTP/1.1\r\nauthorization: Bearer {key}\r\ncontent-type: application/json"
            );
            let body = json!({"model": "kling-v2", "prompt": "a"}).to_string();
            let (http, _, body) = send(&server, &head, body.as_bytes()).unwrap();
            (http, serde_json::from_slice::<Value>(&body).unwrap())
        };
        assert_eq!(create("mock-key-alice").0, 200);
        assert_eq!(create("mock-key-bob").1["id"], "mock-000001");
        for key in ["mock-key-", "mock-key-a b", "mock-keyalice", "alice"] {
            assert_eq!(create(key).0, 401, "{key}");
        }
        assert_eq!(server.jobs().len(), 0);
        let names = server.with_worlds(|worlds| worlds.names().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(names, ["", "alice", "bob"]);
        server.clock().advance(seconds(240));
        let key = "\r\nauthorization: Bearer mock-key-bob";
        let poll = format!("{}/video/generations/mock-000001", server.base_url("hyprlab").unwrap());
        let (_, _, body) = get(&server, &poll, key).unwrap();
        let done: Value = serde_json::from_slice(&body).unwrap();
        let film = done["data"][0]["url"].as_str().unwrap();
        let home = format!("{}/__mock/worlds/bob/outputs/mock-000001.mp4?signature=", server.origin());
        assert!(film.starts_with(&home), "{film}");
        let (path, _) = film.split_once('?').unwrap();
        assert_eq!(get(&server, path, "").unwrap().0, 403);
        assert_eq!(get(&server, film, "").unwrap().0, 200);
        let spent = |name: &str| server.with_worlds(|worlds| worlds.world(name).unwrap().spent().len());
        assert_eq!([spent(""), spent("alice"), spent("bob")], [0, 1, 1]);
    }
}

/// What of an answer arrives, and how it ends: `None` when nothing more comes though the connection stays open.
fn received(server: &MockServer, prompt: &str, at_least: usize) -> (Vec<u8>, Option<std::io::Result<()>>) {
    let address = server.origin().strip_prefix("http://").unwrap();
    let body = json!({"model": "kling-v2", "prompt": prompt}).to_string();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = "POST /hyprlab/v1/video/generations HTTP/1.1\r\nauthorization: Bearer mock-key\r\ncontent-type: application/json";
    write!(stream, "{head}\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut bytes = vec![0; at_least];
    stream.read_exact(&mut bytes).unwrap();
    stream.set_nonblocking(prompt.contains("stall")).unwrap();
    let end = match stream.read_to_end(&mut bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => None,
        end => Some(end.map(drop)),
    };
    (bytes, end)
}

#[tokio::test]
async fn answers_break_off_where_they_are_told_to() {
    let server = MockServer::start_raw([&hyprlab()]).await;
    for after in [0, 1, 17, 60] {
        let (bytes, end) = received(&server, &format!("[[mock:close-create@{after}]]"), 0);
        assert!(bytes.len() == after && matches!(end, Some(Ok(()))), "{after}: {bytes:?} {end:?}");
        let (bytes, end) = received(&server, &format!("[[mock:stall-create@{after}]]"), after);
        assert!(bytes.len() == after && end.is_none(), "{after}: {bytes:?} {end:?}");
        // What was sent before a reset may be lost with it.
        let (bytes, end) = received(&server, &format!("[[mock:reset-create@{after}]]"), 0);
        assert!(bytes.len() <= after && matches!(end, Some(Err(_))), "{after}: {bytes:?} {end:?}");
    }
    let (bytes, end) = received(&server, "[[mock:close-create]]", 0);
    assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n") && matches!(end, Some(Ok(()))));
    // A whole answer of about this length, in drips from its last bytes on.
    let whole = bytes.len() * 2;
    let (dripped, end) = received(&server, &format!("[[mock:drip-create@{}]]", whole - 2), whole - 2);
    assert!(dripped.ends_with(b"}") && matches!(end, Some(Ok(()))), "{}", String::from_utf8_lossy(&dripped));
    // All of them were made and are paid.
    assert_eq!((server.creates("hyprlab"), server.jobs().len(), server.ledger().len()), (14, 14, 14));
}

#[tokio::test]
#[should_panic(expected = "use MockServer::start_raw")]
async fn a_fault_that_cannot_be_placed_fails_the_test() {
    let server = MockServer::start([&hyprlab()]).await;
    assert_eq!(create(&server, "[[mock:failed]]").unwrap().0, 200);
    let _ = send(
        &server,
        "POST /hyprlab/v1/video/generations HTTP/1.1\r\nauthorization: Bearer mock-key\r\ncontent-type: application/json",
        json!({"model": "kling-v2", "prompt": "[[mock:reset-create]]"}).to_string().as_bytes(),
    );
}

/// Heads and bodies that come letter by letter, or not at all, keep nobody else waiting, and are given up.
#[tokio::test]
async fn slow_clients_are_given_up_and_keep_nobody_waiting() {
    let builder = MockServer::builder().raw().patience(std::time::Duration::from_millis(200));
    let server = builder.start([&hyprlab()]).await.unwrap();
    let address = server.origin().strip_prefix("http://").unwrap().to_owned();
    let begun = [&b"GET /hyp"[..], b"POST /hyprlab/v1/video/generations HTTP/1.1\r\ncontent-length: 9\r\n\r\n{"];
    let mut slow: Vec<_> = begun
        .into_iter()
        .cycle()
        .take(100)
        .map(|bytes| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.write_all(bytes).unwrap();
            stream
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(create(&server, "a cat").unwrap().0, 200);
    }
    // A letter now and then is not enough: it is the whole head, and the whole body, that has its time.
    let mut ends = slow.split_off(98);
    for stream in &mut ends {
        stream.set_read_timeout(Some(seconds(30))).unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        let rest = String::from_utf8(rest).unwrap();
        assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 408"), "{rest}");
    }
    assert_eq!(create(&server, "a cat").unwrap().0, 200);
}
