//! Text of a provider file inside comments and Markdown, where it stays text.
//!
//! Rust comments hold Markdown too, so both are escaped alike: no newline, no mark-up, no link, no code block, no
//! invisible character that turns a line round. In Rust, words that look like code become code, as clippy wants it.

/// Where a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A doc comment.
    Comment,
    /// A Markdown page.
    Page,
}

/// A text for people, on one line.
pub(crate) fn prose(text: &str, place: Place) -> String {
    one_line(text).split(' ').map(|word| shown(word, place)).collect::<Vec<_>>().join(" ")
}

/// A text on one line, without anything that cannot be seen.
pub(crate) fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if is_hidden(c) { '\u{fffd}' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value as it stands in the file, in code style if that can show it.
pub(crate) fn code(value: &str) -> String {
    if fits_code(value) { format!("`{value}`") } else { escape(&format!("{value:?}")) }
}

/// An address that can be clicked, if it is one.
pub(crate) fn link(address: &str) -> String {
    if is_link(address) { format!("<{address}>") } else { code(address) }
}

fn is_link(address: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
    ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme)) && address.chars().all(plain)
}

/// Breaks doc comments that are longer than a line may be. Tables stay whole.
pub(crate) fn wrap_comments(text: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let indent = &line[..line.len() - line.trim_start().len()];
        match comment(line.trim_start()) {
            Some((mark, words)) if line.chars().count() > width && !words.starts_with('|') => {
                wrap(&mut wrapped, indent, mark, words.trim_end(), width);
            }
            _ => wrapped.push_str(line),
        }
    }
    wrapped
}

fn comment(line: &str) -> Option<(&'static str, &str)> {
    ["///", "//!"].into_iter().find_map(|mark| line.strip_prefix(mark)?.strip_prefix(' ').map(|words| (mark, words)))
}

fn wrap(out: &mut String, indent: &str, mark: &str, words: &str, width: usize) {
    let hanging = if words.starts_with("- ") { "  " } else { "" };
    let mut length = 0;
    for word in words.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length <= width {
            out.push(' ');
            length += 1;
        } else {
            let begin = if length == 0 { format!("{indent}{mark} ") } else { format!("\n{indent}{mark} {hanging}") };
            length = begin.trim_start_matches('\n').chars().count();
            out.push_str(&begin);
        }
        out.push_str(word);
        length += word_length;
    }
    out.push('\n');
}

/// A word with its mark-up characters escaped, and harmless at the beginning of a line.
fn escape(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len() + 4);
    if starts_block(word) {
        escaped.push('\\');
    }
    let digits = |number: &&str| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let numbered = word.strip_suffix(['.', ')']).filter(digits);
    for (at, c) in word.char_indices() {
        // Readers of Markdown make links of bare addresses, and rustdoc complains about them.
        let is_address = word[at..].starts_with("://");
        if "\\`*_[]<>#|~&".contains(c) || is_address || numbered.is_some_and(|number| number.len() == at) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Whether the word would open a list, a rule or a heading.
fn starts_block(word: &str) -> bool {
    word.starts_with(['-', '+', '='])
}

/// A word as a link or in code style, if it looks like that, with the punctuation around it left outside.
fn shown(word: &str, place: Place) -> String {
    let core = word.trim_matches(|c: char| ".,;:!?\"'".contains(c));
    let core = if core.ends_with("()") { core } else { core.trim_matches(['(', ')']) };
    let quoted = core.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).filter(|inner| fits_code(inner));
    let core_shown = match place {
        _ if quoted.is_some() => core.to_owned(),
        _ if is_link(core) => format!("<{core}>"),
        Place::Comment if looks_like_code(core) && fits_code(core) => format!("`{core}`"),
        Place::Comment | Place::Page => return escape(word),
    };
    let (before, after) = word.split_once(core).unwrap_or_default();
    format!("{}{core_shown}{}", escape(before), escape(after))
}

fn looks_like_code(word: &str) -> bool {
    let upper = word.chars().filter(|c| c.is_uppercase()).count();
    let camel = upper > 1 && word.contains(char::is_lowercase) && !word.contains('-');
    camel || ["_", "::", "()"].iter().any(|sign| word.contains(sign))
}

/// Whether backticks can hold it, in a table too.
fn fits_code(value: &str) -> bool {
    let odd = |c: char| c == '`' || c == '|' || c == '\\' || is_hidden(c) || (c.is_whitespace() && c != ' ');
    !value.is_empty() && value.trim() == value && !value.chars().any(odd)
}

/// Control characters, and those that change how their neighbours are shown.
fn is_hidden(c: char) -> bool {
    let format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    format || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_one_harmless_line() {
        for (text, shown) in [
            ("A cat.", "A cat."),
            ("two\nlines,\r\n    indented", "two lines, indented"),
            ("```rust\npanic!()\n```", r"\`\`\`rust `panic!()` \`\`\`"),
            ("[link](x.io)", r"\[link\](x.io)"),
            ("<script>", r"\<script\>"),
            ("a */ b", r"a \*/ b"),
            ("# title", r"\# title"),
            ("- item", r"\- item"),
            ("1. item", r"1\. item"),
            ("a | b", r"a \| b"),
            ("x\u{202e}y\u{0}", "x\u{fffd}y\u{fffd}"),
            ("   ", ""),
            ("by HyprLab, see cfg_scale.", "by `HyprLab`, see `cfg_scale`."),
            ("see `a`, not `a b`.", r"see `a`, not \`a b\`."),
            ("at https://x.io/a_b.", "at <https://x.io/a_b>."),
            ("at https://x.io/`.", r"at https\://x.io/\`."),
        ] {
            assert_eq!(prose(text, Place::Comment), shown, "{text:?}");
        }
        assert_eq!(prose("HyprLab's cfg_scale", Place::Page), r"HyprLab's cfg\_scale");
    }

    #[test]
    fn values_keep_every_character() {
        for (value, shown) in [
            ("16:9", "`16:9`"),
            ("", r#""""#),
            (" a", r#"" a""#),
            ("a`b", r#""a\`b""#),
            ("a|b", r#""a\|b""#),
            ("a\nb\u{202e}", r#""a\\nb\\u{202e}""#),
        ] {
            assert_eq!(code(value), shown, "{value:?}");
        }
    }

    #[test]
    fn only_plain_addresses_are_links() {
        assert_eq!(link("https://x.io/a?b=c"), "<https://x.io/a?b=c>");
        assert_eq!(link("https://x.io/> <script>"), "`https://x.io/> <script>`");
        assert_eq!(link("javascript:alert(1)"), "`javascript:alert(1)`");
    }

    #[test]
    fn long_comments_are_broken() {
        let text = "    /// - one two three four\n    /// | a very long row of a table |\n    code that is longer than it may be\n";
        let wrapped = "    /// - one two\n    ///   three four\n    /// | a very long row of a table |\n    code that is longer than it may be\n";
        assert_eq!(wrap_comments(text, 20), wrapped);
    }
}
