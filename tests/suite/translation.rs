//! One request for every provider: what becomes of it at each.

use std::fmt::Write as _;

use polyreel::spec::{Input, Scalar};
use polyreel::{Image, Provider, VideoRequest, mock};
use serde_json::json;

use crate::support::root;

fn built_in() -> impl Iterator<Item = &'static Provider> {
    polyreel::all().iter().copied()
}

fn picture() -> Image {
    Image::from_path(root().join("examples/photo.png")).unwrap()
}

/// Who can do it and who cannot, with the reason.
fn check(name: &str, request: &VideoRequest) {
    let quotes = request.quotes(built_in());
    let mut page = String::new();
    for offer in &quotes.able {
        let price = offer.quote.price.as_ref().map_or("unknown".to_owned(), ToString::to_string);
        let _ = write!(page, "{} {}: {price}", offer.provider.id, offer.model.key);
        let _ = write!(page, ", {} s film", offer.seconds.map_or("?".to_owned(), |seconds| seconds.to_string()));
        let _ = match offer.latency {
            Some((short, long)) => write!(page, ", {} to {} s", short.as_secs(), long.as_secs()),
            None => write!(page, ", time unknown"),
        };
        if !offer.left_out.is_empty() {
            let _ = write!(page, ", without {}", offer.left_out.join(", "));
        }
        for warning in &offer.warnings {
            let _ = write!(page, ", {warning}");
        }
        page.push('\n');
    }
    page.push_str("---\n");
    for refusal in &quotes.unable {
        let reasons: Vec<_> = refusal.violations.iter().map(ToString::to_string).collect();
        let _ = writeln!(page, "{} {}: {}", refusal.provider.id, refusal.model.key, reasons.join("; "));
    }
    insta::assert_snapshot!(name, page);
}

#[test]
fn every_provider_does_it_or_says_why_not() {
    let cat = || VideoRequest::new("A cute cat playing outside.");
    check("text", &cat());
    check("length_and_shape", &cat().seconds(10).aspect_ratio("9:16"));
    check("nobody_has_this_length", &cat().seconds(7));
    check("picture_file", &cat().start_image(picture()));
    check("picture_url", &cat().start_image(Image::url("https://example.com/cat.png")));
    check("seed_is_lacked", &cat().seed(7));
    check("seed_may_be_lacked", &cat().seed(7).may_lack("seed"));
    check("family", &cat().family("kling-2.0-master"));
    check("by_name_alone", &cat().model("kling-2-sync"));
    check("option_of_one_provider", &cat().option("aimlapi", "camera_control", "down_back"));
}

/// A text is read as what the input is, and as nothing else.
#[test]
fn words_are_read_as_what_the_input_is() {
    let eachlabs = built_in().find(|provider| provider.id == "eachlabs").unwrap();
    let model = eachlabs.model("kling-v2-6-pro-text-to-video").unwrap();
    let inputs = |name: &str, word: &str| {
        let request = VideoRequest::new("12").set(name, word);
        request
            .offer(eachlabs, model)
            .map(|offer| offer.inputs[name].clone())
            .map_err(|no| no.violations[0].to_string())
    };
    let value = |scalar: Scalar| Ok(Input::Value(scalar));
    for (name, word, read) in [
        ("duration", "10", value(Scalar::Int(10))),
        ("duration", " 5 ", value(Scalar::Int(5))),
        ("duration", "5.0", Err("duration: must be a whole number".to_owned())),
        ("cfg_scale", "0.5", value(Scalar::Number(0.5))),
        ("cfg_scale", "1", value(Scalar::Int(1))),
        ("cfg_scale", "NaN", Err("cfg_scale: must be a number".to_owned())),
        ("audio", "true", value(Scalar::Bool(true))),
        ("audio", "yes", Err("audio: must be true or false".to_owned())),
        ("prompt", "12", value("12".into())),
    ] {
        assert_eq!(inputs(name, word), read, "{name} {word}");
    }
    for (number, is_whole) in [(5.0, true), (10.0, true), (5.5, false), (1e300, false), (f64::NAN, false)] {
        let offer = VideoRequest::new("A cat.").set("duration", number).offer(eachlabs, model);
        assert_eq!(offer.is_ok(), is_whole, "{number}");
    }
}

/// The written form is the request, pictures included.
#[test]
fn the_written_form_is_the_request() {
    let full = VideoRequest::new("A cat.")
        .negative_prompt("dogs")
        .seconds(5)
        .aspect_ratio("1:1")
        .cfg_scale(0.25)
        .start_image(Image::url("https://example.com/a.png"))
        .seed(-3)
        .audio(false)
        .family("f")
        .model("m")
        .option("eachlabs", "routing", "kling")
        .extra("eachlabs", "input.fps", json!([24]))
        .may_lack("seed");
    for request in [VideoRequest::default(), VideoRequest::new(""), full] {
        let written = request.to_json();
        let read = VideoRequest::from_json(&written).unwrap();
        assert_eq!(read.to_json(), written);
    }
    let with_file = VideoRequest::new("A cat.").start_image(picture());
    let read = VideoRequest::from_json(&with_file.to_json()).unwrap();
    let offered = |request: &VideoRequest| {
        let quotes = request.quotes(built_in());
        quotes.able.iter().map(|offer| (offer.model.key.to_string(), offer.inputs.clone())).collect::<Vec<_>>()
    };
    assert!(!offered(&with_file).is_empty());
    assert_eq!(offered(&read), offered(&with_file), "a data: URI is the same picture");
}

#[test]
fn what_is_no_request_is_refused() {
    let mut page = String::new();
    for value in [
        json!([]),
        json!({ "prompt": null }),
        json!({ "prompt": ["a"] }),
        json!({ "seconds": 5, "duration": 5 }),
        json!({ "seed": 18_446_744_073_709_551_615_u64 }),
        json!({ "options": { "a": 1 } }),
        json!({ "extra": [] }),
        json!({ "may_lack": "seed" }),
        json!({ "family": 1 }),
    ] {
        match VideoRequest::from_json(&value) {
            Ok(request) => writeln!(page, "{value}: taken as {request:?}").unwrap(),
            Err(error) => writeln!(page, "{value}: {error}").unwrap(),
        }
    }
    insta::assert_snapshot!(page);
}

/// Files are read where they are named, and only where a picture is meant.
#[test]
fn pictures_are_read_from_files() {
    let folder = root().join("examples");
    let named = VideoRequest::new("photo.png").set("start_image", "photo.png");
    let loaded = named.clone().load_pictures(&folder, built_in()).unwrap();
    assert_eq!(loaded, VideoRequest::new("photo.png").start_image(picture()));
    let missing = named.load_pictures(&folder.join("nowhere"), built_in()).unwrap_err();
    assert!(missing.to_string().contains("cannot read the picture"), "{missing}");
}

/// What is sent is what was quoted: the mock server takes it.
#[tokio::test]
async fn what_is_sent_is_what_was_quoted() {
    for provider in built_in() {
        let server = mock::MockServer::start([provider]).await;
        let client = mock::client(&server, provider).unwrap();
        let request = VideoRequest::new("A cat.")
            .start_image(Image::url("https://example.com/cat.png"))
            .set("duration", "5")
            .seed(1)
            .may_lack("seed")
            .may_lack("start_image");
        let quotes = request.quotes([provider]);
        let offer = quotes.able.first().unwrap();
        let job = request.request(&client, &offer.model.key).unwrap().submit().await.unwrap();
        assert_eq!(job.handle().model(), &*offer.model.key);
        assert_eq!(server.creates(&provider.id), 1);
    }
}
