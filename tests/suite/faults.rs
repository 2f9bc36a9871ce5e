//! Whatever befalls, the client pays once, comes to an end, and says what it knows.

use std::time::Duration;

use polyreel::mock::{
    self, Booking, Break, ClientFault, Fault, FaultPlan, Finding, How, MockServer, What, World, Worlds,
};
use polyreel::spec::Provider;
use polyreel::{Client, ErrorKind};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{film_request, providers};

/// The only world that is used; it is made anew for each case.
const WORLD: &str = "case";

/// How long a client waits for an answer, in real time, when all answers come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long one waits for what may never come.
const IMPATIENCE: Duration = Duration::from_millis(100);

/// A server, and clients that wait long and not so long.
struct Studio {
    server: MockServer,
    patient: Client,
    impatient: Client,
}

async fn start(provider: &Provider) -> Studio {
    let server = MockServer::start_raw([provider]).await;
    let client = |limit: Duration| {
        let keys = provider.auth.env().into_iter().zip([Worlds::key(WORLD), server.secret().to_owned()]);
        let builder = mock::client_builder(&server, provider).unwrap().api_keys(keys.map(|(_, key)| key));
        builder.answer_within(limit * 2).silent_for(limit).deadline(Duration::from_secs(400)).build().unwrap()
    };
    Studio { patient: client(PATIENCE), impatient: client(IMPATIENCE), server }
}

fn look<T>(server: &MockServer, look: impl FnOnce(&World) -> T) -> T {
    server.with_worlds(|worlds| look(worlds.world(WORLD).unwrap()))
}

/// One film, with these faults, and what is true of it in the end.
async fn run(studio: &Studio, provider: &Provider, plan: &FaultPlan) -> Result<(), String> {
    let Studio { server, patient, impatient } = studio;
    let is_silent = plan.faults.iter().any(|fault| matches!(fault.how, How::Break(Break::Stall | Break::Drip)));
    let client = if is_silent { impatient } else { patient };
    server.with_worlds(|worlds| {
        worlds.reset(WORLD);
        worlds.world_mut(WORLD).unwrap();
    });
    let prompt = format!("A cat. {}", plan.token());
    let made = async {
        let video = film_request(client, provider, &prompt).submit().await?.await?;
        video.bytes().await
    };
    let made = made.await;
    let (creates, verdict) = look(server, |world| (world.creates(&provider.id), world.verdict()));
    // Whatever goes on without the client ends.
    server.clock().advance(Duration::from_secs(48 * 3600));
    let ledger = look(server, |world| world.ledger().to_vec());
    let booked = |booking| ledger.iter().filter(|entry| entry.booking == booking).count();
    let [reserved, charged, refunded] = [Booking::Reserved, Booking::Charged, Booking::Refunded].map(booked);
    let is_stuck = plan.faults.iter().any(|fault| fault.how == How::Stuck);
    let expect = |holds: bool, what: &str| {
        let outcome = made.as_ref().map(bytes::Bytes::len);
        holds
            .then_some(())
            .ok_or_else(|| format!("{} {plan}: {what}: {outcome:?} {verdict:#?} {ledger:#?}", provider.id))
    };
    expect(creates == 1, "one film is one create")?;
    expect(reserved <= 1 && charged <= 1, "one film is paid once")?;
    expect(is_stuck || reserved == charged + refunded, "the books balance")?;
    // On a busy machine one that does not wait long may miss a good answer as well, but that costs no money.
    let is_blamed = |finding: &&Finding| !is_silent || finding.fault != ClientFault::Orphaned;
    expect(verdict.findings.iter().find(is_blamed).is_none(), "the client is blameless")?;
    match &made {
        Ok(film) => expect(charged == 1 && film.len() > 1000 && film[4..8] == *b"ftyp", "a film is whole, and paid"),
        Err(error) if matches!(error.kind(), ErrorKind::Refused(_) | ErrorKind::NotSent) => {
            expect(charged == 0, "what is refused is not paid")
        }
        Err(error) if reserved == 1 && error.kind() != ErrorKind::OutcomeUnknown => {
            expect(error.job().is_some() || charged == 0, "a job that is paid is kept")
        }
        Err(_) => Ok(()),
    }
}

/// Drips take real time, ten bytes a second; a create is not waited for that long.
fn takes_long(fault: Fault) -> bool {
    fault.how == How::Break(Break::Drip) && fault.what != What::Create && fault.what != What::Submit
}

/// Every fault at every provider; where it is not soaked, each at one of them in turn.
#[tokio::test]
async fn every_fault_can_befall_every_provider() {
    let hows: Vec<How> = How::all().chain([300, 404, 408, 503].map(How::Http)).collect();
    let is_soak = Config::default().cases > 1000;
    let (providers, mut tried) = (providers(), 0);
    for (turn, provider) in providers.iter().enumerate() {
        let server = start(provider).await;
        let mut faults = 0;
        for what in What::ALL {
            for how in &hows {
                // Polls get well again, so that the client has a way to go on.
                let attempts = if what == What::Poll { "#1-3" } else { "" };
                let text = format!("{how}-{}{attempts}", what.name());
                let Ok(fault) = text.parse::<Fault>() else { continue };
                if takes_long(fault) {
                    continue;
                }
                let plan = FaultPlan { faults: vec![fault] };
                faults += 1;
                if is_soak || faults % providers.len() == turn {
                    tried += 1;
                    run(&server, provider, &plan).await.unwrap();
                }
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

/// Any faults together. Smaller plans that do the same are looked for.
#[test]
fn any_faults_can_befall_any_provider() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let providers = providers();
    let servers: Vec<_> = runtime.block_on(async {
        let mut servers = Vec::new();
        for provider in &providers {
            servers.push(start(provider).await);
        }
        servers
    });
    let config = Config { failure_persistence: None, ..Config::with_cases(Config::default().cases.min(100_000)) };
    let mut runner = TestRunner::new(config);
    let cases = (0..providers.len(), any::<FaultPlan>());
    let ended = runner.run(&cases, |(index, plan)| {
        let plan = FaultPlan { faults: plan.faults.into_iter().filter(|fault| !takes_long(*fault)).collect() };
        runtime.block_on(run(&servers[index], &providers[index], &plan)).map_err(TestCaseError::fail)
    });
    ended.unwrap();
}
