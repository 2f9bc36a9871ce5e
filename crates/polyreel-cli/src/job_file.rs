//! The file beside an output that keeps the job's handle until the film is saved.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use polyreel::JobHandle;

/// `cat.mp4` → `cat.mp4.job.json`.
pub(crate) fn beside(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".job.json");
    PathBuf::from(name)
}

/// `cat.mp4.job.json` → `cat.mp4`.
pub(crate) fn output_of(job_file: &Path) -> Option<PathBuf> {
    let name = job_file.file_name()?.to_str()?.strip_suffix(".job.json")?;
    (!name.is_empty()).then(|| job_file.with_file_name(name))
}

/// Writes a handle for this user alone, and to the disk. Never over another one: that would lose a paid job.
pub(crate) fn write(path: &Path, handle: &JobHandle) -> std::io::Result<PathBuf> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    for number in 0..1000 {
        let name = match number {
            0 => path.to_owned(),
            _ => {
                PathBuf::from(format!("{}-{number}.job.json", path.display().to_string().trim_end_matches(".job.json")))
            }
        };
        match options.open(&name) {
            Ok(mut file) => {
                file.write_all(format!("{}\n", handle.to_json()).as_bytes())?;
                file.sync_all()?;
                return Ok(name);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(std::io::Error::other("every name is taken"))
}
