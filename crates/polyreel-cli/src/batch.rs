//! `polyreel batch`: many requests from one file.

pub(crate) mod keys;
pub(crate) mod rows;
