//! What becomes of a request at a model, and of the texts that name pictures and numbers.

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_runtime::spec::{self, FieldType, Input, Inputs, Model, Provider, Scalar, Violation};
use polyreel_runtime::{Client, Image, Request, Result, probe};

use super::VideoRequest;

/// A request as a model takes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Translated {
    pub(crate) inputs: Inputs,
    pub(crate) left_out: Vec<String>,
}

impl VideoRequest {
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
}

/// What a text says when the input is of this kind, or 5.0 where 5 is meant. `None` when it is neither, or says nothing of the
/// kind.
fn read_as(kind: FieldType, input: &Input) -> Option<Input> {
    if let (FieldType::Int, Input::Value(Scalar::Number(number))) = (kind, input) {
        // Spreadsheets write it so.
        return format!("{number}").parse::<i64>().ok().map(Input::from);
    }
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
