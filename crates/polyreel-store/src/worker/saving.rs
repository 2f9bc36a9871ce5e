//! Films as files, each with its story beside it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use polyreel::{Error, IfTaken, JobHandle, Video};
use ring::digest::{Context, SHA256};
use serde_json::{Value, json};

use super::Worker;
use crate::{Record, SavedFile};

impl Worker {
    /// Saves every film of a job, whole and synced, under the name that was ordered.
    pub(super) async fn save(&self, record: &Record, film: &Video) -> polyreel::Result<Vec<SavedFile>> {
        let output = record.order.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.mp4", record.id)));
        let may_be_saved = self.may_be_saved(record, &output).await;
        let mut files = Vec::new();
        for (number, film) in film.each().iter().enumerate() {
            let if_taken = match self.0.if_taken {
                // Only the first film may replace the user's file, or the second would replace the first.
                IfTaken::Replace if number == 0 => IfTaken::Replace,
                _ if may_be_saved => IfTaken::SaveBesideOthers,
                _ => IfTaken::SaveBeside,
            };
            let path = film.save_as(&output, if_taken).await?;
            let saved = checked(&path).map_err(|error| unreadable(&path, &error))?;
            tell(record, film, &saved).map_err(|error| unreadable(&path, &error))?;
            files.push(saved);
        }
        Ok(files)
    }

    /// Whether the film of that name may be this job's: it was fetched before, and its program ended before it could write down
    /// that it was saved.
    async fn may_be_saved(&self, record: &Record, output: &Path) -> bool {
        if !output.exists() {
            return false;
        }
        let events = self.0.driver.events(record.id).await.unwrap_or_default();
        events.iter().filter(|event| event.name == "fetching" && !event.ignored).count() > 1
    }
}

/// The film of a job, if a program had saved it and its story and ended before it could write that down.
pub(super) fn saved_already(record: &Record) -> Option<SavedFile> {
    let film = record.order.output.as_ref()?;
    let story: Value = serde_json::from_slice(&std::fs::read(beside(film)).ok()?).ok()?;
    let is_told = |saved: &SavedFile| story["job"] == record.id.to_string() && story["sha256"] == saved.sha256;
    checked(film).ok().filter(is_told)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::configuration(format!("the film is at {}, but cannot be told of: {error}", path.display()))
}

fn checked(path: &Path) -> std::io::Result<SavedFile> {
    let (mut file, mut digest, mut bytes) = (File::open(path)?, Context::new(&SHA256), 0);
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        digest.update(&piece[..read]);
        bytes += read as u64;
    }
    let sha256 = digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    Ok(SavedFile { path: std::path::absolute(path)?, bytes, sha256 })
}

/// The file beside a film that tells how it was made: `cat.mp4` → `cat.mp4.json`.
pub(crate) fn beside(film: &Path) -> PathBuf {
    let mut name = film.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}

/// Writes the story of a film beside it, replacing an older one of the same film's name.
fn tell(record: &Record, film: &Video, saved: &SavedFile) -> std::io::Result<()> {
    let path = beside(&saved.path);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut story = tempfile::Builder::new().prefix(".polyreel-").suffix(".part").tempfile_in(folder)?;
    writeln!(story, "{:#}", told(record, film.handle(), film, saved))?;
    story.as_file().sync_all()?;
    story.persist(&path)?;
    Ok(())
}

fn told(record: &Record, handle: &JobHandle, film: &Video, saved: &SavedFile) -> Value {
    let candidate = record.candidate();
    let quoted = candidate.and_then(|candidate| candidate.price.as_ref());
    let commitment = record.commitment.as_ref();
    let stated = commitment.filter(|commitment| commitment.stated).and_then(|commitment| commitment.price.as_ref());
    json!({
        "job": record.id,
        "request": record.order.request,
        "prompt": record.order.request.get("prompt"),
        "seed": film.also().get("seed").or_else(|| record.order.request.get("seed")),
        "provider": handle.provider(),
        "model": handle.model(),
        "provider_job": handle.id(),
        "request_id": handle.request_id(),
        "simulated": handle.is_simulated(),
        "quoted": quoted,
        "quote_assumed": candidate.and_then(|candidate| candidate.assumed.as_deref()),
        "charged": stated,
        "also": film.also(),
        "bytes": saved.bytes,
        "sha256": saved.sha256,
    })
}
