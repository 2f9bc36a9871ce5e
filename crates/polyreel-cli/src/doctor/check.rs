//! One thing that was looked at.

use serde_json::{Value, json};

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// As it should be.
    Fine,
    /// Nothing wrong, but good to know.
    Note,
    /// Something is to be done.
    Wrong,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }
}

/// What was looked at, how it is, and what to do.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) state: State,
    what: String,
    how: String,
    to_do: Option<String>,
}

impl Check {
    pub(crate) fn fine(what: impl Into<String>, how: impl Into<String>) -> Self {
        Self { state: State::Fine, what: what.into(), how: how.into(), to_do: None }
    }

    pub(crate) fn note(what: impl Into<String>, how: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { state: State::Note, what: what.into(), how: how.into(), to_do: Some(to_do.into()) }
    }

    pub(crate) fn wrong(what: impl Into<String>, how: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { state: State::Wrong, ..Self::note(what, how, to_do) }
    }

    /// `wrong  key of acme: it is refused; get a key at …`
    pub(crate) fn line(&self) -> String {
        let to_do = self.to_do.as_ref().map(|to_do| format!("; {to_do}")).unwrap_or_default();
        format!("{:<5}  {}: {}{to_do}", self.state.name(), self.what, self.how)
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "state": self.state.name(), "what": self.what, "how": self.how, "to_do": self.to_do })
    }
}
