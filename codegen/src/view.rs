//! What the templates of a client crate see: names, literals and texts, nothing that could be code.

use std::collections::BTreeMap;

use minijinja::context;
use minijinja::value::Value;
use polyreel_spec::{Allowed, Field, FieldType, ImageForm, ImageLimits, Model, Provider};

use crate::names::{CLIENT_METHODS, Ident, REQUEST_METHODS, Scope, Style, TYPES, crate_name, type_name};
use crate::template::Piece;
use crate::{Error, data, rates};

/// The context of the templates of one provider's crate.
pub(crate) fn client(provider: &Provider) -> Result<Value, Error> {
    let used: Vec<&Field> =
        provider.fields.iter().filter(|field| provider.models.iter().any(|model| model.takes(&field.name))).collect();
    let (inputs, vocabularies, models) = names(provider, &used)?;
    let views: Vec<Value> =
        provider.models.iter().zip(models).map(|(model, names)| model_view(provider, model, names, &inputs)).collect();
    let vocabularies: Vec<Value> =
        vocabularies.into_iter().map(|vocabulary| vocabulary.view(provider)).collect::<Result<_, _>>()?;
    let (expression, imports) = data::page(provider);
    Ok(context! {
        crate_name => Piece::Ident(crate_name(&provider.id)),
        package => Piece::Code(format!("polyreel-{}", provider.id)),
        file => Piece::Code(format!("providers/{}.yaml", provider.id)),
        client => Piece::Ident(type_name(&provider.id)),
        name => prose(&provider.name),
        notes => provider.notes.as_ref().map(|text| prose(text)),
        key_env => Piece::Code(provider.auth.env().to_owned()),
        base_url_env => Piece::Code(provider.base_url_env()),
        key_page => provider.key_page.as_ref().map(|page| Piece::Link(page.to_string())),
        sources => sources(provider, None),
        assumed => assumed(provider),
        models => views,
        vocabularies => vocabularies,
        data => Piece::Tokens(expression),
        imports => Piece::Tokens(imports),
    })
}

/// An input with its names, for all models that take it.
struct InputNames<'a> {
    field: &'a Field,
    ident: Ident,
    vocabulary: Option<Ident>,
}

struct ModelNames {
    method: Ident,
    request: Ident,
}

struct Vocabulary<'a> {
    field: &'a Field,
    name: Ident,
}

type Inputs<'a> = BTreeMap<&'a str, InputNames<'a>>;

fn names<'a>(
    provider: &Provider,
    used: &[&'a Field],
) -> Result<(Inputs<'a>, Vec<Vocabulary<'a>>, Vec<ModelNames>), Error> {
    let mut types = Scope::new(Style::Camel, TYPES).with_own(type_name(&provider.id));
    let mut methods = Scope::new(Style::Snake, CLIENT_METHODS);
    let mut setters = Scope::new(Style::Snake, REQUEST_METHODS);
    let models = provider
        .models
        .iter()
        .map(|model| Ok(ModelNames { method: methods.claim(&model.key)?, request: types.claim(&model.key)? }))
        .collect::<Result<_, Error>>()?;
    let mut inputs = BTreeMap::new();
    let mut vocabularies = Vec::new();
    for field in used {
        let is_vocabulary = field.kind == FieldType::Text && field.values().is_some();
        let vocabulary = is_vocabulary.then(|| types.claim(&field.name)).transpose()?;
        vocabularies.extend(vocabulary.clone().map(|name| Vocabulary { field, name }));
        let names = InputNames { field, ident: setters.claim(&field.name)?, vocabulary };
        inputs.insert(&*field.name, names);
    }
    Ok((inputs, vocabularies, models))
}

impl Vocabulary<'_> {
    fn view(&self, provider: &Provider) -> Result<Value, Error> {
        let mut constants = Scope::new(Style::Upper, "");
        let values = self.field.values().unwrap_or_default();
        let values = values.iter().map(|value| {
            let value = value.to_string();
            let ident = constants.claim(&value)?;
            Ok(context! { ident => Piece::Ident(ident), code => code(&value), literal => Piece::Literal(value) })
        });
        Ok(context! {
            ident => Piece::Ident(self.name.clone()),
            about => self.field.about.as_ref().map(|text| prose(text)),
            provider => prose(&provider.name),
            values => values.collect::<Result<Vec<Value>, Error>>()?,
        })
    }
}

fn model_view(provider: &Provider, model: &Model, names: ModelNames, inputs: &Inputs<'_>) -> Value {
    let of = |wanted: &[polyreel_spec::Text]| -> Vec<Value> {
        wanted.iter().filter_map(|name| inputs.get(&**name)).map(InputNames::view).collect()
    };
    let assumed = |fact: &str| {
        provider.assumed(&format!("models.{}.{fact}", model.key)).map(|why| prose(why.trim_end_matches('.')))
    };
    context! {
        key => code(&model.key),
        literal => Piece::Literal(model.key.to_string()),
        method => Piece::Ident(names.method),
        request => Piece::Ident(names.request),
        about => model.about.as_ref().map(|text| prose(text)),
        required => of(&model.required),
        optional => of(&model.optional),
        example_image => model.required.iter().any(|name| inputs[&**name].field.kind == FieldType::Image),
        required_names => model.required.iter().map(|name| code(name)).collect::<Vec<_>>(),
        optional_names => model.optional.iter().map(|name| code(name)).collect::<Vec<_>>(),
        price => rates::price(provider, model),
        price_assumed => assumed("price"),
        latency => model.latency.as_ref().map(rates::latency),
        latency_assumed => assumed("latency"),
        sources => sources(provider, Some(model)),
    }
}

impl InputNames<'_> {
    fn view(&self) -> Value {
        let field = self.field;
        let (kind, converts) = match (&self.vocabulary, field.kind) {
            (Some(vocabulary), _) => (Piece::Ident(vocabulary.clone()), false),
            (None, FieldType::Text) => (Piece::Fixed("impl Into<String>"), true),
            (None, FieldType::Image) => (Piece::Fixed("impl Into<Image>"), true),
            (None, FieldType::Int) => (Piece::Fixed("i64"), false),
            (None, FieldType::Number) => (Piece::Fixed("f64"), false),
            (None, FieldType::Bool) => (Piece::Fixed("bool"), false),
        };
        let listed = match &field.allowed {
            Allowed::Values(_) | Allowed::Words(_) => field.values().unwrap_or_default(),
            Allowed::Any | Allowed::Range(..) => Vec::new(),
        };
        let range = match field.allowed {
            Allowed::Range(low, high) => {
                Some(context! { low => code(&low.to_string()), high => code(&high.to_string()) })
            }
            _ => None,
        };
        context! {
            ident => Piece::Ident(self.ident.clone()),
            literal => Piece::Literal(field.name.to_string()),
            code => code(&field.name),
            kind => kind,
            converts => converts,
            example => self.example(),
            is_vocabulary => self.vocabulary.is_some(),
            about => field.about.as_ref().map(|text| prose(text)),
            listed => listed.iter().map(|value| code(&value.to_string())).collect::<Vec<_>>(),
            range => range,
            default => field.default.as_ref().map(|value| code(&value.to_string())),
            ignored_with => field.ignored_with.iter().map(|name| code(name)).collect::<Vec<_>>(),
            max_length => field.max_length,
            image => field.image.as_ref().map(image),
        }
    }

    /// What a caller could pass.
    fn example(&self) -> Piece {
        let takes_url = self.field.image.as_ref().is_some_and(|limits| limits.accepts.contains(&ImageForm::Url));
        match self.field.kind {
            FieldType::Image if takes_url => Piece::Fixed("Image::url(\"https://example.com/cat.png\")"),
            FieldType::Image => Piece::Fixed("Image::from_path(\"cat.png\")?"),
            FieldType::Text if self.vocabulary.is_none() => Piece::Fixed("\"A cute cat playing outside.\""),
            FieldType::Text | FieldType::Int | FieldType::Number | FieldType::Bool => Piece::Ident(self.ident.clone()),
        }
    }
}

fn image(limits: &ImageLimits) -> Value {
    let url = limits.accepts.contains(&ImageForm::Url);
    let bytes = limits.accepts.iter().any(|form| *form != ImageForm::Url);
    context! {
        taken => Piece::Fixed(match (url, bytes) {
            (true, true) => "a URL or a file",
            (true, false) => "a URL that the provider fetches, no file",
            (false, _) => "a file, no URL",
        }),
        media_types => limits.media_types.iter().map(|own| code(own)).collect::<Vec<_>>(),
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

/// All sources, or those of a model.
fn sources(provider: &Provider, of: Option<&Model>) -> Vec<Value> {
    let wanted = |key: &str| of.is_none_or(|model| model.source.iter().any(|own| own == key));
    let sources = provider.sources.iter().filter(|source| wanted(&source.key));
    sources
        .map(|source| {
            context! { link => Piece::Link(source.url.to_string()), checked => prose(&source.checked) }
        })
        .collect()
}

fn assumed(provider: &Provider) -> Vec<Value> {
    let marks = provider.assumed.iter();
    marks.map(|mark| context! { place => code(&mark.place), reason => prose(&mark.reason) }).collect()
}

fn prose(text: &str) -> Piece {
    Piece::Prose(text.to_owned())
}

fn code(value: &str) -> Piece {
    Piece::Code(value.to_owned())
}
