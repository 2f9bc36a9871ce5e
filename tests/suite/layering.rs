//! What may depend on what, over `cargo metadata`. Each rule of ARCHITECTURE.md that states an absence is kept here.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::support::{providers, root};

/// The workspace's own packages and what each of them may name, dependencies of tests aside.
fn allowed(package: &str) -> Option<&'static [&'static str]> {
    Some(match package {
        "polyreel-spec" => &[],
        "polyreel-runtime" | "polyreel-mock" | "polyreel-codegen" => &["polyreel-spec"],
        "polyreel-store" => &["polyreel", "polyreel-spec"],
        "xtask" => &["polyreel-spec", "polyreel-codegen"],
        "polyreel-cli" => &["polyreel", "polyreel-store"],
        "polyreel-tests" => &["polyreel-cli", "polyreel", "polyreel-store"],
        _ => return None,
    })
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Package → what it depends on when it is built, not when it is tested.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps", "--offline"])).unwrap();
    let names = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.map(|package| (package["name"].as_str().unwrap().to_owned(), names(package))).collect()
}

#[test]
fn own_packages_depend_in_one_direction() {
    let all = dependencies();
    for (package, needs) in &all {
        let own: BTreeSet<&str> = needs.iter().map(String::as_str).filter(|name| all.contains_key(*name)).collect();
        match (allowed(package), package.as_str()) {
            (Some(allowed), _) => {
                let surplus: Vec<_> = own.iter().filter(|name| !allowed.contains(name)).collect();
                assert!(surplus.is_empty(), "{package} may not depend on {surplus:?}");
            }
            (None, "polyreel") => {
                let client = |name: &&&str| !["polyreel-runtime", "polyreel-mock"].contains(*name);
                let surplus: Vec<_> = own.iter().filter(client).filter(|name| !is_client(name)).collect();
                assert!(surplus.is_empty(), "{package} may not depend on {surplus:?}");
            }
            (None, client) => {
                assert!(is_client(client), "{client} has no rule here");
                assert_eq!(needs.iter().map(String::as_str).collect::<Vec<_>>(), ["polyreel-runtime"], "{client}");
            }
        }
    }
}

/// A generated client: there is a provider file of that name.
fn is_client(package: &str) -> bool {
    package.strip_prefix("polyreel-").is_some_and(|id| root().join(format!("providers/{id}.yaml")).exists())
}

#[test]
fn only_the_runtime_names_the_http_library() {
    for (package, needs) in dependencies() {
        assert!(!needs.contains("reqwest") || package == "polyreel-runtime", "{package} names reqwest");
        assert!(!needs.contains("wiremock") || package == "polyreel-mock", "{package} names wiremock");
    }
    let naming: Vec<_> =
        sources("crates/polyreel-runtime/src").into_iter().filter(|(_, text)| text.contains("reqwest::")).collect();
    let modules: BTreeSet<_> = naming.iter().filter_map(|(file, _)| file.split('/').next()).collect();
    assert_eq!(modules, BTreeSet::from(["transport"]), "one module names the HTTP library");
}

/// No client crate, and so no program that uses one, pulls in a YAML reader or a second TLS stack.
#[test]
fn a_client_alone_is_light() {
    let tree = cargo(&["tree", "--offline", "--package", "polyreel-hyprlab", "--edges", "normal", "--prefix", "none"]);
    let names: BTreeSet<_> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for banned in ["serde-saphyr", "minijinja", "wiremock", "aws-lc-sys", "openssl-sys", "native-tls", "h2", "syn-yaml"]
    {
        assert!(!names.contains(banned), "polyreel-hyprlab pulls in {banned}");
    }
}

/// `cargo test --workspace` recompiles no dependency of `cargo run`: both see the same features.
#[test]
fn run_and_test_build_the_same_dependencies() {
    let features = |arguments: &[&str]| -> BTreeMap<String, BTreeSet<String>> {
        let tree = cargo(
            &[&["tree", "--offline", "--prefix", "none", "--no-dedupe", "--format", "{p}\t{f}"], arguments].concat(),
        );
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (package, features) in tree.lines().filter_map(|line| line.split_once('\t')) {
            found.entry(package.to_owned()).or_default().insert(features.to_owned());
        }
        found
    };
    let run = features(&["--package", "polyreel-cli", "--edges", "normal,build"]);
    let test = features(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(run.len() > 50);
    for (package, used) in run.into_iter().filter(|(package, _)| !package.starts_with("polyreel")) {
        let tested = &test[&package];
        let missing: Vec<_> = used.difference(tested).collect();
        assert!(
            missing.is_empty(),
            "{package} is built with {used:?} to run and {tested:?} to test; declare the features in [workspace.dependencies]"
        );
    }
}

/// No provider's name stands in hand-written code.
#[test]
fn hand_written_code_knows_no_provider() {
    let folders = [
        "crates/polyreel-spec/src",
        "crates/polyreel-runtime/src",
        "crates/polyreel-cli/src",
        "crates/polyreel-store/src",
        "mock-server/src/engine",
        "codegen/src",
    ];
    let providers = providers();
    let names = providers.iter().flat_map(|provider| std::iter::once(&provider.id).chain(&provider.aliases));
    let names: Vec<_> = names.map(|name| regex::escape(&name.to_lowercase())).collect();
    let mentions = regex::Regex::new(&format!("(^|[^a-z0-9])({})([^a-z0-9]|$)", names.join("|"))).unwrap();
    let written = |(_, text): &(String, String)| !text.starts_with("// @generated");
    for (file, text) in folders.into_iter().flat_map(sources).filter(written) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n")
            .to_lowercase();
        // An example in a help text is for people, not for the program.
        let is_example = |line: &&str| {
            line.trim_start().starts_with("polyreel ")
                || ["for example", "write it like"].iter().any(|says| line.contains(says))
        };
        let naming: Vec<_> = code.lines().filter(|line| mentions.is_match(line) && !is_example(line)).collect();
        assert!(naming.is_empty(), "{file} names a provider: {naming:#?}");
    }
}

/// Every suite file is part of the one test binary.
#[test]
fn no_suite_is_forgotten() {
    let main = std::fs::read_to_string(root().join("tests/suite/main.rs")).unwrap();
    for (file, _) in sources("tests/suite") {
        let name = file.trim_end_matches(".rs").split('/').next().unwrap();
        assert!(name == "main" || main.contains(&format!("mod {name};")), "tests/suite/{file} is not named in main.rs");
    }
}

/// All Rust files below a folder, by their path in it.
fn sources(folder: &str) -> Vec<(String, String)> {
    let base = root().join(folder);
    let mut files = Vec::new();
    let mut folders = vec![base.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(&base).unwrap().to_string_lossy().replace('\\', "/");
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "{folder} has no sources");
    files
}
