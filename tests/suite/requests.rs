//! The exact HTTP requests, byte for byte but for the key and what is random.

use polyreel::{Client, Image};
use polyreel_spec::Provider;

use crate::support::arbitrary::png;
use crate::support::wiretap::{Then, Wiretap};
use crate::support::{accepted, provider, providers};

/// What the client sends for a request, as received.
async fn sent(provider: &Provider, fill: impl Fn(polyreel::Request) -> polyreel::Request, model: &str) -> String {
    let tap = Wiretap::start(Then::Drop).await;
    let client =
        Client::builder(provider).base_url(format!("{}/base", tap.origin)).api_key("secret-key").build().unwrap();
    let _ = fill(client.request(model)).submit().await;
    redact(&tap.received().join("\n--- again ---\n"), &tap.origin)
}

fn redact(request: &str, origin: &str) -> String {
    let mut text =
        request.replace('\r', "").replace(origin.trim_start_matches("http://"), "HOST").replace("secret-key", "KEY");
    if let Some((_, after)) = text.split_once("boundary=") {
        let boundary = after.split_whitespace().next().unwrap().to_owned();
        text = text.replace(&boundary, "EDGE");
    }
    let stable = |line: &str| !line.starts_with("content-length:");
    let line = |line: &str| line.replace(|c: char| c.is_control() || c == '\u{fffd}', "?") + "\n";
    text.lines().filter(|line| stable(line)).map(line).collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn create() {
    let full = |request: polyreel::Request| {
        let request =
            request.set("prompt", "A \"cute\" cat\nplaying.").set("negative_prompt", "dogs").set("duration", 10);
        request.set("cfg_scale", 0.5).set("aspect_ratio", "9:16")
    };
    let photo = || Image::bytes(png(300, 300, b""));
    let hyprlab = provider("hyprlab");
    insta::assert_snapshot!("hyprlab_text", sent(&hyprlab, |request| request.set("prompt", "a cat"), "kling-v2").await);
    insta::assert_snapshot!("hyprlab_full", sent(&hyprlab, full, "kling-v2").await);
    let image = |request: polyreel::Request| request.set("prompt", "a cat").set("start_image", photo());
    insta::assert_snapshot!("hyprlab_image", sent(&hyprlab, image, "kling-v2").await);
    let newer = |request: polyreel::Request| request.set("prompt", "a cat").extra("camera.zoom", 3);
    insta::assert_snapshot!("hyprlab_extra", sent(&hyprlab, newer, "kling-v2").await);

    let ai302 = provider("ai302");
    let least = |request: polyreel::Request| request.set("start_image", photo());
    insta::assert_snapshot!("ai302_least", sent(&ai302, least, "kling-2.1-i2v").await);
    let most = |request| full(request).set("start_image", photo()).set("end_image", photo()).set("audio", true);
    insta::assert_snapshot!("ai302_full", sent(&ai302, most, "kling-2.1-i2v-hd").await);
}

/// The poll goes where the create's answer says, with the key, and nowhere else.
#[tokio::test]
async fn poll() {
    for provider in providers() {
        let tap = Wiretap::start_with(|origin| {
            let body = accepted(&provider, origin, "a/b");
            Then::Send(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes())
        })
        .await;
        let clock = polyreel::mock::clock(&polyreel::mock::Clock::manual());
        let client =
            Client::builder(&provider).base_url(&tap.origin).api_key("secret-key").clock(clock).build().unwrap();
        let model = &provider.models[0];
        let mut request = client.request(&model.key).set("prompt", "a cat");
        if model.requires("start_image") {
            request = request.set("start_image", Image::bytes(png(300, 300, b"")));
        }
        let mut job = request.submit().await.unwrap();
        let _ = job.progress().await;
        let received = tap.received();
        insta::assert_snapshot!(format!("{}_poll", provider.id), redact(&received[1], &tap.origin));
    }
}
