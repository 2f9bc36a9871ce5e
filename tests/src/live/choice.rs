//! The cheapest clip that shows what a provider does.

use polyreel::spec::{Amount, Field, Inputs, Model, Provider, Scalar};
use polyreel::{Image, Quote, VideoRequest};

/// What is asked for.
#[derive(Debug)]
pub struct Clip<'p> {
    /// Of whom.
    pub provider: &'p Provider,
    /// With what.
    pub model: &'p Model,
    /// What it is about.
    pub inputs: Inputs,
    /// What it costs; the price is known, and in US dollars.
    pub quote: Quote,
}

const PROMPT: &str = "A cute cat playing outside.";

/// The cheapest clip for at most so many US dollars, with or without a picture, of any length that is listed.
///
/// # Errors
///
/// When no model can make one for a price that is known and low enough.
pub fn cheapest<'p>(provider: &'p Provider, picture: &[u8], most: Amount) -> Result<Clip<'p>, String> {
    let mut clips: Vec<Clip<'p>> = Vec::new();
    for inputs in requests(provider, picture) {
        let offers = VideoRequest::from(inputs).quotes([provider]).able.into_iter();
        clips.extend(offers.map(|offer| Clip {
            provider,
            model: offer.model,
            inputs: offer.inputs,
            quote: offer.quote,
        }));
    }
    if clips.is_empty() {
        return Err(format!("no model of {} makes a clip from a text or a picture file", provider.id));
    }
    clips.retain(|clip| clip.price().is_some());
    clips.sort_by_key(Clip::price);
    match clips.into_iter().next() {
        None => Err(format!("no price of {} is known, so no clip is sure to cost less", provider.id)),
        Some(clip) if clip.price() > Some(most) => {
            let price = clip.quote.price.map(|price| price.to_string()).unwrap_or_default();
            Err(format!("the cheapest clip of {} costs {price}; nothing was sent", provider.id))
        }
        Some(clip) => Ok(clip),
    }
}

impl Clip<'_> {
    fn price(&self) -> Option<Amount> {
        self.quote.price.as_ref().filter(|price| price.currency == "USD").map(|price| price.amount)
    }
}

fn requests(provider: &Provider, picture: &[u8]) -> Vec<Inputs> {
    let text = Inputs::from([("prompt".to_owned(), PROMPT.into())]);
    let mut with_picture = text.clone();
    with_picture.insert("start_image".to_owned(), Image::bytes(picture.to_vec()).into());
    let every_field = provider.fields.iter().chain(provider.models.iter().flat_map(|model| &*model.fields));
    let lengths = every_field.filter(|field| field.name == "duration").filter_map(Field::values).flatten();
    let mut lengths: Vec<Option<i64>> = lengths.map(|value: Scalar| value.as_int()).chain([None]).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let of_length = |inputs: &Inputs, length: Option<i64>| {
        let mut inputs = inputs.clone();
        inputs.extend(length.map(|length| ("duration".to_owned(), length.into())));
        inputs
    };
    lengths.into_iter().flat_map(|length| [of_length(&text, length), of_length(&with_picture, length)]).collect()
}
