//! What ties later calls to a job.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use polyreel_spec::{Model, Operation, Piece, Provider, Saved, Step, Term};

use super::accept::creates;
use super::address::{CREATE_PATH, spell};
use super::parameters::Meant;

/// What the caller's own reference is called in later calls.
const REFERENCE: &str = "reference";

/// The calls that come after a create and are about its job.
pub(super) const LATER: [Step; 5] = [Step::Poll, Step::Result, Step::Download, Step::Cancel, Step::Find];

/// What ties later calls to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The job.
    pub job: String,
    /// Its model, by our name for it.
    pub model: String,
    /// The path below the base URL that the create was sent to, escaped, without the query.
    pub create_path: String,
    /// The caller's own reference, if the create named one.
    pub reference: Option<String>,
    /// What replies give the client for later calls, by name.
    pub saved: BTreeMap<String, String>,
}

/// A ticket for a new job, with all values that replies to its calls will hand out.
///
/// `job` becomes the saved value `id`, or a number that follows from it where the provider's are numbers. A value that a
/// later call takes its URL from becomes the URL of that call below `base_url` (without a slash at the end); any other
/// one is told apart by its name. Whoever created the job with a reference writes it into the ticket.
pub fn mint(provider: &Provider, base_url: &str, model: &Model, job: &str, create_path: &str) -> Ticket {
    let mut ticket = Ticket {
        job: job.to_owned(),
        model: model.key.to_string(),
        create_path: create_path.to_owned(),
        reference: None,
        saved: BTreeMap::new(),
    };
    let is_reserved: BTreeSet<_> = operations(provider)
        .flat_map(|operation| &operation.address.pieces)
        .filter_map(|piece| if let Piece::Reserved(name) = piece { Some(&**name) } else { None })
        .collect();
    for saved in saves(provider) {
        let name = &*saved.name;
        let plain = if name == "id" { job.to_owned() } else { format!("{job}-{name}") };
        // What is a number in one reply is the same one in all.
        let value = match is_number(provider, name) {
            true => number(&plain).to_string(),
            // Such a value may hold slashes, so it does.
            false if is_reserved.contains(name) => format!("operations/{plain}"),
            false => plain,
        };
        ticket.saved.insert(name.to_owned(), value);
    }
    for step in LATER {
        let Some(operation) = provider.operation(step) else { continue };
        let Some(name) = operation.url_from.as_deref().filter(|name| ticket.saved.contains_key(*name)) else {
            continue;
        };
        let value = |name: &str| ticket.value(model, name).map(Cow::into_owned);
        if let Some(path) = spell(&operation.address, &value) {
            ticket.saved.insert(name.to_owned(), format!("{base_url}{path}"));
        }
    }
    ticket
}

impl Ticket {
    /// What a later call means by a name.
    fn value<'t>(&'t self, model: &'t Model, name: &str) -> Option<Cow<'t, str>> {
        match name {
            "model" => Some((&*model.id).into()),
            CREATE_PATH => Some((&self.create_path).into()),
            REFERENCE => self.reference.as_deref().or(self.saved.get(name).map(String::as_str)).map(Cow::from),
            _ => self.saved.get(name).map(Cow::from),
        }
    }

    /// All ways in which a later call may spell a name in its address, unescaped.
    pub(super) fn spellings<'t>(&'t self, model: &'t Model, name: &str) -> Vec<Cow<'t, str>> {
        let mut spellings: Vec<_> = self.value(model, name).into_iter().collect();
        if name == CREATE_PATH {
            // It is escaped already, and may be sent as it is.
            spellings.extend(percent_decode_str(&self.create_path).decode_utf8().ok());
            spellings.dedup();
        }
        spellings
    }

    /// What a term of a later call stands for.
    pub(super) fn meant(&self, provider: &Provider, model: &Model, term: &Term) -> Meant<'static> {
        match term {
            Term::Constant(value) => Meant::Exactly(value.clone()),
            Term::Reference(name) => match self.value(model, name) {
                None => Meant::Nothing,
                Some(value) if is_number(provider, name) => Meant::Whole(value.into_owned()),
                Some(value) => Meant::Exactly(value.into_owned().into()),
            },
        }
    }
}

/// Whether replies give a saved value as a number.
pub(super) fn is_number(provider: &Provider, name: &str) -> bool {
    saves(provider).any(|saved| *saved.name == *name && saved.int)
}

fn operations(provider: &Provider) -> impl Iterator<Item = &Operation> {
    LATER.into_iter().filter_map(|step| provider.operation(step))
}

/// Everything that some reply hands out.
fn saves(provider: &Provider) -> impl Iterator<Item = &Saved> {
    creates(provider).chain(operations(provider)).flat_map(|operation| &operation.reply.save)
}

/// What the numbers of a mock server's jobs begin at.
pub(crate) const FIRST_NUMBER: u64 = 40_000_000;

/// A number for a text: the same for the same text, and for the names that a mock server gives its jobs a short one.
pub(crate) fn number(text: &str) -> u64 {
    let ordinal = text.rsplit('-').next().and_then(|digits| digits.parse::<u32>().ok());
    match ordinal.filter(|ordinal| text == format!("mock-{ordinal:06}")) {
        Some(ordinal) => FIRST_NUMBER + u64::from(ordinal),
        None => {
            // FNV-1a. Whole numbers beyond 2^53 are not exact in JSON.
            let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            (1 << 52) | (text.bytes().fold(0xcbf2_9ce4_8422_2325, mix) >> 12)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_follow_from_texts() {
        assert_eq!(number("mock-000007"), 40_000_007);
        let numbers = ["", "mock-7", "mock-000007x", "7", "a", "b", "mock-000007-token"].map(number);
        for (at, one) in numbers.iter().enumerate() {
            assert!(*one < 1 << 53 && !numbers[..at].contains(one), "{one}");
        }
    }
}
