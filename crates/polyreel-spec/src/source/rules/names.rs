//! Names: for people, for commands and for Rust, where two of them may not be one.

use std::collections::BTreeMap;

use super::super::meaning::CURRENCIES;
use super::super::reading::Context;
use super::super::written::Spec;
use super::{span, span_of};
use crate::{FieldType, Provider, Scalar};

pub(super) fn check(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    built_in(spec, provider, context);
    aliases(spec, provider, context);
    credits(spec, provider, context);
    types(spec, provider, context);
    values(spec, provider, context);
}

/// Ids whose variables usually hold keys to something else: `GITHUB_TOKEN`.
const WELL_KNOWN: [&str; 24] = [
    "actions",
    "anthropic",
    "aws",
    "azure",
    "cargo",
    "ci",
    "cloudflare",
    "docker",
    "gcp",
    "gh",
    "github",
    "gitlab",
    "google",
    "heroku",
    "hf",
    "huggingface",
    "kube",
    "npm",
    "openai",
    "slack",
    "ssh",
    "stripe",
    "twilio",
    "vault",
];

/// Whoever asks for a built-in provider gets that one, and its key goes to no other host; nor do keys that are on many
/// machines for something else. `taken` is empty for Polyreel's own files.
fn built_in(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let id = spec.provider.as_ref().map(|id| (&*provider.id, &id.span));
    let aliases = spec.aliases.as_deref().into_iter().flatten().map(|alias| (&*alias.value, &alias.span));
    for (name, at) in id.iter().copied().chain(aliases) {
        if context.taken.iter().any(|taken| taken.eq_ignore_ascii_case(name)) {
            let hint = "give it a name of its own, and its variables the same prefix";
            context.problem_with_hint("S012", at, format!("`{name}` is the name of a built-in provider"), hint);
        }
    }
    if let Some((id, at)) = id.filter(|(id, _)| !context.taken.is_empty() && WELL_KNOWN.contains(id)) {
        let message = format!("variables like `{}_TOKEN` usually hold the key to something else", id.to_uppercase());
        let hint = format!("add something to the id: `{id}video`");
        context.problem_with_hint("S012", at, message, hint);
    }
}

/// Each leads to this provider, and can be typed.
fn aliases(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let mut seen = vec![provider.id.to_ascii_lowercase()];
    for alias in spec.aliases.as_deref().into_iter().flatten() {
        if alias.is_empty() || alias.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',') {
            context.problem("S010", &alias.span, "an alias is one word");
        }
        let folded = alias.to_ascii_lowercase();
        if seen.contains(&folded) {
            context.problem("S010", &alias.span, format!("the provider is called `{}` already", alias.value));
        }
        seen.push(folded);
    }
}

/// A unit of the provider's own is no currency, and is worth some of one.
fn credits(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    for credit in &provider.credits {
        let at = span_of(spec.credits.as_ref(), &credit.unit);
        if CURRENCIES.contains(&&*credit.unit) {
            context.problem("M404", &at, format!("`{}` is a currency, which has its own worth", credit.unit));
        }
        if credit.unit.is_empty() || !credit.unit.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            context.problem("M404", &at, "a unit is letters, digits and underscores");
        }
        if !CURRENCIES.contains(&&*credit.currency) {
            let written = spec.credits.as_ref().and_then(|all| all.iter().find(|(key, _)| key.value == *credit.unit));
            let currency = written.and_then(|(_, credit)| credit.currency.as_ref());
            let at = currency.map_or(at, |currency| currency.span.clone());
            let hint = format!("known are {}", CURRENCIES.join(", "));
            context.problem_with_hint("M404", &at, format!("unknown currency `{}`", credit.currency), hint);
        }
    }
}

/// Models and fields become methods and types.
fn types(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let mut types: BTreeMap<String, String> = BTreeMap::new();
    for model in &provider.models {
        let at = span_of(spec.models.as_ref(), &model.key);
        if !model.key.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            context.problem("S009", &at, "a model's name begins with a letter or digit");
        }
        if let Some(other) = types.insert(type_name(&model.key), model.key.to_string()) {
            context.problem("S009", &at, format!("`{}` and `{other}` would have one name in Rust", model.key));
        }
    }
    let plans: Vec<_> = provider.models.iter().flat_map(|model| provider.plans(model)).collect();
    let mut setters: BTreeMap<String, &str> = BTreeMap::new();
    for field in &provider.fields {
        let at = span_of(spec.fields.as_ref(), &field.name);
        if let Some(other) = setters.insert(words(&field.name).join("_"), &field.name) {
            context.problem("S010", &at, format!("`{}` and `{other}` would have one name in Rust", field.name));
        }
        let is_listed = plans.iter().filter_map(|plan| plan.field(&field.name)).any(|field| field.values().is_some());
        // A text whose values are listed has a type of its own.
        if field.kind == FieldType::Text
            && is_listed
            && let Some(other) = types.insert(type_name(&field.name), field.name.to_string())
        {
            context.problem("S010", &at, format!("`{}` and `{other}` would have one name in Rust", field.name));
        }
    }
}

/// The values of a text become constants.
fn values(spec: &Spec, provider: &Provider, context: &mut Context<'_>) {
    let plans: Vec<_> = provider.models.iter().flat_map(|model| provider.plans(model)).collect();
    for field in provider.fields.iter().filter(|field| field.kind == FieldType::Text) {
        let all = plans.iter().filter_map(|plan| plan.field(&field.name)?.values()).flatten();
        let mut names: BTreeMap<String, Scalar> = BTreeMap::new();
        for value in all {
            match names.insert(constant_name(&value.to_string()), value.clone()) {
                Some(other) if other != value => {
                    let written =
                        spec.fields.as_ref().and_then(|all| all.iter().find(|(key, _)| key.value == *field.name));
                    let listed = span(written.and_then(|(_, field)| field.values.as_ref()));
                    let at = if listed.is_empty() { span_of(spec.fields.as_ref(), &field.name) } else { listed };
                    let message = format!("`{value}` and `{other}` of `{}` would have one name in Rust", field.name);
                    context.problem("R103", &at, message);
                }
                _ => {}
            }
        }
    }
}

/// The words of a name, in lower case; one that begins with a digit has an `n` before it.
fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    if let Some(first) = words.first_mut().filter(|first| first.starts_with(|c: char| c.is_ascii_digit())) {
        first.insert(0, 'n');
    }
    words
}

/// `kling-2.1` → `Kling21`.
fn type_name(name: &str) -> String {
    let capitalised = |word: String| word[..1].to_ascii_uppercase() + &word[1..];
    words(name).into_iter().map(capitalised).collect()
}

/// `16:9` → `WIDE_16_9`, `720p` → `N720P`.
fn constant_name(value: &str) -> String {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u16>().ok()).flatten();
    let ratio = value.split_once(':').and_then(|(width, height)| Some((number(width)?, number(height)?)));
    if let Some((width, height)) = ratio {
        let shape = match width.cmp(&height) {
            std::cmp::Ordering::Greater => "WIDE",
            std::cmp::Ordering::Less => "TALL",
            std::cmp::Ordering::Equal => "SQUARE",
        };
        return format!("{shape}_{width}_{height}");
    }
    let words = words(value);
    if words.is_empty() {
        let codes: Vec<String> = value.chars().map(|c| format!("{:X}", u32::from(c))).collect();
        return if codes.is_empty() { "EMPTY".to_owned() } else { format!("U{}", codes.join("_")) };
    }
    words.join("_").to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::{constant_name, type_name};

    #[test]
    fn names_fold_as_the_generator_folds_them() {
        for (name, folded) in
            [("kling-2.1", "Kling21"), ("kling-21", "Kling21"), ("4k", "N4k"), ("Veo/3 fast", "Veo3Fast")]
        {
            assert_eq!(type_name(name), folded);
        }
        for (value, folded) in [
            ("16:9", "WIDE_16_9"),
            ("9:16", "TALL_9_16"),
            ("a:b", "A_B"),
            ("720p", "N720P"),
            ("high quality", "HIGH_QUALITY"),
            ("", "EMPTY"),
            ("*", "U2A"),
        ] {
            assert_eq!(constant_name(value), folded);
        }
    }
}
