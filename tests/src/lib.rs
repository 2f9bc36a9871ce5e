//! What stands beside the tests: the run against a real provider, and a job whose process ends at any step.

pub mod live;
pub mod one_job;
