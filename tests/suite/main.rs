//! Laws, fixtures and snapshots over the whole workspace, as one binary.

#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod support;

mod adverse;
mod batches;
mod breakages;
mod capabilities;
mod catalog;
mod cli;
mod codes;
mod configuration;
mod conformance;
mod coverage;
mod curl;
mod doctor;
mod edits;
mod facts;
mod failpoints;
mod faults;
mod fetching;
mod fixtures;
mod guide;
mod help;
mod hostile;
mod jobs;
mod kills;
mod laws;
mod layering;
mod limits;
mod live;
mod makespan;
mod new_provider;
mod once;
mod outages;
mod outcomes;
mod own_files;
mod pages;
mod quotes;
mod reconcile;
mod requests;
mod rerouted;
mod routes;
mod saving;
mod schema;
mod secrets;
mod spans;
mod specs;
mod stopping;
mod store;
mod storm;
mod translation;
mod turns;
mod waiting;
mod walks;
mod webhooks;
