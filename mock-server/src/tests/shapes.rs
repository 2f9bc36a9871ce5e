//! What create requests of rarer shapes are read as.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::Provider;
use serde_json::{Value, json};

use super::accepting::{check, check_refused, inputs, picture, url};
use super::{ferry, inlet, png, post_form, post_json, prism, quill, vault};
use crate::engine::{Accepted, Request, Uploads, accept};

fn quill_content(mut more: Vec<Value>) -> Value {
    more.insert(0, json!({"type": "text", "text": "a cat"}));
    json!(more)
}

#[test]
fn tagged_elements_and_numbers_in_texts_are_read_back() {
    let bytes = png(8, 8);
    let first = json!({"type": "image", "role": "first", "data": STANDARD.encode(&bytes), "media_type": "image/png"});
    let last = json!({"type": "image", "role": "last", "url": "https://in.test/b.png"});
    let whole = json!({
        "model": "quill",
        "content": quill_content(vec![last, first]),
        "parameters": {"tier": "fine", "frames": 24, "duration": "7s", "guidance": "0.25", "sound": "on"},
    });
    let expected = inputs([
        ("prompt", "a cat".into()),
        ("duration", 7.into()),
        ("cfg_scale", 0.25.into()),
        ("audio", true.into()),
        ("start_image", picture(&bytes)),
        ("end_image", url("https://in.test/b.png")),
    ]);
    check(&quill(), &post_json("/jobs", &whole), "fine", &expected);
    let rough = json!({"model": "quill", "content": quill_content(vec![]), "parameters": {"tier": "rough", "duration": "6s"}, "seed": 5});
    let expected = inputs([("prompt", "a cat".into()), ("duration", 6.into()), ("seed", 5.into())]);
    check(&quill(), &post_json("/jobs", &rough), "rough", &expected);
}

#[test]
fn what_is_wrong_with_them_is_named() {
    let (picture, other) = (STANDARD.encode(png(8, 8)), b"\xff\xd8\xff\xe0");
    let with = |parameters: Value, content: Vec<Value>| {
        let mut all = json!({"tier": "fine", "frames": 24});
        all.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        json!({"model": "quill", "content": quill_content(content), "parameters": all})
    };
    let image = |more: Value| {
        let mut element = json!({"type": "image", "role": "first", "data": picture, "media_type": "image/png"});
        element.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        with(json!({}), vec![element])
    };
    for (body, field, rule, text) in [
        (with(json!({"duration": 7}), vec![]), "duration", "type", "a text like \"7s\", not 7"),
        (with(json!({"duration": "7"}), vec![]), "duration", "type", "calls it parameters.duration"),
        (with(json!({"duration": "7.5s"}), vec![]), "duration", "type", "not \"7.5s\""),
        (with(json!({"duration": "21s"}), vec![]), "duration", "range", "21 is not between"),
        (with(json!({"sound": true}), vec![]), "audio", "values", "true is not one of \"on\", \"off\""),
        (with(json!({"sound": "on", "seed": 1}), vec![]), "seed", "not_with", "together with audio"),
        (with(json!({"tier": "rough"}), vec![]), "parameters.frames", "unknown", "not taken by rough"),
        (with(json!({"tier": "smooth"}), vec![]), "parameters.tier", "constant", "must be fine"),
        (with(json!({"frames": "24"}), vec![]), "parameters.frames", "constant", "must be 24"),
        (with(json!({}), vec![json!({"type": "image", "role": "first"})]), "content[1].role", "unknown", "not taken"),
        (with(json!({}), vec![json!({"type": "text", "text": "b"})]), "content[1].text", "unknown", "not taken"),
        (
            with(json!({}), vec![json!({"type": "image", "role": "last", "url": "https://in.test/a"})]),
            "end_image",
            "needs",
            "together with start_image",
        ),
        (
            image(json!({"media_type": "image/jpeg"})),
            "content[type=image,role=first].media_type",
            "media_type",
            "first].data is image/png",
        ),
        (
            image(json!({"media_type": null})),
            "content[type=image,role=first].media_type",
            "media_type",
            "null is wrong",
        ),
        (image(json!({"data": STANDARD.encode(other)})), "start_image", "media_types", "not a picture"),
        (image(json!({"more": 1})), "content[1].more", "unknown", "not taken"),
        (json!([1]), "parameters.tier", "constant", "must be fine"),
    ] {
        check_refused(&quill(), &post_json("/jobs", body), field, rule, text);
    }
    let without = json!({"type": "image", "role": "first", "data": picture});
    let request = post_json("/jobs", with(json!({}), vec![without]));
    check_refused(&quill(), &request, "content[type=image,role=first].media_type", "media_type", "is missing");
}

fn ferry_run(path: &str, headers: &[(&str, &str)], body: &Value) -> Request {
    let mut request = post_json(path, body);
    let headers = [("X-Client", "polyreel")].iter().chain(headers);
    request.headers.extend(headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    request
}

#[test]
fn inputs_outside_the_body_are_read_back() {
    let input = json!({"input": {"prompt": "a", "negative_prompt": "b"}});
    let plain = [("prompt", "a".into()), ("negative_prompt", "b".into()), ("duration", 10.into())];
    for (path, headers, more) in [
        ("/run/water/boat:v2/d10?v=2", vec![], inputs([])),
        ("/run/water%2Fboat%3av2/d10?v=2", vec![], inputs([])),
        (
            "/run/water/boat:v2/d10?size=1080p&v=2",
            vec![("x-seed", "7")],
            inputs([("resolution", "1080p".into()), ("seed", 7.into())]),
        ),
        ("/run/water/boat:v2/d10?v=2&size=720%70", vec![], inputs([("resolution", "720p".into())])),
    ] {
        let mut expected = inputs(plain.clone());
        expected.extend(more);
        check(&ferry(), &ferry_run(path, &headers, &input), "boat", &expected);
    }
    for (path, headers, field, rule, text) in [
        ("/run/water/boat:v2/d10", vec![], "v", "constant", "must be 2"),
        ("/run/water/boat:v2/d10?v=3", vec![], "v", "constant", "must be 2"),
        ("/run/water/boat:v2/d10?v=2&v=2", vec![], "query", "unknown", "it takes size, v"),
        ("/run/water/boat:v2/d10?v=2&more=1", vec![], "query", "unknown", "\"more\" is not taken"),
        ("/run/water/boat:v2/d10?v=2&size=4k", vec![], "resolution", "values", "the provider calls it size"),
        ("/run/water/boat:v2/d10?v=2&%ff", vec![], "query", "encoding", "not UTF-8"),
        ("/run/water/boat:v2/d10?v=2", vec![("x-seed", "many")], "seed", "type", "a whole number"),
        ("/run/water/boat:v2/d15?v=2", vec![], "path", "address", "/run/{+model}/{duration} or /tides or /animate"),
        ("/run/water/ship/d10?v=2", vec![], "path", "address", "leads to no model"),
    ] {
        check_refused(&ferry(), &ferry_run(path, &headers, &input), field, rule, text);
    }
    check_refused(
        &ferry(),
        &post_json("/run/water/boat:v2/d10?v=2", &input),
        "x-client",
        "constant",
        "must be polyreel",
    );
}

#[test]
fn the_create_that_serves_the_inputs_is_the_one_that_takes_them() {
    let image = "https://in.test/a.png";
    let animated = inputs([("prompt", "a".into()), ("start_image", url(image)), ("duration", 5.into())]);
    let body = json!({"input": {"caption": "a"}, "image": image});
    for (path, model) in [("/animate/water/boat:v2/d5?v=2", "boat"), ("/animate/water/raft/d5?v=2", "raft")] {
        check(&ferry(), &ferry_run(path, &[], &body), model, &animated);
    }
    let tide = json!({"kind": "tide", "beta": true, "input": {"prompt": "a"}, "luck": 3});
    let put =
        |body: &Value| Request { method: "PUT".to_owned(), ..ferry_run("/tides?v=3", &[("x-luck", "good")], body) };
    check(&ferry(), &put(&tide), "tide", &inputs([("prompt", "a".into()), ("seed", 3.into())]));
    let plain = json!({"input": {"prompt": "a"}, "image": image});
    for (request, field, rule, text) in [
        // The plain create with what the variant is for, and the other way round.
        (
            ferry_run("/run/water/boat:v2/d5?v=2", &[], &plain),
            "start_image",
            "variant",
            "goes to POST /animate/{+model}",
        ),
        (
            ferry_run("/animate/water/boat:v2/d5?v=2", &[], &json!({"input": {"caption": "a"}})),
            "start_image",
            "variant",
            "is missing from a call to POST /animate",
        ),
        // No plan of this model leads here.
        (ferry_run("/run/water/raft/d5?v=2", &[], &plain), "path", "address", "leads to no model"),
        (ferry_run("/animate/water/boat:v2/d10?v=2", &[], &body), "path", "address", "leads to no model"),
        (ferry_run("/animate/water/boat:v2/d5?v=2", &[], &plain), "input.prompt", "unknown", "input.caption"),
        (
            put(&json!({"kind": "tides", "beta": true, "input": {"prompt": "a"}})),
            "model",
            "values",
            "\"tides\" is no model",
        ),
        (put(&json!({"kind": "tide", "beta": "true", "input": {"prompt": "a"}})), "beta", "constant", "must be true"),
        (ferry_run("/tides?v=3", &[], &tide), "method", "method", "a create is a PUT"),
    ] {
        check_refused(&ferry(), &request, field, rule, text);
    }
}

#[test]
fn variants_that_differ_in_nothing_that_is_sent_are_told_apart_by_their_inputs() {
    let mut provider = ferry();
    let mut variants = provider.variants.to_vec();
    variants[1].operation.address = provider.create.address.clone();
    provider.variants = variants.into();
    let image = "https://in.test/a.png";
    let plain = ferry_run("/run/water/boat:v2/d5?v=2", &[], &json!({"input": {"prompt": "a"}}));
    check(&provider, &plain, "boat", &inputs([("prompt", "a".into()), ("duration", 5.into())]));
    let animated = ferry_run("/run/water/boat:v2/d5?v=2", &[], &json!({"input": {"caption": "a"}, "image": image}));
    let expected = inputs([("prompt", "a".into()), ("duration", 5.into()), ("start_image", url(image))]);
    check(&provider, &animated, "boat", &expected);
    // Two models that nothing tells apart are two readings.
    let mut models = provider.models.to_vec();
    models.push(polyreel_spec::Model { key: "dinghy".into(), ..models[0].clone() });
    provider.models = models.into();
    check_refused(&provider, &plain, "model", "ambiguous", "does not tell them apart");
}

fn form(path: &str, body: &str) -> Request {
    let content_type = "application/x-www-form-urlencoded; charset=utf-8".to_owned();
    Request {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: vec![("content-type".to_owned(), content_type)],
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn plain_forms_are_read_back() {
    let expected = inputs([("prompt", "a cat & co".into()), ("duration", 5.into()), ("audio", false.into())]);
    let body = "engine=glass&prompt=a+cat%20%26+co&duration=5&audio=false";
    check(&prism(), &form("/film?mode=fast&key=mock-key", body), "glass", &expected);
    check(&prism(), &form("/film?mode=fast", body), "glass", &expected);
    check(&prism(), &form("/link?mode=fast", "engine=stone&prompt=a"), "stone", &inputs([("prompt", "a".into())]));
    for (request, field, rule, text) in [
        (form("/film?mode=fast", "engine=stone&prompt=a"), "model", "values", "\"stone\" is no model"),
        (form("/film?mode=fast", "engine=glass&prompt=a&prompt=b"), "prompt", "form", "twice"),
        (form("/film?mode=fast", "engine=glass&prompt=%ff"), "body", "form", "not UTF-8"),
        (form("/film?mode=fast", "engine=glass&prompt=a&duration=5s"), "duration", "type", "a whole number"),
        (form("/film?mode=fast", "engine=glass&prompt=a&seed=1"), "seed", "unknown", "not taken by glass"),
        (form("/film", "engine=glass&prompt=a"), "mode", "constant", "must be fast"),
        (post_json("/film?mode=fast", "{}"), "content-type", "encoding", "send application/x-www-form-urlencoded"),
    ] {
        check_refused(&prism(), &request, field, rule, text);
    }
}

#[test]
fn a_file_makes_a_form_and_everything_else_may_be_either() {
    let bytes = png(8, 8);
    let plain = inputs([("prompt", "a".into())]);
    check(&inlet(), &post_json("/v1/jobs", json!({"prompt": "a"})), "reed", &plain);
    check(&inlet(), &post_form("/v1/jobs", &[("prompt", None, b"a")]), "reed", &plain);
    let with_file = post_form("/v1/jobs", &[("prompt", None, b"a"), ("end_image", Some("b.png"), &bytes)]);
    check(&inlet(), &with_file, "reed", &inputs([("prompt", "a".into()), ("end_image", picture(&bytes))]));
    let as_text = post_json("/v1/jobs", json!({"prompt": "a", "end_image": STANDARD.encode(&bytes)}));
    check_refused(&inlet(), &as_text, "end_image", "accepts", "file part");
    check_refused(&inlet(), &form("/v1/jobs", "prompt=a"), "content-type", "encoding", "or application/json");
}

#[test]
fn uploaded_files_are_found_by_their_identifiers() {
    let bytes = png(8, 8);
    let uploads: Uploads = [("7".to_owned(), bytes.as_slice().into()), ("x".to_owned(), b"text"[..].into())].into();
    let read = |provider: &Provider, request: &Request| accept(provider, request, &uploads);
    let expected = inputs([("prompt", "a".into()), ("start_image", picture(&bytes))]);
    for (provider, path, model, good, bad) in [
        (&vault(), "/jobs", "safe", json!(7), [json!("7"), json!(8), json!(7.5), json!("https://in.test/a.png")]),
        (&inlet(), "/v1/jobs", "reed", json!("7"), [json!(7), json!("8"), json!(null), json!("x")]),
    ] {
        let place = if model == "safe" { "image_id" } else { "start_image" };
        let request = |id: &Value| post_json(path, json!({"prompt": "a", place: id}));
        let accepted = Accepted { model: model.to_owned(), inputs: expected.clone() };
        assert_eq!(read(provider, &request(&good)), Ok(accepted));
        for id in bad {
            let rejection = read(provider, &request(&id)).unwrap_err();
            assert_eq!(rejection.field, "start_image", "{id}");
            assert!(["type", "upload", "media_types"].contains(&rejection.rule), "{id} {rejection}");
        }
    }
    let as_text = post_form("/v1/jobs", &[("prompt", None, b"a"), ("start_image", None, b"7")]);
    assert_eq!(read(&inlet(), &as_text).unwrap().inputs, expected);
}
