//! What stands beside the tests: the run against a real provider, a job whose process ends at any step, and other processes
//! with a store.

pub mod live;
pub mod one_job;
pub mod store;
