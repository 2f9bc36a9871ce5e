//! Requests over connections that are kept, each of which waits for its answer.

use std::net::Ipv4Addr;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::servers::{KEY, job_id};
use crate::{Result, runtime};

/// How many clients ask at the same time.
pub(crate) const CONNECTIONS: usize = 16;

/// Sends so many requests, and fails unless each is answered with 200 and a body.
pub(crate) fn run(port: &str, jobs: &str, path: &str, requests: &str) -> Result {
    let port: u16 = port.parse().map_err(|_| "a port is a number")?;
    let (jobs, requests): (usize, usize) =
        jobs.parse().ok().zip(requests.parse().ok()).ok_or("jobs and requests are numbers")?;
    let share = requests.div_ceil(CONNECTIONS);
    runtime()?.block_on(async {
        let mut clients = JoinSet::new();
        for number in 0..CONNECTIONS {
            // Each begins at another job, and all go round.
            let begin = number * jobs / CONNECTIONS;
            let paths: Vec<_> = (0..jobs).map(|job| (begin + job) % jobs + 1).map(|job| path_of(path, job)).collect();
            clients.spawn(client(port, paths, share));
        }
        while let Some(done) = clients.join_next().await {
            done.map_err(|error| error.to_string())??;
        }
        Ok(())
    })
}

/// The path with the id of this job in the place of a `*`.
pub(crate) fn path_of(path: &str, job: usize) -> String {
    path.replace('*', &job_id(job))
}

/// One request on a connection of its own: the HTTP code, the names of the headers, and the body.
pub(crate) fn once(port: u16, path: &str, body: &'static str) -> Result<(u16, Vec<String>, Bytes)> {
    runtime()?.block_on(async { ask(&mut connect(port).await?, path, body.into()).await })
}

async fn client(port: u16, paths: Vec<String>, requests: usize) -> Result {
    let mut connection = connect(port).await?;
    for path in paths.iter().cycle().take(requests) {
        let (http, _, body) = ask(&mut connection, path, Bytes::new()).await?;
        if http != 200 || body.is_empty() {
            return Err(format!("{path} was answered with {http} and {} bytes", body.len()));
        }
    }
    Ok(())
}

/// A connection that is kept.
pub(crate) async fn connect(port: u16) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let (connection, driver) = handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    tokio::spawn(driver);
    Ok(connection)
}

/// A GET, or with a body a POST: the HTTP code, the names of the headers, and the body.
pub(crate) async fn ask(
    connection: &mut SendRequest<Full<Bytes>>,
    path: &str,
    body: Bytes,
) -> Result<(u16, Vec<String>, Bytes)> {
    let fail = |error: hyper::Error| format!("{path}: {error}");
    let request = hyper::Request::builder()
        .method(if body.is_empty() { "GET" } else { "POST" })
        .uri(path)
        .header("host", "127.0.0.1")
        .header("accept", "application/json")
        .header("content-type", "application/json")
        .header("user-agent", "polyreel-bench")
        .header("authorization", format!("Bearer {KEY}"))
        .body(Full::from(body))
        .map_err(|error| error.to_string())?;
    connection.ready().await.map_err(fail)?;
    let (head, body) = connection.send_request(request).await.map_err(fail)?.into_parts();
    let names = head.headers.keys().map(ToString::to_string).collect();
    Ok((head.status.as_u16(), names, body.collect().await.map_err(fail)?.to_bytes()))
}
