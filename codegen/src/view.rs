//! What the templates of a client crate see: names, literals and texts, nothing that could be code.

use minijinja::context;
use minijinja::value::Value;
use polyreel_spec::{FieldType, Model, Plan, Provider};

use crate::inputs::Inputs;
use crate::names::{CLIENT_METHODS, Ident, Scope, Style, TYPES, crate_name, type_name};
use crate::template::Piece;
use crate::{Error, bounds, data, rates};

/// The context of the templates of one provider's crate.
pub(crate) fn client(provider: &Provider) -> Result<Value, Error> {
    let mut types = Scope::new(Style::Camel, TYPES).with_own(type_name(&provider.id));
    let models = model_names(provider, &mut types)?;
    let inputs = Inputs::name(provider, &mut types)?;
    let models = provider.models.iter().zip(models);
    let (expression, imports) = data::page(provider);
    Ok(context! {
        crate_name => Piece::Ident(crate_name(&provider.id)),
        package => Piece::Code(format!("polyreel-{}", provider.id)),
        file => Piece::Code(format!("providers/{}.yaml", provider.id)),
        client => Piece::Ident(type_name(&provider.id)),
        name => Piece::prose(&provider.name),
        aliases => Piece::codes(&provider.aliases),
        notes => provider.notes.as_ref().map(|text| Piece::prose(text)),
        access => access(provider),
        bounds => bounds::bounds(provider),
        sources => sources(provider, None),
        assumed => assumed(provider),
        models => models.map(|(model, names)| model_view(provider, model, names, &inputs)).collect::<Vec<_>>(),
        vocabularies => inputs.vocabularies()?,
        data => Piece::Tokens(expression),
        imports => Piece::Tokens(imports),
    })
}

struct ModelNames {
    method: Ident,
    request: Ident,
}

fn model_names(provider: &Provider, types: &mut Scope) -> Result<Vec<ModelNames>, Error> {
    let mut methods = Scope::new(Style::Snake, CLIENT_METHODS);
    let mut name = |key| Ok(ModelNames { method: methods.claim(key)?, request: types.claim(key)? });
    provider.models.iter().map(|model| name(&model.key)).collect()
}

/// How the account and the address are given.
fn access(provider: &Provider) -> Value {
    let variables = provider.auth.env();
    let regions = provider.regions.iter().map(|region| {
        context! { name => Piece::prose(&region.name), link => Piece::Link(region.base_url.to_string()) }
    });
    context! {
        is_pair => variables.len() > 1,
        variables => Piece::codes(&variables),
        base_url => Piece::Code(provider.access().base_url()),
        is_dialect => provider.base_url.is_none(),
        regions => regions.collect::<Vec<_>>(),
        key_page => provider.key_page.as_ref().map(|page| Piece::Link(page.to_string())),
    }
}

fn model_view(provider: &Provider, model: &Model, names: ModelNames, inputs: &Inputs<'_>) -> Value {
    let plan = Plan { provider, model, variant: None };
    let is_image = |name: &str| plan.field(name).is_some_and(|field| field.kind == FieldType::Image);
    context! {
        key => Piece::code(&model.key),
        literal => Piece::Literal(model.key.to_string()),
        method => Piece::Ident(names.method),
        request => Piece::Ident(names.request),
        about => model.about.as_ref().map(|text| Piece::prose(text)),
        by_name_only => model.by_name_only,
        required => inputs.of(model, &model.required),
        optional => inputs.of(model, &model.optional),
        example_image => model.required.iter().any(|name| is_image(name)),
        required_names => Piece::codes(&model.required),
        optional_names => Piece::codes(&model.optional),
        price => rates::price(provider, model),
        latency => model.latency.as_ref().map(|latency| rates::latency(provider, model, latency)),
        assumed => model_assumed(provider, model),
        sources => sources(provider, Some(model)),
    }
}

/// All sources, or those of a model.
fn sources(provider: &Provider, of: Option<&Model>) -> Vec<Value> {
    let wanted = |key: &str| of.is_none_or(|model| model.source.iter().any(|own| own == key));
    let sources = provider.sources.iter().filter(|source| wanted(&source.key));
    sources
        .map(|source| {
            context! { link => Piece::Link(source.url.to_string()), checked => Piece::prose(&source.checked) }
        })
        .collect()
}

/// What is assumed of a model besides its price, its time and its inputs, which say so themselves.
fn model_assumed(provider: &Provider, model: &Model) -> Vec<Value> {
    let of_model = provider.assumed.iter().filter_map(|mark| {
        let fact = mark.place.strip_prefix("models.")?.strip_prefix(&*model.key)?;
        let elsewhere = [".price", ".latency", ".override"].iter().any(|other| fact.starts_with(other));
        (!elsewhere && (fact.is_empty() || fact.starts_with('.'))).then_some((fact.strip_prefix('.'), &mark.reason))
    });
    of_model.map(|(fact, why)| context! { fact => fact.map(Piece::code), reason => Piece::reason(why) }).collect()
}

fn assumed(provider: &Provider) -> Vec<Value> {
    let marks = provider.assumed.iter();
    marks.map(|mark| context! { place => Piece::code(&mark.place), reason => Piece::prose(&mark.reason) }).collect()
}
