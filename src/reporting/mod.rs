//! Figures: the counters and their recount, the loop figures, and what of them may be shown.

pub mod loop_figures;
pub mod loop_report;
pub mod recount;
