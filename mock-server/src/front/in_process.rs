//! Worlds behind wiremock: what in-process tests use.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wiremock::http::{HeaderName, HeaderValue};
use wiremock::matchers::any;
use wiremock::{Match, Mock, Respond, ResponseTemplate};

use super::Shared;
use crate::deliver::Courier;
use crate::{Plan, Request};

/// A running server. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct InProcess {
    _courier: Courier,
    /// `None` only while it is being dropped.
    server: Option<wiremock::MockServer>,
}

impl InProcess {
    pub(crate) async fn start(listener: TcpListener, shared: Shared) -> io::Result<Self> {
        let courier = Courier::start(shared.clone())?;
        let front = Front { shared, planned: Arc::default() };
        let server = wiremock::MockServer::builder().listener(listener).disable_request_recording().start().await;
        let dropped = |_: &wiremock::Request| io::Error::other("closed without an answer, as asked");
        server.register(Mock::given(front.clone()).respond_with_err(dropped).with_priority(1)).await;
        server.register(Mock::given(any()).respond_with(front)).await;
        Ok(Self { _courier: courier, server: Some(server) })
    }
}

/// On a thread of its own: the library below waits for an async lock while it is dropped, and spins for ever if the
/// task that drops it has used up its budget.
impl Drop for InProcess {
    fn drop(&mut self) {
        let server = self.server.take();
        if let Ok(thread) = std::thread::Builder::new().spawn(move || drop(server)) {
            // A panic in there is not worth a second one here.
            let _ = thread.join();
        }
    }
}

/// The world's two hands in wiremock.
///
/// A responder cannot close a connection except by a panic, so the world is asked in a matcher: one that matches only
/// those requests that get no answer. For all others the answer waits in `planned` until the catch-all mock fetches it.
/// wiremock holds one lock while it matches and answers a request and asks this matcher first and once, so the world
/// sees every request exactly once and no answer meets another's request.
#[derive(Clone, Debug)]
struct Front {
    shared: Shared,
    planned: Arc<Mutex<Option<ResponseTemplate>>>,
}

impl Front {
    fn planned(&self) -> MutexGuard<'_, Option<ResponseTemplate>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Match for Front {
    fn matches(&self, request: &wiremock::Request) -> bool {
        let plan = self.shared.handle(as_seen(request));
        *self.planned() = match plan {
            Plan::Answer { http, headers, body } => Some(template(http, headers, body)),
            Plan::CloseWithoutAnswer => None,
            Plan::BreakOff { how, .. } => {
                self.shared.cannot_place(format!("{how:?}"));
                let why = "this server cannot break off an answer: use MockServer::start_raw\n";
                Some(ResponseTemplate::new(501).set_body_string(why))
            }
        };
        self.planned().is_none()
    }
}

impl Respond for Front {
    fn respond(&self, _: &wiremock::Request) -> ResponseTemplate {
        self.planned().take().unwrap_or_else(|| ResponseTemplate::new(500))
    }
}

fn as_seen(request: &wiremock::Request) -> Request {
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: request.method.to_string(),
        path: format!("{}{query}", request.url.path()),
        headers: request.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: request.body.clone(),
    }
}

fn template(http: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> ResponseTemplate {
    // Codes below 200 are no answers, and what no header can hold is left out.
    let status = if (200..1000).contains(&http) { http } else { 500 };
    let template = ResponseTemplate::new(status).set_body_bytes(body);
    headers.into_iter().fold(template, |template, (name, value)| {
        match (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            (Ok(name), Ok(value)) => template.insert_header(name, value),
            _ => template,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_http_cannot_carry_is_left_out() {
        let headers = vec![("a b".to_owned(), "x".to_owned()), ("x-a".to_owned(), "x\ny".to_owned())];
        for http in [0, 100, 199, 200, 999, 1000, u16::MAX] {
            // Neither the code nor the headers make wiremock panic.
            let _ = template(http, headers.clone(), Vec::new());
        }
    }
}
