//! A server that counts and keeps requests as they were received, byte for byte, and does what it is told to.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What to do once a request was read.
#[derive(Clone, Debug)]
pub(crate) enum Then {
    /// Send these bytes and close.
    Send(Vec<u8>),
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
    received: Arc<Mutex<Vec<String>>>,
}

impl Wiretap {
    pub(crate) async fn start(then: Then) -> Self {
        Self::start_with(|_| then).await
    }

    /// As [`Wiretap::start`], for answers that name the server's own origin.
    pub(crate) async fn start_with(then: impl FnOnce(&str) -> Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let then = then(&origin);
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = received.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, then.clone(), kept.clone()));
            }
        });
        Self { origin, received }
    }

    /// The requests, as text.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve(mut connection: TcpStream, then: Then, kept: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = read(&mut connection).await {
        kept.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
        match &then {
            Then::Send(bytes) => {
                let _ = connection.write_all(bytes).await;
                let _ = connection.shutdown().await;
                return;
            }
            Then::Drop => return,
            Then::SendAndReset(bytes) => {
                let _ = connection.write_all(bytes).await;
                let _ = connection.flush().await;
                // With a linger of zero the kernel answers with RST instead of FIN.
                let _ = connection.set_zero_linger();
                return;
            }
            Then::Hang => {}
        }
    }
}

/// One request; `None` when the connection ended.
async fn read(connection: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let head = loop {
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        more(connection, &mut request).await?;
    };
    let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    while request.len() < head + length.unwrap_or(0) {
        more(connection, &mut request).await?;
    }
    Some(request)
}

async fn more(connection: &mut TcpStream, request: &mut Vec<u8>) -> Option<()> {
    let mut piece = vec![0; 16 * 1024];
    match connection.read(&mut piece).await {
        Ok(length) if length > 0 => {
            request.extend_from_slice(&piece[..length]);
            Some(())
        }
        _ => None,
    }
}
