//! Names of films of rows that give none.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use super::keys::content;
use super::rows::Row;

/// How much of an id or a prompt goes into a name, in characters.
const LONGEST: usize = 60;

/// As long as a name may be, in bytes: there is room for what is written beside a film.
const LONGEST_NAME: usize = 200;

/// A name for each row's film, unique among them: what the row says, below `folder`; or its id, or its prompt and a part of
/// the hash of what it asks for. A row that moves keeps its name.
///
/// The inner error says why a row cannot have the name that it says, in one line.
pub(super) fn names(folder: &Path, rows: &[(&Row, Option<&str>)]) -> Vec<Result<PathBuf, String>> {
    let mut taken = HashSet::new();
    let mut name = |row: &Row, output: Option<&str>| {
        if let Some(output) = output {
            let file = folder.join(said(output)?);
            let is_free = taken.insert(file.clone());
            return if is_free { Ok(file) } else { Err(format!("another row has the output {output}")) };
        }
        let name = made(row);
        let mut file = folder.join(&name);
        for number in 2.. {
            if taken.insert(file.clone()) {
                break;
            }
            file = folder.join(name.replace(".mp4", &format!("-{number}.mp4")));
        }
        Ok(file)
    };
    rows.iter().map(|(row, output)| name(row, *output)).collect()
}

/// A batch file may be somebody else's: its films stay in the folder that was chosen for them, and none is called what the
/// report is, or what is told beside another film.
fn said(output: &str) -> Result<&str, String> {
    let shown = polyreel::printable(output);
    let wrong = |why: &str| Err(format!("the output {shown} {why}"));
    let parts: Vec<_> = Path::new(output).components().collect();
    let is_film = |part: &Component<'_>| part.as_os_str().to_string_lossy().to_ascii_lowercase().ends_with(".mp4");
    if shown != output {
        return wrong("has characters that a terminal obeys; leave them out");
    }
    if !parts.iter().all(|part| matches!(part, Component::Normal(_))) || output.contains('\\') {
        return wrong("leads out of the folder of the films; name a file in it");
    }
    let is_folder = output.ends_with('/') || output.ends_with("/.");
    match parts.split_last() {
        Some((file, folders)) if is_film(file) && !is_folder && !folders.iter().any(is_film) => {}
        _ => return wrong("is no film; end its name, and no folder's, in .mp4"),
    }
    if parts.iter().any(|part| part.as_os_str().len() > LONGEST_NAME) {
        return wrong(&format!("has a name of more than {LONGEST_NAME} bytes; shorten it"));
    }
    Ok(output)
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
        let names: Vec<_> = names(Path::new("films"), &rows).into_iter().map(Result::unwrap).collect();
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
        let long = format!("{}.mp4", "a".repeat(197));
        for (output, why) in [
            ("a.mp4", ""),
            ("a.MP4", ""),
            ("a/b c.mp4", ""),
            (&long[1..], ""),
            (&long, "more than 200 bytes"),
            ("../a.mp4", "leads out"),
            ("b/../../a.mp4", "leads out"),
            ("./a.mp4", "leads out"),
            ("/a.mp4", "leads out"),
            ("a\\b.mp4", "leads out"),
            ("a\0.mp4", "a terminal obeys"),
            ("\u{1b}[2J.mp4", "a terminal obeys"),
            ("", "is no film"),
            ("a.mp4/", "is no film"),
            ("a.mp4/.", "is no film"),
            ("a.mp4/b.mp4", "is no film"),
            ("report.html", "is no film"),
            ("a.mp4.json", "is no film"),
        ] {
            let name = names(Path::new("films"), &[(&one, Some(output))]).remove(0);
            match name {
                Ok(file) => assert!(why.is_empty() && file == Path::new("films").join(output), "{output}"),
                Err(told) => assert!(!why.is_empty() && told.contains(why), "{told}"),
            }
        }
        let twice = names(Path::new("films"), &[(&one, Some("a.mp4")), (&one, Some("a.mp4"))]).remove(1);
        assert_eq!(twice, Err("another row has the output a.mp4".to_owned()));
    }
}
