//! Names of films of rows that give none.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use super::keys::content;
use super::rows::Row;

/// How much of an id or a prompt goes into a name, in characters.
const LONGEST: usize = 60;

/// A name for each row's film, unique among them: what the row says, below `folder`; or its id, or its prompt and a part of
/// the hash of what it asks for. A row that moves keeps its name.
///
/// # Errors
///
/// When a row says a path that leads out of the folder.
pub(super) fn names(folder: &Path, rows: &[(&Row, Option<&str>)]) -> Result<Vec<PathBuf>, String> {
    let mut taken = HashSet::new();
    let mut names = Vec::new();
    for (row, output) in rows {
        let name = match output {
            Some(output) => said(row, output)?,
            None => made(row),
        };
        let mut file = folder.join(&name);
        for number in 2.. {
            if taken.insert(file.clone()) {
                break;
            }
            if output.is_some() {
                return Err(format!("line {}: another row has the output {}", row.line, polyreel::printable(&name)));
            }
            file = folder.join(name.replace(".mp4", &format!("-{number}.mp4")));
        }
        names.push(file);
    }
    Ok(names)
}

/// A batch file may be somebody else's: its films stay in the folder that was chosen for them.
fn said(row: &Row, output: &str) -> Result<String, String> {
    let is_inside = Path::new(output).components().all(|part| matches!(part, Component::Normal(_)));
    if is_inside && !output.is_empty() && !output.contains(['\\', '\0']) {
        return Ok(output.to_owned());
    }
    let shown = polyreel::printable(output);
    Err(format!("line {}: the output {shown} leads out of the folder of the films; name a file in it", row.line))
}

fn made(row: &Row) -> String {
    let prompt = || row.fields.get("prompt").and_then(|prompt| prompt.as_str()).unwrap_or("film");
    let hash = content(row);
    match &row.id {
        Some(id) if plain(id) == *id => format!("{id}.mp4"),
        // Two ids may look alike once they are plain.
        Some(id) => format!("{}-{}.mp4", plain(id), &hash[..8]),
        None => format!("{}-{}.mp4", plain(prompt()), &hash[..8]),
    }
}

/// Letters and digits, with dashes for everything else.
fn plain(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars().take(LONGEST) {
        if c.is_ascii_alphanumeric() || (c == '_' || c == '.') && !name.is_empty() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches(['-', '.']);
    if name.is_empty() { "film".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(id: Option<&str>, prompt: &str) -> Row {
        let fields = json!({ "prompt": prompt }).as_object().cloned().unwrap();
        Row { line: 1, id: id.map(str::to_owned), fields }
    }

    #[test]
    fn names_are_plain_and_unique() {
        let rows = [
            row(Some("cat"), "x"),
            row(Some("../../etc/passwd"), "x"),
            row(Some("CON"), "x"),
            row(None, "A cute cat, playing \"outside\"!\n"),
            row(None, "A cute cat, playing \"outside\"!\n"),
            row(None, "猫"),
            row(Some(".hidden"), "x"),
        ];
        let rows: Vec<_> = rows.iter().map(|row| (row, None)).collect();
        let names = names(Path::new("films"), &rows).unwrap();
        let shown: Vec<_> = names.iter().map(|name| name.to_str().unwrap()).collect();
        let hash = |prompt: &str| content(&row(None, prompt))[..8].to_owned();
        let (x, cat, other) = (hash("x"), hash("A cute cat, playing \"outside\"!\n"), hash("猫"));
        assert_eq!(
            shown,
            [
                "films/cat.mp4".to_owned(),
                format!("films/etc-passwd-{x}.mp4"),
                "films/CON.mp4".to_owned(),
                format!("films/A-cute-cat-playing-outside-{cat}.mp4"),
                format!("films/A-cute-cat-playing-outside-{cat}-2.mp4"),
                format!("films/film-{other}.mp4"),
                format!("films/hidden-{x}.mp4"),
            ]
        );
    }

    #[test]
    fn films_stay_in_their_folder() {
        let one = row(None, "x");
        for (output, is_fine) in
            [("a.mp4", true), ("a/b.mp4", true), ("../a.mp4", false), ("/a.mp4", false), ("", false), ("a\\b", false)]
        {
            assert_eq!(names(Path::new("films"), &[(&one, Some(output))]).is_ok(), is_fine, "{output}");
        }
        let twice = names(Path::new("films"), &[(&one, Some("a.mp4")), (&one, Some("a.mp4"))]).unwrap_err();
        assert!(twice.contains("another row has the output a.mp4"), "{twice}");
    }
}
