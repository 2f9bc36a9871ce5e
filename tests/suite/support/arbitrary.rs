//! Random requests and states of a provider.

use std::collections::BTreeMap;

use polyreel_mock::engine::{Said, SaidState};
use polyreel_spec::{Allowed, Field, FieldType, Image, ImageForm, Input, Inputs, Model, Output, Provider, State, Step};
use proptest::prelude::*;
use serde_json::Value;

/// A model of a provider, by its key, with inputs that it takes.
pub(crate) fn request(provider: &Provider) -> BoxedStrategy<(String, Inputs)> {
    let models: Vec<_> = provider.models.iter().map(|model| inputs(provider, model)).collect();
    proptest::strategy::Union::new(models).boxed()
}

fn inputs(provider: &Provider, model: &Model) -> BoxedStrategy<(String, Inputs)> {
    let key = model.key.to_string();
    let one = |name: &str| {
        let field = provider.field(model, name).unwrap();
        let value = input(field);
        let value =
            if model.requires(name) { value.prop_map(Some).boxed() } else { proptest::option::of(value).boxed() };
        (name.to_owned(), value)
    };
    let (names, values): (Vec<_>, Vec<_>) = model.inputs().map(one).unzip();
    values
        .prop_map(move |values| {
            let given = names.iter().cloned().zip(values).filter_map(|(name, value)| Some((name, value?)));
            (key.clone(), given.collect())
        })
        .boxed()
}

/// A value that a field takes.
fn input(field: &Field) -> BoxedStrategy<Input> {
    if let Some(values) = field.values() {
        return proptest::sample::select(values).prop_map(Input::Value).boxed();
    }
    match (field.kind, &field.allowed) {
        (FieldType::Text, _) => text().prop_map(|text| text.as_str().into()).boxed(),
        (FieldType::Int, Allowed::Range(low, high)) =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "bounds of whole numbers")]
            (*low as i64..=*high as i64).prop_map(Input::from).boxed()
        }
        (FieldType::Int, _) => any::<i64>().prop_map(Input::from).boxed(),
        (FieldType::Number, Allowed::Range(low, high)) => (*low..=*high).prop_map(Input::from).boxed(),
        (FieldType::Number, _) => any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Input::from).boxed(),
        (FieldType::Bool, _) => any::<bool>().prop_map(Input::from).boxed(),
        (FieldType::Image, _) => image(field),
    }
}

/// Text with everything that could upset a writer: quotes, braces, newlines, other scripts. Never blank.
fn text() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        4 => any::<char>().prop_filter("no carriage return: forms normalise it", |c| *c != '\r'),
        1 => proptest::sample::select(vec!['"', '\\', '{', '}', '\n', '%', '/', ':', '&', '=', '?', '#', 'é', '\'', '-', '['])
    ];
    proptest::collection::vec(nasty, 0..40)
        .prop_map(|characters| format!("x{}", characters.into_iter().collect::<String>()))
}

fn image(field: &Field) -> BoxedStrategy<Input> {
    let limits = field.image.as_ref().unwrap();
    let mut forms: Vec<BoxedStrategy<Image>> = Vec::new();
    if limits.accepts.contains(&ImageForm::Url) {
        forms.push("https://in\\.test/[a-z0-9]{1,8}\\.png".prop_map(Image::Url).boxed());
    }
    if limits.accepts.iter().any(|form| *form != ImageForm::Url) {
        let least = limits.min_side.unwrap_or(1);
        let size = (least..least + 2000, least..least + 2000);
        let bytes = (size, proptest::collection::vec(any::<u8>(), 0..200)).prop_map(|((w, h), tail)| png(w, h, &tail));
        forms.push(bytes.prop_map(|bytes| Image::Bytes(bytes.into())).boxed());
    }
    proptest::strategy::Union::new(forms).prop_map(Input::Image).boxed()
}

/// The head of a PNG file of this size, and any bytes after it.
pub(crate) fn png(width: u32, height: u32, tail: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file.extend(tail);
    file
}

/// Everything that a reply to a call of this step can say.
pub(crate) fn said(provider: &Provider, step: Step) -> BoxedStrategy<SaidState> {
    let shape = &provider.operation(step).reply;
    let says = |state: State| {
        shape.status.as_ref().is_some_and(|status| {
            status.words.iter().any(|words| words.state == state) || status.rules.iter().any(|rule| rule.state == state)
        })
    };
    let mut states: Vec<BoxedStrategy<SaidState>> = vec![refused(provider, step)];
    if shape.status.is_none() {
        states.push(Just(SaidState::Accepted).boxed());
    }
    for (state, said) in [
        (State::Queued, SaidState::Queued),
        (State::Running, SaidState::Running),
        (State::Cancelled, SaidState::Cancelled),
        (State::Expired, SaidState::Expired),
    ] {
        if says(state) {
            states.push(Just(said).boxed());
        }
    }
    if says(State::Done) {
        states.push(done(provider, step));
    }
    if says(State::Failed) {
        let code = codes(provider, !provider.errors.job.code.is_empty());
        let message = message(!provider.errors.job.message.is_empty());
        states.push((code, message).prop_map(|(code, message)| SaidState::Failed { code, message }).boxed());
    }
    proptest::strategy::Union::new(states).boxed()
}

fn done(provider: &Provider, step: Step) -> BoxedStrategy<SaidState> {
    let shape = &provider.operation(step).reply;
    let several = match &shape.output {
        Some(Output::Url(paths)) => paths.iter().any(|path| path.segments.contains(&polyreel_spec::Segment::Each)),
        None => false,
    };
    let films = proptest::collection::vec("https://cdn\\.test/[a-z0-9]{1,8}\\.mp4", if several { 1..4 } else { 1..2 });
    let names: Vec<_> = shape.also.iter().map(|side| side.name.to_string()).collect();
    let also = names
        .into_iter()
        .map(|name| (Just(name), proptest::option::of("https://cdn\\.test/[a-z]{1,8}")))
        .collect::<Vec<_>>();
    (films, also)
        .prop_map(|(outputs, also)| {
            let also = also.into_iter().filter_map(|(name, value)| Some((name, Value::from(value?)))).collect();
            SaidState::Done { outputs, also }
        })
        .boxed()
}

fn codes(provider: &Provider, place: bool) -> BoxedStrategy<Option<String>> {
    let mut codes = vec![None];
    if place {
        let listed = provider.errors.rules.iter().flat_map(|rule| &rule.code);
        codes.extend(listed.map(|code| match code {
            polyreel_spec::CodePattern::Code(code) => Some(code.to_string()),
            polyreel_spec::CodePattern::Prefix(prefix) => Some(format!("{prefix}ANY")),
        }));
        codes.push(Some("NEVER_SEEN".to_owned()));
    }
    proptest::sample::select(codes).boxed()
}

fn message(place: bool) -> BoxedStrategy<Option<String>> {
    if place { proptest::option::of(text()).boxed() } else { Just(None).boxed() }
}

fn refused(provider: &Provider, step: Step) -> BoxedStrategy<SaidState> {
    let mut http = vec![400, 401, 402, 403, 404, 409, 418, 429, 500, 502, 503];
    // Below 300 only an envelope can refuse, and a refusal needs something in it that breaks the envelope.
    if provider.operation(step).reply.ok.is_some() {
        http.push(200);
    }
    let plane = &provider.errors.reply;
    let parts =
        (proptest::sample::select(http), codes(provider, !plane.code.is_empty()), message(!plane.message.is_empty()));
    parts.prop_map(|(http, code, message)| SaidState::Refused { http, code, message }).boxed()
}

/// A state with the saved values that go with it.
pub(crate) fn with(state: SaidState, saved: &BTreeMap<String, String>) -> Said {
    Said { state, saved: saved.clone() }
}
