//! One course, from its beginning to wherever a process ended, and from there to its end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use polyreel::Provider;
use polyreel::mock::{Clock, FaultProfile, MockServer, Risk, Worlds};
use polyreel_spec::Step;
use polyreel_store::{Driver as _, Filter, Happened, Record, SqliteDriver, State, Timestamp};
use polyreel_tests::one_job::{Onlookers, Task};
use tokio::runtime::Runtime;

use super::courses::{ASKABLE, Course, STALLING, Wish};
use super::trap::Trap;
use super::{after, during, restarted};
use crate::support::{provider, root, sha256};

/// How many times as fast as real time.
const SPEED: f64 = 3000.0;

/// Where processes are ended: what is reached, and which of those.
pub(super) type Point = (&'static str, usize);

/// A server, and what one course is taken with.
pub(super) struct Stage<'c> {
    course: &'c Course,
    /// By their ids.
    providers: BTreeMap<&'static str, Provider>,
    server: MockServer,
    trap: Trap,
    runtime: &'c Runtime,
}

/// One run: a world of its own, and a folder.
struct Scene {
    world: String,
    folder: tempfile::TempDir,
    task: Task,
}

impl Scene {
    fn file(&self) -> PathBuf {
        self.folder.path().join("task.json")
    }
}

impl<'c> Stage<'c> {
    pub(super) fn start(course: &'c Course, runtime: &'c Runtime) -> Self {
        let trap = Trap::default();
        let tell = trap.clone();
        let providers: BTreeMap<_, _> = course.providers().map(|id| (id, known(id))).collect();
        let settings = MockServer::builder().raw().clock(Clock::scaled(SPEED)).log(move |_| tell.requested());
        let server = runtime.block_on(settings.start(providers.values())).unwrap();
        Self { course, providers, server, trap, runtime }
    }

    fn scene(&self, name: &str) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let world = format!("run-{name}");
        self.server.with_worlds(|worlds| {
            let own = worlds.world_mut(&world).unwrap();
            if let Some(refuses) = self.course.refuses {
                let fault = "bad-input-submit".parse().unwrap();
                let risk = Risk { fault, percent: 100.0, provider: Some(refuses.to_owned()) };
                own.risk(FaultProfile { risks: vec![risk] });
            }
        });
        let site = |id: &str| {
            let keys = vec![Worlds::key(&world), self.server.secret().to_owned()];
            let keys = keys.into_iter().take(self.providers[id].auth.env().len()).collect();
            (id.to_owned(), (self.server.base_url(id).unwrap(), keys))
        };
        let task = Task {
            own: if self.course.is_askable() { vec![(own_name(), own_file())] } else { Vec::new() },
            sites: self.course.providers().map(site).collect(),
            speed: SPEED,
            order: self.course.order(folder.path()),
            batch: (!self.course.is_single).then(|| "batch".to_owned()),
            cancels: self.course.wish == Wish::Stop,
            resubmits: self.course.wish == Wish::FilmAtAnyPrice,
            store: folder.path().join("jobs.sqlite"),
        };
        let scene = Scene { world, folder, task };
        std::fs::write(scene.file(), serde_json::to_string(&scene.task).unwrap()).unwrap();
        scene
    }

    /// The job, and what happened to it.
    fn look(&self, store: &Path) -> Option<(Record, Vec<Happened>)> {
        let driver = SqliteDriver::open(store).unwrap();
        self.runtime.block_on(async {
            let record = driver.list(Filter::default()).await.unwrap().pop()?;
            let events = driver.events(record.id).await.unwrap();
            Some((record, events))
        })
    }

    /// How many creates and jobs the server has seen.
    fn seen(&self, scene: &Scene) -> (usize, usize) {
        self.server.with_worlds(|worlds| {
            let world = worlds.world(&scene.world).unwrap();
            let creates = self.course.providers().map(|id| world.creates(id)).sum();
            (creates, world.jobs(self.server.clock().now()).len())
        })
    }

    /// What the last request was about.
    fn last_step(&self, scene: &Scene) -> Option<Step> {
        self.server.with_worlds(|worlds| worlds.world(&scene.world).unwrap().requests().last()?.step)
    }

    /// All points of the course, from a run that nothing ends.
    pub(super) fn points(&self) -> Vec<Point> {
        let scene = self.scene("whole");
        let ended = self.trap.run(&scene.file(), "none", 0);
        assert!(ended.status.success(), "{}: {:?}", self.course.name, ended.steps);
        let (record, events) = self.look(&scene.task.store).unwrap();
        assert_eq!(record.state, self.course.end, "{}: {:?} {events:#?}", self.course.name, record.note);
        let reached = |kind: &str| ended.steps.iter().filter(|step| step.starts_with(kind)).count();
        let mut points = Vec::new();
        for (kind, count) in [
            ("commit-before", reached("commit-before")),
            ("commit-after", reached("commit-after")),
            ("answered", reached("answered")),
            ("requested", ended.requests),
            ("named", usize::from(record.state == State::Done)),
            ("part", usize::from(self.course.name == STALLING)),
        ] {
            points.extend((1..=count).map(|number| (kind, number)));
        }
        // What stalls takes real time.
        points.retain(|(kind, _)| self.course.name != STALLING || *kind == "part");
        points
    }

    /// Ends the process there, and finishes the job. Gives how it ended, `None` if the process did not come there.
    pub(super) fn check(&self, point: Point) -> Result<Option<State>, String> {
        let scene = self.scene(&format!("{}-{}", point.0, point.1));
        let ended = self.trap.run(&scene.file(), point.0, point.1);
        if ended.status.success() {
            return Ok(None);
        }
        let expect = |holds: bool, what: String| if holds { Ok(()) } else { Err(format!("{point:?}: {what}")) };
        let (found, events) = match self.look(&scene.task.store) {
            Some((record, events)) => (Some(record.state), events),
            None => (None, Vec::new()),
        };
        let told = events.last().map_or(Some(State::Queued), |event| after(&event.name, self.course.end));
        let may_stand = match point {
            ("commit-before" | "commit-after", number) => {
                let committed = if point.0 == "commit-before" { number - 1 } else { number };
                // Before anything happens to a job the right to send is taken, and the job is added.
                let happened = committed.saturating_sub(2);
                expect(events.len() == happened, format!("{committed} commits, and {} events", events.len()))?;
                vec![told.filter(|_| committed >= 2)]
            }
            ("named" | "part", _) => vec![Some(State::Fetching)],
            _ => during(self.last_step(&scene)).into_iter().map(Some).collect(),
        };
        expect(may_stand.contains(&found), format!("the job is {found:?}, and not one of {may_stand:?}"))?;
        let taken_over = self.take_over(&scene);
        let restarted = found.map(|state| restarted(state, self.course.is_single));
        expect(taken_over == restarted, format!("{found:?} becomes {taken_over:?}, and not {restarted:?}"))?;
        let (creates_before, _) = self.seen(&scene);
        let record = self.runtime.block_on(scene.task.work(Onlookers::default()))?;
        self.finished(&scene, restarted, creates_before, &record).map_err(|why| format!("{point:?}: {why}"))?;
        Ok(Some(record.state))
    }

    /// What whoever owns the store next finds.
    fn take_over(&self, scene: &Scene) -> Option<State> {
        let driver = SqliteDriver::open(&scene.task.store).unwrap();
        let owned = self.runtime.block_on(driver.own(Timestamp(u64::MAX / 4))).unwrap();
        drop(owned);
        drop(driver);
        self.look(&scene.task.store).map(|(record, _)| record.state)
    }

    /// What is true of a job that was finished by another process than the one that began it.
    fn finished(
        &self,
        scene: &Scene,
        restarted: Option<State>,
        creates_before: usize,
        record: &Record,
    ) -> Result<(), String> {
        let (_, events) = self.look(&scene.task.store).unwrap();
        let happened: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
        let expect = |holds: bool, what: &str| {
            let why = || format!("{what}: {} after {happened:?}, note {:?}", record.state, record.note);
            if holds { Ok(()) } else { Err(why()) }
        };
        let film = record.order.output.clone().unwrap();
        let is_resubmitted = self.course.wish == Wish::FilmAtAnyPrice;
        let films: BTreeSet<_> = std::fs::read_dir(scene.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|file| file.extension() == Some("mp4".as_ref()))
            .collect();
        // A program that is ended between a film's name and its story leaves a film that is not known to be the job's.
        let may_be_gone =
            self.course.comes_once && restarted.is_some_and(|state| matches!(state, State::Running | State::Succeeded));
        let ends = match restarted {
            Some(State::Unknown) if self.course.is_askable() => vec![self.course.end],
            // The second create may be the one whose answer is lost.
            Some(State::Unknown) if is_resubmitted => vec![self.course.end, State::Held],
            Some(State::Unknown) => vec![State::Held],
            Some(State::Cancelled) if self.course.is_single => vec![State::Cancelled],
            _ if may_be_gone => vec![State::Gone, State::Done],
            // On a busy machine the film is made before the second process asks for a stop.
            _ if events.iter().any(|event| event.name == "not_cancelled") => vec![self.course.end, State::Done],
            _ => vec![self.course.end],
        };
        expect(ends.contains(&record.state), "it ends otherwise")?;
        let (creates, jobs) = self.seen(scene);
        let count = |name: &str| happened.iter().filter(|own| **own == name).count();
        let mostly = if is_resubmitted { 2 } else { 1 };
        expect(jobs <= mostly && count("resubmitted") < mostly, "it was made twice")?;
        expect(creates <= count("sending"), "a create was not written down")?;
        expect(count("sending") - count("refused") - count("not_found") <= mostly, "it may have been made twice")?;
        let is_restarted_unsent = restarted.is_none_or(|state| state == State::Queued);
        let may_send = is_restarted_unsent || count("not_found") + count("resubmitted") > 0;
        expect(may_send || creates == creates_before, "something was sent that may exist")?;
        let spent = record.commitments().filter(|one| one.spent).count();
        expect(
            spent >= jobs || record.state == State::Failed && self.course.refuses.is_none(),
            "less is counted than is paid",
        )?;
        let is_saved = record.state == State::Done;
        expect(!is_saved || films == BTreeSet::from([film.clone()]), "it is saved otherwise than once")?;
        if let [file] = &record.files[..] {
            let bytes = std::fs::read(&file.path).unwrap();
            expect(file.path == film && file.sha256 == sha256(&bytes), "its file is another")?;
        }
        expect(is_saved == (record.files.len() == 1), "it has not the files that it should have")
    }
}

fn own_name() -> String {
    format!("{ASKABLE}.yaml")
}

fn own_file() -> String {
    let text = std::fs::read_to_string(root().join("mock-server/src/tests/vault.yaml")).unwrap();
    // Its own name is not free for a user's file, since other programs have their keys in variables of that name.
    text.replace("provider: vault", &format!("provider: {ASKABLE}"))
}

fn known(id: &str) -> Provider {
    if id == ASKABLE { polyreel_spec::source::read(&own_name(), &own_file()).unwrap() } else { provider(id) }
}
