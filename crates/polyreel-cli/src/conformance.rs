//! `polyreel mock conformance`: any client program, run through scenarios.

mod command;
mod known;
mod report;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use polyreel::mock::{Ended, MockServer, Scenario, Worlds};
use polyreel::{Clock as _, Provider, SystemClock};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::arguments::{Conformance, Speed};
use crate::exit::{Exit, Failure};
use crate::{generate, provider_file, serve, show};

/// One film at one provider.
#[derive(Clone, Debug)]
struct Case {
    provider: Arc<Provider>,
    scenario: Scenario,
    /// The world that it has for itself.
    world: String,
}

/// What came of a case.
#[derive(Clone, Debug)]
struct Outcome {
    provider: String,
    scenario: Scenario,
    /// What the client did wrong.
    wrong: Vec<String>,
    /// Why that was expected, if it was.
    known: Option<String>,
    took: Duration,
    /// The end of what the client printed on stderr.
    said: String,
}

impl Outcome {
    fn is_expected(&self) -> bool {
        self.wrong.is_empty() != self.known.is_some()
    }
}

pub(crate) async fn run(arguments: Conformance) -> Result<(), Failure> {
    if arguments.list {
        report::list(arguments.json);
        return Ok(());
    }
    let own = arguments.spec.iter().map(|file| provider_file::read(file)).collect::<Result<Vec<_>, _>>()?;
    let providers = providers(&arguments.provider, own)?;
    let known = match &arguments.known_failing {
        Some(file) => known::read(file)?,
        None => known::Known::default(),
    };
    let settings = MockServer::builder();
    let simulated: Vec<&Provider> = providers.iter().map(|provider| &**provider).collect();
    let server = Arc::new(generate::simulator(settings, Speed::Times(arguments.speed), &simulated).await?);
    let folder = tempfile::tempdir().map_err(|error| Failure::usage(format!("there is no room for films: {error}")))?;
    command::write_picture(folder.path()).map_err(|error| Failure::usage(format!("there is no room: {error}")))?;
    let is_wanted =
        |scenario: &Scenario| arguments.scenario.is_empty() || arguments.scenario.contains(&scenario.name.to_string());
    let cases = providers.iter().flat_map(|provider| {
        let wanted = Scenario::of(provider).into_iter().filter(is_wanted);
        wanted.map(|scenario| (Arc::clone(provider), scenario))
    });
    let cases: Vec<_> = cases
        .enumerate()
        .map(|(number, (provider, scenario))| Case { provider, scenario, world: format!("case-{number}") })
        .collect();
    let is_nowhere = |name: &&String| !cases.iter().any(|case: &Case| case.scenario.name == **name);
    if let Some(name) = arguments.scenario.iter().find(is_nowhere) {
        let why = format!("there is no scenario {} at any of these providers", polyreel::printable(name));
        return Err(Failure::usage(why).hint("`polyreel mock conformance --list` lists them"));
    }
    show::progress(&format!("{} cases, {} at once; nothing is paid", cases.len(), arguments.jobs));
    let outcomes = try_all(&cases, &server, folder.path(), &arguments).await;
    let outcomes: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| Outcome { known: known.reason(&outcome.scenario.name, &outcome.provider), ..outcome })
        .collect();
    report::print(&outcomes, arguments.json);
    if let Some(file) = &arguments.junit {
        std::fs::write(file, report::junit(&outcomes))
            .map_err(|error| Failure::usage(format!("{} cannot be written: {error}", shown(file))))?;
    }
    let unexpected = outcomes.iter().filter(|outcome| !outcome.is_expected()).count();
    if unexpected == 0 {
        return Ok(());
    }
    let message =
        format!("{} of {} went otherwise than expected", provider_file::plural(unexpected, "case"), outcomes.len());
    Err(Failure { exit: Exit::Invalid, is_told: arguments.json, ..Failure::usage(message) })
}

/// Runs all cases, so many at once, and gives what came of them in their order.
async fn try_all(cases: &[Case], server: &Arc<MockServer>, folder: &Path, arguments: &Conformance) -> Vec<Outcome> {
    let turns = Arc::new(Semaphore::new(usize::from(arguments.jobs)));
    let mut running = JoinSet::new();
    for (number, case) in cases.iter().cloned().enumerate() {
        let (turns, server, folder) = (Arc::clone(&turns), Arc::clone(server), folder.join(number.to_string()));
        let (command, limit) = (arguments.command.clone(), Duration::from_secs(arguments.timeout));
        running.spawn(async move {
            let turn = turns.acquire_owned().await;
            let outcome = try_one(&case, &server, &folder, &command, limit).await;
            drop(turn);
            (number, outcome)
        });
    }
    let mut outcomes = Vec::new();
    while let Some(ended) = running.join_next().await {
        outcomes.extend(ended.ok());
        if outcomes.len().is_multiple_of(20) {
            show::progress(&format!("{} of {}", outcomes.len(), cases.len()));
        }
    }
    outcomes.sort_by_key(|(number, _)| *number);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

async fn try_one(case: &Case, server: &MockServer, folder: &Path, command: &[String], limit: Duration) -> Outcome {
    let clock = SystemClock::default();
    let key = Worlds::key(&case.world);
    // Of all providers: no real key is left where the client might find it.
    let others = polyreel::all().iter().copied().filter(|other| other.id != case.provider.id);
    let variables = others.chain([&*case.provider]).flat_map(|provider| serve::variables(server, provider, &key));
    let variables: Vec<_> = variables.collect();
    let (ended, said) = match command::run(case, folder, command, variables, limit).await {
        Ok(ended) => ended,
        Err(why) => (Ended::default(), why),
    };
    let wrong = server.with_worlds(|worlds| match worlds.world_mut(&case.world) {
        Some(world) => case.scenario.judge(world, &case.provider, &ended),
        None => vec!["there are too many worlds".to_owned()],
    });
    let provider = case.provider.id.to_string();
    Outcome { provider, scenario: case.scenario.clone(), wrong, known: None, took: clock.now(), said }
}

fn providers(names: &[String], own: Vec<Provider>) -> Result<Vec<Arc<Provider>>, Failure> {
    let all = polyreel::all().iter().map(|provider| Arc::new((*provider).clone()));
    let all: Vec<_> = all.chain(own.into_iter().map(Arc::new)).collect();
    if names.is_empty() {
        return Ok(all);
    }
    let provider = |name: &String| {
        all.iter().find(|provider| provider.is_called(name)).cloned().ok_or_else(|| {
            let known: Vec<_> = all.iter().map(|provider| &*provider.id).collect();
            Failure::usage(format!(
                "there is no provider {}; there are {}",
                polyreel::printable(name),
                known.join(", ")
            ))
        })
    };
    names.iter().map(provider).collect()
}

fn shown(file: &Path) -> String {
    polyreel::printable(&file.to_string_lossy())
}
