//! One reply: written as the simulator writes it, read as the client reads it.

use super::carried::{Carried, Film, disguised};
use super::draft::{Draft, example_media_type, is_media_type, is_there};
use super::{Trouble, Way, Witness};
use crate::{Condition, Path, Place, Saved, Scalar, Side, State, Step, TextForm};

/// A film in base64.
const BYTES: &str = "ZmlsbQ==";

impl<'p> Witness<'p> {
    /// Whether a reply that says this state in this way and carries this is read so.
    pub(super) fn exchange(&self, way: &Way<'p>, state: Option<State>, carried: &Carried<'p>) -> Result<(), Trouble> {
        let draft = self.write(way, state, carried)?;
        self.reads_state(&draft, way, state)?;
        self.reads_carried(&draft, state, carried)
    }

    fn write(&self, way: &Way<'p>, state: Option<State>, carried: &Carried<'p>) -> Result<Draft, Trouble> {
        let mut draft = Draft::new();
        let blocked = |what: &str| {
            let what = what.to_owned();
            move |blocked| Trouble::Blocked(what, blocked)
        };
        // A body that is the film has no envelope.
        let ok = self.shape.ok.as_ref().filter(|_| !matches!(carried.film, Film::Body(_)));
        if let Some(ok) = ok {
            draft.satisfy(&Condition { has: None, ..ok.clone() }).map_err(blocked("what `ok` asks for"))?;
        }
        for (saved, at, value) in self.handed_out(state) {
            draft.put(at, &[value]).map_err(blocked(&format!("`{}`", saved.name)))?;
        }
        if let (Some(number), Some(place)) = (carried.position, &self.shape.queue_position) {
            draft.put(&place.at, &[disguised(place, number)]).map_err(blocked("the queue position"))?;
        }
        if let (Some(percent), Some(progress)) = (carried.percent, &self.shape.progress) {
            let value = disguised(&progress.place, percent * progress.max / 100.0);
            draft.put(&progress.place.at, &[value]).map_err(blocked("the progress"))?;
        }
        match carried.film {
            Film::Nowhere => {}
            Film::Urls(path, count) => draft.put(path, &urls(count)).map_err(blocked("the film"))?,
            Film::Base64(path) => draft.put(path, &[Scalar::from(BYTES)]).map_err(blocked("the film"))?,
            Film::Body(pattern) => {
                draft.media_type = example_media_type(pattern);
                draft.is_film = true;
            }
        }
        for (index, value) in &carried.also {
            let side = &self.shape.also[*index];
            draft.put(&side.place.at, std::slice::from_ref(value)).map_err(blocked(&format!("`{}`", side.name)))?;
        }
        if let (Some(code), Some(at)) = (&carried.code, self.provider.errors.job.code.first()) {
            draft.put(at, std::slice::from_ref(code)).map_err(blocked("the code"))?;
        }
        if let Some((at, text)) = &carried.message {
            draft.put(at, &[text.as_str().into()]).map_err(blocked("the message"))?;
        }
        match way {
            Way::Word(_, _, at, word) => draft.put(at, &[(*word).clone()]).map_err(blocked("the word"))?,
            Way::Rule(_, condition) => draft.satisfy(condition).map_err(blocked("what the rule looks for"))?,
            Way::Plain => {}
        }
        if let Some(ok) = ok {
            // What the reply carries may be the very thing that must be there.
            let presence = Condition { has: ok.has.clone(), ..Condition::default() };
            draft.satisfy(&presence).map_err(blocked("what `ok` asks for"))?;
        }
        if draft.overflows() {
            return Err(Trouble::Other("a body that is the film has no room for anything else".to_owned()));
        }
        if draft.is_without_body() && (draft.http < 300 && state != Some(State::Failed) || draft.has_document()) {
            return Err(Trouble::Other(format!("an answer with HTTP {} has no body", draft.http)));
        }
        Ok(draft)
    }

    fn reads_state(&self, draft: &Draft, way: &Way<'p>, state: Option<State>) -> Result<(), Trouble> {
        let status = self.shape.status.as_ref();
        let deciding = status.and_then(|status| Some((draft.deciding_rule(status)?, status)));
        match (way, deciding) {
            (Way::Rule(own, _), Some((position, _))) if *own == position => {}
            (Way::Rule(own, _), decided) if decided.is_none_or(|(position, _)| position > *own) => {
                return Err(Trouble::Unmet);
            }
            (_, Some((position, status))) => return Err(Trouble::Rule(position, status.rules[position].state)),
            (_, None) => {
                let expected = if matches!(way, Way::Word(..)) { state } else { None };
                match status.and_then(|status| draft.word(status)) {
                    Some(Ok(read)) if Some(read) == expected => {}
                    None if expected.is_none() => {}
                    Some(Ok(read)) => return other(format!("it is read as {}", read.name())),
                    Some(Err(word)) => return other(format!("it is read as the unknown word `{word}`")),
                    None => return other("the word is not found again".to_owned()),
                }
            }
        }
        let body = self.shape.output.as_ref().and_then(|output| output.body.as_ref());
        if !draft.is_film && draft.http < 300 && body.is_some_and(|body| is_media_type(body, &draft.media_type)) {
            return other("by its media type it is taken for the film".to_owned());
        }
        let is_tested = state != Some(State::Failed) && !draft.is_film;
        if is_tested && self.shape.ok.as_ref().is_some_and(|ok| !draft.holds(ok, false)) {
            return Err(Trouble::Refused);
        }
        Ok(())
    }

    fn reads_carried(&self, draft: &Draft, state: Option<State>, carried: &Carried<'p>) -> Result<(), Trouble> {
        for (saved, _, value) in self.handed_out(state) {
            if draft.first_text(&saved.at) != Some(value.to_string()) {
                return other(format!("something else is read as `{}`", saved.name));
            }
        }
        match state {
            Some(State::Queued) => {
                let read = self.shape.queue_position.as_ref().and_then(|place| number(draft, place));
                same(read == carried.position, "the queue position")
            }
            Some(State::Running) => {
                let progress = self.shape.progress.as_ref();
                let read = progress.and_then(|it| Some((number(draft, &it.place)? / it.max * 100.0).round()));
                same(read.filter(|share| (0.0..=100.0).contains(share)) == carried.percent, "the progress")
            }
            Some(State::Done) => {
                same(self.gives(draft, carried.film), "the film")?;
                self.shape.also.iter().enumerate().try_for_each(|(index, side)| {
                    let said = carried.also.iter().find(|(own, _)| *own == index).map(|(_, value)| value);
                    let is_same = match (said, side_value(draft, side)) {
                        (None, None) => true,
                        (Some(said), Some(read)) => side_text(said, side) == Some(read),
                        _ => false,
                    };
                    same(is_same, &format!("`{}`", side.name))
                })
            }
            Some(State::Failed) => self.reads_reason(draft, carried),
            _ => Ok(()),
        }
    }

    fn reads_reason(&self, draft: &Draft, carried: &Carried<'p>) -> Result<(), Trouble> {
        let plane = &self.provider.errors.job;
        // The value that says that all is well is not a code.
        let ok = self.shape.ok.as_ref().filter(|ok| ok.at.as_ref().is_some_and(|at| plane.code.contains(at)));
        let is_well = |code: &String| ok.is_some_and(|ok| ok.is.iter().any(|word| word.to_string() == *code));
        let code = draft.first_text(&plane.code).filter(|code| !is_well(code));
        same(code == carried.code.as_ref().map(ToString::to_string), "the code")?;
        let texts = |path: &Path| {
            let values = draft.values(path).into_iter().filter(|value| is_there(value));
            values.map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        let message = plane.message.iter().map(texts).find(|text| !text.is_empty());
        same(message.as_ref() == carried.message.as_ref().map(|(_, text)| text), "the message")
    }

    /// What a reply hands out for later calls: that of a create always, the others when the job is done.
    fn handed_out(&self, state: Option<State>) -> Vec<(&'p Saved, &'p Path, Scalar)> {
        let hands_out = matches!(self.step, Step::Create | Step::Find) || state == Some(State::Done);
        let saved = self.shape.save.iter().filter(|_| hands_out).zip(7001_i64..);
        let value = |(saved, number): (&'p Saved, i64)| {
            let value = if saved.int { Scalar::Int(number) } else { format!("saved-{number}").into() };
            Some((saved, saved.at.first()?, value))
        };
        saved.filter_map(value).collect()
    }

    /// Whether the very same films are found.
    fn gives(&self, draft: &Draft, film: Film<'_>) -> bool {
        let Some(output) = &self.shape.output else { return matches!(film, Film::Nowhere) };
        let texts = |path: &Path| -> Vec<String> {
            let texts = draft.values(path).into_iter().filter_map(Scalar::as_text).filter(|text| !text.is_empty());
            texts.map(str::to_owned).collect()
        };
        let found = output.url.iter().map(texts).find(|texts| !texts.is_empty()).unwrap_or_default();
        match film {
            Film::Nowhere => false,
            Film::Body(_) => draft.is_film,
            Film::Base64(path) => texts(path).first().is_some_and(|text| text == BYTES),
            Film::Urls(_, count) => found.into_iter().map(Scalar::from).eq(urls(count)),
        }
    }
}

fn other(what: String) -> Result<(), Trouble> {
    Err(Trouble::Other(what))
}

fn same(is_same: bool, what: &str) -> Result<(), Trouble> {
    if is_same { Ok(()) } else { other(format!("something else is read as {what}")) }
}

fn urls(count: usize) -> Vec<Scalar> {
    (1..=count).map(|number| format!("https://film.test/{number}.mp4").into()).collect()
}

/// A side value as it is read, as text; something that is no single value is `…`.
fn side_value(draft: &Draft, side: &Side) -> Option<String> {
    if !draft.has(&side.place.at) {
        return None;
    }
    match draft.values(&side.place.at).into_iter().find(|value| is_there(value)) {
        Some(value) => side_text(value, side),
        None => side.place.text.is_none().then(|| "…".to_owned()),
    }
}

fn side_text(value: &Scalar, side: &Side) -> Option<String> {
    match &side.place.text {
        Some(form) => number_in(value, Some(form)).map(|number| number.to_string()),
        None => Some(value.to_string()),
    }
}

pub(in crate::source::rules) fn number(draft: &Draft, place: &Place) -> Option<f64> {
    // A header is text, whatever the file says.
    let plain = TextForm::default();
    let form = place.text.as_ref().or_else(|| place.at.header().map(|_| &plain));
    draft.values(&place.at).into_iter().find_map(|value| number_in(value, form))
}

/// The number that a value is, or that stands last in a text between prefix and suffix.
pub(in crate::source::rules) fn number_in(value: &Scalar, form: Option<&TextForm>) -> Option<f64> {
    let (Scalar::Text(text), Some(form)) = (value, form) else { return value.as_number() };
    let ends = (1..=text.len()).rev().filter(|end| text.as_bytes()[end - 1].is_ascii_digit());
    let mut before = ends.filter(|end| text[*end..].starts_with(&*form.suffix)).map(|end| &text[..end]);
    before.find_map(|text| {
        let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
        let start = text.trim_end_matches(is_part).len();
        let starts = (start..text.len()).filter(|from| text[..*from].ends_with(&*form.prefix));
        starts.map(|from| &text[from..]).find(|number| !number.ends_with('-')).and_then(|number| number.parse().ok())
    })
}
