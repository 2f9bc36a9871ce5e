//! Where a film goes: what can be known before anything is sent.

use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// Checks that a film can be saved under this name.
pub(crate) fn check(output: &Path, overwrite: bool) -> Result<(), Failure> {
    let shown = output.display();
    let bytes = output.as_os_str().as_encoded_bytes();
    let no_file =
        bytes.ends_with(b"/") || bytes.ends_with(b"/.") || bytes.ends_with(b"\\") || output.file_name().is_none();
    if no_file || output.is_dir() {
        return Err(Failure::usage(format!("{shown} is a folder, not a file; nothing was sent")));
    }
    let folder = folder(output);
    if !folder.is_dir() {
        return Err(Failure::usage(format!("the folder {} does not exist; nothing was sent", folder.display())));
    }
    // What cannot be written is not paid for.
    tempfile::tempfile_in(&folder)
        .map_err(|error| Failure::usage(format!("cannot write in {}: {error}; nothing was sent", folder.display())))?;
    // A link that leads nowhere exists as well.
    if let Ok(metadata) = output.symlink_metadata() {
        if !overwrite {
            let failure = Failure::usage(format!("{shown} exists already; nothing was sent"));
            return Err(failure.hint("choose another name with -o, or replace it with --overwrite"));
        }
        if !metadata.is_file() && !metadata.is_symlink() {
            return Err(Failure::usage(format!("{shown} is no ordinary file and is not replaced; nothing was sent")));
        }
    }
    let name = output.file_name().map_or(0, std::ffi::OsStr::len);
    if name > 200 {
        return Err(Failure::usage(format!(
            "the name of the output has {name} bytes, at most 200 leave room for what is written beside it; nothing was sent"
        )));
    }
    Ok(())
}

/// Checks that a page or a picture can be written under this name, which ends in that of its kind: whatever else has the name
/// could be a film that was paid for, or the file that the page is about.
pub(crate) fn check_page(page: &Path, ending: &str) -> Result<(), Failure> {
    if page.extension().is_none_or(|own| !own.eq_ignore_ascii_case(ending)) {
        let shown = polyreel::printable(&page.to_string_lossy());
        return Err(Failure::usage(format!(
            "{shown} is no name for what is written there; end it in .{ending}, so that no film or other file is replaced; \
             nothing was sent"
        )));
    }
    check(page, true)
}

/// A name that nothing has yet: `film.mp4`, `film-2.mp4`, …
pub(crate) fn free(name: &Path, is_claimed: impl Fn(&Path) -> bool) -> PathBuf {
    let with = |end: &str| {
        let mut file = name.as_os_str().to_owned();
        file.push(end);
        PathBuf::from(file)
    };
    let mut names = std::iter::once(with(".mp4")).chain((2..1000).map(|number| with(&format!("-{number}.mp4"))));
    let is_free = |file: &PathBuf| file.symlink_metadata().is_err() && !is_claimed(file);
    names.find(is_free).unwrap_or_else(|| with(".mp4"))
}

/// The folder of an output.
pub(crate) fn folder(output: &Path) -> PathBuf {
    output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}
