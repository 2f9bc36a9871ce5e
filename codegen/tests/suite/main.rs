//! Tests of the whole generator: models in, files out.

mod acme;
mod generated;
mod hostile;
