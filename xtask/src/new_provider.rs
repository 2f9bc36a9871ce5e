//! `cargo xtask new-provider`: a provider file to begin with.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use polyreel_codegen::NewProvider;
use polyreel_spec::{Provider, source};

use crate::{Result, codegen};

/// Writes the file of a provider that has none, and says how to go on.
pub(crate) fn write(root: &Path, id: &str, base_url: Option<&str>, docs: Option<&str>) -> Result {
    let today = today();
    let new = NewProvider { id, base_url, docs, today: &today };
    let text = new.file().map_err(|error| error.to_string())?;
    let file = format!("providers/{id}.yaml");
    let provider = source::read(&file, &text).map_err(|problems| problems.to_string())?;
    if let Some(namesake) = codegen::namesake(&provider, &others(root, id)?) {
        return Err(namesake);
    }
    let folder = format!("tests/fixtures/{id}");
    create_new(root, &file, &text)?;
    fs::create_dir_all(root.join(&folder)).map_err(|error| format!("cannot make {folder}: {error}"))?;
    for (name, text) in new.fixtures() {
        create_new(root, &format!("{folder}/{name}"), &text)?;
    }
    println!(
        "wrote {file}: valid, and simulated at once; and three fixtures in {folder}. \
         docs/adding-a-provider.md says how to go on.\n\n\
         after every change:     cargo run -- spec check {file}\n\
         to try it:              cargo run -- generate --spec {file} --mock \"A cat.\" -o cat.mp4\n\
         when it is filled in:   cargo xtask codegen"
    );
    Ok(())
}

/// Writes a file that must not be there yet.
fn create_new(root: &Path, file: &str, text: &str) -> Result {
    let fail = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => format!("{file} is there already, and is left as it is"),
        _ => format!("cannot write {file}: {error}"),
    };
    File::create_new(root.join(file)).and_then(|mut new| new.write_all(text.as_bytes())).map_err(fail)
}

/// The other providers; a file with problems is its author's concern.
fn others(root: &Path, id: &str) -> Result<Vec<Provider>> {
    let mut others = Vec::new();
    for path in codegen::entries(&root.join("providers"))? {
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = codegen::read(&path)?.unwrap_or_default();
            others.extend(source::read(&path.to_string_lossy(), &text).ok().filter(|other| other.id != id));
        }
    }
    Ok(others)
}

/// The day, in UTC.
#[expect(clippy::disallowed_methods, reason = "the day on which somebody reads a page")]
fn today() -> String {
    date(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// The day that is so long after the beginning of 1970.
fn date(since: Duration) -> String {
    let is_leap = |year: u64| (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let (mut day, mut year, mut month) = (since.as_secs() / 86_400, 1970, 0);
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        month += 1;
        if day < length {
            break;
        }
        day -= length;
    }
    format!("{year}-{month:02}-{:02}", day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (364, "1970-12-31"),
            (365, "1971-01-01"),
            (789, "1972-02-29"),
            (11_016, "2000-02-29"),
            (20_777, "2026-11-20"),
        ] {
            assert_eq!(super::date(Duration::from_secs(days * 86_400 + 86_399)), date);
        }
    }

    #[test]
    fn nothing_is_overwritten_and_names_are_taken_once() {
        let root = std::env::temp_dir().join(format!("polyreel-new-provider-{}", std::process::id()));
        std::fs::create_dir_all(root.join("providers")).unwrap();
        let new = |id: &str| write(&root, id, None, None);
        let file = |id: &str| root.join(format!("providers/{id}.yaml"));
        new("acme").unwrap();
        let text = std::fs::read_to_string(file("acme")).unwrap();
        std::fs::write(file("acme"), text.replace("#aliases: [acme.ai]", "aliases: [other, acme.ai]")).unwrap();
        for (id, why) in [
            ("acme", "providers/acme.yaml is there already"),
            ("other", "`other` is Acme already (providers/acme.yaml)"),
            ("mock", "Polyreel itself uses the name `mock`"),
            ("Acme", "lower-case letters"),
            ("../acme", "lower-case letters"),
        ] {
            let error = new(id).unwrap_err();
            assert!(error.contains(why), "{id}: {error}");
        }
        assert!(std::fs::read_to_string(file("acme")).unwrap().contains("[other"), "what was there is as it was");
        assert!(!file("other").exists());
        for (base_url, why) in [("http://acme.com", "base_url"), ("https://acme.com #", "not an https")] {
            let error = write(&root, "third", Some(base_url), None).unwrap_err();
            assert!(error.contains(why), "{base_url}: {error}");
        }
        std::fs::remove_dir_all(root).unwrap();
    }
}
