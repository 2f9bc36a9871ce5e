//! Tasks of the workspace. `cargo xtask` lists them.
//!
//! No task depends on a generated crate, so that one that is missing or broken can always be written again.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tasks talk to people")]

mod args;
mod bench;
mod check;
mod codegen;
mod diff;
mod live;
mod measure;
mod new_provider;
mod soak;
mod tools;

use std::process::ExitCode;

use args::Task;

/// What a task gives; the error is for people.
type Result<T = ()> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let root = tools::root();
    let done = args::parse(std::env::args_os().skip(1)).and_then(|task| match task {
        Task::Help => {
            print!("{}", args::USAGE);
            Ok(())
        }
        Task::NewProvider { id, base_url, docs } => {
            new_provider::write(&root, &id, base_url.as_deref(), docs.as_deref())
        }
        Task::Codegen { check: true, .. } => codegen::check(&root),
        Task::Codegen { out: Some(folder), .. } => codegen::export(&root, &folder),
        Task::Codegen { .. } => codegen::write(&root),
        Task::Check => check::run(&root),
        Task::Live { provider, yes_spend } => live::run(&root, &provider, &yes_spend),
        Task::Measure => measure::run(&root),
        Task::Bench { args } => bench::run(&root, &args),
        Task::Soak { name, cases, seed } => soak::run(&root, name.as_deref(), cases, seed),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
