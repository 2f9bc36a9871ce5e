//! `polyreel mock conformance`: any client program, run through scenarios.

mod command;
mod known;
mod report;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use polyreel::mock::{MockServer, Scenario, Worlds};
use polyreel::{Clock as _, Provider, SystemClock};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::arguments::{Conformance, Speed};
use crate::exit::{Exit, Failure};
use crate::signals::Signals;
use crate::{provider_file, serve, show, site};

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
    // Found out now rather than after all cases.
    let junit = arguments.junit.as_deref().map(|file| {
        std::fs::File::create(file)
            .map_err(|error| Failure::usage(format!("{} cannot be written: {error}", shown(file))))
    });
    let junit = junit.transpose()?;
    let settings = MockServer::builder();
    let simulated: Vec<&Provider> = providers.iter().map(|provider| &**provider).collect();
    let server = Arc::new(site::simulator(settings, Speed::Times(arguments.speed), &simulated).await?);
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
    let many = provider_file::plural(cases.len(), "case");
    show::progress(&format!("{many}, {} at once; nothing is paid", arguments.jobs));
    let mut signals = Signals::listen();
    let outcomes = tokio::select! {
        outcomes = try_all(&cases, &server, folder.path(), &arguments) => outcomes.map_err(Failure::usage)?,
        () = signals.next() => {
            return Err(Failure { exit: Exit::Interrupted, ..Failure::usage("interrupted; all clients are stopped") });
        }
    };
    let is_all = arguments.provider.is_empty() && arguments.scenario.is_empty();
    let tried: Vec<_> = outcomes.iter().map(|own| (&*own.scenario.name, &*own.provider)).collect();
    if let Some(row) = known.unused(&tried).filter(|_| is_all) {
        return Err(Failure::usage(format!("the list of known failures has {row}, which is no case")));
    }
    let outcomes: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| Outcome { known: known.reason(&outcome.scenario.name, &outcome.provider), ..outcome })
        .collect();
    report::print(&outcomes, arguments.json);
    if let Some(mut file) = junit {
        file.write_all(report::junit(&outcomes).as_bytes())
            .map_err(|error| Failure::usage(format!("the JUnit file cannot be written: {error}")))?;
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
async fn try_all(
    cases: &[Case],
    server: &Arc<MockServer>,
    folder: &Path,
    arguments: &Conformance,
) -> Result<Vec<Outcome>, String> {
    let turns = Arc::new(Semaphore::new(usize::from(arguments.jobs)));
    let mut running = JoinSet::new();
    for (number, case) in cases.iter().cloned().enumerate() {
        let (turns, server, folder) = (Arc::clone(&turns), Arc::clone(server), folder.join(number.to_string()));
        let (command, limit) = (arguments.command.clone(), Duration::from_secs(arguments.timeout));
        running.spawn(async move {
            let turn = turns.acquire_owned().await;
            let outcome = try_one(&case, &server, &folder, &command, limit).await;
            drop(turn);
            outcome.map(|outcome| (number, outcome))
        });
    }
    let mut outcomes = Vec::new();
    while let Some(ended) = running.join_next().await {
        outcomes.push(ended.map_err(|error| error.to_string())??);
        if outcomes.len().is_multiple_of(20) {
            show::progress(&format!("{} of {}", outcomes.len(), cases.len()));
        }
    }
    outcomes.sort_by_key(|(number, _)| *number);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// As error why no client can be run.
async fn try_one(
    case: &Case,
    server: &MockServer,
    folder: &Path,
    command: &[String],
    limit: Duration,
) -> Result<Outcome, String> {
    let clock = SystemClock::default();
    let key = Worlds::key(&case.world);
    // Of all providers: no real key is left where the client might find it.
    let others = polyreel::all().iter().copied().filter(|other| other.id != case.provider.id);
    let variables = others.chain([&*case.provider]).flat_map(|provider| serve::variables(server, provider, &key));
    let variables: Vec<_> = variables.collect();
    let (ended, said) = command::run(case, folder, command, variables, limit).await?;
    let wrong = server.with_worlds(|worlds| match worlds.world_mut(&case.world) {
        Some(world) => case.scenario.judge(world, &case.provider, &ended),
        None => vec!["there are too many worlds".to_owned()],
    });
    let provider = case.provider.id.to_string();
    Ok(Outcome { provider, scenario: case.scenario.clone(), wrong, known: None, took: clock.now(), said })
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
    let mut chosen = names.iter().map(provider).collect::<Result<Vec<_>, _>>()?;
    let mut seen = BTreeSet::new();
    chosen.retain(|provider| seen.insert(provider.id.to_string()));
    Ok(chosen)
}

fn shown(file: &Path) -> String {
    polyreel::printable(&file.to_string_lossy())
}
