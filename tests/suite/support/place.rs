//! The command as a process of its own, in an empty folder with an empty environment.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use regex::Regex;

use super::arbitrary::png;
use super::root;

/// How every simulated run begins.
pub(crate) const MOCK: [&str; 4] = ["generate", "--mock", "--speed", "max"];

/// A hermetic folder to run in.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        put("photo.png", &std::fs::read(root().join("examples/photo.png")).unwrap());
        put("small.png", &png(299, 400, b""));
        put("large.png", &png(400, 400, &vec![0; 10_000_001]));
        put("text.png", b"this is no picture");
        put("taken.mp4", b"an older film");
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where this place's user lives, and keeps jobs.
    pub(crate) fn home(&self) -> PathBuf {
        self.0.path().join(".home")
    }

    /// The jobs of this place's user, as `jobs list --json` tells of them.
    pub(crate) fn jobs(&self) -> Vec<serde_json::Value> {
        let output = self.command(&["jobs", "list", "--json"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polyreel-under-test"));
        command.args(arguments).current_dir(self.0.path()).env_clear().stdin(Stdio::null());
        command.env("HOME", self.home());
        // Windows cannot open sockets without it.
        #[expect(clippy::disallowed_methods, reason = "handed on, not read")]
        if let Ok(root) = std::env::var("SystemRoot") {
            command.env("SystemRoot", root);
        }
        command
    }

    pub(crate) fn run(&self, environment: &[(&str, &str)], arguments: &[&str]) -> String {
        let output = self.command(arguments).envs(environment.iter().copied()).output().unwrap();
        self.show(&output)
    }

    /// Everything there is to see, without what differs from run to run.
    fn show(&self, output: &std::process::Output) -> String {
        let folder = std::fs::canonicalize(self.path()).unwrap();
        let here = [self.path(), &folder].map(|path| path.to_string_lossy().into_owned());
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
            redact(&here.iter().fold(text, |text, here| text.replace(here.as_str(), "HERE")))
        };
        format!(
            "exit code: {}\n--- stdout\n{}--- stderr\n{}--- files\n{}",
            output.status.code().map_or("none".to_owned(), |code| code.to_string()),
            text(&output.stdout),
            text(&output.stderr),
            self.files()
        )
    }

    /// What was made: name and kind of every file that was not there before.
    fn files(&self) -> String {
        let given = ["photo.png", "small.png", "large.png", "text.png", "taken.mp4"];
        let mut names: Vec<_> = std::fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.retain(|name| {
            name != ".home" && !given.contains(&name.as_str()) && Path::new(name).extension() != Some("yaml".as_ref())
        });
        names.sort();
        let line = |name: &String| format!("{name}: {}\n", kind(&self.0.path().join(name)));
        names.iter().map(line).collect::<Vec<_>>().concat()
    }
}

fn kind(file: &Path) -> String {
    if file.is_dir() {
        return "a folder".to_owned();
    }
    let bytes = std::fs::read(file).unwrap();
    if bytes.get(4..8) == Some(b"ftyp") {
        return "an MP4 file".to_owned();
    }
    if file.extension() == Some("json".as_ref()) {
        return "JSON".to_owned();
    }
    let text = redact(&String::from_utf8_lossy(&bytes));
    format!("{} bytes of text", text.len())
}

fn redact(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("127.0.0.1:") {
        out.push_str(before);
        out.push_str("127.0.0.1:PORT");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    // Names of jobs are chance, whole or shortened.
    let whole = Regex::new(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b").unwrap();
    let short = Regex::new(r"\b(job|wait|show|reconcile) [0-9a-f]{8}\b").unwrap();
    let states = polyreel_store::State::ALL.map(polyreel_store::State::name).join("|");
    let line = Regex::new(&format!(r"(?m)^[0-9a-f]{{8}}(  | )({states})\b")).unwrap();
    let out = short.replace_all(&whole.replace_all(&out, "JOB-ID"), "$1 JOB").into_owned();
    let out = line.replace_all(&out, "JOB$1$2").into_owned();
    out.replace("polyreel-under-test", "polyreel").replace(".exe", "")
}

/// Runs until a line with this text appears on stderr.
pub(crate) fn run_until(
    place: &Place,
    environment: &[(&str, &str)],
    arguments: &[&str],
    text: &str,
) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut command = place.command(arguments);
    let mut child =
        command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(text) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended before it said `{text}`");
    }
    (child, lines)
}

pub(crate) fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// What `polyreel mock` says to set for so many providers, as name and value.
pub(crate) fn exported(server: &mut Child, providers: usize) -> Vec<(String, String)> {
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut line = || lines.next().unwrap().unwrap();
    let pair = |line: String| {
        line.strip_prefix("export ").and_then(|pair| pair.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    let (mut variables, mut left) = (Vec::new(), providers);
    // The base URL is the last of each.
    while left > 0 {
        let (name, value) = pair(line()).unwrap();
        left -= usize::from(name.ends_with("_BASE_URL"));
        variables.push((name, value));
    }
    variables
}

/// `polyreel mock` as a process of its own, which ends when this is dropped.
pub(crate) struct MockProcess {
    child: Child,
    variables: Vec<(String, String)>,
    /// What it says goes somewhere.
    _stderr: BufReader<std::process::ChildStderr>,
}

impl MockProcess {
    /// A server of every provider, at a thousand times the speed of real time.
    pub(crate) fn start(place: &Place) -> Self {
        let (mut child, stderr) = run_until(place, &[], &["mock", "--quiet", "--speed", "1000"], "ctrl-c");
        let variables = exported(&mut child, polyreel::all().len());
        Self { child, variables, _stderr: stderr }
    }

    /// The variables that lead clients to it.
    pub(crate) fn environment(&self) -> Vec<(&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

impl Drop for MockProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
