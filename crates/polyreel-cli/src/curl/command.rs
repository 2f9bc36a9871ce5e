//! A call as a command for a POSIX shell and curl 7.87 or newer.

use polyreel::wire::{Body, Call, Credentials, Part, form_text};

use crate::exit::Failure;
use crate::shell::quoted;

/// No part of a command may be longer on Linux, in bytes; what is longer goes to the standard input.
const LONGEST_WORD: usize = 100_000;
/// What a variable stands between, in a text that a shell has not read yet. No provider file holds it.
const EDGE: char = '\0';

/// What stands in place of a key.
pub(super) fn place_of(variable: &str) -> String {
    format!("{EDGE}{variable}{EDGE}")
}

/// The command, without a line end. `file` gives the name of the file of a picture, by its field.
///
/// curl is told to read no settings, which may make it send again, and to speak HTTP/1.1, over which it does not by itself.
pub(super) fn command(
    call: &Call,
    url: &str,
    credentials: &Credentials,
    file: &dyn Fn(&str) -> Option<String>,
) -> Result<String, Failure> {
    let mut lines =
        vec![format!("curl --disable --http1.1 --globoff --request {} {}", call.method.name(), quoted(url))];
    let pair = |(name, value): &(String, String), between: &str| with_variables(&format!("{name}{between}{value}"));
    lines.extend(credentials.query.iter().map(|query| format!("--url-query {}", pair(query, "="))));
    lines.extend(credentials.headers.iter().map(|header| format!("--header {}", pair(header, ": "))));
    lines.extend(call.headers.iter().map(|(name, value)| format!("--header {}", quoted(&format!("{name}: {value}")))));
    let mut input = None;
    match &call.body {
        Body::Empty => lines.push("--header 'Content-Type:' --data-raw ''".to_owned()),
        Body::Json(document) => {
            lines.push("--header 'Content-Type: application/json'".to_owned());
            let text = document.to_string();
            if text.len() > LONGEST_WORD {
                // Line ends are left out of what it reads, and JSON without spaces has none.
                lines.push("--data @- <<'END'".to_owned());
                input = Some(format!("\n{text}\nEND"));
            } else {
                lines.push(format!("--data-raw {}", quoted(&text)));
            }
        }
        Body::Form(pairs) => lines.push(format!("--data-raw {}", quoted(&form_text(pairs)))),
        Body::Multipart(parts) => {
            for (name, part) in parts {
                lines.push(match part {
                    Part::Text(text) => format!("--form-string {}", quoted(&format!("{name}={text}"))),
                    Part::File { media_type, file_name, .. } => {
                        let field = file_name.rsplit_once('.').map_or(&**file_name, |(field, _)| field);
                        let path = file(field).filter(|path| !path.starts_with("data:")).ok_or_else(|| {
                            Failure::usage(format!("{field}: curl sends files; save the picture and name its file"))
                        })?;
                        let (path, shown) = (inner(&path), inner(file_name));
                        format!("--form {}", quoted(&format!("{name}=@{path};type={media_type};filename={shown}")))
                    }
                });
            }
        }
    }
    Ok(lines.join(" \\\n  ") + &input.unwrap_or_default())
}

/// A text in the quotes of curl's own forms.
fn inner(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A word in double quotes, in which the variables are read by the shell and nothing else is.
fn with_variables(text: &str) -> String {
    let mut word = String::from("\"");
    for (number, piece) in text.split(EDGE).enumerate() {
        if number % 2 == 1 {
            word.push('$');
            word.push_str(piece);
            continue;
        }
        for c in piece.chars() {
            if "\\\"$`".contains(c) {
                word.push('\\');
            }
            word.push(c);
        }
    }
    word + "\""
}

#[cfg(test)]
mod tests {
    use super::{inner, place_of, with_variables};

    #[test]
    fn only_variables_are_read_by_the_shell() {
        for (text, word) in [
            (format!("Authorization: Bearer {}", place_of("ACME_API_KEY")), "\"Authorization: Bearer $ACME_API_KEY\""),
            (format!("X: $(id) `id` \\ \" {}", place_of("A")), "\"X: \\$(id) \\`id\\` \\\\ \\\" $A\""),
        ] {
            assert_eq!(with_variables(&text), word);
        }
        assert_eq!(inner(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}
