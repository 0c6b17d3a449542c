//! Figures from counters, not from rows. For now: the counters themselves and their recount.

pub mod counters;
pub mod recount;
