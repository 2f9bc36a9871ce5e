//! The servers that are written in Rust: ours, and the least that others need for the same answer.

use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use polyreel::Provider;
use polyreel::mock::{MockServer, RateLimit, Request};
use polyreel::spec::Amount;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, Respond, ResponseTemplate};

use crate::{Result, calls, runtime};

/// The provider whose jobs are polled. The whole file of each provider is served.
pub(crate) const PROVIDER: &str = "hyprlab";
/// Where its polls are, the number of a job behind it.
pub(crate) const POLLS: &str = "/hyprlab/v1/video/generations/";
/// The key that all servers take.
pub(crate) const KEY: &str = "mock-key";

/// The id of a job, from 1 on.
pub(crate) fn job_id(ordinal: usize) -> String {
    format!("mock-{ordinal:06}")
}

/// All that is known about it.
pub(crate) fn provider() -> Result<&'static Provider> {
    let known = polyreel::all().iter().copied().find(|provider| provider.id == *PROVIDER);
    known.ok_or_else(|| "the provider is not built in".to_owned())
}

/// Serves so many running jobs until the process is ended.
pub(crate) fn serve(name: &str, port: &str, jobs: &str) -> Result {
    let (port, jobs) = port.parse().ok().zip(jobs.parse().ok()).ok_or("a server needs a port and a number of jobs")?;
    let served = async {
        match name {
            "ours" => ours(port, jobs).await,
            "answers" => calls::serve(port).await,
            "axum" => with_axum(port, jobs).await,
            "wiremock" => with_wiremock(port, jobs, true).await,
            // The same, told not to record.
            "unrecorded" => with_wiremock(port, jobs, false).await,
            _ => Err(format!("there is no server {name:?}")),
        }
    };
    runtime()?.block_on(served)
}

async fn ours(port: u16, jobs: usize) -> Result {
    let builder = MockServer::builder().raw().port(port).rate_limit(RateLimit::Off);
    let server = builder.start(polyreel::all().iter().copied()).await.map_err(|error| error.to_string())?;
    server.set_balance(PROVIDER, Amount { trillionths: i128::MAX });
    let create = Request {
        method: "POST".to_owned(),
        path: POLLS.trim_end_matches('/').to_owned(),
        headers: vec![
            ("authorization".to_owned(), format!("Bearer {KEY}")),
            ("content-type".to_owned(), "application/json".to_owned()),
        ],
        body: json!({ "model": "kling-v2", "prompt": "A cute cat." }).to_string().into_bytes(),
    };
    let now = server.clock().now();
    server.with_worlds(|worlds| {
        // No poll is answered meanwhile.
        for _ in 0..jobs {
            let http = worlds.handle(now, &create).http();
            if http != Some(200) {
                return Err(format!("a create was answered with {http:?}"));
            }
        }
        // No job is queued any more, and none is done.
        server.clock().advance(Duration::from_mins(1));
        Ok(())
    })?;
    std::future::pending().await
}

type Jobs = Arc<HashMap<String, &'static str>>;

fn running(jobs: usize) -> Jobs {
    Arc::new((1..=jobs).map(|ordinal| (job_id(ordinal), "processing")).collect())
}

fn has_key(header: Option<&[u8]>) -> bool {
    header.and_then(|header| header.strip_prefix(b"Bearer ")) == Some(KEY.as_bytes())
}

/// What ours says of every answer beside the answer.
const TRACE: &str = "x-polyreel-trace";

fn trace(id: &str) -> String {
    format!("seed=0; world=; job={id}; poll=1")
}

fn document(status: &str) -> Value {
    json!({ "status": status })
}

async fn with_axum(port: u16, jobs: usize) -> Result {
    let router =
        axum::Router::new().route(&format!("{POLLS}{{id}}"), axum::routing::get(poll)).with_state(running(jobs));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    axum::serve(listener.map_err(|error| error.to_string())?, router).await.map_err(|error| error.to_string())
}

async fn poll(State(jobs): State<Jobs>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !has_key(headers.get("authorization").map(HeaderValue::as_bytes)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match jobs.get(&id) {
        Some(status) => ([(TRACE, trace(&id))], axum::Json(document(status))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn with_wiremock(port: u16, jobs: usize, records: bool) -> Result {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| error.to_string())?;
    let builder = wiremock::MockServer::builder().listener(listener);
    let server = if records { builder } else { builder.disable_request_recording() }.start().await;
    server.register(Mock::given(any()).respond_with(Looked(running(jobs)))).await;
    std::future::pending().await
}

struct Looked(Jobs);

impl Respond for Looked {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        if !has_key(request.headers.get("authorization").map(HeaderValue::as_bytes)) {
            return ResponseTemplate::new(401);
        }
        let id = request.url.path().strip_prefix(POLLS);
        match id.and_then(|id| Some((id, self.0.get(id)?))) {
            Some((id, status)) => {
                ResponseTemplate::new(200).set_body_json(document(status)).insert_header(TRACE, trace(id))
            }
            None => ResponseTemplate::new(404),
        }
    }
}
