//! The settings: each said once, and from that its line in the config file, its variable, its reader and its documentation.

use std::path::{Path, PathBuf};

use polyreel::Route;
use polyreel::spec::Amount;

/// Defines the settings.
macro_rules! settings {
    ($($(#[doc = $about:literal])* $name:ident: $kind:ty = $default:literal, like $example:literal;)*) => {
        /// What was chosen, each `None` where nothing was.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub(crate) struct Settings {
            $($(#[doc = $about])* pub(crate) $name: Option<$kind>,)*
        }

        /// All settings.
        pub(crate) const SETTINGS: &[Setting] = &[
            $(Setting {
                name: stringify!($name),
                kind: <$kind as Value>::WHAT,
                default: $default,
                example: $example,
                about: concat!($($about),*).trim_ascii(),
            }),*
        ];

        impl Settings {
            /// Reads one of [`SETTINGS`].
            ///
            /// # Errors
            ///
            /// When the text is none that this setting can have.
            pub(super) fn choose(&mut self, name: &str, text: &str, folder: &Path) -> Result<(), String> {
                match name {
                    $(stringify!($name) => {
                        self.$name = Some(<$kind as Value>::read(text, folder)?);
                    })*
                    _ => {}
                }
                Ok(())
            }

            /// Takes what others chose where nothing is chosen yet.
            pub(super) fn or(&mut self, others: Self) {
                $(self.$name = self.$name.take().or(others.$name);)*
            }
        }
    };
}

settings! {
    /// The most that one film may cost, in US dollars. An unknown price counts as more.
    max_cost: Amount = "no limit", like "1.50";
    /// The most that may be spent in one day (UTC), in US dollars. An unknown price counts as more.
    max_per_day: Amount = "no limit", like "20.00";
    /// Whom to ask when no provider is named, and whom next when nothing was created; as `--route`.
    route: Route = "the cheapest, and nobody next", like "\"fastest\"";
    /// The file that keeps jobs.
    store: PathBuf = "`polyreel/jobs.sqlite` in the folder of the user's data", like "\"~/films/jobs.sqlite\"";
    /// The folder of films whose name says none.
    output_folder: PathBuf = "the current folder", like "\"~/films\"";
}

/// One setting, for people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Its key in `[defaults]`.
    pub(crate) name: &'static str,
    /// What it is: `amount`.
    pub(crate) kind: &'static str,
    /// What holds when nothing is chosen.
    pub(crate) default: &'static str,
    /// A value as the config file has it.
    pub(crate) example: &'static str,
    /// What it is for.
    pub(crate) about: &'static str,
}

impl Setting {
    /// The variable that is asked before the config file: `POLYREEL_MAX_COST`.
    pub(crate) fn variable(&self) -> String {
        format!("POLYREEL_{}", self.name.to_ascii_uppercase())
    }
}

/// What a setting can be.
trait Value: Sized {
    const WHAT: &'static str;

    /// Reads a text; names of files are below `folder`.
    fn read(text: &str, folder: &Path) -> Result<Self, String>;
}

impl Value for Amount {
    const WHAT: &'static str = "amount";

    fn read(text: &str, _: &Path) -> Result<Self, String> {
        text.parse().map_err(|error: polyreel::spec::AmountError| error.to_string())
    }
}

impl Value for Route {
    const WHAT: &'static str = "route";

    fn read(text: &str, _: &Path) -> Result<Self, String> {
        text.parse()
    }
}

impl Value for PathBuf {
    const WHAT: &'static str = "path";

    fn read(text: &str, folder: &Path) -> Result<Self, String> {
        match text.strip_prefix("~/") {
            Some(rest) => super::home()
                .map(|home| home.join(rest))
                .ok_or_else(|| "this user has no home, so ~ is nowhere; set HOME".to_owned()),
            None => Ok(folder.join(text)),
        }
    }
}
