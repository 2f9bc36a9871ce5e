//! Problems of a provider file, shown as rustc shows them.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// As many problems as somebody mends before reading the file anew.
const MOST: usize = 50;

/// The longest message, in characters.
const LONGEST: usize = 500;

/// So much of a file is shown for one problem, in bytes: lines that are longer are cut.
const EXCERPT: usize = 4000;

/// One problem of a provider file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable: `S001`.
    pub code: &'static str,
    /// What is wrong; one lower-case line.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
}

impl Diagnostic {
    /// With every hidden character of the file's own words spelled out, so that it is one line that shows all it says.
    fn printable(self) -> Self {
        Self { message: printable(&self.message), hint: self.hint.as_deref().map(printable), ..self }
    }
}

fn printable(text: &str) -> String {
    let spelled_out = |c: char| if is_hidden(c) { c.escape_default().to_string() } else { c.to_string() };
    let end = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    text.chars().take(LONGEST).map(spelled_out).chain([end.to_owned()]).collect()
}

/// Whether a character cannot be seen, or changes how its neighbours look.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with each character that cannot be seen replaced by one that can.
fn visible(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if is_hidden(c) && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c })
        .collect()
}

/// All problems of a provider file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// The file's name.
    pub file: String,
    /// The file's text.
    pub text: String,
    /// The first problems, in the order of the file; never empty.
    pub problems: Vec<Diagnostic>,
    /// How many more there are.
    pub omitted: usize,
}

impl Diagnostics {
    pub(super) fn new(file: &str, text: &str, mut problems: Vec<Diagnostic>) -> Self {
        problems.sort_by_key(|problem| (problem.span.start, problem.code));
        problems.dedup();
        let omitted = problems.len().saturating_sub(MOST);
        let problems = problems.into_iter().take(MOST).map(Diagnostic::printable).collect();
        Self { file: file.to_owned(), text: text.to_owned(), problems, omitted }
    }

    /// How many problems there are, those that are not listed included.
    pub fn count(&self) -> usize {
        self.problems.len() + self.omitted
    }

    /// Line and column of a problem, both from 1, the column in characters.
    pub fn position(&self, problem: &Diagnostic) -> (usize, usize) {
        let before = self.text.get(..problem.span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The problems with the offending lines, a caret and the hint.
    pub fn render(&self, colored: bool) -> String {
        let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
        let mut shown: Vec<_> = self.problems.iter().map(|problem| self.shown(problem, &renderer)).collect();
        match self.omitted {
            0 => {}
            1 => shown.push("and 1 more problem".to_owned()),
            more => shown.push(format!("and {more} more problems")),
        }
        shown.join("\n\n")
    }

    fn shown(&self, problem: &Diagnostic, renderer: &Renderer) -> String {
        let path = printable(&self.file);
        let (line, column) = self.position(problem);
        let excerpt = Excerpt::new(&self.text, &problem.span);
        let snippet = Snippet::source(&excerpt.text)
            .path(&path)
            .line_start(line)
            .annotation(AnnotationKind::Primary.span(excerpt.span.clone()));
        let group = Level::ERROR.primary_title(&problem.message).id(problem.code).element(snippet);
        let group = match &problem.hint {
            Some(hint) => group.element(Level::HELP.message(hint)),
            None => group,
        };
        let shown = renderer.render(&[group]);
        // The renderer counts columns from where a long line was cut.
        let cut = column.saturating_sub(excerpt.cut);
        shown.replacen(&format!("{path}:{line}:{cut}"), &format!("{path}:{line}:{column}"), 1)
    }
}

/// The lines that a problem is about.
struct Excerpt {
    text: String,
    /// Where the problem is in them.
    span: Range<usize>,
    /// How many characters of the first line are left out.
    cut: usize,
}

impl Excerpt {
    fn new(text: &str, span: &Range<usize>) -> Self {
        let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (start, end) = (boundary(span.start), boundary(span.end).max(boundary(span.start)));
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |length| at + length);
        let (from, to) = match line_end(end) {
            whole if whole - line_start <= EXCERPT => (line_start, whole),
            _ => {
                let from = boundary(start.saturating_sub(EXCERPT / 2)).max(line_start);
                (from, boundary(start + EXCERPT / 2).min(line_end(start)))
            }
        };
        let (before, of_it) = (visible(&text[from..start]), visible(&text[start..end.min(to)]));
        let after = visible(text[end.min(to)..to].trim_end_matches('\r'));
        Self {
            span: before.len()..before.len() + of_it.len(),
            text: [before, of_it, after].concat(),
            cut: text[line_start..from].chars().count(),
        }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
