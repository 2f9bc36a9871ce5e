//! Problems of a provider file, shown as rustc shows them.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

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
    pub(super) fn printable(self) -> Self {
        let printable = |text: String| text.chars().map(spelled_out).collect();
        Self { message: printable(self.message), hint: self.hint.map(printable), ..self }
    }
}

fn spelled_out(c: char) -> String {
    if is_hidden(c) { c.escape_default().to_string() } else { c.to_string() }
}

/// Whether a character cannot be seen, or changes how its neighbours look.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// All problems of a provider file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// The file's name.
    pub file: String,
    /// The file's text.
    pub text: String,
    /// The problems, in the order of the file; never empty.
    pub problems: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Line and column of a problem, both from 1, the column in characters.
    pub fn position(&self, problem: &Diagnostic) -> (usize, usize) {
        let before = self.text.get(..problem.span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// Every problem with the offending lines, a caret and the hint.
    pub fn render(&self, colored: bool) -> String {
        let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
        let shown = self.problems.iter().map(|problem| {
            let snippet = Snippet::source(&self.text)
                .path(&self.file)
                .annotation(AnnotationKind::Primary.span(problem.span.clone()));
            let group = Level::ERROR.primary_title(&problem.message).id(problem.code).element(snippet);
            let group = match &problem.hint {
                Some(hint) => group.element(Level::HELP.message(hint)),
                None => group,
            };
            renderer.render(&[group])
        });
        shown.collect::<Vec<_>>().join("\n\n")
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
