//! Queries, headers and constants: what a call sends beside its inputs, compared with what was sent.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use polyreel_spec::{Auth, Constant, Field, Inputs, Operation, Parameter, Path, Provider, Scalar, Term};

use super::body::{SentBody, Wire};
use super::decode::{Uploads, decode, shown};
use super::document::scalar_of;
use super::{Rejection, Request};

/// What a term of the provider file stands for in one request.
pub(super) enum Meant<'f> {
    /// This very value.
    Exactly(Scalar),
    /// An identifier that is a whole number on the wire and text everywhere else.
    Whole(String),
    /// An input, if it is there.
    Input(&'f Field),
    /// Whatever is sent, but something.
    Anything,
    /// Nothing that is known, so nothing is sent.
    Nothing,
}

/// What every term of a call stands for.
pub(super) type Meaning<'m, 'f> = &'m dyn Fn(&Term) -> Meant<'f>;

/// Compares query and headers with those of a call and reads the inputs that they carry. Headers that the call does not
/// mention may be anything; an unknown query parameter may not be there.
pub(super) fn read_parameters(
    provider: &Provider,
    operation: &Operation,
    request: &Request,
    meaning: Meaning<'_, '_>,
) -> Result<Inputs, Rejection> {
    let (_, query) = request.split_query();
    let Some(mut sent) = pairs(query.unwrap_or_default()) else {
        return Err(Rejection::new("query", "encoding", "is not UTF-8 when unescaped"));
    };
    // The key is looked at elsewhere.
    sent.retain(|(name, _)| !matches!(&provider.auth, Auth::Query { name: key, .. } if *key == **name));
    let mut inputs = Inputs::new();
    for parameter in &operation.query {
        let at = sent.iter().position(|(name, _)| *parameter.name == **name);
        let value = at.map(|at| sent.remove(at).1);
        inputs.extend(read_parameter(parameter, value.as_deref(), meaning)?);
    }
    if let Some((name, _)) = sent.first() {
        let listed = operation.query.iter().map(|parameter| &*parameter.name).collect::<Vec<_>>().join(", ");
        let hint = if listed.is_empty() { "no query is taken".to_owned() } else { format!("it takes {listed}") };
        let message = format!("{} is not taken", shown(Wire::Text(name)));
        return Err(Rejection::new("query", "unknown", message).hint(hint));
    }
    for parameter in provider.headers.iter().chain(&operation.headers) {
        inputs.extend(read_parameter(parameter, request.header(&parameter.name), meaning)?);
    }
    Ok(inputs)
}

/// Compares constants with a body. What they take up is added to `taken`; an input among them is read.
pub(super) fn read_constants<'c>(
    constants: impl IntoIterator<Item = &'c Constant>,
    body: &SentBody,
    taken: &mut Vec<Path>,
    meaning: Meaning<'_, '_>,
) -> Result<Inputs, Rejection> {
    let mut inputs = Inputs::new();
    for Constant { at, value } in constants {
        let sent = body.at(at);
        let wire = sent.as_ref().map(|(wire, _)| *wire);
        match (meaning(value), wire) {
            (Meant::Exactly(expected), Some(wire)) if is_value(wire, &expected) => {}
            (Meant::Whole(expected), Some(wire)) if is_whole(wire, &expected) => {}
            (Meant::Input(field), Some(wire)) => {
                inputs.insert(field.name.to_string(), decode(field, wire, &Uploads::new())?);
            }
            (Meant::Input(_) | Meant::Nothing, None) | (Meant::Anything, Some(_)) => {}
            (meant, _) => return Err(wrong(&at.to_string(), &meant, wire)),
        }
        taken.extend(sent.into_iter().flat_map(|(_, places)| places));
    }
    Ok(inputs)
}

/// Names and values of a request's query, unescaped. None if they are not UTF-8.
pub(crate) fn query(request: &Request) -> Vec<(String, String)> {
    let (_, query) = request.split_query();
    pairs(query.unwrap_or_default()).unwrap_or_default()
}

/// Names and values of a query or of a form, unescaped. `None` if something in it is not UTF-8.
pub(super) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let unescape = |part: &str| {
        let spaced = if part.contains('+') { Cow::Owned(part.replace('+', " ")) } else { Cow::Borrowed(part) };
        percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
    };
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((unescape(name)?, unescape(value)?))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn read_parameter(parameter: &Parameter, sent: Option<&str>, meaning: Meaning<'_, '_>) -> Result<Inputs, Rejection> {
    let wire = sent.map(Wire::Text);
    match (meaning(&parameter.value), wire) {
        (Meant::Exactly(expected), Some(wire)) if is_value(wire, &expected) => {}
        (Meant::Whole(expected), Some(wire)) if is_whole(wire, &expected) => {}
        (Meant::Input(field), Some(wire)) => {
            return Ok([(field.name.to_string(), decode(field, wire, &Uploads::new())?)].into());
        }
        (Meant::Input(_) | Meant::Nothing, None) | (Meant::Anything, Some(_)) => {}
        (meant, _) => return Err(wrong(&parameter.name, &meant, wire)),
    }
    Ok(Inputs::new())
}

/// Texts must be equal; in JSON the types must be, too.
fn is_value(wire: Wire<'_>, expected: &Scalar) -> bool {
    match wire {
        Wire::Json(value) => scalar_of(value).is_some_and(|sent| sent == *expected),
        Wire::Text(text) => text == expected.to_string(),
        Wire::File(_) => false,
    }
}

fn is_whole(wire: Wire<'_>, expected: &str) -> bool {
    match wire {
        Wire::Json(value) => scalar_of(value).is_some_and(|sent| sent.to_string() == expected),
        Wire::Text(text) => text == expected,
        Wire::File(_) => false,
    }
}

fn wrong(place: &str, meant: &Meant<'_>, wire: Option<Wire<'_>>) -> Rejection {
    let message = match (meant, wire) {
        (Meant::Exactly(expected), _) => format!("must be {expected}"),
        (Meant::Whole(expected), _) => format!("must be {expected}"),
        (_, Some(wire)) => format!("{} is not taken", shown(wire)),
        (_, None) => "is missing".to_owned(),
    };
    Rejection::new(place, "constant", message)
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn pairs_are_unescaped() {
        let owned = |pairs: &[(&str, &str)]| {
            Some(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
        };
        for (text, expected) in [
            ("", owned(&[])),
            ("a=b&c", owned(&[("a", "b"), ("c", "")])),
            ("a%3D=b+c%2B&&", owned(&[("a=", "b c+")])),
            ("a=1&a=2", owned(&[("a", "1"), ("a", "2")])),
            ("a=%ff", None),
        ] {
            assert_eq!(pairs(text), expected, "{text}");
        }
    }
}
