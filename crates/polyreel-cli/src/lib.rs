//! The `polyreel` command, as a library so that tests run the very same program.
//!
//! Progress goes to stderr, data to stdout. Exit codes: [`Exit`].

mod arguments;
mod balance;
mod batch;
mod catalog;
mod choice;
mod config;
mod conformance;
mod connect;
mod curl;
mod doctor;
mod exit;
mod following;
mod generate;
mod jobs;
mod kept;
mod many;
mod markup;
mod names;
mod ordering;
mod outcome;
mod output;
mod pages;
#[doc(hidden)]
pub mod plot;
mod provider_file;
mod quote;
#[doc(hidden)]
pub mod report;
mod request;
mod serve;
mod shell;
mod show;
mod signals;
mod site;
mod store;
mod submitting;
mod table;

use std::process::ExitCode;

use clap::Parser as _;

pub use config::configuration_page;
pub use exit::Exit;

use arguments::{Arguments, Command, Mock, MockCommand, Spec};
use config::Config;

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; clap knows where each belongs.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            show::progress(&format!("error: cannot start: {error}"));
            return Exit::Usage.into();
        }
    };
    let json = arguments.command.wants_json();
    let config_file = arguments.config.as_deref();
    let config = || Config::load(config_file);
    let result = runtime.block_on(async {
        match arguments.command {
            Command::Generate(generate) => Box::pin(generate::run(*generate, &config()?)).await,
            Command::Quote(arguments) => quote::run(&arguments, &config()?),
            Command::Batch(arguments) => Box::pin(batch::run(*arguments, &config()?)).await,
            Command::Submit(submit) => Box::pin(generate::submit(*submit, &config()?)).await,
            Command::Jobs(jobs) => Box::pin(jobs::run(*jobs, &config()?)).await,
            Command::Curl(arguments) => curl::run(&arguments, &config()?),
            Command::Providers(providers) => catalog::providers(&providers, &config()?),
            Command::Models(models) => catalog::models(&models),
            Command::Balance(balance) => balance::run(balance, &config()?).await,
            Command::Doctor(doctor) => doctor::run(doctor, config_file).await,
            Command::Mock(Mock { command: Some(MockCommand::Verdict(verdict)), .. }) => serve::verdict(&verdict).await,
            Command::Mock(Mock { command: Some(MockCommand::Conformance(arguments)), .. }) => {
                conformance::run(*arguments).await
            }
            Command::Mock(mock) => serve::run(mock).await,
            Command::Spec(Spec::Check(check)) => provider_file::check(&check),
            Command::Spec(Spec::Explain(explain)) => provider_file::explain(&explain),
            Command::Completions(arguments) => {
                pages::completions(&arguments);
                Ok(())
            }
            Command::Man(arguments) => pages::man(&arguments),
        }
    });
    let exit = match result {
        Ok(()) if show::is_data_lost() => {
            show::progress("error: standard output could not be written, so what it was to hold is not all there");
            Exit::Invalid
        }
        Ok(()) => Exit::Done,
        Err(failure) => {
            show::failure(&failure, json);
            failure.exit
        }
    };
    exit.into()
}
