//! Values into HTML and SVG: what both take care of, so that no text becomes markup.

use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value, escape_formatter};

/// An environment for templates in which every text is escaped and whatever is missing is an error.
pub(crate) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(visible);
    environment
}

/// The template with these values.
pub(crate) fn render(environment: &Environment<'_>, name: &str, template: &str, values: Value) -> String {
    let rendered = environment.render_named_str(name, template, values);
    rendered.unwrap_or_else(|error| format!("this cannot be written, which is a mistake of Polyreel: {error}"))
}

/// Escapes a text, and shows what browsers drop, refuse or obey: control characters, what is no character, and what turns
/// the direction of reading.
fn visible(output: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    let is_hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
    };
    match value.as_str() {
        Some(text) if !value.is_safe() && text.contains(is_hidden) => {
            escape_formatter(output, state, &text.replace(is_hidden, "\u{fffd}").into())
        }
        _ => escape_formatter(output, state, value),
    }
}
