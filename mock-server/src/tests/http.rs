//! The world behind a real socket.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

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
    let server = MockServer::start([&hyprlab(), &ai302()]).await;
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

#[tokio::test]
async fn one_long_call_and_an_account() {
    let server = MockServer::start([&prism(), &vault()]).await;
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

#[tokio::test]
async fn a_lost_answer_is_seen_once_and_charged_once() {
    let server = MockServer::start([&hyprlab()]).await;
    assert_eq!(create(&server, "[[mock:lost-answer]]"), None);
    assert_eq!((server.creates("hyprlab"), server.jobs().len()), (1, 1));
    // The server goes on.
    assert_eq!(create(&server, "a cat").unwrap().0, 200);
    assert_eq!((server.creates("hyprlab"), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_cut_film_has_an_honest_length() {
    let server = MockServer::start([&hyprlab()]).await;
    create(&server, "[[mock:cut-film]]").unwrap();
    server.clock().advance(seconds(240));
    let url = format!("{}/__mock/outputs/mock-000001.mp4", server.origin());
    let (http, head, film) = get(&server, &url, "").unwrap();
    assert!(http == 200 && head.contains(&format!("content-length: {}", film.len())), "{head}");
    let (_, head, body) = send(&server, "HEAD /__mock/outputs/mock-000001.mp4 HTTP/1.1", b"").unwrap();
    assert!(body.is_empty() && head.contains(&format!("content-length: {}", film.len())), "{head}");
}

#[tokio::test]
async fn many_clients_at_once_do_not_mix_up_their_answers() {
    let server = MockServer::start([&hyprlab()]).await;
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
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = MockServer::builder().clock(Clock::scaled(1e6)).seed(7).listener(listener).start([&hyprlab()]).await;
    let server = server.unwrap();
    assert_eq!(server.origin(), format!("http://127.0.0.1:{port}"));
    let taken = MockServer::builder().port(port).start([&hyprlab()]).await.unwrap_err();
    assert!(taken.to_string().starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{taken}");
    let twice = MockServer::builder().start([&hyprlab(), &hyprlab()]).await.unwrap_err();
    assert_eq!(twice.to_string(), "two providers are called hyprlab; give each file its own id");
    drop(server);
    MockServer::builder().port(port).start([&hyprlab()]).await.unwrap();
}
