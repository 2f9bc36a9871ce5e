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
