//! One request for every provider.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_runtime::spec::{self, FieldType, Input, Inputs, Model, Provider, Scalar, Violation};
use polyreel_runtime::{Client, Error, Image, JsonValue, Request, Result, probe};

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

/// A request as a model takes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Translated {
    pub(crate) inputs: Inputs,
    pub(crate) left_out: Vec<String>,
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

    /// A field that is newer than one provider's file, at a path in the body; see [`Request::extra`].
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

    /// Reads every picture that is named by a file, relative to `folder`. The rest of this type touches no file.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or is too large for any picture.
    pub fn load_pictures<'p>(
        mut self,
        folder: &Path,
        providers: impl IntoIterator<Item = &'p Provider>,
    ) -> Result<Self> {
        for (input, file) in self.picture_files(providers) {
            *input = Image::from_path(folder.join(file))?.into();
        }
        Ok(self)
    }

    /// Names every picture file from `folder` on, so that the written form means the same anywhere.
    #[must_use]
    pub fn name_pictures_from<'p>(mut self, folder: &Path, providers: impl IntoIterator<Item = &'p Provider>) -> Self {
        for (input, file) in self.picture_files(providers) {
            if let Some(path) = folder.join(file).to_str() {
                *input = path.into();
            }
        }
        self
    }

    /// Every input that names a picture file, with the name.
    fn picture_files<'p>(&mut self, providers: impl IntoIterator<Item = &'p Provider>) -> Vec<(&mut Input, String)> {
        let mut pictures: BTreeSet<&str> = ["start_image", "end_image"].into();
        let fields = providers.into_iter().flat_map(|provider| &*provider.fields);
        pictures.extend(fields.filter(|field| field.kind == FieldType::Image).map(|field| &*field.name));
        let all = self.inputs.iter_mut().chain(self.options.values_mut().flatten());
        let file = |(name, input): (&String, &'_ Input)| match input {
            Input::Value(Scalar::Text(text)) if pictures.contains(name.as_str()) && picture(text).is_none() => {
                Some(text.to_string())
            }
            _ => None,
        };
        all.filter_map(|(name, input)| file((name, input)).map(|file| (input, file))).collect()
    }

    /// Whether it is about this model at all: of its family, of its name, and not one that only its name selects.
    pub(crate) fn is_about(&self, model: &Model) -> bool {
        let is_family = self.family.as_ref().is_none_or(|family| model.family.as_deref() == Some(family));
        let is_named = self.model.as_ref().map_or(!model.by_name_only, |key| model.key == **key);
        is_family && is_named
    }

    fn inputs_for(&self, provider: &Provider) -> Inputs {
        let mut inputs = self.inputs.clone();
        inputs.extend(self.options.get(&*provider.id).cloned().unwrap_or_default());
        inputs
    }

    /// What the model is asked for, or everything that stands in the way.
    pub(crate) fn translate(&self, provider: &Provider, model: &Model) -> Result<Translated, Vec<Violation>> {
        let mut inputs = self.inputs_for(provider);
        let lacking = |name: &String| !model.takes(name) && self.may_lack.contains(name);
        let left_out: Vec<_> = inputs.keys().filter(|name| lacking(name)).cloned().collect();
        inputs.retain(|name, _| !lacking(name));
        let plan = provider.plan(model, &inputs);
        let kinds: Vec<_> = inputs.keys().map(|name| plan.field(name).map(|field| field.kind)).collect();
        for (input, kind) in inputs.values_mut().zip(kinds) {
            if let Some(read) = kind.and_then(|kind| read_as(kind, input)) {
                *input = read;
            }
        }
        let violations = provider.check(model, &inputs, &probe);
        if violations.is_empty() { Ok(Translated { inputs, left_out }) } else { Err(violations) }
    }

    /// The request of a client to one of its models.
    ///
    /// # Errors
    ///
    /// Everything in it that the model does not take.
    pub fn request(&self, client: &Client, model: &str) -> Result<Request> {
        let provider = client.provider();
        let request = client.request(model);
        let Some(known) = provider.model(model) else {
            request.check()?;
            return Ok(request);
        };
        // What is wrong is said by the request's own check, with everything that was asked for.
        let inputs = match self.translate(provider, known) {
            Ok(translated) => translated.inputs,
            Err(_) => self.inputs_for(provider),
        };
        let request = inputs.into_iter().fold(request, |request, (name, input)| request.set(&name, input));
        let extra = self.extra.get(&*provider.id).cloned().unwrap_or_default();
        let request = extra.into_iter().fold(request, |request, (path, value)| request.extra(path, value));
        request.check()?;
        Ok(request)
    }

    /// The written form: one JSON object whose keys are the inputs, beside `family`, `model`, `options`, `extra` and
    /// `may_lack`. Pictures are texts: URLs, `data:` URIs or names of files.
    pub fn to_json(&self) -> JsonValue {
        let mut object = written(&self.inputs);
        let texts = [("family", &self.family), ("model", &self.model)];
        object.extend(texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text.clone()?.into()))));
        if !self.options.is_empty() {
            let options = self.options.iter().map(|(provider, inputs)| (provider.clone(), written(inputs).into()));
            object.insert("options".to_owned(), JsonValue::Object(options.collect()));
        }
        if !self.extra.is_empty() {
            let extra = self.extra.iter();
            let extra =
                extra.map(|(provider, all)| (provider.clone(), JsonValue::Object(all.clone().into_iter().collect())));
            object.insert("extra".to_owned(), JsonValue::Object(extra.collect()));
        }
        if !self.may_lack.is_empty() {
            object.insert("may_lack".to_owned(), self.may_lack.iter().cloned().collect());
        }
        JsonValue::Object(object)
    }

    /// Reads the written form. `seconds` is another word for `duration`.
    ///
    /// # Errors
    ///
    /// When it is no object, or a value is of no kind that an input can have. Which inputs there are is checked later, by
    /// each model.
    pub fn from_json(value: &JsonValue) -> Result<Self> {
        let mut request = Self::default();
        for (key, value) in object(value, "a request")? {
            match key.as_str() {
                "family" => request.family = Some(text(value, key)?),
                "model" => request.model = Some(text(value, key)?),
                "options" => {
                    for (provider, inputs) in object(value, key)? {
                        request.options.insert(provider.clone(), inputs_of(object(inputs, provider)?)?);
                    }
                }
                "extra" => {
                    for (provider, all) in object(value, key)? {
                        let all = object(all, provider)?.clone().into_iter().collect();
                        request.extra.insert(provider.clone(), all);
                    }
                }
                "may_lack" => {
                    let names = value.as_array().ok_or_else(|| wrong(key, "must be a list of names"))?;
                    request.may_lack = names.iter().map(|name| text(name, key)).collect::<Result<_>>()?;
                }
                _ => {
                    let name = if key == "seconds" { "duration" } else { key };
                    if request.inputs.insert(name.to_owned(), input(value, key)?).is_some() {
                        return Err(wrong(name, "is given twice, also as seconds"));
                    }
                }
            }
        }
        Ok(request)
    }
}

/// The same inputs for every provider.
impl From<Inputs> for VideoRequest {
    fn from(inputs: Inputs) -> Self {
        Self { inputs, ..Self::default() }
    }
}

/// What a text says when the input is of this kind. `None` when it is no text, or says nothing of the kind.
fn read_as(kind: FieldType, input: &Input) -> Option<Input> {
    let Input::Value(Scalar::Text(text)) = input else { return None };
    let word = text.trim();
    match kind {
        FieldType::Text => None,
        FieldType::Int => word.parse::<i64>().ok().map(Input::from),
        FieldType::Number => match word.parse::<i64>() {
            Ok(whole) => Some(whole.into()),
            Err(_) => word.parse::<f64>().ok().filter(|number| number.is_finite()).map(Input::from),
        },
        FieldType::Bool => word.parse::<bool>().ok().map(Input::from),
        FieldType::Image => picture(text).map(Input::Image),
    }
}

/// A picture that a text holds or leads to; `None` for the name of a file.
fn picture(text: &str) -> Option<spec::Image> {
    let scheme = text.split_once(':')?.0.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => Some(spec::Image::Url(text.to_owned())),
        "data" => {
            let (_, encoded) = text.split_once(";base64,")?;
            Some(spec::Image::Bytes(STANDARD.decode(encoded).ok()?.into()))
        }
        _ => None,
    }
}

fn written(inputs: &Inputs) -> serde_json::Map<String, JsonValue> {
    let value = |input: &Input| match input {
        Input::Value(Scalar::Text(text)) => JsonValue::from(&**text),
        Input::Value(Scalar::Int(whole)) => (*whole).into(),
        Input::Value(Scalar::Number(number)) => (*number).into(),
        Input::Value(Scalar::Bool(flag)) => (*flag).into(),
        Input::Image(spec::Image::Url(url)) => url.as_str().into(),
        Input::Image(spec::Image::Bytes(bytes)) => {
            let media_type = probe(bytes).map_or("application/octet-stream", |facts| facts.media_type);
            format!("data:{media_type};base64,{}", STANDARD.encode(bytes)).into()
        }
    };
    inputs.iter().map(|(name, input)| (name.clone(), value(input))).collect()
}

fn inputs_of(object: &serde_json::Map<String, JsonValue>) -> Result<Inputs> {
    object.iter().map(|(name, value)| Ok((name.clone(), input(value, name)?))).collect()
}

fn input(value: &JsonValue, name: &str) -> Result<Input> {
    match value {
        JsonValue::Bool(flag) => Ok((*flag).into()),
        JsonValue::String(text) => Ok(text.as_str().into()),
        JsonValue::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Ok(whole.into()),
            (None, Some(float)) if number.is_f64() => Ok(float.into()),
            _ => Err(wrong(name, "is too large a number")),
        },
        JsonValue::Null => Err(wrong(name, "is null; leave it out instead")),
        JsonValue::Array(_) | JsonValue::Object(_) => Err(wrong(name, "must be a text, a number, true or false")),
    }
}

fn object<'v>(value: &'v JsonValue, name: &str) -> Result<&'v serde_json::Map<String, JsonValue>> {
    value.as_object().ok_or_else(|| wrong(name, "must be an object"))
}

fn text(value: &JsonValue, name: &str) -> Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| wrong(name, "must be a text"))
}

fn wrong(name: &str, why: &str) -> Error {
    Error::invalid_input(format!("{name} {why}"))
}
