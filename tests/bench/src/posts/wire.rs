//! A connection as bytes that were received and not yet read.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection, from the server's side. What goes wrong with it is the client's to notice.
pub(crate) struct Wire {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> Self {
        // Without it a small frame may wait for the one before it.
        let _ = stream.set_nodelay(true);
        Self { stream, unread: Vec::new() }
    }

    /// What `length` measures at the beginning of the unread bytes, once it is all there; `None` if the client goes before.
    pub(crate) async fn take(&mut self, length: impl Fn(&[u8]) -> Option<usize>) -> Option<Vec<u8>> {
        loop {
            if let Some(length) = length(&self.unread).filter(|length| *length <= self.unread.len()) {
                return Some(self.unread.drain(..length).collect());
            }
            if !self.receive().await {
                return None;
            }
        }
    }

    /// Whether the client begins like this.
    pub(crate) async fn begins_with(&mut self, bytes: &[u8]) -> bool {
        while self.unread.len() < bytes.len() && self.receive().await {}
        self.unread.starts_with(bytes)
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// FIN, and what still comes is read, since a socket with unread bytes is closed with RST.
    pub(crate) async fn end(mut self) {
        let _ = self.stream.shutdown().await;
        while self.receive().await {
            self.unread.clear();
        }
    }

    /// RST, as the kernel does with a linger of zero.
    pub(crate) fn reset(self) {
        let _ = self.stream.set_zero_linger();
    }

    async fn receive(&mut self) -> bool {
        matches!(self.stream.read_buf(&mut self.unread).await, Ok(length) if length > 0)
    }
}
