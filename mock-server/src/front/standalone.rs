//! Worlds behind a server of our own: flat memory, and it outlives whatever clients do to it.

use std::future::{Future, Ready, poll_fn, ready};
use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::Either;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Shared;
use crate::deliver::deliver_until;
use crate::{Break, Plan, Request};

/// The longest body of a request, in bytes: pictures included.
const LONGEST_BODY: usize = 32 * 1024 * 1024;
/// How long to wait when no more connections can be had.
const REST: Duration = Duration::from_millis(50);
/// How long a connection on which nothing comes is kept.
const LONGEST_STALL: Duration = Duration::from_secs(3600);
/// How long it takes until the next byte drips.
const BETWEEN_DRIPS: Duration = Duration::from_millis(100);
/// How long connections may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// A running server, on a thread of its own. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Standalone {
    stop: watch::Sender<bool>,
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
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::Builder::new()
            .name("polyreel-mock".to_owned())
            .spawn(move || runtime.block_on(accept(listener, shared, stopped)))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

/// Answers that were begun are finished.
impl Drop for Standalone {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            // A panic in there is not worth a second one here.
            let _ = thread.join();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "sockets live in real time")]
async fn accept(listener: tokio::net::TcpListener, shared: Shared, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    // It ends with the runtime at the latest.
    tokio::spawn(deliver_until(shared.clone(), stopped.clone()));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            _ = stopped.changed() => break,
        };
        match accepted {
            Ok((stream, _)) => drop(connections.spawn(serve(stream, shared.clone(), stopped.clone()))),
            // Out of descriptors, most likely: some will come back.
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

/// An answer that breaks off: its bytes as they go over the wire, and what comes after some of them.
struct Broken {
    bytes: Vec<u8>,
    how: Break,
    after: usize,
}

async fn serve(stream: TcpStream, shared: Shared, mut stopped: watch::Receiver<bool>) {
    // Small answers are not to wait for more.
    let _ = stream.set_nodelay(true);
    // A service cannot break off, so it gives up, and leaves what is to be written here.
    let broken = Mutex::new(None);
    let service = service_fn(|request| answer(request, &shared, &broken));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.patience)
        .serve_connection(TokioIo::new(stream), service);
    let mut end = std::pin::pin!(poll_fn(|cx| connection.poll_without_shutdown(cx)));
    let is_stopped = tokio::select! {
        // A client that breaks off is no error of the server.
        _ = &mut end => false,
        _ = stopped.changed() => true,
    };
    if is_stopped {
        Pin::new(&mut connection).graceful_shutdown();
        let _ = poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
    }
    let stream = connection.into_parts().io.into_inner();
    let broken = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
    match broken {
        Some(broken) => {
            let _ = break_off(stream, broken).await;
        }
        None => {
            let mut stream = stream;
            let _ = stream.shutdown().await;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "sockets live in real time")]
async fn break_off(mut stream: TcpStream, broken: Broken) -> io::Result<()> {
    let (begun, rest) = broken.bytes.split_at(broken.after.min(broken.bytes.len()));
    stream.write_all(begun).await?;
    match broken.how {
        // With a linger of zero the kernel answers with RST instead of FIN.
        Break::Reset => stream.set_zero_linger(),
        Break::Close => stream.shutdown().await,
        Break::Stall => {
            // Until the client has had enough.
            let gone = async { while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {} };
            tokio::time::timeout(LONGEST_STALL, gone).await.map_err(io::Error::other)
        }
        Break::Drip => {
            for byte in rest {
                tokio::time::sleep(BETWEEN_DRIPS).await;
                stream.write_all(&[*byte]).await?;
            }
            stream.shutdown().await
        }
    }
}

/// An answer. An error closes the connection without a word.
type Answered = io::Result<Response<Full<Bytes>>>;

/// Most calls have no body, and are answered at once.
fn answer<'a>(
    request: hyper::Request<Incoming>,
    shared: &'a Shared,
    broken: &'a Mutex<Option<Broken>>,
) -> Either<Ready<Answered>, Pin<Box<impl Future<Output = Answered>>>> {
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        Either::Left(ready(do_as_planned(shared.handle(as_seen(&head, Vec::new())), broken)))
    } else {
        Either::Right(Box::pin(answer_with_body(head, body, shared, broken)))
    }
}

async fn answer_with_body(head: Parts, body: Incoming, shared: &Shared, broken: &Mutex<Option<Broken>>) -> Answered {
    let too_long = || Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "a body may have 32 MiB\n"));
    if body.size_hint().lower() > LONGEST_BODY as u64 {
        return too_long();
    }
    let body = match tokio::time::timeout(shared.patience, Limited::new(body, LONGEST_BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return too_long(),
        Ok(Err(error)) => return Err(io::Error::other(error)),
        Err(_) => return Ok(plain(StatusCode::REQUEST_TIMEOUT, "the body took too long\n")),
    };
    do_as_planned(shared.handle(as_seen(&head, body.to_vec())), broken)
}

fn as_seen(head: &Parts, body: Vec<u8>) -> Request {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body,
    }
}

fn do_as_planned(plan: Plan, broken: &Mutex<Option<Broken>>) -> Answered {
    match plan {
        Plan::Answer { http, headers, body } => Ok(response(http, headers, body)),
        Plan::CloseWithoutAnswer => Err(io::Error::other("closed without an answer, as asked")),
        Plan::BreakOff { answer, how, after } => {
            let bytes = written(*answer);
            let after = after.unwrap_or(bytes.len() / 2);
            *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(Broken { bytes, how, after });
            Err(io::Error::other("broken off, as asked"))
        }
    }
}

/// An answer as it goes over the wire.
fn written(plan: Plan) -> Vec<u8> {
    let Plan::Answer { http, headers, body } = plan else { return Vec::new() };
    let head = response(http, headers, Vec::new());
    let mut bytes = format!("HTTP/1.1 {}\r\n", head.status()).into_bytes();
    for (name, value) in head.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).into_bytes());
    bytes.extend(body);
    bytes
}

fn response(http: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    // Codes below 200 are no answers, and what no header can hold is left out.
    let status = StatusCode::from_u16(http).ok().filter(|status| status.as_u16() >= 200);
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::try_from(value)) {
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
