//! The case as rules: its states and steps, its deadlines, what can be decided, and who is told how. Pure.

pub mod deadlines;
pub mod decision;
pub mod rung;
pub mod steps;
pub mod told;
pub mod words;
