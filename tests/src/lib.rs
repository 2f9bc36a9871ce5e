//! What stands beside the tests: the run against a real provider.

pub mod live;
