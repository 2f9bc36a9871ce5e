//! Callbacks on their way: one after the other, in the order of the clock.

use std::error::Error;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::thread::JoinHandle;
use std::time::Duration;
use std::{future, io};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST, USER_AGENT};
use hyper::http::request::Builder;
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::front::Shared;
use crate::world::{Callback, Effect};

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Delivers on a thread of its own, for a front end that has none. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Courier {
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Courier {
    pub(crate) fn start(shared: Shared) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::Builder::new()
            .name("polyreel-mock-callbacks".to_owned())
            .spawn(move || runtime.block_on(deliver_until(shared, stopped)))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            // A panic in there is not worth a second one here.
            let _ = thread.join();
        }
    }
}

/// Delivers whatever is due, as soon as it is, until the server stops.
pub(crate) async fn deliver_until(shared: Shared, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        () = deliver(&shared) => {}
        _ = stopped.changed() => {}
    }
}

async fn deliver(shared: &Shared) {
    let mut moves = shared.clock.moves();
    let mut looks = shared.looks();
    loop {
        // Seen before anything is taken, so that nothing that comes meanwhile is overlooked.
        moves.mark_unchanged();
        let look = *looks.borrow_and_update();
        while let Some(Effect::Callback(callback)) = shared.next_effect() {
            let outcome = send(&callback).await;
            shared.worlds().called_back(&callback, outcome);
        }
        shared.is_delivered(look);
        tokio::select! {
            _ = moves.changed() => {}
            _ = looks.changed() => {}
            () = sleep(shared.until_next_effect()) => {}
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "sockets live in real time")]
async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => future::pending().await,
    }
}

/// The HTTP code of the answer, or in one lower-case line why there is none. Redirects are not followed.
async fn send(callback: &Callback) -> Result<u16, String> {
    match tokio::time::timeout(PATIENCE, exchange(callback)).await {
        Ok(Ok(http)) => Ok(http),
        Ok(Err(error)) => Err(format!("the receiver did not answer: {error}")),
        Err(_) => Err(format!("the receiver did not answer within {} seconds", PATIENCE.as_secs())),
    }
}

async fn exchange(callback: &Callback) -> Result<u16, Wrong> {
    let uri: Uri = callback.url.parse()?;
    let request =
        callback.headers.iter().fold(Request::post(&uri), |request, (name, value)| request.header(name, value));
    Ok(call(&uri, request, callback.body.clone()).await?.status().as_u16())
}

pub(crate) type Wrong = Box<dyn Error + Send + Sync>;

/// Sends a request over a connection of its own, in plain HTTP, and gives the answer, whose body is still to come.
pub(crate) async fn call(uri: &Uri, request: Builder, body: Vec<u8>) -> Result<Response<Incoming>, Wrong> {
    let host = uri.host().unwrap_or_default();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let stream = TcpStream::connect(&*addresses(host, uri.port_u16().unwrap_or(80)).await?).await?;
    let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
    let request = request.uri(path).header(HOST, authority).header(CONNECTION, "close").header(USER_AGENT, AGENT);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Whatever ends the connection, the answer tells it.
    tokio::spawn(connection);
    Ok(sender.send_request(request.body(Full::new(Bytes::from(body)))?).await?)
}

/// Who calls.
const AGENT: &str = concat!("polyreel-mock/", env!("CARGO_PKG_VERSION"));

async fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    // This name means this machine, whatever somebody's files say.
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()]);
    }
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok(tokio::net::lookup_host((host, port)).await?.collect())
}
