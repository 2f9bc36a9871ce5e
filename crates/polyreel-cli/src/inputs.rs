//! Inputs of a request, from what was said on the command line.

use polyreel::Image;
use polyreel::spec::{Input, Inputs};

use crate::arguments;
use crate::exit::Failure;

/// What was said on the command line, by the names of a provider file.
///
/// # Errors
///
/// When a picture cannot be read, or `--set` is no pair or says something twice.
pub(crate) fn inputs(arguments: &arguments::Inputs) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::new();
    inputs.insert("prompt".to_owned(), arguments.prompt.clone().into());
    let texts = [("negative_prompt", &arguments.negative_prompt), ("aspect_ratio", &arguments.aspect_ratio)];
    for (name, text) in texts {
        inputs.extend(text.clone().map(|text| (name.to_owned(), text.into())));
    }
    inputs.extend(arguments.duration.map(|seconds| ("duration".to_owned(), seconds.into())));
    inputs.extend(arguments.cfg_scale.map(|scale| ("cfg_scale".to_owned(), scale.into())));
    inputs.extend(arguments.audio.map(|audio| ("audio".to_owned(), audio.into())));
    for (name, image) in [("start_image", &arguments.image), ("end_image", &arguments.end_image)] {
        let Some(image) = image else { continue };
        let image = if is_url(image) { Image::url(image) } else { Image::from_path(image)? };
        inputs.insert(name.to_owned(), image.into());
    }
    for set in &arguments.set {
        let Some((name, value)) = set.split_once('=') else {
            return Err(Failure::usage(format!("--set {}: write it like seed=7", polyreel::printable(set))));
        };
        if inputs.insert(name.to_owned(), value_of(value)).is_some() {
            return Err(Failure::usage(format!("{} is given twice", polyreel::printable(name))));
        }
    }
    Ok(inputs)
}

/// What a word on the command line says: true, 7, 0.5, or else a text. In quotes it is always a text.
fn value_of(word: &str) -> Input {
    let quoted = word.strip_prefix('"').and_then(|word| word.strip_suffix('"'));
    match (quoted, word.parse::<bool>(), word.parse::<i64>(), word.parse::<f64>()) {
        (Some(text), ..) => text.into(),
        (_, Ok(flag), ..) => flag.into(),
        (_, _, Ok(whole), _) => whole.into(),
        (_, _, _, Ok(number)) if number.is_finite() => number.into(),
        _ => word.into(),
    }
}

fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}
