//! The table that decides what became of a create, row by row. A provider file may make a row stricter, or, with a source,
//! looser.

use polyreel_runtime::outcome::{Outcome, Sent, decide};
use polyreel_runtime::wire::{Reply, ReplyBody};
use polyreel_spec::{Inputs, Provider};
use serde_json::{Value, json};

use crate::support::{accepted, providers};

/// A provider that says of HTTP codes what is usual, and then this.
fn acme(rules: &str) -> Provider {
    let rules = if rules.is_empty() { String::new() } else { format!(", rules: [{rules}]") };
    let text = format!(
        "provider: acme\nbase_url: https://api.acme.test/v1\nauth: {{ bearer: {{ env: ACME_API_KEY }} }}\n\
         sources: {{ page: {{ url: https://acme.test/docs, checked: 2026-11-20 }} }}\nsource: page\n\
         fields: {{ prompt: {{}} }}\n\
         models: {{ one: {{ required: [prompt], price: {{ amount: 1.00 }} }} }}\n\
         create: {{ path: /videos, body: {{ model: \"{{model}}\" }}, save: {{ id: id }} }}\n\
         poll: {{ path: \"/videos/{{id}}\", every: 10s, status: {{ at: status, running: [running], done: [done], \
         failed: [failed] }}, output: {{ url: video.url }} }}\n\
         errors: {{ standard_http: true, reply: {{ message: error.message, code: error.code }}{rules} }}\n"
    );
    polyreel_spec::source::read("acme.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn outcome(provider: &Provider, sent: &Sent) -> &'static str {
    match decide(&provider.plan(&provider.models[0], &Inputs::new()), sent) {
        Outcome::Accepted(_) => "accepted",
        Outcome::Done { .. } => "done",
        Outcome::Rejected(_) => "rejected",
        Outcome::NotSent => "not sent",
        Outcome::NotProcessed(_) => "not processed",
        Outcome::Unknown { .. } => "unknown",
    }
}

fn check(rules: &str, rows: &[(Sent, &str)]) {
    let provider = acme(rules);
    for (sent, expected) in rows {
        assert_eq!(outcome(&provider, sent), *expected, "{rules} {sent:?}");
    }
}

fn answered(http: u16, body: Value) -> Sent {
    Sent::Answered(Reply::json(http, body))
}

#[test]
fn what_the_connection_tells() {
    check(
        "",
        &[
            (Sent::NotConnected, "not sent"),
            (Sent::Lost, "unknown"),
            (Sent::Cut { http: 200 }, "unknown"),
            (Sent::Cut { http: 400 }, "unknown"),
        ],
    );
}

#[test]
fn what_a_good_answer_tells() {
    let other = |http| Sent::Answered(Reply { http, headers: Vec::new(), body: ReplyBody::Other });
    check(
        "",
        &[
            (answered(200, json!({ "id": "7" })), "accepted"),
            (answered(201, json!({ "id": 7 })), "accepted"),
            (answered(202, json!({ "id": "7", "status": "failed" })), "accepted"),
            (answered(200, json!({ "id": "" })), "unknown"),
            (answered(200, json!({ "id": null })), "unknown"),
            (answered(200, json!({})), "unknown"),
            (answered(200, json!([])), "unknown"),
            (answered(200, json!({ "error": { "message": "no" } })), "unknown"),
            (other(200), "unknown"),
            (other(204), "unknown"),
        ],
    );
}

/// Every HTTP code from 300 on.
#[test]
fn what_a_code_tells() {
    let expected = |http: u16| match http {
        // The provider file does not speak of those from 405 to 431, and they come before any work.
        301 | 307 | 308 | 400..=404 | 413 | 415 | 422 | 405 | 406 | 410 | 411 | 414 | 421 | 426 | 428 | 431 => {
            "rejected"
        }
        425 | 429 => "not processed",
        _ => "unknown",
    };
    let rows: Vec<_> = (300..600).map(|http| (answered(http, json!({})), expected(http))).collect();
    check("", &rows);
    // Who names a job may have created it.
    let named = |http| (answered(http, json!({ "id": "7" })), "unknown");
    check("", &(300..600).map(named).collect::<Vec<_>>());
}

#[test]
fn what_a_provider_file_says() {
    let no = |http| answered(http, json!({ "error": { "code": "busy", "message": "come back" } }));
    // Stricter.
    check("{ http: [400, 429], kind: provider }", &[(no(400), "unknown"), (no(429), "unknown"), (no(422), "rejected")]);
    check("{ http: 410, kind: other }, { http: 425, kind: other }", &[(no(410), "unknown"), (no(425), "unknown")]);
    check("{ http: 402, kind: balance, nothing_created: false }", &[(no(402), "unknown")]);
    check("{ http: 307, kind: bad_input, nothing_created: false }", &[(no(307), "unknown"), (no(308), "rejected")]);
    check(
        "{ code: busy, kind: other, nothing_created: false }",
        &[(no(410), "unknown"), (answered(410, json!({})), "rejected")],
    );
    // Looser, with a source.
    let looser = "{ http: 503, code: busy, kind: provider, nothing_created: true, source: page }";
    check(looser, &[(no(503), "rejected"), (answered(503, json!({})), "unknown"), (no(500), "unknown")]);
    check("{ http: 409, kind: concurrency, source: page }", &[(no(409), "not processed")]);
    // A word on the page of an outage is no proof, whatever it means elsewhere.
    let word = "{ code: busy, kind: rate_limit }, { message_has: come, kind: bad_input }";
    check(
        word,
        &[
            (no(503), "unknown"),
            (no(500), "unknown"),
            (no(409), "unknown"),
            (no(302), "unknown"),
            (no(418), "not processed"),
        ],
    );
    // A refusal that names anything of a job may have created it.
    let named = answered(429, json!({ "id": "7" }));
    check("", &[(named, "unknown"), (answered(429, json!({})), "not processed")]);
}

/// Every provider of the workspace accepts its own answers, and no code of an outage is a refusal at any of them.
#[test]
fn no_provider_is_looser_than_the_table() {
    for provider in providers() {
        let plan = provider.plan(&provider.models[0], &Inputs::new());
        let document = serde_json::from_str(&accepted(&provider, "https://acme.test", "7")).unwrap();
        assert!(matches!(decide(&plan, &answered(200, document)), Outcome::Accepted(_)), "{}", provider.id);
        for http in [302, 303, 408, 409, 500, 502, 503, 504, 520, 599] {
            assert_eq!(outcome(&provider, &answered(http, json!({}))), "unknown", "{} {http}", provider.id);
        }
    }
}
