//! Inputs: how each model defines them, and how their setters are typed and described.

use std::collections::BTreeMap;

use minijinja::context;
use minijinja::value::Value;
use polyreel_spec::{Allowed, Field, FieldType, ImageForm, ImageLimits, Model, Provider, Scalar};

use crate::Error;
use crate::names::{Ident, REQUEST_METHODS, Scope, Style};
use crate::template::Piece;

/// The names of all inputs that some model takes.
pub(crate) struct Inputs<'a> {
    provider: &'a Provider,
    names: BTreeMap<&'a str, InputNames<'a>>,
    vocabularies: Vec<Vocabulary<'a>>,
}

/// An input with its names in Rust, which are the same for all models.
struct InputNames<'a> {
    name: &'a str,
    ident: Ident,
    vocabulary: Option<Ident>,
}

/// A type for a text of which some model lists the values.
struct Vocabulary<'a> {
    field: &'a Field,
    ident: Ident,
    /// The values of all models, in the order of the file.
    values: Vec<Scalar>,
}

/// How one model defines an input.
struct Definition<'a> {
    usual: &'a Field,
    /// Where the company of other inputs changes what is allowed: those inputs, any of which suffices.
    otherwise: Vec<(Vec<&'a str>, &'a Field)>,
}

impl<'a> Inputs<'a> {
    /// Names all inputs. Vocabularies are types, so they share a namespace with the requests.
    pub(crate) fn name(provider: &'a Provider, types: &mut Scope) -> Result<Self, Error> {
        let mut setters = Scope::new(Style::Snake, REQUEST_METHODS);
        let mut named = Self { provider, names: BTreeMap::new(), vocabularies: Vec::new() };
        for field in &provider.fields {
            let takers = provider.models.iter().filter(|model| model.takes(&field.name));
            let definitions: Vec<_> = takers.filter_map(|model| definition(provider, model, &field.name)).collect();
            if definitions.is_empty() {
                continue;
            }
            let values = all_values(&definitions);
            let ident = setters.claim(&field.name)?;
            let is_vocabulary = field.kind == FieldType::Text && !values.is_empty();
            let vocabulary = is_vocabulary.then(|| types.claim(&field.name)).transpose()?;
            named.vocabularies.extend(vocabulary.clone().map(|ident| Vocabulary { field, ident, values }));
            named.names.insert(&field.name, InputNames { name: &field.name, ident, vocabulary });
        }
        Ok(named)
    }

    /// What templates see of these inputs of a model.
    pub(crate) fn of(&self, model: &Model, wanted: &[polyreel_spec::Text]) -> Vec<Value> {
        let names = wanted.iter().filter_map(|name| self.names.get(&**name));
        names
            .filter_map(|names| Some((names, definition(self.provider, model, names.name)?)))
            .map(|(names, definition)| self.view(model, names, &definition))
            .collect()
    }

    /// What templates see of the types for listed texts.
    pub(crate) fn vocabularies(&self) -> Result<Vec<Value>, Error> {
        self.vocabularies.iter().map(|vocabulary| vocabulary.view(self.provider)).collect()
    }

    fn view(&self, model: &Model, names: &InputNames<'_>, definition: &Definition<'_>) -> Value {
        let field = definition.usual;
        let vocabulary = names.vocabulary.as_ref().filter(|_| !all_values([definition]).is_empty());
        let (kind, converts) = match (vocabulary, field.kind) {
            (Some(vocabulary), _) => (Piece::Ident(vocabulary.clone()), false),
            (None, FieldType::Text) => (Piece::Fixed("impl Into<String>"), true),
            (None, FieldType::Image) => (Piece::Fixed("impl Into<Image>"), true),
            (None, FieldType::Int) => (Piece::Fixed("i64"), false),
            (None, FieldType::Number) => (Piece::Fixed("f64"), false),
            (None, FieldType::Bool) => (Piece::Fixed("bool"), false),
        };
        // A type that lists the very same values says it already.
        let typed = self.vocabularies.iter().find(|own| Some(&own.ident) == vocabulary);
        let said_by_type = definition.otherwise.is_empty()
            && typed.is_some_and(|own| field.values().is_some_and(|values| values == own.values));
        context! {
            ident => Piece::Ident(names.ident.clone()),
            literal => Piece::Literal(names.name.to_owned()),
            code => Piece::code(names.name),
            kind => kind,
            converts => converts,
            example => example(field, &names.ident, vocabulary.is_some()),
            about => field.about.as_ref().map(|text| Piece::prose(text)),
            allowed => allowed(field, said_by_type),
            otherwise => definition.otherwise.iter().map(otherwise).collect::<Vec<_>>(),
            not_with => Piece::codes(&field.not_with),
            needs => Piece::codes(&field.needs),
            ignored_with => Piece::codes(&field.ignored_with),
            max_length => field.max_length,
            image => field.image.as_ref().map(image),
            assumed => self.assumed(model, names.name),
        }
    }

    /// Marks on the whole input, then on single facts of it.
    fn assumed(&self, model: &Model, name: &str) -> Vec<Value> {
        let places = [format!("fields.{name}"), format!("models.{}.override.{name}", model.key)];
        let facts = places.iter().flat_map(|place| {
            self.provider.assumed.iter().filter_map(move |mark| {
                let rest = mark.place.strip_prefix(&**place)?;
                let fact = rest.strip_prefix('.');
                (rest.is_empty() || fact.is_some()).then_some((fact, &mark.reason))
            })
        });
        facts
            .map(|(fact, reason)| {
                context! { fact => fact.map(Piece::code), reason => Piece::reason(reason) }
            })
            .collect()
    }
}

impl Vocabulary<'_> {
    fn view(&self, provider: &Provider) -> Result<Value, Error> {
        let mut constants = Scope::new(Style::Upper, "");
        let values = self.values.iter().map(|value| {
            let value = value.to_string();
            let ident = constants.claim(&value)?;
            Ok(context! { ident => Piece::Ident(ident), code => Piece::code(&value), literal => Piece::Literal(value) })
        });
        Ok(context! {
            ident => Piece::Ident(self.ident.clone()),
            about => self.field.about.as_ref().map(|text| Piece::prose(text)),
            provider => Piece::prose(&provider.name),
            values => values.collect::<Result<Vec<Value>, Error>>()?,
        })
    }
}

fn definition<'a>(provider: &'a Provider, model: &'a Model, name: &str) -> Option<Definition<'a>> {
    let mut plans = provider.plans(model);
    // The last one serves what no earlier one does.
    let usual = plans.pop()?.field(name)?;
    let mut otherwise = Vec::new();
    for plan in plans {
        let (Some(variant), Some(field)) = (plan.variant, plan.field(name)) else { continue };
        if (&field.allowed, &field.default) != (&usual.allowed, &usual.default) {
            let with = variant.with.iter().map(|name| &**name).filter(|name| model.takes(name)).collect();
            otherwise.push((with, field));
        }
    }
    Some(Definition { usual, otherwise })
}

/// Every value that some definition lists, once.
fn all_values<'a>(definitions: impl IntoIterator<Item = &'a Definition<'a>>) -> Vec<Scalar> {
    let mut all: Vec<Scalar> = Vec::new();
    for definition in definitions {
        let fields = [definition.usual].into_iter().chain(definition.otherwise.iter().map(|(_, field)| *field));
        for value in fields.filter_map(Field::values).flatten() {
            if !all.contains(&value) {
                all.push(value);
            }
        }
    }
    all
}

fn allowed(field: &Field, said_by_type: bool) -> Value {
    let listed = match &field.allowed {
        Allowed::Values(_) | Allowed::Words(_) if !said_by_type => field.values().unwrap_or_default(),
        _ => Vec::new(),
    };
    let range = match field.allowed {
        Allowed::Range(low, high) => {
            Some(context! { low => Piece::code(&low.to_string()), high => Piece::code(&high.to_string()) })
        }
        _ => None,
    };
    context! {
        listed => listed.iter().map(|value| Piece::code(&value.to_string())).collect::<Vec<_>>(),
        range => range,
        default => field.default.as_ref().map(|value| Piece::code(&value.to_string())),
    }
}

fn otherwise((with, field): &(Vec<&str>, &Field)) -> Value {
    context! { with => Piece::codes(with), allowed => allowed(field, false) }
}

/// What a caller could pass.
fn example(field: &Field, ident: &Ident, is_vocabulary: bool) -> Piece {
    let takes_url = field.image.as_ref().is_some_and(|limits| limits.accepts.contains(&ImageForm::Url));
    match field.kind {
        FieldType::Image if takes_url => Piece::Fixed("Image::url(\"https://example.com/cat.png\")"),
        FieldType::Image => Piece::Fixed("Image::from_path(\"cat.png\")?"),
        FieldType::Text if !is_vocabulary => Piece::Fixed("\"A cute cat playing outside.\""),
        FieldType::Text | FieldType::Int | FieldType::Number | FieldType::Bool => Piece::Ident(ident.clone()),
    }
}

fn image(limits: &ImageLimits) -> Value {
    let takes = |form| limits.accepts.contains(&form);
    let bytes = limits.accepts.iter().any(|form| *form != ImageForm::Url);
    context! {
        taken => Piece::Fixed(match (takes(ImageForm::Url), bytes) {
            (true, true) => "a URL or a file",
            (true, false) => "a URL that the provider fetches, no file",
            (false, _) if takes(ImageForm::Upload) => "a file, which is uploaded by a call of its own first, no URL",
            (false, _) => "a file, no URL",
        }),
        media_types => Piece::codes(&limits.media_types),
        max_bytes => limits.max_bytes.map(|bytes| Piece::Prose(size(bytes))),
        min_side => limits.min_side,
    }
}

fn size(bytes: u64) -> String {
    let round = [(1_048_576, "MiB"), (1_000_000, "MB"), (1_024, "KiB"), (1_000, "kB")];
    match round.into_iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}
