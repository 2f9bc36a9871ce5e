//! The clients that are compared, each with the least that makes the same call. They are run in a process of their own.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use polyreel::{Client, Clock, Sleep};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::load::connect;
use crate::posts::clients::stock_builder;
use crate::posts::faults::Protocol;
use crate::servers::{self, KEY, job_id};
use crate::{Result, own, runtime};

const MODEL: &str = "kling-v2";
const PROMPT: &str = "A cute cat.";
const USER_AGENT: &str = "polyreel-bench";
/// One so many-th of the calls is made before it counts.
const WARM_UP: usize = 10;
/// As long as our client gives an answer.
const POLL_WITHIN: Duration = Duration::from_mins(1);
const CREATE_WITHIN: Duration = Duration::from_mins(2);

/// Makes so many calls, and prints how many nanoseconds of processor time they took.
pub(crate) fn run(call: &str, client: &str, port: &str, times: &str) -> Result {
    let (port, times) =
        port.parse().ok().zip(times.parse().ok()).ok_or("a client needs a port and a number of calls")?;
    let took = runtime()?.block_on(async {
        match (call, client) {
            ("poll", "hyper") => hyper_polls(port, times).await,
            ("create", "hyper") => hyper_creates(port, times).await,
            ("poll", "reqwest") => reqwest_polls(port, times).await,
            ("create", "reqwest") => reqwest_creates(port, times).await,
            ("poll", "Polyreel") => our_polls(port, times).await,
            ("create", "Polyreel") => our_creates(port, times).await,
            _ => Err(format!("there is no {call} of {client}")),
        }
    });
    println!("{}", took?.as_nanos());
    Ok(())
}

/// The processor time of so many calls, one after the other.
async fn measure(times: usize, mut call: impl AsyncFnMut() -> Result) -> Result<Duration> {
    for _ in 0..times / WARM_UP {
        call().await?;
    }
    let before = own::cpu();
    for _ in 0..times {
        call().await?;
    }
    Ok(own::cpu().saturating_sub(before))
}

async fn hyper_polls(port: u16, times: usize) -> Result<Duration> {
    let (path, mut connection) = (format!("/v1/video/generations/{}", job_id(1)), connect(port).await?);
    measure(times, async || check(&ask(&mut connection, port, &path, None).await?)).await
}

async fn hyper_creates(port: u16, times: usize) -> Result<Duration> {
    let create = async || {
        let answer = ask(&mut connect(port).await?, port, "/v1/video/generations", Some(&film())).await?;
        check(&answer)
    };
    measure(times, create).await
}

async fn reqwest_polls(port: u16, times: usize) -> Result<Duration> {
    let client = as_ours()?.read_timeout(POLL_WITHIN).build().map_err(|error| error.to_string())?;
    let url = format!("http://{}:{port}/v1/video/generations/{}", Ipv4Addr::LOCALHOST, job_id(1));
    measure(times, async || send(client.get(&url).timeout(POLL_WITHIN)).await).await
}

async fn reqwest_creates(port: u16, times: usize) -> Result<Duration> {
    let client = as_ours()?.pool_max_idle_per_host(0).build().map_err(|error| error.to_string())?;
    let url = format!("http://{}:{port}/v1/video/generations", Ipv4Addr::LOCALHOST);
    measure(times, async || send(client.post(&url).timeout(CREATE_WITHIN).json(&film())).await).await
}

async fn our_polls(port: u16, times: usize) -> Result<Duration> {
    let client = ours(port, Arc::default())?;
    let mut job = submit(&client).await.map_err(|error| error.to_string())?;
    let poll = async || match job.progress().await {
        Ok(Some(progress)) if progress.note.is_none() => Ok(()),
        Ok(other) => Err(format!("the job ended, or was not understood: {other:?}")),
        Err(error) => Err(error.to_string()),
    };
    measure(times, poll).await
}

async fn our_creates(port: u16, times: usize) -> Result<Duration> {
    let clock: Arc<Still> = Arc::default();
    let client = ours(port, clock.clone())?;
    let create = async || {
        let job = submit(&client).await.map_err(|error| error.to_string())?;
        // Nobody follows these jobs, so they count as running until they must have ended.
        clock.0.fetch_add(1, Ordering::Relaxed);
        if job.id() == job_id(1) { Ok(()) } else { Err(format!("a create was answered with {}", job.id())) }
    };
    measure(times, create).await
}

fn film() -> Value {
    json!({ "model": MODEL, "prompt": PROMPT })
}

fn check(answer: &Value) -> Result {
    if answer["id"] == job_id(1) { Ok(()) } else { Err(format!("a call was answered with {answer}")) }
}

async fn ask(
    connection: &mut SendRequest<Full<Bytes>>,
    port: u16,
    path: &str,
    document: Option<&Value>,
) -> Result<Value> {
    let request = hyper::Request::builder()
        .method(if document.is_some() { "POST" } else { "GET" })
        .uri(path)
        .header("host", format!("{}:{port}", Ipv4Addr::LOCALHOST))
        .header("accept", "*/*")
        .header("user-agent", USER_AGENT)
        .header("authorization", format!("Bearer {KEY}"));
    let request = match document {
        Some(document) => {
            request.header("content-type", "application/json").body(Full::from(document.to_string().into_bytes()))
        }
        None => request.body(Full::default()),
    };
    let request = request.map_err(|error| error.to_string())?;
    connection.ready().await.map_err(|error| error.to_string())?;
    let answer = connection.send_request(request).await.map_err(|error| error.to_string())?;
    let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    serde_json::from_slice(&body).map_err(|error| error.to_string())
}

/// reqwest, told what our client tells it.
fn as_ours() -> Result<reqwest::ClientBuilder> {
    let builder = stock_builder(Protocol::Http1)?.http1_only().redirect(Policy::none()).referer(false);
    Ok(builder.retry(reqwest::retry::never()).user_agent(USER_AGENT).connect_timeout(Duration::from_secs(10)))
}

async fn send(request: reqwest::RequestBuilder) -> Result {
    let answer = request.bearer_auth(KEY).send().await.map_err(|error| error.to_string())?;
    let body = answer.bytes().await.map_err(|error| error.to_string())?;
    check(&serde_json::from_slice(&body).map_err(|error| error.to_string())?)
}

fn ours(port: u16, clock: Arc<Still>) -> Result<Client> {
    let client = Client::builder(servers::provider()?).base_url(format!("http://{}:{port}/v1", Ipv4Addr::LOCALHOST));
    client.api_key(KEY).clock(clock).calls_per_minute(None).build().map_err(|error| error.to_string())
}

async fn submit(client: &Client) -> polyreel::Result<polyreel::Job> {
    client.request(MODEL).set("prompt", PROMPT).submit().await
}

/// Stands still while everybody waits, and nobody waits long. It is told to go on, by seconds.
#[derive(Debug, Default)]
struct Still(AtomicU64);

impl Clock for Still {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.now()
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}
