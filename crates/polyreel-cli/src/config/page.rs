//! The settings as `docs/configuration.md` has them.

use std::fmt::Write as _;

use super::SETTINGS;
use super::file::TABLES;

/// The part of `docs/configuration.md` that the program's own definitions give: the tables of the config file, and the
/// settings with their variables.
#[must_use]
pub fn configuration_page() -> String {
    let mut page = "\n| Table | What it holds |\n|---|---|\n".to_owned();
    for (name, about) in TABLES {
        let _ = writeln!(page, "| `[{name}]` | {about} |");
    }
    page.push_str(
        "\n| In `[defaults]` | Variable | Type | Like | Without it | What it is for |\n|---|---|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let (variable, kind) = (setting.variable(), setting.kind);
        let (name, example, default, about) = (setting.name, setting.example, setting.default, setting.about);
        let _ = writeln!(page, "| `{name}` | `{variable}` | {kind} | `{example}` | {default} | {about} |");
    }
    page.push('\n');
    page
}
