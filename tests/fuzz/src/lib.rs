//! What the targets share: the provider files of the workspace, and where seeds go.

use std::fs;
use std::path::{Path, PathBuf};

/// The files in some folders of the workspace whose names end so.
pub fn files(folders: &[&str], end: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let entries = folders.iter().flat_map(|folder| fs::read_dir(root.join(folder)).expect("a folder of the workspace"));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a folder that can be listed").path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(end));
    files.sort();
    files
}

/// The folders of valid provider files.
pub const VALID: &[&str] = &["mock-server/src/tests", "providers"];

/// Writes what a target begins with to the folder that it reads. Nothing of it is committed.
pub fn plant(target: &str, seeds: impl Iterator<Item = Vec<u8>>) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&corpus).expect("a folder for seeds");
    for (number, seed) in seeds.enumerate() {
        fs::write(corpus.join(format!("seed-{number:04}")), seed).expect("a file for a seed");
    }
}

/// Writes the words that a target may put anywhere.
pub fn dictionary(target: &str, words: impl Iterator<Item = String>) {
    let escaped = |word: String| word.bytes().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
    let mut lines: Vec<_> =
        words.filter(|word| !word.is_empty()).map(|word| format!("\"{}\"\n", escaped(word))).collect();
    lines.sort();
    lines.dedup();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(format!("{target}.dict"));
    fs::write(file, lines.concat()).expect("a file for words");
}
