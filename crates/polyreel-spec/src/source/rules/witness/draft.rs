//! A reply as a list of what is written in it: enough of a document to see what a reader finds there.

use crate::{Condition, HttpPattern, Path, Scalar, Segment, State, Status, Tag, Text};

/// A step to one very place: an element has its position, however its path names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(Text),
    Index(usize),
    Json,
    Header(Text),
}

/// Something that stands in the way of what is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source::rules) enum Blocked {
    /// Something of another shape is there.
    Taken,
    /// No header can hold it.
    Header,
    /// The path ends where nothing can be written.
    Nothing,
}

/// What is found at a place.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::source::rules) enum Found<'d> {
    Value(&'d Scalar),
    /// A list or object with something in it, or a text that holds one.
    More,
}

/// A reply that is being written.
#[derive(Clone, Debug)]
pub(in crate::source::rules) struct Draft {
    pub(in crate::source::rules) http: u16,
    pub(in crate::source::rules) media_type: String,
    /// The body is the film itself.
    pub(in crate::source::rules) is_film: bool,
    writes: Vec<(Vec<Step>, Scalar)>,
}

impl Draft {
    pub(in crate::source::rules) fn new() -> Self {
        Self { http: 200, media_type: "application/json".to_owned(), is_film: false, writes: Vec::new() }
    }

    /// Whether the body has no room for what is written: a film leaves none.
    pub(in crate::source::rules) fn overflows(&self) -> bool {
        self.is_film && self.has_document()
    }

    /// Whether something is written beside headers.
    pub(in crate::source::rules) fn has_document(&self) -> bool {
        self.writes.iter().any(|(place, _)| !matches!(place[..], [Step::Header(_)]))
    }

    /// Whether HTTP sends no body with this code.
    pub(in crate::source::rules) fn is_without_body(&self) -> bool {
        matches!(self.http, 204 | 205 | 304)
    }

    /// Writes values: one, or one for each element where the path may hold several.
    pub(in crate::source::rules) fn put(&mut self, path: &Path, values: &[Scalar]) -> Result<(), Blocked> {
        self.put_below(Vec::new(), &path.segments, values)
    }

    fn put_below(&mut self, mut place: Vec<Step>, rest: &[Segment], values: &[Scalar]) -> Result<(), Blocked> {
        let Some((segment, rest)) = rest.split_first() else {
            return values.first().map_or(Ok(()), |value| self.write(place, value));
        };
        match segment {
            Segment::Key(name) => place.push(Step::Key(name.clone())),
            Segment::Index(index) => place.push(Step::Index(*index)),
            Segment::Json => place.push(Step::Json),
            Segment::Header(name) => place.push(Step::Header(name.clone())),
            Segment::Each => {
                return values.iter().enumerate().try_for_each(|(index, value)| {
                    let element = [&place[..], &[Step::Index(index)]].concat();
                    self.put_below(element, rest, std::slice::from_ref(value))
                });
            }
            Segment::Select(tags) => {
                for (ordinal, value) in values.iter().enumerate() {
                    let element = self.tagged(&place, tags, ordinal)?;
                    if rest.is_empty() {
                        return Err(Blocked::Nothing);
                    }
                    self.put_below(element, rest, std::slice::from_ref(value))?;
                }
                return Ok(());
            }
        }
        self.put_below(place, rest, values)
    }

    /// The element with these tags that has so many of its kind before it; it is added if there are not as many.
    fn tagged(&mut self, list: &[Step], tags: &[Tag], ordinal: usize) -> Result<Vec<Step>, Blocked> {
        let element = |index| [list, &[Step::Index(index)]].concat();
        let alike = (0..self.length(list)).filter(|index| self.has_tags(&element(*index), tags));
        if let Some(index) = alike.clone().nth(ordinal) {
            return Ok(element(index));
        }
        let new = element(self.length(list));
        for tag in tags {
            self.write([&new[..], &[Step::Key(tag.key.clone())]].concat(), &Scalar::Text(tag.value.clone()))?;
        }
        Ok(new)
    }

    fn write(&mut self, place: Vec<Step>, value: &Scalar) -> Result<(), Blocked> {
        if let [Step::Header(_)] = place[..] {
            let text = value.to_string();
            self.writes.retain(|(own, _)| *own != place);
            let fits = text.trim() == text && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            self.writes.push((place, text.into()));
            return if fits { Ok(()) } else { Err(Blocked::Header) };
        }
        if self.writes.iter().any(|(own, _)| *own != place && !side_by_side(own, &place)) {
            return Err(Blocked::Taken);
        }
        self.writes.retain(|(own, _)| *own != place);
        self.writes.push((place, value.clone()));
        Ok(())
    }

    /// How many elements a list has.
    fn length(&self, list: &[Step]) -> usize {
        let index = |place: &[Step]| match place.strip_prefix(list)?.first()? {
            Step::Index(index) => Some(index + 1),
            _ => None,
        };
        self.writes.iter().filter_map(|(place, _)| index(place)).max().unwrap_or(0)
    }

    fn has_tags(&self, element: &[Step], tags: &[Tag]) -> bool {
        tags.iter().all(|tag| {
            let place = [element, &[Step::Key(tag.key.clone())]].concat();
            self.writes.iter().any(|(own, value)| *own == place && *value == Scalar::Text(tag.value.clone()))
        })
    }

    /// All that is found at a path, in the order of the document.
    pub(in crate::source::rules) fn find(&self, path: &Path) -> Vec<Found<'_>> {
        let mut places: Vec<Vec<Step>> = vec![Vec::new()];
        for segment in &path.segments {
            places = places.into_iter().flat_map(|place| self.below(&place, segment)).collect();
        }
        let found = |place: &Vec<Step>| {
            let exact = self.writes.iter().find(|(own, _)| own == place);
            let more = || self.writes.iter().any(|(own, _)| own.starts_with(place));
            exact.map(|(_, value)| Found::Value(value)).or_else(|| more().then_some(Found::More))
        };
        places.iter().filter_map(found).collect()
    }

    fn below(&self, place: &[Step], segment: &Segment) -> Vec<Vec<Step>> {
        let step = |step| [place, &[step]].concat();
        match segment {
            Segment::Key(name) => vec![step(Step::Key(name.clone()))],
            Segment::Index(index) => vec![step(Step::Index(*index))],
            Segment::Json => vec![step(Step::Json)],
            Segment::Header(name) => vec![step(Step::Header(name.clone()))],
            Segment::Each => (0..self.length(place)).map(|index| step(Step::Index(index))).collect(),
            Segment::Select(tags) => {
                let elements = (0..self.length(place)).map(|index| step(Step::Index(index)));
                elements.filter(|element| self.has_tags(element, tags)).collect()
            }
        }
    }

    /// The texts, numbers and booleans at a path.
    pub(in crate::source::rules) fn values(&self, path: &Path) -> Vec<&Scalar> {
        let value = |found| match found {
            Found::Value(value) => Some(value),
            Found::More => None,
        };
        self.find(path).into_iter().filter_map(value).collect()
    }

    /// Whether something is there: `0`, `false` and the empty text are nothing.
    pub(in crate::source::rules) fn has(&self, path: &Path) -> bool {
        self.find(path).iter().any(|found| match found {
            Found::Value(value) => is_there(value),
            Found::More => true,
        })
    }

    /// The first text at the first of these places that has one.
    pub(in crate::source::rules) fn first_text(&self, paths: &[Path]) -> Option<String> {
        let mut values = paths.iter().flat_map(|path| self.values(path));
        values.find(|value| is_there(value)).map(ToString::to_string)
    }

    /// Makes a condition hold as far as it can be made to: what must not be there is left alone.
    pub(in crate::source::rules) fn satisfy(&mut self, condition: &Condition) -> Result<(), Blocked> {
        if let Some(pattern) = condition.http.first() {
            self.http = HttpPattern::example(*pattern);
        }
        if let Some(pattern) = condition.content_type.as_ref().filter(|_| !self.is_film) {
            self.media_type = example_media_type(pattern);
        }
        if let (Some(value), Some(at)) = (condition.is.first(), &condition.at) {
            self.put(at, std::slice::from_ref(value))?;
        }
        match &condition.has {
            Some(path) if !self.has(path) => match self.put(path, &[Scalar::Int(1)]) {
                // An element that is only selected is there once its tags are.
                Err(Blocked::Nothing) if self.has(path) => Ok(()),
                put => put,
            },
            _ => Ok(()),
        }
    }

    /// Whether all parts of a condition hold.
    pub(in crate::source::rules) fn holds(&self, condition: &Condition, ignore_case: bool) -> bool {
        let is = |at: &Path| self.values(at).into_iter().any(|value| lists(&condition.is, value, ignore_case));
        (condition.http.is_empty() || condition.http.iter().any(|pattern| pattern.matches(self.http)))
            && condition.content_type.as_ref().is_none_or(|pattern| is_media_type(pattern, &self.media_type))
            && condition.has.as_ref().is_none_or(|path| self.has(path))
            && condition.lacks.as_ref().is_none_or(|path| !self.has(path))
            && (condition.is.is_empty() || condition.at.as_ref().is_some_and(is))
    }

    /// Which rule decides the state, by its position. Without a document nothing is lacking.
    pub(in crate::source::rules) fn deciding_rule(&self, status: &Status) -> Option<usize> {
        status.rules.iter().position(|rule| {
            (self.http < 300 || !rule.when.http.is_empty())
                && !(self.is_film && rule.when.lacks.is_some())
                && self.holds(&rule.when, status.ignore_case)
        })
    }

    /// The state that the word says; the word itself where nothing lists it.
    pub(in crate::source::rules) fn word(&self, status: &Status) -> Option<Result<State, String>> {
        let values = self.values(status.at.as_ref()?);
        let said = |words: &&crate::Words| values.iter().any(|value| lists(&words.words, value, status.ignore_case));
        match status.words.iter().find(said) {
            Some(words) => Some(Ok(words.state)),
            None => values.first().map(ToString::to_string).filter(|word| !word.is_empty()).map(Err),
        }
    }
}

/// Whether a value is one of these words. A boolean is only ever a boolean.
fn lists(words: &[Scalar], value: &Scalar, ignore_case: bool) -> bool {
    let is_bool = |scalar: &Scalar| matches!(scalar, Scalar::Bool(_));
    let spell = |scalar: &Scalar| if ignore_case { scalar.to_string().to_lowercase() } else { scalar.to_string() };
    words.iter().any(|word| is_bool(word) == is_bool(value) && spell(word) == spell(value))
}

/// Whether a value counts as there.
pub(in crate::source::rules) fn is_there(value: &Scalar) -> bool {
    match value {
        Scalar::Bool(flag) => *flag,
        Scalar::Text(text) => !text.is_empty(),
        Scalar::Int(_) | Scalar::Number(_) => value.as_number() != Some(0.0),
    }
}

pub(in crate::source::rules) fn is_media_type(pattern: &str, media_type: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => media_type.starts_with(family),
        None => media_type == pattern,
    }
}

/// A media type of this pattern.
pub(in crate::source::rules) fn example_media_type(pattern: &str) -> String {
    match pattern {
        "video/*" => "video/mp4".to_owned(),
        "text/*" => "text/html".to_owned(),
        _ => pattern.replace('*', "json"),
    }
}

/// Whether one document can hold values at both places, neither inside the other.
fn side_by_side(one: &[Step], other: &[Step]) -> bool {
    let differing = one.iter().zip(other).find(|(a, b)| a != b);
    differing.is_some_and(|(a, b)| {
        matches!((a, b), (Step::Key(_), Step::Key(_)) | (Step::Index(_), Step::Index(_)))
            || matches!(a, Step::Header(_))
            || matches!(b, Step::Header(_))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        Path::parse(text).unwrap()
    }

    fn shown(draft: &Draft, at: &str) -> Vec<String> {
        let show = |found: &Found<'_>| match found {
            Found::Value(value) => value.to_string(),
            Found::More => "…".to_owned(),
        };
        draft.find(&path(at)).iter().map(show).collect()
    }

    #[test]
    fn what_is_written_is_found_by_every_path_to_it() {
        let mut draft = Draft::new();
        for (at, values) in [
            ("id", &["a"][..]),
            ("w[*].u", &["1", "2"]),
            ("w[1].v", &["3"]),
            ("c[type=x].u", &["4", "5"]),
            ("c[type=y].u", &["6"]),
            ("r.@json.k", &["7"]),
            ("header:x-id", &["8"]),
        ] {
            let values: Vec<Scalar> = values.iter().map(|value| (*value).into()).collect();
            assert_eq!(draft.put(&path(at), &values), Ok(()), "{at}");
        }
        for (at, found) in [
            ("id", &["a"][..]),
            ("id.x", &[]),
            ("w", &["…"]),
            ("w[0].u", &["1"]),
            ("w[*].u", &["1", "2"]),
            ("w[*].v", &["3"]),
            ("c[*].u", &["4", "5", "6"]),
            ("c[type=x].u", &["4", "5"]),
            ("c[2].type", &["y"]),
            ("c[type=y]", &["…"]),
            ("r", &["…"]),
            ("r.@json.k", &["7"]),
            ("r.k", &[]),
            ("header:x-id", &["8"]),
        ] {
            assert_eq!(shown(&draft, at), found, "{at}");
        }
    }

    #[test]
    fn nothing_is_written_over_another_shape() {
        let mut draft = Draft::new();
        draft.put(&path("a.b"), &["x".into()]).unwrap();
        for (at, blocked) in
            [("a", Blocked::Taken), ("a.b.c", Blocked::Taken), ("a[0]", Blocked::Taken), ("d[x=y]", Blocked::Nothing)]
        {
            assert_eq!(draft.put(&path(at), &["x".into()]), Err(blocked), "{at}");
        }
        assert_eq!(draft.put(&path("header:a"), &["é".into()]), Err(Blocked::Header));
        assert_eq!(draft.put(&path("a.b"), &["y".into()]), Ok(()));
        assert_eq!(shown(&draft, "a.b"), ["y"]);
    }
}
