//! Tests of the whole generator: models in, files out.

mod acme;
mod acme_calls;
mod generated;
mod hostile;
mod shape;
