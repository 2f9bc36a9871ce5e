//! The report of a batch, from the jobs of its rows.

use std::path::Path;

use polyreel_store::{Commitment, Record, Timestamp};

use super::quote::Sum;
use crate::report::{CostNote, Entry, Outcome, Report};
use crate::{outcome, show};

/// A row as it ended.
pub(super) struct Row {
    /// Its name for people.
    pub(super) id: String,
    pub(super) record: Record,
    pub(super) outcome: Outcome,
    /// Why it did not go on, beside what the job itself says.
    pub(super) why: Option<String>,
}

/// The report, with films named from `folder` on.
pub(super) fn report(batch: &str, folder: &Path, began: Timestamp, ended: Timestamp, rows: &[Row]) -> Report {
    let mut sum = Sum::default();
    for commitment in rows.iter().flat_map(|row| spent(&row.record)) {
        sum.add(commitment.price.as_ref());
    }
    let name = Path::new(batch).file_name().map_or(batch.to_owned(), |name| name.to_string_lossy().into_owned());
    Report {
        title: format!("Films of {name}"),
        batch: batch.to_owned(),
        started: format!("{} UTC", show::at(began)),
        ended: Some(format!("{} UTC", show::at(ended))),
        costs: sum.texts(),
        unpriced: sum.unpriced,
        entries: rows.iter().map(|row| entry(row, folder)).collect(),
    }
}

/// What was spent, or counts so. What is only reserved is given back where the run ended before it was sent.
fn spent(record: &Record) -> impl Iterator<Item = &Commitment> {
    record.commitments().filter(|one| one.spent)
}

fn entry(row: &Row, folder: &Path) -> Entry {
    let record = &row.record;
    let candidate = record.candidate();
    let handle = outcome::handle(record);
    let commitment = record.commitment.as_ref().filter(|one| one.spent);
    let is_saved = row.outcome == Outcome::Saved;
    let took = record.sent_at.filter(|_| is_saved).map(|sent| record.updated_at.0.saturating_sub(sent.0) / 1000);
    let prices: Option<Vec<_>> = spent(record).map(|one| one.price.as_ref().map(ToString::to_string)).collect();
    let cost = prices.map(|prices| if prices.is_empty() { "nothing".to_owned() } else { prices.join(" + ") });
    let note = commitment.filter(|_| cost.is_some()).map(|commitment| match candidate {
        _ if commitment.stated => CostNote::Stated,
        Some(candidate) if candidate.assumed.is_some() => CostNote::Assumed,
        _ => CostNote::Quoted,
    });
    Entry {
        id: row.id.clone(),
        prompt: record.order.request.get("prompt").and_then(|prompt| prompt.as_str()).unwrap_or_default().to_owned(),
        provider: candidate.map(|candidate| candidate.provider.clone()).unwrap_or_default(),
        model: candidate.map(|candidate| candidate.model.clone()).unwrap_or_default(),
        outcome: row.outcome,
        why: row.why.clone().or_else(|| record.note.clone()).filter(|_| !is_saved),
        cost,
        cost_note: note,
        took_seconds: took,
        films: record.files.iter().map(|file| from(folder, &file.path)).collect(),
        job: handle.map(|handle| handle.id().to_owned()),
    }
}

/// The path of a film from the folder of its report.
fn from(folder: &Path, film: &Path) -> String {
    let below = film.strip_prefix(folder);
    let parts = |path: &Path| path.iter().map(|part| part.to_string_lossy().into_owned()).collect::<Vec<_>>().join("/");
    match below {
        Ok(below) => parts(below),
        Err(_) => {
            let common = folder.components().zip(film.components()).take_while(|(one, other)| one == other).count();
            let up = folder.components().skip(common).map(|_| "..".to_owned());
            let down = film.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
            up.chain(down).collect::<Vec<_>>().join("/")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn films_are_named_from_the_report_on() {
        for (folder, film, path) in [
            ("/a/films", "/a/films/cat.mp4", "cat.mp4"),
            ("/a/films", "/a/films/b/cat.mp4", "b/cat.mp4"),
            ("/a/reports", "/a/films/cat.mp4", "../films/cat.mp4"),
            ("/a/b/c", "/d/cat.mp4", "../../../d/cat.mp4"),
        ] {
            assert_eq!(super::from(Path::new(folder), Path::new(film)), path);
        }
    }
}
