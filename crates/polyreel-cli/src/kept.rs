//! A job that is kept, and what to type to go on with it.

use std::path::Path;

use polyreel_store::{JobId, Record};

use crate::arguments::{SiteArguments, StoreArguments};
use crate::store::short;

/// A job that is kept, and what has to be said besides to go on with it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) id: JobId,
    /// It was simulated and ends with its simulator.
    pub(crate) is_simulated: bool,
    /// Arguments of `jobs`: `--spec acme.yaml`.
    with: Vec<String>,
}

impl Kept {
    /// A job that was made with this provider file, if it is the user's own, and reached like this.
    pub(crate) fn new(record: &Record, spec: Option<&Path>, site: &SiteArguments, store: &StoreArguments) -> Self {
        let pair = |flag: &str, value: &str| [flag.to_owned(), value.to_owned()];
        let path = |flag, path: &Path| pair(flag, &path.to_string_lossy());
        // A proxy with a password is not repeated.
        let proxy = site.connection.proxy.as_ref().filter(|proxy| !proxy.contains('@'));
        let with = [
            store.store.as_deref().map(|file| path("--store", file)),
            spec.map(|file| path("--spec", file)),
            site.base_url.as_deref().map(|url| pair("--base-url", url)),
            proxy.map(|proxy| pair("--proxy", proxy)),
            site.connection.ca_file.as_deref().map(|file| path("--ca-file", file)),
        ];
        Self { id: record.id, is_simulated: site.mock, with: with.into_iter().flatten().flatten().collect() }
    }

    /// `polyreel jobs wait 3f9c01ab`, ready to copy into a shell.
    pub(crate) fn command(&self, verb: &str) -> String {
        let with = self.with.iter().map(|word| format!("{} ", quoted(word)));
        format!("polyreel jobs {verb} {}{}", with.collect::<Vec<_>>().concat(), short(self.id))
    }
}

/// A word as a shell reads it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    // What begins with a dash would be taken for an option.
    let is_dashed = word.starts_with('-') && !word.starts_with("--");
    let word = if is_dashed { format!("./{word}") } else { word.to_owned() };
    if !word.is_empty() && word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_can_be_copied_into_a_shell() {
        for (word, shown) in [
            ("cat.mp4", "cat.mp4"),
            ("my cat.mp4", "'my cat.mp4'"),
            ("it's", r"'it'\''s'"),
            ("-a", "./-a"),
            ("--spec", "--spec"),
            ("", "''"),
            ("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"),
            ("$HOME", "'$HOME'"),
        ] {
            assert_eq!(quoted(word), shown);
        }
    }
}
