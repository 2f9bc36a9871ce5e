//! Durable jobs: what is kept, what is spent, and what is left of both when anything goes wrong.

mod budget;
mod driver;

mod machine;
mod model;
mod orders;
mod support;
