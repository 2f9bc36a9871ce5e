//! Which later call on which job a request is.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use polyreel_spec::{Address, Constant, Method, Operation, Path, Piece, Provider, Step, Term};
use serde_json::{Value, json};

use super::{acme, ai302, ferry, get, hyprlab, inlet, post_json, quill, real, vault};
use crate::engine::{Request, Ticket, mint, route};

const BASE: &str = "http://127.0.0.1:4100/x";

/// Tickets of one job per model, and their polls' paths.
fn tickets(provider: &Provider) -> Vec<Ticket> {
    let ticket = |(ordinal, model): (usize, &polyreel_spec::Model)| {
        let job = format!("job {ordinal}/ü");
        mint(provider, BASE, model, &job, "/create")
    };
    provider.models.iter().chain(&provider.models).enumerate().map(ticket).collect()
}

#[test]
fn saved_values_are_minted() {
    for (provider, expected) in [
        (&hyprlab(), vec![("id", "m-1"), ("poll_url", "http://host/v1/video/generations/m-1")]),
        (&ai302(), vec![("id", "m-1")]),
        (&acme(), vec![("id", "m-1"), ("token", "m-1-token")]),
    ] {
        let saved = mint(provider, "http://host/v1", &provider.models[0], "m-1", "/create").saved;
        assert_eq!(saved.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_poll_leads_to_its_job() {
    for (provider, path) in [
        (&hyprlab(), "/video/generations/job%201%2F%C3%BC"),
        (&ai302(), "/klingai/task/job%201%2f%c3%bc/fetch"),
        (&acme(), "/jobs/job%201%2F%C3%BC/job%201%2F%C3%BC-token"),
    ] {
        let tickets = tickets(provider);
        assert_eq!(route(provider, &get(path), &tickets), Some((Step::Poll, &tickets[1])), "{path}");
        for other in [
            get(&path.replace("%201", "%2099")),
            get(&path.replace("%2F", "/").replace("%2f", "/")),
            get(&format!("{path}/")),
            get(&format!("{path}?a")),
            post_json(path, "{}"),
            Request { body: b"x".to_vec(), ..get(path) },
            get(""),
        ] {
            assert_eq!(route(provider, &other, &tickets), None, "{other:?}");
        }
        assert_eq!(route(provider, &get(path), &[]), None);
    }
}

#[test]
fn a_minted_url_leads_to_its_job() {
    let provider = hyprlab();
    for ticket in &tickets(&provider) {
        let path = ticket.saved["poll_url"].strip_prefix(BASE).unwrap();
        let others = tickets(&provider);
        assert_eq!(route(&provider, &get(path), &others), Some((Step::Poll, ticket)));
    }
}

#[test]
fn a_poll_with_a_body_must_have_that_very_body() {
    let mut provider = acme();
    let constant = |at: &str, value| Constant { at: Path::parse(at).unwrap(), value };
    let poll = provider.poll.as_mut().unwrap();
    poll.method = Method::Post;
    poll.address = Address::parse("/poll/{id}").unwrap();
    let model = Term::Reference("model".into());
    poll.body = vec![constant("a.model", model), constant("v", Term::Constant(3.into()))].into();
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

/// The call that a client makes with what it was given.
fn call(provider: &Provider, operation: &Operation, ticket: &Ticket) -> Request {
    let value = |name: &str| match name {
        "model" => provider.model(&ticket.model).unwrap().id.to_string(),
        "create_path" => ticket.create_path.clone(),
        "reference" => ticket.reference.clone().unwrap(),
        _ => ticket.saved[name].clone(),
    };
    let term = |term: &Term| match term {
        Term::Constant(scalar) => scalar.to_string(),
        Term::Reference(name) => value(name),
    };
    let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Reserved(name) if *name == "create_path" => value(name),
        Piece::Reserved(name) => value(name).split('/').map(escape).collect::<Vec<_>>().join("/"),
        Piece::Reference(name) => escape(&value(name)),
    };
    let path = match operation.url_from.as_deref() {
        Some(name) => ticket.saved[name].strip_prefix(BASE).unwrap().to_owned(),
        None => operation.address.pieces.iter().map(piece).collect(),
    };
    let pair = |name: &str, value: &Term| format!("{}={}", escape(name), escape(&term(value)));
    let query: Vec<_> = operation.query.iter().map(|parameter| pair(&parameter.name, &parameter.value)).collect();
    let mut body = serde_json::Map::new();
    for constant in &operation.body {
        body.insert(constant.at.to_string(), Value::from(term(&constant.value)));
    }
    let plain = if body.is_empty() { get("") } else { post_json("", Value::from(body)) };
    let own = provider.headers.iter().chain(&operation.headers);
    let own = own.map(|parameter| (parameter.name.to_string(), term(&parameter.value)));
    Request {
        method: operation.method.name().to_owned(),
        path: if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) },
        headers: plain.headers.into_iter().chain(own).collect(),
        body: plain.body,
    }
}

#[test]
fn every_later_call_leads_to_its_job() {
    let mut led = Vec::new();
    for provider in real().into_iter().chain(vec![acme(), quill(), ferry(), vault(), inlet()]) {
        let tickets: Vec<_> = tickets(&provider)
            .into_iter()
            .enumerate()
            .map(|(ordinal, ticket)| Ticket { reference: Some(format!("mine & {ordinal}")), ..ticket })
            .collect();
        for step in [Step::Poll, Step::Result, Step::Download, Step::Cancel, Step::Find] {
            let Some(operation) = provider.operation(step) else { continue };
            for ticket in &tickets {
                let request = call(&provider, operation, ticket);
                let routed = route(&provider, &request, &tickets);
                assert_eq!(routed, Some((step, ticket)), "{} {step} {request:?}", provider.id);
            }
            led.push(step);
        }
    }
    for step in [Step::Poll, Step::Result, Step::Download, Step::Cancel, Step::Find] {
        assert!(led.contains(&step), "{step}");
    }
}

#[test]
fn query_headers_and_body_are_part_of_a_later_call() {
    let (provider, other) = (quill(), ferry());
    let tickets = tickets(&provider);
    let good = call(&provider, provider.poll.as_ref().unwrap(), &tickets[0]);
    assert_eq!(route(&provider, &good, &tickets), Some((Step::Poll, &tickets[0])));
    let without = |name: &str| {
        let headers = good.headers.iter().filter(|(own, _)| own != name).cloned().collect();
        Request { headers, ..good.clone() }
    };
    let number = tickets[0].saved["id"].parse::<u64>().unwrap();
    let with_body = |body: Value| Request { body: body.to_string().into_bytes(), ..good.clone() };
    assert!(route(&provider, &with_body(json!({"number": number})), &tickets).is_some());
    for request in [
        Request { path: good.path.replace("verbose=1", "verbose=2"), ..good.clone() },
        Request { path: good.path.replace("?verbose=1", ""), ..good.clone() },
        Request { path: format!("{}&a=b", good.path), ..good.clone() },
        without("x-job-token"),
        without("Content-Type"),
        with_body(json!({"number": number + 1})),
        with_body(json!({"number": number, "more": 1})),
        with_body(json!({})),
        Request { body: Vec::new(), ..good.clone() },
    ] {
        assert_eq!(route(&provider, &request, &tickets), None, "{request:?}");
    }
    // A header of all calls.
    let ticket = mint(&other, BASE, &other.models[0], "j", "/run/water/boat%3Av2/d5");
    let good = call(&other, other.poll.as_ref().unwrap(), &ticket);
    assert!(route(&other, &good, [&ticket]).is_some());
    // The escaped path of the create may be escaped once more, or not at all.
    for path in ["/run/water/boat:v2/d5", "/run/water/boat%253Av2/d5"] {
        let request = Request { path: good.path.replace("/run/water/boat%3Av2/d5", path), ..good.clone() };
        assert!(route(&other, &request, [&ticket]).is_some(), "{path}");
    }
    assert_eq!(route(&other, &Request { headers: Vec::new(), ..good }, [&ticket]), None);
}
