//! Marked regions: lines of a file for people that this generator keeps.

use crate::Error;

/// What a file should hold between two marker lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The file, relative to the workspace root.
    pub path: &'static str,
    /// Where in the file the markers stand: a TOML table, a place of a page.
    pub section: &'static str,
    /// What the markers say after `#` or `<!--`: `polyreel:clients`.
    pub name: &'static str,
    /// The lines between the markers.
    pub text: String,
}

impl Region {
    /// The text of the file with this region replaced, or the lines that have to be added first.
    pub fn apply(&self, file: &str) -> Result<String, Error> {
        let comment = if self.path.ends_with("Cargo.toml") { "#" } else { "<!--" };
        let begin = format!("{comment} {} begin", self.name);
        let end = format!("{comment} {} end", self.name);
        region(file, &begin, &end, &self.text)
            .map_err(|error| Error::new(format!("{error}, inside {}", self.section)).at(self.path))
    }
}

/// Replaces the lines between the two marker lines. A marker line begins with its marker and may say more.
pub fn region(text: &str, begin: &str, end: &str, new: &str) -> Result<String, Error> {
    let (_, start) = marker(text, 0, begin)?;
    let (stop, _) = marker(text, start, end)?;
    let (before, after) = (&text[..start], &text[stop..]);
    let line_end = if new.is_empty() || new.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{before}{new}{line_end}{after}"))
}

/// Begin and end of the marker's line.
fn marker(text: &str, from: usize, wanted: &str) -> Result<(usize, usize), Error> {
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        let is_marker =
            line.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if is_marker {
            return Ok((at, at + line.len()));
        }
        at += line.len();
    }
    Err(Error::new(format!("add the line `{wanted}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[a]\n# x:y begin (written)\nold\n# x:y end\nz = 1\n";

    #[test]
    fn only_the_lines_between_the_markers_change() {
        let replaced = region(FILE, "# x:y begin", "# x:y end", "new\nlines").unwrap();
        assert_eq!(replaced, "[a]\n# x:y begin (written)\nnew\nlines\n# x:y end\nz = 1\n");
        assert_eq!(region(&replaced, "# x:y begin", "# x:y end", "old\n").unwrap(), FILE);
        assert_eq!(region(FILE, "# x:y begin", "# x:y end", "").unwrap(), FILE.replace("old\n", ""));
    }

    #[test]
    fn a_page_has_invisible_markers() {
        let text = "new".to_owned();
        let region = Region { path: "README.md", section: "the list", name: "x:y", text };
        let (begin, end) = ("<!-- x:y begin -->\n", "<!-- x:y end -->\n");
        assert_eq!(region.apply(&format!("{begin}old\n{end}")).unwrap(), format!("{begin}new\n{end}"));
    }

    #[test]
    fn a_missing_marker_is_named() {
        let region = Region { path: "Cargo.toml", section: "[a]", name: "x:y", text: String::new() };
        for (file, line) in [
            ("[a]\n", "# x:y begin"),
            ("# x:yy begin\n# x:y end\n", "# x:y begin"),
            ("# x:y end\n# x:y begin\n", "# x:y end"),
        ] {
            let error = region.apply(file).unwrap_err().to_string();
            assert_eq!(error, format!("Cargo.toml: add the line `{line}`, inside [a]"));
        }
    }
}
