//! Films on the way: the same film to its last byte, as it was sent, within bounds.

use std::time::Duration;

use polyreel::{Client, ClientBuilder, ErrorKind, Result, mock};
use polyreel_spec::{Provider, source};

use crate::support::handle;
use crate::support::wiretap::{Script, Then, Wiretap, http};

const ACME: &str = include_str!("../../mock-server/src/tests/acme.yaml");
/// A film, as far as anybody looks into it.
const FILM: &[u8] = include_bytes!("../../mock-server/films/5s-1x1.mp4");

/// What is fetched when the film is answered so, one answer after another, and what was asked for.
async fn fetch(
    answers: Vec<Then>,
    settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (Result<bytes::Bytes>, Vec<String>) {
    let acme: Provider = source::read("acme.yaml", ACME).unwrap();
    let tap = Wiretap::script(Script::default(), |origin| {
        let film = format!("{origin}/film?sig=1");
        let done = format!("{{\"code\":0,\"data\":{{\"state\":\"done\",\"films\":[{{\"url\":\"{film}\"}}]}}}}");
        std::iter::once(Then::Send(http("200 OK", "", &done))).chain(answers).collect()
    });
    let tap = tap.await;
    let builder = Client::builder(&acme).api_key("k").base_url(&tap.origin);
    let client = settings(builder.clock(mock::clock(&mock::Clock::manual()))).build().unwrap();
    let film = client.resume(handle(&acme, &tap.origin, "7")).unwrap().await.unwrap();
    (film.bytes().await, tap.received().split_off(1))
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\n{headers}\r\n").as_bytes(), body].concat()
}

/// The whole film is promised, and its beginning comes.
fn cut(tag: &str) -> Then {
    let headers = format!("content-type: video/mp4\r\ncontent-length: {}\r\n{tag}", FILM.len());
    Then::Send(answer("200 OK", &headers, &FILM[..1000]))
}

/// The rest of it.
fn rest(tag: &str) -> Then {
    let headers = format!(
        "content-type: video/mp4\r\ncontent-length: {}\r\ncontent-range: bytes 1000-{}/{}\r\n{tag}",
        FILM.len() - 1000,
        FILM.len() - 1,
        FILM.len()
    );
    Then::Send(answer("206 Partial Content", &headers, &FILM[1000..]))
}

fn whole(tag: &str) -> Then {
    let headers = format!("content-type: video/mp4\r\ncontent-length: {}\r\n{tag}", FILM.len());
    Then::Send(answer("200 OK", &headers, FILM))
}

/// A film that is fetched on is the one that it was before, if its server can tell films apart.
#[tokio::test]
async fn a_film_is_fetched_on_by_its_tag() {
    let (one, two, weak) = ("etag: \"one\"\r\n", "etag: \"two\"\r\n", "etag: W/\"one\"\r\n");
    for (first, second, asks, is_made) in [
        (one, rest(one), Some("if-range: \"one\""), true),
        (one, rest(""), Some("if-range: \"one\""), true),
        (one, whole(one), Some("if-range: \"one\""), true),
        // Another film of the same length.
        (one, rest(two), Some("if-range: \"one\""), false),
        (one, whole(two), Some("if-range: \"one\""), false),
        // Equal in some sense is not enough to put parts together, but all that there is.
        (weak, rest(weak), None, true),
        ("", rest(""), None, true),
    ] {
        let place = format!("{first:?} {second:?}");
        let (film, asked) = fetch(vec![cut(first), second], |client| client).await;
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert!(asked[1].to_lowercase().contains("range: bytes=1000-"), "{asked:?}");
        let lines: Vec<_> = asked[1].lines().filter(|line| line.starts_with("if-range")).collect();
        assert_eq!(lines, asks.into_iter().collect::<Vec<_>>(), "{place}");
        match film {
            Ok(film) => assert!(is_made && film == FILM, "{place}"),
            Err(error) => {
                assert!(!is_made, "{place}: {error}");
                assert_eq!(error.kind(), ErrorKind::NotSaved);
                assert!(error.to_string().contains("another one"), "{error}");
            }
        }
    }
}

/// Nobody asked for a film that has to be unpacked, and one that unpacks without end would be a trap.
#[tokio::test]
async fn a_compressed_film_is_refused() {
    for (coding, is_made) in [("gzip", false), ("br", false), ("identity", true)] {
        let (film, asked) = fetch(vec![whole(&format!("content-encoding: {coding}\r\n"))], |client| client).await;
        assert_eq!(film.is_ok(), is_made, "{coding}");
        assert!(!asked[0].to_lowercase().contains("accept-encoding"), "{}", asked[0]);
    }
}

/// A film that pauses for too long, or is on its way for too long in all, counts as broken off.
#[tokio::test]
async fn a_film_that_stays_away_is_given_up() {
    let stall = || {
        let headers = format!("content-type: video/mp4\r\ncontent-length: {}\r\n", FILM.len());
        // Kept open: the rest never comes.
        Then::Keep(answer("200 OK", &headers, &FILM[..1000]))
    };
    let soon = Duration::from_millis(150);
    let (film, asked) = fetch(vec![stall()], |client| client.silent_for(soon)).await;
    assert_eq!((film.unwrap_err().kind(), asked.len()), (ErrorKind::NotSaved, 5));
    let (film, asked) = fetch(vec![stall(), rest("")], |client| client.fetch_within(soon)).await;
    assert_eq!((film.unwrap(), asked.len()), (FILM.into(), 2));
}

/// What is larger than any film is not begun.
#[tokio::test]
async fn a_film_without_end_is_refused() {
    let headers = "content-type: video/mp4\r\ncontent-length: 5000000000\r\n";
    let (film, asked) = fetch(vec![Then::Send(answer("200 OK", headers, &FILM[..1000]))], |client| client).await;
    let error = film.unwrap_err();
    assert!(error.kind() == ErrorKind::NotSaved && error.to_string().contains("larger than"), "{error}");
    assert_eq!(asked.len(), 1);
}
