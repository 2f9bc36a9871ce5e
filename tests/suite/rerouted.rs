//! Routes with somebody to fall back on: the next one is asked if nothing was created, and never otherwise.

use polyreel::mock::{self, MockServer};
use polyreel::{ErrorKind, Route, Studio, Terms, VideoRequest};

use crate::support::place::Place;
use crate::support::provider;
use crate::support::simulator::{SPEED, Simulator};

/// What befalls the first one's create, and whether the second one is asked then.
const FAULTS: [(&str, bool); 12] = [
    ("refused", true),
    ("no-credit", true),
    ("unauthorized", true),
    ("moderated", true),
    ("rate-limited", true),
    ("lost-answer", false),
    ("server-error", false),
    ("no-id", false),
    ("garbled-answer", false),
    ("reset-create@10", false),
    ("redirect-create", false),
    ("failed,instant-job", false),
];

fn creates(server: &MockServer) -> [usize; 2] {
    ["eachlabs", "hyprlab"].map(|id| server.creates(id))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_is_asked_only_if_nothing_was_created() {
    for (fault, goes_on) in FAULTS {
        let (place, simulator) = (Place::new(), Simulator::start().await);
        let option = format!("eachlabs.prompt=[[mock:{fault}]]");
        let order = ["--route", "eachlabs,hyprlab", "--speed", SPEED, "--set", &option, "A cat.", "-o", "cat.mp4"];
        let shown = simulator.run(&place, &[&["generate"], &order[..]].concat());
        assert_eq!(creates(&simulator.server), [1, usize::from(goes_on)], "{fault}: {shown}");
        assert_eq!(shown.starts_with("exit code: 0"), goes_on, "{fault}: {shown}");
        // Why not the first one, who is asked next, and who has made it.
        let told = ["eachlabs: refused (", "; now hyprlab kling-v2 is asked\n", "cat.mp4: made by HyprLab kling-v2"];
        assert!(told.iter().all(|told| shown.contains(told) == goes_on), "{fault}: {shown}");
        let job = &place.jobs()[0];
        let cost = if goes_on { "1" } else { "0.35" };
        assert_eq!(job["cost"]["price"]["amount"], cost, "{fault}: what was refused costs nothing: {job:#}");
        simulator.server.assert_blameless();
    }
}

/// The same without waiting for the film, in a batch, and where nobody is there at all.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_goes_on_to_the_next_one() {
    let (place, simulator) = (Place::new(), Simulator::start().await);
    let order = ["--route", "eachlabs,hyprlab", "--set", "eachlabs.prompt=[[mock:no-credit]]", "A cat.", "-o", "a.mp4"];
    let shown = simulator.run(&place, &[&["submit"], &order[..]].concat());
    assert!(shown.contains("; now hyprlab kling-v2 is asked\n"), "{shown}");
    assert_eq!(place.jobs()[0]["provider"], "hyprlab");
    let row = r#"{"prompt":"A cat.","route":"eachlabs,hyprlab","eachlabs":{"prompt":"[[mock:no-credit]] again"}}"#;
    place.put("a.jsonl", row);
    let shown = simulator.run(&place, &["batch", "a.jsonl", "--speed", SPEED]);
    assert!(shown.contains("1 saved; spent, counting what is unknown: $1.00\n"), "{shown}");
    assert_eq!(creates(&simulator.server), [2, 2]);
    let mut environment = simulator.environment();
    environment.retain(|(name, _)| *name != "EACHLABS_BASE_URL");
    environment.push(("EACHLABS_BASE_URL", "http://127.0.0.1:1"));
    let order = ["generate", "--route", "eachlabs,hyprlab", "--speed", SPEED, "A cat.", "-o", "b.mp4"];
    let shown = place.run(&environment, &order);
    let told = "eachlabs: no connection could be made; nothing was sent; now hyprlab kling-v2 is asked\n";
    assert!(shown.starts_with("exit code: 0") && shown.contains(told), "{shown}");
    assert_eq!(creates(&simulator.server), [2, 3]);
}

/// The library does the same, and says why nobody has made it.
#[tokio::test(flavor = "multi_thread")]
async fn a_studio_does_the_same() {
    let providers = ["eachlabs", "hyprlab"].map(provider);
    let route: Route = "eachlabs,hyprlab".parse().unwrap();
    for (fault, goes_on) in FAULTS {
        let server = MockServer::start_raw(&providers).await;
        let studio = Studio::new(providers.iter().map(|provider| mock::client(&server, provider).unwrap()));
        let request = VideoRequest::new("A cat.").option("eachlabs", "prompt", format!("[[mock:{fault}]]"));
        let submitted = studio.submit(&request, &route, &Terms::default()).await;
        assert_eq!(creates(&server), [1, usize::from(goes_on)], "{fault}: {submitted:?}");
        match submitted {
            Ok(job) if goes_on => {
                assert_eq!(job.handle().provider(), "hyprlab");
                job.await.unwrap().bytes().await.unwrap();
            }
            Ok(job) => assert!(matches!(job.await.unwrap_err().kind(), ErrorKind::JobFailed(_)), "{fault}"),
            Err(error) => assert!(!goes_on && error.kind() == ErrorKind::OutcomeUnknown, "{fault}: {error}"),
        }
        server.assert_blameless();
    }
    let server = MockServer::start_raw(&providers).await;
    let studio = Studio::new(providers.iter().map(|provider| mock::client(&server, provider).unwrap()));
    let submit = async |request, terms: &Terms| studio.submit(&request, &route, terms).await.unwrap_err();
    // Refused by all: the last one's word.
    let error = submit(VideoRequest::new("[[mock:refused]]"), &Terms::default()).await;
    assert!(matches!(error.kind(), ErrorKind::Refused(_)) && error.to_string().starts_with("hyprlab: "), "{error}");
    assert_eq!(creates(&server), [1, 1]);
    // Nobody may be asked: too long, too dear.
    for (request, price) in [(VideoRequest::new("A cat.").seconds(7), "9"), (VideoRequest::new("A cat."), "0.34")] {
        let error = submit(request, &Terms { max_price: Some(price.parse().unwrap()), ..Terms::default() }).await;
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert_eq!(creates(&server), [1, 1]);
}
