//! Several faults, as one request asks for them.

use std::fmt;
use std::str::FromStr;

use polyreel_spec::{Input, Inputs, Provider};

use super::{Fault, How, NoFault, Outcome, What};

/// The most faults of one plan.
const MOST: usize = 32;

/// Faults, of which the first that is due happens: `503-poll#1-2,reset-film@1000#1`.
///
/// In a prompt it stands as `[[mock:…]]`, in a request as the header `x-polyreel-fault`. An [`Outcome`]'s name stands for
/// its plan.
///
/// ```
/// use polyreel_mock::FaultPlan;
///
/// let plan: FaultPlan = "flaky, reset-film@1000#1".parse().unwrap();
/// assert_eq!(plan.to_string(), "503-poll#1-2,reset-film@1000#1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultPlan {
    /// In the order in which they are looked at.
    pub faults: Vec<Fault>,
}

impl FaultPlan {
    /// What a create or another request is to carry, to get this plan.
    pub const HEADER: &str = "x-polyreel-fault";

    /// A text for a prompt: `[[mock:503-poll#1-2]]`. Without faults it is empty.
    pub fn token(&self) -> String {
        if self.faults.is_empty() { String::new() } else { format!("{OPEN}{self}{CLOSE}") }
    }
}

impl Fault {
    /// Why this cannot befall anything of this provider, if it cannot.
    pub(crate) fn why_never(self, provider: &Provider) -> Option<String> {
        let has_call = match self.what {
            What::Submit | What::Create | What::Film | What::Job => true,
            What::Poll => provider.poll.is_some(),
            What::Result => provider.result.is_some(),
            What::Find => provider.find.is_some(),
            What::Cancel => provider.cancel.is_some(),
            What::Upload => provider.upload.is_some(),
            What::Balance => provider.balance.is_some(),
            What::Callback => provider.webhook.is_some(),
        };
        let rules = provider.errors.rules.len();
        match self.how {
            _ if !has_call => Some(format!("{self} befalls nothing: {} has no {}", provider.id, self.what.name())),
            How::Rule(number) if number > rules => {
                Some(format!("{self} befalls nothing: {} has {rules} error rules", provider.id))
            }
            _ => None,
        }
    }
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.faults.iter().enumerate().try_for_each(|(position, fault)| {
            f.write_str(if position == 0 { "" } else { "," })?;
            fault.fmt(f)
        })
    }
}

impl FromStr for FaultPlan {
    type Err = NoFault;

    fn from_str(text: &str) -> Result<Self, NoFault> {
        let mut faults = Vec::new();
        for name in text.split(',').map(str::trim) {
            match Outcome::of_name(name) {
                Some(outcome) if outcome.plan != name => faults.extend(outcome.plan.parse::<Self>()?.faults),
                _ => faults.push(name.parse()?),
            }
        }
        if faults.len() > MOST {
            return Err(NoFault::new(text, format_args!("a plan has at most {MOST} faults")));
        }
        Ok(Self { faults })
    }
}

const OPEN: &str = "[[mock:";
const CLOSE: &str = "]]";

/// What the inputs ask for.
pub(crate) fn asked_for(inputs: &Inputs) -> Result<FaultPlan, NoFault> {
    let text = |name: &str| match inputs.get(name) {
        Some(Input::Value(value)) => value.as_text(),
        _ => None,
    };
    let mut plans = ["prompt", "negative_prompt"].into_iter().filter_map(text).filter_map(|text| {
        let (_, after) = text.split_once(OPEN)?;
        Some(after.split_once(CLOSE).map_or(after, |(plan, _)| plan))
    });
    plans.next().map_or_else(|| Ok(FaultPlan::default()), str::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_asks_for_faults() {
        for (prompt, negative, expected) in [
            ("a cat", "", Ok("")),
            ("a [[mock:failed]] cat", "", Ok("failed-job")),
            ("a cat", "[[mock:stuck]]", Ok("stuck-job")),
            ("[[mock:no-id]]", "[[mock:stuck]]", Ok("hollow-create")),
            ("[[mock:drip-film@9, flaky]]", "", Ok("drip-film@9,503-poll#1-2")),
            ("[[mock:cut-film]]", "", Ok("cut-film")),
            ("[[mock:fail]]", "", Err("\"fail\" is no fault: its last word")),
            ("[[mock:failed", "", Ok("failed-job")),
            ("[[mock:", "", Err("\"\" is no fault")),
            ("[[mock:failed,]]", "", Err("\"\" is no fault")),
        ] {
            let inputs = [("prompt".to_owned(), prompt.into()), ("negative_prompt".to_owned(), negative.into())].into();
            match (asked_for(&inputs), expected) {
                (Ok(plan), Ok(expected)) => assert_eq!(plan.to_string(), expected),
                (Err(error), Err(why)) => assert!(error.to_string().starts_with(why), "{error}"),
                (seen, _) => panic!("{prompt} {negative}: {seen:?}"),
            }
        }
        assert_eq!(FaultPlan::default().token(), "");
        assert_eq!("failed".parse::<FaultPlan>().unwrap().token(), "[[mock:failed-job]]");
        assert!(["stuck"; 33].join(",").parse::<FaultPlan>().unwrap_err().to_string().contains("at most 32"));
    }
}
