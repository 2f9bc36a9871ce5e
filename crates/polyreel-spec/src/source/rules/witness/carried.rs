//! What a reply can carry beside the state of a job.

use std::fmt;

use super::Witness;
use super::draft::Draft;
use crate::{CodePattern, Condition, Path, Place, Scalar, State};

/// What a reply says beside the state.
#[derive(Clone, Default)]
pub(super) struct Carried<'p> {
    pub(super) position: Option<f64>,
    pub(super) percent: Option<f64>,
    /// Side values, by their position in the file.
    pub(super) also: Vec<(usize, Scalar)>,
    pub(super) film: Film<'p>,
    pub(super) code: Option<Scalar>,
    pub(super) message: Option<(&'p Path, String)>,
}

/// Where films are.
#[derive(Clone, Copy, Default)]
pub(super) enum Film<'p> {
    #[default]
    Nowhere,
    /// So many URLs at this place.
    Urls(&'p Path, usize),
    Base64(&'p Path),
    Body(&'p str),
}

type Sides = Vec<(usize, Scalar)>;

impl<'p> Witness<'p> {
    /// Everything that a reply can say beside a state: what it is, and the forms of which one is enough.
    pub(super) fn carried(&self, state: Option<State>) -> Vec<(String, Vec<Carried<'p>>)> {
        let least = Carried::default();
        let mut all = Vec::new();
        match state {
            Some(State::Queued) => {
                all.push(("when it says nothing else".to_owned(), vec![least]));
                for number in self.numbers(self.shape.queue_position.as_ref(), 1.0) {
                    let carried = Carried { position: Some(number), ..Carried::default() };
                    all.push((format!("at position {number} of the queue"), vec![carried]));
                }
            }
            Some(State::Running) => {
                all.push(("when it says nothing else".to_owned(), vec![least]));
                let progress = self.shape.progress.as_ref();
                let unit = progress.map_or(1.0, |progress| progress.max / 100.0);
                for number in self.numbers(progress.map(|progress| &progress.place), unit) {
                    let carried = Carried { percent: Some(number), ..Carried::default() };
                    all.push((format!("at {number} per cent"), vec![carried]));
                }
            }
            Some(State::Done) => {
                for films in self.films() {
                    let is_body = films.iter().any(|film| matches!(film, Film::Body(_)));
                    for (what, also) in self.sides(is_body) {
                        let with = |film: &Film<'p>| Carried { film: *film, also: also.clone(), ..Carried::default() };
                        all.push((what, films.iter().map(with).collect()));
                    }
                }
            }
            _ => all.push(("when it says nothing else".to_owned(), vec![least])),
        }
        all
    }

    /// Numbers for a place: any, and those that a condition looks for there.
    fn numbers(&self, place: Option<&Place>, unit: f64) -> Vec<f64> {
        let Some(place) = place else { return Vec::new() };
        let is_sought = |number: &f64| self.is_sought(&place.at, &disguised(place, number * unit));
        std::iter::once(7.0).chain((1..=100).map(f64::from).filter(is_sought)).collect()
    }

    /// Whether some condition looks for this very value at this place.
    fn is_sought(&self, at: &Path, value: &Scalar) -> bool {
        let mut draft = Draft::new();
        if draft.put(at, std::slice::from_ref(value)).is_err() {
            return false;
        }
        let status = self.shape.status.iter();
        let rules = status.clone().flat_map(|status| &status.rules).map(|rule| (&rule.when.at, &rule.when.is));
        let words = status.flat_map(|status| status.words.iter().map(|words| (&status.at, &words.words)));
        let ok = self.shape.ok.iter().map(|ok| (&ok.at, &ok.is));
        let mut sought = rules.chain(words).chain(ok).filter_map(|(at, is)| Some((at.as_ref()?, is)));
        sought.any(|(at, is)| {
            let condition = Condition { at: Some(at.clone()), is: is.clone(), ..Condition::default() };
            !is.is_empty() && draft.holds(&condition, true)
        })
    }

    /// What films a reply can give: one URL, two, three, bytes; each in all its forms.
    fn films(&self) -> Vec<Vec<Film<'p>>> {
        let Some(output) = &self.shape.output else { return vec![vec![Film::Nowhere]] };
        let urls = |count: usize| {
            let can = output.url.iter().filter(move |url| count == 1 || url.is_plural());
            can.map(move |url| Film::Urls(url, count)).collect()
        };
        let mut all: Vec<Vec<Film<'p>>> = (1..4).map(urls).collect();
        let body = output.body.iter().map(|pattern| Film::Body(pattern));
        all.push(body.chain(output.base64.iter().map(Film::Base64)).collect());
        all.retain(|forms| !forms.is_empty());
        all
    }

    /// Side values: none, all, each alone, all but each. Beside a body that is the film only headers can hold any.
    fn sides(&self, is_body: bool) -> Vec<(String, Sides)> {
        let sides = self.shape.also.iter().enumerate();
        let can: Vec<_> = sides.filter(|(_, side)| !is_body || side.place.at.header().is_some()).collect();
        let value =
            |place: &Place| if place.text.is_some() { disguised(place, 7.0) } else { "https://side.test".into() };
        let all: Sides = can.iter().map(|(index, side)| (*index, value(&side.place))).collect();
        let mut sets = vec![("when it says nothing else".to_owned(), Vec::new())];
        if all.len() > 1 {
            sets.push(("with all that `also` lists".to_owned(), all.clone()));
        }
        for (position, (index, side)) in can.into_iter().enumerate() {
            sets.push((format!("with `{}`", side.name), vec![all[position].clone()]));
            if all.len() > 2 {
                let others = all.iter().filter(|(other, _)| *other != index).cloned();
                sets.push((format!("without `{}`", side.name), others.collect()));
            }
            if side.place.text.is_some() {
                let numbers = (1..=1000).map(|number| disguised(&side.place, f64::from(number)));
                let sought = numbers.filter(|value| self.is_sought(&side.place.at, value));
                sets.extend(sought.map(|value| (format!("with `{value}` as `{}`", side.name), vec![(index, value)])));
            }
        }
        sets
    }

    /// Reasons of a failure in groups, one of which must be sayable in each: every code with every text, at any place for
    /// messages; every such place, with any code. A failure has a message if there is a place for one.
    pub(super) fn reasons(&self) -> Vec<Vec<Carried<'p>>> {
        let plane = &self.provider.errors.job;
        let mut codes: Vec<Option<Scalar>> = vec![None];
        if !plane.code.is_empty() {
            let listed = self.provider.errors.rules.iter().flat_map(|rule| &rule.code);
            let listed = listed.map(|pattern| match pattern {
                CodePattern::Code(code) => code.clone(),
                CodePattern::Prefix(prefix) => format!("{prefix}ANY").into(),
            });
            codes.extend(listed.chain([Scalar::from("NEVER_SEEN")]).map(Some));
        }
        let reason = |code: &Option<Scalar>, message| Carried { code: code.clone(), message, ..Carried::default() };
        if plane.message.is_empty() {
            return codes.iter().map(|code| vec![reason(code, None)]).collect();
        }
        let is_sought = |text: &String| plane.message.iter().any(|path| self.is_sought(path, &text.as_str().into()));
        let sought = self.texts().into_iter().filter(is_sought);
        let texts: Vec<String> = std::iter::once("because".to_owned()).chain(sought).collect();
        let mut groups = Vec::new();
        for code in &codes {
            let at_any_place = |text: &String| {
                plane.message.iter().map(|path| reason(code, Some((path, text.clone())))).collect::<Vec<_>>()
            };
            groups.extend(texts.iter().map(at_any_place));
        }
        for path in &plane.message {
            groups.push(codes.iter().map(|code| reason(code, Some((path, texts[0].clone())))).collect());
        }
        groups
    }

    /// Texts that some condition looks for.
    fn texts(&self) -> Vec<String> {
        let status = self.shape.status.iter();
        let rules = status.clone().flat_map(|status| &status.rules).flat_map(|rule| &rule.when.is);
        let words = status.flat_map(|status| &status.words).flat_map(|words| &words.words);
        let ok = self.shape.ok.iter().flat_map(|ok| &ok.is);
        let texts = rules.chain(words).chain(ok).filter_map(Scalar::as_text);
        texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }
}

impl<'p> Film<'p> {
    pub(super) fn path(self) -> Option<&'p Path> {
        match self {
            Self::Urls(path, _) | Self::Base64(path) => Some(path),
            Self::Nowhere | Self::Body(_) => None,
        }
    }
}

/// For "no poll gives …".
impl fmt::Display for Film<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => f.write_str("way to the film"),
            Self::Urls(path, 1) => write!(f, "the film at `{path}`"),
            Self::Urls(path, count) => write!(f, "{count} films at `{path}`"),
            Self::Base64(path) => write!(f, "the film as base64 at `{path}`"),
            Self::Body(_) => f.write_str("the film as its body"),
        }
    }
}

/// For "a job failed …".
impl fmt::Display for Carried<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "with the code `{code}`")?,
            None => f.write_str("without a code")?,
        }
        match &self.message {
            Some((path, _)) => write!(f, ", saying why at `{path}`"),
            None => Ok(()),
        }
    }
}

/// A number as it stands at a place.
pub(in crate::source::rules) fn disguised(place: &Place, number: f64) -> Scalar {
    let number = scalar(number);
    match &place.text {
        Some(form) => format!("{}{number}{}", form.prefix, form.suffix).into(),
        None => number,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "looked at before")]
fn scalar(number: f64) -> Scalar {
    let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
    if is_whole { Scalar::Int(number as i64) } else { Scalar::Number(number) }
}
