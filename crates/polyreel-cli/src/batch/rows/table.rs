//! CSV with a header line, as RFC 4180 has it and no other way: a quote that is not closed would make one prompt of many
//! rows, and readers that take whatever comes do not tell.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Kind, Reading, quoted};

impl Reading<'_> {
    pub(super) fn table(&mut self, text: &str) {
        let mut records = Records::of(text);
        let columns = match records.next() {
            Some((line, Ok(header))) => match separator(&header) {
                Some(c) => return self.problem(line, format_args!("columns end in {c:?}; save the file with commas")),
                None => self.columns(line, &header),
            },
            Some((line, Err(what))) => return self.problem(line, what),
            None => return,
        };
        for (line, cells) in records {
            // What follows a wrong quote may be anything.
            let cells = match cells {
                Ok(cells) => cells,
                Err(what) => return self.problem(line, what),
            };
            if cells.iter().all(String::is_empty) {
                continue;
            }
            if !self.begin(line) {
                return;
            }
            if cells.len() != columns.len() {
                let counts = format!("{} cells under a header of {}", cells.len(), columns.len());
                self.problem(line, format_args!("{counts}; a text with a comma in it needs quotes around it"));
                continue;
            }
            let before = self.problems.count;
            let mut fields = Map::new();
            for (column, cell) in columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                let Some(Column { name, option, kind }) = column else { continue };
                match (taken(*kind, cell), option) {
                    (Err(cell), _) => {
                        self.problem(line, format_args!("{name}: {} is not {}", quoted(&cell), kind.expected()));
                    }
                    (Ok(value), None) => {
                        fields.insert(name.clone(), value);
                    }
                    (Ok(value), Some(option)) => {
                        if let Value::Object(options) = fields.entry(name.clone()).or_insert_with(|| Map::new().into())
                        {
                            options.insert(option.clone(), value);
                        }
                    }
                }
            }
            if self.problems.count == before {
                self.row(line, fields);
            }
        }
    }

    /// What the cells of each column are; none where that cannot be told.
    fn columns(&mut self, line: usize, header: &[String]) -> Vec<Option<Column>> {
        let (mut columns, mut titles) = (Vec::new(), HashSet::new());
        for title in header.iter().map(|title| title.trim()) {
            if !titles.insert(title) {
                self.problem(line, format_args!("two columns {}; leave one out", quoted(title)));
            }
            let (name, option) = match title.split_once('.') {
                Some((name, option)) if !option.is_empty() => (name, Some(option.to_owned())),
                _ => (title, None),
            };
            let kind = self.kind(line, name);
            let column = kind.map(|kind| Column { name: name.to_owned(), option, kind });
            if let Some(column) = &column
                && column.option.is_some() != (column.kind == Kind::Options)
            {
                let hint = match column.kind {
                    Kind::Options => "write a column for each option, like option.seed",
                    _ => "only options have a dot in their names",
                };
                self.problem(line, format_args!("the column {}: {hint}", quoted(title)));
            }
            columns.push(column);
        }
        columns
    }
}

/// What stands between columns, where it is no comma.
fn separator(header: &[String]) -> Option<char> {
    match header {
        [one] => one.chars().find(|c| matches!(c, ';' | '\t')),
        _ => None,
    }
}

struct Column {
    name: String,
    option: Option<String>,
    kind: Kind,
}

/// What a cell says; the cell, if that is nothing of this kind.
fn taken(kind: Kind, cell: String) -> Result<Value, String> {
    let word = cell.trim();
    match kind {
        Kind::Text => Ok(cell.into()),
        Kind::Boolean if word.eq_ignore_ascii_case("true") => Ok(true.into()),
        Kind::Boolean if word.eq_ignore_ascii_case("false") => Ok(false.into()),
        Kind::Boolean => Err(cell),
        Kind::Number => match (word.parse::<i64>(), word.parse().ok().and_then(serde_json::Number::from_f64)) {
            (Ok(whole), _) => Ok(whole.into()),
            (_, Some(number)) => Ok(number.into()),
            _ => Err(cell),
        },
        Kind::Options => match serde_json::from_str(word) {
            Ok(value @ (Value::Bool(_) | Value::Number(_) | Value::String(_))) => Ok(value),
            _ => Ok(cell.into()),
        },
    }
}

/// The records of a table, each with the line on which it begins. After one that cannot be read there is none.
pub(super) struct Records<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Records<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { rest: text, line: 1 }
    }
}

impl Iterator for Records<'_> {
    type Item = (usize, Result<Vec<String>, &'static str>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let read = record(self.rest);
        let after = read.as_ref().map_or("", |(_, after)| *after);
        self.line += self.rest[..self.rest.len() - after.len()].matches('\n').count();
        self.rest = after;
        Some((line, read.map(|(cells, _)| cells)))
    }
}

/// The cells of the first record, and what comes after it.
fn record(mut rest: &str) -> Result<(Vec<String>, &str), &'static str> {
    let mut cells = Vec::new();
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => closed(quoted)?,
            None => {
                let (cell, after) = rest.split_at(rest.find([',', '"', '\r', '\n']).unwrap_or(rest.len()));
                (cell.to_owned(), after)
            }
        };
        cells.push(cell);
        if let Some(next) = after.strip_prefix(',') {
            rest = next;
        } else if let Some(next) = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')) {
            return Ok((cells, next));
        } else if after.is_empty() {
            return Ok((cells, after));
        } else if after.starts_with('\r') {
            return Err("a line end within a cell needs quotes around the cell");
        } else {
            return Err(
                "a cell with a quote in it needs quotes around it, and each of its own doubled: \"a 5\"\" disc\"",
            );
        }
    }
}

/// A cell after its opening quote, and what follows the closing one.
fn closed(mut rest: &str) -> Result<(String, &str), &'static str> {
    let mut cell = String::new();
    loop {
        let (text, after) = rest.split_once('"').ok_or("a quote is opened and never closed; close it")?;
        cell.push_str(text);
        let Some(next) = after.strip_prefix('"') else { return Ok((cell, after)) };
        cell.push('"');
        rest = next;
    }
}
