//! What each verb does with a job that it is meant for.

use super::{Desk, ended, timeless};

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_sent_followed_and_saved() {
    let desk = Desk::new().await;
    let shown = desk.run(&["submit", "--provider", "hyprlab", "A cat.", "-o", "cat.mp4"]);
    insta::assert_snapshot!("jobs_submit", timeless(&shown));
    let told = desk.run(&["submit", "--provider", "hyprlab", "--json", "A dog.", "-o", "dog.mp4"]);
    let json: serde_json::Value = serde_json::from_str(told.lines().nth(2).unwrap()).unwrap();
    assert_eq!((json["state"].as_str(), json["provider"].as_str()), (Some("running"), Some("hyprlab")), "{told}");
    insta::assert_snapshot!("jobs_list", desk.run(&["jobs"]));
    assert_eq!(desk.run(&["jobs"]), desk.jobs("list", &[]));
    ended(&desk.jobs("list", &["--state", "done"]), 0, "there are no such jobs");
    ended(&desk.jobs("list", &["--limit", "1"]), 0, "1 earlier ones are not shown; --limit shows more");
    let waited = desk.jobs("wait", &[]);
    ended(&waited, 0, "dog.mp4: an MP4 file\n");
    let waited = waited.split("--- stderr").next().unwrap();
    assert!(waited.contains("cat.mp4\n") && waited.contains("dog.mp4\n"), "{waited}");
    let job = desk.last();
    let id = job["job"].as_str().unwrap();
    insta::assert_snapshot!("jobs_show", timeless(&desk.jobs("show", &[&id[id.len() - 8..]])));
    let whole = desk.show(id);
    let events: Vec<_> = whole["events"].as_array().unwrap().iter().map(|event| event["event"].to_string()).collect();
    assert_eq!(
        events.join(" "),
        "\"reserved\" \"sending\" \"accepted\" \"made\" \"fetching\" \"saved\"",
        "it is kept what happened, and in which order"
    );
    let keys: Vec<_> = whole.as_object().unwrap().keys().map(String::as_str).collect();
    insta::assert_snapshot!("jobs_show_keys", keys.join("\n"));
    assert_eq!(desk.simulator.creates(), 2);
    desk.simulator.server.assert_blameless();
}

/// What may be secret or signed is not shown, whoever asks.
#[tokio::test(flavor = "multi_thread")]
async fn no_key_and_no_signed_url_is_shown() {
    let desk = Desk::new().await;
    let made = desk.submit("A cat. [[mock:instant]]");
    let stuck = desk.submit("[[mock:503-film]]");
    desk.jobs("wait", &["--deadline", "300"]);
    let films: Vec<_> = desk.simulator.server.jobs().iter().map(|job| job.id.clone()).collect();
    let urls = desk
        .simulator
        .server
        .with_worlds(|worlds| films.iter().filter_map(|job| worlds.first().film_url(job)).collect::<Vec<_>>());
    let signatures: Vec<_> = urls.iter().filter_map(|url| url.split_once('?')).map(|(_, signed)| signed).collect();
    assert_eq!(signatures.len(), 2, "{urls:?}");
    for job in [&made, &stuck] {
        for arguments in [&["show", job][..], &["show", job, "--json"], &["list"], &["list", "--json"]] {
            let shown = desk.run(&[&["jobs"], arguments].concat());
            ended(&shown, 0, "");
            let secret = signatures.iter().chain(&["mock-key", "mock-secret"]).find(|secret| shown.contains(**secret));
            assert_eq!(secret, None, "{arguments:?}: {shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_stopped() {
    let desk = Desk::new().await;
    let job = desk.submit("[[mock:stuck]]");
    ended(&desk.jobs("cancel", &[&job, "--json"]), 0, "\"state\":\"cancelling\"");
    ended(&desk.jobs("wait", &[&job]), 4, "cancelled");
    assert_eq!(desk.show(&job)["state"], "cancelled");
    // A provider that stops no jobs says so, and the job goes on.
    desk.run(&["submit", "--provider", "hyprlab", "[[mock:stuck]]"]);
    let id = desk.last()["job"].as_str().unwrap().to_owned();
    let shown = desk.jobs("cancel", &[&id]);
    ended(&shown, 5, "jobs wait");
    assert_eq!(desk.show(&id)["state"], "running", "{shown}");
}

/// Nobody can tell, so a person looks and says what he found.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_job_is_settled_by_a_person() {
    let desk = Desk::new().await;
    let jobs =
        ["Cat 1.", "Cat 2.", "Cat 3."].map(|cat| desk.submit(&format!("{cat} [[mock:lost-answer,instant-job]]")));
    insta::assert_snapshot!("jobs_reconcile", desk.jobs("reconcile", &[]));
    let [found, lost, given_up] = &jobs;
    let theirs = desk.simulator.server.jobs();
    ended(&desk.jobs("adopt", &[found, &theirs[0].id]), 0, "go on with it: polyreel jobs wait JOB");
    ended(&desk.jobs("wait", &[found]), 0, "film-0.mp4: made by Eachlabs");
    ended(&desk.jobs("abandon", &[given_up, "--json"]), 0, "\"state\":\"abandoned\"");
    assert_eq!(desk.show(given_up)["cost"]["spent"], true, "it goes on counting as spent");
    assert_eq!(desk.simulator.creates(), 3);
    // The same prompt loses its answer once more.
    let again = desk.jobs("resubmit", &[lost]);
    ended(&again, 6, "1 unknown");
    assert!(again.contains("eachlabs kling-v2-5-turbo-pro-text-to-video: $0.35\n"), "the price comes first: {again}");
    let whole = desk.show(lost);
    assert_eq!((&whole["attempt"], &whole["earlier_costs"][0]["amount"]), (&2.into(), &"0.35".into()), "{whole:#}");
    assert_eq!(desk.simulator.creates(), 4);
}

/// What was spent stays spent, and a cap counts it; what a cap or anything else keeps from being sent stays what it was.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_was_paid_before() {
    let desk = Desk::new().await;
    let job = desk.submit("[[mock:failed,instant-job]]");
    ended(&desk.jobs("wait", &[&job]), 4, "failed");
    let unknown = desk.submit("[[mock:lost-answer]]");
    let evidence = desk.show(&unknown);
    for (arguments, code, holds) in [
        (&["--max-per-day", "1.04"][..], 2, "over the cap of $1.04 per day, of which $0.70 is reserved or spent"),
        (&["--max-cost", "0.34"], 2, "over the cap of $0.34 per request"),
        (&["--max-per-day", "1.39", &job], 2, "over the cap of $1.39 per day, of which $1.05 is reserved or spent"),
        (&["--mock"], 2, "--mock has no jobs"),
        (&["--spec", "nowhere.yaml"], 2, "cannot read nowhere.yaml"),
        (&["fffffff"], 2, "there is no job fffffff"),
    ] {
        ended(&desk.jobs("resubmit", &[&[unknown.as_str()], arguments].concat()), code, holds);
        assert_eq!(desk.show(&unknown), evidence, "{arguments:?}");
    }
    let no_key = desk.place.run(&[], &["jobs", "resubmit", &unknown]);
    ended(&no_key, 2, "no key is set for Eachlabs");
    let elsewhere = [("EACHLABS_API_KEY", "k"), ("EACHLABS_BASE_URL", "http://127.0.0.1:1")];
    ended(&desk.place.run(&elsewhere, &["jobs", "resubmit", &unknown]), 2, "the job was meant for");
    assert_eq!(desk.show(&unknown), evidence);
    assert_eq!(desk.simulator.creates(), 2);
    ended(&desk.jobs("resubmit", &[&job, "--max-per-day", "1.05"]), 4, "1 failed");
    assert_eq!(desk.simulator.creates(), 3);
    let whole = desk.show(&job);
    let costs = (&whole["earlier_costs"][0]["amount"], &whole["cost"]["price"]["amount"], &whole["cost"]["spent"]);
    assert_eq!(costs, (&"0.35".into(), &"0.35".into(), &true.into()), "{whole:#}");
    ended(&desk.jobs("show", &[&job]), 0, "cost     $0.35 + $0.35\n");
    let next = ["generate", "--provider", "eachlabs", "--max-per-day", "1.39", "A cat.", "-o", "cat.mp4"];
    ended(&desk.run(&next), 2, "of which $1.05 is reserved or spent");
}
