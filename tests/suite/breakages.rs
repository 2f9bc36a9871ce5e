//! Answers that break off, from a server that keeps its own books: nothing is paid twice, nothing that was made is lost.

use polyreel::ErrorKind;
use polyreel::mock::{self, Break, Fault, How, MockServer, What};

use crate::support::{film_request, providers};

const BREAKS: [Break; 2] = [Break::Reset, Break::Close];

/// The server has the request, the job and the money; the client cannot know, and does not ask again.
#[tokio::test]
async fn a_create_whose_answer_breaks_off_is_unknown_and_paid_once() {
    for provider in providers() {
        let server = MockServer::start_raw([&provider]).await;
        let client = mock::client(&server, &provider).unwrap();
        let mut sent = 0;
        for how in BREAKS {
            for after in [Some(0), Some(1), Some(30), Some(90), None] {
                let fault = Fault { what: What::Create, how: How::Break(how), after, attempts: None };
                let error = film_request(&client, &provider, &format!("[[mock:{fault}]]")).submit().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{} {fault}: {error}", provider.id);
                sent += 1;
                assert_eq!((server.creates(&provider.id), server.jobs().len()), (sent, sent), "{fault}");
                let twice = |finding: &mock::Finding| finding.fault == mock::ClientFault::PaidTwice;
                assert!(!server.verdict().findings.iter().any(twice), "{fault}");
                server.clock().advance(std::time::Duration::from_secs(3600));
            }
        }
    }
}

/// Polls that break off are asked again until the deadline, and the job is kept.
#[tokio::test]
async fn a_poll_that_breaks_off_is_no_end() {
    for provider in providers().into_iter().filter(|provider| provider.poll.is_some()) {
        let server = MockServer::start_raw([&provider]).await;
        let client = mock::client(&server, &provider).unwrap();
        for how in BREAKS {
            let fault = Fault { what: What::Poll, how: How::Break(how), after: Some(40), attempts: None };
            let job = film_request(&client, &provider, &format!("[[mock:{fault}]]")).submit().await.unwrap();
            let handle = job.handle().clone();
            let error = job.await.unwrap_err();
            assert_eq!(
                (error.kind(), error.job()),
                (ErrorKind::WaitTimeout, Some(&handle)),
                "{}: {error}",
                provider.id
            );
        }
        assert_eq!(server.creates(&provider.id), BREAKS.len());
    }
}

/// A film that breaks off is not saved, is not taken for a whole one, and can be fetched again.
#[tokio::test]
async fn a_film_that_breaks_off_is_kept_by_the_provider() {
    for provider in providers() {
        let server = MockServer::start_raw([&provider]).await;
        let client = mock::client(&server, &provider).unwrap();
        for how in BREAKS {
            for after in [Some(0), Some(50), Some(1000), None] {
                let fault = Fault { what: What::Film, how: How::Break(how), after, attempts: None };
                let video = film_request(&client, &provider, &format!("[[mock:{fault}]]"))
                    .submit()
                    .await
                    .unwrap()
                    .await
                    .unwrap();
                let error = video.bytes().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::NotSaved, "{} {fault}: {error}", provider.id);
                assert!(error.job().is_some());
                server.clock().advance(std::time::Duration::from_secs(3600));
            }
        }
    }
}

/// When nothing goes wrong, the server has nothing to say against the client.
#[tokio::test]
async fn the_client_is_blameless() {
    for provider in providers() {
        let server = MockServer::start([&provider]).await;
        let client = mock::client(&server, &provider).unwrap();
        for _ in 0..3 {
            let request = film_request(&client, &provider, "A cat.");
            request.submit().await.unwrap().await.unwrap().bytes().await.unwrap();
            server.clock().advance(std::time::Duration::from_secs(60));
        }
        server.assert_blameless();
    }
}

/// A film that breaks off or does not come is asked for the rest, five times in all, and is the same film in the end.
#[tokio::test]
async fn a_film_is_fetched_on() {
    let (ok, rest, away) = (Some(200), Some(206), Some(503));
    for provider in providers() {
        let server = MockServer::start_raw([&provider]).await;
        let client = mock::client(&server, &provider).unwrap();
        let whole = film_request(&client, &provider, "A cat.").submit().await.unwrap().await.unwrap();
        if whole.url().is_none() {
            continue;
        }
        let whole = whole.bytes().await.unwrap();
        for (faults, expected) in [
            ("reset-film@2000#1", Ok(vec![ok, rest])),
            ("close-film@2000#1-4", Ok(vec![ok, rest, rest, rest, rest])),
            ("reset-film@2000#1,no-range-film#2", Ok(vec![ok, ok])),
            ("close-film@0#1", Ok(vec![None, ok])),
            ("503-film#1-4", Ok(vec![away, away, away, away, ok])),
            ("503-film", Err(vec![away; 5])),
            ("close-film@2000", Err(vec![ok, rest, rest, rest, rest])),
            // These tell that there will be no film.
            ("404-film#1", Err(vec![Some(404)])),
            ("html-film#1", Err(vec![ok])),
            ("cut-film#1", Err(vec![ok])),
        ] {
            server.clock().advance(std::time::Duration::from_secs(3600));
            let before = server.requests().len();
            let job = film_request(&client, &provider, &format!("[[mock:{faults}]]")).submit().await.unwrap();
            let made = job.await.unwrap().bytes().await;
            let requests = server.requests().split_off(before);
            let fetches: Vec<_> = requests.iter().filter(|one| one.step.is_none()).map(|one| one.http).collect();
            let seen = if made.is_ok() { Ok(fetches) } else { Err(fetches) };
            assert_eq!(seen, expected, "{} {faults}", provider.id);
            assert!(made.is_err() || made.unwrap() == whole, "{} {faults}", provider.id);
        }
        let blamed: Vec<_> = server.verdict().findings;
        assert!(blamed.is_empty(), "{}: {blamed:?}", provider.id);
    }
}

/// A create that is refused as one of too many, so that nothing was created, is sent again for as long as somebody wants;
/// whatever leaves open whether the job exists is not.
#[tokio::test]
async fn only_what_was_not_created_is_sent_again() {
    let minutes = |minutes: u64| std::time::Duration::from_secs(60 * minutes);
    for provider in providers() {
        for (faults, limit, creates, is_made) in [
            ("rate-limit-submit#1-2", minutes(5), 3, true),
            ("rate-limit-date-submit#1", minutes(5), 2, true),
            ("rate-limit-bare-submit#1-4", minutes(5), 5, true),
            ("rate-limit-garbage-submit#1", minutes(5), 2, true),
            ("rate-limit-huge-submit#1", minutes(5), 1, false),
            ("rate-limit-date-submit", minutes(1), 3, false),
            ("rate-limit-submit#1", minutes(0), 1, false),
            ("bad-input-submit#1", minutes(5), 1, false),
            ("503-submit#1", minutes(5), 1, false),
            ("close-submit#1", minutes(5), 1, false),
            ("close-create@0#1", minutes(5), 1, false),
            ("timeout-create#1", minutes(5), 1, false),
        ] {
            let server = MockServer::start_raw([&provider]).await;
            let client = mock::client_builder(&server, &provider).unwrap().submit_within(limit).build().unwrap();
            let submitted = film_request(&client, &provider, &format!("[[mock:{faults}]]")).submit().await;
            let seen = (server.creates(&provider.id), submitted.is_ok());
            assert_eq!(seen, (creates, is_made), "{} {faults}: {submitted:?}", provider.id);
            server.assert_blameless();
        }
    }
}

/// Not even the last poll before a deadline comes sooner than the provider asked.
#[tokio::test]
async fn a_deadline_is_no_reason_to_hurry() {
    for provider in providers().into_iter().filter(|provider| provider.poll.is_some()) {
        for faults in ["rate-limit-date-poll", "rate-limit-huge-poll", "stuck"] {
            let server = MockServer::start_raw([&provider]).await;
            // No multiple of any pause.
            let builder =
                mock::client_builder(&server, &provider).unwrap().deadline(std::time::Duration::from_secs(101));
            let client = builder.build().unwrap();
            let job = film_request(&client, &provider, &format!("[[mock:{faults}]]")).submit().await.unwrap();
            let handle = job.handle().clone();
            let error = job.await.unwrap_err();
            assert_eq!((error.kind(), error.job()), (ErrorKind::WaitTimeout, Some(&handle)), "{}", provider.id);
            server.assert_blameless();
        }
    }
}
