//! Lists of known failures.

use std::path::Path;

use polyreel::mock::Scenario;

use crate::exit::Failure;

/// What is known to fail, and why.
#[derive(Debug, Default)]
pub(super) struct Known(Vec<Row>);

#[derive(Debug)]
struct Row {
    scenario: String,
    /// `*` is every provider.
    provider: String,
    reason: String,
}

impl Known {
    /// Why this is known to fail, if it is.
    pub(super) fn reason(&self, scenario: &str, provider: &str) -> Option<String> {
        let is_it = |row: &&Row| row.scenario == scenario && (row.provider == "*" || row.provider == provider);
        self.0.iter().find(is_it).map(|row| row.reason.clone())
    }
}

impl Known {
    /// A line that is about none of these cases.
    pub(super) fn unused(&self, cases: &[(&str, &str)]) -> Option<String> {
        let is_about = |row: &Row, (scenario, provider): &(&str, &str)| {
            row.scenario == *scenario && (row.provider == "*" || row.provider == *provider)
        };
        let unused = self.0.iter().find(|row| !cases.iter().any(|case| is_about(row, case)))?;
        Some(polyreel::printable(&format!("{} at {}", unused.scenario, unused.provider)))
    }
}

/// Reads lines `SCENARIO PROVIDER reason`; empty ones and those that begin with # say nothing.
pub(super) fn read(file: &Path) -> Result<Known, Failure> {
    let no = |why: String| Failure::usage(format!("{}: {why}", super::shown(file)));
    let text = std::fs::read_to_string(file).map_err(|error| no(error.to_string()))?;
    parse(&text).map_err(no)
}

fn parse(text: &str) -> Result<Known, String> {
    let lines = text.lines().map(str::trim).enumerate();
    let rows = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(|(number, line)| {
        let no = |why: String| format!("line {}: {why}", number + 1);
        let mut words = line.splitn(3, char::is_whitespace).map(str::trim);
        let (Some(scenario), Some(provider), Some(reason)) = (words.next(), words.next(), words.next()) else {
            return Err(no("write a scenario, a provider or *, and the reason".to_owned()));
        };
        if !scenario.starts_with("rule-") && !Scenario::ALL.iter().any(|own| own.name == scenario) {
            return Err(no(format!("there is no scenario {}", polyreel::printable(scenario))));
        }
        Ok(Row { scenario: scenario.to_owned(), provider: provider.to_owned(), reason: reason.to_owned() })
    });
    rows.collect::<Result<_, _>>().map(Known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_fails_where_and_why() {
        let known = parse("# a list\n\n happy acme  it is  slow\nflaky *\tit gives up\n").unwrap();
        assert_eq!(known.reason("happy", "acme").as_deref(), Some("it is  slow"));
        assert_eq!(known.reason("happy", "other"), None);
        assert_eq!(known.reason("flaky", "other").as_deref(), Some("it gives up"));
        assert_eq!(known.unused(&[("happy", "acme"), ("flaky", "other")]), None);
        assert_eq!(known.unused(&[("happy", "other"), ("flaky", "other")]).as_deref(), Some("happy at acme"));
        for (text, why) in [("happy", "line 1: write a scenario"), ("\nhapy * x", "line 2: there is no scenario hapy")]
        {
            assert!(parse(text).unwrap_err().starts_with(why));
        }
    }
}
