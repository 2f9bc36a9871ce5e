//! The file beside an output that keeps a job until its film is saved.
//!
//! It is there before the request is sent: what cannot be written then, is not paid for.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use polyreel::{Evidence, JobHandle};
use serde_json::{Value, json};

use crate::arguments::Connection;
use crate::exit::{Exit, Failure};

/// What stands in the file before there is a handle.
const UNKNOWN: &str = "a request was about to be sent; if this is all there is, its outcome is unknown";
/// Room for a handle, so that a disk that fills up meanwhile does not keep it from being written.
const RESERVED: usize = 8 * 1024;
/// The largest file that is read, in bytes. No answer of a provider is longer than 4 MiB.
const LARGEST: u64 = 16 * 1024 * 1024;

/// `cat.mp4` → `cat.mp4.job.json`.
pub(crate) fn beside(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".job.json");
    PathBuf::from(name)
}

/// `cat.mp4.job.json` → `cat.mp4`.
pub(crate) fn output_of(job_file: &Path) -> Option<PathBuf> {
    let ends_in = |path: &Path, end: &str| path.extension().is_some_and(|extension| extension == end);
    let job = job_file.with_extension("");
    (ends_in(job_file, "json") && ends_in(&job, "job")).then(|| job.with_extension(""))
}

/// A job file, and what has to be said besides to go on with it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) file: PathBuf,
    /// Its job was simulated and ends with its simulator.
    pub(crate) is_simulated: bool,
    /// Arguments of `resume`: `--spec acme.yaml`.
    with: Vec<String>,
}

impl Kept {
    /// The file of a job that was made with this provider file, if it is the user's own, at this base URL, if it is another
    /// than the provider's. The handle's own word for it is not taken: the key would go there.
    pub(crate) fn new(
        file: PathBuf,
        is_simulated: bool,
        spec: Option<&Path>,
        base_url: Option<&str>,
        connection: &Connection,
    ) -> Self {
        let spec = spec.map(|spec| ["--spec".to_owned(), spec.to_string_lossy().into_owned()]);
        let base_url = base_url.map(|url| ["--base-url".to_owned(), url.to_owned()]);
        // One with a password is not repeated.
        let proxy = connection.proxy.as_ref().filter(|proxy| !proxy.contains('@'));
        let proxy = proxy.map(|proxy| ["--proxy".to_owned(), proxy.clone()]);
        let ca_file = connection.ca_file.as_ref();
        let ca_file = ca_file.map(|file| ["--ca-file".to_owned(), file.to_string_lossy().into_owned()]);
        let with = [spec, base_url, proxy, ca_file].into_iter().flatten().flatten().collect();
        Self { file, is_simulated, with }
    }

    /// Puts in the handle of a job of which it was unknown whether it exists.
    pub(crate) fn found(&self, handle: &JobHandle) -> std::io::Result<()> {
        let file = File::options().write(true).open(&self.file)?;
        Reserved { path: self.file.clone(), file, kept: true }.write(&handle.to_json())
    }

    /// A job file of which nothing else is known.
    pub(crate) fn unread(file: PathBuf) -> Self {
        Self { file, is_simulated: false, with: Vec::new() }
    }

    /// What to type to go on, ready to copy into a shell.
    pub(crate) fn resume_command(&self) -> String {
        let with = self.with.iter().map(|word| format!("{} ", quoted(word)));
        format!("polyreel resume {}{}", with.collect::<String>(), quoted(&self.file.to_string_lossy()))
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    // What begins with a dash would be taken for an option.
    let is_dashed = word.starts_with('-') && !word.starts_with("--");
    let word = if is_dashed { format!("./{word}") } else { word.to_owned() };
    if word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// A job file that waits for a handle. Dropped without one it goes away again.
#[derive(Debug)]
pub(crate) struct Reserved {
    path: PathBuf,
    file: File,
    kept: bool,
}

/// Makes the job file, for this user alone, and makes sure that it can hold a handle.
pub(crate) fn reserve(path: PathBuf) -> Result<Reserved, Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    if is_left_by_a_simulation(&path) {
        let _ = std::fs::remove_file(&path);
    }
    let shown = path.display().to_string();
    let file = options.open(&path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            let failure = Failure::usage(format!("{shown} holds a job for this output; nothing was sent"));
            return failure.hint(format!(
                "finish it with: {}\n      or delete it if you do not want its film",
                Kept::unread(path.clone()).resume_command()
            ));
        }
        Failure::usage(format!("the job could not be kept: cannot write {shown}: {error}; nothing was sent"))
    })?;
    let mut reserved = Reserved { path, file, kept: false };
    let note = json!({ "reserved": UNKNOWN });
    reserved.write(&format!("{note:RESERVED$}")).map_err(|error| {
        Failure::usage(format!("the job could not be kept: cannot write {shown}: {error}; nothing was sent"))
    })?;
    Ok(reserved)
}

impl Reserved {
    /// Puts the handle in; from now on the file stays.
    pub(crate) fn keep(mut self, handle: &JobHandle) -> Result<PathBuf, std::io::Error> {
        self.kept = true;
        self.write(&handle.to_json())?;
        Ok(self.path.clone())
    }

    /// Keeps that nobody knows whether the job exists, and what is known of it: whoever sends the same again has to take this
    /// away first.
    pub(crate) fn keep_unknown(mut self, evidence: Option<&Value>) -> Result<PathBuf, std::io::Error> {
        self.kept = true;
        self.write(&format!("{:#}", json!({ "reserved": UNKNOWN, "evidence": evidence })))?;
        Ok(self.path.clone())
    }

    fn write(&mut self, text: &str) -> std::io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())?;
        self.file.write_all(b"\n")?;
        // What was written is there before anything shorter becomes all there is.
        self.file.sync_all()?;
        let length = self.file.stream_position()?;
        self.file.set_len(length)?;
        self.file.sync_all()
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// What a job file keeps.
pub(crate) enum Left {
    /// A job that was accepted.
    Job(JobHandle),
    /// A create of unknown outcome.
    Unknown(Evidence),
}

/// What is in a job file.
pub(crate) fn read(path: &Path) -> Result<Left, Failure> {
    let text = text(path).map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?;
    let written: Value = serde_json::from_str(&text).unwrap_or_default();
    if let Some(evidence) = written.get("evidence").filter(|evidence| !evidence.is_null()) {
        let evidence = Evidence::from_json(&evidence.to_string());
        return evidence.map(Left::Unknown).map_err(|error| Failure::usage(format!("{}: {error}", path.display())));
    }
    if written.get("reserved").is_some() {
        let message = format!(
            "{}: the program ended before an answer came: it is unknown whether the job was created; {}",
            path.display(),
            polyreel::LOOK_FIRST
        );
        return Err(Failure { exit: Exit::Unknown, message, ..Failure::usage("") });
    }
    JobHandle::from_json(&text).map(Left::Job).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn text(path: &Path) -> std::io::Result<String> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is not a file"));
    }
    let mut text = String::new();
    File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

/// A simulated job ends with its simulator, so nothing is lost with its file.
fn is_left_by_a_simulation(path: &Path) -> bool {
    let handle = text(path).ok().and_then(|text| JobHandle::from_json(&text).ok());
    handle.is_some_and(|handle| handle.is_simulated())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for name in ["cat.mp4", "a/b c", ".hidden", "no-extension", "x.job.json"] {
            assert_eq!(output_of(&beside(Path::new(name))), Some(PathBuf::from(name)));
        }
        for name in ["cat.mp4", "cat.json", "cat.job", "job.json"] {
            assert_eq!(output_of(Path::new(name)), None, "{name}");
        }
    }

    #[test]
    fn commands_can_be_copied() {
        for (name, command) in [
            ("cat.mp4.job.json", "polyreel resume cat.mp4.job.json"),
            ("my cat.job.json", "polyreel resume 'my cat.job.json'"),
            ("it's.job.json", r"polyreel resume 'it'\''s.job.json'"),
            ("-a.job.json", "polyreel resume ./-a.job.json"),
        ] {
            assert_eq!(Kept::unread(name.into()).resume_command(), command);
        }
        let with = ["--spec", "my acme.yaml", "--base-url", "http://127.0.0.1:1/v1"].map(str::to_owned).to_vec();
        let kept = Kept { with, ..Kept::unread("a.job.json".into()) };
        let command = "polyreel resume --spec 'my acme.yaml' --base-url http://127.0.0.1:1/v1 a.job.json";
        assert_eq!(kept.resume_command(), command);
    }
}
