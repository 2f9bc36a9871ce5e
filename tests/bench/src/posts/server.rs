//! A server that counts creates as received, and then does what it is told to.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::{JoinHandle, JoinSet};

use super::faults::Fault;
use super::wire::Wire;
use super::{http1, http2};
use crate::Result;

/// How long connections may stay open after their client has gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a server has received.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Received {
    /// Creates, each of which was read to its end or was about to be.
    pub(crate) posts: usize,
    /// Whether the first create that went wrong came over a connection that had carried one before.
    pub(crate) is_reused: bool,
    /// Whether a create had a header with which the server could have known it again.
    pub(crate) has_idempotency_key: bool,
}

/// A running server.
pub(crate) struct Server {
    pub(crate) origin: String,
    address: SocketAddr,
    /// Its connection is the last one: whatever was connected before is accepted before.
    last: TcpSocket,
    served: JoinHandle<()>,
    tally: Arc<Tally>,
}

/// The count of one server, over all its connections.
pub(crate) struct Tally {
    /// How many creates are answered well, before anything goes wrong.
    good: usize,
    received: Mutex<Received>,
}

impl Tally {
    /// Counts a create, with its place among those of its connection from 1 on, and says whether it is answered well.
    pub(crate) fn count(&self, of_connection: usize, has_idempotency_key: bool) -> bool {
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        received.posts += 1;
        received.is_reused |= of_connection > 1 && received.posts == self.good + 1;
        received.has_idempotency_key |= has_idempotency_key;
        received.posts <= self.good
    }
}

impl Server {
    /// Starts a server that answers so many creates well; then this happens to each.
    pub(crate) async fn start(fault: Fault, good: usize) -> Result<Self> {
        let fail = |error: std::io::Error| format!("cannot serve faults: {error}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(fail)?;
        let address = listener.local_addr().map_err(fail)?;
        let last = TcpSocket::new_v4().map_err(fail)?;
        last.bind((Ipv4Addr::LOCALHOST, 0).into()).map_err(fail)?;
        let until = last.local_addr().map_err(fail)?;
        let tally = Arc::new(Tally { good, received: Mutex::default() });
        let served = tokio::spawn(accept(listener, until, fault, tally.clone()));
        Ok(Self { origin: format!("http://{address}"), address, last, served, tally })
    }

    /// What was received in all, once the client has gone.
    pub(crate) async fn finish(self) -> Result<Received> {
        let last = self.last.connect(self.address).await;
        last.map_err(|error| format!("the server with faults has ended: {error}"))?;
        let waited = tokio::time::timeout(PATIENCE, self.served).await;
        waited.map_err(|_| "a client has gone, and its connections stay open")?.map_err(|error| error.to_string())?;
        Ok(*self.tally.received.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Serves all connections before the one from this address, each until its client has gone.
async fn accept(listener: TcpListener, until: SocketAddr, fault: Fault, tally: Arc<Tally>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, peer)) = listener.accept().await {
        if peer == until {
            break;
        }
        let (wire, fault, tally) = (Wire::new(stream), fault.clone(), tally.clone());
        connections.spawn(async move {
            match fault {
                Fault::Http1(fault) => http1::serve(wire, &fault, &tally).await,
                Fault::Http2(fault) => http2::serve(wire, &fault, &tally).await,
            }
        });
    }
    while connections.join_next().await.is_some() {}
}
