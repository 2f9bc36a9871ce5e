//! Provider files of the user's own, and `polyreel spec`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use polyreel::Provider;
use polyreel::spec::source::{self, CODES, Code, Diagnostics};
use serde_json::{Value, json};

use crate::arguments::{SpecCheck, SpecExplain};
use crate::exit::{Exit, Failure};
use crate::show;

/// The largest file that is read, in bytes: more than a hundred times the largest that is known.
const LARGEST: u64 = 1024 * 1024;

/// A provider that is not built in.
pub(crate) fn read(file: &Path) -> Result<Provider, Failure> {
    let text = text(file).map_err(Failure::usage)?;
    Provider::from_yaml(&file.to_string_lossy(), &text).map_err(|problems| {
        show::progress(&format!("{}\n", problems.render(true)));
        Failure::usage(format!("{} has {}; nothing was sent", file.display(), count(&problems))).hint(EXPLAIN)
    })
}

const EXPLAIN: &str = "`polyreel spec explain CODE` says what the code of a problem means";

/// `polyreel spec check`: what is wrong on stderr, what is right on stdout.
pub(crate) fn check(arguments: &SpecCheck) -> Result<(), Failure> {
    let mut invalid = 0;
    for file in &arguments.files {
        let text = text(file).map_err(Failure::usage)?;
        let result = source::read(&file.to_string_lossy(), &text);
        match (&result, arguments.json) {
            (_, true) => show::data(&verdict(file, &result).to_string()),
            (Ok(provider), false) => show::data(&format!("{}: {}", file.display(), summary(provider))),
            (Err(problems), false) => show::progress(&format!("{}\n", problems.render(true))),
        }
        invalid += usize::from(result.is_err());
    }
    if invalid == 0 {
        return Ok(());
    }
    let what = match arguments.files.len() {
        1 => "the file has problems".to_owned(),
        all => format!("{invalid} of {all} files have problems"),
    };
    Err(Failure { exit: Exit::Invalid, is_told: arguments.json, ..Failure::usage(what).hint(EXPLAIN) })
}

/// `polyreel spec explain`.
pub(crate) fn explain(arguments: &SpecExplain) -> Result<(), Failure> {
    let codes: Vec<&Code> = match &arguments.code {
        Some(name) => vec![source::explain(name).ok_or_else(|| {
            let known = CODES.iter().map(|code| code.code).collect::<Vec<_>>().join(", ");
            Failure::usage(format!("there is no code {}", polyreel::printable(name))).hint(format!("there are {known}"))
        })?],
        None => CODES.iter().collect(),
    };
    for Code { code, title, about } in codes {
        if arguments.json {
            show::data(&json!({ "code": code, "title": title, "about": about }).to_string());
        } else {
            show::data(&format!("{code}: {title}\n  {about}"));
        }
    }
    Ok(())
}

fn text(file: &Path) -> Result<String, String> {
    let cannot = |why: String| format!("cannot read {}: {why}", file.display());
    let mut bytes = Vec::new();
    let opened = File::open(file).and_then(|opened| opened.take(LARGEST + 1).read_to_end(&mut bytes));
    opened.map_err(|error| cannot(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(cannot("it is larger than 1 MiB, so it is no provider file".to_owned()));
    }
    String::from_utf8(bytes).map_err(|_| cannot("it is not UTF-8".to_owned()))
}

fn summary(provider: &Provider) -> String {
    let (models, assumed) = (plural(provider.models.len(), "model"), plural(provider.assumed.len(), "assumption"));
    format!("{}, {models}, {assumed}, key in {}", provider.name, provider.auth.env().join(" and "))
}

fn verdict(file: &Path, result: &Result<Provider, Diagnostics>) -> Value {
    let problems = result.as_ref().err().map(|all| {
        let one = |problem: &source::Diagnostic| {
            let (line, column) = all.position(problem);
            json!({
                "code": problem.code,
                "message": problem.message,
                "hint": problem.hint,
                "line": line,
                "column": column,
                "span": [problem.span.start, problem.span.end],
            })
        };
        all.problems.iter().map(one).collect::<Vec<_>>()
    });
    let provider = result.as_ref().ok().map(|provider| &*provider.id);
    json!({ "file": file.to_string_lossy(), "provider": provider, "problems": problems.unwrap_or_default() })
}

fn count(problems: &Diagnostics) -> String {
    plural(problems.problems.len(), "problem")
}

fn plural(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
