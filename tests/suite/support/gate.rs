//! A gate before a mock server: POSTs wait in front of it until it is opened.

use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::wiretap::{Line, read};

/// A gate, shut at first.
pub(crate) struct Gate {
    /// How clients reach what is behind it.
    pub(crate) origin: String,
    state: Arc<State>,
}

struct State {
    /// Host and port of the gate, and of the server.
    own: String,
    behind: String,
    came: watch::Sender<usize>,
    is_open: watch::Sender<bool>,
}

impl Gate {
    /// A gate before the server at this origin.
    pub(crate) async fn before(origin: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let behind = origin.strip_prefix("http://").unwrap().to_owned();
        let own = listener.local_addr().unwrap().to_string();
        let origin = format!("http://{own}");
        let state = Arc::new(State { own, behind, came: watch::Sender::new(0), is_open: watch::Sender::new(false) });
        let kept = state.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let state = kept.clone();
                tokio::spawn(async move { state.pass(connection).await });
            }
        });
        Self { origin, state }
    }

    /// How many POSTs have come.
    pub(crate) fn came(&self) -> usize {
        *self.state.came.borrow()
    }

    /// Waits until so many POSTs have come.
    pub(crate) async fn until_came(&self, posts: usize) {
        self.state.came.subscribe().wait_for(|came| *came >= posts).await.unwrap();
    }

    pub(crate) fn open(&self) {
        self.state.is_open.send_replace(true);
    }
}

impl State {
    async fn pass(&self, connection: TcpStream) -> Option<()> {
        let mut client: Box<dyn Line> = Box::new(connection);
        let mut server: Box<dyn Line> = Box::new(TcpStream::connect(&self.behind).await.ok()?);
        loop {
            let request = read(&mut client).await?;
            if request.starts_with(b"POST ") {
                self.came.send_modify(|came| *came += 1);
                self.is_open.subscribe().wait_for(|is_open| *is_open).await.ok()?;
            }
            server.write_all(&request).await.ok()?;
            let mut answer = read(&mut server).await?;
            self.stand_for_the_server(&mut answer);
            client.write_all(&answer).await.ok()?;
        }
    }

    /// What the server says of itself leads to the gate. Free ports have five digits, so all lengths stay.
    fn stand_for_the_server(&self, answer: &mut [u8]) {
        assert_eq!(self.own.len(), self.behind.len(), "the ports are as long as each other");
        for at in 0..answer.len().saturating_sub(self.behind.len()) {
            if answer[at..].starts_with(self.behind.as_bytes()) {
                answer[at..at + self.own.len()].copy_from_slice(self.own.as_bytes());
            }
        }
    }
}
