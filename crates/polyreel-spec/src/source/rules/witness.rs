//! A307: every way to say every state, written out once, is read as that state and as nothing else.
//!
//! A witness is the plainest reply that says something: a short list of writes, an HTTP code and a media type. It is
//! written as the simulator writes it and read as the client reads it. Each way is tried with everything that a reply can
//! carry beside the state, with as little as possible, and with what lies between; with one film and with several; a
//! failure with every listed code, with one never seen and with none, its message at each of the places for it.

pub(super) mod carried;
pub(super) mod draft;
pub(super) mod exchange;

use std::fmt;
use std::ops::Range;

use super::super::reading::Context;
use super::is_synchronous;
use super::whereabouts::Whereabouts;
use crate::{Condition, Operation, Path, Provider, ReplyShape, Scalar, State, StatusRule, Step};
use carried::Carried;
use draft::Blocked;

/// Checks everything that answers to one call can say. `errors` is where the places of codes and messages are written.
pub(super) fn check(
    provider: &Provider,
    step: Step,
    operation: &Operation,
    at: &Whereabouts<'_>,
    errors: &Range<usize>,
    context: &mut Context<'_>,
) {
    let witness = Witness { provider, step, operation, shape: &operation.reply };
    for state in std::iter::once(None).chain(State::ALL.map(Some)) {
        let ways = witness.ways(state);
        if state == Some(State::Failed) {
            witness.failures(&ways, at, errors, context);
        } else if !ways.is_empty() {
            witness.state(state, &ways, at, context);
        }
    }
}

struct Witness<'p> {
    provider: &'p Provider,
    step: Step,
    operation: &'p Operation,
    shape: &'p ReplyShape,
}

/// One way to say a state.
enum Way<'p> {
    /// The n-th word of the state.
    Word(State, usize, &'p Path, &'p Scalar),
    /// The rule at this position, by one of its HTTP codes and one of its words.
    Rule(usize, Condition),
    /// By what the reply carries.
    Plain,
}

/// Why a reply does not mean what it should.
enum Trouble {
    /// Something cannot be written.
    Blocked(String, Blocked),
    /// This rule decides, and it says another state.
    Rule(usize, State),
    /// The rule does not hold in its own witness.
    Unmet,
    /// The envelope's test does not hold.
    Refused,
    /// Something is read as something else.
    Other(String),
}

impl<'p> Witness<'p> {
    fn ways(&self, state: Option<State>) -> Vec<Way<'p>> {
        let mut ways = Vec::new();
        if let (Some(status), Some(state)) = (&self.shape.status, state) {
            for (position, rule) in status.rules.iter().enumerate().filter(|(_, rule)| rule.state == state) {
                ways.extend(each_alone(rule).into_iter().map(|condition| Way::Rule(position, condition)));
            }
            for words in status.words.iter().filter(|words| words.state == state) {
                let word = |(position, word)| Some(Way::Word(state, position, status.at.as_ref()?, word));
                ways.extend(words.words.iter().enumerate().filter_map(word));
            }
        }
        let is_plain = match (self.step, state) {
            (Step::Create, None) => self.shape.status.is_none() && self.shape.output.is_none(),
            (Step::Find, None) | (Step::Result, Some(State::Done)) => true,
            (Step::Create, Some(State::Done)) => is_synchronous(self.operation),
            _ => false,
        };
        ways.extend(is_plain.then_some(Way::Plain));
        ways
    }

    fn state(&self, state: Option<State>, ways: &[Way<'p>], at: &Whereabouts<'_>, context: &mut Context<'_>) {
        let carried = self.carried(state);
        let before = context.problems.len();
        for way in ways {
            // Several places of a film are several forms of one thing: one of them is enough.
            let tried: Vec<_> = carried.iter().map(|(what, forms)| (what, self.no_form(way, state, forms))).collect();
            let Some((what, trouble)) = tried.iter().find_map(|(what, trouble)| Some((what, trouble.as_ref()?))) else {
                continue;
            };
            let never = tried.iter().all(|(_, trouble)| trouble.is_some());
            let (code, how) = match (never, way) {
                (true, Way::Word(..) | Way::Rule(..)) => ("A303", "can never apply".to_owned()),
                (true, Way::Plain) => ("A307", "is never read so".to_owned()),
                (false, _) => ("A307", format!("is not read so {what}")),
            };
            trouble.report(code, &way.span(at), &format!("{} {how}", self.said(way, state)), context);
        }
        if context.problems.len() > before {
            return;
        }
        for form in carried.iter().flat_map(|(_, forms)| forms) {
            if let Some(trouble) = self.no_way(ways, state, form) {
                let said = format!("no {} gives {}", self.step, form.film);
                return trouble.report("A307", &at.film(form.film.path()), &said, context);
            }
        }
    }

    fn failures(&self, ways: &[Way<'p>], at: &Whereabouts<'_>, errors: &Range<usize>, context: &mut Context<'_>) {
        let (state, groups) = (Some(State::Failed), self.reasons());
        let before = context.problems.len();
        for way in ways {
            let reasons: Vec<_> = groups.iter().flatten().cloned().collect();
            if let Some(trouble) = self.no_form(way, state, &reasons) {
                let said = format!("{} can never apply", self.said(way, state));
                trouble.report("A303", &way.span(at), &said, context);
            }
        }
        if ways.is_empty() || context.problems.len() > before {
            return;
        }
        for group in &groups {
            if let Some(trouble) = first_trouble(group.iter().map(|reason| self.exchange_any(ways, state, reason))) {
                let said = format!("no {} can say that a job failed {}", self.step, group[0]);
                return trouble.report("A307", errors, &said, context);
            }
        }
    }

    fn exchange_any(&self, ways: &[Way<'p>], state: Option<State>, carried: &Carried<'p>) -> Result<(), Trouble> {
        self.no_way(ways, state, carried).map_or(Ok(()), Err)
    }

    /// Why none of these is said in this way; `None` if one is.
    fn no_form(&self, way: &Way<'p>, state: Option<State>, forms: &[Carried<'p>]) -> Option<Trouble> {
        first_trouble(forms.iter().map(|carried| self.exchange(way, state, carried)))
    }

    /// Why this is said in none of these ways; `None` if it is in one.
    fn no_way(&self, ways: &[Way<'p>], state: Option<State>, carried: &Carried<'p>) -> Option<Trouble> {
        first_trouble(ways.iter().map(|way| self.exchange(way, state, carried)))
    }

    fn said(&self, way: &Way<'_>, state: Option<State>) -> String {
        let (step, state) = (self.step, state.map_or("accepted", State::name));
        match way {
            Way::Word(_, _, _, word) => format!("in the {step}, the word `{word}` for {state}"),
            Way::Rule(position, _) => format!("in the {step}, rule {} for {state}", position + 1),
            Way::Plain => format!("in the {step}, a reply that says {state} by what it carries"),
        }
    }
}

fn first_trouble(tried: impl Iterator<Item = Result<(), Trouble>>) -> Option<Trouble> {
    let mut first = None;
    for result in tried {
        match result {
            Ok(()) => return None,
            Err(trouble) => first = first.or(Some(trouble)),
        }
    }
    first
}

/// A rule holds by any of its HTTP codes and by any of its words: each must be able to.
fn each_alone(rule: &StatusRule) -> Vec<Condition> {
    let mut all = vec![rule.when.clone()];
    if rule.when.http.len() > 1 {
        let one = |http| Condition { http: vec![http].into(), ..rule.when.clone() };
        all = rule.when.http.iter().copied().map(one).collect();
    }
    if rule.when.is.len() > 1 {
        let one = |condition: &Condition| {
            let one = |word: &Scalar| Condition { is: vec![word.clone()].into(), ..condition.clone() };
            rule.when.is.iter().map(one).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(one).collect();
    }
    all
}

impl Way<'_> {
    fn span(&self, at: &Whereabouts<'_>) -> Range<usize> {
        match self {
            Self::Word(state, position, ..) => at.word(*state, *position),
            Self::Rule(position, _) => at.rule(*position),
            Self::Plain => at.call(),
        }
    }
}

impl Trouble {
    fn report(&self, code: &'static str, at: &Range<usize>, said: &str, context: &mut Context<'_>) {
        let hint = match self {
            Self::Rule(..) => "rules are looked at in their order and before the words: narrow the one that takes it",
            Self::Refused => "what `ok` asks for must be in every good answer of this call",
            Self::Blocked(..) | Self::Unmet | Self::Other(_) => "",
        };
        let message = format!("{said}: {self}");
        if hint.is_empty() {
            context.problem(code, at, message);
        } else {
            context.problem_with_hint(code, at, message, hint);
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked(what, Blocked::Taken) => write!(f, "something else stands where {what} belongs"),
            Self::Blocked(what, Blocked::Header) => write!(f, "a header cannot hold {what}"),
            Self::Blocked(what, Blocked::Nothing) => write!(f, "the place of {what} ends in a selector"),
            Self::Rule(position, state) => write!(f, "rule {} makes it {}", position + 1, state.name()),
            Self::Unmet => f.write_str("its own conditions cannot all hold"),
            Self::Refused => f.write_str("`ok` does not hold, which makes it a refusal"),
            Self::Other(what) => f.write_str(what),
        }
    }
}
