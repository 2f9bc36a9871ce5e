//! Templates that can print nothing but typed values.
//!
//! A raw string never reaches the output: the formatter takes [`Piece`]s, whole numbers, and text that a template itself
//! has captured. There are no filters and no functions, so nothing can turn a string into something that passes.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Object, ObjectRepr, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use proc_macro2::Literal;

use crate::data::Tokens;
use crate::names::Ident;
use crate::prose::{self, Place};

/// Something that a template may print.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// A name in Rust.
    Ident(Ident),
    /// A string literal in Rust.
    Literal(String),
    /// Rust that was printed from values.
    Tokens(Tokens),
    /// Text for people, from the provider file.
    Prose(String),
    /// A value of the provider file, shown exactly.
    Code(String),
    /// The address of a page.
    Link(String),
    /// Text of this generator.
    Fixed(&'static str),
}

impl Piece {
    /// Text for people.
    pub(crate) fn prose(text: &str) -> Self {
        Self::Prose(text.to_owned())
    }

    /// Text for people that the template ends with a full stop.
    pub(crate) fn reason(text: &str) -> Self {
        Self::prose(text.trim_end_matches('.'))
    }

    /// A value, shown exactly.
    pub(crate) fn code(value: &str) -> Self {
        Self::Code(value.to_owned())
    }

    /// Values, each shown exactly.
    pub(crate) fn codes<T: Deref<Target = str>>(values: &[T]) -> Vec<Self> {
        values.iter().map(|value| Self::code(value)).collect()
    }

    fn print(&self, place: Place) -> Option<String> {
        Some(match self {
            Self::Ident(name) => name.to_string(),
            Self::Literal(value) if place == Place::Comment => Literal::string(value).to_string(),
            Self::Tokens(tokens) if place == Place::Comment => tokens.to_string(),
            Self::Literal(_) | Self::Tokens(_) => return None,
            Self::Prose(text) => prose::prose(text, place),
            Self::Code(value) => prose::code(value),
            Self::Link(address) => prose::link(address),
            Self::Fixed(text) => (*text).to_owned(),
        })
    }
}

impl Object for Piece {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    /// Not what [`Piece::print`] gives: whoever turns a piece into a string gets one that cannot be printed.
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl From<Piece> for Value {
    fn from(piece: Piece) -> Self {
        Self::from_object(piece)
    }
}

const RUST: &str = "rust";
const MARKDOWN: &str = "markdown";

/// The templates, ready to render.
pub(crate) fn environment(sources: &[(&'static str, &'static str)]) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
    environment.set_auto_escape_callback(|name| {
        AutoEscape::Custom(if name.ends_with(".md.jinja") { MARKDOWN } else { RUST }.into())
    });
    environment.set_formatter(format);
    for (name, source) in sources {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let place = match state.auto_escape() {
        AutoEscape::Custom(kind) if kind == RUST => Place::Comment,
        AutoEscape::Custom(kind) if kind == MARKDOWN => Place::Page,
        other => return Err(refused(format!("nothing can be printed with auto-escape {other:?}"))),
    };
    let captured = value.as_str().filter(|_| value.is_safe()).map(str::to_owned);
    let number = value.is_integer().then(|| value.to_string());
    let piece = || value.downcast_object_ref::<Piece>()?.print(place);
    match captured.or(number).or_else(piece) {
        Some(text) => out.write_str(&text).map_err(Error::from),
        None => Err(refused(format!("a {} cannot be printed here; wrap it in a Piece that fits", value.kind()))),
    }
}

fn refused(why: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, why)
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    fn render(name: &'static str, source: &'static str) -> Result<String, Error> {
        let context = context! {
            raw => "a raw string",
            literal => Piece::Literal("a\"\n\u{202e}".to_owned()),
            prose => Piece::Prose("one\n* two".to_owned()),
            number => 7,
            nothing => (),
        };
        environment(&[(name, source)])?.get_template(name)?.render(context)
    }

    #[test]
    fn typed_values_are_printed() {
        let rust = render("x.rs.jinja", "f({{ literal }}, {{ number }}) // {{ prose }}").unwrap();
        assert_eq!(rust, r#"f("a\"\n\u{202e}", 7) // one \* two"#);
        let captured = "{% macro twice(what) %}{{ what }}{{ what }}{% endmacro %}{{ twice(number) }}";
        assert_eq!(render("x.rs.jinja", captured).unwrap(), "77");
        let block = "{% set held %}{{ number }}!{% endset %}{{ held }}{% if prose and not nothing %}?{% endif %}";
        assert_eq!(render("x.rs.jinja", block).unwrap(), "7!?");
    }

    #[test]
    fn everything_else_is_refused_with_file_and_line() {
        for expression in [
            "{{ raw }}",
            "{{ 'constant' }}",
            "{{ raw ~ number }}",
            "{{ literal ~ '' }}",
            "{{ raw * 2 }}",
            "{{ number / 2 }}",
            "{{ nothing }}",
            "{{ missing }}",
            "{{ [number] }}",
            "{{ {'a': number} }}",
            "{{ raw|safe }}",
            "{{ raw|escape }}",
            "{{ raw|e }}",
            "{{ raw|tojson }}",
            "{{ raw|urlencode }}",
            "{{ raw|upper }}",
            "{% if missing %}{% endif %}",
            "{% set held %}{{ raw }}{% endset %}",
            "{% autoescape false %}{% set held %}{{ number }}{% endset %}{% endautoescape %}{{ held }}",
            "{% autoescape 'html' %}{{ raw }}{% endautoescape %}",
        ] {
            let source: &'static str = format!("\n\n{expression}").leak();
            let error = render("x.rs.jinja", source).unwrap_err();
            assert_eq!((error.name(), error.line()), (Some("x.rs.jinja"), Some(3)), "{expression}: {error}");
        }
        assert!(render("x.md.jinja", "{{ literal }}").is_err(), "a Rust literal has no place in Markdown");
    }
}
