//! Rows of a batch file: JSON Lines or CSV. All that is wrong with a file is said at once, before anything is sent.

mod json_lines;
mod table;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::{Map, Value};

/// The largest batch file, in bytes.
pub(crate) const LARGEST_FILE: usize = 64 << 20;

/// The most rows of a batch file.
pub(crate) const MOST_ROWS: usize = 100_000;

/// As many problems as somebody mends before trying again.
const MOST_SHOWN: usize = 20;

/// One request of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// Where it begins in the file, counted from 1. For messages only: a row that moves stays the same row.
    pub(crate) line: usize,
    /// Its name, unique in the file.
    pub(crate) id: Option<String>,
    /// What it gives, by the names of the [`Field`]s, each of its field's [`Kind`].
    pub(crate) fields: Map<String, Value>,
}

/// A field that a row may give; `id` goes without saying.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'n> {
    pub(crate) name: &'n str,
    pub(crate) kind: Kind,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Boolean,
    /// Texts, numbers and booleans by names of the provider's own: an object in JSON, columns `FIELD.NAME` in CSV. A
    /// cell is what JSON would read in it, and else a text.
    Options,
}

impl Kind {
    /// What is asked for, with how to write it.
    fn expected(self) -> &'static str {
        match self {
            Self::Text => "a text; put it in quotes",
            Self::Number => "a number; write it like 5 or 0.5",
            Self::Boolean => "true or false",
            Self::Options => "an object; write it like {\"seed\": 7}",
        }
    }
}

/// How a batch file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A JSON object a line.
    JsonLines,
    /// RFC 4180 with a header line; an empty cell gives nothing.
    Table,
}

impl Format {
    fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_ascii_lowercase().to_str()? {
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "csv" => Some(Self::Table),
            _ => None,
        }
    }
}

/// What is wrong with a batch file: for people a line for each problem, with where it is and what to do.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    shown: Vec<String>,
    count: usize,
}

impl Problems {
    /// How many there are, also those that are not shown.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    fn add(&mut self, problem: impl FnOnce() -> String) {
        self.count += 1;
        if self.shown.len() < MOST_SHOWN {
            self.shown.push(problem());
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown.join("\n"))?;
        match self.count - self.shown.len() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

/// Reads a batch file.
pub(crate) fn read(file: &Path, fields: &[Field<'_>]) -> Result<Vec<Row>, Problems> {
    let name = file.to_string_lossy();
    let fail = |why: String| {
        let mut problems = Problems::default();
        problems.add(|| format!("{}: {why}", polyreel::printable(&name)));
        problems
    };
    let format = Format::of(file)
        .ok_or_else(|| fail("its name ends neither in .jsonl nor in .csv; say by it how it is written".to_owned()))?;
    let mut bytes = Vec::new();
    // One byte more shows that it is too large, without reading all of what may have no end.
    File::open(file)
        .and_then(|file| file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| fail(format!("cannot be read: {error}")))?;
    parse(&name, format, &bytes, fields)
}

/// Reads the bytes of a batch file; `file` is its name in messages.
pub(crate) fn parse(file: &str, format: Format, bytes: &[u8], fields: &[Field<'_>]) -> Result<Vec<Row>, Problems> {
    let mut reading = Reading {
        file: polyreel::printable(file),
        fields,
        rows: Vec::new(),
        seen: 0,
        ids: HashMap::new(),
        unknown: HashSet::new(),
        problems: Problems::default(),
    };
    reading.bytes(format, bytes);
    if reading.problems.count > 0 { Err(reading.problems) } else { Ok(reading.rows) }
}

struct Reading<'f> {
    file: String,
    fields: &'f [Field<'f>],
    rows: Vec<Row>,
    /// Rows so far, also those that are wrong.
    seen: usize,
    /// Where each id was given.
    ids: HashMap<String, usize>,
    /// Names that were reported: the same mistake in every row is one.
    unknown: HashSet<String>,
    problems: Problems,
}

impl Reading<'_> {
    fn bytes(&mut self, format: Format, bytes: &[u8]) {
        if bytes.len() > LARGEST_FILE {
            let most = LARGEST_FILE >> 20;
            return self.problems.add(|| format!("{}: has more than {most} MiB; split it", self.file));
        }
        let text = match str::from_utf8(bytes) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
                return self.problem(line, "not UTF-8; save the file in this encoding");
            }
        };
        match format {
            Format::JsonLines => self.json_lines(text),
            Format::Table => self.table(text),
        }
        if self.seen == 0 && self.problems.count == 0 {
            self.problems.add(|| format!("{}: holds no rows; write one for each film", self.file));
        }
    }

    fn problem(&mut self, line: usize, what: impl fmt::Display) {
        self.problems.add(|| format!("{}:{line}: {what}", self.file));
    }

    /// Whether one more row may follow.
    fn begin(&mut self, line: usize) -> bool {
        self.seen += 1;
        if self.seen > MOST_ROWS {
            self.problem(line, format_args!("more than {MOST_ROWS} rows; split the file"));
        }
        self.seen <= MOST_ROWS
    }

    /// The kind of a field. One that nobody knows is a problem.
    fn kind(&mut self, line: usize, name: &str) -> Option<Kind> {
        if name == "id" {
            return Some(Kind::Text);
        }
        let found = self.fields.iter().find(|field| field.name == name).map(|field| field.kind);
        if found.is_none() && self.unknown.insert(name.to_owned()) {
            let known: Vec<_> = std::iter::once("id").chain(self.fields.iter().map(|field| field.name)).collect();
            let hint = match nearest(name, &known) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("known are {}", known.join(", ")),
            };
            self.problem(line, format_args!("there is no field {}; {hint}", quoted(name)));
        }
        found
    }

    /// Takes a row of known fields.
    fn row(&mut self, line: usize, mut fields: Map<String, Value>) {
        let id = match fields.remove("id") {
            Some(Value::String(id)) => Some(id),
            _ => None,
        };
        if let Some(id) = &id
            && let Some(first) = self.ids.insert(id.clone(), line)
        {
            let what = format!("the id {} is that of line {first}; give each row its own", quoted(id));
            return self.problem(line, what);
        }
        self.rows.push(Row { line, id, fields });
    }
}

/// The known name that is most like a mistyped one.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    // Comparing takes the square of the length, and no name of that length is mistyped.
    let scored = known.iter().filter(|_| name.len() <= 80).map(|known| (strsim::jaro_winkler(name, known), *known));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known)
}

/// A text of the file as a message shows it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", short(text))
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    polyreel::printable(&short)
}

#[cfg(test)]
mod tests;
