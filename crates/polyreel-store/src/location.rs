//! Where a user's jobs are kept.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// Where this user's jobs are kept unless somebody says otherwise, `None` where the system names no place.
///
/// `$XDG_DATA_HOME/polyreel/jobs.sqlite` or `~/.local/share/polyreel/jobs.sqlite`; on macOS
/// `~/Library/Application Support/polyreel/jobs.sqlite`, on Windows `%LOCALAPPDATA%\polyreel\jobs.sqlite`.
pub fn default_location() -> Option<PathBuf> {
    Some(data_folder(env::consts::OS, |name| env::var_os(name), env::home_dir())?.join("polyreel").join("jobs.sqlite"))
}

fn data_folder(os: &str, variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    // A relative one would be another one in each folder.
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = home.filter(|home| home.is_absolute());
    match os {
        "windows" => absolute("LOCALAPPDATA"),
        "macos" => Some(home?.join("Library").join("Application Support")),
        _ => absolute("XDG_DATA_HOME").or_else(|| Some(home?.join(".local").join("share"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_place() {
        let root = if cfg!(windows) { "C:/" } else { "/" };
        let check = |os, variable: &str, value: &str, home: Option<&str>, place: Option<&str>| {
            let found = data_folder(os, |name| (name == variable).then(|| value.into()), home.map(PathBuf::from));
            assert_eq!(found, place.map(|place| PathBuf::from(format!("{root}{place}"))), "{os} {variable}={value}");
        };
        let home = format!("{root}home/cat");
        let home = Some(home.as_str());
        check("linux", "", "", home, Some("home/cat/.local/share"));
        check("linux", "XDG_DATA_HOME", &format!("{root}data"), home, Some("data"));
        check("linux", "XDG_DATA_HOME", "data", home, Some("home/cat/.local/share"));
        check("linux", "XDG_DATA_HOME", "", None, None);
        check("macos", "XDG_DATA_HOME", &format!("{root}data"), home, Some("home/cat/Library/Application Support"));
        check("windows", "LOCALAPPDATA", &format!("{root}local"), home, Some("local"));
        check("windows", "", "", home, None);
    }
}
