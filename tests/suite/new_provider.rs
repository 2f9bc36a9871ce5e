//! What `cargo xtask new-provider` writes works at once. That it satisfies the schema and the laws is checked beside all
//! other provider files.

use std::path::Path;

use polyreel::ErrorKind;
use polyreel::mock::{self, MockServer};
use polyreel_codegen::{NOT_LOOKED_UP, NewProvider, regions, render};
use polyreel_spec::{Provider, source};
use serde_json::Value;

use crate::fixtures;
use crate::support::begun;

/// From a file to a film, to a job that fails, and to a crate.
pub(crate) async fn check(file: &str, text: &str) -> Provider {
    let provider = source::read(file, text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    let server = MockServer::start([&provider]).await;
    let client = mock::client(&server, &provider).unwrap();
    for model in &*provider.models {
        let job = client.request(&model.key).set("prompt", "a cat").submit().await.unwrap();
        assert!(job.await.unwrap().bytes().await.unwrap().len() > 1000);
        let job = client.request(&model.key).set("prompt", "a cat [[mock:failed]]").submit().await.unwrap();
        let error = job.await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::JobFailed(_)), "{error}\n{text}");
    }
    assert_eq!(server.creates(&provider.id), 2 * provider.models.len());
    assert!(render(std::slice::from_ref(&provider)).unwrap().iter().any(|file| file.path.ends_with("src/lib.rs")));
    regions(std::slice::from_ref(&provider)).unwrap();
    provider
}

#[tokio::test]
async fn a_new_file_makes_a_film() {
    let [text, all] = begun();
    let provider = check("begun.yaml", &text).await;
    assert_eq!((&*provider.name, provider.auth.env()[0]), ("Begun", "BEGUN_API_KEY"));
    let marks: Vec<_> = provider.assumed.iter().map(|mark| &*mark.place).collect();
    assert_eq!(
        marks,
        ["base_url", "auth", "key_page", "sources", "fields", "models", "create", "poll", "errors"],
        "whatever is made up is marked"
    );
    assert_ne!(check("begun.yaml", &all).await, provider, "all that is offered can be taken");
}

/// The fixtures of a new file are what it sends and reads.
#[test]
fn a_new_file_has_fixtures() {
    let new = NewProvider { id: "begun", base_url: None, docs: Some("https://begun.test/docs"), today: "2027-01-02" };
    let provider = source::read("begun.yaml", &new.file().unwrap()).unwrap();
    for (name, text) in new.fixtures() {
        assert!(text.contains("https://begun.test/docs") && text.contains("2027-01-02"), "{text}");
        let fixture: Value = serde_yaml::from_str(&text).unwrap();
        if name.ends_with(".request.yaml") {
            insta::with_settings!({ snapshot_suffix => "begun" }, { fixtures::sent(&provider, &fixture, Path::new(name)) });
        } else {
            let read = fixtures::reply(&provider, &fixture);
            let expected = if name == "created.reply.yaml" { "Accepted" } else { "Done" };
            assert!(read.starts_with(expected), "{name}: {read}");
        }
    }
}

#[test]
fn what_is_given_is_no_assumption() {
    let (base_url, docs) = (Some("https://api.acme.com/v2"), Some("https://acme.com/docs"));
    let text = NewProvider { id: "acme2", base_url, docs, today: "2027-01-02" }.file().unwrap();
    let provider = source::read("acme2.yaml", &text).unwrap();
    assert_eq!(provider.base_url.as_deref(), base_url);
    assert_eq!(provider.sources[0].url, docs.unwrap());
    assert_eq!(provider.sources[0].checked, "2027-01-02");
    assert!(provider.assumed.iter().all(|mark| mark.reason == NOT_LOOKED_UP));
    assert!(provider.assumed("base_url").is_none() && provider.assumed("sources").is_none());
    assert!(provider.assumed("models").is_some());
}
