//! Durable jobs: what is kept, what is spent, and what is left of both when anything goes wrong.

mod budget;
mod commits;
mod crew;
mod damage;
mod deaths;
mod driver;
mod files;
mod machine;
mod model;
mod orders;
mod processes;

use polyreel_tests::store::fixtures as support;
