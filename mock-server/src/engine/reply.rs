//! Replies that mean what is to be said.

use std::collections::BTreeMap;

use polyreel_spec::{Operation, Path, Provider, ReplyShape, Saved, Status, StatusRule, Step};
use serde_json::Value;

use super::Answer;
use super::document::json_of;
use super::draft::{Draft, Why, complete_envelope, hold_envelope, number};
use super::output::{Form, forms, gives, put};
use super::refusal::refuse;
use super::said::{Film, Said, SaidState};
use super::services::{balance, stopped, uploaded};

/// Writes a reply to a call of this step that means what is to be said. A create is the one that no variant replaces;
/// [`answer_to`] takes any.
///
/// `pick` rotates among equal ways to say it: the words of a state, the rules for it, the forms of a film. `None` if the
/// provider file has no way.
pub fn answer(provider: &Provider, step: Step, said: &Said, pick: usize) -> Option<Answer> {
    answer_to(provider, step, provider.operation(step)?, said, pick)
}

/// As [`answer`], for a call of this step that is this operation.
pub fn answer_to(provider: &Provider, step: Step, operation: &Operation, said: &Said, pick: usize) -> Option<Answer> {
    let first_of = |states: [SaidState; 2]| {
        let say = |state| answer_to(provider, step, operation, &Said { state, ..said.clone() }, pick);
        states.into_iter().find_map(say)
    };
    match (step, &said.state) {
        (_, SaidState::Refused { .. }) => refuse(provider, step, operation, said).map(Draft::answer),
        (Step::Cancel, state) => stopped(provider, state, pick).map(Draft::answer),
        (Step::Upload, SaidState::Uploaded { id }) => uploaded(provider, id).map(Draft::answer),
        (Step::Balance, SaidState::Balance { amount }) => balance(provider, *amount).map(Draft::answer),
        (_, SaidState::Uploaded { .. } | SaidState::Balance { .. }) => None,
        (_, SaidState::Accepted) if operation.reply.status.is_some() => {
            first_of([SaidState::Queued { position: None }, SaidState::Running { percent: None }])
        }
        _ => {
            let writer = Writer { provider, step, operation, shape: &operation.reply, said };
            let ways = writer.ways();
            let turned = (0..ways.len()).map(|index| &ways[(index + pick % ways.len()) % ways.len()]);
            let mut written = turned.filter_map(|way| writer.write(way));
            written.next().map(Draft::answer)
        }
    }
}

/// One way to say a state.
struct Way<'p> {
    word: Word<'p>,
    form: Form<'p>,
}

#[derive(Clone)]
enum Word<'p> {
    /// The rule at this position holds.
    Rule(usize, &'p StatusRule),
    /// This word.
    Written(&'p Path, Value),
    /// By what the reply carries.
    Plain,
}

struct Writer<'a> {
    provider: &'a Provider,
    step: Step,
    operation: &'a Operation,
    shape: &'a ReplyShape,
    said: &'a Said,
}

impl<'a> Writer<'a> {
    fn ways(&self) -> Vec<Way<'a>> {
        let forms = match &self.said.state {
            SaidState::Done { outputs, .. } => forms(self.step, self.shape, outputs),
            _ => vec![Form::Nowhere],
        };
        let words = self.words();
        words
            .into_iter()
            .flat_map(|word| forms.iter().map(move |form| Way { word: word.clone(), form: *form }))
            .collect()
    }

    fn words(&self) -> Vec<Word<'a>> {
        let mut words = Vec::new();
        let state = self.said.state.of_job();
        if let Some(status) = &self.shape.status {
            let rules = status.rules.iter().enumerate().filter(|(_, rule)| Some(rule.state) == state);
            words.extend(rules.map(|(position, rule)| Word::Rule(position, rule)));
            let listed = status.words.iter().filter(|words| Some(words.state) == state);
            let listed: Vec<_> = listed.flat_map(|words| &words.words).collect();
            // Where case does not matter, it varies.
            let shouted = listed.iter().filter(|_| status.ignore_case).filter_map(|word| word.as_text());
            let shouted = shouted.map(|word| Value::from(word.to_ascii_uppercase()));
            let values = listed.iter().map(|word| json_of(word)).chain(shouted);
            words.extend(values.filter_map(|value| Some(Word::Written(status.at.as_ref()?, value))));
        }
        let is_plain = match (self.step, &self.said.state) {
            (Step::Create, SaidState::Accepted | SaidState::Queued { .. }) => {
                self.shape.status.is_none() && self.shape.output.is_none()
            }
            // A result says *done* by its film alone, and so does a create that answers with the work itself.
            (Step::Find, SaidState::Accepted) | (Step::Result, SaidState::Done { .. }) => true,
            (_, SaidState::Done { .. }) => self.shape.status.is_none(),
            _ => false,
        };
        words.extend(is_plain.then_some(Word::Plain));
        words
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
        if !matches!(way.form, Form::Body(_)) {
            hold_envelope(&mut draft, self.shape)?;
        }
        self.hand_out(&mut draft)?;
        if let Some(pause) = self.said.pause {
            draft.put_delay(self.operation.pace.every_from.as_ref()?, pause)?;
        }
        match &self.said.state {
            SaidState::Queued { position: Some(position) } => {
                draft.put_at(self.shape.queue_position.as_ref()?, &Value::from(*position))?;
            }
            SaidState::Running { percent: Some(percent) } => {
                let progress = self.shape.progress.as_ref()?;
                draft.put_at(&progress.place, &number(f64::from(*percent) * progress.max / 100.0))?;
            }
            SaidState::Done { outputs, also } => self.fill_in(&mut draft, way.form, outputs, also)?,
            _ => {}
        }
        let SaidState::Failed { kind, code, message } = &self.said.state else {
            self.say(&mut draft, &way.word)?;
            return self.means_it(&draft, &way.word).then_some(draft);
        };
        let why = Why { code: code.as_deref(), message: message.as_deref(), message_at };
        let errors = &self.provider.errors;
        draft.explain(&errors.rules, &errors.job, &why)?;
        self.say(&mut draft, &way.word)?;
        let own = if let Word::Rule(_, rule) = &way.word { rule.kind } else { None };
        let read = || own.unwrap_or_else(|| errors.classify(draft.http, why.code, why.message).kind);
        let is_read_so = kind.is_none_or(|kind| kind == read());
        (is_read_so && draft.explains(&errors.job, &why, self.shape.ok.as_ref())).then_some(draft)
    }

    /// Writes the values that the client is to keep.
    fn hand_out(&self, draft: &mut Draft) -> Option<()> {
        let is_done = matches!(self.said.state, SaidState::Done { .. });
        if !is_done && !matches!(self.step, Step::Create | Step::Find) {
            return Some(());
        }
        self.shape.save.iter().try_for_each(|Saved { name, at, int }| {
            let Some(value) = self.said.saved.get(&**name) else { return Some(()) };
            let value = if *int { Value::from(value.parse::<i64>().ok()?) } else { Value::from(value.as_str()) };
            draft.put_one(at.first()?, value)
        })
    }

    fn fill_in(
        &self,
        draft: &mut Draft,
        form: Form<'_>,
        outputs: &[Film],
        also: &BTreeMap<String, Value>,
    ) -> Option<()> {
        put(draft, form, outputs)?;
        also.iter().try_for_each(|(name, value)| {
            let side = self.shape.also.iter().find(|side| side.name == **name)?;
            draft.put_at(&side.place, value)
        })
    }

    /// Says the state and looks whether it would be read as that very state.
    fn say(&self, draft: &mut Draft, word: &Word<'_>) -> Option<()> {
        let status = self.shape.status.as_ref();
        let rules_at = status.and_then(|status| status.at.as_ref());
        match word {
            Word::Written(at, value) => draft.put_one(at, value.clone())?,
            Word::Rule(_, rule) => draft.satisfy(&rule.when, rules_at)?,
            Word::Plain => {}
        }
        // A film leaves no room for an envelope, and is good by itself.
        if draft.film().is_none() {
            complete_envelope(draft, self.shape)?;
        }
        let deciding = status.and_then(|status: &Status| draft.deciding_rule(status));
        let is_read_so = match word {
            Word::Rule(position, _) => deciding == Some(*position),
            Word::Written(..) | Word::Plain => deciding.is_none() && draft.http < 300,
        };
        // A failure may stand in the very field that otherwise reports a refusal.
        let is_failure = matches!(self.said.state, SaidState::Failed { .. });
        let holds =
            is_failure || draft.film().is_some() || self.shape.ok.as_ref().is_none_or(|ok| draft.meets(ok, None));
        (is_read_so && holds && draft.is_whole()).then_some(())
    }

    /// Whether the rest of it would be read as it is said: the films, and whether the job is billed.
    fn means_it(&self, draft: &Draft, word: &Word<'_>) -> bool {
        match &self.said.state {
            SaidState::Done { outputs, .. } => gives(draft, self.shape.output.as_ref(), outputs),
            SaidState::Cancelled { billed } | SaidState::Expired { billed } => {
                let said = if let Word::Rule(_, rule) = word { rule.billed } else { None };
                said == *billed
            }
            _ => true,
        }
    }
}

/// Whether a create of this kind is answered with the work itself.
pub(crate) fn is_synchronous(operation: &Operation) -> bool {
    operation.reply.output.is_some() && operation.reply.status.is_none()
}
