//! Clients of other languages, each run as a program of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::clients::{Client, Sender};
use super::faults::Protocol;
use crate::{Result, npm};

/// How long a program may run. The most patient client repeats for about a minute.
const LIMIT: Duration = Duration::from_mins(2);

/// A client, driven by a script.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) package: &'static str,
    interpreter: PathBuf,
    script: PathBuf,
}

/// The official clients from the Python package index, in their latest versions.
pub(crate) fn from_pypi() -> Result<Vec<Client>> {
    let folder = npm::target_folder()?.join("posts").join("pypi");
    run(std::process::Command::new("python3").args(["-m", "venv"]).arg(&folder), "make a venv")?;
    let python = folder.join("bin").join("python");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"];
    let packages = ["openai", "fal-client"];
    run(std::process::Command::new(&python).args(install).args(packages), "install packages from PyPI")?;
    let script = write(&folder, "driver.py", include_str!("driver.py"))?;
    let client = |name, package| -> Result<Client> {
        let version = ["-c", "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))", package];
        let version = run(std::process::Command::new(&python).args(version), "ask for a version")?;
        let program = Program { package, interpreter: python.clone(), script: script.clone() };
        Ok(foreign(name, program, version.trim(), "PyPI"))
    };
    Ok(vec![client("openai (PyPI)", packages[0])?, client("fal (PyPI)", packages[1])?])
}

/// The official clients from npm, in their latest versions that suit the Node that is there: so npm chooses where no tag
/// is named.
pub(crate) fn from_npm() -> Result<Vec<Client>> {
    let folder = npm::target_folder()?.join("posts").join("npm");
    npm::install(&folder, &["openai", "@fal-ai/client"])?;
    let script = write(&folder, "driver.mjs", include_str!("driver.mjs"))?;
    let client = |name, package| -> Result<Client> {
        let file = folder.join("node_modules").join(package).join("package.json");
        let text =
            std::fs::read_to_string(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let about: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let program = Program { package, interpreter: PathBuf::from("node"), script: script.clone() };
        Ok(foreign(name, program, about["version"].as_str().unwrap_or("of an unknown version"), "npm"))
    };
    Ok(vec![client("openai (npm)", "openai")?, client("fal (npm)", "@fal-ai/client")?])
}

impl Program {
    /// Runs it, and says whether it came to an end by itself.
    pub(crate) async fn create(&self, origin: &str, creates: usize, within: Option<Duration>) -> Result<bool> {
        let mut command = tokio::process::Command::new(&self.interpreter);
        command.arg(&self.script).args([self.package, origin, &creates.to_string()]);
        command.args(within.map(|within| within.as_secs_f64().to_string()));
        // Nobody's key, and no proxy.
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        // What it has to say of its failures is that they are failures.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let Ok(output) = tokio::time::timeout(LIMIT, command.output()).await else { return Ok(false) };
        let output = output.map_err(|error| format!("cannot run {}: {error}", self.interpreter.display()))?;
        if output.status.success() {
            return Ok(true);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or("nothing");
        Err(format!("the script of {} failed ({}); it said: {last}", self.package, output.status))
    }
}

fn foreign(name: &'static str, program: Program, version: &str, registry: &str) -> Client {
    let about = format!("{} {version} from {registry}, as it comes", program.package);
    // Both use HTTP/1.1 unless they are told otherwise.
    Client { name, about, protocols: &[Protocol::Http1], senders: vec![Sender::Program(program)] }
}

/// Runs a command to its end; the text that it prints.
fn run(command: &mut std::process::Command, what: &str) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(format!("{program} could not {what} ({})", output.status)),
        Err(error) => Err(format!("cannot run {program}: {error}; install Python 3.10 or newer, or leave --pypi out")),
    }
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let file = folder.join(name);
    std::fs::write(&file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    Ok(file)
}
