//! One line for each request, also for those that are not answered.

use std::fmt;
use std::sync::Arc;

use crate::{Received, Request};

/// Who is told of requests.
#[derive(Clone)]
pub(crate) struct Log(Arc<dyn Fn(&str) + Send + Sync>);

impl Log {
    pub(crate) fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn tell(&self, line: &str) {
        (self.0)(line);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

/// What was asked of a provider, what it was answered with, what befell the answer, and what is wrong with the request.
pub(super) fn of_call(request: &Received) -> String {
    let job = request.job.as_ref().map(|job| format!("job={job}"));
    let fault = request.fault.map(|fault| format!("fault={fault}"));
    let told: Vec<_> =
        [job, fault, request.why.clone()].into_iter().flatten().map(|part| format!("  {part}")).collect();
    format!("{}{}", line(&request.method, &request.path, request.http), told.concat())
}

/// What was asked of the server itself.
pub(super) fn of_admin(request: &Request, http: Option<u16>) -> String {
    line(&request.method, &request.path, http)
}

/// A path may hold a key in its query, and anything else before it.
fn line(method: &str, path: &str, http: Option<u16>) -> String {
    let path = path.split('?').next().unwrap_or_default().chars().take(LONGEST_PATH);
    let path: String = path.map(|c| if c.is_control() { '_' } else { c }).collect();
    let http = http.map_or_else(|| "no answer".to_owned(), |http| http.to_string());
    format!("{method} {path}  {http}")
}

/// How much of a path is told, in characters.
const LONGEST_PATH: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_no_key_and_no_control_character() {
        for (path, http, expected) in [
            ("/a/b?key=mock-key", Some(400), "GET /a/b  400"),
            ("/a\u{1b}[2J\n", Some(200), "GET /a_[2J_  200"),
            ("", None, "GET   no answer"),
        ] {
            assert_eq!(line("GET", path, http), expected);
        }
        assert!(line("GET", &"é".repeat(5000), None).chars().count() < 300);
    }
}
