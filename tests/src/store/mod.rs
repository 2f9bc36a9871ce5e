//! Jobs for the tests of the store, and what other processes do with one.

pub mod deeds;
pub mod fixtures;
