//! What is counted, and which figures may be shown. Pure.

pub mod counters;
pub mod suppression;
