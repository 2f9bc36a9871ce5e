//! One request for every provider.

mod translation;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use polyreel_runtime::spec::{Input, Inputs};
use polyreel_runtime::{Image, JsonValue};

/// What a film should be, whoever makes it.
///
/// It names inputs as the provider files do, so it fits every provider that has them. What a model lacks is an error for that
/// model, unless [`VideoRequest::may_lack`] allows it: nothing is dropped silently.
///
/// ```
/// # #[cfg(feature = "all")] {
/// use polyreel::VideoRequest;
///
/// let request = VideoRequest::new("A cute cat playing outside.").seconds(10).aspect_ratio("9:16");
/// let quotes = request.quotes(polyreel::all().iter().copied());
/// let cheapest = quotes.able.first().expect("somebody can do it");
/// assert_eq!(cheapest.quote.price.as_ref().unwrap().to_string(), "$0.70");
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VideoRequest {
    inputs: Inputs,
    options: BTreeMap<String, Inputs>,
    extra: BTreeMap<String, BTreeMap<String, JsonValue>>,
    family: Option<String>,
    model: Option<String>,
    may_lack: BTreeSet<String>,
}

impl VideoRequest {
    /// A film that shows this.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self::default().set("prompt", prompt.into())
    }

    /// What it should not show.
    #[must_use]
    pub fn negative_prompt(self, text: impl Into<String>) -> Self {
        self.set("negative_prompt", text.into())
    }

    /// How long it is, in seconds.
    #[must_use]
    pub fn seconds(self, seconds: u32) -> Self {
        self.set("duration", i64::from(seconds))
    }

    /// The shape of its picture: `16:9`.
    #[must_use]
    pub fn aspect_ratio(self, ratio: impl Into<String>) -> Self {
        self.set("aspect_ratio", ratio.into())
    }

    /// How closely it follows the prompt.
    #[must_use]
    pub fn cfg_scale(self, scale: f64) -> Self {
        self.set("cfg_scale", scale)
    }

    /// Its first frame.
    #[must_use]
    pub fn start_image(self, image: Image) -> Self {
        self.set("start_image", image)
    }

    /// Its last frame.
    #[must_use]
    pub fn end_image(self, image: Image) -> Self {
        self.set("end_image", image)
    }

    /// What chance follows from: the same again, where the model takes it.
    #[must_use]
    pub fn seed(self, seed: i64) -> Self {
        self.set("seed", seed)
    }

    /// Whether it has sound.
    #[must_use]
    pub fn audio(self, audio: bool) -> Self {
        self.set("audio", audio)
    }

    /// Any input by its name in the provider files. A text is read as what the input is: `"5"` as a number, `"cat.png"` as a
    /// picture file (see [`VideoRequest::load_pictures`]), a URL or `data:` URI as a picture.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Input>) -> Self {
        self.inputs.insert(name.to_owned(), value.into());
        self
    }

    /// An input for one provider alone, by its id; it wins over [`VideoRequest::set`].
    #[must_use]
    pub fn option(mut self, provider: &str, name: &str, value: impl Into<Input>) -> Self {
        self.options.entry(provider.to_owned()).or_default().insert(name.to_owned(), value.into());
        self
    }

    /// A field that is newer than one provider's file, at a path in the body; see [`Request::extra`](crate::Request::extra).
    #[must_use]
    pub fn extra(mut self, provider: &str, path: &str, value: impl Into<JsonValue>) -> Self {
        self.extra.entry(provider.to_owned()).or_default().insert(path.to_owned(), value.into());
        self
    }

    /// Only models that do this work, at whatever reseller: `kling-2.0-master`.
    #[must_use]
    pub fn family(mut self, family: impl Into<String>) -> Self {
        self.family = Some(family.into());
        self
    }

    /// Only the model of this key.
    #[must_use]
    pub fn model(mut self, key: impl Into<String>) -> Self {
        self.model = Some(key.into());
        self
    }

    /// Allows that this input is left out where a model does not take it. What is left out is named in the offer.
    #[must_use]
    pub fn may_lack(mut self, name: impl Into<String>) -> Self {
        self.may_lack.insert(name.into());
        self
    }

    /// The inputs, by name.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// What it shows, if that is said in words.
    pub fn prompt(&self) -> Option<&str> {
        match self.inputs.get("prompt")? {
            Input::Value(value) => value.as_text(),
            Input::Image(_) => None,
        }
    }

    /// The model that it asks for by key.
    pub fn model_key(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The work that it asks for.
    pub fn family_name(&self) -> Option<&str> {
        self.family.as_deref()
    }
}

/// The same inputs for every provider.
impl From<Inputs> for VideoRequest {
    fn from(inputs: Inputs) -> Self {
        Self { inputs, ..Self::default() }
    }
}
