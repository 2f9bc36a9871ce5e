//! Random requests and states of a provider.

use std::collections::BTreeMap;
use std::time::Duration;

use polyreel_mock::engine::{Film, Said, SaidState};
use polyreel_spec::{
    Allowed, CodePattern, Field, FieldType, Image, ImageForm, Input, Inputs, Model, Operation, Plan, Provider, State,
    Step,
};
use proptest::prelude::*;
use serde_json::Value;

/// A model of a provider, by its key, with inputs that it takes.
pub(crate) fn request(provider: &Provider) -> BoxedStrategy<(String, Inputs)> {
    let models = provider.models.iter().flat_map(|model| {
        // Every create that can serve some request gets its share, not only the plain one.
        provider.plans(model).into_iter().map(move |plan| inputs(plan, model))
    });
    let provider = provider.clone();
    proptest::strategy::Union::new(models.collect::<Vec<_>>())
        .prop_map(move |(key, inputs)| {
            let settled = settle(&provider, &key, inputs);
            (key, settled)
        })
        .boxed()
}

/// Leaves out what cannot be sent in company with the rest.
fn settle(provider: &Provider, key: &str, mut inputs: Inputs) -> Inputs {
    let model = provider.model(key).unwrap();
    for _ in 0..8 {
        let violations = provider.check(model, &inputs, &polyreel_runtime::probe);
        let Some(broken) = violations.iter().find(|broken| !model.requires(&broken.field)) else { return inputs };
        inputs.remove(&broken.field);
    }
    inputs
}

fn inputs(plan: Plan<'_>, model: &Model) -> BoxedStrategy<(String, Inputs)> {
    let key = model.key.to_string();
    let one = |name: &str| {
        let field = plan.field(name).unwrap();
        let value = input(field);
        let wanted = plan.variant.is_some_and(|variant| variant.with.iter().any(|with| *with == name));
        let value = match (model.requires(name), wanted) {
            (true, _) => value.prop_map(Some).boxed(),
            (false, true) => proptest::option::weighted(0.9, value).boxed(),
            (false, false) => proptest::option::of(value).boxed(),
        };
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
    let most = field.max_length.map_or(40, |most| (most as usize).min(300));
    match (field.kind, &field.allowed) {
        (FieldType::Text, _) => text(most).prop_map(|text| text.as_str().into()).boxed(),
        #[expect(clippy::cast_possible_truncation, reason = "bounds of whole numbers")]
        (FieldType::Int, Allowed::Range(low, high)) => {
            (low.ceil() as i64..=high.floor() as i64).prop_map(Input::from).boxed()
        }
        (FieldType::Int, _) => any::<i32>().prop_map(|n| Input::from(i64::from(n))).boxed(),
        (FieldType::Number, Allowed::Range(low, high)) => {
            let (low, high) = (*low, *high);
            // The bounds and very small numbers are where spellings break.
            let edges = vec![low, high, low + (high - low) * 1e-7, low + (high - low) * 0.1];
            prop_oneof![3 => low..=high, 1 => proptest::sample::select(edges)].prop_map(Input::from).boxed()
        }
        (FieldType::Number, _) => {
            let edges = vec![0.0, 1e-7, -2.5, 1e15, 0.1];
            prop_oneof![-1e6..1e6_f64, proptest::sample::select(edges)].prop_map(Input::from).boxed()
        }
        (FieldType::Bool, _) => any::<bool>().prop_map(Input::from).boxed(),
        (FieldType::Image, _) => image(field),
    }
}

/// Text with everything that could upset a writer: quotes, braces, newlines, other scripts. Never blank.
fn text(most: usize) -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        4 => any::<char>().prop_filter("no carriage return: forms normalise it", |c| *c != '\r'),
        1 => proptest::sample::select(vec!['"', '\\', '{', '}', '\n', '%', '/', ':', '&', '=', '?', '#', 'é', '\'', '-', '['])
    ];
    proptest::collection::vec(nasty, 0..most.max(1))
        .prop_map(|characters| format!("x{}", characters.into_iter().collect::<String>()))
        .prop_map(move |text| text.chars().take(most).collect())
}

/// Text that a header can carry: nobody can write newlines or other scripts there.
pub(crate) fn plain_text() -> BoxedStrategy<String> {
    "[a-zA-Z0-9][a-zA-Z0-9 ,.:;/-]{0,20}[a-z]".boxed()
}

fn image(field: &Field) -> BoxedStrategy<Input> {
    let limits = field.image.as_ref().unwrap();
    let mut forms: Vec<BoxedStrategy<Image>> = Vec::new();
    if limits.accepts.contains(&ImageForm::Url) {
        forms.push("https://in\\.test/[a-z0-9]{1,8}\\.png".prop_map(Image::Url).boxed());
    }
    if limits.accepts.iter().any(|form| *form != ImageForm::Url) {
        let least = limits.min_side.unwrap_or(1);
        let sides = least..=least.saturating_add(2000).min(65_535);
        let most = usize::try_from(limits.max_bytes.unwrap_or(1000)).unwrap_or(1000).clamp(25, 1000);
        let tail = proptest::collection::vec(any::<u8>(), 0..most - 24);
        let takes = |media_type: &str| limits.media_types.iter().any(|own| *own == *media_type);
        let head = if takes("image/jpeg") && !takes("image/png") { jpeg } else { png };
        let bytes = (sides.clone(), sides, tail).prop_map(move |(w, h, tail)| head(w, h, &tail));
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

/// The head of a JPEG file of this size, and any bytes after it. Its sides have 16 bits.
fn jpeg(width: u32, height: u32, tail: &[u8]) -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xc0\0\x11\x08".to_vec();
    file.extend(&height.to_be_bytes()[2..]);
    file.extend(&width.to_be_bytes()[2..]);
    file.extend(b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01");
    file.extend(tail);
    file
}

/// Everything that a reply to this call can say.
pub(crate) fn said(provider: &Provider, step: Step, operation: &Operation) -> BoxedStrategy<SaidState> {
    let shape = &operation.reply;
    let status = shape.status.as_ref();
    let says = |state: State| status.is_some_and(|status| status.says(state));
    let mut strategies: Vec<BoxedStrategy<SaidState>> = Vec::new();
    if step != Step::Result {
        strategies.push(refused(provider, operation));
    }
    if status.is_none() && step == Step::Create && shape.output.is_none() {
        strategies.push(Just(SaidState::Accepted).boxed());
    }
    if says(State::Queued) {
        let place = shape.queue_position.is_some();
        let position = if place { proptest::option::of(1_u64..100).boxed() } else { Just(None).boxed() };
        strategies.push(position.prop_map(|position| SaidState::Queued { position }).boxed());
    }
    if says(State::Running) {
        let place = shape.progress.is_some();
        let percent = if place { proptest::option::of(1_u8..=100).boxed() } else { Just(None).boxed() };
        strategies.push(percent.prop_map(|percent| SaidState::Running { percent }).boxed());
    }
    let billed = |state: State| {
        let rules = status.iter().flat_map(|status| &status.rules).filter(|rule| rule.state == state);
        let mut ways: Vec<_> = rules.map(|rule| rule.billed).collect();
        if status.is_some_and(|status| status.words.iter().any(|words| words.state == state)) {
            ways.push(None);
        }
        proptest::sample::select(ways)
    };
    if says(State::Cancelled) {
        strategies.push(billed(State::Cancelled).prop_map(|billed| SaidState::Cancelled { billed }).boxed());
    }
    if says(State::Expired) {
        strategies.push(billed(State::Expired).prop_map(|billed| SaidState::Expired { billed }).boxed());
    }
    if says(State::Done) || step == Step::Result || status.is_none() && shape.output.is_some() {
        strategies.push(done(operation));
    }
    if says(State::Failed) {
        let code = codes(provider, !provider.errors.job.code.is_empty());
        let message = message(provider.errors.job.message.first());
        strategies
            .push((code, message).prop_map(|(code, message)| SaidState::Failed { kind: None, code, message }).boxed());
    }
    proptest::strategy::Union::new(strategies).boxed()
}

fn done(operation: &Operation) -> BoxedStrategy<SaidState> {
    let shape = &operation.reply;
    let output = shape.output.clone().unwrap_or_default();
    let mut forms: Vec<BoxedStrategy<Vec<Film>>> = Vec::new();
    if !output.url.is_empty() {
        // Only a path that can hold several can say several.
        let several = output.url.iter().any(polyreel_spec::Path::is_plural);
        let url = "https://cdn\\.test/[a-z0-9]{1,8}\\.mp4".prop_map(Film::Url);
        forms.push(proptest::collection::vec(url, if several { 1..4 } else { 1..2 }).boxed());
    }
    if output.base64.is_some() || output.body.is_some() {
        forms.push(proptest::collection::vec(any::<u8>(), 1..50).prop_map(|bytes| vec![Film::Bytes(bytes)]).boxed());
    }
    if forms.is_empty() {
        forms.push(Just(Vec::new()).boxed());
    }
    let is_document = output.body.is_none();
    let also = shape.also.iter().filter(|side| is_document || side.place.at.header().is_some()).map(|side| {
        let name = Just(side.name.to_string());
        let value = match (&side.place.text, side.place.at.header()) {
            (Some(_), _) => (1_u32..1000).prop_map(|n| Value::from(f64::from(n))).boxed(),
            _ => "https://cdn\\.test/[a-z]{1,8}".prop_map(Value::from).boxed(),
        };
        (name, proptest::option::of(value))
    });
    let also = also.collect::<Vec<_>>();
    (proptest::strategy::Union::new(forms), also)
        .prop_map(|(outputs, also)| {
            let also = also.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            SaidState::Done { outputs, also }
        })
        .boxed()
}

fn codes(provider: &Provider, place: bool) -> BoxedStrategy<Option<String>> {
    let mut codes = vec![None];
    if place {
        let listed = provider.errors.rules.iter().flat_map(|rule| &rule.code);
        codes.extend(listed.map(|code| match code {
            CodePattern::Code(code) => Some(code.to_string()),
            CodePattern::Prefix(prefix) => Some(format!("{prefix}ANY")),
        }));
        codes.push(Some("NEVER_SEEN".to_owned()));
    }
    proptest::sample::select(codes).boxed()
}

fn message(place: Option<&polyreel_spec::Path>) -> BoxedStrategy<Option<String>> {
    match place {
        None => Just(None).boxed(),
        Some(path) if path.header().is_some() => proptest::option::of(plain_text()).boxed(),
        Some(_) => proptest::option::of(text(40)).boxed(),
    }
}

fn refused(provider: &Provider, operation: &Operation) -> BoxedStrategy<SaidState> {
    let mut http = vec![400, 401, 402, 403, 404, 406, 409, 418, 422, 429, 500, 502, 503];
    // A code that a status rule names says the state of a job.
    let rules = operation.reply.status.iter().flat_map(|status| &status.rules);
    let claimed: Vec<_> = rules.flat_map(|rule| rule.when.http.to_vec()).collect();
    http.retain(|code| !claimed.iter().any(|pattern| pattern.matches(*code)));
    // Below 300 only an envelope can refuse, and a refusal needs something in it that breaks the envelope.
    if operation.reply.ok.is_some() {
        http.push(200);
    }
    let plane = &provider.errors.reply;
    let code = codes(provider, !plane.code.is_empty());
    let parts = (proptest::sample::select(http), code, message(plane.message.first()));
    parts.prop_map(|(http, code, message)| SaidState::Refused { http, code, message }).boxed()
}

/// A state with the saved values that go with it.
pub(crate) fn with(state: SaidState, saved: &BTreeMap<String, String>) -> Said {
    Said { state, saved: saved.clone(), pause: None::<Duration> }
}
