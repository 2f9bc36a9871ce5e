//! A server that counts and keeps requests as they were received, byte for byte, and does what it is told to.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::tls::Tls;

/// What to do once a request was read.
#[derive(Clone, Debug)]
pub(crate) enum Then {
    /// Send these bytes and close.
    Send(Vec<u8>),
    /// Send these bytes and keep the connection open for the next request.
    Keep(Vec<u8>),
    /// Close without a word.
    Drop,
    /// Send these bytes and reset the connection.
    SendAndReset(Vec<u8>),
    /// Say nothing and keep the connection open.
    Hang,
}

/// A running server.
pub(crate) struct Wiretap {
    pub(crate) origin: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    requests: Vec<String>,
    connections: usize,
    /// The protocols that each client offered over TLS.
    offered: Vec<Vec<String>>,
}

/// How a server answers.
#[derive(Clone, Default)]
pub(crate) struct Script {
    /// What to do with each request in turn, whatever connection it comes by; the last one goes for all that follow.
    pub(crate) then: Vec<Then>,
    pub(crate) tls: Option<Tls>,
    /// Another loopback address than the usual one.
    pub(crate) address: Option<Ipv4Addr>,
}

impl Wiretap {
    pub(crate) async fn start(then: Then) -> Self {
        Self::start_with(|_| then).await
    }

    /// As [`Wiretap::start`], for answers that name the server's own origin.
    pub(crate) async fn start_with(then: impl FnOnce(&str) -> Then) -> Self {
        Self::script(Script::default(), |origin| vec![then(origin)]).await
    }

    /// A server of this kind, whose answers may name its own origin.
    pub(crate) async fn script(script: Script, then: impl FnOnce(&str) -> Vec<Then>) -> Self {
        let address = SocketAddr::from((script.address.unwrap_or(Ipv4Addr::LOCALHOST), 0));
        let listener = TcpListener::bind(address).await.unwrap();
        let scheme = if script.tls.is_some() { "https" } else { "http" };
        let origin = format!("{scheme}://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let script = Script { then: [script.then, then(&origin)].concat(), ..script };
        let kept = seen.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                kept.lock().unwrap().connections += 1;
                tokio::spawn(serve(connection, script.clone(), kept.clone()));
            }
        });
        Self { origin, seen }
    }

    /// The requests, as text.
    pub(crate) fn received(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// What each client offered over TLS.
    pub(crate) fn offered(&self) -> Vec<Vec<String>> {
        self.seen.lock().unwrap().offered.clone()
    }
}

/// What bytes go through: with TLS or without.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Send {
    /// With a linger of zero the kernel answers with RST instead of FIN.
    fn reset(&self);
}

impl Line for TcpStream {
    fn reset(&self) {
        let _ = self.set_zero_linger();
    }
}

impl Line for tokio_rustls::server::TlsStream<TcpStream> {
    fn reset(&self) {
        self.get_ref().0.reset();
    }
}

async fn serve(connection: TcpStream, script: Script, seen: Arc<Mutex<Seen>>) {
    let Some(tls) = &script.tls else { return answer(Box::new(connection), &script.then, &seen).await };
    let offers = |offered| seen.lock().unwrap().offered.push(offered);
    if let Some(line) = tls.accept(connection, offers).await {
        answer(Box::new(line), &script.then, &seen).await;
    }
}

async fn answer(mut line: Box<dyn Line>, script: &[Then], seen: &Mutex<Seen>) {
    while let Some(request) = read(&mut line).await {
        let then = {
            let mut seen = seen.lock().unwrap();
            seen.requests.push(String::from_utf8_lossy(&request).into_owned());
            script[seen.requests.len().min(script.len()) - 1].clone()
        };
        match then {
            Then::Keep(bytes) => {
                let _ = line.write_all(&bytes).await;
                let _ = line.flush().await;
            }
            Then::Send(bytes) => {
                let _ = line.write_all(&bytes).await;
                let _ = line.shutdown().await;
                return;
            }
            Then::Drop => return,
            Then::SendAndReset(bytes) => {
                let _ = line.write_all(&bytes).await;
                let _ = line.flush().await;
                line.reset();
                return;
            }
            Then::Hang => {}
        }
    }
}

/// One request, or one answer that says how long it is; `None` when the connection ended.
pub(super) async fn read(line: &mut Box<dyn Line>) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let head = loop {
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        more(line, &mut request).await?;
    };
    let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    while request.len() < head + length.unwrap_or(0) {
        more(line, &mut request).await?;
    }
    Some(request)
}

async fn more(line: &mut Box<dyn Line>, request: &mut Vec<u8>) -> Option<()> {
    let mut piece = vec![0; 16 * 1024];
    match line.read(&mut piece).await {
        Ok(length) if length > 0 => {
            request.extend_from_slice(&piece[..length]);
            Some(())
        }
        _ => None,
    }
}

/// An HTTP/1.1 answer.
pub(crate) fn http(status: &str, extra: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{extra}\r\n{body}", body.len()).into_bytes()
}

/// An answer with a film of five seconds.
pub(crate) fn film() -> Vec<u8> {
    let film = include_bytes!("../../../mock-server/films/5s-16x9.mp4");
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: {}\r\n\r\n", film.len());
    [head.as_bytes(), film].concat()
}
