//! Names: from keys and values of a provider file to Rust identifiers.
//!
//! Whatever stands in the file, an [`Ident`] is an identifier: letters, digits and `_` from a fixed alphabet, never a
//! keyword, never a name that the generated page itself needs.

use std::collections::BTreeMap;
use std::fmt;

use crate::Error;

/// A Rust identifier. It can only be made by [`Scope::claim`] and [`type_name`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ident(String);

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an identifier names, and thereby how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `kling_v2`
    Snake,
    /// `KlingV2`
    Camel,
    /// `WIDE_16_9`
    Upper,
}

/// A namespace of a generated page.
#[derive(Debug)]
pub(crate) struct Scope {
    style: Style,
    reserved: &'static str,
    own: Option<Ident>,
    taken: BTreeMap<String, String>,
}

impl Scope {
    /// A namespace in which the page itself already uses the `reserved` names.
    pub(crate) fn new(style: Style, reserved: &'static str) -> Self {
        Self { style, reserved, own: None, taken: BTreeMap::new() }
    }

    /// Takes the name of the type that this page is about: other names give way to it.
    pub(crate) fn with_own(mut self, own: Ident) -> Self {
        self.own = Some(own);
        self
    }

    /// The identifier for a key or value. Two that fold to the same identifier are an error that names both.
    pub(crate) fn claim(&mut self, origin: &str) -> Result<Ident, Error> {
        let mut name = fold(origin, self.style);
        if lists(self.reserved, &name) || self.own.as_ref().is_some_and(|own| own.0 == name) {
            name.push('_');
        }
        let name = escape_keyword(name);
        match self.taken.insert(name.clone(), origin.to_owned()) {
            Some(other) => Err(Error::new(format!("{other:?} and {origin:?} would both be named `{name}` in Rust"))),
            None => Ok(Ident(name)),
        }
    }
}

/// The name of the type for a provider: `hyprlab` → `Hyprlab`.
pub(crate) fn type_name(id: &str) -> Ident {
    let name = fold(id, Style::Camel);
    Ident(if lists(TYPES, &name) { format!("{name}_") } else { escape_keyword(name) })
}

/// The name of a module for a provider: `ai302` → `ai302`.
pub(crate) fn module_name(id: &str) -> Ident {
    Ident(escape_keyword(fold(id, Style::Snake)))
}

/// The name of a client crate in Rust: `polyreel_hyprlab`.
pub(crate) fn crate_name(id: &str) -> Ident {
    Ident(format!("polyreel_{}", fold(id, Style::Snake)))
}

fn fold(origin: &str, style: Style) -> String {
    if let (Style::Upper, Some(ratio)) = (style, ratio(origin)) {
        return ratio;
    }
    let words: Vec<&str> = origin.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut name = match style {
        Style::Snake => words.join("_").to_ascii_lowercase(),
        Style::Upper => words.join("_").to_ascii_uppercase(),
        Style::Camel => words.iter().map(|word| capitalised(word)).collect(),
    };
    if name.is_empty() {
        name = nameless(origin, style);
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        // N for number: `720p` → `N720P`.
        name.insert(0, if style == Style::Snake { 'n' } else { 'N' });
    }
    name
}

/// `16:9` → `WIDE_16_9`.
fn ratio(value: &str) -> Option<String> {
    let (width, height) = value.split_once(':')?;
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u16>().ok()).flatten();
    let shape = match number(width)?.cmp(&number(height)?) {
        std::cmp::Ordering::Greater => "WIDE",
        std::cmp::Ordering::Less => "TALL",
        std::cmp::Ordering::Equal => "SQUARE",
    };
    Some(format!("{shape}_{width}_{height}"))
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
}

/// A name for something without a letter or digit: `~=` → `U7E_3D`. The empty text is `EMPTY`.
fn nameless(origin: &str, style: Style) -> String {
    let codes: Vec<String> = origin.chars().map(|c| format!("{:X}", u32::from(c))).collect();
    let name = if codes.is_empty() { "EMPTY".to_owned() } else { format!("U{}", codes.join("_")) };
    match style {
        Style::Upper => name,
        Style::Snake => name.to_ascii_lowercase(),
        Style::Camel => name.split('_').map(capitalised).collect(),
    }
}

fn escape_keyword(name: String) -> String {
    match &*name {
        // These four cannot be raw identifiers.
        "self" | "Self" | "super" | "crate" => name + "_",
        word if lists(KEYWORDS, word) => format!("r#{name}"),
        _ => name,
    }
}

fn lists(names: &str, name: &str) -> bool {
    names.split(' ').any(|own| own == name)
}

/// Types and traits that a client page uses or offers, and the prelude.
pub(crate) const TYPES: &str = "\
    Client Error Image Job JobHandle JsonValue Quote Request Result Video AsMut AsRef AsyncFn AsyncFnMut \
    AsyncFnOnce Box Clone Copy Debug Default DoubleEndedIterator Drop Eq Err ExactSizeIterator Extend Fn FnMut \
    FnOnce From FromIterator Future Hash Into IntoFuture IntoIterator Iterator None Ok Option Ord PartialEq \
    PartialOrd Send Sized Some String Sync ToOwned ToString TryFrom TryInto Unpin Vec";

/// What every client can do already.
pub(crate) const CLIENT_METHODS: &str = "clone from from_env into new resume";

/// What every request can do already.
pub(crate) const REQUEST_METHODS: &str = "clone extra into quote submit";

const KEYWORDS: &str = "\
    abstract as async await become box break const continue do dyn else enum extern false final fn for gen if \
    impl in let loop macro match mod move mut override priv pub ref return static struct trait true try type \
    typeof unsafe unsized use virtual where while yield";

#[cfg(test)]
mod tests {
    use super::*;

    fn name(style: Style, origin: &str) -> String {
        Scope::new(style, "new String").claim(origin).unwrap().to_string()
    }

    #[test]
    fn keys_become_functions_and_types() {
        for (key, function, kind) in [
            ("kling-v2", "kling_v2", "KlingV2"),
            ("kling-2.1-i2v-hd", "kling_2_1_i2v_hd", "Kling21I2vHd"),
            ("4k", "n4k", "N4k"),
            ("Veo/3 fast!", "veo_3_fast", "Veo3Fast"),
            ("type", "r#type", "Type"),
            ("gen", "r#gen", "Gen"),
            ("self", "self_", "Self_"),
            ("Self", "self_", "Self_"),
            ("super", "super_", "Super"),
            ("crate", "crate_", "Crate"),
            ("new", "new_", "New"),
            ("string", "string", "String_"),
            ("", "empty", "Empty"),
            ("_", "u5f", "U5f"),
            ("~=", "u7e_3d", "U7e3d"),
            ("картинка", "u43a_430_440_442_438_43d_43a_430", "U43a43044044243843d43a430"),
            ("a\u{202e}\n/*b", "a_b", "AB"),
        ] {
            assert_eq!((&*name(Style::Snake, key), &*name(Style::Camel, key)), (function, kind), "{key:?}");
        }
    }

    #[test]
    fn values_become_constants() {
        for (value, constant) in [
            ("16:9", "WIDE_16_9"),
            ("9:16", "TALL_9_16"),
            ("1:1", "SQUARE_1_1"),
            ("a:b", "A_B"),
            (":", "U3A"),
            ("720p", "N720P"),
            ("1280x720", "N1280X720"),
            ("high quality", "HIGH_QUALITY"),
            ("", "EMPTY"),
            ("*", "U2A"),
        ] {
            assert_eq!(name(Style::Upper, value), constant, "{value:?}");
        }
    }

    #[test]
    fn clashes_name_both_sides() {
        for (style, one, other, name) in [
            (Style::Camel, "kling-2.1", "kling-21", "Kling21"),
            (Style::Snake, "a-b", "A_B", "a_b"),
            (Style::Upper, "720p", "720P", "N720P"),
            (Style::Snake, "new", "new-", "new_"),
        ] {
            let mut scope = Scope::new(style, "new");
            scope.claim(one).unwrap();
            let message = scope.claim(other).unwrap_err().to_string();
            assert_eq!(message, format!("{one:?} and {other:?} would both be named `{name}` in Rust"));
        }
    }

    #[test]
    fn the_page_keeps_its_own_name() {
        let own = type_name("runway");
        let mut scope = Scope::new(Style::Camel, TYPES).with_own(own);
        assert_eq!(scope.claim("runway").unwrap().to_string(), "Runway_");
        assert_eq!([type_name("hyprlab"), type_name("ai302")].map(|name| name.0), ["Hyprlab", "Ai302"]);
        assert_eq!(type_name("string").to_string(), "String_");
        assert_eq!(module_name("async").to_string(), "r#async");
    }
}
