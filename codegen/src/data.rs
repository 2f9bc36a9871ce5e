//! The page of data: a provider's model, printed by [`Bake`] and tidied token by token.
//!
//! The text of a provider file is inside string literals here before anything else sees it, and stays there.

use std::collections::BTreeSet;
use std::fmt;

use databake::{Bake, CrateEnv};
use polyreel_spec::Provider;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, TokenStream, TokenTree};

/// Rust that was printed from values.
#[derive(Clone, Debug)]
pub(crate) struct Tokens(String);

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The model as an expression, and the names that it uses, to be imported from `polyreel_spec`.
pub(crate) fn page(provider: &Provider) -> (Tokens, Tokens) {
    let mut names = BTreeSet::from(["Provider".to_owned()]);
    let expression = tidy(provider.bake(&CrateEnv::default()), &mut names).to_string();
    let names: Vec<String> = names.into_iter().collect();
    (Tokens(expression), Tokens(names.join(", ")))
}

/// Imported names instead of paths, `list![…]`, readable numbers, no commas before closing brackets.
fn tidy(tokens: TokenStream, names: &mut BTreeSet<String>) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if tokens.last().is_some_and(|last| is_punct(last, ',')) {
        tokens.pop();
    }
    let mut tidied = TokenStream::new();
    let mut rest = &*tokens;
    while let [token, after @ ..] = rest {
        rest = after;
        match (token, after) {
            (TokenTree::Ident(root), [one, two, TokenTree::Ident(name), after @ ..])
                if root == "polyreel_spec" && is_punct(one, ':') && is_punct(two, ':') =>
            {
                names.insert(name.to_string());
                rest = after;
                match (list_items(name, after), after) {
                    (Some(items), [_, after @ ..]) => {
                        tidied.extend(list(items, names));
                        rest = after;
                    }
                    _ => tidied.extend([TokenTree::Ident(name.clone())]),
                }
            }
            (TokenTree::Group(group), _) => {
                tidied.extend([TokenTree::Group(Group::new(group.delimiter(), tidy(group.stream(), names)))]);
            }
            (TokenTree::Literal(literal), _) => tidied.extend([TokenTree::Literal(number(literal))]),
            _ => tidied.extend([token.clone()]),
        }
    }
    tidied
}

/// The items, if this is `list(&[items])`.
fn list_items(name: &Ident, after: &[TokenTree]) -> Option<TokenStream> {
    let [TokenTree::Group(arguments), ..] = after else { return None };
    let arguments: Vec<TokenTree> = arguments.stream().into_iter().collect();
    match &*arguments {
        [and, TokenTree::Group(items)] if name == "list" && is_punct(and, '&') => Some(items.stream()),
        _ => None,
    }
}

fn list(items: TokenStream, names: &mut BTreeSet<String>) -> [TokenTree; 3] {
    [
        TokenTree::Ident(Ident::new("list", proc_macro2::Span::call_site())),
        TokenTree::Punct(Punct::new('!', Spacing::Alone)),
        TokenTree::Group(Group::new(Delimiter::Bracket, tidy(items, names))),
    ]
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// `1000000i128` → `1_000_000`, `0f64` → `0.0`. The fields' types say the rest.
fn number(literal: &Literal) -> Literal {
    let written = literal.to_string();
    let readable = match written.strip_suffix("f64") {
        _ if !written.starts_with(|c: char| c.is_ascii_digit()) => None,
        Some(float) => {
            let (whole, fraction) = float.split_once('.').unwrap_or((float, "0"));
            Some(format!("{}.{}", grouped(whole, true), grouped(fraction, false)))
        }
        None => written.split(['i', 'u']).next().map(|whole| grouped(whole, true)),
    };
    readable.and_then(|text| text.parse().ok()).unwrap_or_else(|| literal.clone())
}

/// Digits in groups of three, counted from the point.
fn grouped(digits: &str, before_point: bool) -> String {
    let first = if before_point { digits.len() % 3 } else { 0 };
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(source: &str) -> String {
        tidy(source.parse().unwrap(), &mut BTreeSet::new()).to_string()
    }

    #[test]
    fn numbers_are_readable() {
        for (written, read) in [
            ("5i64", "5"),
            ("10001i64", "10_001"),
            ("315000000000i128", "315_000_000_000"),
            ("404u16", "404"),
            ("0f64", "0.0"),
            ("0.5f64", "0.5"),
            ("12345.123456f64", "12_345.123_456"),
            (r#""1000i64""#, r#""1000i64""#),
        ] {
            assert_eq!(tidied(written), read);
        }
    }

    #[test]
    fn paths_become_imports_and_lists_macros() {
        let mut names = BTreeSet::new();
        let source =
            r#"polyreel_spec::list(&[polyreel_spec::Term::Constant(polyreel_spec::text("polyreel_spec::x"),)])"#;
        let tokens = tidy(source.parse().unwrap(), &mut names);
        assert_eq!(tokens.to_string(), r#"list ! [Term :: Constant (text ("polyreel_spec::x"))]"#);
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["Term", "list", "text"]);
    }
}
