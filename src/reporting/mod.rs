//! The loop figures, and the recount of the counters.

pub mod loop_figures;
pub mod loop_report;
pub mod recount;
