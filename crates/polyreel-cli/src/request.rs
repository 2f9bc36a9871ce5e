//! A request, from what was said on the command line.

use std::io::Read as _;
use std::path::Path;

use polyreel::{JsonValue, Provider, VideoRequest};

use crate::arguments::{Inputs, Who};
use crate::exit::Failure;

/// The largest prompt that is read, in bytes. Providers take a few thousand.
const LARGEST_PROMPT: u64 = 1024 * 1024;

/// The request as it was said.
///
/// # Errors
///
/// When a file cannot be read, or `--set` or `--extra` is no pair or says something twice.
pub(crate) fn said(inputs: &Inputs, who: &Who) -> Result<VideoRequest, Failure> {
    let mut request = VideoRequest::new(prompt(&inputs.prompt)?);
    for (name, text) in [("negative_prompt", &inputs.negative_prompt), ("aspect_ratio", &inputs.aspect_ratio)] {
        request = text.iter().fold(request, |request, text| request.set(name, text.as_str()));
    }
    for (name, number) in [("duration", inputs.duration), ("seed", inputs.seed)] {
        request = number.into_iter().fold(request, |request, number| request.set(name, number));
    }
    request = inputs.cfg_scale.into_iter().fold(request, VideoRequest::cfg_scale);
    request = inputs.audio.into_iter().fold(request, VideoRequest::audio);
    for (name, image) in [("start_image", &inputs.image), ("end_image", &inputs.end_image)] {
        request = image.iter().fold(request, |request, image| request.set(name, image.as_str()));
    }
    for said in &inputs.set {
        request = set(request, said)?;
    }
    for said in &inputs.extra {
        request = extra(request, said)?;
    }
    request = who.family.iter().fold(request, |request, family| request.family(family.as_str()));
    request = who.model.iter().fold(request, |request, model| request.model(model.as_str()));
    Ok(inputs.may_lack.iter().fold(request, |request, name| request.may_lack(name.as_str())))
}

/// The request with its pictures, as it can be quoted and sent.
pub(crate) fn loaded(request: &VideoRequest, own: Option<&Provider>) -> Result<VideoRequest, Failure> {
    let providers = polyreel::all().iter().copied().chain(own);
    Ok(request.clone().load_pictures(Path::new(""), providers)?)
}

/// The request as it means the same in any folder.
pub(crate) fn anywhere(request: VideoRequest, own: Option<&Provider>) -> VideoRequest {
    let providers = polyreel::all().iter().copied().chain(own);
    match std::env::current_dir() {
        Ok(here) => request.name_pictures_from(&here, providers),
        Err(_) => request,
    }
}

fn prompt(said: &str) -> Result<String, Failure> {
    let cannot =
        |why: String| Failure::usage(format!("the prompt cannot be read from {}: {why}", polyreel::printable(said)));
    let read = |reader: &mut dyn std::io::Read| {
        let mut text = String::new();
        reader.take(LARGEST_PROMPT + 1).read_to_string(&mut text).map_err(|error| cannot(error.to_string()))?;
        if text.len() as u64 > LARGEST_PROMPT {
            return Err(cannot("it is longer than 1 MiB".to_owned()));
        }
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    };
    match said.strip_prefix('@') {
        // Two of them stand for one at the beginning of a text.
        Some(text) if text.starts_with('@') => Ok(text.to_owned()),
        Some(file) => read(&mut std::fs::File::open(file).map_err(|error| cannot(error.to_string()))?),
        None if said == "-" => read(&mut std::io::stdin()),
        None => Ok(said.to_owned()),
    }
}

fn set(request: VideoRequest, said: &str) -> Result<VideoRequest, Failure> {
    let Some((name, value)) = said.split_once('=') else {
        return Err(Failure::usage(format!("--set {}: write it like seed=7", polyreel::printable(said))));
    };
    // In quotes it is the same text; they were needed once.
    let value = value.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(value);
    if let Some((provider, name)) = name.split_once('.') {
        return Ok(request.option(provider, name, value));
    }
    if request.inputs().contains_key(name) {
        return Err(Failure::usage(format!("{} is given twice", polyreel::printable(name))));
    }
    Ok(request.set(name, value))
}

fn extra(request: VideoRequest, said: &str) -> Result<VideoRequest, Failure> {
    let parts = said.split_once('=').and_then(|(place, value)| Some((place.split_once(':')?, value)));
    let Some(((provider, path), value)) = parts else {
        let said = polyreel::printable(said);
        return Err(Failure::usage(format!("--extra {said}: write it like PROVIDER:input.fps=24")));
    };
    let value: JsonValue = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok(request.extra(provider, path, value))
}
