//! The written form of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_runtime::spec::{self, Input, Inputs, Scalar};
use polyreel_runtime::{Error, JsonValue, Result, probe};

use super::VideoRequest;

impl VideoRequest {
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
