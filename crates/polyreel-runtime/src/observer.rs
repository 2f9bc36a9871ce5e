//! Looking on while a provider is driven.

use std::fmt;

use polyreel_spec::Step;

use crate::wire::Reply;

/// Sees every whole answer of a provider, the key taken out if the provider gave it back. For recording, logs and figures;
/// it changes nothing.
///
/// Answers may hold signed URLs and what the caller asked for.
pub trait Observer: fmt::Debug + Send + Sync {
    /// An answer to a call of this step.
    fn answered(&self, step: Step, reply: &Reply);
}
