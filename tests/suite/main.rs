//! Laws, fixtures and snapshots over the whole workspace, as one binary.

#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod support;

mod cli;
mod codes;
mod edits;
mod facts;
mod fixtures;
mod hostile;
mod laws;
mod layering;
mod once;
mod requests;
mod saving;
mod schema;
mod spans;
mod specs;
