//! Programs that tasks run.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Result;

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&xtask).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The cargo that runs this task.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(program("CARGO", "cargo"));
    command.current_dir(root);
    command
}

/// The cargo of the nightly toolchain: rustup alone knows where it is.
pub(crate) fn nightly(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo"]).current_dir(root);
    command
}

/// Formats Rust as `cargo fmt` does.
pub(crate) fn format(root: &Path, path: &str, text: &str) -> Result<String> {
    let fail = |why: String| format!("rustfmt cannot format {path}: {why}");
    let mut child = Command::new(program("RUSTFMT", "rustfmt"))
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| fail(error.to_string()))?;
    // rustfmt reads all of its input before it writes anything, so this cannot block.
    let written = child.stdin.take().map(|mut stdin| stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().map_err(|error| fail(error.to_string()))?;
    if !output.status.success() {
        return Err(fail(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    written.transpose().map_err(|error| fail(error.to_string()))?;
    String::from_utf8(output.stdout).map_err(|error| fail(error.to_string()))
}

fn program(variable: &str, name: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| name.into())
}

/// What some work gives, and how long it takes.
#[expect(clippy::disallowed_methods, reason = "seconds for people, nothing depends on them")]
pub(crate) fn stopwatch<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = std::time::Instant::now();
    let done = work();
    (done, begin.elapsed())
}
