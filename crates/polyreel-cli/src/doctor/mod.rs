//! `polyreel doctor`: what is right and what is wrong on this machine. Spends nothing.

mod check;
mod machine;
mod providers;
mod store;
mod variables;

use std::path::Path;

use polyreel::spec::Amount;

use crate::arguments::Doctor;
use crate::config::{self, Config};
use crate::exit::{Exit, Failure};
use crate::provider_file::plural;
use crate::show;

use check::{Check, State};

/// Looks at everything, says of each thing what it is, how it is, and what to do.
pub(crate) async fn run(arguments: Doctor, config_file: Option<&Path>) -> Result<(), Failure> {
    let loaded = Config::load(config_file);
    let mut checks = vec![machine::version()];
    checks.extend(config_checks(config_file, &loaded));
    // With a file that is not used, the rest is looked at as it would be without it.
    let config = loaded.unwrap_or_default();
    checks.extend(variables::variables());
    checks.push(limits(&config));
    checks.extend(providers::keys_and_base_urls(&config));
    if arguments.online {
        checks.extend(providers::accepted_keys(&config, &arguments.connection).await?);
    }
    checks.extend(store::store(&config).await);
    checks.push(machine::output_folder(&config));
    checks.push(machine::clock());
    for check in &checks {
        show::data(&if arguments.json { check.json().to_string() } else { check.line() });
    }
    match checks.iter().filter(|check| check.state == State::Wrong).count() {
        0 => Ok(()),
        wrong => {
            let failure = Failure::usage(format!(
                "{} wrong",
                if wrong == 1 { "1 thing is".to_owned() } else { format!("{} are", plural(wrong, "thing")) }
            ));
            Err(Failure { exit: Exit::Invalid, is_told: arguments.json, ..failure })
        }
    }
}

/// What is in force for every command that spends money, unless an argument says otherwise.
fn limits(config: &Config) -> Check {
    let settings = &config.settings;
    let dollars = |what: &str, amount: Option<Amount>| amount.map(|amount| format!("{what} ${amount}"));
    let route = settings.route.as_ref().map(|route| format!("the route is {route}"));
    let set =
        [dollars("a film costs at most", settings.max_cost), dollars("a day at most", settings.max_per_day), route];
    let set: Vec<_> = set.into_iter().flatten().collect();
    Check::fine("limits", if set.is_empty() { "none is set".to_owned() } else { set.join(", ") })
}

fn config_checks(named: Option<&Path>, loaded: &Result<Config, Failure>) -> Vec<Check> {
    let what = "config file";
    let shown = |path: &Path| polyreel::printable(&path.to_string_lossy());
    let check = match (loaded, config::location(named)) {
        (Err(failure), _) => Check::wrong(what, failure.message.clone(), "mend it, or run without it"),
        (Ok(config), location) => match (config.file(), location) {
            (Some(file), _) => Check::fine(what, format!("{} is yours alone and is used", shown(file))),
            (None, Some(location)) => {
                Check::fine(what, format!("there is none; it would be {}", shown(&location.path)))
            }
            (None, None) => Check::note(what, "there is none, and no home to have one in", "name one with --config"),
        },
    };
    vec![check]
}
