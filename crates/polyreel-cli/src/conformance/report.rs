//! What came of all cases: a table, lines of JSON, or `JUnit` XML.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use polyreel::mock::{End, Scenario};
use serde_json::json;

use super::Outcome;
use crate::show;

pub(super) fn list(json: bool) {
    for Scenario { name, faults, about, end, .. } in Scenario::ALL {
        let end = match end {
            End::Film => "film",
            End::NoFilm => "no film",
            End::Honest => "either",
        };
        if json {
            show::data(&json!({ "scenario": name, "faults": faults, "end": end, "about": about }).to_string());
        } else {
            show::data(&format!("{name:<28}{faults:<28}{end:<9}{about}"));
        }
    }
}

pub(super) fn print(outcomes: &[Outcome], json: bool) {
    if json {
        for outcome in outcomes {
            show::data(&line(outcome));
        }
        return;
    }
    let providers: BTreeSet<_> = outcomes.iter().map(|outcome| outcome.provider.as_str()).collect();
    let heads: Vec<_> = providers.iter().map(|provider| format!("{provider:>10}")).collect();
    show::data(&format!("{:<28}{}", "", heads.concat()));
    let mut shown = BTreeSet::new();
    for Outcome { scenario: Scenario { name, .. }, .. } in outcomes {
        if !shown.insert(name) {
            continue;
        }
        let cells = providers.iter().map(|provider| {
            let own = outcomes.iter().find(|own| own.provider == **provider && own.scenario.name == *name);
            format!("{:>10}", own.map_or("-", mark))
        });
        show::data(&format!("{name:<28}{}", cells.collect::<Vec<_>>().concat()));
    }
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_expected()) {
        let Outcome { provider, scenario, said, .. } = outcome;
        show::data("");
        show::data(&format!("{} at {provider}: {}", scenario.name, scenario.about));
        show::data(&format!("  faults: {}", if scenario.faults.is_empty() { "none" } else { &scenario.faults }));
        for wrong in wrongs(outcome) {
            show::data(&format!("  {wrong}"));
        }
        show::data(&format!("  it said: {said}"));
    }
}

/// What is wrong with an outcome, also that it is not wrong any more.
fn wrongs(outcome: &Outcome) -> Vec<String> {
    match &outcome.known {
        Some(reason) if outcome.wrong.is_empty() => vec![format!("it passes, but is known to fail: {reason}")],
        _ => outcome.wrong.clone(),
    }
}

fn mark(outcome: &Outcome) -> &'static str {
    match (outcome.wrong.is_empty(), outcome.known.is_some()) {
        (true, false) => "ok",
        (true, true) => "PASSES",
        (false, true) => "known",
        (false, false) => "FAILS",
    }
}

fn line(outcome: &Outcome) -> String {
    let result = match mark(outcome) {
        "ok" => "passed",
        "known" => "failed as known",
        "PASSES" => "passed though known to fail",
        _ => "failed",
    };
    json!({
        "provider": outcome.provider, "scenario": outcome.scenario.name, "faults": outcome.scenario.faults,
        "result": result, "wrong": outcome.wrong, "known": outcome.known, "seconds": outcome.took.as_secs_f64(),
        "said": outcome.said,
    })
    .to_string()
}

/// The result as continuous integration reads it: a suite for each provider; known failures are skipped.
pub(super) fn junit(outcomes: &[Outcome]) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned();
    for provider in outcomes.iter().map(|outcome| outcome.provider.as_str()).collect::<BTreeSet<_>>() {
        let own: Vec<_> = outcomes.iter().filter(|outcome| outcome.provider == provider).collect();
        let failures = own.iter().filter(|outcome| !outcome.is_expected()).count();
        let skipped = own.iter().filter(|outcome| mark(outcome) == "known").count();
        // Writing to a string cannot fail.
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" skipped=\"{skipped}\">",
            escaped(provider),
            own.len()
        );
        for outcome in own {
            let name = &outcome.scenario.name;
            let seconds = outcome.took.as_secs_f64();
            let _ =
                write!(xml, "    <testcase classname=\"{}\" name=\"{name}\" time=\"{seconds:.3}\"", escaped(provider));
            let _ = match (outcome.is_expected(), &outcome.known) {
                (true, None) => writeln!(xml, "/>"),
                (true, Some(reason)) => writeln!(xml, "><skipped message=\"{}\"/></testcase>", escaped(reason)),
                (false, _) => {
                    let [wrong, said] = [wrongs(outcome).join("; "), outcome.said.clone()].map(|text| escaped(&text));
                    writeln!(xml, "><failure message=\"{wrong}\">{said}</failure></testcase>")
                }
            };
        }
        xml.push_str("  </testsuite>\n");
    }
    xml + "</testsuites>\n"
}

fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_suite_for_each_provider() {
        let outcome = |provider: &str, wrong: &[&str], known: Option<&str>| Outcome {
            provider: provider.to_owned(),
            scenario: Scenario::ALL[0].clone(),
            wrong: wrong.iter().map(|wrong| (*wrong).to_owned()).collect(),
            known: known.map(str::to_owned),
            took: Duration::from_millis(1500),
            said: "a < \"b\" & \u{1b}c".to_owned(),
        };
        let outcomes = [
            outcome("acme", &["x"], None),
            outcome("acme", &[], None),
            outcome("bolt", &["x"], Some("why")),
            outcome("bolt", &[], Some("why")),
        ];
        assert_eq!(
            junit(&outcomes),
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="acme" tests="2" failures="1" skipped="0">
    <testcase classname="acme" name="happy" time="1.500"><failure message="x">a &lt; &quot;b&quot; &amp; c</failure></testcase>
    <testcase classname="acme" name="happy" time="1.500"/>
  </testsuite>
  <testsuite name="bolt" tests="2" failures="1" skipped="1">
    <testcase classname="bolt" name="happy" time="1.500"><skipped message="why"/></testcase>
    <testcase classname="bolt" name="happy" time="1.500"><failure message="it passes, but is known to fail: why">a &lt; &quot;b&quot; &amp; c</failure></testcase>
  </testsuite>
</testsuites>
"#
        );
        let marks: Vec<_> = outcomes.iter().map(mark).collect();
        assert_eq!(marks, ["FAILS", "ok", "known", "PASSES"]);
    }
}
