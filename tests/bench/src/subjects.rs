//! What is measured.

use crate::{Result, child, npm};

/// A server that answers status polls.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    /// Where its polls go, with a `*` for the id of a job if it has any.
    pub(crate) path: &'static str,
    /// A first request that it needs: path and body of a create.
    pub(crate) first: Option<(&'static str, &'static str)>,
    /// How many polls a round has: as many as it answers in about a second.
    pub(crate) polls: usize,
    /// What our processor time may be at most, in that of this one.
    pub(crate) target: Option<f64>,
    pub(crate) origin: Origin,
}

/// Where the program comes from.
pub(crate) enum Origin {
    /// It is this one.
    Here,
    /// A program with its arguments, to which the port is added.
    Elsewhere(Vec<String>),
}

/// One of [`servers`](crate::servers).
const HERE: Subject = Subject {
    name: "",
    path: "/hyprlab/v1/video/generations/*",
    first: None,
    polls: 100_000,
    target: None,
    origin: Origin::Here,
};

/// The one that all others are compared with.
pub(crate) const OURS: Subject = Subject { name: "ours", ..HERE };

/// The one whose clock its client moves; it begins without jobs.
pub(crate) const CLOCKED: Subject = Subject { name: "ours", path: "/__mock/", ..HERE };

/// The one that tells everybody the same.
pub(crate) const ANSWERS: Subject = Subject { name: "answers", ..HERE };

/// All, ours first.
pub(crate) fn all(with_npm: bool) -> Result<Vec<Subject>> {
    let mut subjects = vec![
        OURS,
        Subject { name: "axum", target: Some(1.3), ..HERE },
        // As it comes it records; it keeps about 5 kB of every request either way.
        Subject { name: "wiremock", target: Some(1.0 / 1.5), polls: 50_000, ..HERE },
        Subject { name: "unrecorded", polls: 50_000, ..HERE },
    ];
    if with_npm {
        subjects.extend(npm::subjects()?);
    }
    Ok(subjects)
}

impl Subject {
    /// The command that serves so many jobs at this port.
    pub(crate) fn command(&self, port: u16, jobs: usize) -> Result<Vec<String>> {
        let port = port.to_string();
        Ok(match &self.origin {
            Origin::Here => {
                vec![child::own_program()?, "serve".to_owned(), self.name.to_owned(), port, jobs.to_string()]
            }
            Origin::Elsewhere(words) => [&words[..], &["--port".to_owned(), port]].concat(),
        })
    }
}
