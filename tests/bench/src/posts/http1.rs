//! Whole requests of HTTP/1.1, and what goes wrong with their answers.

use super::server::Tally;
use super::wire::Wire;

/// Something that goes wrong.
#[derive(Clone)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// What is sent, with the request's own path in the place of `{path}`.
    answer: String,
    then: Then,
}

/// What becomes of the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Keep,
    End,
    Reset,
}

/// An answer that no client minds, and that says nothing.
const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/// All of them.
pub(crate) fn faults() -> Vec<Fault> {
    let fault = |name, answer: &str, then| Fault { name, answer: answer.to_owned(), then };
    let answered = |name, status: &str, extra: &str, body: &str| {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status}\r\n{extra}content-length: {length}\r\n\r\n{body}");
        Fault { name, answer, then: Then::Keep }
    };
    let json = "content-type: application/json\r\n";
    // What stands before most servers says this while they go on.
    let page = "<html><body><center><h1>504 Gateway Time-out</h1></center><hr><center>nginx</center></body></html>";
    let back = "location: {path}\r\n";
    let wait = "retry-after: 1\r\ncontent-type: application/json\r\n";
    vec![
        fault("dropped", "", Then::End),
        fault("reset", "", Then::Reset),
        fault("cut in its head", "HTTP/1.1 200 OK\r\ncontent-ty", Then::End),
        fault("cut in its body", "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":", Then::End),
        answered("500", "500 Internal Server Error", json, "{}"),
        answered("502", "502 Bad Gateway", json, "{}"),
        answered("503", "503 Service Unavailable", json, "{}"),
        answered("504", "504 Gateway Timeout", json, "{}"),
        answered("504, nginx's page", "504 Gateway Time-out", "server: nginx\r\ncontent-type: text/html\r\n", page),
        answered("429, retry-after: 1", "429 Too Many Requests", wait, "{}"),
        answered("408", "408 Request Timeout", json, "{}"),
        answered("307 to itself", "307 Temporary Redirect", back, ""),
        answered("308 to itself", "308 Permanent Redirect", back, ""),
        fault("silence", "", Then::Keep),
    ]
}

impl Fault {
    pub(crate) fn is_silence(&self) -> bool {
        self.answer.is_empty() && self.then == Then::Keep
    }
}

/// Serves a connection until it is over.
pub(crate) async fn serve(mut wire: Wire, fault: &Fault, tally: &Tally) {
    let mut posts = 0;
    while let Some(request) = wire.take(length).await {
        let head = head(&request);
        let mut first_line = head.split(' ');
        let is_post = first_line.next() == Some("POST");
        posts += usize::from(is_post);
        if !is_post || tally.count(posts, has_idempotency_key(&head)) {
            wire.send(GOOD.as_bytes()).await;
            continue;
        }
        let path = first_line.next().unwrap_or("/");
        wire.send(fault.answer.replace("{path}", path).as_bytes()).await;
        match fault.then {
            Then::Keep => {}
            Then::End => return wire.end().await,
            Then::Reset => return wire.reset(),
        }
    }
}

/// Counts a create of a client that speaks HTTP/1.1 where the server does not, and ends the connection.
pub(crate) async fn count_and_end(mut wire: Wire, tally: &Tally) {
    if let Some(request) = wire.take(length).await {
        tally.count(1, has_idempotency_key(&head(&request)));
    }
    wire.end().await;
}

/// How long the request is that these bytes begin with, head and body; `None` while that cannot be told.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    let end = find(bytes, b"\r\n\r\n")? + 4;
    let head = head(bytes).to_lowercase();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    if header("transfer-encoding") == Some("chunked") {
        return chunks(&bytes[end..]).map(|length| end + length);
    }
    Some(end + header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0))
}

/// How long a body in chunks is, without a trailer.
fn chunks(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let line = find(bytes.get(at..)?, b"\r\n")?;
        let size = std::str::from_utf8(&bytes[at..at + line]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        at += line + 2 + size + 2;
        if size == 0 {
            return Some(at);
        }
    }
}

/// Several names are in use; all say what they are.
fn has_idempotency_key(head: &str) -> bool {
    head.lines().any(|line| line.split(':').next().is_some_and(|name| name.to_lowercase().contains("idempotency")))
}

fn head(request: &[u8]) -> String {
    let end = find(request, b"\r\n\r\n").unwrap_or(request.len());
    String::from_utf8_lossy(&request[..end]).into_owned()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
