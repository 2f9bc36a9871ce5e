//! `polyreel batch`: many requests from one file.

mod fields;
mod keys;
mod names;
mod page;
mod plan;
mod quote;
pub(crate) mod rows;
mod run;
mod shelf;
mod work;

pub(crate) use run::run;
