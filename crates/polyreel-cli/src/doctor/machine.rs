//! The program, the folder of films, and the clock.

use std::path::Path;
use std::time::SystemTime;

use polyreel::{Clock as _, SystemClock};

use super::Check;
use crate::config::Config;

pub(crate) fn version() -> Check {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    Check::fine("version", format!("polyreel {}, {os} {arch}", env!("CARGO_PKG_VERSION")))
}

/// Whether a film could be saved.
pub(crate) fn output_folder(config: &Config) -> Check {
    let chosen = config.settings.output_folder.as_deref();
    let (what, folder) = chosen.map_or(("current folder", Path::new(".")), |folder| ("output folder", folder));
    // It is gone again when it is dropped.
    match tempfile::NamedTempFile::new_in(folder) {
        Ok(_) => Check::fine(what, "films can be saved in it"),
        Err(error) => {
            let shown = polyreel::printable(&folder.to_string_lossy());
            Check::wrong(what, format!("no film can be saved in {shown}: {}", error.kind()), "choose another with -o")
        }
    }
}

/// Whether the clock can be right: signed calls and links of films go by it.
pub(crate) fn clock() -> Check {
    let made = std::env::current_exe().and_then(|program| program.metadata()?.modified());
    judged(SystemClock::default().wall(), made.unwrap_or(SystemTime::UNIX_EPOCH))
}

fn judged(now: SystemTime, made: SystemTime) -> Check {
    // httpdate knows no years before 1970 and after 9999, and panics there.
    let year_10000 = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(253_402_300_800);
    if !(SystemTime::UNIX_EPOCH..year_10000).contains(&now) {
        return Check::wrong("clock", "it shows no year from 1970 to 9999", "set it");
    }
    let shown = httpdate::fmt_http_date(now);
    if now < made {
        let why = format!("it shows {shown}, and this program was made later");
        return Check::wrong("clock", why, "set it: signed calls and budgets go by it");
    }
    Check::fine("clock", format!("it shows {shown}"))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::super::State;
    use super::judged;

    #[test]
    fn a_clock_that_cannot_be_right_is_wrong() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        for (now, made, expected) in [
            (at(1_800_000_000), at(1_700_000_000), State::Fine),
            (at(1_800_000_000), at(0), State::Fine),
            (at(1_600_000_000), at(1_700_000_000), State::Wrong),
            (before, at(0), State::Wrong),
            (at(300_000_000_000), at(0), State::Wrong),
        ] {
            assert_eq!(judged(now, made).state, expected, "{now:?}");
        }
    }
}
