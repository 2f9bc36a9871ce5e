//! What a row may give, and the request that it makes.

use std::collections::BTreeMap;

use polyreel::spec::FieldType;
use polyreel::{JsonValue, Provider, Route, VideoRequest};

use super::rows::{Field, Kind, Row};

/// What a row says beside its request.
pub(super) struct Asked {
    pub(super) request: VideoRequest,
    /// Whom to ask, if the row says so itself.
    pub(super) route: Option<Route>,
    pub(super) output: Option<String>,
}

/// Fields that are no inputs of any model.
const OWN: [&str; 6] = ["provider", "route", "model", "family", "output", "may_lack"];

/// Every field that a row may give: the inputs of these providers, and what `generate` takes besides.
pub(super) fn known<'p>(providers: &[&'p Provider]) -> Vec<Field<'p>> {
    let own = OWN.iter().map(|name| Field { name, kind: Kind::Text });
    let seconds = Field { name: "seconds", kind: Kind::Number };
    let standard = ["prompt", "negative_prompt", "duration", "aspect_ratio", "cfg_scale", "seed", "audio"];
    let standard = standard.iter().chain(&["start_image", "end_image"]);
    let standard = standard.filter_map(|name| Some(Field { name, kind: kind(FieldType::of_standard_input(name)?) }));
    let inputs = providers.iter().flat_map(|provider| &*provider.fields);
    let inputs = inputs.map(|field| Field { name: &field.name, kind: kind(field.kind) });
    let options = providers.iter().map(|provider| Field { name: &provider.id, kind: Kind::Options });
    // The first of a name decides: what is a word for people stays one.
    let mut fields: BTreeMap<&str, Field<'p>> = BTreeMap::new();
    for field in own.chain([seconds]).chain(standard).chain(inputs).chain(options) {
        fields.entry(field.name).or_insert(field);
    }
    fields.into_values().collect()
}

fn kind(kind: FieldType) -> Kind {
    match kind {
        FieldType::Text | FieldType::Image => Kind::Text,
        FieldType::Int | FieldType::Number => Kind::Number,
        FieldType::Bool => Kind::Boolean,
    }
}

/// What the row asks for.
///
/// # Errors
///
/// What is wrong with it, in one line.
pub(super) fn asked(row: &Row, providers: &[&Provider]) -> Result<Asked, String> {
    let mut request = serde_json::Map::new();
    let mut options = serde_json::Map::new();
    let (mut provider, mut route, mut output) = (None, None, None);
    for (name, value) in &row.fields {
        let text = || value.as_str().unwrap_or_default().to_owned();
        match name.as_str() {
            "provider" => provider = Some(Route::Provider(text())),
            "route" => route = Some(text().parse()?),
            "output" => output = Some(text()),
            "may_lack" => {
                let names = text().split(',').map(|name| JsonValue::from(name.trim())).collect();
                request.insert(name.clone(), JsonValue::Array(names));
            }
            _ if value.is_object() && providers.iter().any(|provider| *provider.id == **name) => {
                options.insert(name.clone(), value.clone());
            }
            _ => {
                request.insert(name.clone(), value.clone());
            }
        }
    }
    if !options.is_empty() {
        request.insert("options".to_owned(), JsonValue::Object(options));
    }
    if provider.is_some() && route.is_some() {
        return Err("it gives a provider and a route; give one of them".to_owned());
    }
    let request = VideoRequest::from_json(&JsonValue::Object(request)).map_err(|error| error.to_string())?;
    Ok(Asked { request, route: provider.or(route), output })
}
