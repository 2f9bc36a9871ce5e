//! Which later call on which job a request is.

use polyreel_spec::{Address, Constant, Method, Path, Provider, Step, Term};
use serde_json::json;

use super::{acme, ai302, get, hyprlab, post_json};
use crate::engine::{Request, Ticket, mint, route};

/// Tickets of one job per model, and their polls' paths.
fn tickets(provider: &Provider) -> Vec<Ticket> {
    let base = "http://127.0.0.1:4100/x";
    let ticket = |(ordinal, model): (usize, &polyreel_spec::Model)| {
        let job = format!("job {ordinal}/ü");
        Ticket { saved: mint(provider, base, model, &job), job, model: model.key.to_string() }
    };
    provider.models.iter().chain(&provider.models).enumerate().map(ticket).collect()
}

#[test]
fn saved_values_are_minted() {
    for (provider, expected) in [
        (hyprlab(), vec![("id", "m-1"), ("poll_url", "http://host/v1/video/generations/m-1")]),
        (ai302(), vec![("id", "m-1")]),
        (acme(), vec![("id", "m-1"), ("token", "m-1-token")]),
    ] {
        let saved = mint(&provider, "http://host/v1", &provider.models[0], "m-1");
        assert_eq!(saved.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_poll_leads_to_its_job() {
    for (provider, path) in [
        (hyprlab(), "/video/generations/job%201%2F%C3%BC"),
        (ai302(), "/klingai/task/job%201%2f%c3%bc/fetch"),
        (acme(), "/jobs/job%201%2F%C3%BC/job%201%2F%C3%BC-token"),
    ] {
        let tickets = tickets(&provider);
        assert_eq!(route(&provider, &get(path), &tickets), Some((Step::Poll, &tickets[1])), "{path}");
        for other in [
            get(&path.replace("%201", "%207")),
            get(&path.replace("%2F", "/").replace("%2f", "/")),
            get(&format!("{path}/")),
            get(&format!("{path}?a")),
            post_json(path, "{}"),
            Request { body: b"x".to_vec(), ..get(path) },
            get(""),
        ] {
            assert_eq!(route(&provider, &other, &tickets), None, "{other:?}");
        }
        assert_eq!(route(&provider, &get(path), &[]), None);
    }
}

#[test]
fn a_minted_url_leads_to_its_job() {
    let provider = hyprlab();
    for ticket in &tickets(&provider) {
        let path = ticket.saved["poll_url"].strip_prefix("http://127.0.0.1:4100/x").unwrap();
        let others = tickets(&provider);
        assert_eq!(route(&provider, &get(path), &others), Some((Step::Poll, ticket)));
    }
}

#[test]
fn a_poll_with_a_body_must_have_that_very_body() {
    let mut provider = acme();
    let constant = |at: &str, value| Constant { at: Path::parse(at).unwrap(), value };
    provider.poll.method = Method::Post;
    provider.poll.address = Address::parse("/poll/{id}").unwrap();
    provider.poll.body = vec![constant("a.model", Term::Model), constant("v", Term::Constant(3.into()))].into();
    let tickets = tickets(&provider);
    // The second job is one of the second model.
    for (body, found) in [
        (json!({"a": {"model": "acme/reel-2"}, "v": 3}), true),
        (json!({"a": {"model": "reel-1"}, "v": 3}), false),
        (json!({"a": {"model": "acme/reel-2"}, "v": 4}), false),
        (json!({"a": {"model": "acme/reel-2"}}), false),
        (json!({"a": {"model": "acme/reel-2"}, "v": 3, "w": 1}), false),
        (json!(null), false),
    ] {
        let routed = route(&provider, &post_json("/poll/job%201%2F%C3%BC", &body), &tickets);
        assert_eq!(routed, found.then_some((Step::Poll, &tickets[1])), "{body}");
    }
}
