//! What create requests are read as.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::{Image, Input, Inputs, Provider};
use serde_json::json;

use super::{FormPart, acme, ai302, get, hyprlab, png, post_form, post_json};
use crate::engine::{Request, Uploads, accept};

const HYPRLAB: &str = "/video/generations";
const AI302: &str = "/klingai/m2v_21_img2video";
const DOCUMENTED: &str = r#"{"model":"kling-v2","prompt":"A cute cat playing outside.","start_image":"https://site.com/path/of/image.png","duration":5,"cfg_scale":0.5,"aspect_ratio":"16:9","negative_prompt":"..to not include specific elements."}"#;

pub(super) fn inputs<const N: usize>(inputs: [(&str, Input); N]) -> Inputs {
    inputs.into_iter().map(|(name, input)| (name.to_owned(), input)).collect()
}

pub(super) fn url(url: &str) -> Input {
    Image::Url(url.to_owned()).into()
}

pub(super) fn picture(bytes: &[u8]) -> Input {
    Image::Bytes(bytes.into()).into()
}

#[track_caller]
pub(super) fn check(provider: &Provider, request: &Request, model: &str, expected: &Inputs) {
    let accepted = accept(provider, request, &Uploads::new()).unwrap_or_else(|rejection| panic!("{rejection}"));
    assert_eq!((accepted.model.as_str(), &accepted.inputs), (model, expected));
}

/// Field, rule, and a piece of the text.
#[track_caller]
pub(super) fn check_refused(provider: &Provider, request: &Request, field: &str, rule: &str, text: &str) {
    match accept(provider, request, &Uploads::new()) {
        Ok(accepted) => panic!("accepted as {accepted:?}"),
        Err(rejection) => {
            assert_eq!((rejection.field.as_str(), rejection.rule), (field, rule), "{rejection}");
            assert!(rejection.to_string().contains(text), "{rejection}");
            assert!(!rejection.to_string().contains('\n'), "{rejection}");
        }
    }
}

#[test]
fn the_documented_request_is_taken() {
    let expected = inputs([
        ("prompt", "A cute cat playing outside.".into()),
        ("start_image", url("https://site.com/path/of/image.png")),
        ("duration", 5.into()),
        ("cfg_scale", 0.5.into()),
        ("aspect_ratio", "16:9".into()),
        ("negative_prompt", "..to not include specific elements.".into()),
    ]);
    check(&hyprlab(), &post_json(HYPRLAB, DOCUMENTED), "kling-v2", &expected);
}

#[test]
fn the_documented_request_as_printed_is_refused_for_its_comma() {
    let printed = DOCUMENTED.replace(",\"", ",\n  \"").replace('}', ",\n}");
    check_refused(&hyprlab(), &post_json(HYPRLAB, printed), "body", "json", "line 8 column 1");
}

#[test]
fn pictures_come_in_the_forms_of_the_provider() {
    let bytes = png(64, 64);
    let encoded = STANDARD.encode(&bytes);
    let with = |image: &str| post_json(HYPRLAB, json!({"model": "kling-v2", "prompt": "a", "start_image": image}));
    let expected = inputs([("prompt", "a".into()), ("start_image", picture(&bytes))]);
    check(&hyprlab(), &with(&encoded), "kling-v2", &expected);
    check(&hyprlab(), &with(&format!("data:image/png;base64,{encoded}")), "kling-v2", &expected);
    for (image, rule, text) in [
        ("cat.png", "accepts", "neither a URL nor a picture in base64"),
        ("", "accepts", "neither"),
        ("data:image/png,abc", "accepts", "without base64"),
        ("ftp://site.com/a.png", "accepts", "neither"),
        ("YWJj", "media_types", "not a picture"),
    ] {
        check_refused(&hyprlab(), &with(image), "start_image", rule, text);
    }
}

#[test]
fn json_that_is_not_taken_names_field_and_rule() {
    for (body, field, rule, text) in [
        (json!({"model": "kling-v2"}), "prompt", "required", "is required by kling-v2"),
        (json!({"model": "kling-v2", "prompt": " "}), "prompt", "empty", "is empty"),
        (json!({"model": "kling-v2", "prompt": 3}), "prompt", "type", "must be a text, not 3"),
        (json!({"model": "kling-v2", "prompt": null}), "prompt", "type", "leave it out"),
        (json!({"model": "kling-v2", "prompt": ["a"]}), "prompt", "type", "must be a text"),
        (json!({"model": "kling-v2", "prompt": "a", "duration": 7}), "duration", "values", "7 is not one of 5, 10"),
        (json!({"model": "kling-v2", "prompt": "a", "duration": "5"}), "duration", "type", "a whole number, not \"5\""),
        (json!({"model": "kling-v2", "prompt": "a", "duration": 5.5}), "duration", "type", "a whole number"),
        (json!({"model": "kling-v2", "prompt": "a", "cfg_scale": 1.5}), "cfg_scale", "range", "not between 0 and 1"),
        (json!({"model": "kling-v2", "prompt": "a", "aspect_ratio": "4:3"}), "aspect_ratio", "values", "4:3 is not"),
        (json!({"model": "kling-v2", "prompt": "a", "start_image": 1}), "start_image", "type", "must be an image"),
        (json!({"model": "kling-v2", "prompt": "a", "promt": 1}), "promt", "unknown", "not taken by kling-v2"),
        (json!({"model": "kling-v2", "prompt": "a", "x": {"y": [1]}}), "x.y[0]", "unknown", "prompt, negative_prompt"),
        (
            json!({"model": "kling-v9", "prompt": "a"}),
            "model",
            "values",
            "\"kling-v9\" is no model; HyprLab has kling-v2",
        ),
        (json!({"model": 2, "prompt": "a"}), "model", "values", "2 is no model"),
        (json!({"prompt": "a"}), "model", "required", "HyprLab has kling-v2"),
        (json!([]), "model", "required", "is required"),
        (json!("a"), "model", "required", "is required"),
        (json!({"model": "kling-v2", "duration": 7}), "prompt", "required", "; duration: 7 is not one of"),
    ] {
        check_refused(&hyprlab(), &post_json(HYPRLAB, body), field, rule, text);
    }
}

#[test]
fn requests_of_another_shape_are_refused() {
    let good = || post_json(HYPRLAB, DOCUMENTED);
    let other_type = |kind: &str| Request { headers: vec![("Content-Type".to_owned(), kind.to_owned())], ..good() };
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    for (request, field, rule, text) in [
        (get(HYPRLAB), "method", "method", "a create is a POST"),
        (Request { path: "/video".to_owned(), ..good() }, "path", "address", "goes to /video/generations"),
        (Request { path: format!("{HYPRLAB}?a=1"), ..good() }, "query", "unknown", "not taken"),
        (Request { headers: Vec::new(), ..good() }, "content-type", "encoding", "is missing; send application/json"),
        (other_type("Text/Plain; a=b"), "content-type", "encoding", "is text/plain"),
        (post_json(HYPRLAB, ""), "body", "json", "line 1 column 0"),
        (post_json(HYPRLAB, deep), "body", "json", "recursion limit"),
        (Request { body: b"{\"model\":\"\xff\"}".to_vec(), ..good() }, "body", "json", "line 1 column"),
    ] {
        check_refused(&hyprlab(), &request, field, rule, text);
    }
}

#[test]
fn forms_are_read_back() {
    let image = png(300, 400);
    let start: FormPart<'_> = ("input_image", Some("a.png"), &image);
    for (path, parts, model, duration, more) in [
        (AI302.to_owned(), vec![start], "kling-2.1-i2v", 5, inputs([])),
        (format!("{AI302}_10s"), vec![start], "kling-2.1-i2v", 10, inputs([])),
        (format!("{AI302}_hq"), vec![start], "kling-2.1-i2v-hd", 5, inputs([])),
        (format!("{AI302}_hq%5F10s"), vec![start], "kling-2.1-i2v-hd", 10, inputs([])),
        (
            AI302.to_owned(),
            vec![
                ("cfg", None, b"0.25"),
                ("enable_audio", None, b"true"),
                ("aspect_ratio", None, b"1:1"),
                ("prompt", None, "\"déjà\"\r\n--edg".as_bytes()),
                start,
            ],
            "kling-2.1-i2v",
            5,
            inputs([
                ("cfg_scale", 0.25.into()),
                ("audio", true.into()),
                ("aspect_ratio", "1:1".into()),
                ("prompt", "\"déjà\"\r\n--edg".into()),
            ]),
        ),
        (AI302.to_owned(), vec![start, ("cfg", None, b"1")], "kling-2.1-i2v", 5, inputs([("cfg_scale", 1.into())])),
    ] {
        let mut expected = more;
        expected.insert("start_image".to_owned(), picture(&image));
        expected.insert("duration".to_owned(), Input::from(duration));
        check(&ai302(), &post_form(&path, &parts), model, &expected);
    }
}

#[test]
fn forms_that_are_not_taken_name_field_and_rule() {
    let (good, small) = (png(300, 400), png(299, 400));
    let start: FormPart<'_> = ("input_image", Some("a.png"), &good);
    let cases: [(&[FormPart<'_>], &str, &str, &str); 14] = [
        (&[], "start_image", "required", "the provider calls it input_image"),
        (&[("input_image", None, b"https://site.com/a.png")], "start_image", "accepts", "is a text; a file part"),
        (&[("input_image", None, b"YWJj")], "start_image", "accepts", "file part with a filename"),
        (&[("input_image", Some("a"), &small)], "start_image", "min_side", "299x400"),
        (&[("input_image", Some("a"), b"GIF89a")], "start_image", "media_types", "not a picture"),
        (&[("input_image", Some("a"), b"")], "start_image", "media_types", "not a picture"),
        (&[("input_image", None, &good)], "input_image", "multipart", "needs a filename"),
        (&[start, start], "input_image", "multipart", "twice"),
        (&[start, ("cfg", None, b"0,5")], "cfg_scale", "type", "a number, not \"0,5\"; the provider calls it cfg"),
        (&[start, ("cfg", None, b"NaN")], "cfg_scale", "type", "a number"),
        (&[start, ("cfg", None, b"2")], "cfg_scale", "range", "not between"),
        (&[start, ("enable_audio", None, b"yes")], "audio", "type", "true or false, not \"yes\""),
        (&[start, ("prompt", Some("p.txt"), b"a")], "prompt", "type", "a text, not a file of 1 bytes"),
        (&[start, ("duration", None, b"5")], "duration", "unknown", "not taken by kling-2.1-i2v"),
    ];
    for (parts, field, rule, text) in cases {
        check_refused(&ai302(), &post_form(AI302, parts), field, rule, text);
    }
    for path in ["/klingai/m2v_21_img2video_15s", "/klingai/m2v_21", "/klingai/%ff"] {
        check_refused(&ai302(), &post_form(path, &[start]), "path", "address", "/klingai/{model}{duration}");
    }
}

#[test]
fn broken_forms_are_refused() {
    let whole = post_form(AI302, &[("input_image", Some("a.png"), &png(300, 400))]);
    for end in 0..whole.body.len() - 4 {
        let cut = Request { body: whole.body[..end].to_vec(), ..whole.clone() };
        assert_eq!(accept(&ai302(), &cut, &Uploads::new()).unwrap_err().rule, "multipart", "{end}");
    }
    check_refused(&ai302(), &post_json(AI302, "{}"), "content-type", "encoding", "send multipart/form-data");
    let nameless = b"--edge\r\nContent-Disposition: form-data\r\n\r\nx\r\n--edge--\r\n".to_vec();
    check_refused(&ai302(), &Request { body: nameless, ..whole }, "body", "multipart", "without a name");
}

#[test]
fn nested_places_constants_and_words_are_read_back() {
    let bytes = png(8, 8);
    let encoded = STANDARD.encode(&bytes);
    let whole = json!({"version": 3, "input": {
        "model": "reel-1", "text": "a", "seconds": "long", "sound": false, "seed": 7,
        "frames": [{"data": encoded}, {"data": format!("data:image/png;base64,{encoded}")}],
    }});
    let expected = inputs([
        ("prompt", "a".into()),
        ("duration", 10.into()),
        ("audio", false.into()),
        ("seed", 7.into()),
        ("start_image", picture(&bytes)),
        ("end_image", picture(&bytes)),
    ]);
    check(&acme(), &post_json("/jobs", &whole), "reel-1", &expected);
    let other = json!({"version": 3, "input": {"model": "acme/reel-2", "text": "a"}});
    check(&acme(), &post_json("/jobs", &other), "reel-2", &inputs([("prompt", "a".into())]));
    let input = |input: serde_json::Value| json!({"version": 3, "input": input});
    for (body, field, rule, text) in [
        (json!({"input": {"model": "reel-1", "text": "a"}}), "version", "constant", "must be 3"),
        (json!({"version": "3", "input": {"model": "reel-1", "text": "a"}}), "version", "constant", "must be 3"),
        (input(json!({"model": "reel-2", "text": "a"})), "model", "values", "Acme has reel-1, acme/reel-2"),
        (
            input(json!({"model": "reel-1", "text": "a", "seconds": 5})),
            "duration",
            "values",
            "5 is not one of \"short\"",
        ),
        (
            input(json!({"model": "acme/reel-2", "text": "a", "seed": 1})),
            "input.seed",
            "unknown",
            "not taken by reel-2",
        ),
        (input(json!({"model": "reel-1", "text": "a", "frames": []})), "input.frames", "unknown", "not taken"),
        (
            input(json!({"model": "reel-1", "text": "a", "frames": [{"data": encoded, "role": "x"}]})),
            "input.frames[0].role",
            "unknown",
            "not taken",
        ),
        (
            input(json!({"model": "reel-1", "text": "a", "frames": [{"data": "https://site.com/a.png"}]})),
            "start_image",
            "accepts",
            "the forms that are taken are: base64",
        ),
    ] {
        check_refused(&acme(), &post_json("/jobs", body), field, rule, text);
    }
}
