//! A film as a file: whole, or not at all.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::Video;
use crate::{Result, mp4};

/// What to do when a file of that name is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfTaken {
    /// Save beside it: `cat-1.mp4`, `cat-2.mp4`, …
    SaveBeside,
    /// Save beside it, unless it is this very film, byte for byte: then the film is saved already. For a program that was ended
    /// before it could write down that it had saved the film.
    SaveBesideOthers,
    /// Replace it.
    Replace,
}

impl Video {
    /// Saves the film as a file and says under which name. It is fetched into a temporary file beside it, checked to be
    /// a whole film, and then renamed; a file that is already there is kept, and the film is saved beside it.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched, is no whole film, or cannot be written. The error keeps the handle, so it can be
    /// fetched again.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<PathBuf> {
        self.save_as(path, IfTaken::SaveBeside).await
    }

    /// Saves the film as a file, with a choice when the name is taken.
    ///
    /// # Errors
    ///
    /// As [`Video::save`].
    pub async fn save_as(&self, path: impl AsRef<Path>, if_taken: IfTaken) -> Result<PathBuf> {
        let path = path.as_ref();
        let write = |error: std::io::Error| self.lost(format!("cannot write {}: {error}", path.display()));
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = temporary(folder).map_err(write)?;
        let mut stream = self.stream().await?;
        while let Some(piece) = stream.next().await? {
            file.write_all(&piece).map_err(write)?;
        }
        file.as_file().sync_all().map_err(write)?;
        if let Some(flaw) = flaw(file.as_file_mut()).map_err(write)? {
            return Err(self.lost(format!("what the provider sent is no whole film: {flaw}")));
        }
        let saved = place(file, path, if_taken).map_err(write)?;
        keep_name(folder);
        Ok(saved)
    }
}

/// A file beside the future film. Temporary files are private by default; a film is as open as the user's other files.
fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".polyreel-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Makes sure that a new name outlives a power failure. Where a folder cannot be synced the name is kept all the same, only
/// perhaps later.
fn keep_name(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// What is wrong with a film, if anything.
pub(super) fn flaw(file: &mut (impl Read + Seek)) -> std::io::Result<Option<String>> {
    let length = file.seek(SeekFrom::End(0))?;
    mp4::flaw(length, |offset| {
        file.seek(SeekFrom::Start(offset))?;
        let mut head = Vec::with_capacity(16);
        file.take(16).read_to_end(&mut head)?;
        Ok(head)
    })
}

/// Gives a finished file its name, without ever replacing one that is not to be replaced.
fn place(mut file: tempfile::NamedTempFile, path: &Path, if_taken: IfTaken) -> std::io::Result<PathBuf> {
    if if_taken == IfTaken::Replace {
        file.persist(path)?;
        return Ok(path.to_owned());
    }
    for number in 0..10_000 {
        let name = match number {
            0 => path.to_owned(),
            _ => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                let extension = path.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
                path.with_file_name(format!("{stem}-{number}{extension}"))
            }
        };
        match file.persist_noclobber(&name) {
            Ok(_) => return Ok(name),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(error.error),
        }
        if if_taken == IfTaken::SaveBesideOthers && is_same(file.path(), &name).unwrap_or(false) {
            return Ok(name);
        }
    }
    Err(std::io::Error::other("every name is taken"))
}

/// Whether both are files that hold the same.
fn is_same(one: &Path, other: &Path) -> std::io::Result<bool> {
    let (metadata, others) = (std::fs::metadata(one)?, std::fs::metadata(other)?);
    if !others.is_file() || metadata.len() != others.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(File::open(one)?), BufReader::new(File::open(other)?));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if length == 0 || left[..length] != right[..length] {
            return Ok(left.is_empty() && right.is_empty());
        }
        one.consume(length);
        other.consume(length);
    }
}
