//! A process that ends at any step of any job: before and after each commit, while a request is on its way, when its answer was
//! read, while a film comes and when it has its name. The store is then as the table of the machine says, the job is finished
//! by another process, and is paid once.

mod courses;
mod stage;
mod trap;

use std::collections::BTreeMap;
use std::sync::Mutex;

use polyreel_spec::Step;
use polyreel_store::State;

use courses::COURSES;
use stage::Stage;

/// Where a job stands after an event of a course that ends so; `None` after one that no course has.
fn after(event: &str, end: State) -> Option<State> {
    Some(match event {
        "reserved" => State::Ready,
        "sending" => State::Sending,
        // There is nobody else to be asked.
        "refused" if end == State::Failed => State::Failed,
        "refused" | "not_found" | "resubmitted" => State::Queued,
        "accepted" | "found" | "not_cancelled" => State::Running,
        "unclear" => State::Unknown,
        "cannot_tell" => State::Held,
        "made" | "not_fetched" => State::Succeeded,
        "fetching" => State::Fetching,
        "saved" => State::Done,
        "failed_there" => State::Failed,
        "cancel_asked" => State::Cancelling,
        "cancelled_there" => State::Cancelled,
        _ => return None,
    })
}

/// Where a job may stand while a call is on its way, or its answer has just been read.
fn during(step: Option<Step>) -> Vec<State> {
    match step {
        Some(Step::Create) => vec![State::Sending],
        Some(Step::Poll | Step::Result) => vec![State::Running, State::Cancelling],
        Some(Step::Cancel) => vec![State::Cancelling],
        Some(Step::Find | Step::Balance) => vec![State::Unknown],
        Some(Step::Download) | None => vec![State::Fetching],
        Some(Step::Upload) => vec![State::Ready],
    }
}

/// What the table of the machine says of a restart.
fn restarted(state: State, is_single: bool) -> State {
    match state {
        State::Queued | State::Ready if is_single => State::Cancelled,
        State::Ready => State::Queued,
        State::Sending => State::Unknown,
        State::Fetching => State::Succeeded,
        same => same,
    }
}

#[expect(clippy::print_stderr, reason = "it says how much was tried")]
#[test]
fn a_process_may_end_at_any_step() {
    let (left, tried) = (Mutex::new(COURSES.iter().collect::<Vec<_>>()), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                let runtime =
                    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
                loop {
                    let Some(course) = left.lock().unwrap().pop() else { return };
                    let stage = Stage::start(course, &runtime);
                    let points = stage.points();
                    let (mut ends, mut wrong) = (BTreeMap::<State, usize>::new(), Vec::new());
                    for point in &points {
                        match stage.check(*point) {
                            Ok(Some(end)) => *ends.entry(end).or_default() += 1,
                            Ok(None) => {}
                            Err(why) => wrong.push(why),
                        }
                    }
                    assert!(wrong.is_empty(), "{}:\n  {}", course.name, wrong.join("\n  "));
                    // How often it is asked for may differ from run to run.
                    let reached: usize = ends.values().sum();
                    assert!(reached * 10 >= points.len() * 9, "{}: of {points:?} {reached} were reached", course.name);
                    tried.lock().unwrap().insert(course.name, (reached, ends));
                }
            });
        }
    });
    let tried = tried.into_inner().unwrap();
    let points: usize = tried.values().map(|(points, _)| points).sum();
    eprintln!("{points} points of {} courses", tried.len());
    for (name, (points, ends)) in tried {
        eprintln!("{name:>24}: {points} points, which ended: {ends:?}");
    }
}
