//! What comes from npm: aimock and Prism, and how packages are installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::Result;
use crate::servers::KEY;
use crate::subjects::{Origin, Subject};

/// The packages, in the versions that the targets were set with.
const PACKAGES: [&str; 2] = ["@copilotkit/aimock@1.43.0", "@stoplight/prism-cli@5.14.2"];

/// Installs what is not there yet, and says how to run it.
pub(crate) fn subjects() -> Result<[Subject; 2]> {
    let folder = target_folder()?.join("npm");
    install(&folder, &PACKAGES)?;
    let video = json!({ "video": { "id": "vid_1", "status": "processing" } });
    let fixtures =
        json!({ "fixtures": [{ "match": { "userMessage": "cat", "endpoint": "video" }, "response": video }] });
    let fixtures = write(&folder, "aimock.json", &fixtures)?;
    let document = write(&folder, "prism.json", &open_api())?;
    let script = |path: &str| folder.join("node_modules").join(path).display().to_string();
    let aimock = script("@copilotkit/aimock/dist/cli.js");
    let prism = script("@stoplight/prism-cli/dist/index.js");
    // aimock reads the keys that it takes from its environment alone.
    let key = format!("AIMOCK_API_KEYS={KEY}");
    let words = |words: &[&str]| Origin::Elsewhere(words.iter().copied().map(str::to_owned).collect());
    Ok([
        Subject {
            name: "aimock",
            path: "/v1/videos/vid_1",
            first: Some(("/v1/videos", r#"{"model":"sora-2","prompt":"A cute cat."}"#)),
            polls: 40_000,
            target: Some(1.0 / 3.0),
            origin: words(&["env", &key, "node", &aimock, "--fixtures", &fixtures, "--log-level", "silent"]),
        },
        Subject {
            name: "Prism",
            path: "/v1/video/generations/*",
            first: None,
            polls: 15_000,
            target: Some(1.0 / 10.0),
            origin: words(&["node", &prism, "mock", &document, "--verboseLevel", "silent"]),
        },
    ])
}

/// The target folder that this program was built in.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let own = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    own.ancestors().nth(2).map(Path::to_owned).ok_or_else(|| "this program is in no target folder".to_owned())
}

/// Installs packages below a folder.
pub(crate) fn install(folder: &Path, packages: &[&str]) -> Result {
    std::fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let mut command = Command::new("npm");
    command.args(["install", "--no-audit", "--no-fund", "--loglevel", "error", "--prefix"]).arg(folder).args(packages);
    // stdout is for the figures.
    match command.stdout(std::process::Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("npm could not install {} ({status})", packages.join(" and "))),
        Err(error) => Err(format!("cannot run npm: {error}; install Node 20 or newer, or leave --npm out")),
    }
}

fn write(folder: &Path, name: &str, document: &Value) -> Result<String> {
    let file = folder.join(name).display().to_string();
    std::fs::write(&file, document.to_string()).map_err(|error| format!("cannot write {file}: {error}"))?;
    Ok(file)
}

/// The same poll for Prism: the key, the path, and an example.
fn open_api() -> Value {
    let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } });
    let media = json!({ "schema": { "type": "object" }, "example": { "status": "processing" } });
    let answer = json!({ "description": "how the job is", "content": { "application/json": media } });
    let get = json!({ "security": [{ "key": [] }], "parameters": [id], "responses": { "200": answer } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "status polls", "version": "1" },
        "paths": { "/v1/video/generations/{id}": { "get": get } },
        "components": { "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } } },
    })
}
