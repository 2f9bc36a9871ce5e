//! Films in replies.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polyreel_spec::{Output, Path, ReplyShape, Step};
use serde_json::Value;

use super::draft::{Draft, example_media_type, is_media_type};
use super::said::Film;

/// What a film is sent as where nothing else is said.
const USUAL_MEDIA_TYPE: &str = "video/mp4";

/// One form in which a reply may give films.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form<'p> {
    /// It gives none; another call does.
    Nowhere,
    /// As URLs at this place.
    Url(&'p Path),
    /// As base64 at this place.
    Base64(&'p Path),
    /// As its body, with this media type.
    Body(&'p str),
}

/// All forms in which a reply to a call of this step may give these films.
pub(super) fn forms<'p>(step: Step, shape: &'p ReplyShape, outputs: &[Film]) -> Vec<Form<'p>> {
    match (&shape.output, outputs) {
        (None, [Film::Bytes(_)]) if step == Step::Download => vec![Form::Body(USUAL_MEDIA_TYPE)],
        (None, []) if step != Step::Download => vec![Form::Nowhere],
        (None, _) | (Some(_), []) => Vec::new(),
        (Some(output), [Film::Url(_)]) => output.url.iter().map(Form::Url).collect(),
        (Some(output), [Film::Bytes(_)]) => {
            let body = output.body.iter().map(|pattern| Form::Body(pattern));
            body.chain(output.base64.iter().map(Form::Base64)).collect()
        }
        (Some(output), _) => output.url.iter().filter(|path| path.is_plural()).map(Form::Url).collect(),
    }
}

/// Writes films in one form. `None` if they do not go into it.
pub(super) fn put(draft: &mut Draft, form: Form<'_>, outputs: &[Film]) -> Option<()> {
    match (form, outputs) {
        (Form::Nowhere, []) => Some(()),
        (Form::Url(path), _) => {
            let url = |film: &Film| match film {
                Film::Url(url) => Some(Value::from(url.as_str())),
                Film::Bytes(_) => None,
            };
            draft.put(path, &outputs.iter().map(url).collect::<Option<Vec<_>>>()?)
        }
        (Form::Base64(path), [Film::Bytes(bytes)]) => draft.put_one(path, Value::from(STANDARD.encode(bytes))),
        (Form::Body(pattern), [Film::Bytes(bytes)]) => {
            draft.put_film(&example_media_type(pattern), bytes.clone());
            Some(())
        }
        _ => None,
    }
}

/// Whether a reader finds the very same films.
pub(super) fn gives(draft: &Draft, output: Option<&Output>, outputs: &[Film]) -> bool {
    let Some(output) = output else { return outputs.is_empty() || draft.film().is_some() };
    let is_film = output.body.as_ref().is_some_and(|pattern| is_media_type(pattern, draft.media_type()));
    if is_film || draft.film().is_some() {
        return is_film && matches!((draft.film(), outputs), (Some(film), [Film::Bytes(bytes)]) if film == bytes);
    }
    let texts = |path: &Path| -> Vec<String> {
        let values = draft.at(path);
        values.iter().filter_map(|value| value.as_str()).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    };
    let urls = output.url.iter().map(texts).find(|urls| !urls.is_empty());
    match (urls, &output.base64) {
        (Some(urls), _) => urls.into_iter().map(Film::Url).eq(outputs.iter().cloned()),
        (None, Some(at)) => {
            let bytes = texts(at).first().and_then(|text| STANDARD.decode(text).ok());
            matches!((bytes, outputs), (Some(bytes), [Film::Bytes(said)]) if bytes == *said)
        }
        (None, None) => false,
    }
}
