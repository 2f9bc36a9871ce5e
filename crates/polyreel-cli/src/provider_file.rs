//! Provider files of the user's own, and `polyreel spec`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use polyreel::Provider;
use polyreel::spec::source::{self, CODES, Code, Diagnostic, Diagnostics, LARGEST_FILE};
use serde_json::{Value, json};

use crate::arguments::{SpecCheck, SpecExplain};
use crate::exit::{Exit, Failure};
use crate::show;

/// A provider that is not built in.
pub(crate) fn read(file: &Path) -> Result<Provider, Failure> {
    let text = text(file).map_err(Failure::usage)?;
    Provider::from_yaml(&file.to_string_lossy(), &text).map_err(|problems| {
        show::progress(&format!("{}\n", problems.render(true)));
        let what = plural(problems.count(), "problem");
        Failure::usage(format!("{} has {what}; nothing was sent", shown(file))).hint(EXPLAIN)
    })
}

const EXPLAIN: &str = "`polyreel spec explain CODE` says what the code of a problem means";

/// `polyreel spec check`: what is wrong on stderr, what is right on stdout.
pub(crate) fn check(arguments: &SpecCheck) -> Result<(), Failure> {
    let verdicts: Vec<_> = arguments.files.iter().map(|file| Verdict::of(file)).collect();
    for verdict in &verdicts {
        match &verdict.result {
            _ if arguments.json => show::data(&verdict.json().to_string()),
            // The only one is the error that the command ends with.
            Err(_) if verdicts.len() == 1 => {}
            _ => verdict.show(),
        }
    }
    let unread = verdicts.iter().filter(|verdict| verdict.result.is_err()).count();
    let invalid = verdicts.iter().filter(|verdict| matches!(verdict.result, Ok(Err(_)))).count();
    let failure = match &verdicts[..] {
        _ if unread + invalid == 0 => return Ok(()),
        [Verdict { result: Err(why), .. }] => Failure::usage(why),
        all if unread > 0 => Failure::usage(format!("{unread} of {} files cannot be read", all.len())),
        [_] => Failure::usage("the file has problems").hint(EXPLAIN),
        all => Failure::usage(format!("{invalid} of {} files have problems", all.len())).hint(EXPLAIN),
    };
    let exit = if unread > 0 { Exit::Usage } else { Exit::Invalid };
    Err(Failure { exit, is_told: arguments.json, ..failure })
}

/// What is to be said about a file.
struct Verdict<'f> {
    file: &'f Path,
    /// Why it cannot be read, or what is wrong with it.
    result: Result<Result<Provider, Diagnostics>, String>,
}

impl<'f> Verdict<'f> {
    fn of(file: &'f Path) -> Self {
        let judge = |text: String| {
            let name = file.to_string_lossy();
            // Polyreel's own files are as right as those for `--spec`, and only those have to keep to free names.
            match source::read(&name, &text) {
                Ok(provider) if built_in(&provider).is_some() => Ok(provider),
                _ => Provider::from_yaml(&name, &text),
            }
        };
        Self { file, result: text(file).map(judge) }
    }

    /// The built-in provider that it is, or stands in for.
    fn built_in(&self) -> Option<&str> {
        built_in(self.result.as_ref().ok()?.as_ref().ok()?)
    }

    fn show(&self) {
        match &self.result {
            Ok(Ok(provider)) => show::data(&format!("{}: {}", shown(self.file), summary(provider))),
            Ok(Err(problems)) => show::progress(&format!("{}\n", problems.render(true))),
            Err(why) => show::progress(&format!("error: {why}\n")),
        }
        if let Some(name) = self.built_in() {
            show::progress(&format!("note: `{name}` is built in, so --spec refuses this file"));
        }
    }

    fn json(&self) -> Value {
        let provider = self.result.as_ref().ok().and_then(|read| read.as_ref().ok());
        let problems = self.result.as_ref().ok().and_then(|read| read.as_ref().err());
        let listed = problems.map(|all| all.problems.iter().map(|problem| json_of(all, problem)).collect::<Vec<_>>());
        json!({
            "file": self.file.to_string_lossy(),
            "provider": provider.map(|provider| &*provider.id),
            "built_in": self.built_in().is_some(),
            "problems": listed.unwrap_or_default(),
            "omitted": problems.map_or(0, |problems| problems.omitted),
            "error": self.result.as_ref().err(),
        })
    }
}

/// The name that a provider shares with a built-in one.
fn built_in(provider: &Provider) -> Option<&str> {
    let names = std::iter::once(&provider.id).chain(&provider.aliases).map(|name| &**name);
    names.into_iter().find(|name| source::is_built_in(name))
}

fn json_of(all: &Diagnostics, problem: &Diagnostic) -> Value {
    let (line, column) = all.position(problem);
    json!({
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "line": line,
        "column": column,
        "span": [problem.span.start, problem.span.end],
    })
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
    let cannot = |why: String| format!("cannot read {}: {why}", shown(file));
    let mut bytes = Vec::new();
    let opened = File::open(file).and_then(|opened| opened.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes));
    opened.map_err(|error| cannot(error.to_string()))?;
    if bytes.len() > LARGEST_FILE {
        return Err(cannot("it is larger than 1 MiB, so it is no provider file".to_owned()));
    }
    String::from_utf8(bytes).map_err(|_| cannot("it is not UTF-8".to_owned()))
}

fn summary(provider: &Provider) -> String {
    let (models, assumed) = (plural(provider.models.len(), "model"), plural(provider.assumed.len(), "assumption"));
    let places: Vec<_> = provider.assumed.iter().map(|mark| format!("\n  {}: {}", mark.place, mark.reason)).collect();
    let key = provider.auth.env().join(" and ");
    polyreel::printable(&format!("{}, {models}, key in {key}, {assumed}", provider.name)) + &places.concat()
}

/// A file's name as a terminal may see it.
fn shown(file: &Path) -> String {
    polyreel::printable(&file.to_string_lossy())
}

pub(crate) fn plural(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
