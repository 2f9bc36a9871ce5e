//! `cargo xtask measure`: what the generator costs, for the providers there are and for many that are like one of them.

use std::fs;
use std::path::{Path, PathBuf};

use polyreel_codegen::{CLIENTS, render};

use crate::codegen::{plan_of, providers};
use crate::tools::stopwatch;
use crate::{Result, tools};

/// The provider that is copied, and what has to differ from copy to copy.
const LIKE: (&str, &str, &str) = ("ai302", "AI302_", "302.AI");

/// How many copies. In this order, so that the most memory that the process ever held is that of the last row.
const COUNTS: [usize; 4] = [5, 250, 500, 1000];

/// Measures and prints. Builds itself with optimization first, or the figures would say little.
pub(crate) fn run(root: &Path) -> Result {
    if cfg!(debug_assertions) {
        let status =
            tools::cargo(root).args(["run", "--quiet", "--release", "--package", "xtask", "--", "measure"]).status();
        return match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the measuring failed ({status})")),
            Err(error) => Err(format!("cannot run cargo: {error}")),
        };
    }
    let own = root.join("providers");
    lines(root, &own)?;
    let heads = ["providers", "read s", "render s", "their cpu s", "+ rustfmt s", "its cpu s", "peak memory"];
    println!("{}", heads.map(|head| format!("{head:>14}")).concat());
    row(root, &own)?;
    let temporary = std::env::temp_dir().join(format!("polyreel-measure-{}", std::process::id()));
    let measured = COUNTS.into_iter().try_for_each(|count| row(root, &copies(root, &temporary, count)?));
    // What cannot be removed lies where everybody expects leftovers.
    let _ = fs::remove_dir_all(temporary);
    measured
}

/// Lines of each provider file, and of what is written from it.
fn lines(root: &Path, folder: &Path) -> Result {
    let providers = providers(folder)?;
    let plan = plan_of(root, &providers)?;
    println!("{:<12} {:>10} {:>10} {:>10} {:>10}", "lines of", "yaml", "lib.rs", "data", "other");
    for provider in &providers {
        let yaml =
            fs::read_to_string(folder.join(format!("{}.yaml", provider.id))).map_err(|error| error.to_string())?;
        let base = format!("{CLIENTS}/polyreel-{}/", provider.id);
        let of = |end: &str| plan.get(&format!("{base}{end}")).map_or(0, |text| text.lines().count());
        let other = of("Cargo.toml") + of("README.md");
        let (face, data) = (of("src/lib.rs"), of("src/provider.rs"));
        println!("{:<12} {:>10} {face:>10} {data:>10} {other:>10}", provider.id, yaml.lines().count());
    }
    println!();
    Ok(())
}

/// Reads and renders; then renders again and formats, which starts rustfmt once for each Rust file.
fn row(root: &Path, folder: &Path) -> Result {
    let begin = cpu();
    let (providers, reading) = stopwatch(|| providers(folder));
    let providers = providers?;
    let (files, rendering) = stopwatch(|| render(&providers).map(|files| files.len()));
    files.map_err(|error| error.to_string())?;
    let rendered = cpu();
    let (plan, formatting) = stopwatch(|| plan_of(root, &providers).map(|plan| plan.len()));
    plan?;
    let used = |since: Option<f64>, until: Option<f64>| {
        until.zip(since).map_or_else(|| "?".to_owned(), |(until, since)| format!("{:.2}", until - since))
    };
    let cells = [
        providers.len().to_string(),
        format!("{:.3}", reading.as_secs_f64()),
        format!("{:.3}", rendering.as_secs_f64()),
        used(begin, rendered),
        format!("{:.2}", formatting.as_secs_f64()),
        used(rendered, cpu()),
        peak().map_or_else(|| "?".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1024)),
    ];
    println!("{}", cells.map(|cell| format!("{cell:>14}")).concat());
    Ok(())
}

/// A folder with so many providers that differ in their ids and names alone.
fn copies(root: &Path, temporary: &Path, count: usize) -> Result<PathBuf> {
    let (id, variables, name) = LIKE;
    let text = fs::read_to_string(root.join(format!("providers/{id}.yaml"))).map_err(|error| error.to_string())?;
    let folder = temporary.join(count.to_string());
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    for number in 0..count {
        let own = format!("copy{number:04}");
        let lines = text.lines().filter(|line| !line.starts_with("aliases:")).map(|line| format!("{line}\n"));
        let text = lines.collect::<String>().replace(variables, &format!("{}_", own.to_uppercase()));
        let text = text.replace(id, &own).replace(name, &format!("Copy {number}"));
        let file = folder.join(format!("{own}.yaml"));
        fs::write(&file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(folder)
}

/// Seconds of processor time that this process and those it waited for have used; Linux alone tells.
fn cpu() -> Option<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    let times = after_name.split_whitespace().skip(11).take(4).map(|field| field.parse::<f64>().ok());
    times.sum::<Option<f64>>().map(|ticks| ticks / TICKS_PER_SECOND)
}

/// The most memory that this process ever held, in kilobytes; Linux alone tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}
