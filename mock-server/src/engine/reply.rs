//! Replies that mean a given state.

use std::collections::BTreeMap;

use polyreel_spec::{Output, Path, Provider, ReplyShape, Scalar, Segment, State, Status, Step};
use serde_json::Value;

use super::Answer;
use super::document::json_of;
use super::draft::{Draft, Why, hold_envelope};

/// What a reply is to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// How the job is, or that the call is refused.
    pub state: SaidState,
    /// The values that the client is to keep, by name; see [`mint`](super::mint).
    pub saved: BTreeMap<String, String>,
}

/// How a job is, with everything that a reply can say about it.
#[derive(Clone, Debug, PartialEq)]
pub enum SaidState {
    /// The job was begun. A create whose reply has a status says it as [`SaidState::Queued`], or else as
    /// [`SaidState::Running`].
    Accepted,
    /// Accepted, not begun.
    Queued,
    /// In the making.
    Running,
    /// The film is there.
    Done {
        /// URLs of films, at least one.
        outputs: Vec<String>,
        /// Side values, by name.
        also: BTreeMap<String, Value>,
    },
    /// There will be no film.
    Failed {
        /// The provider's code for it.
        code: Option<String>,
        /// Why, for people.
        message: Option<String>,
    },
    /// Somebody stopped it.
    Cancelled,
    /// The provider does not know the job, or not any more.
    Expired,
    /// The call was refused; nothing is said about any job.
    Refused {
        /// The HTTP code. Below 300 it takes a provider with an envelope test.
        http: u16,
        /// The provider's code for it.
        code: Option<String>,
        /// Why, for people.
        message: Option<String>,
    },
}

/// Writes a reply to a call of this step that means what is to be said.
///
/// `pick` rotates among equal ways to say it: the words of a state, the rules for it. `None` if the provider file has no
/// way.
pub fn answer(provider: &Provider, step: Step, said: &Said, pick: usize) -> Option<Answer> {
    let shape = &provider.operation(step).reply;
    let first_of = |states: [SaidState; 2]| {
        states.into_iter().find_map(|state| answer(provider, step, &Said { state, saved: said.saved.clone() }, pick))
    };
    match (&said.state, &shape.status) {
        (SaidState::Refused { http, code, message }, _) => {
            refuse(provider, step, *http, code.as_deref(), message.as_deref()).map(Draft::answer)
        }
        (SaidState::Accepted, Some(_)) => first_of([SaidState::Queued, SaidState::Running]),
        _ => {
            let writer = Writer { provider, step, shape, said };
            let ways = writer.ways();
            let turned = (0..ways.len()).map(|index| &ways[(index + pick % ways.len()) % ways.len()]);
            let mut written = turned.filter_map(|way| writer.write(way));
            written.next().map(Draft::answer)
        }
    }
}

/// Writes a refusal that is read as one.
pub(super) fn refuse(
    provider: &Provider,
    step: Step,
    http: u16,
    code: Option<&str>,
    message: Option<&str>,
) -> Option<Draft> {
    let shape = &provider.operation(step).reply;
    let plane = &provider.errors.reply;
    let why = Why { code, message, message_at: plane.message.first() };
    let mut draft = Draft::new(http);
    draft.explain(&provider.errors.rules, plane, &why)?;
    let is_state = shape.status.as_ref().is_some_and(|status| draft.deciding_rule(status).is_some());
    let breaks_envelope = shape.ok.as_ref().is_some_and(|ok| !draft.meets(ok, None));
    let is_refusal = !is_state && (http >= 300 || breaks_envelope);
    (is_refusal && draft.explains(plane, &why)).then_some(draft)
}

/// One way to say a state.
enum Way<'p> {
    /// The rule at this position holds.
    Rule(usize),
    /// This word.
    Word(&'p Path, &'p Scalar),
    /// By what the reply carries.
    Plain,
}

struct Writer<'a> {
    provider: &'a Provider,
    step: Step,
    shape: &'a ReplyShape,
    said: &'a Said,
}

impl<'a> Writer<'a> {
    fn ways(&self) -> Vec<Way<'a>> {
        let (Some(status), Some(state)) = (&self.shape.status, self.state()) else {
            let is_plain = match &self.said.state {
                SaidState::Accepted | SaidState::Queued => self.step == Step::Create,
                SaidState::Done { .. } => self.step == Step::Poll && self.shape.output.is_some(),
                _ => false,
            };
            return if is_plain { vec![Way::Plain] } else { Vec::new() };
        };
        let rules = status.rules.iter().enumerate().filter(|(_, rule)| rule.state == state);
        let words = status.words.iter().filter(|words| words.state == state).flat_map(|words| &words.words);
        let at = status.at.iter();
        rules
            .map(|(position, _)| Way::Rule(position))
            .chain(at.flat_map(|at| words.clone().map(|word| Way::Word(at, word))))
            .collect()
    }

    fn state(&self) -> Option<State> {
        Some(match &self.said.state {
            SaidState::Queued => State::Queued,
            SaidState::Running => State::Running,
            SaidState::Done { .. } => State::Done,
            SaidState::Failed { .. } => State::Failed,
            SaidState::Cancelled => State::Cancelled,
            SaidState::Expired => State::Expired,
            SaidState::Accepted | SaidState::Refused { .. } => return None,
        })
    }

    fn write(&self, way: &Way<'_>) -> Option<Draft> {
        match &self.said.state {
            SaidState::Failed { message: Some(_), .. } => {
                self.provider.errors.job.message.iter().find_map(|at| self.write_with(way, Some(at)))
            }
            _ => self.write_with(way, None),
        }
    }

    fn write_with(&self, way: &Way<'_>, message_at: Option<&Path>) -> Option<Draft> {
        let mut draft = Draft::new(200);
        hold_envelope(&mut draft, self.shape)?;
        for saved in &self.shape.save {
            if let Some(value) = self.said.saved.get(&*saved.name) {
                draft.put_one(saved.at.first()?, Value::from(value.as_str()))?;
            }
        }
        if let SaidState::Done { outputs, also } = &self.said.state {
            self.fill_in(&mut draft, outputs, also)?;
        }
        let SaidState::Failed { code, message } = &self.said.state else {
            self.say(&mut draft, way)?;
            return Some(draft);
        };
        let why = Why { code: code.as_deref(), message: message.as_deref(), message_at };
        let errors = &self.provider.errors;
        draft.explain(&errors.rules, &errors.job, &why)?;
        self.say(&mut draft, way)?;
        draft.explains(&errors.job, &why).then_some(draft)
    }

    /// Says the state and looks whether it would be read as that very state.
    fn say(&self, draft: &mut Draft, way: &Way<'_>) -> Option<()> {
        let status = self.shape.status.as_ref();
        let rules_at = status.and_then(|status| status.at.as_ref());
        match way {
            Way::Word(at, word) => draft.put_one(at, json_of(word))?,
            Way::Rule(position) => draft.satisfy(&status?.rules.get(*position)?.when, rules_at)?,
            Way::Plain => {}
        }
        let deciding = status.and_then(|status: &Status| draft.deciding_rule(status));
        let is_read_so = match way {
            Way::Rule(position) => deciding == Some(*position),
            Way::Word(..) | Way::Plain => deciding.is_none() && draft.http < 300,
        };
        // A failure may stand in the very field that otherwise reports a refusal.
        let is_failure = matches!(self.said.state, SaidState::Failed { .. });
        let holds = is_failure || self.shape.ok.as_ref().is_none_or(|ok| draft.meets(ok, None));
        (is_read_so && holds).then_some(())
    }

    fn fill_in(&self, draft: &mut Draft, outputs: &[String], also: &BTreeMap<String, Value>) -> Option<()> {
        let Output::Url(places) = self.shape.output.as_ref()?;
        let spreads = |path: &&Path| path.segments.contains(&Segment::Each);
        let place = match outputs {
            [] => None,
            [_] => places.first(),
            _ => places.iter().find(spreads),
        };
        let urls: Vec<_> = outputs.iter().map(|url| Value::from(url.as_str())).collect();
        draft.put(place?, &urls)?;
        also.iter().try_for_each(|(name, value)| {
            let side = self.shape.also.iter().find(|side| side.name == **name)?;
            draft.put_one(&side.at, value.clone())
        })
    }
}
