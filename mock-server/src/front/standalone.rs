//! Worlds behind a server of our own: flat memory, and it outlives whatever clients do to it.

use std::io;
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::Shared;
use crate::{Plan, Request};

/// The longest body of a request, in bytes: pictures included.
const LONGEST_BODY: usize = 32 * 1024 * 1024;
/// How long the head of a request, or its body, may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait when no more connections can be had.
const REST: Duration = Duration::from_millis(50);
/// How long connections may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// A running server, on a thread of its own. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Standalone {
    /// Dropped, it tells the server to stop.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Standalone {
    pub(crate) fn start(listener: TcpListener, shared: Shared) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("polyreel-mock".to_owned())
            .spawn(move || runtime.block_on(accept(listener, shared, stopped)))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

/// Answers that were begun are finished.
impl Drop for Standalone {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic in there is not worth a second one here.
            let _ = thread.join();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "sockets live in real time")]
async fn accept(listener: tokio::net::TcpListener, shared: Shared, mut stopped: oneshot::Receiver<()>) {
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stopped => break,
        };
        match accepted {
            Ok((stream, _)) => drop(tokio::spawn(serve(stream, shared.clone(), connections.watcher()))),
            // Out of descriptors, most likely: some will come back.
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

async fn serve(stream: TcpStream, shared: Shared, watcher: Watcher) {
    // Small answers are not to wait for more.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, &shared));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    // A client that breaks off is no error of the server.
    let _ = watcher.watch(connection).await;
}

/// An error closes the connection without a word.
async fn answer(request: hyper::Request<Incoming>, shared: &Shared) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let too_long = || Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "a body may have 32 MiB\n"));
    if body.size_hint().lower() > LONGEST_BODY as u64 {
        return too_long();
    }
    let body = match tokio::time::timeout(PATIENCE, Limited::new(body, LONGEST_BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return too_long(),
        Ok(Err(error)) => return Err(io::Error::other(error)),
        Err(_) => return Ok(plain(StatusCode::REQUEST_TIMEOUT, "the body took longer than 10 seconds\n")),
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let request = Request {
        method: head.method.to_string(),
        path: head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: body.to_vec(),
    };
    match shared.handle(&request) {
        Plan::Answer { http, headers, body } => Ok(response(http, headers, body)),
        Plan::CloseWithoutAnswer => Err(io::Error::other("closed without an answer, as asked")),
    }
}

fn response(http: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    // Codes below 200 are no answers, and what no header can hold is left out.
    let status = StatusCode::from_u16(http).ok().filter(|status| status.as_u16() >= 200);
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn plain(status: StatusCode, why: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(why.as_bytes())));
    *response.status_mut() = status;
    response
}
