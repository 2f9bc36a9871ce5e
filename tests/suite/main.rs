//! Laws, fixtures and snapshots over the whole workspace, as one binary.

mod support;

mod cli;
mod fixtures;
mod laws;
mod layering;
mod once;
mod requests;
mod specs;
