//! One line for each request.

use std::fmt;
use std::sync::Arc;

use crate::Plan;
use crate::engine::WHY;

/// Who is told of requests.
#[derive(Clone)]
pub(crate) struct Log(Arc<dyn Fn(&str) + Send + Sync>);

impl Log {
    pub(crate) fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Tells what was asked, what it was answered with, what befell it, and what is wrong with it.
    pub(crate) fn tell(&self, method: &str, path: &str, plan: &Plan) {
        (self.0)(&line(method, path, plan));
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

/// A path may hold a key in its query, and anything else before it.
fn line(method: &str, path: &str, plan: &Plan) -> String {
    let path: String = path
        .split('?')
        .next()
        .unwrap_or_default()
        .chars()
        .take(200)
        .map(|c| if c.is_control() { '_' } else { c })
        .collect();
    let http = plan.http().map_or_else(|| "no answer".to_owned(), |http| http.to_string());
    let trace = plan.header("x-polyreel-trace").unwrap_or_default();
    let told = trace.split("; ").filter(|part| part.starts_with("job=") || part.starts_with("fault="));
    let why = plan.header(WHY).map(|why| format!("  {why}"));
    let told: Vec<_> = told.map(|part| format!("  {part}")).chain(why).collect();
    format!("{method} {path}  {http}{}", told.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_no_key() {
        let plan = |trace: &str| {
            Plan::text(400, "text/plain", "").with_header("x-polyreel-trace", trace).with_header(WHY, "a: b")
        };
        for (path, trace, expected) in [
            ("/a/b?key=mock-key", "seed=0; world=", "GET /a/b  400  a: b"),
            (
                "/a",
                "seed=0; world=; job=mock-000001; poll=2; fault=400-poll#2",
                "GET /a  400  job=mock-000001  fault=400-poll#2  a: b",
            ),
            ("/a\u{1b}[2J\n", "", "GET /a_[2J_  400  a: b"),
        ] {
            assert_eq!(line("GET", path, &plan(trace)), expected);
        }
        assert_eq!(line("POST", "/a", &Plan::CloseWithoutAnswer), "POST /a  no answer");
    }
}
