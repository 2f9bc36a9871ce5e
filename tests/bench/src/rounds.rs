//! Processor time per poll and time to the first answer, all servers in turn, round after round.

use crate::child::Running;
use crate::subjects::Subject;
use crate::{Result, load};

/// How many jobs are running.
const JOBS: usize = 1000;

/// What was measured of one server: medians over all rounds.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    /// Microseconds of processor time per poll.
    pub(crate) cpu: f64,
    /// Our processor time in the server's, of the same round.
    pub(crate) ours_in_its: f64,
    /// What [`Measured::ours_in_its`] may be at most.
    pub(crate) target: Option<f64>,
    /// Milliseconds from the spawn to the first answer, with one job.
    pub(crate) start: f64,
}

/// Measures all servers, the first of which is ours.
pub(crate) fn measure(subjects: &[Subject], rounds: usize) -> Result<Vec<Measured>> {
    check_likeness(subjects)?;
    let mut cpu = vec![Vec::new(); subjects.len()];
    let mut start = vec![Vec::new(); subjects.len()];
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for (number, subject) in subjects.iter().enumerate() {
            start[number].push(Running::start(subject, 1)?.start.as_secs_f64() * 1e3);
            let running = Running::start(subject, JOBS)?;
            // What is compiled or filled on the way is done by then.
            running.poll(subject, JOBS, subject.polls)?;
            let before = running.cpu()?;
            running.poll(subject, JOBS, subject.polls)?;
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            cpu[number].push((running.cpu()? - before) * 1e6 / subject.polls as f64);
        }
    }
    let row = |(number, subject): (usize, &Subject)| Measured {
        name: subject.name,
        cpu: median(cpu[number].clone()),
        ours_in_its: median(cpu[0].iter().zip(&cpu[number]).map(|(ours, its)| ours / its).collect()),
        target: subject.target,
        start: median(start[number].clone()),
    };
    Ok(subjects.iter().enumerate().map(row).collect())
}

/// Those that are written for this are to give the very answer that ours gives.
fn check_likeness(subjects: &[Subject]) -> Result {
    let mut ours = None;
    for subject in subjects.iter().filter(|subject| subject.path == subjects[0].path) {
        let (_, mut names, body) = load::once(Running::start(subject, 1)?.port, &load::path_of(subject.path, 1), "")?;
        names.sort_unstable();
        let answer = (names, body);
        if *ours.get_or_insert_with(|| answer.clone()) != answer {
            return Err(format!("{} answers {answer:?}, and ours {ours:?}; make them alike", subject.name));
        }
    }
    Ok(())
}

/// The middle one; of two in the middle the larger.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
